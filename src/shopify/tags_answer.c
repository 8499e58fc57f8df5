/*
 * tags_answer.c - see tags_answer.h.
 */
#include "shopify/tags_answer.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/when.h"

/* The last step's node says what is shown in the end. */
static const struct json *
last_node(const struct json *data)
{
	static const char *const paths[] = { "drop.node", "tagsRemove.node",
		"add.node", "tagsAdd.node" };
	const struct json *node;
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		node = json_path(data, paths[i]);
		if (json_is_object(node))
			return node;
	}
	return NULL;
}

static const char *
user_error(const struct json *data)
{
	static const char *const paths[] = { "add.userErrors",
		"drop.userErrors", "tagsAdd.userErrors",
		"tagsRemove.userErrors" };
	const char *text;
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		text = json_get_text(json_at(json_path(data, paths[i]), 0),
		    "message");
		if (text != NULL)
			return text;
	}
	return NULL;
}

static enum err
read_node(struct cx *cx, const struct json *node, struct tags_answer *a)
{
	const struct json *tags = json_get(node, "tags");
	const char *at = json_get_text(node, "updatedAt");
	size_t i;

	a->ntags = json_count(tags);
	a->tags = arena_alloc(cx->mem, (a->ntags + 1) * sizeof(*a->tags));
	for (i = 0; i < a->ntags; i++) {
		a->tags[i] = arena_text(cx->mem, json_text(json_at(tags, i)));
		if (a->tags[i] == NULL)
			a->tags[i] = arena_text(cx->mem, "");
	}
	if (at != NULL)
		(void)when_read(at, &a->updated_at);
	if (json_is_array(tags) && a->gid != NULL)
		return OK;
	return cx_fail(cx, ERR_UPSTREAM,
	    "Shopify did not say which tags it "
	    "shows");
}

enum err
tags_answer_read(struct cx *cx, const struct json *data, struct tags_answer *a)
{
	const struct json *node = last_node(data);

	memset(a, 0, sizeof(*a));
	a->why = user_error(data);
	a->gid = json_get_text(node, "id");
	if (node == NULL || a->why != NULL)
		return OK;
	return read_node(cx, node, a);
}
