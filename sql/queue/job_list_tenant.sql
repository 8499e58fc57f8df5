-- A tenant's jobs of any state, newest first, below an id.
SELECT id, uuid, kind, tenant, key, once, subject, args, state, prio, run_at,
    attempts, crashes, suspect, fence, effect_until, created_at, started_at,
    finished_at, code, reason, result
FROM job WHERE tenant = $1 AND id < $2
ORDER BY id DESC LIMIT $3;
