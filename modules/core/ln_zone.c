
#include "ln_zone_internal.h"


static ngx_int_t ln_zone_init(ngx_shm_zone_t *shm, void *data);
static ngx_int_t ln_zone_own_metrics(ln_zone_t *zone);


/* The layout is in the name: another layout is another zone, and the workers
 * of before keep theirs until they are gone. */
#define LN_ZONE_NAME(layout)   LN_ZONE_NAME_(layout)
#define LN_ZONE_NAME_(layout)  "legalnet_" #layout


ln_zone_t *
ln_zone_add(ngx_conf_t *cf, size_t size, void *tag)
{
    ngx_str_t   name = ngx_string(LN_ZONE_NAME(LN_ZONE_LAYOUT));
    ln_zone_t  *zone;

    zone = ngx_pcalloc(cf->pool, sizeof(ln_zone_t));
    if (zone == NULL) {
        return NULL;
    }

    if (ngx_array_init(&zone->metrics, cf->pool, 256, sizeof(ln_metric_t))
        != NGX_OK)
    {
        return NULL;
    }

    zone->shm = ngx_shared_memory_add(cf, &name, size, tag);
    if (zone->shm == NULL) {
        return NULL;
    }

    if (zone->shm->data) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet_zone is given twice");
        return NULL;
    }

    zone->shm->init = ln_zone_init;
    zone->shm->data = zone;

    if (ln_zone_own_metrics(zone) != NGX_OK) {
        return NULL;
    }

    return zone;
}


static ngx_int_t
ln_zone_own_metrics(ln_zone_t *zone)
{
    static const char  requests[] = "legalnet_cache_requests_total";
    static const char  stores[] = "legalnet_cache_stores_total";
    static const char  asked[] = "Looks into the shared cache by what came "
                                 "of them.";
    static const char  kept[] = "Answers offered to the shared cache.";

    zone->hits = ln_zone_metric(zone, LN_COUNTER, requests, asked,
                                "result=\"hit\"");
    zone->misses = ln_zone_metric(zone, LN_COUNTER, requests, asked,
                                  "result=\"miss\"");
    zone->stale = ln_zone_metric(zone, LN_COUNTER, requests, asked,
                                 "result=\"stale\"");
    zone->torn = ln_zone_metric(zone, LN_COUNTER, requests, asked,
                                "result=\"torn\"");
    zone->puts = ln_zone_metric(zone, LN_COUNTER, stores, kept,
                                "result=\"kept\"");
    zone->refused = ln_zone_metric(zone, LN_COUNTER, stores, kept,
                                   "result=\"refused\"");

    return zone->refused == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


/*
 * One block of the slab holds everything: nginx owns the slab's header (it
 * unlocks the mutex of a dead worker there), nobody allocates from it again.
 * New pages are zero, which is what an empty store and empty counters are.
 */

static ngx_int_t
ln_zone_init(ngx_shm_zone_t *shm, void *data)
{
    size_t            size, head;
    u_char           *p;
    ln_zone_t        *zone, *old;
    ngx_slab_pool_t  *pool;

    zone = shm->data;
    old = data;
    pool = (ngx_slab_pool_t *) shm->shm.addr;

    if (old) {
        zone->shared = old->shared;
        zone->store = old->store;
        ln_metric_attach(zone, shm->shm.log);
        return NGX_OK;
    }

    size = pool->pfree * ngx_pagesize;

    p = ngx_slab_alloc(pool, size);
    if (p == NULL) {
        ngx_log_error(NGX_LOG_EMERG, shm->shm.log, 0,
                      "legalnet_zone: no memory in a new zone");
        return NGX_ERROR;
    }

    zone->shared = (ln_shared_t *) p;
    pool->data = zone->shared;

    head = ngx_align(sizeof(ln_shared_t), LN_STORE_LINE);

    if (!ln_store_layout(&zone->store, p + head, size - head)) {
        ngx_log_error(NGX_LOG_EMERG, shm->shm.log, 0,
                      "legalnet_zone is too small for the cache");
        return NGX_ERROR;
    }

    ln_metric_attach(zone, shm->shm.log);

    return NGX_OK;
}


void
ln_zone_clock_set(ln_zone_t *zone, int64_t usec)
{
    if (zone->shared) {
        atomic_store_explicit(&zone->shared->clock, usec,
                              memory_order_relaxed);
    }
}


int64_t
ln_zone_now(ln_zone_t *zone)
{
    struct timeval  tv;

    ngx_gettimeofday(&tv);

    return (int64_t) tv.tv_sec * 1000000 + tv.tv_usec
           + (zone->shared ? atomic_load_explicit(&zone->shared->clock,
                                                  memory_order_relaxed)
                           : 0);
}


void
ln_zone_polled_set(ln_zone_t *zone, ngx_uint_t database)
{
    if (zone->shared && database < LN_ZONE_DATABASES) {
        atomic_store_explicit(&zone->shared->polled[database],
                              (uint64_t) ngx_current_msec,
                              memory_order_relaxed);
    }
}


ngx_msec_t
ln_zone_polled(ln_zone_t *zone, ngx_uint_t database)
{
    uint64_t  at;

    if (zone->shared == NULL || database >= LN_ZONE_DATABASES) {
        return 0;
    }

    at = atomic_load_explicit(&zone->shared->polled[database],
                              memory_order_relaxed);

    return (ngx_msec_t) at;
}
