-- A tenant's waiting jobs of one kind are put aside.
UPDATE job SET state = 'parked', code = $3, reason = $4
WHERE tenant = $1 AND kind = $2 AND state = 'waiting';
