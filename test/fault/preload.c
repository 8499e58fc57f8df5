/*
 * preload.c - LD_PRELOAD: the k-th write, fsync, connect or allocation of a
 * program fails.
 *
 * LOGIVERY_PRELOAD names a folder; in it the file named as the program holds
 * one `struct dial` for each kind of call, mapped shared.  Whoever drives reads
 * how many calls there were so far, and writes which ones shall fail and how:
 * so the moment is the driver's, and the same k hits the same call as far as
 * threads allow.  Writes are those to files (a full disk), but not to standard
 * error, where the program says what happened.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum kind { WRITE, FSYNC, CONNECT, MALLOC, KINDS };

struct dial {
	int64_t calls; /* so far: ours */
	int64_t from;  /* the first that fails: the driver's, as the rest */
	int64_t count; /* so many fail; 0: none */
	int64_t code;  /* errno */
};

static struct dial *dials;

/* glibc's own, which an interposed malloc must end in. */
void *__libc_malloc(size_t);
void *__libc_calloc(size_t, size_t);
void *__libc_realloc(void *, size_t);

__attribute__((constructor)) static void
open_dials(void)
{
	const char *folder = getenv("LOGIVERY_PRELOAD");
	size_t size = KINDS * sizeof(struct dial);
	char path[PATH_MAX];
	void *map;
	int fd;

	if (folder == NULL)
		return;
	snprintf(path, sizeof(path), "%s/%s", folder,
	    program_invocation_short_name);
	if ((fd = open(path, O_RDWR | O_CLOEXEC)) < 0)
		return; /* another program, a child: not driven */
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map != MAP_FAILED)
		__atomic_store_n(&dials, map, __ATOMIC_RELEASE);
}

/* Counts a call; true if it is to fail, errno set. */
static int
fails(enum kind kind)
{
	struct dial *all = __atomic_load_n(&dials, __ATOMIC_ACQUIRE);
	struct dial *d;
	int64_t n, count, from;

	if (all == NULL)
		return 0;
	d = &all[kind];
	n = __atomic_add_fetch(&d->calls, 1, __ATOMIC_RELAXED);
	count = __atomic_load_n(&d->count, __ATOMIC_ACQUIRE);
	from = __atomic_load_n(&d->from, __ATOMIC_RELAXED);
	if (count == 0 || n < from || n - from >= count)
		return 0;
	errno = (int)d->code;
	return 1;
}

static int
write_fails(int fd)
{
	struct stat st;

	return fd != STDERR_FILENO && fstat(fd, &st) == 0 &&
	    S_ISREG(st.st_mode) && fails(WRITE);
}

static void *
next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

/* --- writes --- */

ssize_t
write(int fd, const void *p, size_t n)
{
	static ssize_t (*real)(int, const void *, size_t);

	if (real == NULL)
		*(void **)&real = next("write");
	return write_fails(fd) ? -1 : real(fd, p, n);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	static ssize_t (*real)(int, const void *, size_t, off64_t);

	if (real == NULL)
		*(void **)&real = next("pwrite64");
	return write_fails(fd) ? -1 : real(fd, p, n, at);
}

int
ftruncate64(int fd, off64_t size)
{
	static int (*real)(int, off64_t);

	if (real == NULL)
		*(void **)&real = next("ftruncate64");
	return write_fails(fd) ? -1 : real(fd, size);
}

/* --- fsync --- */

int
fsync(int fd)
{
	static int (*real)(int);

	if (real == NULL)
		*(void **)&real = next("fsync");
	return fails(FSYNC) ? -1 : real(fd);
}

int
fdatasync(int fd)
{
	static int (*real)(int);

	if (real == NULL)
		*(void **)&real = next("fdatasync");
	return fails(FSYNC) ? -1 : real(fd);
}

/* --- connect --- */

int
connect(int fd, const struct sockaddr *to, socklen_t n)
{
	static int (*real)(int, const struct sockaddr *, socklen_t);

	if (real == NULL)
		*(void **)&real = next("connect");
	return to->sa_family != AF_UNIX && fails(CONNECT) ? -1
							  : real(fd, to, n);
}

/* --- allocations --- */

void *
malloc(size_t n)
{
	return fails(MALLOC) ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return fails(MALLOC) ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *p, size_t n)
{
	return fails(MALLOC) ? NULL : __libc_realloc(p, n);
}
