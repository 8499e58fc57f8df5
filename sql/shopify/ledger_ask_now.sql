-- Somebody wants to know; who comes within $3 of another need not ask again, and
-- what a run that is at work has taken may be in the air.
UPDATE ledger SET asked_at = $2
WHERE id = $1 AND state = 'sending' AND asked_at <= $3
  AND (job IS NOT NULL OR NOT EXISTS (SELECT 1 FROM job r
    WHERE r.tenant = ledger.shop AND r.state = 'running'
      AND ledger.batch = r.uuid || '/' || r.fence));
