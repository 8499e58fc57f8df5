-- Whoever else wants to change it waits for the end of this transaction.
UPDATE shop SET state = state WHERE id = $1;
