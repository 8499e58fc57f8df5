-- One more failure; a day of quiet begins anew.
INSERT INTO throttle (name, failures, last_at) VALUES ($1, 1, $2)
ON CONFLICT (name) DO UPDATE SET
	failures = CASE WHEN throttle.last_at < $3 THEN 1
		ELSE throttle.failures + 1 END,
	last_at = $2;
