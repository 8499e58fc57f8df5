-- Done ones older than $2, dead ones older than $3.
DELETE FROM inbox
WHERE shop = $1 AND ((state = 'done' AND received_at < $2)
    OR (state = 'dead' AND received_at < $3));
