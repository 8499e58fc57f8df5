-- Nobody else works on the order: now it is us ($3), until $4.  $5: now.
INSERT INTO fulfil_order (shop, order_id, owner, until)
VALUES ($1, $2, $3, $4)
ON CONFLICT (shop, order_id) DO UPDATE
SET owner = excluded.owner, until = excluded.until
WHERE fulfil_order.until <= $5;
