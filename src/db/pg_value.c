/*
 * pg_value.c - integers and text as text, bytes in binary; hex on the way back.
 */
#include "db/pg_value.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"

void
pg_fill(struct pg_params *p, const struct val *v, size_t n)
{
	size_t i;

	p->n = (int)n;
	p->bytes = 0;
	for (i = 0; i < n; i++) {
		p->lengths[i] = 0;
		p->formats[i] = v[i].type == VAL_BYTES;
		if (v[i].type == VAL_INT) {
			snprintf(p->ints[i], sizeof(p->ints[i]), "%lld",
			    (long long)v[i].i);
			p->values[i] = p->ints[i];
		} else if (v[i].type == VAL_TEXT) {
			p->values[i] = v[i].t;
			p->bytes += v[i].t == NULL ? 0 : strlen(v[i].t);
		} else {
			p->values[i] = (const char *)v[i].b.p;
			p->lengths[i] = (int)v[i].b.n;
			p->bytes += v[i].b.n;
		}
	}
}

static int
nibble(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

void
pg_read_bytes(struct cx *cx, const char *hex, struct cell *cell)
{
	unsigned char *p;
	size_t i;

	cell->type = CELL_BYTES;
	cell->kept = true;
	cell->n = cell->n >= 2 ? (cell->n - 2) / 2 : 0;
	cell->p = p = arena_alloc(cx->mem, cell->n + 1);
	for (i = 0, hex += 2; i < cell->n; i++, hex += 2)
		p[i] = (unsigned char)(nibble(hex[0]) << 4 | nibble(hex[1]));
}
