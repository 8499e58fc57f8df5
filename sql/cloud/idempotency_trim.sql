-- Keys over 7 days.
DELETE FROM idempotency WHERE created_at < $1;
