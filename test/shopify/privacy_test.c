/*
 * privacy_test.c - compliance requests on their way to the Cloud App.
 */
#include "rig.h"

#include "base/arena.h"
#include "shopify/jobs.h"
#include "shopify/privacy.h"

#define T(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

/* One that is refused, if at all. */
static void
request_redact(struct rig *r, const char *id)
{
	assert_int_equal(rig_hook(r,
			     &(struct rig_hook){ .topic = "customers/redact",
				 .id = id },
			     "{\"customer\":{\"id\":7},\"orders_to_redact\":"
			     "[1,2]}"),
	    200);
}

/* One that is not. */
static void
request_data(struct rig *r, const char *id)
{
	assert_int_equal(rig_hook(r,
			     &(struct rig_hook){ .topic =
						     "customers/data_request",
				 .id = id },
			     "{\"customer\":{\"id\":7},\"orders_requested\":"
			     "[1,2]}"),
	    200);
}

static void
two_requests(struct rig *r, const char *first, const char *second)
{
	request_redact(r, first);
	request_data(r, second);
	rig_settle(r);
}

/* The two of a loop's turn. */
static void
two_more_requests(struct rig *r, int turn)
{
	struct cx *cx = rig_cx(r);

	two_requests(r, arena_printf(cx->mem, "one%d", turn),
	    arena_printf(cx->mem, "two%d", turn));
}

static void
a_request_is_kept_until_it_is_delivered(void **state)
{
	struct rig *r = *state;

	r->cloud.mood = CLOUD_AWAY;
	request_data(r, "ask");
	rig_run(r, 3 * HOUR_MS);
	assert_int_equal(r->cloud.privacies, 0);
	r->cloud.mood = CLOUD_WELL;
	rig_run(r, 2 * HOUR_MS);
	assert_int_equal(r->cloud.privacies, 1);
	assert_string_equal(r->cloud.privacy_kind, "customer_data_request");
}

static void
a_request_that_is_not_taken_holds_up_no_other(void **state)
{
	static const int statuses[] = { 404, 409, 422, 500 };
	struct rig *r = *state;
	int i;

	for (i = 0; i < (int)COUNT_OF(statuses); i++) {
		r->cloud.privacy_refused = "customer_redact";
		r->cloud.privacy_status = statuses[i];
		two_more_requests(r, i);
		assert_int_equal(r->cloud.privacies, 2 * i + 1);
		assert_string_equal(r->cloud.privacy_kind,
		    "customer_data_request");
		r->cloud.privacy_refused = NULL;
		rig_run(r, 2 * HOUR_MS);
		assert_int_equal(r->cloud.privacies, 2 * i + 2);
		assert_string_equal(r->cloud.privacy_kind, "customer_redact");
	}
}

/* Nor do more of them than are read at a time, nor one that waits for its next
   try. */
static void
many_that_are_not_taken_hold_up_no_other(void **state)
{
	struct rig *r = *state;
	struct cx *cx = rig_cx(r);
	int i;

	r->cloud.privacy_refused = "customer_redact";
	r->cloud.privacy_status = 422;
	r->cloud.mood = CLOUD_AWAY;
	for (i = 0; i < PRIVACY_PAGE + 10; i++) {
		request_redact(r, arena_printf(cx->mem, "many%d", i));
	}
	rig_settle(r);
	r->cloud.mood = CLOUD_WELL;
	two_requests(r, "one", "two");
	assert_int_equal(r->cloud.privacies, 1);
	assert_string_equal(r->cloud.privacy_kind, "customer_data_request");
	two_requests(r, "three", "four");
	assert_int_equal(r->cloud.privacies, 2);
	r->cloud.privacy_refused = NULL;
	rig_run(r, 2 * HOUR_MS);
	assert_int_equal(r->cloud.privacies, PRIVACY_PAGE + 10 + 4);
}

