/*
 * shipment_csv_test.c - a file of shippings, good and bad, once and twice.
 */
#include "shipment_rig.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/env.h"
#include "cloud/shipment_csv.h"

#define HEAD "order number,courier,tracking,shipped_at,delivered_at\n"

static struct bytes
bytes_of(const char *text)
{
	return (struct bytes){ (const unsigned char *)text, strlen(text) };
}

/* Take it and let the job do it. */
static struct csv_import
take_file(struct cx *cx, const char *text)
{
	struct csv_import im;

	must(cx, shipment_csv_take(cx, bytes_of(text), &im));
	assert_string_equal(im.state, "queued");
	run_jobs(cx);
	must(cx, shipment_csv_find(cx, im.public_id, &im));
	assert_string_equal(im.state, "done");
	assert_int_equal(im.done, im.taken + im.same + im.bad);
	return im;
}

static struct csv_error
only_error(struct cx *cx, const char *text)
{
	struct csv_import im = take_file(cx, text);
	struct csv_error *list;
	size_t n;

	must(cx, shipment_csv_errors(cx, im.id, 0, 10, &list, &n));
	assert_int_equal(n, 1);
	assert_int_equal(im.bad, 1);
	return list[0];
}

static void
a_file_ships_and_delivers_and_twice_is_once(struct cx *cx)
{
	static const char file[] =
	    HEAD "#1001,BRT,T1,2026-11-22T08:00:00Z,\n"
		 "1002,gls italy,\"M1 M2\",2026-11-22T09:00:00+01:00,"
		 "2026-11-22T18:00:00+01:00\n"
		 "#1003,,,2026-11-22T08:00:00Z,\n";
	struct connector c = ship_rig(cx, false);
	int64_t one = ship_order(cx, &c, 1001, 2), two, three;
	struct csv_import im;
	struct shipment *s;
	size_t n;

	two = ship_order(cx, &c, 1002, 1);
	three = ship_order(cx, &c, 1003, 1);
	im = take_file(cx, file);
	assert_int_equal(im.taken, 3);
	assert_int_equal(im.bad, 0);
	must(cx, shipment_of_order(cx, two, &s, &n));
	assert_int_equal(n, 1);
	assert_string_equal(s[0].state, "DELIVERED");
	assert_string_equal(s[0].courier_code, "gls_it");
	must(cx, shipment_numbers(cx, &s[0]));
	assert_int_equal(s[0].nnumbers, 2);
	assert_string_equal(status_of(cx, one), "total");
	assert_string_equal(status_of(cx, three), "total");
	im = take_file(cx, file);
	assert_int_equal(im.same, 3);
	assert_int_equal(im.taken, 0);
	assert_int_equal(db_count(cx, "shipment"), 3);
	assert_int_equal(number(cx, "SELECT count(*) AS n FROM carrier_event"),
	    1);
	assert_int_equal(db_count(cx, "csv_chunk"), 0);
}

static void
a_shipment_made_by_hand_is_taken_and_not_doubled(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	int64_t order = ship_order(cx, &c, 1001, 2);
	struct shipment a = ship_some(cx, order, 0, 1);

	take_file(cx, HEAD "#1001,brt,T1,,\n");
	assert_string_equal(ship_now(cx, a.public_id).state, "CONFIRMED");
	take_file(cx, HEAD "#1001,brt,T1,2026-11-22T08:00:00Z,\n");
	assert_string_equal(ship_now(cx, a.public_id).state, "SHIPPED");
	take_file(cx, HEAD "#1001,brt,T2,2026-11-22T08:00:00Z,\n"); /* the
								       rest */
	assert_int_equal(db_count(cx, "shipment"), 2);
	assert_string_equal(status_of(cx, order), "total");
	take_file(cx, HEAD "#1001,,T1,,2026-11-22T18:00:00Z\n");
	assert_string_equal(ship_now(cx, a.public_id).state, "DELIVERED");
}

