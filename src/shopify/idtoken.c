/*
 * idtoken.c - one shape is accepted, everything else is refused.
 *
 * The header may hold `alg` and `typ` and nothing else, so whatever names a
 * key or asks for an extension (kid, jku, jwk, x5u, crit; RFC 8725 3.1, 3.10)
 * is refused without a list of such names.  Nothing of the body is believed,
 * or even parsed, before the signature holds.
 */
#include "shopify/idtoken.h"

#include <string.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "base/when.h"

enum { TOKEN_MAX = 4096, DOMAIN_MAX = 255, USER_MAX = 255 };

/* The end of year 9999: later needs no date, and cannot overflow in ms. */
static const int64_t second_max = 253402300799;

struct token {
	struct json *head;
	struct json *body;
	struct bytes signing; /* what is signed: both parts with their dot */
	struct bytes payload; /* decoded */
	struct bytes signature;
};

static enum err
refuse(struct cx *cx, const char *words)
{
	return cx_fail_code(cx, ERR_AUTH, "bad_id_token", "ID token: %s",
	    words);
}

bool
shop_domain_is_valid(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t n;

	if (s == NULL || strnlen(s, DOMAIN_MAX + 1) > DOMAIN_MAX)
		return false;
	n = strspn(s, letters);
	return n > 0 && *s != '-' && strcmp(s + n, ".myshopify.com") == 0;
}

/* header.payload.signature: three parts of exact base64url (RFC 7515 3.1). */
static enum err
split(struct cx *cx, const char *text, struct token *t, struct bytes *head)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789-_.";
	size_t n = strnlen(text, TOKEN_MAX + 1);
	const char *dot, *dot2;

	if (n > TOKEN_MAX)
		return refuse(cx, "longer than 4,096 bytes");
	/* libsodium 1.0.18 takes some bytes above 0x7f for letters. */
	if (text[strspn(text, alphabet)] != '\0')
		return refuse(cx, "not base64url");
	if ((dot = strchr(text, '.')) == NULL ||
	    (dot2 = strchr(dot + 1, '.')) == NULL)
		return refuse(cx, "not three parts");
	t->signing.p = (const unsigned char *)text;
	t->signing.n = (size_t)(dot2 - text);
	if (!base64url_decode(cx->mem, text, (size_t)(dot - text), head) ||
	    !base64url_decode(cx->mem, dot + 1, (size_t)(dot2 - dot - 1),
		&t->payload) ||
	    !base64url_decode(cx->mem, dot2 + 1, n - (size_t)(dot2 + 1 - text),
		&t->signature))
		return refuse(cx, "not base64url");
	return OK;
}

static bool
is_object(struct cx *cx, struct bytes b, struct json **out)
{
	return json_parse(cx, (const char *)b.p, b.n, out) == OK &&
	    json_is_object(*out);
}

static enum err
check_head(struct cx *cx, struct bytes text, struct token *t)
{
	struct json *value;
	const char *key;
	size_t i;

	if (!is_object(cx, text, &t->head))
		return refuse(cx, "its header is not a JSON object");
	for (i = 0; (key = json_key(t->head, i, &value)) != NULL; i++) {
		if (text_equal(key, "alg"))
			continue;
		if (!text_equal(key, "typ"))
			return refuse(cx,
			    "its header holds more than alg "
			    "and typ");
		if (!text_equal(json_text(value), "JWT"))
			return refuse(cx, "typ is not JWT");
	}
	if (!text_equal(json_get_text(t->head, "alg"), "HS256"))
		return refuse(cx, "alg is not HS256");
	return OK;
}

/* Every secret is tried in full, so that time tells nothing about which. */
static enum err
check_signature(struct cx *cx, const struct token *t,
    const char *const *secrets, size_t nsecrets)
{
	unsigned char mac[DIGEST_BYTES];
	struct bytes key;
	bool good = false;
	size_t i;

	if (t->signature.n != DIGEST_BYTES)
		return refuse(cx, "its signature has a wrong length");
	for (i = 0; i < nsecrets; i++) {
		if (text_is_empty(secrets[i]))
			continue; /* anybody could sign with that */
		key.p = (const unsigned char *)secrets[i];
		key.n = strlen(secrets[i]);
		hmac_sha256(key, t->signing, mac);
		good |= crypt_same(mac, t->signature.p, DIGEST_BYTES);
	}
	return good ? OK : refuse(cx, "its signature is not ours");
}

static bool
is_second(const struct json *j)
{
	return json_is_int(j) && json_int(j, -1) >= 0 &&
	    json_int(j, -1) <= second_max;
}

static enum err
check_times(struct cx *cx, const struct token *t, struct idtoken *out)
{
	const struct json *exp = json_get(t->body, "exp");
	const struct json *nbf = json_get(t->body, "nbf");
	int64_t leeway_ms = (int64_t)IDTOKEN_LEEWAY_S * SECOND_MS;

	if (!is_second(exp) || !is_second(nbf))
		return refuse(cx, "exp or nbf is not a time");
	if (cx->now >= json_int(exp, 0) * SECOND_MS + leeway_ms)
		return refuse(cx, "expired");
	if (cx->now < json_int(nbf, 0) * SECOND_MS - leeway_ms)
		return refuse(cx, "not valid yet");
	out->issued_at = json_int(nbf, 0) * SECOND_MS;
	out->expires_at = json_int(exp, 0) * SECOND_MS;
	return OK;
}

/* The shop comes from `dest`; `iss` is its admin and must name the same. */
static enum err
check_shop(struct cx *cx, const struct token *t, struct idtoken *out)
{
	const char *dest = json_get_text(t->body, "dest");
	const char *iss = json_get_text(t->body, "iss");
	const char *path;

	if (!text_starts(dest, "https://") ||
	    !shop_domain_is_valid(dest + strlen("https://")))
		return refuse(cx, "dest is not a shop");
	if (!text_starts(iss, dest))
		return refuse(cx, "iss and dest differ");
	path = iss + strlen(dest);
	if (*path != '\0' && *path != '/')
		return refuse(cx, "iss and dest differ");
	out->shop = arena_text(cx->mem, dest + strlen("https://"));
	return OK;
}

static enum err
check_body(struct cx *cx, struct token *t, const char *client_id,
    struct idtoken *out)
{
	const char *aud, *user;
	enum err e;

	if (!is_object(cx, t->payload, &t->body))
		return refuse(cx, "its body is not a JSON object");
	if ((e = check_times(cx, t, out)) != OK)
		return e;
	aud = json_get_text(t->body, "aud");
	if (text_is_empty(aud) || !text_equal(aud, client_id))
		return refuse(cx, "made for another app");
	if ((e = check_shop(cx, t, out)) != OK)
		return e;
	user = json_get_text(t->body, "sub");
	if (text_is_empty(user) || strlen(user) > USER_MAX)
		return refuse(cx, "no person in it");
	out->user = arena_text(cx->mem, user);
	return OK;
}

enum err
idtoken_check(struct cx *cx, const char *token, const char *client_id,
    const char *const *secrets, size_t nsecrets, struct idtoken *out)
{
	struct idtoken found = { 0 };
	struct token t = { 0 };
	struct bytes head;
	enum err e;

	if (text_is_empty(token))
		return refuse(cx, "missing");
	if ((e = split(cx, token, &t, &head)) != OK)
		return e;
	if ((e = check_head(cx, head, &t)) != OK)
		return e;
	if ((e = check_signature(cx, &t, secrets, nsecrets)) != OK)
		return e;
	if ((e = check_body(cx, &t, client_id, &found)) != OK)
		return e;
	*out = found;
	return OK;
}
