-- One slice of the jobs that died before $1.
DELETE FROM job WHERE id IN (
    SELECT id FROM job
    WHERE state = 'dead' AND state <> 'done' AND finished_at < $1
    ORDER BY id LIMIT $2);
