
/*
 * What whoever runs the service asks, on a listener of its own:
 *
 *     legalnet_health    the process lives: 200
 *     legalnet_ready     every database answers and has the migrations that
 *                        the features need: 200, else 503; both as JSON
 *     legalnet_metrics   Prometheus text
 */

#include "ln_schema.h"


#define LN_MAX_READY      (16 * 1024)


/* A /readyz under way. */

typedef struct ln_ready_s  ln_ready_t;

typedef struct {
    ln_look_t      look;               /* first: rows are given to it */
    ln_ready_t    *ready;
    ln_db_t       *db;
    ln_op_t       *op;
    ln_db_rc_e     rc;
} ln_ready_db_t;

struct ln_ready_s {
    ngx_http_request_t  *r;
    ln_app_t            *app;
    ln_ready_db_t       *dbs;
    ngx_uint_t           pending;
};


static char *ln_operations_location(ngx_conf_t *cf,
    ngx_http_handler_pt handler);
static ngx_int_t ln_health_handler(ngx_http_request_t *r);
static ngx_int_t ln_ready_handler(ngx_http_request_t *r);
static void ln_ready_done(void *data, const ln_db_result_t *result);
static void ln_ready_cleanup(void *data);
static ngx_int_t ln_ready_answer(ln_ready_t *ready);
static ngx_int_t ln_ready_database(ln_json_t *json, ln_ready_db_t *db);
static ngx_int_t ln_metrics_handler(ngx_http_request_t *r);
static ngx_int_t ln_metrics_append(ngx_http_request_t *r, ln_app_t *app,
    ngx_chain_t **last, size_t *length);
static ngx_int_t ln_operations_method(ngx_http_request_t *r);
static ngx_int_t ln_operations_send(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *type, ngx_chain_t *body, size_t length);
static ngx_chain_t *ln_operations_text(ngx_pool_t *pool, ngx_str_t *text);


static ngx_str_t  ln_type_json = ngx_string("application/json");
static ngx_str_t  ln_type_text = ngx_string("text/plain; version=0.0.4");


char *
ln_operations_health(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    return ln_operations_location(cf, ln_health_handler);
}


char *
ln_operations_ready(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    return ln_operations_location(cf, ln_ready_handler);
}


char *
ln_operations_metrics(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    return ln_operations_location(cf, ln_metrics_handler);
}


static char *
ln_operations_location(ngx_conf_t *cf, ngx_http_handler_pt handler)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = handler;

    return NGX_CONF_OK;
}


