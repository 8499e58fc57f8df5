-- The orders of earlier installations.
DELETE FROM ledger WHERE shop = $1 AND generation < $2;
