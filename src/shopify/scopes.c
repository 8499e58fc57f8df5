/* scopes.c - granted against needed. */
#include "shopify/scopes.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/text.h"

const char *const scopes_needed[] = {
	"read_orders",
	"write_orders",
	"read_customers",
	"read_products",
	"read_locations",
	"read_merchant_managed_fulfillment_orders",
	"write_merchant_managed_fulfillment_orders",
	"read_fulfillments",
	"write_fulfillments",
	NULL,
};

/* shopify.dev, "Access scopes": writing implies reading. */
static bool
gives(const char *granted, const char *needed)
{
	if (text_equal(granted, needed))
		return true;
	return text_starts(needed, "read_") && text_starts(granted, "write_") &&
	    text_equal(granted + strlen("write_"), needed + strlen("read_"));
}

const char *
scopes_missing(struct cx *cx, const char *granted)
{
	struct buf b = buf_new(cx->mem);
	char **list;
	size_t n = text_split(cx->mem, granted, ',', &list), i, k;

	for (i = 0; scopes_needed[i] != NULL; i++) {
		for (k = 0; k < n && !gives(list[k], scopes_needed[i]); k++)
			;
		if (k == n)
			buf_printf(&b, "%s%s", b.n > 0 ? ", " : "",
			    scopes_needed[i]);
	}
	return b.n > 0 ? b.p : NULL;
}
