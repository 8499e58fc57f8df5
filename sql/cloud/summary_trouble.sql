-- What needs a look: orders in error, shipments the store did not take, stores
-- whose link does not work ($1: now).
SELECT (SELECT count(*) FROM order_sync WHERE state = 'error') AS errors,
	(SELECT count(*) FROM shipment WHERE revision > sent_revision
		AND store_state = 'held') AS held,
	(SELECT count(*) FROM shipment WHERE revision > sent_revision
		AND store_state = 'refused') AS refused,
	(SELECT count(*) FROM connector WHERE link_state <> 'linked'
		OR failing_since <> 0
		OR (used_until <> 0 AND used_until <= $1))
		AS disconnected;
