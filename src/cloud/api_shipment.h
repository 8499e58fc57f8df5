/*
 * api_shipment.h - a shipment as JSON, and what an order's page shows of its
 * own.
 */
#ifndef CLOUD_API_SHIPMENT_H
#define CLOUD_API_SHIPMENT_H

#include "base/cx.h"

struct json;
struct request;
struct shipment;
struct shipment_filter;

/* What a list of shipments is asked for by: all but `limit`. */
enum err shipment_filter_read(struct cx *, const struct request *,
    struct shipment_filter *);

/* For lists; its numbers are read. */
struct json *shipment_json(struct cx *, const struct shipment *);
/* With lines, fulfilments and events; reads its numbers. */
enum err shipment_full_json(struct cx *, struct shipment *, struct json **);

/* Sets "shipments" (list) and "conflict" (object or null) of an order. */
enum err order_shipments_json(struct cx *, int64_t order, struct json *);

#endif
