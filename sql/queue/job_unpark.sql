-- A tenant's parked jobs wait again, from now on ($2).
UPDATE job SET state = 'waiting',
    run_at = CASE WHEN effect_until > $2 THEN effect_until ELSE $2 END,
    asleep = CASE WHEN effect_until > $2 THEN 1 ELSE 0 END
WHERE tenant = $1 AND state = 'parked';
