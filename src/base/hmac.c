/*
 * hmac.c - SHA-256 and HMAC-SHA-256 by OpenSSL.
 *
 * Fetching an algorithm and making a context cost more than hashing a short
 * body, so each thread keeps its own; they go when the thread goes.  They hold
 * no state between calls but the last key's pads, which are secrets of this
 * process and die with the thread.
 */
#include "base/crypt.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "base/arena.h"

struct hasher {
	EVP_MD *sha;
	EVP_MD_CTX *digest;
	EVP_MAC_CTX *mac;
};

static pthread_key_t hasher_key;
static pthread_once_t hasher_once = PTHREAD_ONCE_INIT;

/* OpenSSL without SHA-256, or without memory: nothing can go on. */
static void
must(int ok)
{
	if (!ok)
		abort();
}

static void
hasher_free(void *arg)
{
	struct hasher *h = arg;

	EVP_MAC_CTX_free(h->mac);
	EVP_MD_CTX_free(h->digest);
	EVP_MD_free(h->sha);
	mem_free(h);
}

static void
make_key(void)
{
	must(pthread_key_create(&hasher_key, hasher_free) == 0);
}

static struct hasher *
hasher_new(void)
{
	struct hasher *h = mem_new(sizeof(*h));
	char digest[] = "SHA256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest,
		    0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);

	must(hmac != NULL);
	h->mac = EVP_MAC_CTX_new(hmac);
	EVP_MAC_free(hmac); /* the context holds it */
	must(h->mac != NULL && EVP_MAC_CTX_set_params(h->mac, params));
	h->sha = EVP_MD_fetch(NULL, "SHA256", NULL);
	h->digest = EVP_MD_CTX_new();
	must(h->sha != NULL && h->digest != NULL);
	return h;
}

static struct hasher *
hasher_of_thread(void)
{
	struct hasher *h;

	pthread_once(&hasher_once, make_key);
	if ((h = pthread_getspecific(hasher_key)) == NULL) {
		h = hasher_new();
		must(pthread_setspecific(hasher_key, h) == 0);
	}
	return h;
}

void
sha256(const void *p, size_t n, unsigned char out[DIGEST_BYTES])
{
	struct hasher *h = hasher_of_thread();

	must(EVP_DigestInit_ex2(h->digest, h->sha, NULL));
	must(EVP_DigestUpdate(h->digest, p, n));
	must(EVP_DigestFinal_ex(h->digest, out, NULL));
}

static void
write_hex(const unsigned char digest[DIGEST_BYTES], char out[65])
{
	static const char hex[] = "0123456789abcdef";
	int i;

	for (i = 0; i < DIGEST_BYTES; i++) {
		out[2 * i] = hex[digest[i] >> 4];
		out[2 * i + 1] = hex[digest[i] & 15];
	}
	out[2 * DIGEST_BYTES] = '\0';
}

void
sha256_hex(const void *p, size_t n, char out[65])
{
	unsigned char digest[DIGEST_BYTES];

	sha256(p, n, digest);
	write_hex(digest, out);
}

bool
sha256_file_hex(int fd, char out[65], int64_t *size)
{
	struct hasher *h = hasher_of_thread();
	unsigned char block[1 << 14], digest[DIGEST_BYTES];
	ssize_t n;

	must(EVP_DigestInit_ex2(h->digest, h->sha, NULL));
	for (*size = 0; (n = read(fd, block, sizeof(block))) > 0; *size += n)
		must(EVP_DigestUpdate(h->digest, block, (size_t)n));
	must(EVP_DigestFinal_ex(h->digest, digest, NULL));
	write_hex(digest, out);
	return n == 0;
}

void
hmac_sha256(struct bytes key, struct bytes text,
    unsigned char out[DIGEST_BYTES])
{
	/* NULL would mean "the key of last time". */
	static const unsigned char no_key[1];
	struct hasher *h = hasher_of_thread();
	size_t n;

	must(EVP_MAC_init(h->mac, key.p != NULL ? key.p : no_key, key.n, NULL));
	must(EVP_MAC_update(h->mac, text.p, text.n));
	must(EVP_MAC_final(h->mac, out, &n, DIGEST_BYTES));
}
