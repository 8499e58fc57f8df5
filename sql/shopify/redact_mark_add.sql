-- This order's personal data must not come back.
INSERT INTO redact_mark (shop, order_id, at) VALUES ($1, $2, $3)
ON CONFLICT (shop, order_id) DO NOTHING;
