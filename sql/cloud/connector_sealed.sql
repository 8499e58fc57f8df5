-- Which keys tokens are sealed with (a seal: version, length of the key's id,
-- the id, …), and how many; not those that are of no use at $1.
SELECT CAST(substr(s, 3, unicode(CAST(substr(s, 2, 1) AS TEXT))) AS TEXT) AS key,
    count(*) AS n
FROM (SELECT token AS s FROM connector
      UNION ALL
      SELECT old_token FROM connector WHERE old_until > $1) AS sealed
WHERE s IS NOT NULL GROUP BY 1 ORDER BY 1;
