
#include "ln_idempotency.h"


static ngx_int_t ln_key_scope(ln_request_t *lr, ngx_str_t *text,
    ln_key_t *key);
static void ln_key_bytes(ln_value_t *value, const u_char *data, size_t len);


static const ln_column_t  ln_key_columns[] = {
    { .name = "body_digest", .type = LN_BYTES },
    { .name = "status", .type = LN_INTEGER, .nullable = 1 },
    { .name = "location", .type = LN_STRING, .nullable = 1 },
    { .name = "body", .type = LN_BYTES, .nullable = 1 },
    { .name = NULL }
};


ngx_int_t
ln_key_init(ngx_conf_t *cf, ln_app_t *app, ln_key_sqls_t *sqls)
{
    sqls->insert = ln_compile_own(cf, app, "idempotency_insert",
        "INSERT INTO idempotency (scope, body_digest, created_at)"
        " VALUES (?, ?, UTC_TIMESTAMP(6))",
        NULL, LN_LANE_WRITE);

    sqls->store = ln_compile_own(cf, app, "idempotency_store",
        "UPDATE idempotency"
        " SET status = ?,"
        " location = ?,"
        " body = ?"
        " WHERE scope = ?",
        NULL, LN_LANE_WRITE);

    sqls->find = ln_compile_own(cf, app, "idempotency_find",
        "SELECT body_digest,"
        " status,"
        " location,"
        " body"
        " FROM idempotency"
        " WHERE scope = ?",
        ln_key_columns, LN_LANE_WRITE);

    return (sqls->insert && sqls->store && sqls->find) ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ln_key_read(ln_request_t *lr, ngx_str_t *body, ln_key_t *key)
{
    ngx_str_t   *text, name;
    ngx_uint_t   i;

    ngx_memzero(key, sizeof(ln_key_t));

    if (lr->endpoint->route->key == LN_KEY_NONE) {
        return NGX_OK;
    }

    key->used = 1;
    text = ln_header_find(lr->r, "Idempotency-Key");

    if (text == NULL && lr->endpoint->route->key == LN_KEY_REQUIRED) {
        return ln_fail(lr, NGX_HTTP_BAD_REQUEST, "idempotency_key_required");
    }

    if (text) {
        ngx_str_set(&name, "Idempotency-Key");

        if (text->len < LN_KEY_MIN || text->len > LN_KEY_MAX) {
            ln_field_error(lr, &name, LN_HEADER,
                           text->len < LN_KEY_MIN ? "too_short" : "too_long",
                           LN_KEY_MIN, LN_KEY_MAX);
            return ln_fail_fields(lr);
        }

        for (i = 0; i < text->len; i++) {
            if (text->data[i] <= ' ' || text->data[i] >= 0x7f) {
                ln_field_error(lr, &name, LN_HEADER, "not_allowed", 0, 0);
                return ln_fail_fields(lr);
            }
        }
    }

    key->given = (text != NULL);

    if (ln_key_scope(lr, text, key) != NGX_OK
        || ln_sha256(body, 1, key->body_digest) != NGX_OK)
    {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    return NGX_OK;
}


/* The whole path, not only the route: one key for two slots is two scopes. */

static ngx_int_t
ln_key_scope(ln_request_t *lr, ngx_str_t *text, ln_key_t *key)
{
    ngx_str_t  parts[6];

    ngx_str_set(&parts[1], "\n");

    parts[0].data = lr->principal.account;
    parts[0].len = lr->principal.signed_in ? 16 : 0;
    parts[2] = lr->endpoint->name;
    parts[3] = lr->path;
    parts[4] = parts[1];

    if (text) {
        parts[5] = *text;

    } else {
        parts[5].data = lr->new_id;
        parts[5].len = 16;
    }

    return ln_sha256(parts, 6, key->scope);
}


static void
ln_key_bytes(ln_value_t *value, const u_char *data, size_t len)
{
    value->type = LN_BYTES;
    value->set = 1;
    value->string.data = (u_char *) data;
    value->string.len = len;
}


ln_value_t *
ln_key_insert_args(ngx_pool_t *pool, const ln_key_t *key)
{
    ln_value_t  *args;

    args = ngx_pcalloc(pool, 2 * sizeof(ln_value_t));
    if (args == NULL) {
        return NULL;
    }

    ln_key_bytes(&args[0], key->scope, LN_SHA256);
    ln_key_bytes(&args[1], key->body_digest, LN_SHA256);

    return args;
}


ln_value_t *
ln_key_find_args(ngx_pool_t *pool, const ln_key_t *key)
{
    ln_value_t  *args;

    args = ngx_pcalloc(pool, sizeof(ln_value_t));
    if (args == NULL) {
        return NULL;
    }

    ln_key_bytes(&args[0], key->scope, LN_SHA256);

    return args;
}


ln_value_t *
ln_key_store_args(ngx_pool_t *pool, ln_app_t *app, const ln_key_t *key,
    ngx_uint_t status, const ngx_str_t *location, const ngx_str_t *body)
{
    ngx_str_t    bound, sealed;
    ln_value_t  *args;

    args = ngx_pcalloc(pool, 4 * sizeof(ln_value_t));
    if (args == NULL) {
        return NULL;
    }

    args[0].type = LN_INTEGER;
    args[0].set = 1;
    args[0].integer = status;

    args[1].type = LN_STRING;
    args[1].set = (location->len != 0);
    args[1].string = *location;

    /* what is too long to keep is answered without its body the second time */
    if (body->len && body->len <= LN_MAX_STORED) {

        sealed.data = ngx_pnalloc(pool, body->len + LN_SEAL_MORE);
        if (sealed.data == NULL) {
            return NULL;
        }

        bound.data = (u_char *) key->scope;
        bound.len = LN_SHA256;

        if (ln_seal(app->key_idempotency, body, &bound, &sealed) != NGX_OK) {
            return NULL;
        }

        ln_key_bytes(&args[2], sealed.data, sealed.len);
    }

    ln_key_bytes(&args[3], key->scope, LN_SHA256);

    return args;
}


ngx_int_t
ln_key_found(ngx_pool_t *pool, ln_app_t *app, ln_key_t *key,
    const ln_value_t *row)
{
    ngx_str_t  bound;

    key->found = 1;
    key->same_body = (row[0].string.len == LN_SHA256
                      && ln_equal(row[0].string.data, key->body_digest,
                                  LN_SHA256));
    key->status = row[1].set ? row[1].integer : 0;

    if (row[2].set && row[2].string.len) {
        key->location.len = row[2].string.len;
        key->location.data = ngx_pstrdup(pool, (ngx_str_t *) &row[2].string);

        if (key->location.data == NULL) {
            return NGX_ERROR;
        }
    }

    if (!row[3].set) {
        return NGX_OK;
    }

    key->body.data = ngx_pnalloc(pool, row[3].string.len + 1);
    if (key->body.data == NULL) {
        return NGX_ERROR;
    }

    bound.data = key->scope;
    bound.len = LN_SHA256;

    return ln_open(app->key_idempotency, &row[3].string, &bound, &key->body);
}
