-- Something of it is to be sent now.
UPDATE shipment SET due = due | CAST($2 AS BIGINT) WHERE id = $1;
