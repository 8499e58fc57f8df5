-- The next webhooks of a shop, as they came.
SELECT id, hook_id, topic, triggered_at, received_at, body FROM inbox
WHERE shop = $1 AND state = 'waiting' AND id > $2 ORDER BY id LIMIT $3;
