-- What came with that key, and what was answered.
SELECT hash, answer FROM idempotency WHERE connector = $1 AND name = $2;
