-- The Cloud App: people, connectors, orders.  Instants are milliseconds since
-- 1970 UTC, booleans 0 or 1, money decimal text.

-- People who sign in.
CREATE TABLE app_user (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	email TEXT NOT NULL,           -- lower case, trimmed
	password TEXT NOT NULL,        -- argon2id, as libsodium writes it
	role TEXT NOT NULL,            -- viewer, operator, manager
	created_at INTEGER NOT NULL,   -- ms
	language TEXT,                 -- of the console: en, it; NULL: not said
	theme TEXT                     -- light, dark, auto; NULL: not said
) STRICT;
CREATE UNIQUE INDEX app_user_email ON app_user (email);

-- Who did what to accounts, tokens and connectors.
CREATE TABLE audit (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	at INTEGER NOT NULL,           -- ms
	who TEXT NOT NULL,             -- e-mail, or "API token 3"
	kind TEXT NOT NULL,            -- "user.role"
	text TEXT NOT NULL             -- what happened, in words
) STRICT;
CREATE INDEX audit_at ON audit (at);

-- One sign-in of one person.
CREATE TABLE app_session (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	hash BLOB NOT NULL,            -- SHA-256 of the cookie's value
	user_id INTEGER NOT NULL,      -- app_user.id
	created_at INTEGER NOT NULL,   -- ms; ends 12 h later
	seen_at INTEGER NOT NULL       -- ms; ends 30 min later
) STRICT;
CREATE UNIQUE INDEX app_session_hash ON app_session (hash);
CREATE INDEX app_session_user ON app_session (user_id);

-- Failed sign-ins, per account and per address.
CREATE TABLE throttle (
	name TEXT NOT NULL PRIMARY KEY, -- "account:HASH" or "address:IP"
	failures INTEGER NOT NULL,     -- since the last success
	last_at INTEGER NOT NULL       -- ms of the last failure
) STRICT;

-- The one-time link that makes the first manager; one row, id 1.
CREATE TABLE setup_link (
	id INTEGER PRIMARY KEY,        -- 1
	hash BLOB NOT NULL,            -- SHA-256 of the link's token
	until INTEGER NOT NULL         -- ms; no use after
) STRICT;

-- Machines that use the REST API.
CREATE TABLE api_token (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	hash BLOB NOT NULL,            -- SHA-256 of the token
	name TEXT NOT NULL,            -- given by its maker
	role TEXT NOT NULL,            -- viewer, operator, manager
	created_at INTEGER NOT NULL,   -- ms
	last_used INTEGER NOT NULL     -- ms, to the minute; 0: never
) STRICT;
CREATE UNIQUE INDEX api_token_hash ON api_token (hash);

-- A store orders come from; made with the first link, outlives connectors.
CREATE TABLE channel (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	technology TEXT NOT NULL,      -- "shopify"
	shop TEXT NOT NULL,            -- permanent host name, lower case
	name TEXT NOT NULL,            -- label of the connector that made it
	created_at INTEGER NOT NULL    -- ms
) STRICT;
CREATE UNIQUE INDEX channel_shop ON channel (technology, shop);

-- One store's link.
CREATE TABLE connector (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- tenant of its jobs and events
	public_id TEXT NOT NULL,       -- 12 characters, in the Logivery App URL
	technology TEXT NOT NULL,      -- "shopify"
	label TEXT NOT NULL,           -- for people
	token BLOB,                    -- sealed, "connector.token:ID"; NULL only
	                               -- inside the transaction that makes it
	old_token BLOB,                -- sealed, before the last rotation
	old_until INTEGER NOT NULL,    -- ms the old one is valid until; 0: none
	automatic INTEGER NOT NULL,    -- 1: automatic processes enabled
	notify_customer INTEGER NOT NULL, -- 1: the store tells buyers of parcels
	every_step INTEGER NOT NULL,   -- 1: show each sync state in the tags
	ship_rule TEXT,                -- JSON: the latest shipping date, or NULL
	channel INTEGER,               -- channel.id it serves, or NULL
	shop TEXT,                     -- the store last linked, or NULL
	callback_url TEXT,             -- the app's address, or NULL
	link_state TEXT NOT NULL,      -- none, linked, disconnected
	app_version TEXT,              -- as the app said, or NULL
	last_contact_at INTEGER NOT NULL, -- ms, to the minute; 0: never
	created_at INTEGER NOT NULL    -- ms
) STRICT;
CREATE UNIQUE INDEX connector_public_id ON connector (public_id);
CREATE UNIQUE INDEX connector_label ON connector (label);
CREATE UNIQUE INDEX connector_channel ON connector (channel);

