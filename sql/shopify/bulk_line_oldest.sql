-- The oldest revision that an operation is to read beyond.
SELECT coalesce(min(l.updated_at), 0) AS n
FROM bulk_line b JOIN ledger l ON l.id = b.ledger WHERE b.op = $1;
