/*
 * idtoken_test.c - one good token, and every way to be not quite it.
 */
#include "lib/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "shopify/idtoken.h"

#define CLIENT "client-1"
#define SECRET "hush-current"
#define OLD_SECRET "hush-previous"
#define SHOP "https://tea-house.myshopify.com"

#define HUNDRED                                                                \
	"0123456789012345678901234567890123456789012345678901234567890123456"  \
	"789012345678901234567890123456789"

static const char *const secrets[] = { SECRET, OLD_SECRET };

/* Members as JSON text; NULL: as in a good token; "": left out. */
struct wish {
	const char *what;
	const char *why; /* part of the reason; NULL: accepted */
	const char *head;
	const char *iss, *dest, *aud, *sub, *exp, *nbf;
	const char *more; /* further members */
	const char *secret;
};

static void
add_member(struct buf *b, const char *name, const char *given,
    const char *usual)
{
	const char *value = given != NULL ? given : usual;

	if (*value != '\0')
		buf_printf(b, "%s\"%s\":%s", b->n > 1 ? "," : "", name, value);
}

static char *
encode(struct cx *cx, const char *s)
{
	struct bytes b = { (const unsigned char *)s, strlen(s) };

	return base64url_encode(cx->mem, b);
}

static char *
sign(struct cx *cx, const char *head, const char *body, const char *secret)
{
	unsigned char mac[DIGEST_BYTES];
	char *text =
	    arena_printf(cx->mem, "%s.%s", encode(cx, head), encode(cx, body));
	struct bytes key = { (const unsigned char *)secret, strlen(secret) };
	struct bytes part = { (const unsigned char *)text, strlen(text) };
	struct bytes sum = { mac, DIGEST_BYTES };

	hmac_sha256(key, part, mac);
	return arena_printf(cx->mem, "%s.%s", text,
	    base64url_encode(cx->mem, sum));
}

static const char *
head_of(const struct wish *w)
{
	return w->head != NULL ? w->head
			       : "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
}

static char *
body_of(struct cx *cx, const struct wish *w)
{
	struct buf b = buf_new(cx->mem);

	buf_char(&b, '{');
	add_member(&b, "iss", w->iss, "\"" SHOP "/admin\"");
	add_member(&b, "dest", w->dest, "\"" SHOP "\"");
	add_member(&b, "aud", w->aud, "\"" CLIENT "\"");
	add_member(&b, "sub", w->sub, "\"42\"");
	add_member(&b, "exp", w->exp, "1795428060");
	add_member(&b, "nbf", w->nbf, "1795428000");
	if (w->more != NULL)
		buf_text(&b, w->more);
	buf_char(&b, '}');
	return b.p;
}

static char *
token_of(struct cx *cx, const struct wish *w)
{
	return sign(cx, head_of(w), body_of(cx, w),
	    w->secret != NULL ? w->secret : SECRET);
}

static enum err
check(struct cx *cx, const char *token, struct idtoken *out)
{
	return idtoken_check(cx, token, CLIENT, secrets, COUNT_OF(secrets),
	    out);
}

