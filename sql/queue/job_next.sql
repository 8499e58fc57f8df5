-- When the first sleeper wakes; NULL gives no row.
SELECT run_at AS n FROM job
WHERE state = 'waiting' AND asleep = 1
ORDER BY run_at LIMIT 1;
