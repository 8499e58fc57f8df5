-- A webhook of a shop that is known, once; nobody asks whether it was new, so
-- PostgreSQL need not be waited for.
INSERT INTO inbox (shop, domain, hook_id, topic, triggered_at, received_at,
    state, body)
VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7)
ON CONFLICT (hook_id, domain) DO NOTHING;
