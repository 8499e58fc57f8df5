-- All running jobs: at start on SQLite they are of a dead process.
SELECT id, uuid, kind, tenant, key, once, subject, args, state, prio, run_at,
    attempts, crashes, suspect, fence, effect_until, created_at, started_at,
    finished_at, code, reason, result
FROM job WHERE state = 'running' ORDER BY id;
