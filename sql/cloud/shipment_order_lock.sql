-- The order all its shipments' changes go through.
SELECT id AS n FROM orders WHERE id = $1;
