-- A fresh set-up link; the one before ends.
INSERT INTO setup_link (id, hash, until) VALUES (1, $1, $2)
ON CONFLICT (id) DO UPDATE SET hash = $1, until = $2;
