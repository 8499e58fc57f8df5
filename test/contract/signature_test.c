/*
 * signature_test.c - whose calls the app takes: each valid token's, once, and
 * of now.
 */
#include "base/arena.h"
#include "base/json.h"
#include "contract_rig.h"
#include "lib/test.h"

static void
each_valid_token_opens_the_callback_and_none_other(void **state)
{
	static const char *const dead =
	    "lgv_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	struct bench *b = bench_open(true);
	const char *saved = arena_text(b->cx->mem, b->both->connector.token);

	(void)state;
	rotated(b); /* the app holds the old one, and accepts what has it */
	callback_send(b, GET, "/ping", NULL,
	    &(struct signing){ .second = saved });
	assert_int_equal(b->reply.status, 200);
	callback_send(b, GET, "/ping", NULL, &(struct signing){ 0 });
	assert_int_equal(b->reply.status, 401);
	callback_send(b, GET, "/ping", NULL,
	    &(struct signing){ .token = dead });
	assert_int_equal(b->reply.status, 401);
	assert_int_equal(sim_both_pair(b->both, b->both->connector.token), 200);
	callback_send(b, GET, "/ping", NULL, &(struct signing){ 0 });
	assert_int_equal(b->reply.status, 200);
	callback_send(b, GET, "/ping", NULL,
	    &(struct signing){ .token = dead,
		.second = b->both->connector.token });
	assert_int_equal(b->reply.status, 200);
	bench_close(b);
}

static void
a_call_that_was_heard_is_refused_and_so_is_one_of_another_time(void **state)
{
	static const struct {
		int64_t off_s;
		int status;
	} times[] = { { 0, 200 }, { 299, 200 }, { -299, 200 }, { 302, 401 },
		{ -302, 401 } };
	struct bench *b = bench_open(true);
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(times); i++) {
		callback_send(b, GET, "/ping", NULL,
		    &(struct signing){ .off_s = times[i].off_s });
		assert_int_equal(b->reply.status, times[i].status);
	}
	assert_string_equal(json_get_text(b->body, "code"),
	    "signature_expired");
	for (i = 0; i < 3; i++) {
		callback_send(b, GET, "/ping", NULL,
		    &(struct signing){ .id = "msg_the_same" });
		assert_int_equal(b->reply.status, i == 0 ? 200 : 401);
	}
	assert_string_equal(json_get_text(b->body, "code"),
	    "signature_replayed");
	bench_close(b);
}

/* What the Cloud App itself signs, in the overlap of two tokens. */
static void
the_cloud_apps_own_calls_are_taken_with_the_old_and_the_new_token(void **state)
{
	struct bench *b = bench_open(true);
	int round;

	(void)state;
	for (round = 0; round < 2; round++) {
		send_document(b, document(b, FIRST_ID + round, 60, 0),
		    round == 0 ? "k1" : "k2");
		assert_int_equal(b->reply.status, 202);
		bench_work(b);
		find_job(b, "confirm");
		cloud_send(b, GET,
		    arena_printf(b->cx->mem, "/jobs/%s/log", b->job), NULL,
		    NULL);
		assert_string_equal(json_text(json_path(b->body, "job.state")),
		    "done");
		rotated(b);
		if (round == 0) /* the app goes on with the old one */
			continue;
		assert_int_equal(sim_both_pair(b->both,
				     b->both->connector.token),
		    200);
	}
	callback_send(b, GET, "/ping", NULL, &(struct signing){ 0 });
	assert_int_equal(b->reply.status, 200);
	bench_close(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    each_valid_token_opens_the_callback_and_none_other),
		cmocka_unit_test(
		    a_call_that_was_heard_is_refused_and_so_is_one_of_another_time),
		cmocka_unit_test(
		    the_cloud_apps_own_calls_are_taken_with_the_old_and_the_new_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
