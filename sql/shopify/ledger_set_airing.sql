-- A write of tags is about to go out; $2: what the order passes through.  A
-- step that was owed is so no more once a later one may be in the store: $3 is
-- 1 only while the step itself goes out.
UPDATE ledger SET airing = 1, echo = $2, owed = owed * CAST($3 AS BIGINT)
WHERE id = $1;
