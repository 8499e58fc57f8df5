-- As job_claim.sql.  Here other transactions are at work: a row that one of
-- them holds (an add that met it, a park, a drop) is passed over, its end
-- rings.  LATERAL looks into each lane no deeper than is of use; only what was
-- picked is locked, and looked at again then.  The words are chosen so that
-- statistics of a quiet hour do not mislead: by the id in held (concat), by
-- (tenant, key) for a key (OR, which is never made a join).
WITH RECURSIVE lane(tenant) AS (
    SELECT min(tenant) FROM job WHERE state = 'waiting' AND asleep = 0
    UNION ALL
    SELECT (SELECT min(n.tenant) FROM job n
	WHERE n.state = 'waiting' AND n.asleep = 0 AND n.tenant > lane.tenant)
    FROM lane WHERE lane.tenant IS NOT NULL
), line AS MATERIALIZED (
    SELECT lane.tenant, coalesce(t.served, 0) AS served, r.busy,
	CASE WHEN r.others THEN least(CAST($5 AS BIGINT), CAST($8 AS BIGINT))
	ELSE CAST($5 AS BIGINT) END AS most
    FROM lane LEFT JOIN turn t ON t.tenant = lane.tenant
    CROSS JOIN LATERAL (SELECT count(*) AS busy,
	    coalesce(bool_or(j.lease_owner <> $2), false) AS others
	FROM job j WHERE j.tenant = lane.tenant AND j.state = 'running') AS r
    WHERE lane.tenant IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM job s
	WHERE s.state = 'waiting' AND s.asleep = 0 AND s.suspect = 1
	  AND strpos(CAST($4 AS TEXT), ',' || s.kind || ',') > 0
	  AND (s.key IS NULL OR NOT EXISTS (SELECT 1 FROM job k
	    WHERE k.tenant = s.tenant AND k.key = s.key
	      AND k.state IN ('waiting', 'running', 'parked')
	      AND (k.id < s.id OR k.state = 'running'))))
), pick AS MATERIALIZED (
    SELECT c.id
    FROM line l CROSS JOIN LATERAL (
	SELECT m.id, l.busy + row_number() OVER w AS place,
	    bool_and(strpos(CAST($7 AS TEXT), ',' || m.kind || ',') > 0)
	    OVER w AS may
	FROM (SELECT j.id, j.kind, j.prio FROM job j
	    WHERE j.tenant = l.tenant AND j.state = 'waiting'
	      AND j.asleep = 0 AND j.suspect = 0
	      AND strpos(CAST($4 AS TEXT), ',' || j.kind || ',') > 0
	      AND (j.key IS NULL OR NOT EXISTS (SELECT 1 FROM job k
		WHERE k.tenant = j.tenant AND k.key = j.key
		  AND k.state IN ('waiting', 'running', 'parked')
		  AND (k.id < j.id OR k.state = 'running')))
	    ORDER BY j.prio, j.id
	    LIMIT least(l.most - l.busy,
		1 + CAST($6 AS BIGINT) / (SELECT count(*) FROM line))) AS m
	WINDOW w AS (ORDER BY m.prio, m.id)) AS c
    WHERE l.busy < l.most AND c.may
    ORDER BY c.place, l.served, l.tenant LIMIT $6
), held AS MATERIALIZED (
    SELECT j.id FROM job j
    WHERE j.id = ANY (ARRAY(SELECT pick.id FROM pick))
      AND concat(j.state, j.asleep, j.suspect) = 'waiting00'
    FOR NO KEY UPDATE OF j SKIP LOCKED
)
UPDATE job SET state = 'running', fence = fence + 1, attempts = attempts + 1,
    started_at = $1, lease_owner = $2, lease_until = $3
WHERE id = ANY (ARRAY(SELECT held.id FROM held))
RETURNING id, uuid, kind, tenant, key, once, subject, args, state, prio, run_at,
    attempts, crashes, suspect, fence, effect_until, created_at, started_at,
    finished_at, code, reason, result;
