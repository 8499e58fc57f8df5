-- A changed row, whole.
UPDATE ledger SET generation = $2, name = $3, state = $4, state_at = $5,
    updated_at = $6, digest = $7, sent_digest = $8, taken_digest = $9,
    must_read = $10, picture = $11, ours = $12, echo = $13, airing = $14,
    hidden = $15, tagged_by_hand = $16, manual = $17, again = $18,
    confirmed = $19, redacted = $20, attempts = $21, next_at = $22,
    cancelled_at = $23, batch = $24, via = $25, job = $26, code = $27,
    reason = $28, customer = $29, created_at = $30, tagged_at = $31,
    wrote_at = $33, owed = $32, done_job = $34, unread_since = $35
WHERE id = $1;
