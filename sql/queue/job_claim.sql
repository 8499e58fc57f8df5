-- Take the next jobs: tenants in turn, then prio, then age.  $1 started_at, $2
-- owner, $3 end of the lease, $4 the kinds we know (",a,b,"), $5 most running
-- of a tenant, $6 how many, $7 those kinds that may be taken now, $8 most of a
-- tenant that others run jobs of.  A tenant whose next job is of no kind of $7
-- gives none: its line is not jumped.  Waits in favour of a suspect that could
-- run (job_claim_suspect).
-- lane: the tenants with something awake, found by hopping over the index;
-- line: the same in the order of their turns (LIMIT keeps SQLite from dropping
-- the order), looked into one by one until enough heads are found; pick: the
-- heads and who follows them, those with the fewest running first (in two
-- steps: SQLite does not find (prio, id) > (…) by the index).
WITH RECURSIVE lane(tenant) AS (
    SELECT min(tenant) FROM job WHERE state = 'waiting' AND asleep = 0
    UNION ALL
    SELECT (SELECT min(n.tenant) FROM job n
	WHERE n.state = 'waiting' AND n.asleep = 0 AND n.tenant > lane.tenant)
    FROM lane WHERE lane.tenant IS NOT NULL
), line AS MATERIALIZED (
    SELECT lane.tenant, coalesce(t.served, 0) AS served
    FROM lane LEFT JOIN turn t ON t.tenant = lane.tenant
    WHERE lane.tenant IS NOT NULL
    ORDER BY coalesce(t.served, 0), lane.tenant LIMIT -1
), head AS MATERIALIZED (
    SELECT line.tenant, line.served,
	(SELECT count(*) FROM job r
	WHERE r.tenant = line.tenant AND r.state = 'running') AS busy,
	(SELECT CASE WHEN EXISTS (SELECT 1 FROM job r
	    WHERE r.tenant = line.tenant AND r.state = 'running'
	      AND r.lease_owner <> $2) THEN min($5, $8) ELSE $5 END) AS most,
	(SELECT CASE WHEN instr($7, ',' || j.kind || ',') > 0 THEN j.id END
	FROM job j
	WHERE j.tenant = line.tenant AND j.state = 'waiting'
	  AND j.asleep = 0 AND j.suspect = 0
	  AND instr($4, ',' || j.kind || ',') > 0
	  AND (j.key IS NULL OR NOT EXISTS (SELECT 1 FROM job k
	    WHERE k.tenant = j.tenant AND k.key = j.key
	      AND k.state IN ('waiting', 'running', 'parked')
	      AND (k.id < j.id OR k.state = 'running')))
	ORDER BY j.prio, j.id LIMIT 1) AS id
    FROM line
    WHERE busy < most AND id IS NOT NULL
    LIMIT $6
), pick(id, busy, served, tenant, most) AS (
    SELECT id, busy, served, tenant, most FROM head
    UNION ALL
    SELECT j.id, p.busy + 1, p.served, p.tenant, p.most
    FROM pick p CROSS JOIN job b ON b.id = p.id
    CROSS JOIN job j ON j.id = coalesce(
	(SELECT m.id FROM job m
	    WHERE m.tenant = p.tenant AND m.state = 'waiting'
	      AND m.asleep = 0 AND m.suspect = 0
	      AND m.prio = b.prio AND m.id > b.id
	      AND instr($4, ',' || m.kind || ',') > 0
	      AND (m.key IS NULL OR NOT EXISTS (SELECT 1 FROM job k
		WHERE k.tenant = m.tenant AND k.key = m.key
		  AND k.state IN ('waiting', 'running', 'parked')
		  AND (k.id < m.id OR k.state = 'running')))
	    ORDER BY m.id LIMIT 1),
	(SELECT m.id FROM job m
	    WHERE m.tenant = p.tenant AND m.state = 'waiting'
	      AND m.asleep = 0 AND m.suspect = 0
	      AND m.prio > b.prio
	      AND instr($4, ',' || m.kind || ',') > 0
	      AND (m.key IS NULL OR NOT EXISTS (SELECT 1 FROM job k
		WHERE k.tenant = m.tenant AND k.key = m.key
		  AND k.state IN ('waiting', 'running', 'parked')
		  AND (k.id < m.id OR k.state = 'running')))
	    ORDER BY m.prio, m.id LIMIT 1))
    WHERE p.busy + 1 < p.most AND instr($7, ',' || j.kind || ',') > 0
    ORDER BY 2, 3, 4 LIMIT $6
)
UPDATE job SET state = 'running', fence = fence + 1, attempts = attempts + 1,
    started_at = $1, lease_owner = $2, lease_until = $3
WHERE id IN (SELECT p.id FROM pick p)
  AND NOT EXISTS (SELECT 1 FROM job s
    WHERE s.state = 'waiting' AND s.asleep = 0 AND s.suspect = 1
      AND instr($4, ',' || s.kind || ',') > 0
      AND (s.key IS NULL OR NOT EXISTS (SELECT 1 FROM job k
	WHERE k.tenant = s.tenant AND k.key = s.key
	  AND k.state IN ('waiting', 'running', 'parked')
	  AND (k.id < s.id OR k.state = 'running'))))
RETURNING id, uuid, kind, tenant, key, once, subject, args, state, prio, run_at,
    attempts, crashes, suspect, fence, effect_until, created_at, started_at,
    finished_at, code, reason, result;
