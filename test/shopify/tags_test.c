/*
 * tags_test.c - what people do to our tags, every set against every row.
 *
 * The expected moves are written out by hand from the table of the design, one
 * letter for each of the 16 sets that may be seen:
 *   . nothing   S show   W wait   A again   K skip   ? ask   L leave
 */
#include "lib/test.h"

#include <string.h>

#include "base/arena.h"
#include "shopify/tags.h"

static const char letters[] = {
	[MOVE_NOTHING] = '.',
	[MOVE_SHOW] = 'S',
	[MOVE_WAIT] = 'W',
	[MOVE_AGAIN] = 'A',
	[MOVE_SKIP] = 'K',
	[MOVE_ASK] = '?',
	[MOVE_LEAVE] = 'L',
};

#define N TAG_NO_SYNC
#define G TAG_SYNCING
#define D TAG_SYNCED
#define E TAG_ERROR

/* clang-format off */
static const struct {
	enum ledger_state state;
	unsigned picture;
	const char *moves;
} moves[] = {
	/* Seen, from left to right:
	 *                         n n n n n n n n
	 *                          gg  gg  gg  gg
	 *                            dddd    dddd
	 *                                eeeeeeee
	 */
	{ LEDGER_NONE, 0,         ".W?WLW?WWWWWWWWW" },

	{ LEDGER_WAITING, 0,      "S.SSSSSSWWWWWWWW" },
	{ LEDGER_WAITING, N,      "K.SSKSSSWWWWWWWW" },
	{ LEDGER_WAITING, G,      "S.SSSSSSWWWWWWWW" },
	{ LEDGER_WAITING, D,      "S.SSSSSSWWWWWWWW" },
	{ LEDGER_WAITING, E,      "K.SSKSSSSSSSSSSS" },
	{ LEDGER_WAITING, N|G,    "K.SSKSSSWWWWWWWW" },
	{ LEDGER_WAITING, N|D,    "K.SSKSSSWWWWWWWW" },
	{ LEDGER_WAITING, N|E,    "K.SSKSSSSSSSSSSS" },
	{ LEDGER_WAITING, G|D,    "S.SSSSSSWWWWWWWW" },
	{ LEDGER_WAITING, G|E,    "K.SSKSSSSSSSSSSS" },
	{ LEDGER_WAITING, N|G|D|E, "K.SSKSSSSSSSSSSS" },

	{ LEDGER_SENDING, 0,      "SA.ASASAAAAAAAAA" },
	{ LEDGER_SENDING, N,      "SS.SSSSSAAAAAAAA" },
	{ LEDGER_SENDING, G,      "SA.ASASAAAAAAAAA" },
	{ LEDGER_SENDING, D,      "SA.ASASAAAAAAAAA" },
	{ LEDGER_SENDING, E,      "SA.ASASASASASASA" },
	{ LEDGER_SENDING, N|G,    "SS.SSSSSAAAAAAAA" },
	{ LEDGER_SENDING, G|E,    "SA.ASASASASASASA" },
	{ LEDGER_SENDING, N|E,    "SS.SSSSSSSSSSSSS" },
	{ LEDGER_SENDING, N|G|D|E, "SS.SSSSSSSSSSSSS" },

	{ LEDGER_DONE, 0,         "LWSW.WSWWWWWWWWW" },
	{ LEDGER_DONE, N,         "LSSS.SSSWWWWWWWW" },
	{ LEDGER_DONE, G,         "LWSW.WSWWWWWWWWW" },
	{ LEDGER_DONE, D,         "LWSW.WSWWWWWWWWW" },
	{ LEDGER_DONE, E,         "LWSW.WSWSWSWSWSW" },
	{ LEDGER_DONE, G|D,       "LWSW.WSWWWWWWWWW" },
	{ LEDGER_DONE, N|D,       "LSSS.SSSWWWWWWWW" },
	{ LEDGER_DONE, N|G|D|E,   "LSSS.SSSSSSSSSSS" },

	{ LEDGER_FAILED, 0,       "SWSWSWSW.WSWSWSW" },
	{ LEDGER_FAILED, N,       "KSSSKSSS.SSSSSSS" },
	{ LEDGER_FAILED, G,       "SWSWSWSW.WSWSWSW" },
	{ LEDGER_FAILED, D,       "SWSWSWSW.WSWSWSW" },
	{ LEDGER_FAILED, E,       "KWSWKWSW.WSWSWSW" },
	{ LEDGER_FAILED, G|E,     "KWSWKWSW.WSWSWSW" },
	{ LEDGER_FAILED, N|E,     "KSSSKSSS.SSSSSSS" },
	{ LEDGER_FAILED, N|G|D|E, "KSSSKSSS.SSSSSSS" },

	{ LEDGER_SKIPPED, 0,      ".W.W.W.WWWWWWWWW" },
	{ LEDGER_SKIPPED, N,      "........WWWWWWWW" },
	{ LEDGER_SKIPPED, G,      ".W.W.W.WWWWWWWWW" },
	{ LEDGER_SKIPPED, D,      ".W.W.W.WWWWWWWWW" },
	{ LEDGER_SKIPPED, E,      ".W.W.W.W.W.W.W.W" },
	{ LEDGER_SKIPPED, N|E,    "................" },
	{ LEDGER_SKIPPED, N|G|D|E, "................" },
};
/* clang-format on */

