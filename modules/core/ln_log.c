
/*
 * What may stand in a log: method and route, status, request id.  What
 * somebody looks for stays with him.
 *
 * nginx appends the request line, the Host and the Referer to every line that
 * it writes about a request; for requests of legalnet's locations that part is
 * replaced.  Others' requests are logged as before.
 *
 * Out of reach are the lines about a request that could not be read ("client
 * sent invalid header line: …"): they exist at level info only, so an
 * error_log of level info or debug is warned about at `nginx -t`.
 */

#include "ln_core.h"


#define LN_METRIC_STATUSES  6


static ngx_int_t ln_log_post_read(ngx_http_request_t *r);
static ngx_int_t ln_log_phase(ngx_http_request_t *r);
static u_char *ln_log_error(ngx_http_request_t *r, ngx_http_request_t *sr,
    u_char *buf, size_t len);
static ngx_uint_t ln_log_ours(ngx_http_request_t *r);
static ngx_uint_t ln_log_status(ngx_http_request_t *r);
static ln_endpoint_t *ln_log_endpoint(ngx_http_request_t *r, ln_app_t *app);
static ngx_int_t ln_log_route(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ln_log_account(ngx_http_request_t *r,
    ngx_http_variable_value_t *v, uintptr_t data);
static ngx_int_t ln_log_metrics(ngx_conf_t *cf, ln_app_t *app);
static ngx_int_t ln_log_counters(ngx_conf_t *cf, ln_app_t *app,
    ngx_str_t *route, ngx_int_t *first);
static void ln_log_warn(ngx_conf_t *cf, ngx_http_core_main_conf_t *cmcf);


/* 499: the client went away; 503: it is we who are away. */

static const char *const  ln_log_statuses[] = {
    "2xx", "3xx", "4xx", "499", "503", "5xx"
};

_Static_assert(sizeof(ln_log_statuses) / sizeof(ln_log_statuses[0])
               == LN_METRIC_STATUSES, "a name for each status");


static ngx_http_variable_t  ln_log_vars[] = {

    { ngx_string("legalnet_route"), NULL, ln_log_route, 0, 0, 0 },
    { ngx_string("legalnet_account"), NULL, ln_log_account, 0, 0, 0 },

      ngx_http_null_variable
};


/* nginx's own, for requests that are not ours: the same for all of them. */

static ngx_http_log_handler_pt  ln_log_next;


ngx_int_t
ln_log_variables(ngx_conf_t *cf, ln_app_t *app)
{
    ngx_str_t             request_id = ngx_string("request_id");
    ngx_http_variable_t  *var, *v;

    for (v = ln_log_vars; v->name.len; v++) {

        var = ngx_http_add_variable(cf, &v->name, v->flags);
        if (var == NULL) {
            return NGX_ERROR;
        }

        var->get_handler = v->get_handler;
        var->data = v->data;
    }

    app->request_id = ngx_http_get_variable_index(cf, &request_id);
    app->route = ngx_http_get_variable_index(cf, &ln_log_vars[0].name);

    return (app->request_id == NGX_ERROR || app->route == NGX_ERROR)
           ? NGX_ERROR : NGX_OK;
}


ngx_int_t
ln_log_init(ngx_conf_t *cf, ln_app_t *app)
{
    ngx_http_handler_pt        *post_read, *log;
    ngx_http_core_main_conf_t  *cmcf;

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    post_read = ngx_array_push(
                        &cmcf->phases[NGX_HTTP_POST_READ_PHASE].handlers);
    log = ngx_array_push(&cmcf->phases[NGX_HTTP_LOG_PHASE].handlers);

    if (post_read == NULL || log == NULL) {
        return NGX_ERROR;
    }

    *post_read = ln_log_post_read;
    *log = ln_log_phase;

    ln_log_warn(cf, cmcf);

    return app->zone ? ln_log_metrics(cf, app) : NGX_OK;
}


/*
 * The id that $request_id shows as well, in the access log for example.  When
 * nobody has asked for the variable yet, it gets its value here: nginx's own
 * way to it, OpenSSL's generator and a system call each time, took a quarter
 * of the instructions of an answer from the cache.
 */

void
ln_request_id(ngx_http_request_t *r, u_char *id)
{
    u_char                      bytes[LN_REQUEST_ID / 2];
    ln_app_t                   *app;
    ngx_http_variable_value_t  *v;

    app = ngx_http_get_module_main_conf(r, ngx_http_legalnet_module);
    v = &r->variables[app->request_id];

    if (v->valid && v->len == LN_REQUEST_ID) {
        ngx_memcpy(id, v->data, LN_REQUEST_ID);
        return;
    }

    ln_random(bytes, sizeof(bytes));
    ngx_hex_dump(id, bytes, sizeof(bytes));

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->len = LN_REQUEST_ID;
    v->data = id;
}


static ngx_int_t
ln_log_post_read(ngx_http_request_t *r)
{
    if (r->log_handler != ln_log_error) {
        ln_log_next = r->log_handler;
        r->log_handler = ln_log_error;
    }

    return NGX_DECLINED;
}


static u_char *
ln_log_error(ngx_http_request_t *r, ngx_http_request_t *sr, u_char *buf,
    size_t len)
{
    u_char                     *p, *last;
    ln_app_t                   *app;
    ngx_http_variable_value_t  *id, *route;
    ngx_http_core_srv_conf_t   *cscf;

    if (!ln_log_ours(r)) {
        return ln_log_next(r, sr, buf, len);
    }

    last = buf + len;
    app = ngx_http_get_module_main_conf(r, ngx_http_legalnet_module);
    cscf = ngx_http_get_module_srv_conf(r, ngx_http_core_module);
    route = ngx_http_get_indexed_variable(r, app->route);
    id = ngx_http_get_indexed_variable(r, app->request_id);

    p = ngx_slprintf(buf, last, ", server: %V", &cscf->server_name);

    if (route && route->valid && route->len) {
        p = ngx_slprintf(p, last, ", route: \"%v\"", route);
    }

    if (id && id->valid) {
        p = ngx_slprintf(p, last, ", request_id: %v", id);
    }

    return p;
}


static ngx_uint_t
ln_log_ours(ngx_http_request_t *r)
{
    ln_loc_conf_t  *conf;

    conf = ngx_http_get_module_loc_conf(r, ngx_http_legalnet_module);

    return conf->db != NULL || conf->problem;
}


static ngx_int_t
ln_log_phase(ngx_http_request_t *r)
{
    int64_t         ms;
    ln_app_t       *app;
    ngx_int_t       first;
    ngx_time_t     *now;
    ln_endpoint_t  *endpoint;

    app = ngx_http_get_module_main_conf(r, ngx_http_legalnet_module);

    /* pages are served in our locations too, but are no requests of ours */
    if (app->zone == NULL || ln_request_get(r) == NULL) {
        return NGX_OK;
    }

    endpoint = ln_log_endpoint(r, app);
    first = endpoint ? endpoint->metric_ok : app->metric_none;

    ln_zone_count(app->zone, first + ln_log_status(r), 1);

    if (endpoint) {
        now = ngx_timeofday();
        ms = (int64_t) (now->sec - r->start_sec) * 1000
             + ((int64_t) now->msec - (int64_t) r->start_msec);

        ln_zone_observe(app->zone, endpoint->metric_time,
                        ms > 0 ? ms * 1000 : 0);
    }

    return NGX_OK;
}


static ngx_uint_t
ln_log_status(ngx_http_request_t *r)
{
    ngx_uint_t  status;

    status = r->err_status ? r->err_status : r->headers_out.status;

    if (status == NGX_HTTP_CLIENT_CLOSED_REQUEST || status == 0) {
        return 3;
    }

    if (status == NGX_HTTP_SERVICE_UNAVAILABLE) {
        return 4;
    }

    if (status >= NGX_HTTP_INTERNAL_SERVER_ERROR) {
        return 5;
    }

    return status < 300 ? 0 : (status < 400 ? 1 : 2);
}


/*
 * error_page has wiped our context when nginx itself refused; the variable,
 * had it been asked for, still points at the name of its route.
 */

static ln_endpoint_t *
ln_log_endpoint(ngx_http_request_t *r, ln_app_t *app)
{
    ngx_uint_t                   i;
    ln_request_t                *lr;
    ln_endpoint_t              **endpoints;
    ngx_http_variable_value_t   *v;

    lr = ln_request_get(r);

    if (lr && lr->endpoint) {
        return lr->endpoint;
    }

    v = &r->variables[app->route];
    endpoints = app->endpoints.elts;

    for (i = 0; v->valid && i < app->endpoints.nelts; i++) {
        if (endpoints[i]->name.data == v->data) {
            return endpoints[i];
        }
    }

    return NULL;
}


/*
 * $legalnet_route, "GET /api/v1/regions/{code}": also for limit_req and the
 * error log, before the handler has found it.
 */

static ngx_int_t
ln_log_route(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    ln_app_t       *app;
    ngx_str_t       path, values[8];
    ngx_uint_t      method, allow;
    ln_request_t   *lr;
    ln_endpoint_t  *endpoint;
    ln_loc_conf_t  *conf;

    app = ngx_http_get_module_main_conf(r, ngx_http_legalnet_module);
    conf = ngx_http_get_module_loc_conf(r, ngx_http_legalnet_module);
    lr = ln_request_get(r);
    endpoint = lr ? lr->endpoint : NULL;

    if (endpoint == NULL && conf->db && r->uri.len >= conf->prefix.len) {
        path.data = r->uri.data + conf->prefix.len;
        path.len = r->uri.len - conf->prefix.len;
        method = (r->method == NGX_HTTP_HEAD) ? NGX_HTTP_GET : r->method;

        if (ln_router_find(app, method, &path, &endpoint, values, &allow)
            != NGX_OK)
        {
            endpoint = NULL;
        }
    }

    if (endpoint == NULL) {
        /* asked too early, perhaps: look again the next time */
        v->not_found = 1;
        v->no_cacheable = 1;
        return NGX_OK;
    }

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->data = endpoint->name.data;
    v->len = endpoint->name.len;

    return NGX_OK;
}


/* $legalnet_account, empty for anybody who is not signed in. */

static ngx_int_t
ln_log_account(ngx_http_request_t *r, ngx_http_variable_value_t *v,
    uintptr_t data)
{
    u_char          *p;
    ln_app_t        *app;
    ln_request_t    *lr;
    ln_principal_t   principal;

    app = ngx_http_get_module_main_conf(r, ngx_http_legalnet_module);
    lr = ln_request_get(r);
    ngx_memzero(&principal, sizeof(ln_principal_t));

    if (lr && lr->endpoint) {
        principal = lr->principal;

    } else if (app->authenticate
               && app->authenticate(r, &principal) != NGX_OK)
    {
        principal.signed_in = 0;
    }

    if (!principal.signed_in) {
        *v = ngx_http_variable_null_value;
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, 36);
    if (p == NULL) {
        return NGX_ERROR;
    }

    v->valid = 1;
    v->no_cacheable = 0;
    v->not_found = 0;
    v->data = p;
    v->len = ln_uuid_print(p, principal.account) - p;

    return NGX_OK;
}


static ngx_int_t
ln_log_metrics(ngx_conf_t *cf, ln_app_t *app)
{
    char            *labels;
    ngx_str_t        none = ngx_string("none");
    ngx_uint_t       i;
    ln_endpoint_t  **endpoints;

    if (ln_log_counters(cf, app, &none, &app->metric_none) != NGX_OK) {
        return NGX_ERROR;
    }

    endpoints = app->endpoints.elts;

    for (i = 0; i < app->endpoints.nelts; i++) {

        if (ln_log_counters(cf, app, &endpoints[i]->name,
                            &endpoints[i]->metric_ok)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    for (i = 0; i < app->endpoints.nelts; i++) {

        labels = ngx_pnalloc(cf->pool,
                             sizeof("route=\"\"") + endpoints[i]->name.len);
        if (labels == NULL) {
            return NGX_ERROR;
        }

        ngx_sprintf((u_char *) labels, "route=\"%V\"%Z", &endpoints[i]->name);

        endpoints[i]->metric_time = ln_zone_metric(app->zone, LN_HISTOGRAM,
                               "legalnet_request_seconds",
                               "Time from the request's first byte to its "
                               "end.", labels);

        if (endpoints[i]->metric_time == NGX_ERROR) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "legalnet: no room for the metrics of \"%V\"",
                               &endpoints[i]->name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* Six in a row, so that an endpoint keeps the first only. */

static ngx_int_t
ln_log_counters(ngx_conf_t *cf, ln_app_t *app, ngx_str_t *route,
    ngx_int_t *first)
{
    char        *labels;
    ngx_int_t    metric;
    ngx_uint_t   i;

    for (i = 0; i < LN_METRIC_STATUSES; i++) {

        labels = ngx_pnalloc(cf->pool, sizeof("route=\"\",status=\"2xx\"")
                                       + route->len);
        if (labels == NULL) {
            return NGX_ERROR;
        }

        ngx_sprintf((u_char *) labels, "route=\"%V\",status=\"%s\"%Z", route,
                    ln_log_statuses[i]);

        metric = ln_zone_metric(app->zone, LN_COUNTER,
                                "legalnet_requests_total",
                                "Answered requests.", labels);
        if (i == 0) {
            *first = metric;
        }

        if (metric == NGX_ERROR || metric != *first + (ngx_int_t) i) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "legalnet: no room for the metrics of \"%V\"",
                               route);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void
ln_log_warn(ngx_conf_t *cf, ngx_http_core_main_conf_t *cmcf)
{
    ngx_log_t                  *log;
    ngx_uint_t                  i;
    ngx_http_core_loc_conf_t   *clcf;
    ngx_http_core_srv_conf_t  **cscfp;

    cscfp = cmcf->servers.elts;

    for (i = 0; i < cmcf->servers.nelts; i++) {
        clcf = cscfp[i]->ctx->loc_conf[ngx_http_core_module.ctx_index];

        for (log = clcf->error_log; log; log = log->next) {

            if (log->log_level >= NGX_LOG_INFO) {
                ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                                   "legalnet: an error_log of level \"info\" "
                                   "or \"debug\" holds what clients sent: use "
                                   "\"notice\" or higher in production");
                return;
            }
        }
    }
}
