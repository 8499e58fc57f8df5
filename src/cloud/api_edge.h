/*
 * api_edge.h - what the API files share: who asks, pages, ids in JSON.
 */
#ifndef CLOUD_API_EDGE_H
#define CLOUD_API_EDGE_H

#include "base/field.h"
#include "base/json.h"
#include "cloud/site.h"
#include "cloud/who.h"
#include "net/http.h"

struct connector;
struct event;
struct job;

extern const struct route cloud_account_routes[], cloud_connector_routes[],
    cloud_order_routes[], cloud_job_routes[], cloud_log_routes[],
    cloud_link_routes[], cloud_web_routes[], cloud_shipment_routes[],
    cloud_shipment_csv_routes[], cloud_courier_routes[], cloud_where_routes[],
    cloud_ship_rule_routes[];
extern const struct route cloud_page_route[]; /* any other GET */
extern const struct hint cloud_shipment_hints[];

/* Find out who asks and whether they may. */
enum err cloud_authenticate(struct cx *, struct request *);
/* Nothing came that would say who asks. */
bool person_is_nobody(struct cx *, const struct request *);
/* By cookie or API token, whatever they may; ERR_AUTH, ERR_DENIED. */
enum err person_enter(struct cx *, const struct request *, struct who *);

/* "__Host-logivery" with https, "logivery" with http (development). */
const char *cookie_name(const struct cx *);
void cookie_set(struct cx *, struct reply *, const char *token); /* NULL:
								    gone */

/* 1 to 100, 50 if not asked. */
enum err page_limit(struct cx *, const struct request *, int64_t *limit);

/* An id as text, null for 0; an instant, null for 0. */
void json_set_id(struct cx *, struct json *, const char *key, int64_t);
void json_set_when(struct cx *, struct json *, const char *key, int64_t ms);
/* Raw JSON text of ours; null if it does not parse. */
void json_set_raw(struct cx *, struct json *, const char *key, const char *);

/* The connector a path or query names; ERR_MISSING. */
enum err path_connector(struct cx *, const struct request *,
    struct connector *);
enum err query_connector(struct cx *, const struct request *,
    struct connector *); /* id 0: not asked for */
/* One of `words` (NULL ends) or absent; else ERR_INPUT. */
enum err query_word(struct cx *, const struct request *, const char *name,
    const char *const *words, const char **out);

/* As doc/openapi.yaml shows them. */
const char *job_state_shown(const struct job *);
const char *job_code_shown(const struct job *);
const char *job_next_shown(const struct job *); /* what to do, or NULL */
struct order;
struct json *order_json(struct cx *, const struct order *);
struct connector_name;
struct json *log_line_json(struct cx *, const struct event *,
    const struct connector_name *, size_t n);

#endif
