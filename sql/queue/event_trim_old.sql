-- One slice of what happened before $1.
DELETE FROM event WHERE id IN (
    SELECT id FROM event WHERE at < $1 ORDER BY at LIMIT $2);
