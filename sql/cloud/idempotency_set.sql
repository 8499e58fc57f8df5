-- The answer.
UPDATE idempotency SET answer = $3 WHERE connector = $1 AND name = $2;
