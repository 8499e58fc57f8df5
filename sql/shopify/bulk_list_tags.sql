-- Candidates for a bulk write of tags, behind the last one looked at.
SELECT l.id AS n FROM ledger l
WHERE l.shop = $1 AND l.id > $2 AND l.hidden = 0 AND l.state <> 'skipped'
  AND (l.airing = 1 OR l.picture <> CASE l.state WHEN 'waiting' THEN 1
    WHEN 'sending' THEN 2 WHEN 'done' THEN 4 ELSE 8 END)
  AND l.airing = 0 AND l.manual = 0 AND l.owed < 2
  AND (l.state IN ('done', 'failed') OR l.state_at <= $4)
  AND NOT EXISTS (SELECT 1 FROM bulk_line b
    WHERE b.ledger = l.id AND b.lane = 'tags')
ORDER BY l.id LIMIT $3;
