-- Words of an order or of its parcels, gone.
DELETE FROM order_word WHERE order_id = $1 AND part = $2;
