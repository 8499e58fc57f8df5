-- Somebody wants to know; who comes within $3 of another need not ask again.
UPDATE ledger SET asked_at = $2 WHERE id = $1 AND asked_at <= $3;
