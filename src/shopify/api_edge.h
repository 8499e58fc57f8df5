/*
 * api_edge.h - what the files of the Shopify app's edge share: their routes.
 */
#ifndef SHOPIFY_API_EDGE_H
#define SHOPIFY_API_EDGE_H

#include "net/http.h"
#include "shopify/who.h"

extern const struct route hook_routes[], callback_routes[], shipment_routes[],
    connection_routes[], action_routes[], log_routes[], page_routes[],
    health_routes[];

#endif
