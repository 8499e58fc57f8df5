/*
 * tags.c - the table of what people do to our tags, one row a ledger state.
 *
 * Three rules, the first that applies: a request is new, a wish is gone,
 * otherwise.  Before them: a store that shows what the ledger says is left
 * alone, whatever the picture; that is our own echo.
 *
 * Our own writes pass through sets that hold the next tag beside the old one,
 * and the store may tell us of them before we have recorded them.  Taken for a
 * person's, such a moment would skip an order that nobody meant to skip, or
 * send one again without end.  So the tag the ledger shows is never a request,
 * and a removal is a wish only if no tag is left that asks for a send.
 */
#include "shopify/tags.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum {
	ASKS = TAG_NO_SYNC | TAG_ERROR /* put there, they ask for a send */
};

static const struct {
	enum tag tag;
	const char *name;
} names[] = {
	{ TAG_NO_SYNC, "logivery-no-sync" },
	{ TAG_SYNCING, "logivery-syncing" },
	{ TAG_SYNCED, "logivery-synced" },
	{ TAG_ERROR, "logivery-error" },
};

enum { TAG_COUNT = sizeof(names) / sizeof(names[0]) };

struct row {
	const char *name;
	enum tag shows;
	enum tag_move asked; /* no-sync or error is new */
	unsigned wish;       /* one of these gone is a wish ... */
	unsigned unless;     /* ... unless one of these is there */
	enum tag_move wished;
	enum tag_move otherwise;
};

static const struct row rows[] = {
	[LEDGER_NONE] = { "none", TAG_NONE, MOVE_WAIT, 0, 0, MOVE_NOTHING,
	    MOVE_LEAVE },
	[LEDGER_WAITING] = { "waiting", TAG_NO_SYNC, MOVE_WAIT, ASKS,
	    ASKS | TAG_SYNCING, MOVE_SKIP, MOVE_SHOW },
	[LEDGER_SENDING] = { "sending", TAG_SYNCING, MOVE_AGAIN, 0, 0,
	    MOVE_NOTHING, MOVE_SHOW },
	[LEDGER_DONE] = { "done", TAG_SYNCED, MOVE_WAIT, 0, 0, MOVE_NOTHING,
	    MOVE_SHOW },
	[LEDGER_FAILED] = { "failed", TAG_ERROR, MOVE_WAIT, ASKS,
	    ASKS | TAG_SYNCING, MOVE_SKIP, MOVE_SHOW },
	[LEDGER_SKIPPED] = { "skipped", TAG_NONE, MOVE_WAIT, 0, 0, MOVE_NOTHING,
	    MOVE_NOTHING },
};

enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

/* Blanks as text_trim knows them, without its copy. */
static const char *
skip_blanks(const char *s)
{
	for (;;) {
		if (*s != '\0' && strchr(" \t\r\n", *s) != NULL)
			s++;
		else if (s[0] == '\xc2' && s[1] == '\xa0')
			s += 2; /* U+00A0 */
		else
			return s;
	}
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static enum tag
tag_read(const char *s)
{
	size_t i, n;

	s = skip_blanks(s);
	for (i = 0; i < TAG_COUNT; i++) {
		for (n = 0; lower(s[n]) == names[i].name[n]; n++) {
			if (s[n] == '\0')
				return names[i].tag;
		}
		if (names[i].name[n] == '\0' && *skip_blanks(s + n) == '\0')
			return names[i].tag;
	}
	return TAG_NONE;
}

unsigned
tags_read(char *const *tags, size_t n)
{
	unsigned set = TAG_NONE;
	size_t i;

	for (i = 0; i < n; i++)
		set |= tag_read(tags[i]);
	return set;
}

const char *
tag_name(enum tag tag)
{
	size_t i;

	for (i = 0; i < TAG_COUNT; i++) {
		if (names[i].tag == tag)
			return names[i].name;
	}
	return NULL;
}

const char *
ledger_state_name(enum ledger_state state)
{
	return rows[state].name;
}

enum ledger_state
ledger_state_named(const char *name)
{
	size_t i;

	for (i = 0; i < ROW_COUNT; i++) {
		if (text_equal(rows[i].name, name))
			return (enum ledger_state)i;
	}
	return LEDGER_NONE;
}

enum tag
tags_of(enum ledger_state state)
{
	return rows[state].shows;
}

enum tag_move
tags_move(enum ledger_state state, unsigned picture, unsigned seen)
{
	const struct row *row = &rows[state];
	unsigned added = seen & ~picture;
	unsigned gone = picture & ~seen;

	if (seen == row->shows)
		return MOVE_NOTHING;
	if ((added & ASKS & ~row->shows) != 0)
		return row->asked;
	if ((gone & row->wish) != 0 && (seen & row->unless) == 0)
		return row->wished;
	/* Taken off now or before: it stays off, so the picture is no help. */
	if (state == LEDGER_DONE && seen == TAG_NONE)
		return MOVE_LEAVE;
	/* No row: a tag of ours from an earlier life of this app. */
	if (state == LEDGER_NONE && (seen & TAG_SYNCING) != 0)
		return MOVE_ASK;
	return row->otherwise;
}

void
tags_plan(struct cx *cx, char *const *tags, size_t n, enum tag want,
    struct tag_plan *plan)
{
	enum tag tag;
	size_t i;

	plan->add = tag_name(want);
	plan->drop = arena_alloc(cx->mem, n * sizeof(*plan->drop));
	plan->ndrop = 0;
	for (i = 0; i < n; i++) {
		tag = tag_read(tags[i]);
		if (tag == TAG_NONE)
			continue;
		if (tag == want)
			plan->add = NULL;
		else
			plan->drop[plan->ndrop++] = tags[i];
	}
}
