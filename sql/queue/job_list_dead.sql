-- Dead jobs, newest first, below $3; tenant 0, kind NULL: any.
SELECT id, uuid, kind, tenant, key, once, subject, args, state, prio, run_at,
    attempts, crashes, suspect, fence, effect_until, created_at, started_at,
    finished_at, code, reason, result
FROM job WHERE state = 'dead' AND state <> 'done' AND id < $3
    AND (CAST($1 AS BIGINT) = 0 OR tenant = CAST($1 AS BIGINT))
    AND (CAST($2 AS TEXT) IS NULL OR kind = CAST($2 AS TEXT))
ORDER BY id DESC LIMIT $4;
