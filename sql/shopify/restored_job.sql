-- After a restore: tags are written from what is read now, not from then.
DELETE FROM job
WHERE kind = 'tags' AND state IN ('waiting', 'running', 'parked');
