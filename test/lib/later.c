/*
 * later.c - reply_later and reply_now for a seam, in the place of the server's.
 *
 * There is one thread and an inline writer, so what is promised for later comes
 * before the handler returns.
 */
#include <stdio.h>

#include "base/arena.h"
#include "lib/sim_node.h"
#include "net/server.h"

void *
reply_later(const struct request *rq)
{
	struct sim_later *l = rq->later;

	l->asked = true;
	return l;
}

void
reply_now(void *later, int status, const char *type, const char *body)
{
	struct sim_later *l = later;

	l->answered = true;
	l->status = status;
	snprintf(l->type, sizeof(l->type), "%s", type != NULL ? type : "");
	l->body = mem_text(body != NULL ? body : "");
}
