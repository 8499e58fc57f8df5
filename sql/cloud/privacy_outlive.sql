-- A connector goes; what it was asked to erase is still to be erased.
UPDATE job SET tenant = 0
WHERE tenant = $1 AND kind = 'privacy' AND state IN ('waiting', 'parked');
