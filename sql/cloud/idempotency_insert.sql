-- A key; no change: it came before.
INSERT INTO idempotency (connector, name, hash, created_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (connector, name) DO NOTHING;
