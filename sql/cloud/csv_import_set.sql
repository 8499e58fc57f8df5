-- How far its job has come.
UPDATE csv_import SET state = $2, done = $3, taken = $4, same = $5, bad = $6,
	next_seq = $7, finished_at = $8
WHERE id = $1;
