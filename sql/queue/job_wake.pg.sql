-- As job_wake.sql.  A row that another transaction holds is passed over: whoever
-- stands still with it must not keep the clock from all others.
UPDATE job SET asleep = 0
WHERE id = ANY (ARRAY(SELECT j.id FROM job j
    WHERE j.state = 'waiting' AND j.asleep = 1 AND j.run_at <= $1
    FOR NO KEY UPDATE OF j SKIP LOCKED));
