/*
 * test.c - the world of a test.
 *
 * The clock and the generator are shared by all threads of a test, so both
 * are atomic.  A wait with a deadline on a clock that stands still would never
 * end: it wakes every few milliseconds (waits may wake for nothing) and its
 * caller looks at the clock again.
 */
#include "test.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/env.h"

enum { WAKE_MS = 2, MONO_START_MS = 1000000 };

struct world {
	struct cx cx;   /* first: a test cx is a world */
	struct env env; /* whose address env functions get */
	struct env real;
	int64_t passed_ms; /* since the start */
	uint64_t seed;
	struct keys *keys;
};

static struct world *
world_of(struct env *env)
{
	return (
	    struct world *)(void *)((char *)env - offsetof(struct world, env));
}

static int64_t
passed(struct env *env)
{
	return __atomic_load_n(&world_of(env)->passed_ms, __ATOMIC_SEQ_CST);
}

static int64_t
test_wall(struct env *env)
{
	return TEST_NOW + passed(env);
}

static int64_t
test_mono(struct env *env)
{
	return MONO_START_MS + passed(env);
}

/* SplitMix64: the state is a counter, so threads can share it. */
static uint64_t
next_random(struct world *w)
{
	uint64_t z = __atomic_add_fetch(&w->seed, UINT64_C(0x9e3779b97f4a7c15),
	    __ATOMIC_SEQ_CST);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static void
test_random(struct env *env, void *p, size_t n)
{
	unsigned char *at = p;
	uint64_t x;
	size_t part;

	for (; n > 0; n -= part, at += part) {
		x = next_random(world_of(env));
		part = n < sizeof(x) ? n : sizeof(x);
		memcpy(at, &x, part);
	}
}

static struct thread *
test_start(struct env *env, const char *name, void (*run)(void *), void *arg)
{
	struct env *real = &world_of(env)->real;

	return real->start(real, name, run, arg);
}

static void
test_join(struct env *env, struct thread *t)
{
	struct env *real = &world_of(env)->real;

	real->join(real, t);
}

static void
test_wait(struct env *env, struct signal *s, struct lock *l, int64_t until_ms)
{
	struct env *real = &world_of(env)->real;
	int64_t until = INT64_MAX;

	if (until_ms != INT64_MAX)
		until = env_mono(real) + WAKE_MS;
	if (until_ms <= test_mono(env))
		until = env_mono(real);
	real->wait(real, s, l, until);
}

struct cx *
test_cx(void)
{
	struct world *w = mem_new(sizeof(*w));

	crypt_start();
	w->real = env_real();
	w->env = (struct env){
		.wall_ms = test_wall,
		.mono_ms = test_mono,
		.random = test_random,
		.start = test_start,
		.join = test_join,
		.wait = test_wait,
	};
	w->seed = 20261123;
	w->keys = keys_fixed();
	w->cx.env = &w->env;
	w->cx.mem = arena_new();
	w->cx.keys = w->keys;
	w->cx.now = TEST_NOW;
	return &w->cx;
}

void
test_cx_free(struct cx *cx)
{
	struct world *w = world_of(cx->env);

	cx_done(cx);
	keys_close(w->keys);
	mem_free(w);
}

int
test_setup(void **state)
{
	*state = test_cx();
	return 0;
}

int
test_teardown(void **state)
{
	test_cx_free(*state);
	return 0;
}

void
test_clock_advance(struct cx *cx, int64_t ms)
{
	__atomic_add_fetch(&world_of(cx->env)->passed_ms, ms, __ATOMIC_SEQ_CST);
	cx->now = env_wall(cx->env);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static void
remove_dir(void *arg)
{
	nftw(arg, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

char *
test_dir(struct cx *cx)
{
	const char *tmp = getenv("TMPDIR");
	char *dir = arena_printf(cx->mem, "%s/logivery-test-XXXXXX",
	    tmp != NULL && *tmp != '\0' ? tmp : "/tmp");

	if (mkdtemp(dir) == NULL)
		fail_msg("%s: %s", dir, strerror(errno));
	arena_defer(cx->mem, remove_dir, dir);
	return dir;
}

char *
test_read_file(struct cx *cx, const char *path)
{
	FILE *f = fopen(path, "r");
	long size;
	char *text;

	if (f == NULL) {
		fail_msg("%s: %s", path, strerror(errno));
		return NULL; /* never: the test is over */
	}
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	text = arena_alloc(cx->mem, (size_t)size + 1);
	text[fread(text, 1, (size_t)size, f)] = '\0';
	fclose(f);
	return text;
}

void
test_write_file(const char *path, const char *text, unsigned mode)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0 ||
	    chmod(path, mode) != 0)
		fail_msg("%s: %s", path, strerror(errno));
}

void
test_must(struct cx *cx, enum err want, enum err got, const char *expr,
    const char *file, int line)
{
	if (got == want)
		return;
	print_error("%s\n\tis %s, not %s: %s\n", expr, err_row(got)->name,
	    err_row(want)->name, got == OK ? "" : cx->why);
	_fail(file, line);
}

void
test_contains(const char *text, const char *part, const char *file, int line)
{
	if (text != NULL && strstr(text, part) != NULL)
		return;
	print_error("\"%s\"\n\tdoes not contain \"%s\"\n",
	    text != NULL ? text : "(NULL)", part);
	_fail(file, line);
}
