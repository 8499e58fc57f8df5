/*
 * docpart_cell.h - single values of the order document in their normal form.
 *
 * Both of the store's forms write the same thing differently ("10.00", "10.0",
 * 10); here it becomes one text.  See doc/order.schema.json, `$defs`.  Pure.
 */
#ifndef SHOPIFY_DOCPART_CELL_H
#define SHOPIFY_DOCPART_CELL_H

#include "base/cx.h"

struct json;

/* Whole units and millionths, both of one sign; |whole| under 10^15. */
struct amount {
	int64_t whole;
	int64_t micro;
};

/* Plain decimal text, rounded to six places (half away from zero); false: not
   one, or too large. */
bool amount_read(const char *, struct amount *);
bool amount_add(struct amount *, struct amount); /* false: too large */
char *amount_write(struct cx *, struct amount);  /* "12.50", "-0.125" */
/* "0.22": no trailing zeros; NULL: below 0 or not below 10,000. */
char *amount_write_rate(struct cx *, struct amount);

/* The id in a number, in digits, or at the end of a global id; NULL: none. */
const char *cell_id(struct cx *, const struct json *);

/* Text as it is, a number or boolean as its JSON text; NULL: null. */
const char *cell_words(struct cx *, const struct json *);

/* At most `max` code points, control characters (Unicode Cc) but tab, line
   feed and carriage return replaced by U+FFFD.  *repaired is set if something
   was cut or replaced, here or before (U+FFFD is there). */
const char *cell_text(struct cx *, const char *, size_t max, bool *repaired);

/* Lower snake case: PARTIALLY_PAID is partially_paid. */
const char *cell_word(struct cx *, const char *, size_t max);

#endif
