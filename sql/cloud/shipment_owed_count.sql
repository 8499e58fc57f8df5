-- How many of a channel's shipments wait for a person or a later try.
SELECT count(*) AS n FROM shipment
WHERE channel = $1 AND revision > sent_revision AND store_retry_at > $2;
