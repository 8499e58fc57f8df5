-- The whole document of an order.
SELECT document FROM orders WHERE id = $1;
