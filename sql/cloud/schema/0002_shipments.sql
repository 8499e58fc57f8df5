-- Couriers, shipments, what carriers say of them, and what the store was told.
-- Instants are milliseconds since 1970 UTC, booleans 0 or 1.

-- Who carries parcels.
CREATE TABLE courier (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	code TEXT NOT NULL,            -- short name for REST and CSV, lower case
	name TEXT NOT NULL,            -- for people
	name_key TEXT NOT NULL,        -- the name in lower case, to find it by
	shopify_name TEXT,             -- Shopify's exact spelling, or NULL
	url TEXT,                      -- tracking page with {number}, or NULL
	custom INTEGER NOT NULL        -- 1: added by a user
) STRICT;
CREATE UNIQUE INDEX courier_code ON courier (code);
CREATE UNIQUE INDEX courier_name ON courier (name_key);

-- Spellings: Shopify's schema 2026-10, FulfillmentTrackingInfo.company.
INSERT INTO courier (code, name, name_key, shopify_name, url, custom) VALUES
('brt', 'BRT', 'brt', 'BRT', 'https://vas.brt.it/vas/sped_det_show.hsm?referer=sped_numspe_par.htm&Nspediz={number}', 0),
('gls_it', 'GLS Italy', 'gls italy', 'GLS Italy', NULL, 0),
('poste', 'Poste Italiane', 'poste italiane', 'Poste Italiane', 'https://www.poste.it/cerca/index.html#/risultati-spedizioni/{number}', 0),
('sda', 'SDA', 'sda', NULL, 'https://www.sda.it/wps/portal/Servizi_online/dettaglio-spedizione?locale=it&tracing.letteraVettura={number}', 0),
('dhl_express', 'DHL Express', 'dhl express', 'DHL Express', 'https://www.dhl.com/it-it/home/tracking.html?tracking-id={number}', 0),
('ups', 'UPS', 'ups', 'UPS', 'https://www.ups.com/track?loc=it_IT&tracknum={number}', 0),
('fedex', 'FedEx', 'fedex', 'FedEx', 'https://www.fedex.com/fedextrack/?trknbr={number}', 0),
('tnt', 'TNT', 'tnt', 'TNT', 'https://www.tnt.com/express/it_it/site/shipping-tools/tracking.html?searchType=con&cons={number}', 0),
('amazon_it', 'Amazon Logistics Italy', 'amazon logistics italy', NULL, 'https://track.amazon.it/tracking/{number}', 0),
('inpost_it', 'InPost Italy', 'inpost italy', NULL, 'https://inpost.it/trova-il-tuo-pacco?number={number}', 0),
('gls', 'GLS', 'gls', 'GLS', NULL, 0),
('dpd', 'DPD', 'dpd', 'DPD', NULL, 0),
('dhl_ecommerce', 'DHL eCommerce', 'dhl ecommerce', 'DHL eCommerce', NULL, 0),
('mondial_relay', 'Mondial Relay', 'mondial relay', 'Mondial Relay', NULL, 0),
('packeta', 'Packeta', 'packeta', 'Packeta', NULL, 0),
('venipak', 'Venipak', 'venipak', 'Venipak', NULL, 0);

