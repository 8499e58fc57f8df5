-- The newest id that is one too many if $1 rows are kept.
SELECT id AS n FROM event ORDER BY id DESC LIMIT 1 OFFSET $1;
