-- A token that is being checked: callbacks may be signed with it until $3.
UPDATE shop SET trial_token = $2, trial_until = $3 WHERE id = $1;