-- Lines of one order in one parcel or more.
CREATE TABLE shipment (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	public_id TEXT NOT NULL,       -- 16 random characters; REST, the store
	order_id INTEGER NOT NULL,     -- orders.id
	channel INTEGER NOT NULL,      -- channel.id, of the order
	state TEXT NOT NULL,           -- CREATED CONFIRMED SHIPPED DELIVERED
	                               -- CLOSED TRACKING_FAILED CANCELLED
	courier INTEGER,               -- courier.id, or NULL: not known yet
	notify_customer INTEGER NOT NULL, -- 1: the store writes to the buyer
	hold INTEGER NOT NULL,         -- 1: the order has a conflict
	shipped_at INTEGER NOT NULL,   -- ms; 0: not yet
	delivered_at INTEGER NOT NULL, -- ms; 0: not yet
	tracking_at INTEGER NOT NULL,  -- ms; older tracking changes nothing
	tracking_key TEXT NOT NULL,    -- decides between two of that time
	state_at INTEGER NOT NULL,     -- ms of what the carrier said last
	made_key TEXT,                 -- Idempotency-Key it was made with
	revision INTEGER NOT NULL,     -- of courier and tracking for the store;
	                               -- 0: nothing to tell yet
	sent_revision INTEGER NOT NULL, -- the store has this one; 0: none
	due INTEGER NOT NULL,          -- 1: fulfilment, 2: events; to be sent
	store_state TEXT NOT NULL,     -- none owed sent partial held refused
	store_code TEXT,               -- why not, or NULL
	store_reason TEXT,             -- in words, or NULL
	store_next TEXT,               -- what to do, or NULL
	store_at INTEGER NOT NULL,     -- ms of the last answer; 0: none
	store_tries INTEGER NOT NULL,  -- refusals in a row
	store_retry_at INTEGER NOT NULL, -- ms; schedules leave it alone before
	search TEXT NOT NULL,          -- order, courier, numbers; lower case
	created_at INTEGER NOT NULL    -- ms
) STRICT;
CREATE UNIQUE INDEX shipment_public_id ON shipment (public_id);
CREATE UNIQUE INDEX shipment_made_key ON shipment (order_id, made_key);
CREATE INDEX shipment_owed ON shipment (channel, id)
	WHERE revision > sent_revision;
CREATE INDEX shipment_state ON shipment (state, id);
CREATE INDEX shipment_shipped ON shipment (shipped_at);

-- How many pieces of which line.
CREATE TABLE shipment_line (
	shipment INTEGER NOT NULL,     -- shipment.id
	line INTEGER NOT NULL,         -- order_line.id
	quantity INTEGER NOT NULL,     -- pieces
	PRIMARY KEY (shipment, line)
) STRICT;
CREATE INDEX shipment_line_line ON shipment_line (line);

-- One tracking number.
CREATE TABLE parcel (
	shipment INTEGER NOT NULL,     -- shipment.id
	pos INTEGER NOT NULL,          -- from 0
	number TEXT NOT NULL,          -- as the courier gave it
	PRIMARY KEY (shipment, pos)
) STRICT;
CREATE INDEX parcel_number ON parcel (number);

-- What the store made of a shipment.
CREATE TABLE shipment_fulfillment (
	shipment INTEGER NOT NULL,     -- shipment.id
	external_id TEXT NOT NULL,     -- the store's fulfilment id
	location TEXT,                 -- the store's location id, or NULL
	adopted INTEGER NOT NULL,      -- 1: made elsewhere before
	lines TEXT NOT NULL,           -- JSON: [{id, quantity}]
	made_at INTEGER NOT NULL,      -- ms
	PRIMARY KEY (shipment, external_id)
) STRICT;

-- What a carrier or warehouse system said, once by its id.
CREATE TABLE carrier_event (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	shipment INTEGER NOT NULL,     -- shipment.id
	source TEXT NOT NULL,          -- who says it; "" if not said
	ext_id TEXT NOT NULL,          -- the source's id of it
	kind TEXT NOT NULL,            -- SHIPPED, TRACKING, or one of the eleven
	                               -- of Shopify's FulfillmentEventStatus
	happened_at INTEGER NOT NULL,  -- ms
	message TEXT,                  -- for the buyer, or NULL
	courier INTEGER,               -- courier.id, or NULL
	numbers TEXT,                  -- JSON array of tracking numbers, or NULL
	state TEXT NOT NULL,           -- kept applied owed sent held refused
	                               -- superseded
	code TEXT,                     -- why, or NULL
	reason TEXT,                   -- in words, or NULL
	next TEXT,                     -- what to do, or NULL
	sent_at INTEGER NOT NULL,      -- ms the store took it; 0: not
	received_at INTEGER NOT NULL   -- ms
) STRICT;
CREATE UNIQUE INDEX carrier_event_once ON carrier_event (source, ext_id);
CREATE INDEX carrier_event_shipment
	ON carrier_event (shipment, happened_at);
