-- A newer revision: courier, tracking; lines only before anything was made.
UPDATE fulfil_ship SET revision = $2, lines = $3, company = $4, tracking = $5,
    notify = $6, state = 'going', at = $7
WHERE id = $1;
