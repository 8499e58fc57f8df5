-- We have asked.
UPDATE ledger SET asked_at = $2 WHERE id = $1;
