-- What is left of an order whose personal data were erased: ids and state.
UPDATE ledger SET redacted = 1, customer = NULL, reason = NULL
WHERE shop = $1 AND order_id = $2;