static const struct {
	const char *text; /* behind the head */
	const char *code, *why;
} bad[] = {
	{ "#9999,brt,T1,2026-11-22T08:00:00Z,\n", "unknown_order", "#9999" },
	{ ",brt,T1,2026-11-22T08:00:00Z,\n", "csv_line", "order number" },
	{ "#1001,Pony,T1,2026-11-22T08:00:00Z,\n", "unknown_courier", "Pony" },
	{ "#1001,brt,T1,2026-11-22 08:00,\n", "bad_time", "shipped_at" },
	{ "#1001,brt,T1,2026-11-22T08:00:00,\n", "bad_time", "zone" },
	{ "#1001,brt,T1,2026-12-22T08:00:00Z,\n", "in_the_future",
	    "shipped_at" },
	{ "#1001,brt,T1,2026-11-22T08:00:00Z,2026-11-21T08:00:00Z\n",
	    "delivered_before_shipped", "delivered_at" },
	{ "#1001,brt,T1,2001-01-01T08:00:00Z,\n", "shipped_before_order",
	    "2026-11-20T09:14:04Z" },
	{ "#1001,,,,2026-11-21T08:00:00Z\n", "not_shipped", "#1001" },
	{ "#1001,,,,\n", "csv_line", "says nothing" },
	{ "#1001,brt,\"T1,2026-11-22T08:00:00Z,\n", "csv_line", "quote" },
	{ "#1001,brt,T1,2026-11-22T08:00:00Z,,,\n", "csv_line", "fields" },
	{ "\xff,brt,T1,2026-11-22T08:00:00Z,\n", "csv_line", "UTF-8" },
};

static void
a_bad_line_is_named_and_costs_itself_only(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	struct csv_error er;
	size_t i;

	ship_order(cx, &c, 1001, 1);
	ship_order(cx, &c, 1002, 1);
	for (i = 0; i < COUNT_OF(bad); i++) {
		er = only_error(cx,
		    arena_printf(cx->mem,
			HEAD "#1002,brt,G,2026-11-22T08:00:00Z,\n%s"
			     "#1002,brt,G,2026-11-22T08:00:00Z,\n",
			bad[i].text));
		if (strcmp(er.code, bad[i].code) != 0)
			print_error("%zu: %s %s\n", i, er.code, er.reason);
		assert_string_equal(er.code, bad[i].code);
		assert_contains(er.reason, bad[i].why);
		assert_int_equal(er.line, 3);
		assert_int_equal(db_count(cx, "shipment"), 1);
	}
}

static void
a_line_never_counts_in_part(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	struct shipment s = ship_all(cx, ship_order(cx, &c, 1001, 1));
	struct csv_error er;

	er = only_error(cx, HEAD "#1001,brt,T5,,2026-11-22T08:00:00Z\n");
	assert_string_equal(er.code, "not_shipped");
	assert_string_equal(ship_now(cx, s.public_id).state, "CREATED");
	ship_it(cx, s.public_id, "brt", "T1");
	er = only_error(cx,
	    arena_printf(cx->mem,
		"shipment,tracking,delivered_at\n"
		"%s,T6,2026-11-22T08:00:00Z\n",
		s.public_id));
	assert_string_equal(er.code, "delivered_before_shipped");
	assert_string_equal(ship_now(cx, s.public_id).numbers[0], "T1");
}

static void
a_long_tracking_number_is_refused(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	char n[301];

	memset(n, '7', 300);
	n[300] = '\0';
	ship_order(cx, &c, 1001, 1);
	assert_contains(only_error(cx,
			    arena_printf(cx->mem,
				HEAD "#1001,brt,%s,2026-11-22T08:00:00Z,\n", n))
			    .reason,
	    "longer than 100");
	assert_int_equal(db_count(cx, "shipment"), 0);
}

