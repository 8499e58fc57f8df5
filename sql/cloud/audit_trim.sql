-- Too old to keep; a slice.
DELETE FROM audit WHERE id IN (
	SELECT id FROM audit WHERE at < $1 ORDER BY at LIMIT $2);
