-- One claim at a time in all nodes: two running per tenant, one per key and
-- the turns are counts over rows, which no row lock guards.  The claim is the
-- next statement, so it sees what the last claim committed.
SELECT count(*) AS n FROM (
    SELECT pg_advisory_xact_lock(5005391) AS held) AS gate;
