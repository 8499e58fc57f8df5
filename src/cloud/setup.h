/*
 * setup.h - the one-time link that makes the first manager.
 *
 * Made at the start of a program without users, printed once, good for an
 * hour and for one user.
 */
#ifndef CLOUD_SETUP_H
#define CLOUD_SETUP_H

#include "base/crypt.h"
#include "base/cx.h"
#include "cloud/account.h"

/* A fresh link; the one before ends.  ERR_CONFLICT, code "setup_done": there
   is a user. */
enum err setup_start(struct cx *, char token[TOKEN_TEXT_MAX]);
/* ERR_AUTH, code "setup_failed": not the link, or too late. */
enum err setup_check(struct cx *, const char *token);

struct setup_in {
	const char *token, *email, *password;
	const char *remote; /* address, for throttling */
};
/* The first manager, signed in; uses the link up, all or nothing. */
enum err setup_finish(struct cx *, const struct setup_in *,
    struct session_new *);

#endif
