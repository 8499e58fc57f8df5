-- The sealed tokens of a shop's link, and how its calls go.
SELECT app_token, trial_token, trial_until, cloud_fails, cloud_until
FROM shop WHERE id = $1;
