
/*
 * The content handler.  A location that says `legalnet NAME` answers paths
 * below /api/ (after legalnet_prefix) from the routes that features
 * registered; every other path goes on to whatever else serves it.
 */

#include "ln_core.h"


static ngx_int_t ln_path(ngx_http_request_t *r, ln_loc_conf_t *conf,
    ngx_str_t *path);
static ngx_int_t ln_route(ln_request_t *lr);
static ngx_int_t ln_not_allowed(ln_request_t *lr, ngx_uint_t allow);
static ngx_uint_t ln_feature_on(ln_loc_conf_t *conf, const char *name);
static ngx_int_t ln_authorize(ln_request_t *lr);
static ngx_int_t ln_body_start(ln_request_t *lr);
static void ln_body_done(ngx_http_request_t *r);
static ngx_int_t ln_body_string(ngx_http_request_t *r, ngx_str_t *body);
static ngx_int_t ln_work(ln_request_t *lr, ngx_str_t *body);


ngx_int_t
ln_handler(ngx_http_request_t *r)
{
    ngx_int_t       rc;
    ngx_str_t       path;
    ln_request_t   *lr;
    ln_loc_conf_t  *conf;

    conf = ngx_http_get_module_loc_conf(r, ngx_http_legalnet_module);

    if (conf->db == NULL || ln_path(r, conf, &path) != NGX_OK) {
        return NGX_DECLINED;
    }

    lr = ngx_pcalloc(r->pool, sizeof(ln_request_t));
    if (lr == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    lr->r = r;
    lr->app = conf->app;
    lr->conf = conf;
    lr->path = path;

    ln_request_id(r, lr->id);
    ngx_http_set_ctx(r, lr, ngx_http_legalnet_module);

    rc = ln_route(lr);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ln_operations_migrated(lr);
    if (rc != NGX_OK) {
        return rc;
    }

    rc = ln_authorize(lr);
    if (rc != NGX_OK) {
        return rc;
    }

    if (lr->endpoint->route->method == NGX_HTTP_POST
        || lr->endpoint->route->method == NGX_HTTP_PUT)
    {
        return ln_body_start(lr);
    }

    rc = ngx_http_discard_request_body(r);
    if (rc != NGX_OK) {
        return rc;
    }

    return ln_work(lr, NULL);
}


/* The path behind the prefix, when it is the API's. */

static ngx_int_t
ln_path(ngx_http_request_t *r, ln_loc_conf_t *conf, ngx_str_t *path)
{
    *path = r->uri;

    if (conf->prefix.len) {

        if (path->len < conf->prefix.len
            || ngx_memcmp(path->data, conf->prefix.data, conf->prefix.len)
               != 0)
        {
            return NGX_DECLINED;
        }

        path->data += conf->prefix.len;
        path->len -= conf->prefix.len;
    }

    return (path->len >= 5 && ngx_memcmp(path->data, "/api/", 5) == 0)
           ? NGX_OK : NGX_DECLINED;
}


static ngx_int_t
ln_route(ln_request_t *lr)
{
    ngx_int_t       rc;
    ngx_uint_t      allow;
    ln_endpoint_t  *endpoint;

    endpoint = NULL;

    rc = ln_router_find(lr->app, lr->r->method, &lr->path, &endpoint,
                        lr->path_values, &allow);

    if (rc == NGX_HTTP_NOT_ALLOWED) {
        return ln_not_allowed(lr, allow);
    }

    if (rc != NGX_OK || !ln_feature_on(lr->conf, endpoint->feature->name)) {
        return ln_fail(lr, NGX_HTTP_NOT_FOUND, "not_found");
    }

    lr->endpoint = endpoint;

    if (lr->conf->read_only
        && (endpoint->route->method != NGX_HTTP_GET || endpoint->nsteps))
    {
        return ln_fail(lr, NGX_HTTP_SERVICE_UNAVAILABLE, "read_only");
    }

    return NGX_OK;
}


/* 405 with what would be allowed (RFC 9110, 15.5.6); OPTIONS just says it. */

static ngx_int_t
ln_not_allowed(ln_request_t *lr, ngx_uint_t allow)
{
    static const struct {
        ngx_uint_t   method;
        const char  *name;
    } methods[] = {
        { NGX_HTTP_GET,    "GET" },
        { NGX_HTTP_HEAD,   "HEAD" },
        { NGX_HTTP_POST,   "POST" },
        { NGX_HTTP_PUT,    "PUT" },
        { NGX_HTTP_DELETE, "DELETE" }
    };

    u_char      *p;
    ngx_int_t    rc;
    ngx_str_t    value;
    ngx_uint_t   i;

    p = ngx_pnalloc(lr->r->pool, sizeof("GET, HEAD, POST, PUT, DELETE"));
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    value.data = p;

    for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {

        if (allow & methods[i].method) {
            p = ngx_sprintf(p, "%s%s", p > value.data ? ", " : "",
                            methods[i].name);
        }
    }

    value.len = p - value.data;

    if (ln_header(lr->r, "Allow", &value) == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (lr->r->method == NGX_HTTP_OPTIONS) {
        rc = ln_respond(lr, NGX_HTTP_NO_CONTENT, NULL, NULL, 0);

        /* answered: as ln_fail(), not NGX_OK, which would go on */
        return rc == NGX_OK ? NGX_AGAIN : rc;
    }

    return ln_fail(lr, NGX_HTTP_NOT_ALLOWED, "method_not_allowed");
}


static ngx_uint_t
ln_feature_on(ln_loc_conf_t *conf, const char *name)
{
    ngx_str_t   *features;
    ngx_uint_t   i;

    if (conf->features == NULL || ngx_strcmp(name, "core") == 0) {
        return 1;
    }

    features = conf->features->elts;

    for (i = 0; i < conf->features->nelts; i++) {

        if (features[i].len == ngx_strlen(name)
            && ngx_strncmp(features[i].data, name, features[i].len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


/* Deny by default: who asks, and whether the route is for him. */

static ngx_int_t
ln_authorize(ln_request_t *lr)
{
    switch (lr->app->authenticate
            ? lr->app->authenticate(lr->r, &lr->principal) : NGX_OK)
    {
    case NGX_OK:
        break;

    case NGX_AGAIN:
        return ln_fail(lr, NGX_HTTP_SERVICE_UNAVAILABLE, "starting");

    case NGX_HTTP_FORBIDDEN:
        return ln_fail(lr, NGX_HTTP_FORBIDDEN,
                       lr->principal.refusal ? lr->principal.refusal
                                             : "forbidden");

    default:
        return ln_fail(lr, NGX_HTTP_UNAUTHORIZED,
                       lr->principal.refusal ? lr->principal.refusal
                                             : "sign_in_required");
    }

    if (lr->endpoint->public) {
        return NGX_OK;
    }

    if (!lr->principal.signed_in) {
        return ln_fail(lr, NGX_HTTP_UNAUTHORIZED,
                       lr->principal.refusal ? lr->principal.refusal
                                             : "sign_in_required");
    }

    if (lr->endpoint->signed_in) {
        return NGX_OK;
    }

    if (lr->app->permitted == NULL
        || lr->app->permitted(&lr->principal, &lr->endpoint->permission)
           != NGX_OK)
    {
        return ln_fail(lr, NGX_HTTP_FORBIDDEN, "forbidden");
    }

    return NGX_OK;
}


static ngx_int_t
ln_body_start(ln_request_t *lr)
{
    ngx_int_t            rc;
    ngx_str_t           *type;
    ngx_http_request_t  *r;

    r = lr->r;

    if (r->headers_in.content_length_n > LN_MAX_JSON_BODY) {
        return ln_fail(lr, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE,
                       "body_too_large");
    }

    if (r->headers_in.content_length_n > 0 || r->headers_in.chunked) {

        type = r->headers_in.content_type ? &r->headers_in.content_type->value
                                          : NULL;

        if (type == NULL || type->len < 16
            || ngx_strncasecmp(type->data, (u_char *) "application/json", 16)
               != 0
            || (type->len > 16 && type->data[16] != ';'
                && type->data[16] != ' '))
        {
            return ln_fail(lr, NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,
                           "unsupported_media_type");
        }
    }

    r->request_body_in_single_buf = 1;

    rc = ngx_http_read_client_request_body(r, ln_body_done);

    return rc >= NGX_HTTP_SPECIAL_RESPONSE ? rc : NGX_DONE;
}


static void
ln_body_done(ngx_http_request_t *r)
{
    ngx_int_t      rc;
    ngx_str_t      body;
    ln_request_t  *lr;

    lr = ln_request_get(r);
    rc = ln_body_string(r, &body);

    if (rc != NGX_OK) {
        rc = (rc == NGX_DECLINED)
             ? ln_fail(lr, NGX_HTTP_REQUEST_ENTITY_TOO_LARGE, "body_too_large")
             : NGX_HTTP_INTERNAL_SERVER_ERROR;

    } else {
        rc = ln_work(lr, &body);
    }

    ngx_http_finalize_request(r, rc);
}


/*
 * The body in one piece.  The merge of `legalnet` makes client_body_buffer_size
 * at least LN_MAX_JSON_BODY, so what went to a file is too large.
 */

static ngx_int_t
ln_body_string(ngx_http_request_t *r, ngx_str_t *body)
{
    u_char       *p;
    size_t        len;
    ngx_chain_t  *cl, *bufs;

    ngx_str_null(body);

    bufs = r->request_body ? r->request_body->bufs : NULL;
    len = 0;

    for (cl = bufs; cl; cl = cl->next) {

        if (cl->buf->in_file) {
            return NGX_DECLINED;
        }

        len += cl->buf->last - cl->buf->pos;
    }

    if (len > LN_MAX_JSON_BODY) {
        return NGX_DECLINED;
    }

    if (len == 0) {
        return NGX_OK;
    }

    p = ngx_pnalloc(r->pool, len);
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;
    body->len = len;

    for (cl = bufs; cl; cl = cl->next) {

        if (cl->buf->last > cl->buf->pos) {
            p = ngx_cpymem(p, cl->buf->pos, cl->buf->last - cl->buf->pos);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_work(ln_request_t *lr, ngx_str_t *body)
{
    ngx_int_t  rc;

    rc = ln_params_read(lr, body);
    if (rc != NGX_OK) {
        return rc;
    }

    if (body) {
        lr->body = *body;
    }

    return ln_flow_start(lr);
}
