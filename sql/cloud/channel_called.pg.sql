-- Stores that people call so: by domain, or by the label of today's connector;
-- in lower case, of ASCII only, as "C" knows it.  Two are enough to know.
SELECT ch.id AS n FROM channel ch LEFT JOIN connector c ON c.channel = ch.id
WHERE lower(ch.shop COLLATE "C") = $1 OR lower(c.label COLLATE "C") = $1
ORDER BY ch.id LIMIT 2;