static void
what_could_mean_several_shipments_is_asked(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	int64_t order = ship_order(cx, &c, 1001, 2);
	struct shipment a = ship_some(cx, order, 0, 1);

	ship_some(cx, order, 0, 1);
	assert_string_equal(only_error(cx,
				HEAD "#1001,brt,T1,2026-11-22T08:00:00Z,\n")
				.code,
	    "shipment_ambiguous");
	take_file(cx,
	    arena_printf(cx->mem,
		"shipment;tracking;shipped_at\n%s;T1;2026-11-22T08:00:00Z\n",
		a.public_id));
	assert_string_equal(ship_now(cx, a.public_id).state, "SHIPPED");
	take_file(cx,
	    arena_printf(cx->mem, "shipment\ttracking\n%s\tT9\n", a.public_id));
	assert_string_equal(ship_now(cx, a.public_id).numbers[0], "T9");
	assert_int_equal(ship_now(cx, a.public_id).revision, 2);
}

/* Orders of one number in two stores. */
struct two {
	int64_t here, there;
};

static struct two
two_stores(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	struct connector d;
	struct two two = { .here = ship_order(cx, &c, 1001, 1) };

	app.shop = "other.myshopify.com";
	d = linked(cx, "The Other", "other.myshopify.com");
	two.there = ship_order(cx, &d, 1001, 1);
	return two;
}

static void
two_stores_with_one_number_are_told_apart_by_shop(struct cx *cx)
{
	struct two two = two_stores(cx);
	struct csv_error er;

	er = only_error(cx, HEAD "#1001,brt,T1,2026-11-22T08:00:00Z,\n");
	assert_string_equal(er.code, "order_ambiguous");
	assert_contains(er.reason, "name the store in a column \"shop\"");
	take_file(cx,
	    "order number,tracking,shipped_at,shop\n"
	    "1001,T1,2026-11-22T08:00:00Z,OTHER.myshopify.com\n");
	assert_string_equal(status_of(cx, two.here), "placed");
	assert_string_equal(status_of(cx, two.there), "total");
	take_file(cx, "order number,tracking,shop\n#1001,T2, the other \n");
	assert_int_equal(db_count(cx, "shipment"), 1);
}

static void
a_shop_that_is_not_known_or_not_one_is_refused(struct cx *cx)
{
	struct two two = two_stores(cx);
	struct csv_error er;

	er = only_error(cx,
	    "order number,tracking,shop\n#1001,T1,nobody.example\n");
	assert_string_equal(er.code, "unknown_shop");
	assert_string_equal(er.reason,
	    "shop: there is no store nobody.example; give a connector's "
	    "label or a shop's domain");
	er = only_error(cx, "order number,tracking,shop\n#1002,T1,The Other\n");
	assert_string_equal(er.code, "unknown_order");
	assert_contains(er.reason, "The Other has no order #1002");
	app.shop = "third.myshopify.com";
	linked(cx, "the OTHER", "third.myshopify.com");
	er = only_error(cx, "order number,tracking,shop\n#1001,T1,The Other\n");
	assert_string_equal(er.code, "shop_ambiguous");
	assert_string_equal(status_of(cx, two.there), "placed");
}

static void
a_label_that_is_a_domain_too_makes_no_ambiguity(struct cx *cx)
{
	struct two two = two_stores(cx);

	app.shop = "third.myshopify.com";
	linked(cx, "Other.myshopify.com", "third.myshopify.com");
	take_file(cx,
	    "order number,tracking,shipped_at,shop\n"
	    "1001,T1,2026-11-22T08:00:00Z,other.myshopify.com\n");
	assert_string_equal(status_of(cx, two.there), "total");
}

/* What is known is held against it; what is not chooses nothing. */
static void
a_shop_beside_the_shipment_must_be_the_shipments(struct cx *cx)
{
	struct two two = two_stores(cx);
	struct shipment s = ship_all(cx, two.there);
	static const char *const good[] = { "other.myshopify.com", "The Other",
		"nobody.example", "" };
	struct csv_error er;
	const char *text;
	size_t i;

	for (i = 0; i < COUNT_OF(good); i++) {
		text = arena_printf(cx->mem,
		    "shipment,tracking,store,shop\n%s,T%d,owed,%s\n",
		    s.public_id, (int)i, good[i]);
		assert_int_equal(take_file(cx, text).taken, 1);
	}
	er = only_error(cx,
	    arena_printf(cx->mem, "shipment,tracking,shop\n%s,T9," SHOP "\n",
		s.public_id));
	assert_string_equal(er.code, "shipment_of_another_shop");
	assert_string_equal(er.reason,
	    "shipment: it belongs to a store that is not " SHOP);
	assert_string_equal(ship_now(cx, s.public_id).numbers[0], "T3");
}

