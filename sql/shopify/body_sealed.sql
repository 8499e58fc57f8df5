-- Which keys kept bodies are sealed with, and how many: those of $1 and before.
SELECT CAST(substr(s, 3, unicode(CAST(substr(s, 2, 1) AS TEXT))) AS TEXT) AS key,
    count(*) AS n
FROM (SELECT body AS s FROM ledger_body WHERE at <= $1
      UNION ALL
      SELECT body FROM inbox WHERE received_at <= $1) AS sealed
WHERE s IS NOT NULL GROUP BY 1 ORDER BY 1;
