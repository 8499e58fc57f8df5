-- A request to pass on, once.
INSERT INTO privacy_out (shop, kind, request_id, customer, orders, at)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (shop, request_id) DO NOTHING;
