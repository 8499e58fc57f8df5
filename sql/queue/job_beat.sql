-- This runner ($1) is alive: the leases of these jobs ($3, a JSON list of ids)
-- end later ($2).
UPDATE job SET lease_until = $2
WHERE id IN (SELECT value FROM json_each($3))
  AND lease_owner = $1 AND state = 'running'
RETURNING id, fence;
