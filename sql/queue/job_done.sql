-- Runs that ended well, many at once.  $1: [[id, fence, started_at, result],
-- …], $2 now.  No row comes back of a job that is no longer ours.
UPDATE job SET state = 'done', started_at = d.started, finished_at = $2,
    code = NULL, reason = NULL, result = d.result, suspect = 0,
    effect_until = 0, lease_owner = NULL, lease_until = 0,
    asleep = 0
FROM (SELECT value ->> 0 AS id, value ->> 1 AS fence, value ->> 2 AS started,
	value ->> 3 AS result
    FROM json_each($1)) AS d
WHERE job.id = d.id AND job.fence = d.fence AND job.state = 'running'
RETURNING id AS n;
