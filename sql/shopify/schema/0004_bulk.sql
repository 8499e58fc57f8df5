-- Loads that Shopify works off by itself (src/shopify/bulk*).

CREATE TABLE bulk_op (
	id INTEGER PRIMARY KEY AUTOINCREMENT,
	shop INTEGER NOT NULL,         -- shop.id
	generation INTEGER NOT NULL,   -- of the installation that began it
	lane TEXT NOT NULL,            -- tags read
	verb TEXT NOT NULL,            -- add remove read
	mark TEXT NOT NULL,            -- UUID in its document: known again by it
	state TEXT NOT NULL,           -- filling filled staged called running
	                               -- reading checking done
	state_at INTEGER NOT NULL,     -- ms; since when
	begun_at INTEGER NOT NULL,     -- ms
	fill_at INTEGER NOT NULL DEFAULT 0, -- ledger.id looked at last
	path TEXT,                     -- of the file that was put up
	called_at INTEGER NOT NULL DEFAULT 0, -- ms; Shopify was asked to run it
	gid TEXT,                      -- Shopify's id of it
	made_at INTEGER NOT NULL DEFAULT 0, -- ms, Shopify's clock
	cancelled INTEGER NOT NULL DEFAULT 0, -- 1: we asked to stop it
	read_at INTEGER NOT NULL DEFAULT 0, -- bytes of its result taken
	failures INTEGER NOT NULL DEFAULT 0, -- of fetching, in a row
	lines INTEGER NOT NULL DEFAULT 0, -- it began with
	taken INTEGER NOT NULL DEFAULT 0, -- lines whose outcome is in the ledger
	told INTEGER NOT NULL DEFAULT 0,  -- objects done, as the log last said
	code TEXT                      -- why it came to nothing
) STRICT;

CREATE UNIQUE INDEX bulk_op_live ON bulk_op (shop, lane)
WHERE state <> 'done';
CREATE INDEX bulk_op_last ON bulk_op (shop, lane, id);

-- An order in the hands of an operation, until its outcome is known.
CREATE TABLE bulk_line (
	ledger INTEGER NOT NULL,       -- ledger.id
	lane TEXT NOT NULL,            -- of the operation
	op INTEGER NOT NULL,           -- bulk_op.id
	line INTEGER NOT NULL,         -- its number in the file, from 0
	tags TEXT,                     -- to add or to remove, parted by commas
	picture INTEGER NOT NULL,      -- the row's, when it was planned
	PRIMARY KEY (ledger, lane)
) STRICT;

CREATE INDEX bulk_line_by_op ON bulk_line (op, line);

-- What the store does not show, and what must be read: counted often.
CREATE INDEX ledger_unshown ON ledger (shop, id)
WHERE hidden = 0 AND state <> 'skipped'
  AND (airing = 1 OR picture <> CASE state WHEN 'waiting' THEN 1
    WHEN 'sending' THEN 2 WHEN 'done' THEN 4 ELSE 8 END);
CREATE INDEX ledger_unread ON ledger (shop, id) WHERE must_read = 1;
