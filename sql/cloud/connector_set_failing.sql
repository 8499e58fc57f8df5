-- Calls to the app fail since $2; 0: they are answered again.
UPDATE connector SET failing_since = $2
WHERE id = $1 AND (failing_since = 0) = (CAST($2 AS BIGINT) <> 0);
