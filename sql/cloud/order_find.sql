-- One order with what lists show.
SELECT * FROM order_view WHERE id = $1;
