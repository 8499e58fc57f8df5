-- Done: only its id stays, against repeats.  Dead: kept as it is, with why.
UPDATE inbox SET state = $2, reason = $3,
    body = CASE WHEN $2 = 'done' THEN NULL ELSE body END
WHERE id = $1;
