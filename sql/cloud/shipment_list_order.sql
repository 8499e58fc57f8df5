-- Shipments of an order, oldest first.
SELECT * FROM shipment_view WHERE order_id = $1 ORDER BY id;
