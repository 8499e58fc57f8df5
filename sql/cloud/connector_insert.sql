-- A connector without its token, which is sealed to the id this gives.
INSERT INTO connector (public_id, technology, label, old_until, automatic,
	notify_customer, every_step, link_state, last_contact_at, created_at)
VALUES ($1, $2, $3, 0, 1, 1, 0, 'none', 0, $4)
ON CONFLICT (label) DO NOTHING
RETURNING id, public_id, technology, label, automatic, notify_customer,
	every_step, coalesce(channel, 0) AS channel, shop, callback_url,
	link_state, app_version, last_contact_at, old_until, created_at,
	ship_rule;
