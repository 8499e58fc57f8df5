-- Must not come back.
INSERT INTO redacted (channel, name, at) VALUES ($1, $2, $3)
ON CONFLICT (channel, name) DO UPDATE SET at = $3;
