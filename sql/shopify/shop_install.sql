-- An installation begins: a new generation, unless only its tokens were dead.
UPDATE shop SET
    generation = generation + CASE WHEN state = 'reconnect' THEN 0 ELSE 1 END,
    installed_at = CASE WHEN state = 'reconnect' THEN installed_at ELSE $2 END,
    swept_at = CASE WHEN state = 'reconnect' THEN swept_at ELSE $2 END,
    sweep_began = CASE WHEN state = 'reconnect' THEN sweep_began ELSE 0 END,
    sweep_cursor = CASE WHEN state = 'reconnect' THEN sweep_cursor END,
    exchanged_at = $4, state = 'installed', uninstalled_at = 0, scopes = $3
WHERE id = $1;
