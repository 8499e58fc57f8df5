-- A machine's token.
INSERT INTO api_token (hash, name, role, created_at, last_used)
VALUES ($1, $2, $3, $4, 0)
RETURNING id, name, role, created_at, last_used;