static void
separators_marks_and_quotes_are_found(struct cx *cx)
{
	static const char *const files[] = {
		"\xef\xbb\xbforder number;courier;tracking;shipped_at\r\n"
		"#1001;BRT;T1;2026-11-22T08:00:00Z\r\n",
		"\"Order Number\",\"Courier\",\"Tracking\",\"Shipped_At\"\n"
		"\"#1001\",\"BRT\",\"T1\",\"2026-11-22T08:00:00Z\"\n",
		"tracking\tshipped_at\torder\tcourier\r"
		"T1\t2026-11-22T08:00:00Z\t1001\tbrt\r",
	};
	struct connector c = ship_rig(cx, false);
	size_t i;

	ship_order(cx, &c, 1001, 1);
	for (i = 0; i < COUNT_OF(files); i++)
		assert_int_equal(take_file(cx, files[i]).bad, 0);
	assert_int_equal(db_count(cx, "shipment"), 1);
}

static void
a_file_that_is_none_is_refused_in_words(struct cx *cx)
{
	static const struct {
		const char *text, *code;
	} files[] = {
		{ "", "csv_empty" },
		{ HEAD, "csv_empty" },
		{ "#1001,brt,T1,,\n#1002,brt,T2,,\n", "csv_header" },
		{ "order number|courier|tracking\n#1|brt|T1\n", "csv_header" },
		{ "order number,colour,courier\n#1,red,brt\n", "csv_header" },
	};
	struct csv_import im;
	size_t i;

	ship_rig(cx, false);
	for (i = 0; i < COUNT_OF(files); i++) {
		must_fail(cx, ERR_INPUT,
		    shipment_csv_take(cx, bytes_of(files[i].text), &im));
		assert_string_equal(cx->code, files[i].code);
	}
	assert_int_equal(db_count(cx, "csv_import"), 0);
}

/* --- size --- */

static int64_t
memory_kb(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	int64_t all = 0, resident = 0;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%" SCNd64 " %" SCNd64, &all, &resident), 2);
	fclose(f);
	return resident * 4;
}

/* ASan keeps up to 256 MiB of what was freed aside. */
#ifdef __SANITIZE_ADDRESS__
enum { GROWTH_MAX_KB = 300 * 1024 };
#else
enum { GROWTH_MAX_KB = 16 * 1024 };
#endif

static void
a_hundred_thousand_lines_need_no_more_memory_than_few(struct cx *cx)
{
	struct connector c = ship_rig(cx, false);
	struct buf b = buf_new(cx->mem);
	struct csv_import im;
	int64_t before, kb;
	int i;

	ship_order(cx, &c, 1001, 1);
	buf_text(&b, HEAD);
	for (i = 0; i < 100000; i++) /* four of five are refused */
		buf_printf(&b, "#%d,brt,T%d,2026-11-22T08:00:00Z,\n",
		    i % 5 == 0 ? 1001 : 500000 + i, i % 5 == 0 ? 1 : i);
	assert_true(b.n < CSV_BODY_MAX);
	im = take_file(cx, HEAD "#1001,brt,T1,2026-11-22T08:00:00Z,\n");
	before = memory_kb();
	im = take_file(cx, b.p);
	kb = memory_kb() - before;
	print_message("memory grew by %d KiB\n", (int)kb);
	assert_true(kb < GROWTH_MAX_KB);
	assert_int_equal(im.rows, 100000);
	assert_int_equal(im.same, 20000);
	assert_int_equal(im.bad, 80000);
	assert_int_equal(db_count(cx, "csv_error"), 80000);
	buf_text(&b, "#1001,brt,T1,2026-11-22T08:00:00Z,\n");
	must_fail(cx, ERR_INPUT, shipment_csv_take(cx, bytes_of(b.p), &im));
	assert_string_equal(cx->code, "csv_too_long");
}