-- Documents taken, waiting for their import job; gone once imported.
CREATE TABLE incoming (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- subject of the job
	channel INTEGER NOT NULL,      -- channel.id
	external_id TEXT NOT NULL,     -- the store's order id
	connector INTEGER NOT NULL,    -- connector.id that brought it
	name TEXT NOT NULL,            -- "#1001"
	mode TEXT NOT NULL,            -- automatic, manual, pull
	updated_at INTEGER NOT NULL,   -- ms, the store's
	digest TEXT NOT NULL,          -- of the content, hexadecimal
	document TEXT NOT NULL,        -- the order document, JSON
	job TEXT,                      -- UUID of its import job
	received_at INTEGER NOT NULL   -- ms
) STRICT;
CREATE UNIQUE INDEX incoming_order ON incoming (channel, external_id);
CREATE INDEX incoming_name ON incoming (channel, name);

-- What the store is to know of each order it sent, taken or not.
CREATE TABLE order_sync (
	channel INTEGER NOT NULL,      -- channel.id
	external_id TEXT NOT NULL,     -- the store's order id
	state TEXT NOT NULL,           -- syncing, synced, error
	code TEXT,                     -- stable code, or NULL
	reason TEXT,                   -- in words, or NULL
	job TEXT,                      -- UUID of its latest import job, or NULL
	owed INTEGER NOT NULL,         -- 1: the store has not acknowledged it
	seq INTEGER NOT NULL,          -- grows with each change of state
	changed_at INTEGER NOT NULL,   -- ms
	PRIMARY KEY (channel, external_id)
) STRICT;
CREATE INDEX order_sync_owed ON order_sync (channel, owed, changed_at);
CREATE INDEX order_sync_state ON order_sync (state, channel);

-- An order, once per channel and store id.
CREATE TABLE orders (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	channel INTEGER NOT NULL,      -- channel.id
	external_id TEXT NOT NULL,     -- the store's order id
	connector INTEGER NOT NULL,    -- connector.id that brought it last
	name TEXT NOT NULL,            -- "#1001"
	status TEXT NOT NULL,          -- placed, partial, total
	currency TEXT NOT NULL,        -- the store's, ISO 4217
	total TEXT NOT NULL,           -- decimal, in that currency
	country TEXT,                  -- ISO 3166-1 alpha-2, or NULL
	destination TEXT,              -- name, postal code, town, or NULL
	shipping_preference TEXT,      -- the way of delivery chosen, or NULL
	flags TEXT NOT NULL,           -- JSON array of words
	nlines INTEGER NOT NULL,       -- lines
	customer_id TEXT,              -- the store's customer id, or NULL
	placed_at INTEGER NOT NULL,    -- ms, by the buyer
	created_at INTEGER NOT NULL,   -- ms, in the store
	updated_at INTEGER NOT NULL,   -- ms, the store's, of the content held
	cancelled_at INTEGER NOT NULL, -- ms, in the store; 0: not
	imported_at INTEGER NOT NULL,  -- ms it entered the Cloud App
	digest TEXT NOT NULL,          -- of the content, hexadecimal
	changed INTEGER NOT NULL,      -- 1: changed in the store after import
	changed_what TEXT,             -- in words, or NULL
	redacted_at INTEGER NOT NULL,  -- ms personal data were erased; 0: not
	ship_by INTEGER NOT NULL,      -- ms it must have left by; 0: no date
	search TEXT NOT NULL,          -- what a search looks through, lower case
	document TEXT NOT NULL         -- the whole order document, JSON
) STRICT;
CREATE UNIQUE INDEX orders_external ON orders (channel, external_id);
CREATE INDEX orders_customer ON orders (channel, customer_id);
CREATE INDEX orders_channel ON orders (channel, id);
CREATE INDEX orders_status ON orders (status, id);
CREATE INDEX orders_imported ON orders (imported_at);
-- To be managed, the most urgent first; and what is left of the list.  They hold
-- what their conditions name, so that counting looks at no order.
CREATE INDEX orders_due ON orders (ship_by, id, status, cancelled_at)
	WHERE status <> 'total' AND cancelled_at = 0;
