-- Tokens, newest first, behind the cursor.
SELECT id, name, role, created_at, last_used FROM api_token
WHERE id < $1 ORDER BY id DESC LIMIT $2;