/* What is stopped after the last one has left nothing behind. */
static void
a_run_that_is_stopped_comes_back_for_the_rest(void **state)
{
	struct rig *r = *state;
	struct job job = { .kind = JOB_PRIVACY, .fence = 1 };
	struct cx *cx;
	int stop = 0;

	r->cloud.mood = CLOUD_AWAY;
	two_requests(r, "one", "two");
	r->cloud.mood = CLOUD_WELL;
	r->cloud.privacy_stop = &stop;
	job.tenant = rig_shop(r).id;
	cx = rig_cx(r);
	cx->stop = &stop;
	assert_int_equal(job_privacy.run(cx, &job), ERR_BUSY);
	assert_string_equal(cx->why, "stopped half-way");
	assert_int_equal(r->cloud.privacies, 1);
	stop = 0;
	assert_int_equal(job_privacy.run(cx, &job), OK);
	assert_int_equal(r->cloud.privacies, 2);
	cx->stop = NULL;
}

static void
one_behind_many_that_fail_has_its_turn(void **state)
{
	static const int statuses[] = { 500, 503 };
	struct rig *r = *state;
	struct cx *cx = rig_cx(r);
	int i;

	r->cloud.privacy_refused = "customer_redact";
	for (i = 0; i < 5 * (int)COUNT_OF(statuses); i++) {
		r->cloud.privacy_status = statuses[i / 5];
		request_redact(r, arena_printf(cx->mem, "many%d", i));
		if (i % 5 != 4)
			continue;
		two_more_requests(r, i);
		rig_run(r, 12 * HOUR_MS);
		assert_int_equal(r->cloud.privacies, 1 + i / 5);
	}
}

static void
no_failure_counts_that_an_answer_follows(void **state)
{
	struct rig *r = *state;
	struct job first = { .kind = JOB_PRIVACY, .fence = 1 };
	int i;

	r->cloud.mood = CLOUD_AWAY;
	for (i = 0; i < 3; i++)
		two_more_requests(r, i);
	r->cloud.mood = CLOUD_WELL;
	r->cloud.privacy_refused = "customer_redact";
	r->cloud.privacy_status = 500;
	first.tenant = rig_shop(r).id;
	assert_int_equal(job_privacy.run(rig_cx(r), &first), ERR_UPSTREAM);
	assert_int_equal(r->cloud.privacies, 3);
}

/* Though the runs bear more and more of them: it has asked for two seconds
   after each. */
static void
who_asks_for_time_is_given_it_for_each_request(void **state)
{
	struct rig *r = *state;
	int i, before;

	r->cloud.privacy_refused = "customer_redact";
	r->cloud.privacy_status = 503;
	for (i = 0; i < 10; i++)
		two_more_requests(r, i);
	rig_run(r, HOUR_MS);
	before = r->cloud.calls;
	rig_run(r, HOUR_MS);
	assert_in_range(r->cloud.calls - before, 10, HOUR_MS / 2000 + 20);
}

/* What is wrong with the token is said once, not for each request. */
static void
requests_wait_for_a_token_that_works(void **state)
{
	struct rig *r = *state;
	int before;

	r->cloud.mood = CLOUD_STRANGER;
	before = r->cloud.calls;
	two_requests(r, "one", "two");
	/* The event that tells of them, and one of the two. */
	assert_int_equal(r->cloud.calls, before + 2);
	r->cloud.mood = CLOUD_WELL;
	rig_run(r, 2 * HOUR_MS);
	assert_int_equal(r->cloud.privacies, 2);
}

static void
pairing_anew_passes_requests_on_at_once(void **state)
{
	struct rig *r = *state;

	r->cloud.mood = CLOUD_STRANGER;
	two_requests(r, "one", "two");
	r->cloud.mood = CLOUD_WELL;
	r->cloud.token = RIG_TOKEN_2;
	rig_pair(r, RIG_TOKEN_2);
	rig_settle(r);
	assert_int_equal(r->cloud.privacies, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_request_is_kept_until_it_is_delivered),
		T(a_request_that_is_not_taken_holds_up_no_other),
		T(many_that_are_not_taken_hold_up_no_other),
		T(a_run_that_is_stopped_comes_back_for_the_rest),
		T(one_behind_many_that_fail_has_its_turn),
		T(no_failure_counts_that_an_answer_follows),
		T(who_asks_for_time_is_given_it_for_each_request),
		T(requests_wait_for_a_token_that_works),
		T(pairing_anew_passes_requests_on_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
