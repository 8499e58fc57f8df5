/*
 * order_word.h - the words an order is found by.
 *
 * Each order has an entry for every word of its number, store id, name,
 * e-mail, town and SKUs, for the parts of such words, and for the tracking
 * numbers of its parcels.  What a person types is found where a word begins
 * so: a range of one index, however many orders there are.
 */
#ifndef CLOUD_ORDER_WORD_H
#define CLOUD_ORDER_WORD_H

#include "base/cx.h"

/* The order is found by the words of `text`, and by no others. */
enum err order_word_set(struct cx *, int64_t order, const char *text);
/* … and by the tracking numbers its shipments have now. */
enum err order_word_track(struct cx *, int64_t order);

enum { QUERY_WORDS = 3 };

/* What is typed, as ranges [from, below) of words, the longest first; those
   beyond QUERY_WORDS are left out. */
struct order_query {
	const char *from[QUERY_WORDS], *below[QUERY_WORDS]; /* NULL: none */
};
void order_query_read(struct cx *, const char *typed, struct order_query *);

/* Puts the word that fewest orders have first.  *common: so many have even that
   one that it is quicker to look at the newest orders than at its entries. */
enum err order_query_sort(struct cx *, struct order_query *, bool *common);
/* Ids of orders below `before` that have it, newest first, as JSON text;
 *last the lowest of them, *n how many. */
struct order_ids {
	int64_t before, limit;
	const char *text;
	int64_t last;
	size_t n;
};
enum err order_query_ids(struct cx *, const struct order_query *,
    struct order_ids *);

#endif
