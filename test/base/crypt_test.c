/* crypt_test.c - known answers, and what must not open. */
#include "lib/test.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/crypt.h"
#include "base/env.h"
#include "base/keys.h"

static struct bytes
bytes_of(const char *s)
{
	return (struct bytes){ (const unsigned char *)s, strlen(s) };
}

static struct bytes
filled(struct cx *cx, int c, size_t n)
{
	unsigned char *p = arena_alloc(cx->mem, n);

	memset(p, c, n);
	return (struct bytes){ p, n };
}

struct digest_case {
	const char *text;
	const char *hex;
};

/* FIPS 180-4 examples. */
static const struct digest_case digests[] = {
	{ "",
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855" },
	{ "abc",
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	    "248d6a61d20638b8e5c026930c3e6039"
	    "a33ce45964ff2167f6ecedd419db06c1" },
};

static void
sha256_gives_the_known_answers(void **state)
{
	char hex[65];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT_OF(digests); i++) {
		sha256_hex(digests[i].text, strlen(digests[i].text), hex);
		assert_string_equal(hex, digests[i].hex);
	}
	sha256_hex(NULL, 0, hex);
	assert_string_equal(hex, digests[0].hex);
}

static char *
hmac_hex(struct cx *cx, struct bytes key, struct bytes text)
{
	unsigned char out[DIGEST_BYTES];

	hmac_sha256(key, text, out);
	return hex_encode(cx->mem, (struct bytes){ out, sizeof(out) });
}

