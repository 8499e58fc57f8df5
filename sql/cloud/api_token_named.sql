-- How many tokens have that name, and when the last was made; 0: there is none.
-- There are few tokens, and no index.
SELECT count(*) AS n, coalesce(max(created_at), 0) AS last FROM api_token
WHERE name = $1;
