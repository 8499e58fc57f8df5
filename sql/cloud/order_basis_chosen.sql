-- A person chose; what the store says is the basis now.
UPDATE order_basis SET basis = $2, theirs = NULL, what = NULL, since = 0,
	choice = $3, chosen_at = $4
WHERE order_id = $1;
