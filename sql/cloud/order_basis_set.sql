-- Shipments are made on this content; no conflict is open.
INSERT INTO order_basis (order_id, basis, theirs, what, since, choice,
	chosen_at)
VALUES ($1, $2, NULL, NULL, 0, NULL, 0)
ON CONFLICT (order_id) DO UPDATE SET basis = $2, theirs = NULL, what = NULL,
	since = 0;
