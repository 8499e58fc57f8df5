-- The store has another connector: its imports go on under that one.
UPDATE job SET tenant = $2
WHERE tenant = $1 AND kind = 'import' AND state IN ('waiting', 'running');
