-- A newer document takes the place of the older.
INSERT INTO ledger_body (ledger, body, at) VALUES ($1, $2, $3)
ON CONFLICT (ledger) DO UPDATE SET body = excluded.body, at = excluded.at;
