/*
 * slowsync.c - a disk as most have: LD_PRELOAD adds 2 ms to every fsync and
 * fdatasync (SLOWSYNC_US says how much else).
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void
wait_for_the_disk(void)
{
	const char *text = getenv("SLOWSYNC_US");
	long us = text == NULL ? 2000 : strtol(text, NULL, 10);
	struct timespec ts = { us / 1000000, us % 1000000 * 1000 };

	nanosleep(&ts, NULL);
}

static int
sync_by(const char *name, int fd)
{
	union {
		void *p;
		int (*fn)(int);
	} real = { dlsym(RTLD_NEXT, name) };

	wait_for_the_disk();
	return real.fn(fd);
}

int
fsync(int fd)
{
	return sync_by("fsync", fd);
}

int
fdatasync(int fd)
{
	return sync_by("fdatasync", fd);
}