static const struct wish wishes[] = {
	{ "a good one", NULL },
	{ "signed with the secret before this one", NULL,
	    .secret = OLD_SECRET },
	{ "no typ", NULL, .head = "{\"alg\":\"HS256\"}" },
	{ "blanks in the header", NULL,
	    .head = " { \"typ\" : \"JWT\" , \"alg\" : \"HS256\" } " },
	{ "more claims", NULL,
	    .more = ",\"jti\":\"f8\",\"sid\":\"a\",\"sig\":\"x\",\"iat\":1" },
	{ "iss without a path", NULL, .iss = "\"" SHOP "\"" },
	{ "exp 9 s ago", NULL, .exp = "1795427991" },
	{ "nbf in 10 s", NULL, .nbf = "1795428010" },
	{ "a long sub", NULL, .sub = "\"9223372036854775807\"" },

	{ "alg none", "alg is not HS256",
	    .head = "{\"alg\":\"none\",\"typ\":\"JWT\"}" },
	{ "alg None", "alg is not HS256", .head = "{\"alg\":\"None\"}" },
	{ "alg empty", "alg is not HS256", .head = "{\"alg\":\"\"}" },
	{ "alg null", "alg is not HS256", .head = "{\"alg\":null}" },
	{ "alg missing", "alg is not HS256", .head = "{\"typ\":\"JWT\"}" },
	{ "alg a list", "alg is not HS256", .head = "{\"alg\":[\"HS256\"]}" },
	{ "alg RS256", "alg is not HS256", .head = "{\"alg\":\"RS256\"}" },
	{ "alg ES256", "alg is not HS256", .head = "{\"alg\":\"ES256\"}" },
	{ "alg HS384", "alg is not HS256", .head = "{\"alg\":\"HS384\"}" },
	{ "alg HS512", "alg is not HS256", .head = "{\"alg\":\"HS512\"}" },
	{ "alg with a blank", "alg is not HS256",
	    .head = "{\"alg\":\"HS256 \"}" },
	{ "alg in small letters", "alg is not HS256",
	    .head = "{\"alg\":\"hs256\"}" },
	{ "alg with NUL", "alg is not HS256",
	    .head = "{\"alg\":\"HS256\\u0000\"}" },
	{ "alg twice", "header is not a JSON object",
	    .head = "{\"alg\":\"none\",\"alg\":\"HS256\"}" },
	{ "typ JWE", "typ is not JWT",
	    .head = "{\"alg\":\"HS256\",\"typ\":\"JWE\"}" },
	{ "typ in small letters", "typ is not JWT",
	    .head = "{\"alg\":\"HS256\",\"typ\":\"jwt\"}" },
	{ "typ null", "typ is not JWT",
	    .head = "{\"alg\":\"HS256\",\"typ\":null}" },
	{ "kid", "more than alg and typ",
	    .head = "{\"alg\":\"HS256\",\"kid\":\"../../dev/null\"}" },
	{ "jku", "more than alg and typ",
	    .head = "{\"alg\":\"HS256\",\"jku\":\"https://a.example/k\"}" },
	{ "jwk", "more than alg and typ",
	    .head = "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\"}}" },
	{ "x5u", "more than alg and typ",
	    .head = "{\"alg\":\"HS256\",\"x5u\":\"https://a.example\"}" },
	{ "x5c", "more than alg and typ",
	    .head = "{\"alg\":\"HS256\",\"x5c\":[]}" },
	{ "crit", "more than alg and typ",
	    .head = "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}" },
	{ "zip", "more than alg and typ",
	    .head = "{\"alg\":\"HS256\",\"zip\":\"DEF\"}" },
	{ "header a list", "header is not a JSON object", .head = "[]" },
	{ "header a text", "header is not a JSON object", .head = "\"HS256\"" },
	{ "header empty", "header is not a JSON object", .head = "" },
	{ "header cut", "header is not a JSON object",
	    .head = "{\"alg\":\"HS256\"" },
	{ "header with something after", "header is not a JSON object",
	    .head = "{\"alg\":\"HS256\"}{}" },

	{ "another app's secret", "signature is not ours", .secret = "guess" },
	{ "the client id as secret", "signature is not ours",
	    .secret = CLIENT },
	{ "an empty secret", "signature is not ours", .secret = "" },
	{ "a secret cut short", "signature is not ours",
	    .secret = "hush-curren" },

	{ "exp 10 s ago", "expired", .exp = "1795427990" },
	{ "exp an hour ago", "expired", .exp = "1795424400" },
	{ "exp 0", "expired", .exp = "0" },
	{ "exp missing", "not a time", .exp = "" },
	{ "exp null", "not a time", .exp = "null" },
	{ "exp a text", "not a time", .exp = "\"1795428060\"" },
	{ "exp a fraction", "not a time", .exp = "1795428060.5" },
	{ "exp negative", "not a time", .exp = "-1" },
	{ "exp that overflows ms", "not a time", .exp = "9223372036854775807" },
	{ "exp beyond 64 bits", "body is not a JSON object",
	    .exp = "9223372036854775808" },
	{ "nbf in 11 s", "not valid yet", .nbf = "1795428011" },
	{ "nbf in an hour", "not valid yet", .nbf = "1795431600" },
	{ "nbf missing", "not a time", .nbf = "" },
	{ "nbf a text", "not a time", .nbf = "\"0\"" },

	{ "aud of another app", "another app", .aud = "\"client-2\"" },
	{ "aud longer than ours", "another app", .aud = "\"client-11\"" },
	{ "aud in capitals", "another app", .aud = "\"CLIENT-1\"" },
	{ "aud a list", "another app", .aud = "[\"client-1\"]" },
	{ "aud empty", "another app", .aud = "\"\"" },
	{ "aud missing", "another app", .aud = "" },

	{ "dest missing", "dest is not a shop", .dest = "" },
	{ "dest a number", "dest is not a shop", .dest = "1" },
	{ "dest over http", "dest is not a shop",
	    .dest = "\"http://tea-house.myshopify.com\"" },
	{ "dest with a path", "dest is not a shop", .dest = "\"" SHOP "/\"" },
	{ "dest with a port", "dest is not a shop",
	    .dest = "\"" SHOP ":443\"" },
	{ "dest of another host", "dest is not a shop",
	    .dest = "\"https://tea-house.example.com\"" },
	{ "dest with a user", "dest is not a shop",
	    .dest = "\"https://a@tea-house.myshopify.com\"" },
	{ "dest with NUL", "dest is not a shop",
	    .dest = "\"" SHOP "\\u0000\"" },
	{ "iss missing", "iss and dest differ", .iss = "" },
	{ "iss null", "iss and dest differ", .iss = "null" },
	{ "iss of another shop", "iss and dest differ",
	    .iss = "\"https://coffee.myshopify.com/admin\"" },
	{ "iss that begins like dest", "iss and dest differ",
	    .iss = "\"" SHOP ".evil.example/admin\"" },
	{ "iss with a port", "iss and dest differ",
	    .iss = "\"" SHOP ":8443/admin\"" },
	{ "iss over http", "iss and dest differ",
	    .iss = "\"http://tea-house.myshopify.com/admin\"" },
	{ "sub missing", "no person", .sub = "" },
	{ "sub empty", "no person", .sub = "\"\"" },
	{ "sub over 255 bytes", "no person",
	    .sub = "\"" HUNDRED HUNDRED HUNDRED "\"" },
	{ "sub a number", "no person", .sub = "42" },
	{ "a claim twice", "body is not a JSON object",
	    .more = ",\"dest\":\"https://coffee.myshopify.com\"" },
};

