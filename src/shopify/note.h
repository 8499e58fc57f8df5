/*
 * note.h - saying what happened: into our own Logs, and to the Cloud App.
 *
 * Written in the transaction of what it tells, with the job that carries it
 * over.  Ids and order numbers only; trouble says why and what to do next.
 */
#ifndef SHOPIFY_NOTE_H
#define SHOPIFY_NOTE_H

#include "base/cx.h"

struct ledger;
struct shop;

struct note {
	const char *level; /* debug info warn error */
	const char *step;  /* "order.waiting" */
	const char *text;  /* what happened */
	const char *code;  /* stable, or NULL */
	const char *why;   /* or NULL */
	const char *next;  /* what to do, or NULL */
	bool here_only;    /* nothing for the Cloud App's log */
};

/* `l` may be NULL: about the shop as a whole. */
enum err note_add(struct cx *, const struct shop *, const struct ledger *l,
    const struct note *);
/* A webhook whose shop we do not know. */
enum err note_unknown(struct cx *, const struct note *);

#endif
