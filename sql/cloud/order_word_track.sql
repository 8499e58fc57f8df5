-- An order is found by the tracking numbers of its shipments.
INSERT INTO order_word (word, order_id, part)
SELECT DISTINCT lower(p.number), s.order_id, 1
FROM shipment s JOIN parcel p ON p.shipment = s.id
WHERE s.order_id = $1
ON CONFLICT DO NOTHING;