CREATE INDEX orders_managed ON orders (id, status, cancelled_at)
	WHERE status = 'total' OR cancelled_at <> 0;

-- What a person may type to find an order: a beginning of one of these.
CREATE TABLE order_word (
	word TEXT NOT NULL COLLATE BINARY, -- lower case
	order_id INTEGER NOT NULL,     -- orders.id
	part INTEGER NOT NULL,         -- 0: of the order; 1: of its parcels
	PRIMARY KEY (word, order_id, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_word_order ON order_word (order_id, word);

-- Lines of an order; kept when the store removes one (current_quantity 0),
-- since a shipment may name it.
CREATE TABLE order_line (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	order_id INTEGER NOT NULL,     -- orders.id
	pos INTEGER NOT NULL,          -- place in the order, from 0
	external_id TEXT NOT NULL,     -- the store's line id
	sku TEXT,                      -- stock keeping unit, or NULL
	gtin TEXT,                     -- bar code, or NULL
	title TEXT NOT NULL,           -- product and variant
	quantity INTEGER NOT NULL,     -- pieces ordered
	current_quantity INTEGER NOT NULL, -- pieces left after edits and refunds
	requires_shipping INTEGER NOT NULL, -- 1: goods to send
	unit_value TEXT NOT NULL       -- decimal, in the order's currency
) STRICT;
CREATE UNIQUE INDEX order_line_external ON order_line (order_id, external_id);

-- Answers given, so that a repeated call gets the same one.
CREATE TABLE idempotency (
	connector INTEGER NOT NULL,    -- connector.id
	name TEXT NOT NULL,            -- the Idempotency-Key
	hash BLOB NOT NULL,            -- SHA-256 of the request's body
	answer TEXT,                   -- JSON; NULL only inside its transaction
	created_at INTEGER NOT NULL,   -- ms; kept 7 days
	PRIMARY KEY (connector, name)
) STRICT;
CREATE INDEX idempotency_age ON idempotency (created_at);

-- Privacy requests passed on from the platform.
CREATE TABLE privacy_request (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- subject of the job
	channel INTEGER NOT NULL,      -- channel.id
	connector INTEGER NOT NULL,    -- connector.id that passed it on
	kind TEXT NOT NULL,            -- customer_redact and so on
	request_id TEXT NOT NULL,      -- the sender's
	customer TEXT,                 -- the store's customer id, or NULL
	orders TEXT NOT NULL,          -- JSON array of the store's order ids
	job TEXT,                      -- UUID
	created_at INTEGER NOT NULL,   -- ms
	done_at INTEGER NOT NULL       -- ms; 0: not yet
) STRICT;
CREATE UNIQUE INDEX privacy_request_once
	ON privacy_request (channel, kind, request_id);

-- Whose personal data must not come back.
CREATE TABLE redacted (
	channel INTEGER NOT NULL,      -- channel.id
	name TEXT NOT NULL,            -- "order:ID", "customer:ID" or "shop"
	at INTEGER NOT NULL,           -- ms; what is older stays out
	PRIMARY KEY (channel, name)
) STRICT;

-- An order as lists show it, with today's connector.
CREATE VIEW order_view AS
SELECT o.id, o.channel, coalesce(c.id, 0) AS connector,
	c.public_id AS connector_public, o.external_id, o.name, o.status,
	o.currency, o.total, o.country, o.destination, o.shipping_preference,
	o.flags, o.nlines, o.placed_at, o.created_at, o.updated_at,
	o.cancelled_at, o.imported_at, o.digest, o.changed, o.changed_what,
	o.ship_by, coalesce(s.state, 'synced') AS sync_state,
	s.code AS sync_code, s.reason AS sync_reason, s.job
FROM orders o
LEFT JOIN order_sync s
	ON s.channel = o.channel AND s.external_id = o.external_id
LEFT JOIN connector c ON c.channel = o.channel;
