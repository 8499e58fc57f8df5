/*
 * tags.h - our four tags: reading them, and what they ask of the ledger.
 *
 * The ledger is the truth, tags are its picture.  A tag of ours that is new
 * against the picture (what we last wrote or saw) is a request; one that is
 * gone is a wish.  Case, and blanks around a tag, do not matter in reading; in
 * removing, Shopify wants the spelling that is there.  Pure.
 */
#ifndef SHOPIFY_TAGS_H
#define SHOPIFY_TAGS_H

#include "base/cx.h"

/* Bits, so that a set of our tags is a number 0 … 15. */
enum tag {
	TAG_NONE = 0,
	TAG_NO_SYNC = 1,
	TAG_SYNCING = 2,
	TAG_SYNCED = 4,
	TAG_ERROR = 8
};

/* Which of ours are among the store's tags. */
unsigned tags_read(char *const *tags, size_t n);
const char *tag_name(enum tag); /* "logivery-no-sync" */

enum ledger_state {
	LEDGER_NONE, /* no row */
	LEDGER_WAITING,
	LEDGER_SENDING,
	LEDGER_DONE,
	LEDGER_FAILED,
	LEDGER_SKIPPED
};
const char *ledger_state_name(enum ledger_state);
enum ledger_state ledger_state_named(const char *);

/* What a changed set of tags asks for. */
enum tag_move {
	MOVE_NOTHING, /* leave everything */
	MOVE_SHOW,    /* show the ledger's tag, remove the others */
	MOVE_WAIT,    /* -> waiting, at once due */
	MOVE_AGAIN,   /* sending: remember, send again after */
	MOVE_SKIP,    /* -> skipped: left alone until tagged again */
	MOVE_ASK,     /* no row, syncing: ask the Cloud App */
	MOVE_LEAVE    /* done, our tag taken off: stays off (row stays done) */
};

/*
 * The table of design section 4: `seen` is the set now, `picture` the set as
 * we last wrote or saw it; the caller records `seen` as the next picture.
 * What the ledger shows anyway is nothing, whatever the picture (our echo),
 * and its tag among others is no request.
 * Waiting or failed: no-sync or error gone is a wish to skip, unless no-sync,
 * error or syncing is there in its place.  Done: no tag of ours stays no tag,
 * also the next time; another one in the place of synced is put right.
 *
 * Judge only a set that is newer than the picture: one of before our own last
 * write, or of the same second, would take our write for a person's.
 */
enum tag_move tags_move(enum ledger_state, unsigned picture, unsigned seen);

/* The tag that shows a state; TAG_NONE for none, skipped. */
enum tag tags_of(enum ledger_state);

/* What to write so that of ours only `want` is there: `add` is NULL if it is
   there in some spelling, `drop` the others in the spelling that is there. */
struct tag_plan {
	const char *add;
	char **drop;
	size_t ndrop;
};
void tags_plan(struct cx *, char *const *tags, size_t n, enum tag want,
    struct tag_plan *);

#endif
