/*
 * crypt.c - libsodium behind our own names.
 *
 * Sealed form:
 *
 *   1 byte version, 1 byte length of the key id, the id, 24 bytes nonce,
 *   ciphertext, 16 bytes tag
 *
 * Version 1 seals the text as it is.  Version 2 seals it packed: 4 bytes
 * length, low byte first, then an LZ4 block.  A document is written and
 * flushed before its sender is answered: a third of the bytes is a third of
 * the pages.  Who sees lengths learns nothing: nobody who chooses a part of a
 * text can see what becomes of the rest of it.
 *
 * Everything before the nonce, and the place, is authenticated with it.  The
 * nonce is random: 192 bits do not repeat.  Randomness comes from the env, so
 * that a simulation seals and hashes the same way twice.
 */
#include "base/crypt.h"

#include <assert.h>
#include <limits.h>
#include <lz4.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/keys.h"
#include "base/text.h"

enum {
	SEAL_PLAIN = 1,
	SEAL_PACKED = 2,
	PACK_LEAST = 512,             /* shorter texts fit a page anyway */
	PACK_MOST = 64 * 1024 * 1024, /* none of ours is as long */
	LENGTH_BYTES = 4,
	NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	PASSWORD_PASSES = 3,
	PASSWORD_KIB = 64 * 1024,
	PASSWORDS_AT_ONCE = 2, /* of 64 MiB each */
	PASSWORDS_WAIT = 3,    /* checks that wait for one of them */
	SALT_BYTES = crypto_pwhash_argon2id_SALTBYTES,
	TOKEN_BYTES = 32,
	ID_BYTES = 16
};

_Static_assert(KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    "a master key is a sealing key");

/* The one mutable global of base: the limit is the machine's memory, whoever
   asks.  Starts full, needs no opening. */
static struct {
	pthread_mutex_t m;
	pthread_cond_t c;
	int left;
	int waiting;
} password_slots = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER,
	PASSWORDS_AT_ONCE, 0 };

void
crypt_start(void)
{
	if (sodium_init() < 0)
		abort();
}

bool
crypt_same(const void *a, const void *b, size_t n)
{
	return n == 0 || sodium_memcmp(a, b, n) == 0;
}

static char *
encode(struct arena *mem, struct bytes b, int variant)
{
	size_t room = sodium_base64_encoded_len(b.n, variant);
	char *out = arena_alloc(mem, room);

	return sodium_bin2base64(out, room, b.p, b.n, variant);
}

char *
base64_encode(struct arena *mem, struct bytes b)
{
	return encode(mem, b, sodium_base64_VARIANT_ORIGINAL);
}

