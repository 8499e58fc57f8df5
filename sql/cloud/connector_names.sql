-- Public ids of all connectors, to show beside jobs and log lines.
SELECT id, public_id FROM connector;
