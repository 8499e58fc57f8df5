/*
 * site.h - everything this program serves.
 */
#ifndef SHOPIFY_SITE_H
#define SHOPIFY_SITE_H

struct site;

extern const struct site shopify_site;
extern const struct site shopify_metrics_site;
/* Register what to do next for our codes; once, before serving. */
void shopify_hints_add(void);

#endif
