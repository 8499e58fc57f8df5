-- Candidates for a bulk read, behind the last one looked at.
SELECT l.id AS n FROM ledger l
WHERE l.shop = $1 AND l.id > $2 AND l.must_read = 1 AND l.manual = 0
  AND l.created_at >= $4
  AND NOT EXISTS (SELECT 1 FROM bulk_line b
    WHERE b.ledger = l.id AND b.lane = 'read')
ORDER BY l.id LIMIT $3;
