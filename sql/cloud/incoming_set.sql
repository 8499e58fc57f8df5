-- Newer content joins the waiting import.
UPDATE incoming SET connector = $2, name = $3, mode = $4, updated_at = $5,
	digest = $6, document = $7, received_at = $8
WHERE id = $1;
