-- How far it is.
UPDATE fulfil_ship
SET state = $2, code = $3, reason = $4, next = $5, at = $6
WHERE id = $1;
