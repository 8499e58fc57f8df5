-- How many jobs of a shop wait; not counted beyond $2.
SELECT count(*) AS n FROM (
	SELECT 1 AS one FROM job
	WHERE tenant = $1 AND state = 'waiting' AND state <> 'done' LIMIT $2) q;
