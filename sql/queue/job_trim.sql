-- One slice of the jobs that were done before $1.
DELETE FROM job WHERE id IN (
    SELECT id FROM job WHERE state = 'done' AND finished_at < $1
    ORDER BY finished_at LIMIT $2);
