-- Background work, schedules and the log (src/queue/, doc/jobs.md).

CREATE TABLE job (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- order of adding
	uuid TEXT NOT NULL,            -- version 7; what people see
	kind TEXT NOT NULL,            -- "import_orders"
	tenant INTEGER NOT NULL,       -- connector or shop; 0: none
	key TEXT,                      -- strict order within (tenant, key)
	once TEXT,                     -- one waits within (tenant, once)
	subject INTEGER NOT NULL,      -- id of what it is about; 0: nothing
	args TEXT,                     -- small JSON
	state TEXT NOT NULL,           -- waiting running done dead parked
	prio INTEGER NOT NULL,         -- lower first within a tenant
	run_at INTEGER NOT NULL,       -- ms; not before
	asleep INTEGER NOT NULL,       -- 1: run_at was in the future; see job_wake
	attempts INTEGER NOT NULL DEFAULT 0,     -- begun so far
	crashes INTEGER NOT NULL DEFAULT 0,      -- died with the program
	suspect INTEGER NOT NULL DEFAULT 0,      -- 1: runs alone
	fence INTEGER NOT NULL DEFAULT 0,        -- raised by every claim
	lease_owner TEXT,                        -- the runner that has it
	lease_until INTEGER NOT NULL DEFAULT 0,  -- ms, shared clock
	effect_until INTEGER NOT NULL DEFAULT 0, -- ms; a call may be in the air
	created_at INTEGER NOT NULL,             -- ms
	started_at INTEGER NOT NULL DEFAULT 0,   -- ms, last claim; 0: not yet
	finished_at INTEGER NOT NULL DEFAULT 0,  -- ms, done or dead; 0: not yet
	code TEXT,                               -- of the last failure
	reason TEXT,                             -- of the last failure, in words
	result TEXT                              -- what a done job did, in words
) STRICT;

CREATE UNIQUE INDEX job_uuid ON job (uuid);

-- Lists and counts for people.  Statements say state <> 'done' to use the
-- second: SQLite would prefer a full index on state to all others here.
CREATE INDEX job_by_tenant ON job (tenant, id);
CREATE INDEX job_by_state ON job (state, tenant, id)
WHERE state <> 'done';
CREATE INDEX job_done ON job (finished_at, tenant)
WHERE state = 'done';

-- Coalescing: adding again meets the one that waits.
CREATE UNIQUE INDEX job_by_once ON job (tenant, once)
WHERE state IN ('waiting', 'parked') AND once IS NOT NULL;

-- From here on: what a claim reads.  Finished jobs are in none of them.
CREATE INDEX job_by_key ON job (tenant, key, id)
WHERE state IN ('waiting', 'running', 'parked') AND key IS NOT NULL;

CREATE INDEX job_awake ON job (tenant, prio, id)
WHERE state = 'waiting' AND asleep = 0;

CREATE INDEX job_asleep ON job (run_at)
WHERE state = 'waiting' AND asleep = 1;

CREATE INDEX job_suspect ON job (id)
WHERE state = 'waiting' AND asleep = 0 AND suspect = 1;

CREATE INDEX job_running ON job (tenant, id)
WHERE state = 'running';

-- Fair share: tenants take turns, the one served longest ago first.
CREATE TABLE turn (
	tenant INTEGER PRIMARY KEY, -- as in job
	served INTEGER NOT NULL     -- rises with every claim
) STRICT;

CREATE INDEX turn_by_served ON turn (served);

CREATE TABLE sched (
	tenant INTEGER NOT NULL,            -- as in job
	kind TEXT NOT NULL,                 -- of job that is added
	every_s INTEGER NOT NULL,           -- interval; 0: off
	next_at INTEGER NOT NULL,           -- ms, next slot; 0 when off
	last_at INTEGER NOT NULL DEFAULT 0, -- ms, last fired; 0: never
	last_job TEXT,                      -- UUID it added or met
	PRIMARY KEY (tenant, kind)
) STRICT;

-- Tenants whose schedules do not fire, whatever rows they have or get.
CREATE TABLE sched_off (
	tenant INTEGER PRIMARY KEY -- as in sched
) STRICT;

CREATE TABLE event (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- order of adding
	at INTEGER NOT NULL,     -- ms, when it happened
	tenant INTEGER NOT NULL, -- as in job; 0: none
	level TEXT NOT NULL,     -- debug info warn error
	step TEXT NOT NULL,      -- dotted: "order.imported"
	job TEXT,                -- UUID
	order_id TEXT,           -- the store's id
	order_name TEXT,         -- "#1001"
	text TEXT NOT NULL,      -- what happened, in words
	reason TEXT,             -- why
	next TEXT,               -- what to do
	origin TEXT NOT NULL,    -- cloud or shopify: which program saw it
	ext_id TEXT              -- the sender's id: told once
) STRICT;

CREATE UNIQUE INDEX event_by_ext ON event (tenant, ext_id)
WHERE ext_id IS NOT NULL;
CREATE INDEX event_by_tenant ON event (tenant, id);
CREATE INDEX event_by_job ON event (job, id) WHERE job IS NOT NULL;
CREATE INDEX event_by_order ON event (order_id, id)
WHERE order_id IS NOT NULL;
CREATE INDEX event_by_at ON event (at);
