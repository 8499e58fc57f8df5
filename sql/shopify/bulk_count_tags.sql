-- How many orders do not show their tag, up to a limit.  Those that a person
-- waits for are not for bulk, nor those that will soon be further on: $3.
SELECT count(*) AS n FROM (SELECT 1 AS one FROM ledger
  WHERE shop = $1 AND hidden = 0 AND state <> 'skipped'
  AND (airing = 1 OR picture <> CASE state WHEN 'waiting' THEN 1
    WHEN 'sending' THEN 2 WHEN 'done' THEN 4 ELSE 8 END)
    AND airing = 0 AND manual = 0 AND owed < 2
    AND (state IN ('done', 'failed') OR state_at <= $3)
  LIMIT $2) AS found;
