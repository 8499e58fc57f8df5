-- Its import job.
UPDATE incoming SET job = $2 WHERE id = $1;
