-- Stores, their tokens, and each order's sync state (src/shopify/).

CREATE TABLE shop (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- the tenant of its jobs and events
	public_id TEXT NOT NULL,       -- in the callback address; random
	domain TEXT NOT NULL,          -- "name.myshopify.com"
	generation INTEGER NOT NULL,   -- of the installation: 1, 2, …; 0: not yet
	state TEXT NOT NULL,           -- installed uninstalled reconnect
	installed_at INTEGER NOT NULL, -- ms, this generation; 0: not yet
	uninstalled_at INTEGER NOT NULL DEFAULT 0, -- ms; 0: not
	scopes TEXT,                   -- as Shopify granted them
	app_url TEXT,                  -- Logivery App URL; NULL: never paired
	app_token BLOB,                -- Authorization token, sealed
	link_state TEXT NOT NULL DEFAULT 'none',   -- none linked disconnected
	link_reason TEXT,              -- why disconnected, in words
	label TEXT,                    -- the connector's
	automatic INTEGER NOT NULL DEFAULT 1,       -- 1: automatic processes on
	notify_customer INTEGER NOT NULL DEFAULT 1, -- 1: tell buyers of parcels
	every_step INTEGER NOT NULL DEFAULT 0,      -- 1: show every tag step
	trial_token BLOB,              -- sealed; being checked, not saved
	trial_until INTEGER NOT NULL DEFAULT 0,     -- ms; the trial ends
	cloud_fails INTEGER NOT NULL DEFAULT 0,     -- failures in a row
	cloud_until INTEGER NOT NULL DEFAULT 0,     -- ms; no call by itself before
	swept_at INTEGER NOT NULL DEFAULT 0, -- ms; changes up to here were seen
	sweep_began INTEGER NOT NULL DEFAULT 0, -- ms; of the pass under way, or 0
	sweep_at INTEGER NOT NULL DEFAULT 0, -- ms; how far that pass came
	exchanged_at INTEGER NOT NULL DEFAULT 0 -- ms; installed then, at Shopify
) STRICT;

CREATE UNIQUE INDEX shop_by_domain ON shop (domain);
CREATE UNIQUE INDEX shop_by_public ON shop (public_id);

-- The pair of tokens of an installed shop.  Exchange and refresh share the
-- lease: one of them at a time, on one node.
CREATE TABLE shop_token (
	shop INTEGER PRIMARY KEY,      -- shop.id
	pair INTEGER NOT NULL DEFAULT 0, -- counts pairs; bound into the seals
	access BLOB,                   -- sealed; NULL: none
	access_until INTEGER NOT NULL DEFAULT 0,  -- ms
	refresh BLOB,                  -- sealed; NULL: none
	refresh_until INTEGER NOT NULL DEFAULT 0, -- ms
	refreshed_at INTEGER NOT NULL DEFAULT 0,  -- ms; when we got the pair
	lease_owner TEXT,              -- random; who is getting a pair now
	lease_until INTEGER NOT NULL DEFAULT 0    -- ms
) STRICT;

-- A mirror of each shop's bucket of GraphQL points.
CREATE TABLE shop_budget (
	shop INTEGER PRIMARY KEY,      -- shop.id
	ceiling INTEGER NOT NULL,      -- points the bucket holds
	restore INTEGER NOT NULL,      -- points a second
	left_over INTEGER NOT NULL,    -- points, at as_of
	as_of INTEGER NOT NULL,        -- ms, shared clock
	held INTEGER NOT NULL,         -- points of calls in the air, taken …
	held_from INTEGER NOT NULL,    -- … since this; ms, shared clock
	held_old INTEGER NOT NULL      -- points of those taken before it
) STRICT;

-- What an operation really asks, learned from answers.
CREATE TABLE gql_cost (
	operation TEXT PRIMARY KEY,    -- name and first guess, "OrderFull 68"
	cost INTEGER NOT NULL          -- points requested
) STRICT;

CREATE TABLE ledger (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- subject of jobs
	shop INTEGER NOT NULL,         -- shop.id
	generation INTEGER NOT NULL,   -- of the installation that saw it last
	order_id TEXT NOT NULL,        -- the store's number
	name TEXT NOT NULL,            -- "#1001"
	state TEXT NOT NULL,           -- waiting sending done failed skipped
	state_at INTEGER NOT NULL,     -- ms; since when
	created_at INTEGER NOT NULL,   -- ms, of the order
	updated_at INTEGER NOT NULL,   -- ms, newest revision we know of
	tagged_at INTEGER NOT NULL DEFAULT 0, -- ms, revision our last tag write made
	wrote_at INTEGER NOT NULL DEFAULT 0,  -- ms, our clock: when we heard of it
	digest TEXT,                   -- of that revision's document
	sent_digest TEXT,              -- of what the Cloud App last took
	taken_digest TEXT,             -- of what is on its way there
	must_read INTEGER NOT NULL DEFAULT 0, -- 1: read by id before sending;
	                                      -- 2: only its tags
	picture INTEGER NOT NULL DEFAULT 0,   -- our tags, last written or seen
	ours TEXT,                     -- the same as spelled, parted by commas
	echo INTEGER NOT NULL DEFAULT 0,      -- tags our last write passed through
	airing INTEGER NOT NULL DEFAULT 0,    -- 1: a write of tags is in the air
	hidden INTEGER NOT NULL DEFAULT 0,    -- 1: shows no tag, on purpose
	owed INTEGER NOT NULL DEFAULT 0,      -- logivery-syncing was not shown of
	                                      -- this send: 1 show if plenty, 2 must
	tagged_by_hand INTEGER NOT NULL DEFAULT 0, -- 1: older, tagged by staff
	manual INTEGER NOT NULL DEFAULT 0,    -- 1: a person asked for this send
	again INTEGER NOT NULL DEFAULT 0,     -- set of AGAIN_* (ledger.h): send again after this one
	confirmed INTEGER NOT NULL DEFAULT 1, -- 0: the store has not yet
	redacted INTEGER NOT NULL DEFAULT 0,  -- 1: personal data were erased
	attempts INTEGER NOT NULL DEFAULT 0,  -- of this request
	next_at INTEGER NOT NULL DEFAULT 0,   -- ms; not tried before
	cancelled_at INTEGER NOT NULL DEFAULT 0, -- ms; 0: not
	batch TEXT,                    -- send or pull it is in
	via TEXT,                      -- automatic manual pull: how it went
	job TEXT,                      -- the Cloud App's UUID of it
	done_job TEXT,                 -- … of the last send that got there
	code TEXT,                     -- why failed or waiting
	reason TEXT,                   -- the same in words
	customer TEXT,                 -- the store's id of the customer
	asked_at INTEGER NOT NULL DEFAULT 0   -- ms; last asked the Cloud App
) STRICT;

