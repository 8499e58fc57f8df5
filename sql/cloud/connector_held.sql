-- How many of a channel's shipments the store did not take.
SELECT count(*) AS n FROM shipment WHERE channel = $1
	AND revision > sent_revision AND store_state IN ('held', 'refused');
