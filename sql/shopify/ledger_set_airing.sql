-- A write of tags is about to go out; $2: what the order passes through.
UPDATE ledger SET airing = 1, echo = $2 WHERE id = $1;
