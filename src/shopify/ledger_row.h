/*
 * ledger_row.h - changing a ledger row; for ledger*.c only.
 *
 * Inside a transaction: lock the row, change the struct, save it with what
 * follows from it.
 */
#ifndef SHOPIFY_LEDGER_ROW_H
#define SHOPIFY_LEDGER_ROW_H

#include "shopify/ledger.h"
#include "shopify/note.h"
#include "shopify/shop.h"

enum err row_lock(struct cx *, int64_t shop, const char *order_id,
    struct ledger *);
/* Also the jobs that must follow: tag writer, sender, reader. */
enum err row_save(struct cx *, const struct shop *, const struct ledger *);
enum err row_note(struct cx *, const struct shop *, const struct ledger *,
    const struct note *);

/* Were the order's personal data erased before it had a row? */
enum err row_was_redacted(struct cx *, int64_t shop, const char *order_id,
    bool *yes);

/* Changed in the store after it was sent. */
enum err row_changed(struct cx *, const struct shop *, const struct ledger *);

/* Cancelled there; the Cloud App hears of it unless it cannot have the order.
 */
enum err row_cancelled(struct cx *, const struct shop *, const struct ledger *);

/* Cancelled, and the Cloud App never had it: it would wait for ever, so it is
   refused, and that is told. */
bool row_is_void(const struct ledger *);
enum err row_refuse_void(struct cx *, const struct shop *, struct ledger *);

void row_state(struct cx *, struct ledger *, enum ledger_state);
enum ledger_state row_state_of(const struct ledger *);
/* A person's tag or a person's click: due at once, as if it were new. */
void row_wait(struct cx *, struct ledger *);
/* waiting or failed -> failed, not taken again by itself. */
void row_refuse(struct cx *, struct ledger *, const char *code,
    const char *reason);

/* Ours among all tags, as spelled, parted by commas; NULL: none. */
const char *row_ours(struct cx *, char *const *tags, size_t n);
/* Created while the app was installed, or asked for: and still visible. */
bool row_is_visible(const struct cx *, int64_t created_at);
bool row_is_fresh(const struct shop *, int64_t created_at);

/* What a set of tags asks of the row; *asks: the Cloud App is to be asked. */
enum err row_decide(struct cx *, const struct shop *, struct ledger *,
    char *const *tags, size_t n);

#endif
