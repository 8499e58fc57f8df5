-- Shipments of an order that are not shipped yet, newest first.
SELECT * FROM shipment_view
WHERE order_id = $1 AND state IN ('CREATED', 'CONFIRMED') ORDER BY id DESC;
