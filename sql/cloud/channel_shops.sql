-- The domains of all stores, to show beside their shipments.
SELECT id, shop FROM channel;
