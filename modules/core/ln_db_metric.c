
/* What the lanes of all workers say about themselves, in shared memory. */

#include "ln_db_internal.h"


typedef struct {
    ln_metric_e  kind;
    const char  *family;
    const char  *help;
} ln_db_family_t;


static ngx_int_t ln_db_metric_add(ngx_conf_t *cf, ln_db_t *db,
    const ln_db_family_t *family, const char *lane);


static const ln_db_family_t  ln_db_families[] = {
    { LN_GAUGE, "legalnet_db_connections", "Open connections." },
    { LN_GAUGE, "legalnet_db_busy", "Connections at work." },
    { LN_GAUGE, "legalnet_db_waiting", "Questions without a connection." },
    { LN_HISTOGRAM, "legalnet_db_wait_seconds",
      "Time from the question until it is sent." },
    { LN_COUNTER, "legalnet_db_queries_total", "Queries sent." },
    { LN_COUNTER, "legalnet_db_prepares_total", "Statements prepared." },
    { LN_COUNTER, "legalnet_db_retries_total",
      "Questions asked again on another connection." },
    { LN_COUNTER, "legalnet_db_timeouts_total", "Deadlines that passed." },
    { LN_COUNTER, "legalnet_db_refused_total",
      "Questions refused: queue full or circuit open." },
    { LN_COUNTER, "legalnet_db_connects_total", "Connections made." },
    { LN_COUNTER, "legalnet_db_connect_errors_total",
      "Connections that could not be made." }
};

_Static_assert(sizeof(ln_db_families) / sizeof(ln_db_families[0])
               == LN_DB_M_LANE, "a family for every metric");


static const ln_db_family_t  ln_db_circuit = {
    LN_GAUGE, "legalnet_db_circuit_open",
    "Workers that refuse questions because the database is away."
};


ngx_int_t
ln_db_set_zone(ngx_conf_t *cf, ln_db_t *db, ln_zone_t *zone)
{
    ngx_int_t   metric;
    ngx_uint_t  i, m;

    for (i = LN_LANE_POINT; i < LN_LANES; i++) {
        for (m = 0; m < LN_DB_M_LANE; m++) {
            db->zone = zone;
            metric = ln_db_metric_add(cf, db, &ln_db_families[m],
                                      db->lanes[i].name);
            if (metric == NGX_ERROR) {
                return NGX_ERROR;
            }

            db->lanes[i].metrics[m] = metric;
        }
    }

    db->circuit_metric = ln_db_metric_add(cf, db, &ln_db_circuit, NULL);

    return db->circuit_metric == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ln_db_metric_add(ngx_conf_t *cf, ln_db_t *db, const ln_db_family_t *family,
    const char *lane)
{
    u_char  *labels, *p;
    size_t   size;

    size = sizeof("database=\"\",lane=\"report\"") + db->name.len;

    labels = ngx_pnalloc(cf->pool, size);
    if (labels == NULL) {
        return NGX_ERROR;
    }

    p = ngx_sprintf(labels, "database=\"%V\"", &db->name);

    if (lane) {
        p = ngx_sprintf(p, ",lane=\"%s\"", lane);
    }

    *p = '\0';

    return ln_zone_metric(db->zone, family->kind, family->family,
                          family->help, (char *) labels);
}


void
ln_lane_count(ln_lane_t *lane, ln_db_metric_e metric, ngx_atomic_int_t n)
{
    if (lane->db->zone) {
        ln_zone_count(lane->db->zone, lane->metrics[metric], n);
    }
}


void
ln_lane_waited(ln_lane_t *lane, ngx_msec_t ms)
{
    if (lane->db->zone) {
        ln_zone_observe(lane->db->zone, lane->metrics[LN_DB_M_WAIT],
                        (uint64_t) ms * 1000);
    }
}


void
ln_circuit_count(ln_db_t *db, ngx_atomic_int_t n)
{
    if (db->zone) {
        ln_zone_count(db->zone, db->circuit_metric, n);
    }
}