CREATE UNIQUE INDEX ledger_by_order ON ledger (shop, order_id);
CREATE INDEX ledger_by_state ON ledger (shop, state, next_at);
CREATE INDEX ledger_by_batch ON ledger (shop, batch) WHERE batch IS NOT NULL;
CREATE INDEX ledger_by_customer ON ledger (shop, customer)
WHERE customer IS NOT NULL;

-- The newest document of an order, until it is done and a week has passed.
CREATE TABLE ledger_body (
	ledger INTEGER PRIMARY KEY,    -- ledger.id
	body BLOB NOT NULL,            -- sealed document
	at INTEGER NOT NULL            -- ms; when stored
) STRICT;

-- Webhooks as they came, durable before they are answered.
CREATE TABLE inbox (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- order of arrival
	shop INTEGER NOT NULL,         -- shop.id; 0: unknown
	domain TEXT NOT NULL,          -- as the header said
	hook_id TEXT NOT NULL,         -- X-Shopify-Webhook-Id: told once
	topic TEXT NOT NULL,           -- "orders/create"
	triggered_at INTEGER NOT NULL, -- ms; 0: not said
	received_at INTEGER NOT NULL,  -- ms
	state TEXT NOT NULL,           -- waiting done dead
	reason TEXT,                   -- why dead, in words
	body BLOB                      -- sealed; NULL once done
) STRICT;

CREATE UNIQUE INDEX inbox_by_hook ON inbox (hook_id, domain);
CREATE INDEX inbox_waiting ON inbox (shop, id) WHERE state = 'waiting';
CREATE INDEX inbox_old ON inbox (received_at);

-- Batches the Cloud App pulled: the same one answers the same orders.
CREATE TABLE pulled (
	shop INTEGER NOT NULL,         -- shop.id
	batch TEXT NOT NULL,           -- the Cloud App's UUID
	at INTEGER NOT NULL,           -- ms
	PRIMARY KEY (shop, batch)
) STRICT;

-- Signed calls seen, against replay.
CREATE TABLE heard (
	shop INTEGER NOT NULL,         -- shop.id
	call_id TEXT NOT NULL,         -- webhook-id
	at INTEGER NOT NULL,           -- ms
	PRIMARY KEY (shop, call_id)
) STRICT;

-- Events on their way to the Cloud App.
CREATE TABLE outnote (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- order of adding
	shop INTEGER NOT NULL,         -- shop.id
	uuid TEXT NOT NULL,            -- told once by it
	at INTEGER NOT NULL,           -- ms
	grave INTEGER NOT NULL,        -- 1: warn or error; goes first
	level TEXT NOT NULL,           -- debug info warn error
	step TEXT NOT NULL,            -- "tags.failed"
	order_id TEXT,                 -- the store's id
	job TEXT,                      -- the Cloud App's UUID
	code TEXT,                     -- stable code
	reason TEXT NOT NULL,          -- what happened and why
	next TEXT                      -- what to do
) STRICT;

CREATE INDEX outnote_by_shop ON outnote (shop, grave, id);

-- Compliance requests and uninstalls to be passed on.
CREATE TABLE privacy_out (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- order of adding
	shop INTEGER NOT NULL,         -- shop.id
	kind TEXT NOT NULL,            -- customer_redact … uninstalled
	request_id TEXT NOT NULL,      -- told once by it
	customer TEXT,                 -- the store's id
	orders TEXT NOT NULL,          -- JSON array of the store's ids
	at INTEGER NOT NULL,           -- ms
	sent_at INTEGER NOT NULL DEFAULT 0 -- ms; 0: not yet
) STRICT;

CREATE UNIQUE INDEX privacy_out_by_request ON privacy_out (shop, request_id);

-- Orders whose personal data were erased: they never get a body again.
CREATE TABLE redact_mark (
	shop INTEGER NOT NULL,         -- shop.id
	order_id TEXT NOT NULL,        -- the store's id
	at INTEGER NOT NULL,           -- ms
	PRIMARY KEY (shop, order_id)
) STRICT;
