/*
 * replay_test.c - the corpus, and small changes of it, without libFuzzer.
 *
 * Each file as it is, cut at some places, and with bytes changed as a seed
 * says: the same every time.
 */
#include "lib/test.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "targets.h"

enum { CHANGES = 60, CUTS = 20 };

static uint64_t chance = 1;

static size_t
below(size_t n)
{
	chance = chance * 6364136223846793005ull + 1442695040888963407ull;
	return n == 0 ? 0 : (size_t)(chance >> 33) % n;
}

static void
with_changes(const struct target *t, const char *text, size_t n)
{
	static const char odd[] = "\0\xff\"{[,\\:%;=-+0\n\r\x80";
	char *copy = mem_new(n + 1);
	size_t i, k;

	fuzz_one(t, text, n);
	for (i = 0; i < CUTS; i++)
		fuzz_one(t, text, below(n + 1));
	for (i = 0; n > 0 && i < CHANGES; i++) {
		memcpy(copy, text, n);
		for (k = below(4) + 1; k > 0; k--)
			copy[below(n)] = i % 2 == 0 ? odd[below(sizeof(odd))]
						    : (char)below(256);
		fuzz_one(t, copy, n);
	}
	mem_free(copy);
}

static size_t
replay(struct cx *cx, const struct target *t)
{
	const char *dir = arena_printf(cx->mem, CORPUS "/%s", t->name);
	DIR *d = opendir(dir);
	struct dirent *e;
	const char *path;
	char *text;
	size_t n = 0;
	FILE *f;

	if (d == NULL)
		fail_msg("%s: no corpus", t->name);
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] == '.')
			continue;
		path = arena_printf(cx->mem, "%s/%s", dir, e->d_name);
		f = fopen(path, "r");
		assert_non_null(f);
		text = arena_alloc(cx->mem, 1 << 16);
		with_changes(t, text, fread(text, 1, 1 << 16, f));
		fclose(f);
		n++;
	}
	closedir(d);
	return n;
}

static void
every_parser_of_outside_bytes_takes_anything(void **state)
{
	const struct target *t;

	for (t = fuzz_targets; t->name != NULL; t++)
		assert_true(replay(*state, t) >= 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_parser_of_outside_bytes_takes_anything),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
