-- What people may change.
UPDATE connector SET label = $2, automatic = $3, notify_customer = $4,
	every_step = $5
WHERE id = $1;
