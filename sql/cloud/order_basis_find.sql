-- What an order's shipments were made on, and the open conflict.
SELECT order_id, basis, theirs, what, since, choice, chosen_at
FROM order_basis WHERE order_id = $1;
