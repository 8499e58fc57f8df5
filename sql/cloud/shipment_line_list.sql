-- What is in a shipment.
SELECT l.id, l.external_id, l.sku, l.title, sl.quantity
FROM shipment_line sl JOIN order_line l ON l.id = sl.line
WHERE sl.shipment = $1 ORDER BY l.pos, l.id;
