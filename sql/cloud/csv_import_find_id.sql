-- A CSV file by its id.
SELECT id, public_id, state, columns, separator, rows, done, taken, same, bad,
	next_seq, job, created_at, finished_at
FROM csv_import WHERE id = $1;
