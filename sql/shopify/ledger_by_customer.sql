-- The orders of a customer.
SELECT order_id FROM ledger WHERE shop = $1 AND customer = $2 ORDER BY id;
