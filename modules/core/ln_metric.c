
#include <ngx_md5.h>

#include "ln_zone_internal.h"


/*
 * A metric is an index into this configuration's table; what it counts in is
 * a run of slots in the zone, found again by name after a reload.  Every
 * worker adds to its own shard, so that no line of memory travels between
 * processors for a count; readers add the shards up.
 */

#define LN_METRIC_BUFFER  (16 * 1024)
#define LN_METRIC_NUMBERS 128        /* of a line: suffix, le, value */


/* Upper bounds in microseconds, and as Prometheus writes them. */
static const struct {
    uint64_t     usec;
    const char  *le;
} ln_metric_bounds[LN_METRIC_BUCKETS] = {
    {     1000, "0.001" },
    {     2000, "0.002" },
    {     5000, "0.005" },
    {    10000, "0.01" },
    {    20000, "0.02" },
    {    50000, "0.05" },
    {   100000, "0.1" },
    {   200000, "0.2" },
    {   500000, "0.5" },
    {  1000000, "1" },
    {  2000000, "2" },
    {  5000000, "5" },
    { 10000000, "10" },
    { UINT64_MAX, "+Inf" },
};

static const char *const  ln_metric_kinds[] = {
    "counter", "gauge", "histogram"
};


typedef struct {
    ngx_pool_t    *pool;
    ngx_chain_t   *first;
    ngx_chain_t  **next;
    ngx_buf_t     *buf;
    uint64_t       alive;      /* owners of gauges */
} ln_metric_text_t;


static ngx_uint_t
ln_metric_width(ln_metric_e kind)
{
    return kind == LN_HISTOGRAM ? LN_METRIC_BUCKETS + 1 : 1;
}


static void
ln_metric_digest(const ln_metric_t *metric, u_char digest[16])
{
    ngx_md5_t  md5;

    ngx_md5_init(&md5);
    ngx_md5_update(&md5, ln_metric_kinds[metric->kind], 1);
    ngx_md5_update(&md5, metric->family.data, metric->family.len);
    ngx_md5_update(&md5, "{", 1);
    ngx_md5_update(&md5, metric->labels.data, metric->labels.len);
    ngx_md5_final(digest, &md5);
}


static ngx_int_t
ln_metric_text_copy(ngx_pool_t *pool, ngx_str_t *to, const char *text)
{
    ngx_str_t  from;

    if (text == NULL) {
        text = "";
    }

    from.data = (u_char *) text;
    from.len = ngx_strlen(text);

    to->len = from.len;
    to->data = ngx_pstrdup(pool, &from);

    return to->data ? NGX_OK : NGX_ERROR;
}


static ngx_uint_t
ln_metric_same_family(const ln_metric_t *a, const ln_metric_t *b)
{
    return a->family.len == b->family.len
           && ngx_memcmp(a->family.data, b->family.data, a->family.len) == 0;
}


ngx_int_t
ln_zone_metric(ln_zone_t *zone, ln_metric_e kind, const char *family,
    const char *help, const char *labels)
{
    ngx_uint_t    i;
    ngx_pool_t   *pool;
    ln_metric_t  *metrics, *metric, made;

    pool = zone->metrics.pool;

    ngx_memzero(&made, sizeof(ln_metric_t));
    made.kind = kind;
    made.slot = NGX_ERROR;

    if (ln_metric_text_copy(pool, &made.family, family) != NGX_OK
        || ln_metric_text_copy(pool, &made.help, help) != NGX_OK
        || ln_metric_text_copy(pool, &made.labels, labels) != NGX_OK)
    {
        return NGX_ERROR;
    }

    ln_metric_digest(&made, made.digest);

    metrics = zone->metrics.elts;

    made.first = zone->metrics.nelts;

    for (i = zone->metrics.nelts; i-- > 0; /* void */ ) {

        if (ngx_memcmp(metrics[i].digest, made.digest, 16) == 0) {
            return i;
        }

        if (ln_metric_same_family(&metrics[i], &made)) {
            made.first = metrics[i].first;
        }
    }

    if (zone->metrics.nelts == LN_METRIC_NAMES) {
        return NGX_ERROR;
    }

    metric = ngx_array_push(&zone->metrics);
    if (metric == NULL) {
        return NGX_ERROR;
    }

    *metric = made;

    return zone->metrics.nelts - 1;
}


