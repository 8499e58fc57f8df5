-- Rows whose tag in the store may differ from what it should be: 1 no-sync,
-- 2 syncing, 4 synced, 8 error.
SELECT id FROM ledger
WHERE shop = $1 AND hidden = 0 AND state <> 'skipped'
  AND (airing = 1 OR picture <> CASE state WHEN 'waiting' THEN 1
    WHEN 'sending' THEN 2 WHEN 'done' THEN 4 ELSE 8 END)
ORDER BY id LIMIT 200;
