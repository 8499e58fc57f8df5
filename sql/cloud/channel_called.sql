-- Stores that people call so: the domain decides; only if no store has it, the
-- label of today's connector.  In lower case, of ASCII only.
-- Two are enough to know.
SELECT ch.id AS n FROM channel ch LEFT JOIN connector c ON c.channel = ch.id
WHERE lower(ch.shop) = $1 OR (lower(c.label) = $1 AND NOT EXISTS
	(SELECT 1 FROM channel d WHERE lower(d.shop) = $1))
ORDER BY ch.id LIMIT 2;
