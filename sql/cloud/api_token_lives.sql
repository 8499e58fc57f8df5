-- Is this token still there?
SELECT id FROM api_token WHERE id = $1;
