-- Sealed tokens of a connector.
SELECT id, token, old_token, old_until FROM connector WHERE id = $1;
