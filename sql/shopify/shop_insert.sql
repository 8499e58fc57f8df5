-- A shop that shows a valid ID token for the first time; not installed yet.
INSERT INTO shop (public_id, domain, generation, state, installed_at)
VALUES ($1, $2, 0, 'uninstalled', 0)
ON CONFLICT (domain) DO NOTHING;
