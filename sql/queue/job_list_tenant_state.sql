-- A tenant's jobs in a state other than done, newest first, below an id.
SELECT id, uuid, kind, tenant, key, once, subject, args, state, prio, run_at,
    attempts, crashes, suspect, fence, effect_until, created_at, started_at,
    finished_at, code, reason, result
FROM job WHERE tenant = $1 AND state = $2 AND state <> 'done' AND id < $3
ORDER BY id DESC LIMIT $4;
