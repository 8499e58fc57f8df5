-- A run died with its program.  $1 id, $2 fence, $3 waiting or dead, $4 now,
-- $5 leases before this are over, $6 code, $7 reason, $8 finished_at, $9 1: it
-- had begun; 0: that is not known, so it was no try and no crash.
UPDATE job SET state = $3, crashes = crashes + $9,
    attempts = attempts - 1 + $9, suspect = 1,
    run_at = CASE WHEN $3 <> 'waiting' THEN run_at
	WHEN effect_until > $4 THEN effect_until ELSE $4 END,
    asleep = CASE WHEN effect_until > $4 THEN 1 ELSE 0 END,
    code = $6, reason = $7, finished_at = $8,
    lease_owner = NULL, lease_until = 0,
    once = CASE WHEN $3 <> 'dead' AND EXISTS (SELECT 1 FROM job w
	WHERE w.tenant = job.tenant AND w.once = job.once
	  AND w.state IN ('waiting', 'parked'))
	THEN NULL ELSE once END
WHERE id = $1 AND fence = $2 AND state = 'running' AND lease_until < $5;