static ngx_int_t
ln_health_handler(ngx_http_request_t *r)
{
    ngx_int_t          rc;
    ngx_chain_t       *body;
    static ngx_str_t   text = ngx_string("{\"status\":\"alive\"}\n");

    rc = ln_operations_method(r);
    if (rc != NGX_OK) {
        return rc;
    }

    body = ln_operations_text(r->pool, &text);
    if (body == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ln_operations_send(r, NGX_HTTP_OK, &ln_type_json, body, text.len);
}


static ngx_int_t
ln_ready_handler(ngx_http_request_t *r)
{
    ln_app_t            *app;
    ngx_int_t            rc;
    ngx_uint_t           i;
    ln_ready_t          *ready;
    ln_db_t            **databases;
    ngx_pool_cleanup_t  *cleanup;

    rc = ln_operations_method(r);
    if (rc != NGX_OK) {
        return rc;
    }

    app = ngx_http_get_module_main_conf(r, ngx_http_legalnet_module);
    databases = app->databases.elts;

    ready = ngx_pcalloc(r->pool, sizeof(ln_ready_t));
    cleanup = ngx_pool_cleanup_add(r->pool, 0);

    if (ready == NULL || cleanup == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ready->r = r;
    ready->app = app;
    ready->dbs = ngx_pcalloc(r->pool,
                             app->databases.nelts * sizeof(ln_ready_db_t));
    if (ready->dbs == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cleanup->handler = ln_ready_cleanup;
    cleanup->data = ready;

    for (i = 0; i < app->databases.nelts; i++) {
        ready->dbs[i].ready = ready;
        ready->dbs[i].rc = LN_DB_UNAVAILABLE;
        ready->dbs[i].db = databases[i];

        if (app->operations) {
            ready->dbs[i].op = ln_schema_look(app, databases[i],
                                              ln_ready_done, &ready->dbs[i]);
        }

        if (ready->dbs[i].op) {
            ready->pending++;
        }
    }

    if (ready->pending == 0) {
        return ln_ready_answer(ready);
    }

    r->main->count++;

    return NGX_DONE;
}


static void
ln_ready_done(void *data, const ln_db_result_t *result)
{
    ln_ready_db_t *db = data;

    ln_ready_t        *ready;
    ngx_connection_t  *c;

    db->op = NULL;
    db->rc = result->rc;

    ready = db->ready;

    if (--ready->pending) {
        return;
    }

    c = ready->r->connection;

    ngx_http_finalize_request(ready->r, ln_ready_answer(ready));
    ngx_http_run_posted_requests(c);
}


/* The asker went away before the databases answered. */

static void
ln_ready_cleanup(void *data)
{
    ln_ready_t *ready = data;

    ngx_uint_t  i;

    for (i = 0; i < ready->app->databases.nelts; i++) {

        if (ready->dbs[i].op) {
            ln_op_detach(ready->dbs[i].op);
            ready->dbs[i].op = NULL;
        }
    }
}


static ngx_int_t
ln_ready_answer(ln_ready_t *ready)
{
    ngx_int_t     rc;
    ln_json_t     json;
    ngx_str_t     text;
    ngx_uint_t    i;
    ngx_chain_t  *body;

    rc = NGX_OK;

    ln_json_init(&json, ready->r->pool, LN_MAX_READY);
    ln_json_text(&json, "{\"databases\":[");

    for (i = 0; i < ready->app->databases.nelts; i++) {
        ln_json_raw(&json, ",", i ? 1 : 0);

        if (ln_ready_database(&json, &ready->dbs[i]) != NGX_OK) {
            rc = NGX_DECLINED;
        }
    }

    ln_json_text(&json, "],\"status\":");
    ln_json_cstring(&json, rc == NGX_OK ? "ready" : "not_ready");
    ln_json_text(&json, "}\n");

    if (ln_json_flat(&json, &text) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    body = ln_operations_text(ready->r->pool, &text);
    if (body == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ln_operations_send(ready->r, rc == NGX_OK
                                        ? NGX_HTTP_OK
                                        : NGX_HTTP_SERVICE_UNAVAILABLE,
                              &ln_type_json, body, text.len);
}


static ngx_int_t
ln_ready_database(ln_json_t *json, ln_ready_db_t *db)
{
    ngx_int_t   rc;
    ngx_str_t   highest;

    ln_json_text(json, "{\"name\":");
    ln_json_string(json, ln_db_name(db->db));

    if (db->rc != LN_DB_OK) {
        ln_json_text(json, ",\"status\":");
        ln_json_cstring(json, db->rc == LN_DB_FAILED ? "migrations_missing"
                              : db->rc == LN_DB_TIMEOUT ? "timeout"
                              : "unavailable");
        ln_json_text(json, "}");
        return NGX_DECLINED;
    }

    highest.data = db->look.highest;
    highest.len = db->look.length;

    ln_json_text(json, ",\"migration\":");
    ln_json_string(json, &highest);
    ln_json_text(json, ",\"missing\":[");

    rc = ln_schema_complete(&db->look, json);

    ln_json_text(json, "],\"status\":");
    ln_json_cstring(json, rc == NGX_OK ? "ok" : "migrations_missing");
    ln_json_text(json, "}");

    return rc;
}


static ngx_int_t
ln_metrics_handler(ngx_http_request_t *r)
{
    size_t        length;
    ln_app_t     *app;
    ngx_int_t     rc;
    ngx_str_t     text;
    ngx_chain_t  *body, *last;

    static ngx_str_t  build = ngx_string(
        "# HELP legalnet_build_info What runs here.\n"
        "# TYPE legalnet_build_info gauge\n"
        "legalnet_build_info{version=\"" LN_RELEASE "\",nginx=\""
        NGINX_VERSION "\"} 1\n");

    rc = ln_operations_method(r);
    if (rc != NGX_OK) {
        return rc;
    }

    app = ngx_http_get_module_main_conf(r, ngx_http_legalnet_module);
    text = build;

    body = ln_operations_text(r->pool, &text);
    if (body == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    last = body;
    length = text.len;

    if (ln_metrics_append(r, app, &last, &length) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ln_operations_send(r, NGX_HTTP_OK, &ln_type_text, body, length);
}


static ngx_int_t
ln_metrics_append(ngx_http_request_t *r, ln_app_t *app, ngx_chain_t **last,
    size_t *length)
{
    size_t  size;

    if (app->zone) {
        size = 0;

        (*last)->next = ln_zone_metrics(app->zone, r->pool, &size);
        if ((*last)->next == NULL) {
            return NGX_ERROR;
        }

        *length += size;

        while ((*last)->next) {
            *last = (*last)->next;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_operations_method(ngx_http_request_t *r)
{
    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))) {
        return NGX_HTTP_NOT_ALLOWED;
    }

    return ngx_http_discard_request_body(r);
}


static ngx_int_t
ln_operations_send(ngx_http_request_t *r, ngx_uint_t status, ngx_str_t *type,
    ngx_chain_t *body, size_t length)
{
    static const ngx_str_t  no_store = ngx_string("no-store");

    ngx_int_t     rc;
    ngx_chain_t  *last;

    if (ln_header(r, "Cache-Control", &no_store) == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = length;
    r->headers_out.content_type = *type;
    r->headers_out.content_type_len = type->len;

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    for (last = body; last->next; last = last->next) { /* void */ }

    last->buf->last_buf = 1;
    last->buf->last_in_chain = 1;

    return ngx_http_output_filter(r, body);
}


static ngx_chain_t *
ln_operations_text(ngx_pool_t *pool, ngx_str_t *text)
{
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    b = ngx_calloc_buf(pool);
    cl = ngx_alloc_chain_link(pool);

    if (b == NULL || cl == NULL) {
        return NULL;
    }

    b->pos = text->data;
    b->last = text->data + text->len;
    b->memory = 1;

    cl->buf = b;
    cl->next = NULL;

    return cl;
}
