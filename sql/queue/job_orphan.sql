-- What is ours by its row and not in our hands (a claim, or an end, whose
-- commit was not answered): it waits again.  $1 owner, $2 now, $3 what is in our
-- hands (",7,9,"), $4 tries to take back: 1 if it cannot have begun.
UPDATE job SET state = 'waiting',
    run_at = CASE WHEN effect_until > $2 THEN effect_until ELSE $2 END,
    asleep = CASE WHEN effect_until > $2 THEN 1 ELSE 0 END,
    attempts = attempts - $4, lease_owner = NULL, lease_until = 0,
    once = CASE WHEN EXISTS (SELECT 1 FROM job w
	WHERE w.tenant = job.tenant AND w.once = job.once
	  AND w.state IN ('waiting', 'parked'))
	THEN NULL ELSE once END
WHERE lease_owner = $1 AND state = 'running'
  AND CAST($3 AS TEXT) NOT LIKE '%,' || id || ',%';
