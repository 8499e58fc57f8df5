/*
 * folder.c - a folder's names, and its disk.
 */
#include "base/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/arena.h"

bool
folder_sync(struct cx *cx, const char *path)
{
	char *folder = arena_text(cx->mem, path), *slash;
	int fd;
	bool good;

	if ((slash = strrchr(folder, '/')) != NULL)
		slash[slash == folder] = '\0';
	fd = open(slash != NULL ? folder : ".",
	    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	good = fsync(fd) == 0;
	close(fd);
	return good;
}

static const struct {
	int error;
	const char *cure;
} cures[] = {
	{ ENOENT, "; make its folder first, or give another path" },
	{ ENOTDIR, "; what it should lie in is no folder: give another path" },
	{ EISDIR, "; a file's name is needed, not a folder's" },
	{ EACCES,
	    "; let in the user whom the program runs as, or give another "
	    "path: under systemd, which hides /home, one in the data folder" },
	{ EROFS,
	    "; nothing may be written there: under systemd only in what the "
	    "unit names with StateDirectory= or ReadWritePaths=" },
	{ ENOSPC, "; make room on its disk" },
};

static const char *
cure_of(int error)
{
	size_t i;

	for (i = 0; i < sizeof(cures) / sizeof(cures[0]); i++) {
		if (cures[i].error == error)
			return cures[i].cure;
	}
	return "";
}

enum err
folder_failed(struct cx *cx, enum err e, const char *path)
{
	int error = errno;

	return cx_fail(cx, e, "%s: %s%s", path, strerror(error),
	    cure_of(error));
}

enum err
folder_room(struct cx *cx, const char *folder)
{
	struct statvfs fs;

	if (folder == NULL || statvfs(folder, &fs) != 0 ||
	    fs.f_bavail >= FOLDER_ROOM / fs.f_frsize)
		return OK;
	return cx_fail(cx, ERR_STORE, "%s: the disk is full", folder);
}
