-- A shop by its domain.
SELECT id, public_id, domain, generation, state, installed_at, uninstalled_at,
    scopes, app_url, link_state, link_reason, label, automatic, notify_customer,
    every_step, swept_at, sweep_began, sweep_at, exchanged_at, opened_at, link_code,
    sweep_cursor
FROM shop WHERE domain = $1;
