
/*
 * What all workers share: one shared memory zone (`legalnet_zone`), laid out
 * once, without pointers and without locks that a killed worker could keep.
 *
 *   counters   metrics, added to atomically, one cache line per hot counter
 *   versions   2^16 counters, hashed by (topic, subject): a cached answer is
 *              good while the counter it was read under stands
 *   cache      buckets of 8 ways; a sequence lock per entry
 *
 * The zone survives a reload when its size is unchanged; a changed layout
 * (LN_ZONE_LAYOUT) starts empty.
 */

#ifndef _LN_ZONE_H_INCLUDED_
#define _LN_ZONE_H_INCLUDED_


#include "ln.h"


#define LN_ZONE_LAYOUT   3
#define LN_ZONE_LEAST    (8 * 1024 * 1024)  /* a bucket of every size */
#define LN_VERSION_SLOTS (1 << 16)
#define LN_ZONE_DATABASES 8           /* whose polls are remembered */
#define LN_WATCH_TOPICS  4            /* the places in ln_change.c's look */
#define LN_CACHE_MAX     (64 * 1024)  /* a larger answer is not cached */


typedef struct ln_zone_s  ln_zone_t;   /* handle in configuration memory */


/* The directive `legalnet_zone size`. */
ln_zone_t *ln_zone_add(ngx_conf_t *cf, size_t size, void *tag);


/*
 * Metrics.  A counter is named once at configuration time and then is an
 * index; ln_zone_counter() returns NGX_ERROR when the table is full.  Labels
 * are Prometheus text without braces: `route="region_get",status="200"`.
 * A gauge is a counter that also goes down; what a worker has in it goes with
 * the worker.  Times are microseconds.
 */
ngx_int_t ln_zone_metric(ln_zone_t *zone, ln_metric_e kind,
    const char *family, const char *help, const char *labels);
void ln_zone_count(ln_zone_t *zone, ngx_int_t metric, ngx_atomic_int_t n);
void ln_zone_observe(ln_zone_t *zone, ngx_int_t metric, uint64_t usec);
/* Appends `name="value"`, escaped, after a comma when `p` is not `start`. */
u_char *ln_zone_label(u_char *start, u_char *p, u_char *last,
    const char *name, const ngx_str_t *value);
/* All of it as Prometheus text, in buffers of the pool. */
ngx_chain_t *ln_zone_metrics(ln_zone_t *zone, ngx_pool_t *pool,
    size_t *length);


/*
 * Versions.  ln_version_get() before the query is sent; the entry stores it.
 * A change bumps (topic, subject), (topic, "*").  A NULL subject reads "*".
 * A bump of "*" makes every entry of the topic stale, whatever its subject.
 * `at` is when the change was written, for watched topics; 0: now.
 */
uint64_t ln_version_get(ln_zone_t *zone, ngx_str_t *topic,
    ngx_str_t *subject);
void ln_version_bump(ln_zone_t *zone, ngx_str_t *topic, ngx_str_t *subject,
    int64_t at);
/* Everything cached is stale: changes may have been missed. */
void ln_version_bump_all(ln_zone_t *zone);


/*
 * ln_watch.c: times of changes.  `at` as above; `ready` once the changes of
 * the longest life of a token have been read from a database.
 */
void ln_watch_note(ln_zone_t *zone, const ngx_str_t *topic,
    const ngx_str_t *subject, int64_t at);
const ngx_str_t *ln_watch_topics(ln_zone_t *zone, ngx_uint_t *n);
void ln_watch_ready_set(ln_zone_t *zone, ngx_uint_t database,
    ngx_uint_t ready);
ngx_uint_t ln_watch_ready(ln_zone_t *zone, ngx_uint_t database);


/*
 * The cache of public answers.  A key is a digest that nobody outside can
 * aim at (see ln_hash.h).  Values are opaque bytes.
 *
 * ln_cache_get(): NGX_OK with value copied into the pool and its age in
 * seconds; NGX_DECLINED otherwise (absent, stale, torn, too old).
 */
typedef struct {
    uint64_t    key[2];
    ngx_str_t  *topic;
    ngx_str_t  *subject;          /* NULL: any change of the topic */
    time_t      seconds;          /* upper bound of its life */
    uint64_t    version;          /* out of get, in to put */
} ln_cache_key_t;

ngx_int_t ln_cache_get(ln_zone_t *zone, ln_cache_key_t *key,
    ngx_pool_t *pool, ngx_str_t *value, time_t *age);
void ln_cache_put(ln_zone_t *zone, const ln_cache_key_t *key,
    const ngx_str_t *value);


/*
 * The clockwork's memory.  The database's clock, microseconds since 1970, as
 * far as this node knows it; when a database's changes were last read
 * (ngx_current_msec; 0: never).
 */
int64_t ln_zone_now(ln_zone_t *zone);
void ln_zone_clock_set(ln_zone_t *zone, int64_t usec);
ngx_msec_t ln_zone_polled(ln_zone_t *zone, ngx_uint_t database);
void ln_zone_polled_set(ln_zone_t *zone, ngx_uint_t database);


#endif /* _LN_ZONE_H_INCLUDED_ */
