/*
 * who.h - who asks: a person or machine of the Cloud App, or a connector.
 *
 * Made by authentication only; every domain call that touches a connector's
 * things gets its ids from here, never from the body.
 */
#ifndef CLOUD_WHO_H
#define CLOUD_WHO_H

#include <stdint.h>

enum role { ROLE_NONE, ROLE_VIEWER, ROLE_OPERATOR, ROLE_MANAGER };

struct connector;

struct who {
	int64_t user;      /* 0: not a person */
	int64_t api_token; /* 0: not a machine */
	int64_t session;   /* row id; 0: no session */
	int64_t until;     /* ms the session ends; 0: no session */
	enum role role;
	const char *email; /* of the person, or NULL */
	const char *csrf;  /* the session's token against forged requests */
	const struct connector *connector; /* NULL: not a connector */
	int64_t token_until; /* ms the connector's token is valid; 0: newest */
};

enum role role_read(const char *); /* ROLE_NONE: no such role */
const char *role_name(enum role);

#endif
