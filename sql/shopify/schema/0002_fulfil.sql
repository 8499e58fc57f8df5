-- Shipments on their way into the store (src/shopify/fulfil*).

-- Who works on an order's fulfilments: one at a time, on one node.
CREATE TABLE fulfil_order (
	shop INTEGER NOT NULL,         -- shop.id
	order_id TEXT NOT NULL,        -- the store's id
	owner TEXT NOT NULL,           -- random; whose lease it is
	until INTEGER NOT NULL,        -- ms, shared clock; 0: nobody's
	PRIMARY KEY (shop, order_id)
) STRICT;

-- A shipment as the Cloud App last told it.
CREATE TABLE fulfil_ship (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	shop INTEGER NOT NULL,         -- shop.id
	shipment TEXT NOT NULL,        -- the Cloud App's id
	order_id TEXT NOT NULL,        -- the store's id
	revision INTEGER NOT NULL,     -- of courier and tracking
	lines TEXT NOT NULL,           -- JSON [{id, quantity}] of the order
	company TEXT,                  -- the courier, as Shopify is told it
	tracking TEXT NOT NULL,        -- JSON [{number, url}]
	notify INTEGER NOT NULL,       -- 1: the buyer hears of it
	state TEXT NOT NULL,           -- going done held
	code TEXT,                     -- why held
	reason TEXT,                   -- the same in words
	next TEXT,                     -- what to do
	at INTEGER NOT NULL            -- ms; last touched
) STRICT;

CREATE UNIQUE INDEX fulfil_ship_by_id ON fulfil_ship (shop, shipment);
CREATE INDEX fulfil_ship_by_order ON fulfil_ship (shop, order_id);
CREATE INDEX fulfil_ship_old ON fulfil_ship (shop, at);

-- One fulfilment of a shipment: what leaves one location.
CREATE TABLE fulfil (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	ship INTEGER NOT NULL,         -- fulfil_ship.id
	location TEXT,                 -- the store's id
	lines TEXT NOT NULL,           -- JSON [{id, quantity}] of the order
	state TEXT NOT NULL,           -- planned air made refused
	external TEXT,                 -- the store's id, once made
	adopted INTEGER NOT NULL,      -- 1: made by somebody else
	revision INTEGER NOT NULL,     -- whose tracking the store has
	numbers TEXT NOT NULL,         -- JSON; ours that the store has
	tracking_until INTEGER NOT NULL, -- ms; its tracking is in the air; 0: not
	aired_at INTEGER NOT NULL,     -- ms; the call began
	air_until INTEGER NOT NULL     -- ms; may be in the air till then; 0: not
) STRICT;

CREATE INDEX fulfil_by_ship ON fulfil (ship);

-- A carrier's word about one fulfilment.
CREATE TABLE fulfil_event (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	ship INTEGER NOT NULL,         -- fulfil_ship.id
	event TEXT NOT NULL,           -- the Cloud App's id
	external TEXT NOT NULL,        -- the fulfilment's, in the store
	status TEXT NOT NULL,          -- DELIVERED …
	happened_at INTEGER NOT NULL,  -- ms
	state TEXT NOT NULL,           -- planned air made held
	code TEXT,                     -- why held
	reason TEXT,                   -- the same in words
	aired_at INTEGER NOT NULL,     -- ms; the call began
	air_until INTEGER NOT NULL     -- ms; may be in the air till then; 0: not
) STRICT;

CREATE UNIQUE INDEX fulfil_event_by_id ON fulfil_event (ship, event, external);
