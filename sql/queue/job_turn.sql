-- The tenant was served: it goes to the end of the line.
INSERT INTO turn (tenant, served)
VALUES ($1, (SELECT coalesce(max(served), 0) + 1 FROM turn))
ON CONFLICT (tenant) DO UPDATE SET served = excluded.served;
