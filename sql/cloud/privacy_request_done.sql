-- Done; the ids it named are not needed any more.
UPDATE privacy_request SET done_at = $2 WHERE id = $1;
