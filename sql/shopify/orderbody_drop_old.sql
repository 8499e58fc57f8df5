-- The documents of earlier installations.
DELETE FROM ledger_body WHERE ledger IN
    (SELECT id FROM ledger WHERE shop = $1 AND generation < $2);
