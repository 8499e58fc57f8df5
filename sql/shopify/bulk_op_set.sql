-- How far it is.
UPDATE bulk_op SET state = $2, state_at = $3, fill_at = $4, path = $5,
    called_at = $6, gid = $7, made_at = $8, cancelled = $9, read_at = $10,
    failures = $11, lines = $12, taken = $13, told = $14, code = $15,
    verb = $16
WHERE id = $1;
