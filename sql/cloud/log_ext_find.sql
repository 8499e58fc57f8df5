-- Did an event of that sender's id come before?
SELECT id FROM event WHERE tenant = $1 AND ext_id = $2 LIMIT 1;
