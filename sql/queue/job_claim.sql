-- Take the next job: tenants in turn, then prio, then age.  $1 now, $2 owner,
-- $3 end of the lease, $4 the kinds we know (",a,b,"), $5 most running of a
-- tenant.  Waits in favour of a suspect that could run (job_claim_suspect).
-- lane: the tenants with something awake, found by hopping over the index;
-- line: the same in the order of their turns (LIMIT keeps SQLite from dropping
-- the order), looked into one by one until a job is found.
WITH RECURSIVE lane(tenant) AS (
    SELECT min(tenant) FROM job WHERE state = 'waiting' AND asleep = 0
    UNION ALL
    SELECT (SELECT min(n.tenant) FROM job n
	WHERE n.state = 'waiting' AND n.asleep = 0 AND n.tenant > lane.tenant)
    FROM lane WHERE lane.tenant IS NOT NULL
), line AS MATERIALIZED (
    SELECT lane.tenant FROM lane LEFT JOIN turn t ON t.tenant = lane.tenant
    WHERE lane.tenant IS NOT NULL
    ORDER BY coalesce(t.served, 0), lane.tenant LIMIT -1
), best AS MATERIALIZED (
    SELECT (SELECT j.id FROM job j
	WHERE j.tenant = line.tenant AND j.state = 'waiting'
	  AND j.asleep = 0 AND j.suspect = 0
	  AND instr($4, ',' || j.kind || ',') > 0
	  AND NOT EXISTS (SELECT 1 FROM job k
	    WHERE k.tenant = j.tenant AND k.key = j.key
	      AND k.state IN ('waiting', 'running', 'parked')
	      AND (k.id < j.id OR k.state = 'running'))
	ORDER BY j.prio, j.id LIMIT 1) AS id
    FROM line
    WHERE (SELECT count(*) FROM job r
	WHERE r.tenant = line.tenant AND r.state = 'running') < $5
      AND id IS NOT NULL
    LIMIT 1
)
UPDATE job SET state = 'running', fence = fence + 1, attempts = attempts + 1,
    started_at = $1, lease_owner = $2, lease_until = $3
WHERE id = (SELECT b.id FROM best b)
  AND NOT EXISTS (SELECT 1 FROM job s
    WHERE s.state = 'waiting' AND s.asleep = 0 AND s.suspect = 1
      AND instr($4, ',' || s.kind || ',') > 0
      AND NOT EXISTS (SELECT 1 FROM job k
	WHERE k.tenant = s.tenant AND k.key = s.key
	  AND k.state IN ('waiting', 'running', 'parked')
	  AND (k.id < s.id OR k.state = 'running')))
RETURNING id, uuid, kind, tenant, key, once, subject, args, state, prio, run_at,
    attempts, crashes, suspect, fence, effect_until, created_at, started_at,
    finished_at, code, reason, result;
