-- Orders of that number, of one store; two are enough to know.  By the number's
-- index: the + keeps planners from walking the store's orders, or all by id.
SELECT id AS n FROM orders WHERE +channel = $1 AND (name = $2 OR name = $3)
ORDER BY +id LIMIT 2;
