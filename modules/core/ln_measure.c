
/*
 * What features count: rows of their .measures, as metrics of the zone.
 */

#include "ln_core.h"


typedef struct {
    const ln_feature_t  *feature;
    ngx_uint_t           n;
    ngx_int_t           *metrics;      /* per row */
    int64_t             *values;       /* of gauges, in this worker */
} ln_measures_t;


static ngx_int_t ln_measure_add(ngx_conf_t *cf, ln_app_t *app,
    const ln_feature_t *feature);
static ln_measures_t *ln_measure_find(const ln_feature_t *feature,
    ngx_uint_t place, ln_zone_t **zone);


ngx_int_t
ln_measure_init(ngx_conf_t *cf, ln_app_t *app)
{
    ngx_uint_t            i;
    const ln_feature_t  **features;

    if (ngx_array_init(&app->measures, cf->pool, 2, sizeof(ln_measures_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    features = app->features.elts;

    for (i = 0; i < app->features.nelts; i++) {
        if (features[i]->measures
            && ln_measure_add(cf, app, features[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_measure_add(ngx_conf_t *cf, ln_app_t *app, const ln_feature_t *feature)
{
    ngx_uint_t           i;
    ln_measures_t       *measures;
    const ln_measure_t  *row;

    measures = ngx_array_push(&app->measures);
    if (measures == NULL) {
        return NGX_ERROR;
    }

    measures->feature = feature;

    for (i = 0; feature->measures[i].name; i++) { /* void */ }

    measures->n = i;
    measures->metrics = ngx_palloc(cf->pool, (i + 1) * sizeof(ngx_int_t));
    measures->values = ngx_pcalloc(cf->pool, (i + 1) * sizeof(int64_t));

    if (measures->metrics == NULL || measures->values == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < measures->n; i++) {
        row = &feature->measures[i];

        measures->metrics[i] = ln_zone_metric(app->zone, row->kind, row->name,
                                              row->help, row->labels);

        if (measures->metrics[i] == NGX_ERROR) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "legalnet: no room for the measures of "
                               "feature \"%s\"", feature->name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ln_measures_t *
ln_measure_find(const ln_feature_t *feature, ngx_uint_t place,
    ln_zone_t **zone)
{
    ln_app_t       *app;
    ngx_uint_t      i;
    ln_measures_t  *measures;

    app = ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                              ngx_http_legalnet_module);
    measures = app->measures.elts;
    *zone = app->zone;

    for (i = 0; i < app->measures.nelts; i++) {
        if (measures[i].feature == feature && place < measures[i].n) {
            return &measures[i];
        }
    }

    ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                  "legalnet: feature \"%s\" has no measure %ui",
                  feature->name, place);

    return NULL;
}


void
ln_measure_count(const ln_feature_t *feature, ngx_uint_t place, int64_t n)
{
    ln_zone_t      *zone;
    ln_measures_t  *measures;

    measures = ln_measure_find(feature, place, &zone);

    if (measures) {
        ln_zone_count(zone, measures->metrics[place], (ngx_atomic_int_t) n);
    }
}


void
ln_measure_set(const ln_feature_t *feature, ngx_uint_t place, int64_t n)
{
    ln_zone_t      *zone;
    ln_measures_t  *measures;

    measures = ln_measure_find(feature, place, &zone);

    if (measures) {
        ln_zone_count(zone, measures->metrics[place],
                      (ngx_atomic_int_t) (n - measures->values[place]));
        measures->values[place] = n;
    }
}


void
ln_measure_observe(const ln_feature_t *feature, ngx_uint_t place,
    int64_t usec)
{
    ln_zone_t      *zone;
    ln_measures_t  *measures;

    measures = ln_measure_find(feature, place, &zone);

    if (measures) {
        ln_zone_observe(zone, measures->metrics[place],
                        usec > 0 ? (uint64_t) usec : 0);
    }
}