static void
all_16_sets_by_6_rows_follow_the_table(void **state)
{
	struct cx *cx = *state;
	size_t i;
	unsigned seen;
	char got[17] = "";

	for (i = 0; i < COUNT_OF(moves); i++) {
		for (seen = 0; seen < 16; seen++)
			got[seen] = letters[tags_move(moves[i].state,
			    moves[i].picture, seen)];
		assert_string_equal(arena_printf(cx->mem, "%s, picture %u: %s",
					ledger_state_name(moves[i].state),
					moves[i].picture, got),
		    arena_printf(cx->mem, "%s, picture %u: %s",
			ledger_state_name(moves[i].state), moves[i].picture,
			moves[i].moves));
	}
}

static void
our_own_echo_is_nothing_whatever_the_picture(void **state)
{
	enum ledger_state row;
	unsigned picture;

	(void)state;
	for (row = LEDGER_NONE; row <= LEDGER_SKIPPED; row++)
		for (picture = 0; picture < 16; picture++)
			assert_int_equal(tags_move(row, picture, tags_of(row)),
			    MOVE_NOTHING);
}

/* Every step our own writes can stop at, told before we recorded it. */
static void
half_a_write_of_ours_never_skips_nor_resends(void **state)
{
	static const enum ledger_state rows[] = { LEDGER_WAITING,
		LEDGER_SENDING, LEDGER_DONE, LEDGER_FAILED };
	enum tag from, to;
	enum tag_move move;
	size_t i, k;

	(void)state;
	for (i = 0; i < COUNT_OF(rows); i++) {
		for (k = 0; k < COUNT_OF(rows); k++) {
			from = tags_of(rows[i]);
			to = tags_of(rows[k]);
			move = tags_move(rows[k], from, from | to);
			assert_true(move == MOVE_SHOW || move == MOVE_NOTHING);
			assert_int_equal(tags_move(rows[k], from, to),
			    MOVE_NOTHING);
		}
	}
}

static void
spelling_case_and_blanks_do_not_matter_in_reading(void **state)
{
	static const struct {
		const char *tag;
		unsigned set;
	} t[] = {
		{ "logivery-no-sync", N },
		{ "logivery-syncing", G },
		{ "logivery-synced", D },
		{ "logivery-error", E },
		{ "Logivery-No-Sync", N },
		{ "LOGIVERY-ERROR", E },
		{ " logivery-synced", D },
		{ "logivery-synced\t \r\n", D },
		{ "\xc2\xa0logivery-error\xc2\xa0 ", E },
		{ "", 0 },
		{ " ", 0 },
		{ "\xc2\xa0", 0 },
		{ "\xc2\xa1", 0 },
		{ "logivery", 0 },
		{ "logivery-", 0 },
		{ "logivery-sync", 0 },
		{ "logivery-synce", 0 },
		{ "logivery-syncedd", 0 },
		{ "logivery-synced-", 0 },
		{ "logivery-synced x", 0 },
		{ "x logivery-synced", 0 },
		{ "logivery synced", 0 },
		{ "logivery_synced", 0 },
		{ "logivery-no-synch", 0 },
		{ "logivery-no -sync", 0 },
		{ "logivery\xe2\x80\x90synced", 0 },  /* U+2010 */
		{ "\xe2\x80\x8blogivery-synced", 0 }, /* U+200B */
		{ "logivery-\xc5\x9fynced", 0 },
		{ "\xc4\xb0", 0 },
	};
	char *one[1];
	struct cx *cx = *state;
	size_t i;

	for (i = 0; i < COUNT_OF(t); i++) {
		one[0] = arena_text(cx->mem, t[i].tag);
		assert_int_equal(tags_read(one, 1), t[i].set);
	}
	assert_int_equal(tags_read(NULL, 0), TAG_NONE);
}

static void
several_of_ours_are_one_set(void **state)
{
	char a[] = "b2b", b[] = "LOGIVERY-SYNCED", c[] = "logivery-no-sync ",
	     d[] = "logivery-synced";
	char *tags[] = { a, b, c, d };

	(void)state;
	assert_int_equal(tags_read(tags, 4), N | D);
	assert_int_equal(tags_read(tags, 1), TAG_NONE);
}

