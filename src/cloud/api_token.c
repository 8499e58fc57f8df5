/*
 * api_token.c - tokens for machines.
 *
 * 256 random bits need no slow hash: SHA-256 finds the row, and whoever reads
 * the table learns no token.
 */
#include "cloud/api_token.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/audit.h"
#include "db/db.h"
#include "gen/sql.h"

static const struct field token_fields[] = {
	F_INT(struct api_token, id, 1, INT64_MAX),
	F_TEXT(struct api_token, name, 1, 100),
	F_TEXT(struct api_token, role, 1, 16),
	F_WHEN(struct api_token, created_at),
	F_WHEN(struct api_token, last_used),
	F_END,
};

static const struct field named_fields[] = {
	F_INT(struct api_token_named, n, 0, INT64_MAX),
	F_WHEN(struct api_token_named, last),
	F_END,
};

static struct bytes
hashed(struct cx *cx, const char *secret)
{
	unsigned char d[DIGEST_BYTES];

	sha256(secret, strlen(secret), d);
	return (struct bytes){ arena_copy(cx->mem, d, sizeof(d)), sizeof(d) };
}

struct adding {
	const char *by, *name, *role;
	char *secret;
	struct api_token *token;
};

static enum err
add(struct cx *cx, void *arg)
{
	const struct adding *a = arg;
	enum err e;

	token_new(cx, "lgvapi", a->secret);
	e = db_one(cx, SQL_API_TOKEN_INSERT, token_fields, a->token,
	    V(hashed(cx, a->secret)), V(a->name), V(a->role), V(cx->now));
	if (e != OK)
		return e;
	return audit_add(cx, a->by, "token.added",
	    arena_printf(cx->mem,
		"Made the API token %" PRId64 " (\"%s\"), %s.", a->token->id,
		a->token->name, a->token->role));
}

enum err
api_token_add(struct cx *cx, const char *by, const char *name, const char *role,
    char secret[TOKEN_TEXT_MAX], struct api_token *t)
{
	struct adding a = { by, name, role, secret, t };
	size_t n = text_count(name);

	if (n < 1 || n > 100)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "name: 1 to 100 characters are needed");
	if (role_read(role) == ROLE_NONE)
		return cx_fail_code(cx, ERR_INPUT, "bad_input",
		    "role: manager, operator or viewer is needed");
	return db_tx(cx, add, &a);
}

enum err
api_token_check(struct cx *cx, const char *secret, struct who *w)
{
	struct api_token t;
	enum err e;

	e = db_one(cx, SQL_API_TOKEN_FIND, token_fields, &t,
	    V(hashed(cx, secret)));
	if (e == ERR_MISSING)
		return cx_fail(cx, ERR_AUTH, "The API token is not valid");
	if (e != OK)
		return e;
	if (cx->now - t.last_used >= MINUTE_MS)
		e = db_exec(cx, SQL_API_TOKEN_TOUCH, V(t.id), V(cx->now));
	if ((e = db_at_best(e)) != OK)
		return e;
	*w = (struct who){ .api_token = t.id, .role = role_read(t.role) };
	return OK;
}

enum err
api_token_list(struct cx *cx, int64_t before, int64_t limit,
    struct api_token **tokens, size_t *n)
{
	return db_list(cx, SQL_API_TOKEN_LIST, token_fields, tokens, n,
	    V(before), V(limit));
}

enum err
api_token_named(struct cx *cx, const char *name, struct api_token_named *named)
{
	return db_one(cx, SQL_API_TOKEN_NAMED, named_fields, named, V(name));
}

struct dropping {
	const char *by;
	int64_t id;
};

static enum err
drop(struct cx *cx, void *arg)
{
	const struct dropping *d = arg;
	int64_t changed = 0;
	enum err e;

	if ((e = db_change(cx, SQL_API_TOKEN_DROP, &changed, V(d->id))) != OK)
		return e;
	if (changed == 0)
		return cx_fail(cx, ERR_MISSING, "There is no such API token");
	return audit_add(cx, d->by, "token.revoked",
	    arena_printf(cx->mem, "Revoked the API token %" PRId64 ".", d->id));
}

enum err
api_token_drop(struct cx *cx, const char *by, int64_t id)
{
	return db_tx(cx, drop, &(struct dropping){ by, id });
}
