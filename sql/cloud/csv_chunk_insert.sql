-- Some lines of a file.
INSERT INTO csv_chunk (import, seq, line, body) VALUES ($1, $2, $3, $4);