/* RFC 4231 section 4, cases 1 to 4, 6 and 7. */
static void
hmac_gives_the_answers_of_rfc_4231(void **state)
{
	struct cx *cx = *state;
	unsigned char counted[25];
	int i;

	for (i = 0; i < 25; i++)
		counted[i] = (unsigned char)(i + 1);
	assert_string_equal(hmac_hex(cx, filled(cx, 0x0b, 20),
				bytes_of("Hi There")),
	    "b0344c61d8db38535ca8afceaf0bf12b"
	    "881dc200c9833da726e9376c2e32cff7");
	assert_string_equal(hmac_hex(cx, bytes_of("Jefe"),
				bytes_of("what do ya want for nothing?")),
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843");
	assert_string_equal(hmac_hex(cx, filled(cx, 0xaa, 20),
				filled(cx, 0xdd, 50)),
	    "773ea91e36800e46854db8ebd09181a7"
	    "2959098b3ef8c122d9635514ced565fe");
	assert_string_equal(hmac_hex(cx, (struct bytes){ counted, 25 },
				filled(cx, 0xcd, 50)),
	    "82558a389a443c0ea4cc819899f2083a"
	    "85f0faa3e578f8077a2e3ff46729665b");
	assert_string_equal(hmac_hex(cx, filled(cx, 0xaa, 131),
				bytes_of(
				    "Test Using Larger Than Block-Size Key - "
				    "Hash Key First")),
	    "60e431591ee0b67f0d8a26aacbf5b77f"
	    "8e0bc6213728c5140546040f0ee37f54");
	assert_string_equal(
	    hmac_hex(cx, filled(cx, 0xaa, 131),
		bytes_of("This is a test using a larger than block-size key "
			 "and a larger than block-size data. The key needs "
			 "to be hashed before being used by the HMAC "
			 "algorithm.")),
	    "9b09ffa71b942fcb27635fbcd5b0e944"
	    "bfdc63644f0713938a7f51535c3a35e2");
}

/* An empty key must not mean the key of the call before. */
static void
an_empty_key_is_a_key(void **state)
{
	struct cx *cx = *state;
	static const char answer[] = "b613679a0814d9ec772f95d778c35fc5"
				     "ff1697c493715653c6c712144292c5ad";

	hmac_hex(cx, bytes_of("another"), bytes_of(""));
	assert_string_equal(hmac_hex(cx, (struct bytes){ NULL, 0 },
				bytes_of("")),
	    answer);
	assert_string_equal(hmac_hex(cx, bytes_of(""),
				(struct bytes){ NULL, 0 }),
	    answer);
}

static void
hash_much(void *arg)
{
	char hex[65];
	int i;

	for (i = 0; i < 1000; i++) {
		sha256_hex("abc", 3, hex);
		if (strcmp(hex, digests[1].hex) != 0)
			__atomic_add_fetch((int *)arg, 1, __ATOMIC_SEQ_CST);
	}
}

static void
threads_hash_side_by_side(void **state)
{
	struct cx *cx = *state;
	struct thread *t[4];
	int wrong = 0;
	size_t i;

	for (i = 0; i < COUNT_OF(t); i++)
		t[i] = cx->env->start(cx->env, "hash", hash_much, &wrong);
	for (i = 0; i < COUNT_OF(t); i++)
		cx->env->join(cx->env, t[i]);
	assert_int_equal(wrong, 0);
}

static void
same_is_same(void **state)
{
	(void)state;
	assert_true(crypt_same("abc", "abc", 3));
	assert_false(crypt_same("abc", "abd", 3));
	assert_true(crypt_same("abc", "abd", 2));
	assert_true(crypt_same(NULL, NULL, 0));
}

struct base64_case {
	const char *plain;
	const char *padded;
	const char *url;
};

/* RFC 4648 section 10, and bytes that tell the alphabets apart. */
static const struct base64_case base64s[] = {
	{ "", "", "" },
	{ "f", "Zg==", "Zg" },
	{ "fo", "Zm8=", "Zm8" },
	{ "foo", "Zm9v", "Zm9v" },
	{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
	{ "\xfb\xff\xbe", "+/++", "-_--" },
};

static void
base64_goes_there_and_back(void **state)
{
	struct cx *cx = *state;
	const struct base64_case *c;
	struct bytes plain, back;
	size_t i;

	for (i = 0; i < COUNT_OF(base64s); i++) {
		c = &base64s[i];
		plain = bytes_of(c->plain);
		assert_string_equal(base64_encode(cx->mem, plain), c->padded);
		assert_string_equal(base64url_encode(cx->mem, plain), c->url);
		assert_true(base64_decode(cx->mem, c->padded, &back));
		assert_int_equal(back.n, plain.n);
		assert_memory_equal(back.p, plain.p, plain.n);
		assert_true(
		    base64url_decode(cx->mem, c->url, strlen(c->url), &back));
		assert_int_equal(back.n, plain.n);
		assert_memory_equal(back.p, plain.p, plain.n);
	}
}

static const char *const not_base64[] = {
	"Zg\x80=",
	"\xc5mFv",
	"Z",
	"Zg",
	"Zg=",
	"Zg===",
	"Zh==", /* stray bits */
	"Zm9=",
	"Zm8",
	"=",
	"====",
	"Zg==Zg==",
	"Zm9v ",
	" Zm9v",
	"Zm\n9v",
	"Zm9v\n",
	"Zm9-",
	"Zm9_",
	"Zm9.",
	"Zm9\xc3\xa9",
};

static const char *const not_base64url[] = {
	"Z",
	"Zg==",
	"Zg=",
	"Zh",
	"Zm9",
	"Zm9v ",
	"Zm\n9v",
	"Zm9+",
	"Zm9/",
	"Zm9v=",
	"Zm9vY",
};

static void
base64_is_exact_or_refused(void **state)
{
	struct cx *cx = *state;
	struct bytes out;
	size_t i;

	for (i = 0; i < COUNT_OF(not_base64); i++) {
		if (base64_decode(cx->mem, not_base64[i], &out))
			fail_msg("\"%s\"", not_base64[i]);
	}
	for (i = 0; i < COUNT_OF(not_base64url); i++) {
		if (base64url_decode(cx->mem, not_base64url[i],
			strlen(not_base64url[i]), &out))
			fail_msg("url \"%s\"", not_base64url[i]);
	}
	assert_false(base64url_decode(cx->mem, "Zm\0v", 4, &out));
	assert_true(base64url_decode(cx->mem, "Zm9vIGNK", 4, &out));
	assert_int_equal(out.n, 3);
}

static void
what_is_sealed_opens_in_its_place(void **state)
{
	struct cx *cx = *state;
	static const size_t sizes[] = { 0, 1, 31, 1000 };
	struct bytes plain, sealed, back;
	size_t i;

	for (i = 0; i < COUNT_OF(sizes); i++) {
		plain = filled(cx, 0x5a, sizes[i]);
		sealed = crypt_seal(cx, "shop.access_token:17", plain);
		must(cx, crypt_open(cx, "shop.access_token:17", sealed, &back));
		assert_int_equal(back.n, plain.n);
		assert_memory_equal(back.p, plain.p, plain.n);
	}
}

/* As documents are; and bytes that nothing makes shorter. */
static void
a_long_text_is_sealed_shorter_and_opens_whole(void **state)
{
	struct cx *cx = *state;
	struct buf b = buf_new(cx->mem);
	struct bytes sealed, noise, back;
	unsigned char *p = arena_alloc(cx->mem, 4000);
	const char *text;
	int i;

	for (i = 0; b.n < 300000; i++)
		buf_printf(&b, "{\"sku\":\"MOKA-%d\",\"quantity\":%d},", i,
		    i % 7);
	sealed = crypt_seal_text(cx, "w", b.p);
	assert_true(sealed.n < b.n / 3);
	must(cx, crypt_open_text(cx, "w", sealed, &text));
	assert_string_equal(text, b.p);
	env_random(cx->env, p, 4000);
	noise = (struct bytes){ p, 4000 };
	sealed = crypt_seal(cx, "w", noise);
	assert_in_range(sealed.n, 4000, 4100);
	must(cx, crypt_open(cx, "w", sealed, &back));
	assert_int_equal(back.n, 4000);
	assert_memory_equal(back.p, p, 4000);
}

/* Also the form of all that older programs sealed: it goes on to open. */
static void
what_is_short_is_sealed_as_it_is(void **state)
{
	struct cx *cx = *state;
	struct bytes sealed, back;

	sealed = crypt_seal(cx, "w", filled(cx, 'x', 511));
	assert_int_equal(sealed.p[0], 1);
	must(cx, crypt_open(cx, "w", sealed, &back));
	assert_int_equal(back.n, 511);
	sealed = crypt_seal(cx, "w", filled(cx, 'x', 512));
	assert_int_equal(sealed.p[0], 2);
	must(cx, crypt_open(cx, "w", sealed, &back));
	assert_int_equal(back.n, 512);
}

static void
what_was_moved_does_not_open(void **state)
{
	struct cx *cx = *state;
	struct bytes sealed = crypt_seal_text(cx, "shop.token:17", "hush");
	struct bytes out;

	must_fail(cx, ERR_STORE, crypt_open(cx, "shop.token:18", sealed, &out));
	assert_contains(cx->why, "shop.token:18");
	must_fail(cx, ERR_STORE, crypt_open(cx, "shop.token:1", sealed, &out));
	must_fail(cx, ERR_STORE, crypt_open(cx, "", sealed, &out));
}

static void
a_changed_bit_anywhere_does_not_open(void **state)
{
	struct cx *cx = *state;
	struct bytes sealed = crypt_seal_text(cx, "w", "hush"), out;
	unsigned char *p;
	size_t i;

	for (i = 0; i < sealed.n; i++) {
		p = arena_copy(cx->mem, sealed.p, sealed.n);
		p[i] ^= 1;
		must_fail(cx, ERR_STORE,
		    crypt_open(cx, "w", (struct bytes){ p, sealed.n }, &out));
	}
}

static void
what_is_cut_does_not_open(void **state)
{
	struct cx *cx = *state;
	struct bytes sealed = crypt_seal_text(cx, "w", "hush"), out, part;
	size_t n;

	for (n = 0; n < sealed.n; n++) {
		/* a copy of its own: ASan sees a read beyond it */
		part.p = arena_copy(cx->mem, sealed.p, n);
		part.n = n;
		must_fail(cx, ERR_STORE, crypt_open(cx, "w", part, &out));
	}
	must_fail(cx, ERR_STORE,
	    crypt_open(cx, "w", (struct bytes){ NULL, 0 }, &out));
}

static void
the_same_text_is_never_sealed_the_same(void **state)
{
	struct cx *cx = *state;
	struct bytes a = crypt_seal_text(cx, "w", "hush");
	struct bytes b = crypt_seal_text(cx, "w", "hush");

	assert_int_equal(a.n, b.n);
	assert_memory_not_equal(a.p, b.p, a.n);
}

static void
an_old_key_still_opens(void **state)
{
	struct cx *cx = *state;
	struct bytes sealed = crypt_seal_text(cx, "w", "hush");
	struct keys keys = { .n = 2, .key = { { "new", { 7 } } } };
	const char *text;

	keys.key[1] = cx->keys->key[0];
	cx->keys = &keys;
	must(cx, crypt_open_text(cx, "w", sealed, &text));
	assert_string_equal(text, "hush");
	sealed = crypt_seal_text(cx, "w", "newer");
	assert_memory_equal(sealed.p, "\x01\x03new", 5);
	must(cx, crypt_open_text(cx, "w", sealed, &text));
	keys.n = 1; /* the old one is dropped */
	must(cx, crypt_open_text(cx, "w", sealed, &text));
	keys.key[0] = keys.key[1];
	must_fail(cx, ERR_STORE, crypt_open_text(cx, "w", sealed, &text));
	assert_contains(cx->why, "key");
}

static void
bytes_that_are_not_text_do_not_open_as_text(void **state)
{
	struct cx *cx = *state;
	struct bytes sealed = crypt_seal(cx, "w", bytes_of("\xff"));
	const char *text;

	must_fail(cx, ERR_STORE, crypt_open_text(cx, "w", sealed, &text));
	sealed = crypt_seal(cx, "w",
	    (struct bytes){ (const unsigned char *)"a\0b", 3 });
	must_fail(cx, ERR_STORE, crypt_open_text(cx, "w", sealed, &text));
}

static bool
password_is(struct cx *cx, const char *hash, const char *password)
{
	bool right = false;

	must(cx, password_check(cx, hash, password, &right));
	return right;
}

static void
a_password_is_known_by_its_hash(void **state)
{
	struct cx *cx = *state;
	char *hash = password_hash(cx, "correct horse");

	assert_true(strncmp(hash, "$argon2id$v=19$m=65536,t=3,p=1$", 31) == 0);
	assert_true(password_is(cx, hash, "correct horse"));
	assert_false(password_is(cx, hash, "correct hors"));
	assert_false(password_is(cx, hash, ""));
	assert_false(password_is(cx, "", "correct horse"));
	assert_false(password_is(cx, "$argon2id$garbage", "correct horse"));
}

struct login {
	struct cx *from;
	const char *hash;
	int right, busy;
};

static void
log_in(void *arg)
{
	struct login *login = arg;
	bool right = false;
	struct cx cx;
	enum err e;

	cx_child(&cx, login->from);
	e = password_check(&cx, login->hash, "correct horse", &right);
	if (right)
		__atomic_add_fetch(&login->right, 1, __ATOMIC_SEQ_CST);
	if (e == ERR_BUSY && cx.wait_ms > 0)
		__atomic_add_fetch(&login->busy, 1, __ATOMIC_SEQ_CST);
	cx_done(&cx);
}

static void
log_in_at_once(struct login *login, size_t n)
{
	struct env *env = login->from->env;
	struct thread *t[12];
	size_t i;

	for (i = 0; i < n; i++)
		t[i] = env->start(env, "login", log_in, login);
	for (i = 0; i < n; i++)
		env->join(env, t[i]);
}

static void
more_than_two_passwords_at_a_time_wait_their_turn(void **state)
{
	struct cx *cx = *state;
	struct login login = { cx, password_hash(cx, "correct horse"), 0, 0 };

	log_in_at_once(&login, 5);
	assert_int_equal(login.right, 5);
}

static void
more_than_three_who_wait_are_too_many(void **state)
{
	struct cx *cx = *state;
	struct login login = { cx, password_hash(cx, "correct horse"), 0, 0 };

	log_in_at_once(&login, 12);
	assert_int_equal(login.right + login.busy, 12);
	assert_true(login.busy > 0);
	assert_true(login.right >= 5);
	login.right = 0;
	log_in_at_once(&login, 5); /* nobody left a place behind */
	assert_int_equal(login.right, 5);
}

static void
tokens_and_ids_have_their_shape(void **state)
{
	struct cx *cx = *state;
	char token[TOKEN_TEXT_MAX], id[27], other[27];

	token_new(cx, "lgv", token);
	assert_int_equal(strlen(token), 4 + 43);
	assert_memory_equal(token, "lgv_", 4);
	assert_int_equal(strspn(token + 4,
			     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789-_"),
	    43);
	id_new(cx, id);
	id_new(cx, other);
	assert_int_equal(strlen(id), 26);
	assert_int_equal(strspn(id, "abcdefghijklmnopqrstuvwxyz234567"), 26);
	assert_string_not_equal(id, other);
}

static void
give_all_ones(struct env *env, void *p, size_t n)
{
	(void)env;
	memset(p, 0xff, n);
}

/* 128 bits in 26 characters of 5: the last one holds 3. */
static void
an_id_is_base32_of_all_its_bits(void **state)
{
	struct cx *cx = *state;
	char id[27];

	cx->env->random = give_all_ones;
	id_new(cx, id);
	assert_string_equal(id,
	    "7777777777777777777777777"
	    "4");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sha256_gives_the_known_answers),
		TEST(hmac_gives_the_answers_of_rfc_4231),
		TEST(an_empty_key_is_a_key),
		TEST(threads_hash_side_by_side),
		TEST(same_is_same),
		TEST(base64_goes_there_and_back),
		TEST(base64_is_exact_or_refused),
		TEST(what_is_sealed_opens_in_its_place),
		TEST(a_long_text_is_sealed_shorter_and_opens_whole),
		TEST(what_is_short_is_sealed_as_it_is),
		TEST(what_was_moved_does_not_open),
		TEST(a_changed_bit_anywhere_does_not_open),
		TEST(what_is_cut_does_not_open),
		TEST(the_same_text_is_never_sealed_the_same),
		TEST(an_old_key_still_opens),
		TEST(bytes_that_are_not_text_do_not_open_as_text),
		TEST(a_password_is_known_by_its_hash),
		TEST(more_than_two_passwords_at_a_time_wait_their_turn),
		TEST(more_than_three_who_wait_are_too_many),
		TEST(tokens_and_ids_have_their_shape),
		TEST(an_id_is_base32_of_all_its_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
