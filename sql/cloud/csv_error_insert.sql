-- A line that was refused.
INSERT INTO csv_error (import, line, code, reason) VALUES ($1, $2, $3, $4);
