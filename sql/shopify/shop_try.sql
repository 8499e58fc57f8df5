-- One more call at $2 to where a person says, of at most $4 within the hour that
-- began after $3: touches no row if there were as many.  An hour that has not
-- begun yet is of a clock that was put right.
UPDATE shop SET
    tries = CASE WHEN tries_from <= $3 OR tries_from > $2 THEN 1
	ELSE tries + 1 END,
    tries_from = CASE WHEN tries_from <= $3 OR tries_from > $2 THEN $2
	ELSE tries_from END
WHERE id = $1 AND (tries_from <= $3 OR tries_from > $2 OR tries < $4);
