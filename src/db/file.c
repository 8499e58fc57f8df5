/*
 * file.c - the lock beside a database, and files only their owner may read.
 *
 * flock and not fcntl: it belongs to the open file, so a second open in the
 * same process is refused too, and closing another descriptor does not drop
 * it.  The lock file stays: removing it would race with the next process.
 */
#include "db/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/folder.h"

static enum err
is_there(struct cx *cx, const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return cx_fail(cx, ERR_CONFLICT,
		    "%s is a folder: give the name of a new file in it", path);
	return cx_fail(cx, ERR_CONFLICT,
	    "%s is there already: give another name, or move it away", path);
}

enum err
file_lock(struct cx *cx, const char *file, int *out)
{
	char *path = arena_printf(cx->mem, "%s.lock", file);
	char pid[32] = "";
	int n, fd;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return folder_failed(cx, ERR_STORE, path);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		n = (int)pread(fd, pid, sizeof(pid) - 1, 0);
		close(fd);
		pid[n > 0 ? strcspn(pid, "\n") : 0] = '\0';
		return cx_fail(cx, ERR_STORE,
		    "%s is in use by another process%s%s: stop that one first, "
		    "or let it do the work",
		    file, pid[0] == '\0' ? "" : ", pid ", pid);
	}
	n = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)n, 0) != n)
		pid[0] = '\0'; /* only for the message above */
	*out = fd;
	return OK;
}

/* For us alone, before SQLite would make it for all to read. */
enum err
file_make(struct cx *cx, const char *path, bool fresh)
{
	int fd;

	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | (fresh ? O_EXCL : 0),
	    0600);
	if (fd < 0 && errno == EEXIST)
		return is_there(cx, path);
	if (fd < 0)
		return folder_failed(cx, ERR_STORE, path);
	close(fd);
	return OK;
}

enum err
file_sync(struct cx *cx, const char *path)
{
	int fd, rc;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return folder_failed(cx, ERR_STORE, path);
	rc = fsync(fd);
	close(fd);
	if (rc != 0)
		return folder_failed(cx, ERR_STORE, path);
	return OK;
}
