
/*
 * Whom a feature calls, by a name of its choice: what is counted, and how much
 * may run at a time.
 */

#include "ln_core.h"
#include "ln_http.h"


static ngx_int_t ln_http_target_add(ngx_conf_t *cf, ln_app_t *app,
    const char *name);


static const char *const  ln_http_results[LN_HTTP_RESULTS] = {
    "ok", "busy", "unreachable", "untrusted", "timeout", "too_large", "broken"
};


const char *
ln_http_result_name(ln_http_e rc)
{
    return ln_http_results[rc];
}


ngx_int_t
ln_http_init(ngx_conf_t *cf, ln_app_t *app)
{
    ngx_uint_t            i;
    const char *const    *name;
    const ln_feature_t  **features;

    if (ngx_array_init(&app->targets, cf->pool, 4, sizeof(ln_http_target_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    features = app->features.elts;

    for (i = 0; i < app->features.nelts; i++) {

        for (name = features[i]->targets; name && *name; name++) {

            if (ln_http_target(app, *name) == NULL
                && ln_http_target_add(cf, app, *name) != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_http_target_add(ngx_conf_t *cf, ln_app_t *app, const char *name)
{
    u_char             labels[128], *p, *last;
    ngx_str_t          result;
    ngx_uint_t         i;
    ln_zone_t         *zone;
    ln_http_target_t  *target;

    zone = app->zone;

    target = ngx_array_push(&app->targets);
    if (target == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(target, sizeof(ln_http_target_t));
    target->name.data = (u_char *) name;
    target->name.len = ngx_strlen(name);

    last = labels + sizeof(labels) - 1;
    p = ln_zone_label(labels, labels, last, "target", &target->name);
    *p = '\0';

    target->metric_running = ln_zone_metric(zone, LN_GAUGE,
                                            "legalnet_http_calls_running",
                                            "Calls of other servers.",
                                            (char *) labels);
    target->metric_time = ln_zone_metric(zone, LN_HISTOGRAM,
                                         "legalnet_http_call_duration_seconds",
                                         "Time of a call of another server.",
                                         (char *) labels);

    for (i = 0; i < LN_HTTP_RESULTS; i++) {
        result.data = (u_char *) ln_http_results[i];
        result.len = ngx_strlen(result.data);
        *ln_zone_label(labels, p, last, "result", &result) = '\0';

        target->metric_results[i] = ln_zone_metric(zone, LN_COUNTER,
                                          "legalnet_http_calls_total",
                                          "Calls of other servers by result.",
                                          (char *) labels);

        if (target->metric_results[i] == NGX_ERROR) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "legalnet: no room for the metrics of \"%s\"",
                               name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ln_http_target_t *
ln_http_target(ln_app_t *app, const char *name)
{
    ngx_uint_t         i;
    ln_http_target_t  *targets;

    targets = app->targets.elts;

    for (i = 0; i < app->targets.nelts; i++) {
        if (ngx_strcmp(targets[i].name.data, name) == 0) {
            return &targets[i];
        }
    }

    return NULL;
}
