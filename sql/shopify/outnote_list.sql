-- The next to tell, failures first.
SELECT id, uuid, at, level, step, order_id, job, code, reason, next
FROM outnote WHERE shop = $1 ORDER BY grave DESC, id LIMIT $2;
