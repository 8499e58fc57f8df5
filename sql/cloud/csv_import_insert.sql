-- A CSV file that begins to come in.
INSERT INTO csv_import (public_id, state, columns, separator, rows, done,
	taken, same, bad, next_seq, created_at, finished_at)
VALUES ($1, 'receiving', $2, $3, $4, 0, 0, 0, 0, 0, $5, 0)
RETURNING id;
