-- As job_insert_all.sql, in the words PostgreSQL has for JSON.
INSERT INTO job (uuid, kind, tenant, key, once, subject, args, state, prio,
    run_at, asleep, created_at)
SELECT v ->> 0, v ->> 1, CAST(v ->> 2 AS BIGINT), v ->> 3, v ->> 4,
    CAST(v ->> 5 AS BIGINT), v ->> 6, 'waiting', CAST(v ->> 7 AS BIGINT),
    CAST(v ->> 8 AS BIGINT), CAST(v ->> 9 AS BIGINT), $2
FROM json_array_elements(CAST($1 AS json)) WITH ORDINALITY AS e(v, place)
ORDER BY e.place
ON CONFLICT (tenant, once)
WHERE state IN ('waiting', 'parked') AND once IS NOT NULL DO NOTHING
RETURNING id, uuid;
