-- As job_claim.sql.  Here other transactions are at work: a row that one of
-- them holds (an add that met it, a park, a drop) is passed over, its end
-- rings.  LATERAL, so that only the lanes looked at are locked.
WITH RECURSIVE lane(tenant) AS (
    SELECT min(tenant) FROM job WHERE state = 'waiting' AND asleep = 0
    UNION ALL
    SELECT (SELECT min(n.tenant) FROM job n
	WHERE n.state = 'waiting' AND n.asleep = 0 AND n.tenant > lane.tenant)
    FROM lane WHERE lane.tenant IS NOT NULL
), best AS (
    SELECT c.id FROM (
	SELECT lane.tenant, coalesce(t.served, 0) AS served
	FROM lane LEFT JOIN turn t ON t.tenant = lane.tenant
	WHERE lane.tenant IS NOT NULL AND (SELECT count(*) FROM job r
	    WHERE r.tenant = lane.tenant AND r.state = 'running')
	    < CAST($5 AS BIGINT)
	  AND NOT EXISTS (SELECT 1 FROM job s
	    WHERE s.state = 'waiting' AND s.asleep = 0 AND s.suspect = 1
	      AND strpos(CAST($4 AS TEXT), ',' || s.kind || ',') > 0
	      AND NOT EXISTS (SELECT 1 FROM job k
		WHERE k.tenant = s.tenant AND k.key = s.key
		  AND k.state IN ('waiting', 'running', 'parked')
		  AND (k.id < s.id OR k.state = 'running')))
	ORDER BY coalesce(t.served, 0), lane.tenant) AS l
    CROSS JOIN LATERAL (
	SELECT j.id FROM job j
	WHERE j.tenant = l.tenant AND j.state = 'waiting'
	  AND j.asleep = 0 AND j.suspect = 0
	  AND strpos(CAST($4 AS TEXT), ',' || j.kind || ',') > 0
	  AND NOT EXISTS (SELECT 1 FROM job k
	    WHERE k.tenant = j.tenant AND k.key = j.key
	      AND k.state IN ('waiting', 'running', 'parked')
	      AND (k.id < j.id OR k.state = 'running'))
	ORDER BY j.prio, j.id LIMIT 1
	FOR NO KEY UPDATE OF j SKIP LOCKED) AS c
    ORDER BY l.served, l.tenant LIMIT 1
)
UPDATE job SET state = 'running', fence = fence + 1, attempts = attempts + 1,
    started_at = $1, lease_owner = $2, lease_until = $3
WHERE id = (SELECT id FROM best)
RETURNING id, uuid, kind, tenant, key, once, subject, args, state, prio, run_at,
    attempts, crashes, suspect, fence, effect_until, created_at, started_at,
    finished_at, code, reason, result;
