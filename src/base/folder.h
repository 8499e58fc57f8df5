/*
 * folder.h - a folder: names that outlive a power cut, room on its disk, and
 * what to do about a file that cannot be had.
 */
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

#include "base/cx.h"

/* fsync the folder that holds `path`, after the file was made or renamed there:
   else its name may be gone, however well its bytes were written.  False: errno
   says why. */
bool folder_sync(struct cx *, const char *path);

/* A file could not be opened or written: `e`, "PATH: why", by errno, and what
   to do if that is known: "; make its folder first, or give another path". */
enum err folder_failed(struct cx *, enum err e, const char *path);

/* ERR_STORE if its disk has not room for FOLDER_ROOM bytes more, as much as the
   largest webhook with its log; what cannot be asked counts as room. */
enum { FOLDER_ROOM = 4 * 1024 * 1024 };
enum err folder_room(struct cx *, const char *folder);

#endif