CREATE INDEX carrier_event_owed ON carrier_event (state, shipment)
	WHERE state IN ('owed', 'held');

-- What an order was when its shipments were made, and the open conflict.
CREATE TABLE order_basis (
	order_id INTEGER PRIMARY KEY,  -- orders.id
	basis TEXT NOT NULL,           -- JSON: lines, hash of the address
	theirs TEXT,                   -- JSON of the store's side; NULL: none
	what TEXT,                     -- the difference in words, or NULL
	since INTEGER NOT NULL,        -- ms it is open since; 0: no conflict
	choice TEXT,                   -- last choice: keep, cancel, adapt
	chosen_at INTEGER NOT NULL     -- ms; 0: never
) STRICT;

-- A CSV file that was sent in.
CREATE TABLE csv_import (
	id INTEGER PRIMARY KEY AUTOINCREMENT, -- subject of its job
	public_id TEXT NOT NULL,       -- 16 random characters
	state TEXT NOT NULL,           -- receiving queued running done
	columns TEXT NOT NULL,         -- JSON array: what each column is
	separator TEXT NOT NULL,       -- one character
	rows INTEGER NOT NULL,         -- lines of data
	done INTEGER NOT NULL,         -- of them looked at
	taken INTEGER NOT NULL,        -- … that changed something
	same INTEGER NOT NULL,         -- … that were known already
	bad INTEGER NOT NULL,          -- … that were refused
	next_seq INTEGER NOT NULL,     -- the chunk to go on with
	job TEXT,                      -- UUID, or NULL
	created_at INTEGER NOT NULL,   -- ms
	finished_at INTEGER NOT NULL   -- ms; 0: not yet
) STRICT;
CREATE UNIQUE INDEX csv_import_public_id ON csv_import (public_id);

-- Some lines of it; gone once worked off.
CREATE TABLE csv_chunk (
	import INTEGER NOT NULL,       -- csv_import.id
	seq INTEGER NOT NULL,          -- from 0
	line INTEGER NOT NULL,         -- number of its first line in the file
	body BLOB NOT NULL,            -- as it came
	PRIMARY KEY (import, seq)
) STRICT;

-- A line of it that was refused.
CREATE TABLE csv_error (
	import INTEGER NOT NULL,       -- csv_import.id
	line INTEGER NOT NULL,         -- number in the file, from 1
	code TEXT NOT NULL,            -- stable code
	reason TEXT NOT NULL,          -- in words
	PRIMARY KEY (import, line)
) STRICT;

CREATE INDEX orders_name ON orders (name);

-- A shipment with its order, courier and today's connector.
CREATE VIEW shipment_view AS
SELECT s.id, s.public_id, s.order_id, o.name AS order_name,
	o.external_id AS order_external, o.cancelled_at AS order_cancelled_at,
	s.channel,
	coalesce(k.id, 0) AS connector, k.public_id AS connector_public,
	coalesce(k.automatic, 0) AS automatic,
	coalesce(k.link_state, 'none') AS link_state,
	s.state, coalesce(s.courier, 0) AS courier, c.code AS courier_code,
	c.name AS courier_name, c.shopify_name AS courier_shopify,
	c.url AS courier_url, s.notify_customer, s.hold, s.shipped_at,
	s.delivered_at, s.tracking_at, s.tracking_key, s.state_at, s.revision,
	s.sent_revision, s.due, s.store_state, s.store_code, s.store_reason,
	s.store_next, s.store_at, s.store_tries, s.store_retry_at, s.search,
	s.created_at
FROM shipment s
JOIN orders o ON o.id = s.order_id
LEFT JOIN courier c ON c.id = s.courier
LEFT JOIN connector k ON k.channel = s.channel;
