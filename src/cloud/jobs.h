/*
 * jobs.h - the kinds of background work, by name.
 */
#ifndef CLOUD_JOBS_H
#define CLOUD_JOBS_H

#define JOB_IMPORT "import"   /* one order */
#define JOB_CONFIRM "confirm" /* tell the store what was taken */
#define JOB_SYNC "sync"       /* the four of a connector … */
#define JOB_IMPORT_ORDERS "import_orders"
#define JOB_EXPORT_SHIPPED "export_shipped"
#define JOB_EXPORT_DELIVERED "export_delivered"
#define JOB_SHIP "ship"                   /* tell the store of one shipment */
#define JOB_SHIPMENTS_CSV "shipments_csv" /* work off a file */
#define JOB_SETTINGS "settings"           /* tell the app a switch moved */
#define JOB_PRIVACY "privacy"             /* redact, data request */
#define JOB_TRIM "trim"                   /* drop what is too old to keep */

struct job_kind;
extern const struct job_kind *const cloud_kinds[]; /* NULL ends */

#endif
