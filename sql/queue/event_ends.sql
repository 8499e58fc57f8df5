-- The oldest line's id and the newest one's; 0: there is none.
SELECT coalesce((SELECT min(id) FROM event), 0) AS first,
	coalesce((SELECT max(id) FROM event), 0) AS last;
