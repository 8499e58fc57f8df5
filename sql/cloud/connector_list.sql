-- Connectors by label, behind the cursor.
SELECT id, public_id, technology, label, automatic, notify_customer,
	every_step, coalesce(channel, 0) AS channel, shop, callback_url,
	link_state, app_version, last_contact_at, old_until, created_at,
	ship_rule, failing_since, used_until
FROM connector WHERE label > $1 ORDER BY label LIMIT $2;
