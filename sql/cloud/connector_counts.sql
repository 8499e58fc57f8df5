-- Orders of a channel, and how many in each sync state.
SELECT (SELECT count(*) FROM orders WHERE channel = $1) AS orders,
	(SELECT count(*) FROM order_sync
		WHERE channel = $1 AND state = 'syncing') AS syncing,
	(SELECT count(*) FROM order_sync
		WHERE channel = $1 AND state = 'synced') AS synced,
	(SELECT count(*) FROM order_sync
		WHERE channel = $1 AND state = 'error') AS error;
