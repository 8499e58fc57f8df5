-- Tokens of that name, newest first: there are few tokens, and no index.
SELECT id, name, role, created_at, last_used FROM api_token
WHERE name = $1 ORDER BY id DESC LIMIT $2;
