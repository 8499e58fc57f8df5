-- The row that holds a shop's pair and its lease.
INSERT INTO shop_token (shop) VALUES ($1) ON CONFLICT (shop) DO NOTHING;
