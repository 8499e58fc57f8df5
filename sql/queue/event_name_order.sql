-- An order's lines that came before its name was known.
-- $1 tenant, $2 order, $3 name
UPDATE event SET order_name = $3
WHERE order_id = $2 AND tenant = $1 AND order_name IS NULL;
