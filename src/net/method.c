/*
 * method.c - names of methods, as they go over the wire (case counts there).
 */
#include "net/method.h"

#include <assert.h>

static const char *const names[METHOD_COUNT] = {
	[GET] = "GET",
	[HEAD] = "HEAD",
	[POST] = "POST",
	[PUT] = "PUT",
	[PATCH] = "PATCH",
	[DELETE] = "DELETE",
	[OPTIONS] = "OPTIONS",
};

const char *
method_name(enum method m)
{
	assert(m >= GET && m < METHOD_COUNT);
	return names[m];
}
