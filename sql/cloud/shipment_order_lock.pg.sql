-- The order all its shipments' changes go through, locked: they follow one
-- another.
SELECT id AS n FROM orders WHERE id = $1 FOR UPDATE;
