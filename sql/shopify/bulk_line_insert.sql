-- An order is in the hands of an operation from here on.
INSERT INTO bulk_line (ledger, lane, op, line, tags, picture)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (ledger, lane) DO NOTHING;
