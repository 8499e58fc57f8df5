-- It is all here, and its job waits.
UPDATE csv_import SET state = 'queued', job = $2 WHERE id = $1;
