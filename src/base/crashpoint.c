/*
 * crashpoint.c - SIGKILL, since nothing can tidy up after it: what is left is
 * what a power cut leaves, but for the page cache.
 */
#include "base/crashpoint.h"

#ifdef FAULTS

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Is `name` the word of n bytes at s? */
static bool
is_word(const char *s, size_t n, const char *name)
{
	return strlen(name) == n && memcmp(s, name, n) == 0;
}

int
stall_ms(const char *name)
{
	static int passes; /* only the named point counts, as above */
	const char *s = getenv("LOGIVERY_STALL");
	size_t n = s == NULL ? 0 : strcspn(s, ":");
	char *end;
	long every, ms;

	if (s == NULL || s[n] != ':' || !is_word(s, n, name))
		return 0;
	every = strtol(s + n + 1, &end, 10);
	ms = *end == ':' ? strtol(end + 1, NULL, 10) : 0;
	if (every <= 0 || ms <= 0)
		return 0;
	if (__atomic_add_fetch(&passes, 1, __ATOMIC_SEQ_CST) % every != 0)
		return 0;
	return (int)ms;
}

void
crash_point(const char *name)
{
	/* Only the named point counts, so one counter does: test-only. */
	static int passes;
	const char *wanted = getenv("LOGIVERY_CRASH");
	const char *colon;
	long at;
	int ms;

	if ((ms = stall_ms(name)) > 0)
		poll(NULL, 0, ms);
	if (wanted == NULL)
		return;
	colon = strchrnul(wanted, ':');
	if (!is_word(wanted, (size_t)(colon - wanted), name))
		return;
	at = *colon == ':' ? strtol(colon + 1, NULL, 10) : 1;
	if (__atomic_add_fetch(&passes, 1, __ATOMIC_SEQ_CST) == at)
		kill(getpid(), SIGKILL);
}

bool
fault_on(const char *name)
{
	const char *s = getenv("LOGIVERY_FAULT_OFF");
	size_t n;

	for (; s != NULL && *s != '\0'; s += n + (s[n] == ',')) {
		n = strcspn(s, ",");
		if (is_word(s, n, name))
			return true;
	}
	return false;
}

bool
history_on(void)
{
	return getenv("LOGIVERY_HISTORY") != NULL;
}

#endif
