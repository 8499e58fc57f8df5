-- A run has ended in order.  $1 id, $2 fence, $3 the new state, $4 run_at of a
-- next try, $5 asleep, $6 attempts to take back, $7 code, $8 reason, $9 result,
-- $10 finished_at, $11 started_at.  A call that may be in the air is waited
-- for.  The once is lost if a later job has it by now; that one waits behind
-- this, whose next try is when that one is due, if it is the sooner.
UPDATE job SET state = $3,
    run_at = CASE WHEN $3 <> 'waiting' THEN run_at
	WHEN effect_until > $4 THEN effect_until
	ELSE coalesce((SELECT CASE WHEN job.effect_until > w.run_at
		THEN job.effect_until ELSE w.run_at END FROM job w
	    WHERE w.tenant = job.tenant AND w.once = job.once
	      AND w.state = 'waiting' AND w.run_at < $4), $4) END,
    asleep = CASE WHEN effect_until > $4 THEN 1 ELSE $5 END,
    attempts = attempts - $6, code = $7, reason = $8, result = $9,
    finished_at = $10, started_at = $11, suspect = 0,
    crashes = CASE WHEN $3 IN ('done', 'dead') THEN crashes ELSE 0 END,
    effect_until = CASE WHEN $3 = 'done' THEN 0 ELSE effect_until END,
    lease_owner = NULL, lease_until = 0,
    once = CASE WHEN $3 <> 'done' AND $3 <> 'dead' AND EXISTS (
	SELECT 1 FROM job w
	WHERE w.tenant = job.tenant AND w.once = job.once
	  AND w.state IN ('waiting', 'parked'))
	THEN NULL ELSE once END
WHERE id = $1 AND fence = $2 AND state = 'running'
RETURNING run_at AS n;
