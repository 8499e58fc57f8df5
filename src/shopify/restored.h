/*
 * restored.h - a database that is older than the world.
 */
#ifndef SHOPIFY_RESTORED_H
#define SHOPIFY_RESTORED_H

#include "base/cx.h"

/*
 * After a backup was put back, in one transaction: every order that is not
 * settled is read by id before it is sent or its tags are written, and tags
 * that were about to be written then are not.  The next sweep looks at what
 * has changed since; what was sent already meets itself in the Cloud App.
 */
enum err restored_careful(struct cx *);

#endif