static ngx_int_t
ln_metric_find(ln_shared_t *shared, const ln_metric_t *metric)
{
    ngx_uint_t         i, width, most, *used;
    ln_metric_name_t  *name;

    for (i = 0; i < shared->nnames; i++) {
        if (ngx_memcmp(shared->names[i].digest, metric->digest, 16) == 0) {
            return shared->names[i].slot;
        }
    }

    width = ln_metric_width(metric->kind);

    if (metric->kind == LN_GAUGE) {
        used = &shared->ngauges;
        most = LN_GAUGE_SLOTS;

    } else {
        used = &shared->nslots;
        most = LN_METRIC_SLOTS;
    }

    if (shared->nnames == LN_METRIC_NAMES || *used + width > most) {
        return NGX_ERROR;
    }

    name = &shared->names[shared->nnames++];
    ngx_memcpy(name->digest, metric->digest, 16);
    name->slot = *used;
    *used += width;

    return name->slot;
}


void
ln_metric_attach(ln_zone_t *zone, ngx_log_t *log)
{
    ngx_uint_t    i;
    ln_metric_t  *metrics;

    metrics = zone->metrics.elts;

    for (i = 0; i < zone->metrics.nelts; i++) {
        metrics[i].slot = ln_metric_find(zone->shared, &metrics[i]);

        if (metrics[i].slot == NGX_ERROR) {
            ngx_log_error(NGX_LOG_WARN, log, 0,
                          "legalnet: no room for the metric \"%V\" among "
                          "those of earlier configurations, "
                          "it counts again after a restart",
                          &metrics[i].family);
        }
    }
}


static ln_metric_t *
ln_metric_get(ln_zone_t *zone, ngx_int_t metric)
{
    ln_metric_t  *metrics;

    if (zone->shared == NULL
        || metric < 0 || (ngx_uint_t) metric >= zone->metrics.nelts)
    {
        return NULL;
    }

    metrics = zone->metrics.elts;

    return metrics[metric].slot == NGX_ERROR ? NULL : &metrics[metric];
}


static void
ln_metric_add(ln_zone_t *zone, ngx_uint_t slot, int64_t n)
{
    atomic_fetch_add_explicit(
                    &zone->shared->counts[ngx_worker % LN_METRIC_SHARDS][slot],
                    n, memory_order_relaxed);
}


void
ln_zone_count(ln_zone_t *zone, ngx_int_t metric, ngx_atomic_int_t n)
{
    ln_metric_t  *m;

    m = ln_metric_get(zone, metric);

    if (m == NULL) {
        return;
    }

    if (m->kind == LN_GAUGE) {
        ln_gauge_add(zone->shared, m->slot, n);

    } else if (m->kind == LN_COUNTER) {
        ln_metric_add(zone, m->slot, n);
    }
}


void
ln_zone_observe(ln_zone_t *zone, ngx_int_t metric, uint64_t usec)
{
    ngx_uint_t    i;
    ln_metric_t  *m;

    m = ln_metric_get(zone, metric);

    if (m == NULL || m->kind != LN_HISTOGRAM) {
        return;
    }

    for (i = 0; usec > ln_metric_bounds[i].usec; i++) { /* void */ }

    ln_metric_add(zone, m->slot + i, 1);
    ln_metric_add(zone, m->slot + LN_METRIC_BUCKETS, (int64_t) usec);
}


u_char *
ln_zone_label(u_char *start, u_char *p, u_char *last, const char *name,
    const ngx_str_t *value)
{
    size_t  i;

    p = ngx_slprintf(p, last, "%s%s=\"", p == start ? "" : ",", name);

    for (i = 0; i < value->len; i++) {
        switch (value->data[i]) {
        case '"':
            p = ngx_slprintf(p, last, "\\\"");
            break;
        case '\\':
            p = ngx_slprintf(p, last, "\\\\");
            break;
        case LF:
            p = ngx_slprintf(p, last, "\\n");
            break;
        default:
            if (p < last) {
                *p++ = value->data[i];
            }
        }
    }

    return ngx_slprintf(p, last, "\"");
}


static int64_t
ln_metric_value(ln_zone_t *zone, ngx_uint_t slot)
{
    int64_t     sum;
    ngx_uint_t  i;

    sum = 0;

    for (i = 0; i < LN_METRIC_SHARDS; i++) {
        sum += atomic_load_explicit(&zone->shared->counts[i][slot],
                                    memory_order_relaxed);
    }

    return sum;
}


/* Room for one line in the last buffer, or in a new one. */

static ngx_buf_t *
ln_metric_room(ln_metric_text_t *text, size_t size)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    if (text->buf && (size_t) (text->buf->end - text->buf->last) >= size) {
        return text->buf;
    }

    b = ngx_create_temp_buf(text->pool, ngx_max(size, LN_METRIC_BUFFER));
    cl = ngx_alloc_chain_link(text->pool);

    if (b == NULL || cl == NULL) {
        return NULL;
    }

    cl->buf = b;
    cl->next = NULL;
    *text->next = cl;
    text->next = &cl->next;
    text->buf = b;

    return b;
}


