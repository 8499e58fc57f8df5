-- Whose token it is.
SELECT id, name, role, created_at, last_used FROM api_token WHERE hash = $1;
