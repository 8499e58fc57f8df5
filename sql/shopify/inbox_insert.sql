-- A webhook, once.
INSERT INTO inbox (shop, domain, hook_id, topic, triggered_at, received_at,
    state, reason, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (hook_id, domain) DO NOTHING
RETURNING id;