static ngx_int_t
ln_metric_head(ln_metric_text_t *text, const ln_metric_t *metric)
{
    ngx_buf_t  *b;

    b = ln_metric_room(text, 2 * metric->family.len + metric->help.len
                             + LN_METRIC_NUMBERS);
    if (b == NULL) {
        return NGX_ERROR;
    }

    b->last = ngx_slprintf(b->last, b->end, "# HELP %V %V\n# TYPE %V %s\n",
                           &metric->family, &metric->help, &metric->family,
                           ln_metric_kinds[metric->kind]);

    return NGX_OK;
}


static ngx_int_t
ln_metric_line(ln_metric_text_t *text, ln_zone_t *zone,
    const ln_metric_t *metric)
{
    int64_t     value;
    ngx_buf_t  *b;

    b = ln_metric_room(text, metric->family.len + metric->labels.len
                             + LN_METRIC_NUMBERS);
    if (b == NULL) {
        return NGX_ERROR;
    }

    value = metric->kind == LN_GAUGE
            ? ln_gauge_value(zone->shared, metric->slot, text->alive)
            : ln_metric_value(zone, metric->slot);

    b->last = ngx_slprintf(b->last, b->end,
                           metric->labels.len ? "%V{%V} %L\n" : "%V%V %L\n",
                           &metric->family, &metric->labels, value);

    return NGX_OK;
}


static ngx_int_t
ln_metric_histogram(ln_metric_text_t *text, ln_zone_t *zone,
    const ln_metric_t *metric)
{
    int64_t      count, sum;
    ngx_buf_t   *b;
    ngx_uint_t   i;
    const char  *comma;

    b = ln_metric_room(text, (LN_METRIC_BUCKETS + 2)
                             * (metric->family.len + metric->labels.len
                                + LN_METRIC_NUMBERS));
    if (b == NULL) {
        return NGX_ERROR;
    }

    count = 0;
    comma = metric->labels.len ? "," : "";

    for (i = 0; i < LN_METRIC_BUCKETS; i++) {
        count += ln_metric_value(zone, metric->slot + i);
        b->last = ngx_slprintf(b->last, b->end,
                               "%V_bucket{%V%sle=\"%s\"} %L\n",
                               &metric->family, &metric->labels, comma,
                               ln_metric_bounds[i].le, count);
    }

    sum = ln_metric_value(zone, metric->slot + LN_METRIC_BUCKETS);

    if (metric->labels.len) {
        b->last = ngx_slprintf(b->last, b->end,
                               "%V_sum{%V} %L.%06L\n%V_count{%V} %L\n",
                               &metric->family, &metric->labels,
                               sum / 1000000, sum % 1000000,
                               &metric->family, &metric->labels, count);
        return NGX_OK;
    }

    b->last = ngx_slprintf(b->last, b->end, "%V_sum %L.%06L\n%V_count %L\n",
                           &metric->family, sum / 1000000, sum % 1000000,
                           &metric->family, count);

    return NGX_OK;
}


/* HELP and TYPE stand once, and a family stands together. */

static ngx_int_t
ln_metric_family(ln_metric_text_t *text, ln_zone_t *zone, ngx_uint_t first)
{
    ngx_int_t     rc;
    ngx_uint_t    i;
    ln_metric_t  *metrics;

    metrics = zone->metrics.elts;

    if (metrics[first].first != first) {
        return NGX_OK;
    }

    if (ln_metric_head(text, &metrics[first]) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = first; i < zone->metrics.nelts; i++) {

        if (metrics[i].slot == NGX_ERROR
            || metrics[i].first != first)
        {
            continue;
        }

        rc = metrics[i].kind == LN_HISTOGRAM
             ? ln_metric_histogram(text, zone, &metrics[i])
             : ln_metric_line(text, zone, &metrics[i]);

        if (rc != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_chain_t *
ln_zone_metrics(ln_zone_t *zone, ngx_pool_t *pool, size_t *length)
{
    ngx_uint_t         i;
    ngx_chain_t       *cl;
    ln_metric_text_t   text;

    if (zone->shared == NULL) {
        return NULL;
    }

    ngx_memzero(&text, sizeof(ln_metric_text_t));
    text.pool = pool;
    text.next = &text.first;
    text.alive = ln_gauge_owners(zone->shared);

    for (i = 0; i < zone->metrics.nelts; i++) {
        if (ln_metric_family(&text, zone, i) != NGX_OK) {
            return NULL;
        }
    }

    *length = 0;

    for (cl = text.first; cl; cl = cl->next) {
        *length += ngx_buf_size(cl->buf);
    }

    return text.first;
}
