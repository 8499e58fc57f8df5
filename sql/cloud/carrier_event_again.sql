-- Events the store could not take are tried again.
UPDATE carrier_event SET state = 'owed'
WHERE shipment = $1 AND state = 'held';
