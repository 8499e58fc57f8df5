-- The number people know an order by.
SELECT id, name FROM orders WHERE channel = $1 AND external_id = $2;
