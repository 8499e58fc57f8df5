-- An order seen for the first time; another unit may have been faster.
INSERT INTO ledger (shop, generation, order_id, name, state, state_at,
    created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (shop, order_id) DO NOTHING;