static void
the_plan_drops_the_spelling_that_is_there(void **state)
{
	static const struct {
		const char *tags[6];
		enum tag want;
		const char *add;
		const char *drop[6];
	} t[] = {
		{ { 0 }, N, "logivery-no-sync", { 0 } },
		{ { 0 }, TAG_NONE, NULL, { 0 } },
		{ { "gift", "Logivery-Error-2" }, E, "logivery-error", { 0 } },
		{ { "logivery-synced" }, D, NULL, { 0 } },
		{ { "Logivery-Synced" }, D, NULL, { 0 } },
		{ { "Logivery-No-Sync", "gift" }, G, "logivery-syncing",
		    { "Logivery-No-Sync" } },
		{ { "LOGIVERY-NO-SYNC", "logivery-syncing", "vip",
		      " logivery-error" },
		    G, NULL, { "LOGIVERY-NO-SYNC", " logivery-error" } },
		{ { "logivery-synced\xc2\xa0", "logivery-synced" }, N,
		    "logivery-no-sync",
		    { "logivery-synced\xc2\xa0", "logivery-synced" } },
		{ { "logivery-no-synch", "Logivery-Old", "logivery" }, D,
		    "logivery-synced", { 0 } },
		{ { "logivery-no-sync", "x", "logivery-ERROR" }, TAG_NONE, NULL,
		    { "logivery-no-sync", "logivery-ERROR" } },
	};
	struct cx *cx = *state;
	struct tag_plan plan;
	char *tags[6];
	size_t i, n, k;

	for (i = 0; i < COUNT_OF(t); i++) {
		for (n = 0; n < 6 && t[i].tags[n] != NULL; n++)
			tags[n] = arena_text(cx->mem, t[i].tags[n]);
		tags_plan(cx, tags, n, t[i].want, &plan);
		if (t[i].add == NULL)
			assert_null(plan.add);
		else
			assert_string_equal(plan.add, t[i].add);
		for (k = 0; k < plan.ndrop; k++)
			assert_string_equal(plan.drop[k], t[i].drop[k]);
		assert_null(t[i].drop[k]);
	}
}

/* Add, then drop: the store shows just what the plan wants. */
static void
a_plan_that_is_carried_out_leaves_nothing_to_plan(void **state)
{
	struct cx *cx = *state;
	struct tag_plan plan;
	char *tags[5] = { 0 }, *left[6];
	unsigned set, want, bit;
	size_t n, nleft, i, k;

	for (set = 0; set < 16; set++) {
		for (n = 0, bit = 1; bit < 16; bit <<= 1) {
			if (set & bit)
				tags[n++] = arena_text(cx->mem, tag_name(bit));
		}
		for (want = 1; want < 16; want <<= 1) {
			tags_plan(cx, tags, n, want, &plan);
			for (i = nleft = 0; i < n; i++) {
				for (k = 0; k < plan.ndrop; k++)
					if (plan.drop[k] == tags[i])
						break;
				if (k == plan.ndrop)
					left[nleft++] = tags[i];
			}
			if (plan.add != NULL)
				left[nleft++] = arena_text(cx->mem, plan.add);
			assert_int_equal(tags_read(left, nleft), want);
			tags_plan(cx, left, nleft, want, &plan);
			assert_null(plan.add);
			assert_int_equal(plan.ndrop, 0);
		}
	}
}

static void
names_go_there_and_back(void **state)
{
	enum ledger_state row;

	(void)state;
	for (row = LEDGER_NONE; row <= LEDGER_SKIPPED; row++)
		assert_int_equal(ledger_state_named(ledger_state_name(row)),
		    row);
	assert_int_equal(ledger_state_named("Done"), LEDGER_NONE);
	assert_int_equal(ledger_state_named(""), LEDGER_NONE);
	assert_int_equal(ledger_state_named(NULL), LEDGER_NONE);
	assert_string_equal(tag_name(TAG_NO_SYNC), "logivery-no-sync");
	assert_null(tag_name(TAG_NONE));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_16_sets_by_6_rows_follow_the_table),
		TEST(our_own_echo_is_nothing_whatever_the_picture),
		TEST(half_a_write_of_ours_never_skips_nor_resends),
		TEST(spelling_case_and_blanks_do_not_matter_in_reading),
		TEST(several_of_ours_are_one_set),
		TEST(the_plan_drops_the_spelling_that_is_there),
		TEST(a_plan_that_is_carried_out_leaves_nothing_to_plan),
		TEST(names_go_there_and_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
