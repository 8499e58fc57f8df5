-- Our own runs whose end could not be stored, when nothing of ours runs:
-- they wait again.  $1 owner, $2 now.
UPDATE job SET state = 'waiting',
    run_at = CASE WHEN effect_until > $2 THEN effect_until ELSE $2 END,
    asleep = CASE WHEN effect_until > $2 THEN 1 ELSE 0 END,
    lease_owner = NULL, lease_until = 0,
    once = CASE WHEN EXISTS (SELECT 1 FROM job w
	WHERE w.tenant = job.tenant AND w.once = job.once
	  AND w.state IN ('waiting', 'parked'))
	THEN NULL ELSE once END
WHERE lease_owner = $1 AND state = 'running';
