
/*
 * The headers that every answer carries, and the body.
 */

#include "ln_core.h"


static ngx_int_t ln_respond_common(ln_request_t *lr);


ngx_http_request_t *
ln_http_request(ln_request_t *lr)
{
    return lr->r;
}


const ln_principal_t *
ln_principal(ln_request_t *lr)
{
    return &lr->principal;
}


ngx_pool_t *
ln_pool(ln_request_t *lr)
{
    return lr->r->pool;
}


ngx_int_t
ln_respond_json(ln_request_t *lr, ngx_uint_t status, ngx_str_t *json)
{
    static ngx_str_t  type = ngx_string("application/json");

    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    if (json == NULL || json->len == 0) {
        return ln_respond(lr, status, NULL, NULL, 0);
    }

    b = ngx_calloc_buf(lr->r->pool);
    cl = ngx_alloc_chain_link(lr->r->pool);

    if (b == NULL || cl == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->pos = json->data;
    b->last = json->data + json->len;
    b->memory = 1;

    cl->buf = b;
    cl->next = NULL;

    return ln_respond(lr, status, &type, cl, json->len);
}


ngx_int_t
ln_respond(ln_request_t *lr, ngx_uint_t status, ngx_str_t *type,
    ngx_chain_t *body, size_t length)
{
    ngx_int_t            rc;
    ngx_chain_t         *cl;
    ngx_http_request_t  *r;

    r = lr->r;
    lr->answered = 1;

    if (r->request_body == NULL
        && ngx_http_discard_request_body(r) != NGX_OK)
    {
        /* a body that cannot even be skipped: the answer is the last one */
        r->keepalive = 0;
    }

    /* nginx's own filter would turn a committed POST with If-Match into 412 */
    if (!(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))
        || status != NGX_HTTP_OK)
    {
        r->disable_not_modified = 1;
    }

    r->headers_out.status = status;
    r->headers_out.content_length_n = length;

    if (type) {
        r->headers_out.content_type = *type;
        r->headers_out.content_type_len = type->len;
        r->headers_out.content_type_lowcase = NULL;
    }

    if (ln_respond_common(lr) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (body == NULL) {
        r->header_only = 1;
    }

    rc = ngx_http_send_header(r);

    if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) {
        return rc;
    }

    for (cl = body; cl->next; cl = cl->next) { /* void */ }

    cl->buf->last_buf = (r == r->main);
    cl->buf->last_in_chain = 1;

    return ngx_http_output_filter(r, body);
}


static ngx_int_t
ln_respond_common(ln_request_t *lr)
{
    static ngx_str_t  no_store = ngx_string("no-store");
    static ngx_str_t  revalidate = ngx_string("public, no-cache");

    ngx_str_t            id, *cache;
    ngx_http_request_t  *r;

    r = lr->r;

    id.data = lr->id;
    id.len = LN_REQUEST_ID;

    /* An entity tag is set where the answer is one that we cache. */
    cache = (r->headers_out.etag && lr->endpoint && lr->endpoint->public
             && r->headers_out.status == NGX_HTTP_OK)
            ? &revalidate : &no_store;

    if (ln_header(r, "Cache-Control", cache) == NULL
        || ln_header(r, "X-Request-Id", &id) == NULL)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


ngx_table_elt_t *
ln_header(ngx_http_request_t *r, const char *name, const ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NULL;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value = *value;

    return h;
}


void
ln_finish(ln_request_t *lr, ngx_int_t rc)
{
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    r = lr->r;
    c = r->connection;

    ngx_http_finalize_request(r, rc);
    ngx_http_run_posted_requests(c);
}
