
/*
 * The layout of the shared zone, for ln_zone.c, ln_metric.c, ln_version.c and
 * ln_cache.c only.
 *
 * Written by workers: words, atomically.  Written by the master alone, before
 * it starts workers: the names of the metrics.
 */

#ifndef _LN_ZONE_INTERNAL_H_INCLUDED_
#define _LN_ZONE_INTERNAL_H_INCLUDED_


#include <stdatomic.h>

#include "ln_zone.h"
#include "ln_cache_store.h"


#define LN_METRIC_NAMES  4096        /* a route has 7, a lane about 12 */
#define LN_METRIC_SLOTS  8192        /* a histogram: LN_METRIC_BUCKETS + 1 */
#define LN_METRIC_SHARDS 8           /* workers that never share a line */
#define LN_METRIC_BUCKETS 14         /* the last is +Inf */
#define LN_GAUGE_SLOTS   256
#define LN_GAUGE_SHARDS  64          /* workers at one time, a bit each */


typedef struct {
    u_char                digest[16];    /* of kind, family and labels */
    ngx_uint_t            slot;
} ln_metric_name_t;

typedef struct {
    _Atomic uint64_t      versions[LN_VERSION_SLOTS];
    _Atomic uint64_t      epoch;
    _Atomic int64_t       clock;         /* database's minus ours, us */
    _Atomic uint64_t      polled[LN_ZONE_DATABASES];
    _Atomic uint64_t      looked[LN_ZONE_DATABASES];    /* ln_watch.c */
    _Atomic int64_t       changed[LN_VERSION_SLOTS];    /* us, likewise */

    ngx_uint_t            nnames;
    ngx_uint_t            nslots;
    ngx_uint_t            ngauges;
    ln_metric_name_t      names[LN_METRIC_NAMES];

    _Atomic int64_t       gauge_owners[LN_GAUGE_SHARDS];
    _Alignas(64) _Atomic int64_t
                          gauges[LN_GAUGE_SHARDS][LN_GAUGE_SLOTS];

    _Alignas(64) _Atomic int64_t
                          counts[LN_METRIC_SHARDS][LN_METRIC_SLOTS];
} ln_shared_t;


typedef struct {
    ln_metric_e           kind;
    ngx_str_t             family;
    ngx_str_t             help;
    ngx_str_t             labels;
    u_char                digest[16];
    ngx_uint_t            first;         /* of its family */
    ngx_int_t             slot;          /* NGX_ERROR: not counted */
} ln_metric_t;

struct ln_zone_s {
    ngx_shm_zone_t       *shm;
    ln_shared_t          *shared;        /* NULL until the zone is there */
    ln_store_t            store;
    ngx_array_t           metrics;       /* ln_metric_t */
    ngx_str_t             watched[LN_WATCH_TOPICS];
    ngx_uint_t            nwatched;
    ngx_int_t             hits;
    ngx_int_t             misses;
    ngx_int_t             stale;
    ngx_int_t             torn;
    ngx_int_t             puts;
    ngx_int_t             refused;
};


/*
 * ln_gauge.c: counts that die with their worker.  A scrape asks once who is
 * alive (a bit a shard) and then sums up.
 */
void ln_gauge_add(ln_shared_t *shared, ngx_uint_t slot, int64_t n);
uint64_t ln_gauge_owners(ln_shared_t *shared);
int64_t ln_gauge_value(ln_shared_t *shared, ngx_uint_t slot, uint64_t alive);

/* ln_metric.c: slots for what this configuration counts, old ones kept. */
void ln_metric_attach(ln_zone_t *zone, ngx_log_t *log);


#endif /* _LN_ZONE_INTERNAL_H_INCLUDED_ */
