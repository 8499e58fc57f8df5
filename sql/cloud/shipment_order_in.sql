-- Orders of that number, of one store; two are enough to know.
SELECT id AS n FROM orders WHERE channel = $1 AND (name = $2 OR name = $3)
ORDER BY id LIMIT 2;