static void
only_a_token_that_is_right_in_everything_is_accepted(void **state)
{
	struct cx *cx = *state;
	const struct wish *w;
	struct idtoken out;
	size_t i;
	enum err e;

	for (i = 0; i < COUNT_OF(wishes); i++) {
		w = &wishes[i];
		out = (struct idtoken){ .user = "untouched" };
		e = check(cx, token_of(cx, w), &out);
		if ((e == OK) != (w->why == NULL))
			fail_msg("%s: %s", w->what, e == OK ? "OK" : cx->why);
		if (w->why == NULL)
			continue;
		assert_int_equal(e, ERR_AUTH);
		assert_string_equal(cx->code, "bad_id_token");
		if (strstr(cx->why, w->why) == NULL)
			fail_msg("%s: %s", w->what, cx->why);
		assert_string_equal(out.user, "untouched");
		assert_null(strstr(cx->why, "tea-house"));
	}
}

static void
a_good_token_says_shop_person_and_end(void **state)
{
	struct cx *cx = *state;
	struct wish w = { .exp = "1795428055" };
	struct idtoken out;

	must(cx, check(cx, token_of(cx, &w), &out));
	assert_string_equal(out.shop, "tea-house.myshopify.com");
	assert_string_equal(out.user, "42");
	assert_int_equal(out.expires_at, INT64_C(1795428055000));
}

static void
a_token_lives_a_minute_and_ten_seconds(void **state)
{
	struct cx *cx = *state;
	struct wish w = { 0 };
	char *token = token_of(cx, &w);
	struct idtoken out;

	cx->now -= 10000;
	must(cx, check(cx, token, &out));
	cx->now -= 1;
	must_fail(cx, ERR_AUTH, check(cx, token, &out));
	cx->now += 10001 + 69999;
	must(cx, check(cx, token, &out));
	cx->now += 1;
	must_fail(cx, ERR_AUTH, check(cx, token, &out));
}

/* Each change of the text of a good token breaks it. */
static void
no_byte_of_a_token_can_be_changed(void **state)
{
	struct cx *cx = *state;
	struct wish w = { 0 };
	char *token = token_of(cx, &w), *copy;
	size_t i, k, n = strlen(token);
	static const char instead[] = { 'A', 'B', 'Q', 'w', '.', '=', '+', ' ',
		'\n', '\x80', '\xbf', '\xff' };
	struct idtoken out;

	for (i = 0; i < n; i++) {
		for (k = 0; k < sizeof(instead); k++) {
			if (token[i] == instead[k])
				continue;
			copy = arena_text(cx->mem, token);
			copy[i] = instead[k];
			if (check(cx, copy, &out) == OK)
				fail_msg("byte %zu of %zu: 0x%02x", i, n,
				    (unsigned char)instead[k]);
		}
		must_fail(cx, ERR_AUTH,
		    check(cx, arena_textn(cx->mem, token, i), &out));
	}
}

