-- As job_beat.sql, in the words PostgreSQL has for JSON.
UPDATE job SET lease_until = $2
WHERE id = ANY (ARRAY(SELECT CAST(v AS BIGINT)
    FROM json_array_elements_text(CAST($3 AS json)) AS v))
  AND lease_owner = $1 AND state = 'running'
RETURNING id, fence;
