-- The oldest suspect that may run; the caller runs nothing else.  Parameters
-- as in job_claim.sql.
UPDATE job SET state = 'running', fence = fence + 1, attempts = attempts + 1,
    started_at = $1, lease_owner = $2, lease_until = $3
WHERE id = (SELECT s.id FROM job s
    WHERE s.state = 'waiting' AND s.asleep = 0 AND s.suspect = 1
      AND instr($4, ',' || s.kind || ',') > 0
      AND NOT EXISTS (SELECT 1 FROM job k
	WHERE k.tenant = s.tenant AND k.key = s.key
	  AND k.state IN ('waiting', 'running', 'parked')
	  AND (k.id < s.id OR k.state = 'running'))
    ORDER BY s.id LIMIT 1)
RETURNING id, uuid, kind, tenant, key, once, subject, args, state, prio, run_at,
    attempts, crashes, suspect, fence, effect_until, created_at, started_at,
    finished_at, code, reason, result;
