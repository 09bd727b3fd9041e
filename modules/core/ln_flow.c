
/*
 * From parameters to the route's work:
 *
 *     before      what the look-up needs and the client did not send
 *     lookup      one row of what there is, read outside any transaction
 *     prepare     the feature's decision; it may go through threads
 *     work        handler, steps or statement
 *
 * What takes long (a password's hash) thus happens before a transaction
 * holds a connection, and what it found is bound like a parameter.
 */

#include "ln_core.h"


typedef struct {
    ln_request_t        *lr;
    ln_op_t             *op;
    ln_value_t          *row;          /* NULL: none found */
} ln_lookup_t;


static ngx_int_t ln_lookup_start(ln_request_t *lr);
static ngx_int_t ln_lookup_row(void *data, const ln_value_t *row);
static void ln_lookup_done(void *data, const ln_db_result_t *result);
static void ln_lookup_cleanup(void *data);
static ngx_int_t ln_flow_prepare(ln_request_t *lr, const ln_value_t *row);
static ngx_int_t ln_flow_work(ln_request_t *lr);


ngx_int_t
ln_flow_start(ln_request_t *lr)
{
    ngx_int_t  rc;

    if (lr->endpoint->route->before) {
        rc = lr->endpoint->route->before(lr);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    if (lr->endpoint->lookup.stmt) {
        return ln_lookup_start(lr);
    }

    if (lr->endpoint->route->prepare) {
        return ln_flow_prepare(lr, NULL);
    }

    return ln_flow_work(lr);
}


static ngx_int_t
ln_lookup_start(ln_request_t *lr)
{
    ngx_int_t            rc;
    ln_value_t           args[LN_MAX_BINDS];
    ln_scope_t           scope;
    ln_lookup_t         *lookup;
    ngx_http_cleanup_t  *cln;

    rc = ln_params_derive(lr);
    if (rc != NGX_OK) {
        return rc;
    }

    lookup = ngx_pcalloc(lr->r->pool, sizeof(ln_lookup_t));
    cln = ngx_http_cleanup_add(lr->r, 0);

    if (lookup == NULL || cln == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    lookup->lr = lr;

    cln->handler = ln_lookup_cleanup;
    cln->data = lookup;

    ngx_memzero(&scope, sizeof(ln_scope_t));
    scope.lr = lr;

    ln_bind(&scope, &lr->endpoint->lookup, args);

    lookup->op = ln_db_query(lr->conf->db, lr->endpoint->lookup.sql, args,
                             ln_lookup_row, ln_lookup_done, lookup);

    if (lookup->op == NULL) {
        return ln_fail_db(lr, LN_DB_UNAVAILABLE);
    }

    lr->r->main->count++;
    lr->r->read_event_handler = ngx_http_test_reading;
    lr->r->write_event_handler = ngx_http_request_empty_handler;

    return NGX_DONE;
}


static ngx_int_t
ln_lookup_row(void *data, const ln_value_t *row)
{
    ln_lookup_t *lookup = data;

    size_t       len;
    ngx_uint_t   i, n;
    ngx_pool_t  *pool;
    ln_value_t  *copy;

    if (lookup->row) {
        return NGX_OK;
    }

    pool = lookup->lr->r->pool;
    n = lookup->lr->endpoint->lookup.sql->ncolumns;

    copy = ngx_pcalloc(pool, n * sizeof(ln_value_t));
    if (copy == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        copy[i] = row[i];
        len = row[i].string.len;

        if (row[i].set && len) {
            copy[i].string.data = ngx_pnalloc(pool, len);
            if (copy[i].string.data == NULL) {
                return NGX_ERROR;
            }

            ngx_memcpy(copy[i].string.data, row[i].string.data, len);
        }
    }

    lookup->row = copy;

    return NGX_OK;
}


static void
ln_lookup_done(void *data, const ln_db_result_t *result)
{
    ln_lookup_t *lookup = data;

    ln_request_t  *lr;

    lr = lookup->lr;
    lookup->op = NULL;
    lr->r->read_event_handler = ngx_http_block_reading;

    ln_finish(lr, result->rc == LN_DB_OK ? ln_flow_prepare(lr, lookup->row)
                                         : ln_fail_db(lr, result->rc));
}


static void
ln_lookup_cleanup(void *data)
{
    ln_lookup_t *lookup = data;

    if (lookup->op) {
        ln_op_detach(lookup->op);
        lookup->op = NULL;
    }
}


static ngx_int_t
ln_flow_prepare(ln_request_t *lr, const ln_value_t *row)
{
    ngx_int_t  rc;

    lr->preparing = 1;

    rc = lr->endpoint->route->prepare(lr, row);
    if (rc != NGX_OK) {
        return rc;
    }

    return ln_flow_work(lr);
}


static ngx_int_t
ln_flow_work(ln_request_t *lr)
{
    lr->preparing = 0;

    if (lr->endpoint->route->handler) {
        return lr->endpoint->route->handler(lr);
    }

    if (lr->endpoint->nsteps) {
        return ln_write_start(lr);
    }

    return ln_read_start(lr);
}


void
ln_resume(ln_request_t *lr, ngx_int_t rc)
{
    if (rc == NGX_OK && lr->preparing) {
        rc = ln_flow_work(lr);
    }

    ln_finish(lr, rc);
}


ngx_int_t
ln_set(ln_request_t *lr, const char *name, const ln_value_t *value)
{
    ngx_int_t          index;
    ln_value_t        *place;
    const ln_param_t  *param;

    index = ln_param_index(lr->endpoint, name, ngx_strlen(name));
    param = index < 0 ? NULL : &lr->endpoint->route->params[index];

    if (param == NULL || param->in != LN_COMPUTED) {
        ngx_log_error(NGX_LOG_ALERT, lr->r->connection->log, 0,
                      "legalnet: \"%s\" is no computed parameter of %V",
                      name, &lr->endpoint->name);
        return NGX_ERROR;
    }

    place = ln_values(lr, index);

    *place = *value;
    place->type = param->type;
    place->set = 1;
    lr->given[index] = 1;

    return NGX_OK;
}


ngx_int_t
ln_set_string(ln_request_t *lr, const char *name, const void *data, size_t len)
{
    ln_value_t  value;

    ngx_memzero(&value, sizeof(ln_value_t));
    value.string.data = (u_char *) data;
    value.string.len = len;

    return ln_set(lr, name, &value);
}


ngx_int_t
ln_set_integer(ln_request_t *lr, const char *name, int64_t n)
{
    ln_value_t  value;

    ngx_memzero(&value, sizeof(ln_value_t));
    value.integer = n;

    return ln_set(lr, name, &value);
}


void
ln_act_as(ln_request_t *lr, const u_char account[16])
{
    ngx_memcpy(lr->principal.account, account, 16);
    lr->principal.signed_in = 1;
}
