-- A link was made: address and sealed token of the connector, and what it said.
UPDATE shop SET app_url = $2, app_token = $3, link_state = 'linked',
    link_reason = NULL, link_code = NULL, label = $4, automatic = $5,
    trial_token = NULL, trial_until = 0, cloud_fails = 0, cloud_until = 0
WHERE id = $1;
