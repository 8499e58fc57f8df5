/*
 * crypt.h - sealing, signing, hashing, tokens.
 *
 * XChaCha20-Poly1305 and argon2id from libsodium, long texts packed by LZ4
 * before; HMAC-SHA-256 from OpenSSL, whose SHA extensions are four times
 * faster.  Secrets are compared in constant time.  Master keys have ids:
 * several may be read with, the first is written with.
 */
#ifndef BASE_CRYPT_H
#define BASE_CRYPT_H

#include "base/cx.h"

enum {
	DIGEST_BYTES = 32,
	TOKEN_TEXT_MAX = 64 /* NUL included */
};

void crypt_start(void); /* once, before threads; aborts if it cannot */

/* --- hashes and signatures --- */
void sha256(const void *p, size_t n, unsigned char out[DIGEST_BYTES]);
void sha256_hex(const void *p, size_t n, char out[65]);
/* What is left to read of a file, and how much that was.  False: errno. */
bool sha256_file_hex(int fd, char out[65], int64_t *size);
void hmac_sha256(struct bytes key, struct bytes text,
    unsigned char out[DIGEST_BYTES]);
bool crypt_same(const void *, const void *, size_t n); /* constant time */

/* --- text forms; decode: false on anything but exact encoding --- */
char *base64_encode(struct arena *, struct bytes);    /* RFC 4648 4 */
char *base64url_encode(struct arena *, struct bytes); /* 5, no pad */
bool base64_decode(struct arena *, const char *, struct bytes *);
bool base64url_decode(struct arena *, const char *, size_t, struct bytes *);
char *hex_encode(struct arena *, struct bytes);

/* --- master keys: file of lines "ID HEX64", mode 0600, first is current ---
   ID: 1 to 16 letters, digits, - and _.  Empty lines and those that begin
   with # are skipped; at most 32 keys. */
struct keys;
/* Made with one fresh key if missing.  ERR_INPUT: unreadable by others, bad
   line, no key; the reason names file and line, never the key. */
enum err keys_open(struct cx *, const char *path, struct keys **);
/* The file again, while others seal and open: its keys that are new are known
   from here on, its first is written with, and none is forgotten.  ERR_INPUT,
   and all is as it was: the file is bad, or an id has another secret now. */
enum err keys_reload(struct cx *, const char *path, struct keys *);
struct keys *keys_fixed(void); /* one known key: for tests only */
void keys_close(struct keys *);
bool keys_has(const struct keys *, const char *id);

/* cx->keys must be set (assert).  Opened text is wiped with the arena.
   Sealed form: version, key id, nonce, ciphertext, tag; from 512 bytes on
   the text is packed first, where that makes it shorter.  `where` binds it to
   its place ("shop.access_token:17"): moved elsewhere it does not open. */
struct bytes crypt_seal(struct cx *, const char *where, struct bytes plain);
/* ERR_STORE: key unknown, or not what we sealed there. */
enum err crypt_open(struct cx *, const char *where, struct bytes sealed,
    struct bytes *plain);
struct bytes crypt_seal_text(struct cx *, const char *where, const char *);
enum err crypt_open_text(struct cx *, const char *where, struct bytes,
    const char **);

/* --- passwords: argon2id, 64 MiB, 3 passes; at most two at a time --- */
char *password_hash(struct cx *, const char *); /* in the arena */
/* ERR_BUSY, code "overloaded": three wait for their turn already. */
enum err password_check(struct cx *, const char *hash, const char *password,
    bool *right);

/* --- tokens: prefix_ + 43 characters of 32 random bytes, base64url --- */
void token_new(struct cx *, const char *prefix, char out[TOKEN_TEXT_MAX]);

/* Random id of 16 bytes as 26 lower-case base32 characters. */
void id_new(struct cx *, char out[27]);

#endif