static void
texts_that_are_no_token_are_refused(void **state)
{
	struct cx *cx = *state;
	struct wish w = { 0 };
	char *token = token_of(cx, &w);
	char *signature = strrchr(token, '.');
	char *unsigned_token =
	    arena_textn(cx->mem, token, (size_t)(signature - token));
	const char *const t[] = {
		NULL,
		"",
		".",
		"..",
		"...",
		"a.b.c",
		"Bearer x.y.z",
		unsigned_token,
		arena_printf(cx->mem, "%s.", unsigned_token),
		arena_printf(cx->mem, "%s.%.42s", unsigned_token,
		    signature + 1),
		arena_printf(cx->mem, "%s%sAAAA", unsigned_token, signature),
		arena_printf(cx->mem, "%s=", token),
		arena_printf(cx->mem, "%s.", token),
		arena_printf(cx->mem, "%s.e30", token),
		arena_printf(cx->mem, " %s", token),
		arena_printf(cx->mem, "%s ", token),
		arena_printf(cx->mem, "%s\n", token),
		arena_printf(cx->mem, ".%s", token),
		arena_printf(cx->mem, "Bearer %s", token),
	};
	struct idtoken out;
	size_t i;

	for (i = 0; i < COUNT_OF(t); i++) {
		must_fail(cx, ERR_AUTH, check(cx, t[i], &out));
		assert_string_equal(cx->code, "bad_id_token");
	}
}

static void
a_token_over_4096_bytes_is_not_even_read(void **state)
{
	struct cx *cx = *state;
	struct wish w = { 0 };
	struct idtoken out;
	size_t fill = 0, n;
	char *token;

	do {
		w.more = arena_printf(cx->mem, ",\"jti\":\"%0*d\"",
		    (int)++fill + 2600, 0);
		token = token_of(cx, &w);
		n = strlen(token);
		if (n <= 4096)
			must(cx, check(cx, token, &out));
	} while (n <= 4096);
	must_fail(cx, ERR_AUTH, check(cx, token, &out));
	assert_contains(cx->why, "4,096");
	token = arena_alloc(cx->mem, 10000000);
	memset(token, 'A', 9999999);
	must_fail(cx, ERR_AUTH, check(cx, token, &out));
}

static void
without_secrets_nobody_is_known(void **state)
{
	struct cx *cx = *state;
	static const char *const none[] = { "", NULL };
	struct wish w = { .secret = "" };
	struct idtoken out;

	must_fail(cx, ERR_AUTH,
	    idtoken_check(cx, token_of(cx, &w), CLIENT, none, 2, &out));
	must_fail(cx, ERR_AUTH,
	    idtoken_check(cx, token_of(cx, &w), CLIENT, NULL, 0, &out));
}

static void
without_a_client_id_nobody_is_known(void **state)
{
	struct cx *cx = *state;
	struct wish w = { .aud = "\"\"" }, none = { .aud = "" };
	struct idtoken out;

	must_fail(cx, ERR_AUTH,
	    idtoken_check(cx, token_of(cx, &w), "", secrets, 2, &out));
	must_fail(cx, ERR_AUTH,
	    idtoken_check(cx, token_of(cx, &none), NULL, secrets, 2, &out));
}

