-- A new token; what was there becomes the old one.
UPDATE connector SET old_token = $3, old_until = $4, token = $2 WHERE id = $1;
