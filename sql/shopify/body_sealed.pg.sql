-- As body_sealed.sql; PostgreSQL has a function for a byte.
SELECT convert_from(substr(s, 3, get_byte(s, 1)), 'UTF8') AS key, count(*) AS n
FROM (SELECT body AS s FROM ledger_body WHERE at <= $1
      UNION ALL
      SELECT body FROM inbox WHERE received_at <= $1) AS sealed
WHERE s IS NOT NULL GROUP BY 1 ORDER BY 1;
