-- One job by its UUID.
SELECT id, uuid, kind, tenant, key, once, subject, args, state, prio, run_at,
    attempts, crashes, suspect, fence, effect_until, created_at, started_at,
    finished_at, code, reason, result
FROM job WHERE uuid = $1;
