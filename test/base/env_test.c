/* env_test.c - the world outside: the machine's, and the tests' own. */
#include "lib/test.h"

#include <stdio.h>
#include <string.h>

#include "base/env.h"

/* RFC 9562, figure 11: time, version 7, variant 10. */
static void
a_uuid_is_version_7_and_carries_the_time(void **state)
{
	struct cx *cx = *state;
	char uuid[37], again[37];
	unsigned long long high, low;

	env_uuid(cx->env, uuid);
	assert_int_equal(strlen(uuid), 36);
	assert_int_equal(strspn(uuid, "0123456789abcdef-"), 36);
	assert_int_equal(uuid[8], '-');
	assert_int_equal(uuid[13], '-');
	assert_int_equal(uuid[18], '-');
	assert_int_equal(uuid[23], '-');
	assert_int_equal(uuid[14], '7');
	assert_non_null(strchr("89ab", uuid[19]));
	assert_int_equal(sscanf(uuid, "%8llx-%4llx-", &high, &low), 2);
	assert_int_equal(high << 16 | low, TEST_NOW);
	env_uuid(cx->env, again);
	assert_string_not_equal(uuid, again);
}

static void
a_later_uuid_sorts_after(void **state)
{
	struct cx *cx = *state;
	char before[37], after[37];
	int i;

	for (i = 0; i < 1000; i++) {
		env_uuid(cx->env, before);
		test_clock_advance(cx, 1);
		env_uuid(cx->env, after);
		assert_true(strcmp(before, after) < 0);
	}
}

static void
below_is_below_and_reaches_all(void **state)
{
	struct cx *cx = *state;
	unsigned seen = 0;
	uint64_t x;
	int i;

	for (i = 0; i < 200; i++) {
		x = env_below(cx->env, 5);
		assert_true(x < 5);
		seen |= 1u << x;
	}
	assert_int_equal(seen, 31);
	assert_int_equal(env_below(cx->env, 1), 0);
	assert_true(env_below(cx->env, UINT64_MAX) < UINT64_MAX);
}

static void
two_tests_see_the_same_randomness(void **state)
{
	struct cx *other = test_cx(), *cx = *state;
	char a[40], b[40];

	env_random(cx->env, a, sizeof(a));
	env_random(other->env, b, sizeof(b));
	assert_memory_equal(a, b, sizeof(a));
	test_cx_free(other);
}

static void
the_machine_s_clocks_and_randomness_are_alive(void **state)
{
	struct env env = env_real();
	int64_t mono = env_mono(&env);
	char a[300] = { 0 }, b[300] = { 0 };

	(void)state;
	assert_true(env_wall(&env) > INT64_C(1700000000000));
	assert_true(env_mono(&env) >= mono);
	env_random(&env, a, sizeof(a));
	env_random(&env, b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
}

struct post {
	struct lock lock;
	struct signal signal;
	int letters;
};

static void
deliver(void *arg)
{
	struct post *post = arg;

	lock_take(&post->lock);
	post->letters++;
	signal_all(&post->signal);
	lock_drop(&post->lock);
}

static void
threads_meet_at_a_signal(struct env *env)
{
	struct post post = { .letters = 0 };
	struct thread *t[3];
	size_t i;

	lock_open(&post.lock);
	signal_open(&post.signal);
	for (i = 0; i < COUNT_OF(t); i++)
		t[i] = env->start(env, "a name longer than 15 bytes", deliver,
		    &post);
	lock_take(&post.lock);
	while (post.letters < 3)
		env->wait(env, &post.signal, &post.lock, INT64_MAX);
	lock_drop(&post.lock);
	for (i = 0; i < COUNT_OF(t); i++)
		env->join(env, t[i]);
	signal_close(&post.signal);
	lock_close(&post.lock);
}

static void
threads_meet_at_a_signal_in_both_worlds(void **state)
{
	struct cx *cx = *state;
	struct env env = env_real();

	threads_meet_at_a_signal(&env);
	threads_meet_at_a_signal(cx->env);
}

static void
a_wait_ends_at_its_deadline(void **state)
{
	struct env env = env_real();
	struct lock lock;
	struct signal signal;
	int64_t until;

	(void)state;
	lock_open(&lock);
	signal_open(&signal);
	lock_take(&lock);
	until = env_mono(&env) + 20;
	while (env_mono(&env) < until)
		env.wait(&env, &signal, &lock, until);
	env.wait(&env, &signal, &lock, 0); /* long past: at once */
	assert_true(env_mono(&env) < until + 2000);
	lock_drop(&lock);
	signal_close(&signal);
	lock_close(&lock);
}

static void
advance(void *arg)
{
	test_clock_advance(arg, 60000);
}

static void
a_wait_on_the_frozen_clock_sees_it_move(void **state)
{
	struct cx *cx = *state;
	struct lock lock;
	struct signal signal;
	struct thread *t;
	int64_t until = env_mono(cx->env) + 60000;

	lock_open(&lock);
	signal_open(&signal);
	t = cx->env->start(cx->env, "clock", advance, cx);
	lock_take(&lock);
	while (env_mono(cx->env) < until)
		cx->env->wait(cx->env, &signal, &lock, until);
	lock_drop(&lock);
	cx->env->join(cx->env, t);
	signal_close(&signal);
	lock_close(&lock);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_uuid_is_version_7_and_carries_the_time),
		TEST(a_later_uuid_sorts_after),
		TEST(below_is_below_and_reaches_all),
		TEST(two_tests_see_the_same_randomness),
		TEST(the_machine_s_clocks_and_randomness_are_alive),
		TEST(threads_meet_at_a_signal_in_both_worlds),
		TEST(a_wait_ends_at_its_deadline),
		TEST(a_wait_on_the_frozen_clock_sees_it_move),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
