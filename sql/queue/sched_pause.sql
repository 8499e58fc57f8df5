-- The tenant's schedules do not fire.
INSERT INTO sched_off (tenant) VALUES ($1) ON CONFLICT (tenant) DO NOTHING;
