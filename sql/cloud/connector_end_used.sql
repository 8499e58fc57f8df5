-- A new token: the newest of before, if it was the one in use, is valid until
-- $2 only; an older one still in its overlap no more ($3: now).
UPDATE connector SET used_until = CASE WHEN used_until = 0
	THEN CAST($2 AS BIGINT) WHEN used_until > $3 THEN $3
	ELSE used_until END
WHERE id = $1;
