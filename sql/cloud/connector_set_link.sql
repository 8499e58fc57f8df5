-- Linked with a store.
UPDATE connector SET channel = $2, shop = $3, callback_url = $4,
	app_version = $5, link_state = 'linked', last_contact_at = $6,
	failing_since = 0
WHERE id = $1;
