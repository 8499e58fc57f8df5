-- A new job, unless one of its once waits or is parked: then no row.
INSERT INTO job (uuid, kind, tenant, key, once, subject, args, state, prio,
    run_at, asleep, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9, $10, $11)
ON CONFLICT (tenant, once)
WHERE state IN ('waiting', 'parked') AND once IS NOT NULL DO NOTHING
RETURNING id, uuid;
