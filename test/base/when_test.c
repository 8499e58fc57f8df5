/* when_test.c - RFC 3339 in and out. */
#include "lib/test.h"

#include <inttypes.h>

#include "base/when.h"

struct read_case {
	const char *s;
	int64_t ms;
};

/* Numbers from GNU date. */
static const struct read_case good[] = {
	{ "1970-01-01T00:00:00Z", 0 },
	{ "2026-11-23T10:00:00Z", INT64_C(1795428000000) },
	{ "2026-11-23t10:00:00z", INT64_C(1795428000000) },
	{ "2026-11-23T11:00:00+01:00", INT64_C(1795428000000) },
	{ "2026-11-23T05:00:00-05:00", INT64_C(1795428000000) },
	{ "2026-11-23T15:30:00+05:30", INT64_C(1795428000000) },
	{ "2026-11-23T10:00:00-00:00", INT64_C(1795428000000) },
	{ "2026-11-24T00:00:00+14:00", INT64_C(1795428000000) },
	{ "2026-11-23T10:00:00.1Z", INT64_C(1795428000100) },
	{ "2026-11-23T10:00:00.123Z", INT64_C(1795428000123) },
	{ "2026-11-23T10:00:00.123999999Z", INT64_C(1795428000123) },
	{ "2026-11-23T10:00:00.000+00:00", INT64_C(1795428000000) },
	{ "2024-02-29T12:00:00Z", INT64_C(1709208000000) },
	{ "2000-02-29T00:00:00Z", INT64_C(951782400000) },
	{ "2024-03-01T00:00:00+01:00", INT64_C(1709247600000) },
	{ "1969-12-31T23:59:59.999Z", -1 },
	{ "1900-03-01T00:00:00Z", INT64_C(-2203891200000) },
	{ "0000-01-01T00:00:00Z", INT64_C(-62167219200000) },
	{ "9999-12-31T23:59:59.999Z", INT64_C(253402300799999) },
	{ "2016-12-31T23:59:60Z", INT64_C(1483228800000) },
	{ "1990-12-31T15:59:60-08:00", INT64_C(662688000000) },
};

static const char *const bad[] = {
	NULL,
	"",
	"garbage",
	"2026-11-23",
	"2026-11-23T10:00:00",
	"2026-11-23 10:00:00Z",
	"2026-11-23T10:00Z",
	"2026-11-23T10:00:00Z ",
	" 2026-11-23T10:00:00Z",
	"2026-11-23T10:00:00ZZ",
	"2026-11-23T10:00:00.Z",
	"2026-11-23T10:00:00,5Z",
	"2026-11-23T10:00:00+0100",
	"2026-11-23T10:00:00+01",
	"2026-11-23T10:00:00+24:00",
	"2026-11-23T10:00:00+01:60",
	"2026-11-23T10:00:00 01:00",
	"2026-11-23T1x:00:00Z",
	"2026-11-23T10:00:0xZ",
	"2026-11-23T24:00:00Z",
	"2026-11-23T10:60:00Z",
	"2026-11-23T10:00:61Z",
	"2026-11-23T10:00:60Z",
	"2026-00-23T10:00:00Z",
	"2026-13-23T10:00:00Z",
	"2026-11-00T10:00:00Z",
	"2026-11-31T10:00:00Z",
	"2026-02-29T10:00:00Z",
	"2100-02-29T10:00:00Z",
	"1900-02-29T10:00:00Z",
	"26-11-23T10:00:00Z",
	"+2026-11-23T10:00:00Z",
	"-026-11-23T10:00:00Z",
	"20x6-11-23T10:00:00Z",
	"2026/11/23T10:00:00Z",
	"9999-12-31T23:59:59-01:00",
	"0000-01-01T00:00:00+01:00",
	"2026-11-2\xc2\xb3T10:00:00Z",
};

static void
what_rfc_3339_allows_is_read(void **state)
{
	int64_t ms;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(good); i++) {
		ms = 4711;
		if (!when_read(good[i].s, &ms) || ms != good[i].ms)
			fail_msg("%s: %" PRId64, good[i].s, ms);
	}
}

static void
anything_else_is_refused(void **state)
{
	int64_t ms = 4711;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(bad); i++) {
		if (when_read(bad[i], &ms))
			fail_msg("%s: %" PRId64, bad[i], ms);
	}
	assert_int_equal(ms, 4711);
}

static void
instants_are_written_in_utc(void **state)
{
	struct cx *cx = *state;

	assert_string_equal(when_write(cx->mem, TEST_NOW + 999),
	    "2026-11-23T10:00:00Z");
	assert_string_equal(when_write_ms(cx->mem, TEST_NOW + 7),
	    "2026-11-23T10:00:00.007Z");
	assert_string_equal(when_write_ms(cx->mem, -1),
	    "1969-12-31T23:59:59.999Z");
	assert_string_equal(when_write(cx->mem, -1), "1969-12-31T23:59:59Z");
}

static void
what_rfc_3339_cannot_say_is_written_as_the_nearest(void **state)
{
	struct cx *cx = *state;

	assert_string_equal(when_write(cx->mem, INT64_MAX),
	    "9999-12-31T23:59:59Z");
	assert_string_equal(when_write(cx->mem, INT64_MIN),
	    "0000-01-01T00:00:00Z");
}

/* Steps of 12 days and a bit, over all years there are. */
static void
what_is_written_is_read_back(void **state)
{
	struct cx *cx = *state;
	int64_t ms, back;

	for (ms = INT64_C(-62167219200000); ms < INT64_C(253402300800000);
	     ms += 12 * DAY_MS + 12345678) {
		if (!when_read(when_write_ms(cx->mem, ms), &back) || back != ms)
			fail_msg("%" PRId64, ms);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_rfc_3339_allows_is_read),
		TEST(anything_else_is_refused),
		TEST(instants_are_written_in_utc),
		TEST(what_rfc_3339_cannot_say_is_written_as_the_nearest),
		TEST(what_is_written_is_read_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
