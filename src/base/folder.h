/*
 * folder.h - a folder's names, made to outlive a power cut.
 */
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

#include "base/cx.h"

/* fsync the folder that holds `path`, after the file was made or renamed there:
   else its name may be gone, however well its bytes were written.  False: errno
   says why. */
bool folder_sync(struct cx *, const char *path);

#endif
