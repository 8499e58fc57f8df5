-- Erased on request.
DELETE FROM ledger_body WHERE ledger IN
    (SELECT id FROM ledger WHERE shop = $1 AND order_id = $2);
