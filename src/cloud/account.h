/*
 * account.h - people: who may sign in, and who is signed in.
 *
 * Passwords are argon2id; at most 12 to 256 characters, any of them.  A
 * session's id is 32 random bytes in a cookie, stored as SHA-256 only; it ends
 * after 30 minutes of quiet and after 12 hours in any case.  Failed sign-ins
 * slow down per account and per address: after 5, the wait doubles up to 15
 * minutes.  Unknown and known people get the same answer after the same work.
 */
#ifndef CLOUD_ACCOUNT_H
#define CLOUD_ACCOUNT_H

#include "cloud/who.h"

#include "base/cx.h"
#include "base/field.h"

struct user {
	int64_t id;
	const char *email;            /* lower case */
	const char *password;         /* its hash */
	const char *role;             /* viewer, operator, manager */
	int64_t created_at;           /* ms */
	const char *language, *theme; /* of the console; NULL: not said */
};

extern const struct field user_fields[]; /* rows */

/* ERR_INPUT: what is wrong with e-mail, password or role.  ERR_CONFLICT, code
   "email_taken".  `by`: who did it, for the audit. */
enum err account_add(struct cx *, const char *by, const char *email,
    const char *password, const char *role, struct user *);
/* Its two halves: the slow one (checks, hash), and the row, which may stand in
   a transaction. */
enum err account_prepare(struct cx *, const char *email, const char *password,
    const char *role, struct user *);
enum err account_insert(struct cx *, struct user *);
enum err account_password_check(struct cx *, const char *password);
enum err account_find(struct cx *, int64_t id, struct user *);
/* Is it the person's password?  ERR_AUTH, code "login_failed"; ERR_BUSY as in
   account_sign_in, with which it shares the failures. */
enum err account_prove(struct cx *, const struct user *, const char *password,
    const char *remote);
enum err account_list(struct cx *, const char *after, int64_t limit,
    struct user **, size_t *n);
/* Is there any user?  Until then the set-up link is the way in. */
enum err account_any(struct cx *, bool *any);

struct session_new {
	struct user user;
	char token[64]; /* the cookie's value: shown here only */
	const char *csrf;
	int64_t until; /* ms */
};

/* ERR_AUTH, code "login_failed": no hint what is wrong.  ERR_BUSY, code
   "too_many_attempts" or "overloaded", with cx->wait_ms. */
enum err account_sign_in(struct cx *, const char *email, const char *password,
    const char *remote, struct session_new *);
/* A session without a password: after set-up. */
enum err session_add(struct cx *, const struct user *, struct session_new *);
/* ERR_AUTH: none, over, or not ours.  Keeps it alive. */
enum err session_check(struct cx *, const char *token, struct who *);
/* Is who came in still let in: not signed out, not too old, token not removed?
   For what outlives its request. */
enum err who_lives(struct cx *, const struct who *, bool *lives);
enum err session_drop(struct cx *, int64_t session);
/* --- changing (account_change.c); each is in the audit --- */

/* ERR_INPUT, code "password_wrong", or a bad new one; every other session of
   the person ends. */
struct password_change {
	const char *current, *password;
	const char *remote; /* address of who asks */
};
enum err account_set_password(struct cx *, const struct who *,
    const struct password_change *);
/* NULL: as it is.  ERR_INPUT: not a language or theme we have. */
enum err account_set_look(struct cx *, const struct who *, const char *language,
    const char *theme, struct user *);
enum err account_sign_out_everywhere(struct cx *, const struct who *);
/* ERR_MISSING; ERR_CONFLICT, code "last_manager": somebody must manage. */
enum err account_set_role(struct cx *, const struct who *, int64_t id,
    const char *role, struct user *);
enum err account_drop(struct cx *, const struct who *, int64_t id);

/* Drop what is over: sessions and old failures. */
enum err account_trim(struct cx *);

/* Failures by name ("setup:ADDRESS"): from the `most`-th on each wait is twice
   the last, 15 minutes at most. */
enum err throttle_check(struct cx *, const char *name, int64_t most);
enum err throttle_note(struct cx *, const char *name);

#endif
