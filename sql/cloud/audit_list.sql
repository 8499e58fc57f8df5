-- What was done, newest first, behind the cursor; $2 kind, NULL: any.
SELECT id, at, who, kind, text FROM audit
WHERE id < $1 AND (CAST($2 AS TEXT) IS NULL OR kind = CAST($2 AS TEXT))
ORDER BY id DESC LIMIT $3;
