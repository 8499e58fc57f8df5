-- Done jobs, newest first, below an id; tenant 0: all.
SELECT id, uuid, kind, tenant, key, once, subject, args, state, prio, run_at,
    attempts, crashes, suspect, fence, effect_until, created_at, started_at,
    finished_at, code, reason, result
FROM job
WHERE state = 'done' AND id < $2
  AND (CAST($1 AS BIGINT) = 0 OR tenant = $1)
ORDER BY id DESC LIMIT $3;