/* --- faults --- */

/* Each begin, statement and commit of the job's slices fails once; the job
   goes on, nothing counts twice. */
static void
a_fault_at_any_step_loses_and_doubles_nothing(struct cx *cx)
{
	static const char file[] =
	    HEAD "#1001,brt,T1,2026-11-22T08:00:00Z,2026-11-22T18:00:00Z\n"
		 "#9999,brt,T1,2026-11-22T08:00:00Z,\n"
		 "#1002,brt,T2,2026-11-22T08:00:00Z,\n";
	struct connector c = ship_rig(cx, false);
	struct csv_import im, out;
	int step;

	ship_order(cx, &c, 1001, 1);
	ship_order(cx, &c, 1002, 1);
	for (step = 1; step < 300; step++) {
		must(cx, shipment_csv_take(cx, bytes_of(file), &im));
		db_fail_at(cx->db, step);
		if (shipment_csv_run(cx, im.id, &out) == OK)
			break;
		db_fail_at(cx->db, 0);
		assert_contains(cx->why, "on purpose");
		assert_int_equal(db_count(cx, "shipment") % 2, 0);
		must(cx, shipment_csv_run(cx, im.id, &out));
		assert_int_equal(out.done, 3);
		assert_int_equal(out.bad, 1);
		assert_int_equal(db_count(cx, "shipment"), 2);
		exec(cx, "DELETE FROM shipment");
		exec(cx, "DELETE FROM shipment_line");
		exec(cx, "DELETE FROM carrier_event");
		exec(cx, "DELETE FROM parcel");
	}
	db_fail_at(cx->db, 0);
	assert_true(step > 40 && step < 300);
	assert_int_equal(out.taken, 2);
}

static void
a_fault_while_it_comes_in_leaves_no_job(struct cx *cx)
{
	static const char file[] = HEAD "#1001,brt,T1,2026-11-22T08:00:00Z,\n";
	struct csv_import im;
	int step;

	ship_rig(cx, false);
	exec(cx, "DELETE FROM job");
	for (step = 1; step < 50; step++) {
		db_fail_at(cx->db, step);
		if (shipment_csv_take(cx, bytes_of(file), &im) == OK)
			break;
		db_fail_at(cx->db, 0);
		assert_int_equal(db_count(cx, "job"), 0);
	}
	/* begin, import, commit; begin, piece, commit; begin, job, state,
	   commit */
	assert_int_equal(step, 11);
	db_fail_at(cx->db, 0);
	test_clock_advance(cx, 2 * 3600 * 1000);
	must(cx, shipment_csv_trim(cx));
	assert_int_equal(db_count(cx, "csv_import"), 1);
	assert_int_equal(db_count(cx, "csv_chunk"), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASES(a_file_ships_and_delivers_and_twice_is_once),
		CASES(a_shipment_made_by_hand_is_taken_and_not_doubled),
		CASES(a_bad_line_is_named_and_costs_itself_only),
		CASES(a_line_never_counts_in_part),
		CASES(a_long_tracking_number_is_refused),
		CASES(what_could_mean_several_shipments_is_asked),
		CASES(two_stores_with_one_number_are_told_apart_by_shop),
		CASES(a_shop_that_is_not_known_or_not_one_is_refused),
		CASES(a_label_that_is_a_domain_too_makes_no_ambiguity),
		CASES(a_shop_beside_the_shipment_must_be_the_shipments),
		CASES(separators_marks_and_quotes_are_found),
		CASES(a_file_that_is_none_is_refused_in_words),
		SQLITE_CASE(
		    a_hundred_thousand_lines_need_no_more_memory_than_few),
		SQLITE_CASE(a_fault_at_any_step_loses_and_doubles_nothing),
		SQLITE_CASE(a_fault_while_it_comes_in_leaves_no_job),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
