/*
 * keys.h - the master keys themselves; for crypt.c, which seals with them.
 * The rest of the program knows struct keys by crypt.h only.
 */
#ifndef BASE_KEYS_H
#define BASE_KEYS_H

#include "base/crypt.h"

enum {
	KEY_BYTES = 32,
	KEY_ID_MAX = 16, /* bytes, without NUL */
	KEYS_MAX = 32
};

struct key {
	char id[KEY_ID_MAX + 1]; /* letters, digits, - and _ */
	unsigned char secret[KEY_BYTES];
};

/* Keys are only ever added (keys_reload), so that who reads needs no lock. */
struct keys {
	_Atomic size_t n;       /* at least 1 */
	_Atomic size_t current; /* the one that is written with */
	struct key key[KEYS_MAX];
};

/* The key of that id (n bytes, no NUL), or NULL. */
const struct key *keys_find(const struct keys *, const void *id, size_t n);

#endif