char *
base64url_encode(struct arena *mem, struct bytes b)
{
	return encode(mem, b, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* libsodium refuses blanks, wrong padding and stray bits at the end. */
static bool
decode(struct arena *mem, const char *s, size_t n, int variant,
    struct bytes *out)
{
	size_t room = n / 4 * 3 + 3, got;
	unsigned char *p = arena_alloc(mem, room);
	const char *back;

	if (sodium_base642bin(p, room, s, n, NULL, &got, NULL, variant) != 0)
		return false;
	/* libsodium 1.0.18 takes some bytes over 0x7f for letters: only what
	   encodes to the same text is exact. */
	back = encode(mem, (struct bytes){ p, got }, variant);
	if (strlen(back) != n || memcmp(back, s, n) != 0)
		return false;
	*out = (struct bytes){ p, got };
	return true;
}

bool
base64_decode(struct arena *mem, const char *s, struct bytes *out)
{
	return decode(mem, s, strlen(s), sodium_base64_VARIANT_ORIGINAL, out);
}

bool
base64url_decode(struct arena *mem, const char *s, size_t n, struct bytes *out)
{
	return decode(mem, s, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING, out);
}

char *
hex_encode(struct arena *mem, struct bytes b)
{
	char *out = arena_alloc(mem, 2 * b.n + 1);

	return sodium_bin2hex(out, 2 * b.n + 1, b.p, b.n);
}

/* What is authenticated but not hidden: head and place. */
static struct bytes
bound(struct arena *mem, const unsigned char *head, size_t n, const char *where)
{
	size_t len = strlen(where);
	unsigned char *p = arena_alloc(mem, n + len);

	memcpy(p, head, n);
	memcpy(p + n, where, len);
	return (struct bytes){ p, n + len };
}

/* False: not worth it. */
static bool
pack(struct arena *mem, struct bytes plain, struct bytes *out)
{
	int room, n;
	unsigned char *p;

	if (plain.n < PACK_LEAST || plain.n > PACK_MOST)
		return false;
	room = (int)(plain.n - plain.n / 8);
	p = arena_alloc(mem, LENGTH_BYTES + (size_t)room);
	n = LZ4_compress_default((const char *)plain.p,
	    (char *)p + LENGTH_BYTES, (int)plain.n, room);
	if (n <= 0)
		return false;
	for (size_t i = 0; i < LENGTH_BYTES; i++)
		p[i] = (unsigned char)(plain.n >> 8 * i);
	*out = (struct bytes){ p, LENGTH_BYTES + (size_t)n };
	return true;
}

struct bytes
crypt_seal(struct cx *cx, const char *where, struct bytes plain)
{
	const struct key *key;
	size_t id_len, head;
	unsigned char *p, *nonce;
	struct bytes ad;
	bool packed = pack(cx->mem, plain, &plain);

	assert(cx->keys != NULL);
	key = &cx->keys->key[cx->keys->current];
	id_len = strlen(key->id);
	head = 2 + id_len;
	p = arena_alloc(cx->mem, head + NONCE_BYTES + plain.n + TAG_BYTES);
	p[0] = packed ? SEAL_PACKED : SEAL_PLAIN;
	p[1] = (unsigned char)id_len;
	memcpy(p + 2, key->id, id_len);
	nonce = p + head;
	env_random(cx->env, nonce, NONCE_BYTES);
	ad = bound(cx->mem, p, head, where);
	crypto_aead_xchacha20poly1305_ietf_encrypt(nonce + NONCE_BYTES, NULL,
	    plain.p, plain.n, ad.p, ad.n, NULL, nonce, key->secret);
	return (struct bytes){ p, head + NONCE_BYTES + plain.n + TAG_BYTES };
}

struct wipe {
	void *p;
	size_t n;
};

static void
wipe(void *arg)
{
	struct wipe *w = arg;

	sodium_memzero(w->p, w->n);
}

/* Memory that is wiped before the arena gives it back. */
static unsigned char *
secret_alloc(struct arena *mem, size_t n)
{
	struct wipe *w = arena_alloc(mem, sizeof(*w));

	w->p = arena_alloc(mem, n);
	w->n = n;
	arena_defer(mem, wipe, w);
	return w->p;
}

static enum err
not_ours(struct cx *cx, const char *where)
{
	return cx_fail(cx, ERR_STORE, "%s: not what was sealed there", where);
}

/* The tag was right: we packed it. */
static struct bytes
unpack(struct cx *cx, struct bytes packed)
{
	size_t i, n = 0;
	unsigned char *out;
	int got;

	assert(packed.n > LENGTH_BYTES);
	for (i = 0; i < LENGTH_BYTES; i++)
		n |= (size_t)packed.p[i] << 8 * i;
	assert(n <= PACK_MOST);
	out = secret_alloc(cx->mem, n + 1);
	got = LZ4_decompress_safe((const char *)packed.p + LENGTH_BYTES,
	    (char *)out, (int)(packed.n - LENGTH_BYTES), (int)n);
	assert(got == (int)n);
	return (struct bytes){ out, n };
}

/* Plain text gets a NUL behind it, not counted. */
enum err
crypt_open(struct cx *cx, const char *where, struct bytes sealed,
    struct bytes *plain)
{
	const struct key *key;
	const unsigned char *nonce;
	unsigned char *out;
	struct bytes ad;
	size_t head, n;

	assert(cx->keys != NULL);
	if (sealed.n < 2 ||
	    (sealed.p[0] != SEAL_PLAIN && sealed.p[0] != SEAL_PACKED))
		return not_ours(cx, where);
	head = 2 + (size_t)sealed.p[1];
	if (sealed.n < head + NONCE_BYTES + TAG_BYTES)
		return not_ours(cx, where);
	key = keys_find(cx->keys, sealed.p + 2, sealed.p[1]);
	if (key == NULL)
		return cx_fail_code(cx, ERR_STORE, "key_missing",
		    "%s: sealed with a key that the key file lacks: put your "
		    "copy of that file back",
		    where);
	nonce = sealed.p + head;
	n = sealed.n - head - NONCE_BYTES; /* with tag */
	out = secret_alloc(cx->mem, n - TAG_BYTES + 1);
	ad = bound(cx->mem, sealed.p, head, where);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL,
		nonce + NONCE_BYTES, n, ad.p, ad.n, nonce, key->secret) != 0)
		return not_ours(cx, where);
	*plain = (struct bytes){ out, n - TAG_BYTES };
	if (sealed.p[0] == SEAL_PACKED)
		*plain = unpack(cx, *plain);
	return OK;
}

