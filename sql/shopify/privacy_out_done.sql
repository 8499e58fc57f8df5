-- The Cloud App has it.
UPDATE privacy_out SET sent_at = $2, customer = NULL WHERE id = $1;
