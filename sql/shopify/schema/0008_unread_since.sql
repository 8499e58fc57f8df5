-- An order may have waited for days for another reason before Shopify failed to
-- give it: how long it has waited does not say how long it could not be read.
ALTER TABLE ledger ADD COLUMN unread_since INTEGER NOT NULL DEFAULT 0; -- ms, of this request; 0: no read was in vain
