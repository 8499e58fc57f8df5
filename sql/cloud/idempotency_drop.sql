-- The connector is gone.
DELETE FROM idempotency WHERE connector = $1;