struct bytes
crypt_seal_text(struct cx *cx, const char *where, const char *s)
{
	return crypt_seal(cx, where,
	    (struct bytes){ (const unsigned char *)s, strlen(s) });
}

enum err
crypt_open_text(struct cx *cx, const char *where, struct bytes sealed,
    const char **out)
{
	struct bytes plain;
	enum err e;

	if ((e = crypt_open(cx, where, sealed, &plain)) != OK)
		return e;
	if (!text_is_utf8((const char *)plain.p, plain.n))
		return cx_fail(cx, ERR_STORE, "%s: sealed bytes are not text",
		    where);
	*out = (const char *)plain.p;
	return OK;
}

/* False: `most` wait already. */
static bool
slot_take(int most)
{
	bool may;

	pthread_mutex_lock(&password_slots.m);
	may = password_slots.left > 0 || password_slots.waiting < most;
	password_slots.waiting += may;
	while (may && password_slots.left == 0)
		pthread_cond_wait(&password_slots.c, &password_slots.m);
	password_slots.waiting -= may;
	password_slots.left -= may;
	pthread_mutex_unlock(&password_slots.m);
	return may;
}

static void
slot_drop(void)
{
	pthread_mutex_lock(&password_slots.m);
	password_slots.left++;
	pthread_cond_signal(&password_slots.c);
	pthread_mutex_unlock(&password_slots.m);
}

/* crypto_pwhash_str would do, but it takes its salt from the machine. */
char *
password_hash(struct cx *cx, const char *password)
{
	const int variant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
	unsigned char salt[SALT_BYTES], hash[DIGEST_BYTES];
	int rc;

	env_random(cx->env, salt, sizeof(salt));
	slot_take(INT_MAX);
	rc = crypto_pwhash_argon2id(hash, sizeof(hash), password,
	    strlen(password), salt, PASSWORD_PASSES,
	    (size_t)PASSWORD_KIB * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13);
	slot_drop();
	if (rc != 0)
		abort(); /* no memory */
	return arena_printf(cx->mem, "$argon2id$v=19$m=%d,t=%d,p=1$%s$%s",
	    PASSWORD_KIB, PASSWORD_PASSES,
	    encode(cx->mem, (struct bytes){ salt, sizeof(salt) }, variant),
	    encode(cx->mem, (struct bytes){ hash, sizeof(hash) }, variant));
}

/* Anybody may make us check: those who wait hold threads that others need. */
enum err
password_check(struct cx *cx, const char *hash, const char *password,
    bool *right)
{
	enum err e;

	if (!slot_take(PASSWORDS_WAIT)) {
		e = cx_fail_code(cx, ERR_BUSY, "overloaded",
		    "too many people sign in at this moment");
		cx->wait_ms = 1000;
		return e;
	}
	*right = crypto_pwhash_argon2id_str_verify(hash, password,
		     strlen(password)) == 0;
	slot_drop();
	return OK;
}

void
token_new(struct cx *cx, const char *prefix, char out[TOKEN_TEXT_MAX])
{
	const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	unsigned char b[TOKEN_BYTES];
	size_t n = strlen(prefix);

	assert(n + 1 + sodium_base64_ENCODED_LEN(TOKEN_BYTES, variant) <=
	    TOKEN_TEXT_MAX);
	memcpy(out, prefix, n);
	out[n] = '_';
	env_random(cx->env, b, sizeof(b));
	sodium_bin2base64(out + n + 1, TOKEN_TEXT_MAX - n - 1, b, sizeof(b),
	    variant);
	sodium_memzero(b, sizeof(b));
}

/* RFC 4648 section 6, in lower case: 16 bytes are 26 characters. */
void
id_new(struct cx *cx, char out[27])
{
	static const char base32[] = "abcdefghijklmnopqrstuvwxyz234567";
	unsigned char b[ID_BYTES + 1] = { 0 };
	unsigned bit, pair;
	int i;

	env_random(cx->env, b, ID_BYTES);
	for (i = 0; i < 26; i++) {
		bit = 5 * (unsigned)i;
		pair = (unsigned)b[bit / 8] << 8 | b[bit / 8 + 1];
		out[i] = base32[pair >> (11 - bit % 8) & 31];
	}
	out[26] = '\0';
}
