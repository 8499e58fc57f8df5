-- What became of it; only of the call that began at $2.
UPDATE fulfil SET state = $3, external = $4, air_until = 0
WHERE id = $1 AND state = 'air' AND aired_at = $2;
