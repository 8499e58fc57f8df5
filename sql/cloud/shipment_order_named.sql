-- Orders of that number, of any store; two are enough to know.
SELECT id AS n FROM orders WHERE name = $1 OR name = $2 ORDER BY id LIMIT 2;
