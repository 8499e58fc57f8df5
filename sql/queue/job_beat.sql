-- This runner ($1) is alive: its leases end later ($2).
UPDATE job SET lease_until = $2
WHERE lease_owner = $1 AND state = 'running'
RETURNING id, fence;
