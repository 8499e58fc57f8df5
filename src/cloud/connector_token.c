/*
 * connector_token.c - the tokens of connectors.
 *
 * A token is sealed, not hashed: callbacks are signed with it.  It is sealed to
 * its row, so a token copied to another row opens nothing.  Checking costs the
 * same whether the connector exists or not (a token nobody has is compared).
 */
#include "cloud/connector_part.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "base/when.h"
#include "cloud/audit.h"
#include "db/db.h"
#include "gen/sql.h"
#include "queue/job.h"

struct sealed {
	int64_t id;
	struct bytes token, old_token;
	int64_t old_until;
};
static const struct field sealed_fields[] = {
	F_INT(struct sealed, id, 1, INT64_MAX),
	F_BYTES(struct sealed, token),
	F_BYTES(struct sealed, old_token),
	F_WHEN(struct sealed, old_until),
	F_END,
};

static const char *
sealed_where(struct cx *cx, int64_t id)
{
	return arena_printf(cx->mem, "connector.token:%" PRId64, id);
}

static struct bytes
seal(struct cx *cx, int64_t id, const char *token)
{
	return crypt_seal_text(cx, sealed_where(cx, id), token);
}

enum err
connector_token_set(struct cx *cx, int64_t id, const char *token,
    struct bytes old, int64_t until)
{
	return db_exec(cx, SQL_CONNECTOR_SET_TOKEN, V(id),
	    V(seal(cx, id, token)), V(old), V(until));
}

struct rotate {
	const char *by;
	int64_t id, until;
	struct connector_secret *out;
};

static enum err
rotate(struct cx *cx, void *arg)
{
	struct rotate *r = arg;
	struct connector *c = &r->out->connector;
	const char *secrets[2];
	struct bytes old = { 0 };
	size_t n = 0;
	enum err e;

	if ((e = connector_secrets(cx, r->id, secrets, &n)) != OK)
		return e;
	if (r->until > 0 && n > 0)
		old = seal(cx, r->id, secrets[0]);
	token_new(cx, "lgv", r->out->token);
	if ((e = connector_token_set(cx, r->id, r->out->token, old,
		 r->until)) != OK ||
	    (e = db_exec(cx, SQL_CONNECTOR_END_USED, V(r->id),
		 V(r->until > 0 ? r->until : cx->now), V(cx->now))) != OK ||
	    (e = connector_find_id(cx, r->id, c)) != OK ||
	    (e = audit_add(cx, r->by, "connector.token_rotated",
		 arena_printf(cx->mem,
		     "Made a new Authorization token for the connector \"%s\".",
		     c->label))) != OK)
		return e;
	return connector_tell(cx, c, "token.rotated",
	    r->until > 0
		? arena_printf(cx->mem,
		      "A new Authorization token was made; the old one is "
		      "valid until %s.",
		      when_write(cx->mem, r->until))
		: "A new Authorization token was made; the old one is not "
		  "valid any more.");
}

enum err
connector_rotate(struct cx *cx, const char *by, int64_t id,
    int64_t overlap_hours, struct connector_secret *out)
{
	struct rotate r = { .by = by, .id = id, .out = out };

	if (overlap_hours > 0)
		r.until = cx->now + overlap_hours * HOUR_MS;
	return db_tx(cx, rotate, &r);
}

static enum err
open_one(struct cx *cx, int64_t id, struct bytes sealed, const char **token)
{
	return crypt_open_text(cx, sealed_where(cx, id), sealed, token);
}

enum err
connector_secrets(struct cx *cx, int64_t id, const char *secrets[2], size_t *n)
{
	struct sealed s = { 0 };
	enum err e;

	e = db_one(cx, SQL_CONNECTOR_SECRET_FIND, sealed_fields, &s, V(id));
	if (e != OK)
		return e;
	*n = 0;
	if ((e = open_one(cx, id, s.token, &secrets[0])) != OK)
		return e;
	*n = 1;
	if (s.old_token.p == NULL || s.old_until <= cx->now)
		return OK;
	if ((e = open_one(cx, id, s.old_token, &secrets[1])) != OK)
		return e;
	*n = 2;
	return OK;
}

static bool
token_same(const char *a, const char *b)
{
	unsigned char da[DIGEST_BYTES], db[DIGEST_BYTES];

	sha256(a, strlen(a), da); /* equal lengths, whatever is sent */
	sha256(b, strlen(b), db);
	return crypt_same(da, db, sizeof(da));
}

/* The app speaks to us with our token: if it refused our calls before, or did
   not answer them, that may be over (it was starting, its proxy answered 404).
   Asked at most once a minute; refused again, the work is parked again. */
static enum err
contact(struct cx *cx, void *arg)
{
	const struct connector *c = arg;
	enum err e;

	e = db_exec(cx, SQL_CONNECTOR_TOUCH, V(c->id), V(cx->now));
	if (e == OK && c->failing_since != 0)
		e = connector_tell_settings(cx, c);
	if (e != OK || !text_equal(c->link_state, "disconnected"))
		return e;
	if ((e = db_exec(cx, SQL_CONNECTOR_SET_STATE, V(c->id), V("linked"))) !=
		OK ||
	    (e = job_unpark(cx, c->id)) != OK)
		return e;
	return connector_tell(cx, c, "link.retried",
	    "The Shopify app called with the right token: work for it goes "
	    "on.");
}

enum err
connector_check(struct cx *cx, const char *public_id, const char *token,
    struct connector *c, int64_t *until)
{
	const char *secrets[2] = { "lgv_nobody", "lgv_nobody" };
	bool newest, older;
	size_t n = 0;
	enum err e;

	e = connector_find(cx, public_id, c);
	if (e == OK)
		e = connector_secrets(cx, c->id, secrets, &n);
	if (e != OK && e != ERR_MISSING)
		return e;
	newest = token_same(secrets[0], token) && n > 0;
	older = token_same(secrets[1], token) && n > 1;
	if (!newest && !older)
		return cx_fail(cx, ERR_AUTH,
		    "The connector does not exist, or the token is not its "
		    "token (any more).");
	*until = newest ? 0 : c->old_until;
	if (cx->now - c->last_contact_at < MINUTE_MS)
		return OK;
	return db_at_best(db_tx(cx, contact, c));
}

enum err
connector_note_used(struct cx *cx, const struct connector *c, int64_t until)
{
	if (until == c->used_until)
		return OK;
	return db_at_best(db_exec(cx, SQL_CONNECTOR_SET_USED, V(c->id),
	    V(until), V(c->used_until)));
}