static const struct {
	const char *domain;
	bool good;
} domains[] = {
	{ "a.myshopify.com", true },
	{ "0.myshopify.com", true },
	{ "tea-house.myshopify.com", true },
	{ "tea--house.myshopify.com", true },
	{ "tea-.myshopify.com", true },
	{ "123.myshopify.com", true },
	{ "xn--caf-dma.myshopify.com", true },
	{ "myshopify.myshopify.com", true },
	{ "com.myshopify.com", true },

	{ NULL, false },
	{ "", false },
	{ " ", false },
	{ ".", false },
	{ "tea", false },
	{ ".myshopify.com", false },
	{ "myshopify.com", false },
	{ "-.myshopify.com", false },
	{ "-tea.myshopify.com", false },
	{ "_tea.myshopify.com", false },
	{ "te_a.myshopify.com", false },
	{ "tea.house.myshopify.com", false },
	{ "tea..myshopify.com", false },
	{ "Tea.myshopify.com", false },
	{ "TEA.myshopify.com", false },
	{ "tea.MyShopify.com", false },
	{ "tea.myshopify.COM", false },
	{ "tea.myshopify.com.", false },
	{ "tea.myshopify.com/", false },
	{ "tea.myshopify.com//", false },
	{ "tea.myshopify.com/admin", false },
	{ "tea.myshopify.com?x=1", false },
	{ "tea.myshopify.com#x", false },
	{ "tea.myshopify.com:443", false },
	{ "tea.myshopify.com:", false },
	{ "tea.myshopify.com@evil.example", false },
	{ "user@tea.myshopify.com", false },
	{ "user:word@tea.myshopify.com", false },
	{ "https://tea.myshopify.com", false },
	{ "http://tea.myshopify.com", false },
	{ "//tea.myshopify.com", false },
	{ "/tea.myshopify.com", false },
	{ "\\tea.myshopify.com", false },
	{ "tea\\.myshopify.com", false },
	{ "tea.myshopify.com\\", false },
	{ "tea.myshopify.com\n", false },
	{ "tea.myshopify.com\r\nX: y", false },
	{ "\ntea.myshopify.com", false },
	{ "tea\n.myshopify.com", false },
	{ " tea.myshopify.com", false },
	{ "tea.myshopify.com ", false },
	{ "tea .myshopify.com", false },
	{ "tea\t.myshopify.com", false },
	{ "tea.myshopify.com\t", false },
	{ "tea.myshopify.com\xc2\xa0", false },
	{ "tea%2emyshopify.com", false },
	{ "tea%00.myshopify.com", false },
	{ "tea%20.myshopify.com", false },
	{ "tea.myshopify.com%00", false },
	{ "tea.myshopify.community", false },
	{ "tea.myshopify.co", false },
	{ "tea.myshopify.comm", false },
	{ "tea.myshopify.com.evil.example", false },
	{ "tea.myshopify.com-evil.example", false },
	{ "evil.example/tea.myshopify.com", false },
	{ "evil.example#.myshopify.com", false },
	{ "evil.example?.myshopify.com", false },
	{ "evil.example\\.myshopify.com", false },
	{ "teamyshopify.com", false },
	{ "tea-myshopify.com", false },
	{ "tea.my-shopify.com", false },
	{ "tea.myshopify.io", false },
	{ "tea.shopify.com", false },
	{ "tea.shop.dev", false },
	{ "tea.myshopify.com,b.myshopify.com", false },
	{ "tea.myshopify.com b.myshopify.com", false },
	{ "tea,house.myshopify.com", false },
	{ "tea;.myshopify.com", false },
	{ "tea'.myshopify.com", false },
	{ "tea\".myshopify.com", false },
	{ "tea<b>.myshopify.com", false },
	{ "tea*.myshopify.com", false },
	{ "*.myshopify.com", false },
	{ "tea+a.myshopify.com", false },
	{ "t\xc3\xa9.myshopify.com", false },
	{ "\xd1\x82\xd0\xb5\xd0\xb0.myshopify.com", false },
	{ "tea\xe3\x80\x82myshopify.com", false },  /* U+3002 */
	{ "tea.\xef\xbd\x8dyshopify.com", false },  /* full-width m */
	{ "tea\xe2\x80\x8b.myshopify.com", false }, /* U+200B */
	{ "tea.mysh\xd0\xbepify.com", false },      /* Cyrillic o */
	{ "[::1].myshopify.com", false },
	{ "127.0.0.1", false },
	{ "localhost", false },
	{ "null", false },
	{ "undefined", false },
};

static void
a_shop_domain_is_matched_exactly(void **state)
{
	size_t i;

	(void)state;
	assert_true(COUNT_OF(domains) >= 80);
	for (i = 0; i < COUNT_OF(domains); i++) {
		if (shop_domain_is_valid(domains[i].domain) != domains[i].good)
			fail_msg("%s", domains[i].domain);
	}
}

static void
a_shop_domain_has_at_most_255_bytes(void **state)
{
	struct cx *cx = *state;
	int name = 255 - (int)strlen(".myshopify.com");

	assert_true(shop_domain_is_valid(
	    arena_printf(cx->mem, "%0*d.myshopify.com", name, 0)));
	assert_false(shop_domain_is_valid(
	    arena_printf(cx->mem, "%0*d.myshopify.com", name + 1, 0)));
	assert_false(shop_domain_is_valid(
	    arena_printf(cx->mem, "%0*d.myshopify.com", 1000000, 0)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(only_a_token_that_is_right_in_everything_is_accepted),
		TEST(a_good_token_says_shop_person_and_end),
		TEST(a_token_lives_a_minute_and_ten_seconds),
		TEST(no_byte_of_a_token_can_be_changed),
		TEST(texts_that_are_no_token_are_refused),
		TEST(a_token_over_4096_bytes_is_not_even_read),
		TEST(without_secrets_nobody_is_known),
		TEST(without_a_client_id_nobody_is_known),
		TEST(a_shop_domain_is_matched_exactly),
		TEST(a_shop_domain_has_at_most_255_bytes),
	};

	crypt_start();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
