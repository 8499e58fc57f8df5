-- Stores that people call so: by domain, or by the label of today's connector;
-- in lower case, of ASCII only.  Two are enough to know.
SELECT ch.id AS n FROM channel ch LEFT JOIN connector c ON c.channel = ch.id
WHERE lower(ch.shop) = $1 OR lower(c.label) = $1
ORDER BY ch.id LIMIT 2;
