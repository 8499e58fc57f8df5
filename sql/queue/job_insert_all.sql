-- New jobs, in their order, unless one of their once waits or is parked: then
-- no row.  $1: [[uuid, kind, tenant, key, once, subject, args, prio, run_at,
-- asleep], …], $2 created_at.
INSERT INTO job (uuid, kind, tenant, key, once, subject, args, state, prio,
    run_at, asleep, created_at)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4,
    value ->> 5, value ->> 6, 'waiting', value ->> 7, value ->> 8,
    value ->> 9, $2
FROM json_each($1) WHERE true
ON CONFLICT (tenant, once)
WHERE state IN ('waiting', 'parked') AND once IS NOT NULL DO NOTHING
RETURNING id, uuid;
