-- A job's log, newest first.
-- $1 tenant (0: any), $2 job, $3 order, $4 least level, $5 id, $6 pattern,
-- $7 limit, $8 lowest id; NULL: any.
SELECT id, at, tenant, level, step, job, order_id, order_name, text, reason,
    next, origin, ext_id
FROM event
WHERE job = $2 AND id < $5 AND (CAST($1 AS BIGINT) = 0 OR tenant = $1)
  AND (CAST($3 AS TEXT) IS NULL OR order_id = $3)
  AND id >= $8
  AND CASE level WHEN 'debug' THEN 0 WHEN 'info' THEN 1
    WHEN 'warn' THEN 2 ELSE 3 END >= CAST($4 AS BIGINT)
  AND (CAST($6 AS TEXT) IS NULL OR lower(text) LIKE lower($6) ESCAPE '!'
    OR lower(order_name) LIKE lower($6) ESCAPE '!'
    OR lower(reason) LIKE lower($6) ESCAPE '!')
ORDER BY id DESC LIMIT $7;
