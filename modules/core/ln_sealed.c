
/*
 * Personal data in the tables of features: parameters that are stored
 * encrypted, columns that are shown masked.  The arithmetic is in ln_cipher.c,
 * the keys are files (ln_key_ring.c) that are read with the configuration.
 */

#include "ln_core.h"
#include "ln_compile.h"
#include "ln_sealed.h"
#include "ln_cipher.h"
#include "ln_key_ring.h"

#include <openssl/crypto.h>


#define LN_SEALED_WHY   512
#define LN_SEALED_MOST  (16 * 1024)  /* a value longer is no field */


struct ln_sealed_s {
    ln_keys_t            keys;
    ln_cipher_key_t      fields[LN_RING_MOST];
    ngx_uint_t           nfields;
    ln_cipher_e          algorithm;
};


static ngx_int_t ln_sealed_derive(ln_sealed_t *sealed);
static void ln_sealed_wipe(void *data);
static ln_value_t ln_sealed_bytes(u_char *data, size_t len);
static ngx_int_t ln_sealed_open(ln_app_t *app, ngx_pool_t *pool,
    const char *field, const ngx_str_t *in, ngx_str_t *text);
static ngx_uint_t ln_sealed_clear(ln_request_t *lr);


ngx_int_t
ln_sealed_init(ngx_conf_t *cf, ln_app_t *app)
{
    char                 why[LN_SEALED_WHY];
    ln_sealed_t         *sealed;
    ngx_pool_cleanup_t  *cln;

    if (app->keys_path.len == 0) {
        return NGX_OK;
    }

    if (ngx_conf_full_name(cf->cycle, &app->keys_path, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    sealed = ngx_pcalloc(cf->pool, sizeof(ln_sealed_t));
    cln = ngx_pool_cleanup_add(cf->pool, 0);

    if (sealed == NULL || cln == NULL) {
        return NGX_ERROR;
    }

    cln->handler = ln_sealed_wipe;
    cln->data = sealed;

    sealed->algorithm = app->cipher == NGX_CONF_UNSET_UINT ? LN_CIPHER_AES_GCM
                                                           : app->cipher;

    if (!ln_keys_read(&sealed->keys, (char *) app->keys_path.data, why,
                      sizeof(why)))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet_keys \"%V\": %s", &app->keys_path, why);
        return NGX_ERROR;
    }

    if (ln_sealed_derive(sealed) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet_keys: OpenSSL derives no keys");
        return NGX_ERROR;
    }

    app->sealed = sealed;

    return NGX_OK;
}


static ngx_int_t
ln_sealed_derive(ln_sealed_t *sealed)
{
    const ln_ring_key_t  *key;

    sealed->nfields = sealed->keys.field.n;

    for (ngx_uint_t i = 0; i < sealed->nfields; i++) {
        key = &sealed->keys.field.keys[i];

        if (!ln_cipher_key(&sealed->fields[i], key->id, key->key)) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static void
ln_sealed_wipe(void *data)
{
    OPENSSL_cleanse(data, sizeof(ln_sealed_t));
}


/* Parameters */

ngx_int_t
ln_sealed_param(ngx_conf_t *cf, ln_app_t *app, ln_endpoint_t *endpoint,
    const ln_param_t *param)
{
    const ln_param_t  *member;

    for (member = param->members; member && member->name; member++) {
        if (member->seal) {
            return ln_refuse(cf, endpoint, "a member of an array cannot be "
                             "sealed:", member->name);
        }
    }

    if (param->seal == NULL) {
        return NGX_OK;
    }

    if (param->type != LN_STRING || param->arity > 1 || param->derived
        || param->resolve || ngx_strlen(param->seal) > LN_CIPHER_FIELD
        || param->max > LN_SEALED_MOST)
    {
        return ln_refuse(cf, endpoint, "what is sealed is one LN_STRING: "
                         "parameter", param->name);
    }

    if (app->sealed == NULL) {
        return ln_refuse(cf, endpoint, "no \"legalnet_keys\" is defined for "
                         "the sealed parameter", param->name);
    }

    return NGX_OK;
}


ngx_int_t
ln_sealed_column(ngx_conf_t *cf, ln_app_t *app, ln_endpoint_t *endpoint,
    const ln_column_t *column)
{
    if (column->type != LN_SEALED) {
        return NGX_OK;
    }

    if (column->seal == NULL || ngx_strlen(column->seal) > LN_CIPHER_FIELD) {
        return ln_refuse(cf, endpoint, "an LN_SEALED has a .seal: column",
                         column->name);
    }

    if (app->sealed == NULL) {
        return ln_refuse(cf, endpoint, "no \"legalnet_keys\" is defined for "
                         "the sealed column", column->name);
    }

    if (endpoint->route && endpoint->route->cache.topic) {
        return ln_refuse(cf, endpoint, "has a .cache, and selects the sealed "
                         "column", column->name);
    }

    return NGX_OK;
}


static ln_value_t
ln_sealed_bytes(u_char *data, size_t len)
{
    ln_value_t  value;

    ngx_memzero(&value, sizeof(ln_value_t));

    value.type = LN_BYTES;
    value.string.data = data;
    value.string.len = len;
    value.set = (len != 0);

    return value;
}


/*
 * Without memory or randomness the place stays NULL, and the alert says why
 * the statement fails or what it lacks.
 */

void
ln_sealed_bind(ln_request_t *lr, ngx_uint_t index, ln_value_t *arg)
{
    size_t             n;
    u_char            *p;
    ln_sealed_t       *sealed;
    const ngx_str_t   *text;
    const ln_param_t  *param;

    param = &lr->endpoint->route->params[index];
    sealed = lr->app->sealed;
    text = &ln_values(lr, index)->string;

    if (lr->given[index] == 0) {
        *arg = ln_sealed_bytes(NULL, 0);
        return;
    }

    p = ngx_pnalloc(lr->r->pool, text->len + LN_CIPHER_MORE);

    n = p ? ln_cipher_seal(&sealed->fields[sealed->nfields - 1],
                           sealed->algorithm, param->seal, text->data,
                           text->len, p)
          : 0;

    if (n == 0) {
        ngx_log_error(NGX_LOG_ALERT, lr->r->connection->log, 0,
                      "legalnet: the parameter \"%s\" could not be sealed",
                      param->name);
    }

    *arg = ln_sealed_bytes(p, n);
}


void
ln_sealed_bind_index(ln_request_t *lr, ngx_uint_t index, ln_value_t *arg)
{
    u_char            *p;
    ngx_str_t          text;
    const ln_param_t  *param;

    param = &lr->endpoint->route->params[index];
    text = ln_values(lr, index)->string;

    *arg = ln_sealed_bytes(NULL, 0);

    if (lr->given[index] == 0) {
        return;
    }

    p = ngx_pnalloc(lr->r->pool, LN_BLIND);

    if (p && ln_blind(lr, param->seal, &text, p) == NGX_OK) {
        *arg = ln_sealed_bytes(p, LN_BLIND);
        return;
    }

    ngx_log_error(NGX_LOG_ALERT, lr->r->connection->log, 0,
                  "legalnet: no index of the parameter \"%s\" could be made",
                  param->name);
}


ngx_int_t
ln_blind(ln_request_t *lr, const char *field, const ngx_str_t *text,
    u_char index[16])
{
    size_t        n;
    u_char       *normal;
    ngx_int_t     rc;
    ln_sealed_t  *sealed;

    sealed = lr->app->sealed;
    normal = ngx_pnalloc(lr->r->pool, text->len + 1);

    if (sealed == NULL || normal == NULL) {
        return NGX_ERROR;
    }

    n = ln_cipher_normal(field, text->data, text->len, normal);

    rc = ln_cipher_blind(sealed->keys.index, field, normal, n, index)
         ? NGX_OK : NGX_ERROR;

    ngx_explicit_memzero(normal, text->len);

    return rc;
}


/* Columns */

static ngx_int_t
ln_sealed_open(ln_app_t *app, ngx_pool_t *pool, const char *field,
    const ngx_str_t *in, ngx_str_t *text)
{
    uint32_t      id;
    ngx_uint_t    i;
    ln_sealed_t  *sealed;

    sealed = app->sealed;
    id = 0;

    text->data = ngx_pnalloc(pool, in->len + 1);

    if (sealed == NULL || text->data == NULL
        || !ln_cipher_key_id(in->data, in->len, &id))
    {
        goto failed;
    }

    for (i = 0; i < sealed->nfields; i++) {

        if (sealed->fields[i].id == id
            && ln_cipher_open(&sealed->fields[i], field, in->data, in->len,
                              text->data, &text->len))
        {
            return NGX_OK;
        }
    }

failed:

    ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                  "legalnet: a value of %s does not open, its key is %uD",
                  field, id);

    ngx_str_null(text);

    return NGX_ERROR;
}


ngx_int_t
ln_unseal(ln_request_t *lr, const char *field, const ln_value_t *value,
    ngx_str_t *text)
{
    return ln_unseal_in(lr->app, lr->r->pool, field, value, text);
}


ngx_int_t
ln_unseal_in(ln_app_t *app, ngx_pool_t *pool, const char *field,
    const ln_value_t *value, ngx_str_t *text)
{
    if (value == NULL || !value->set) {
        ngx_str_null(text);
        return NGX_DECLINED;
    }

    return ln_sealed_open(app, pool, field, &value->string, text);
}


/* The clear value is a right of its own, and only on routes that name it. */

static ngx_uint_t
ln_sealed_clear(ln_request_t *lr)
{
    ngx_str_t  permission;

    if (lr->endpoint->route->clear == NULL || lr->app->permitted == NULL
        || !lr->principal.signed_in)
    {
        return 0;
    }

    permission.data = (u_char *) lr->endpoint->route->clear;
    permission.len = ngx_strlen(lr->endpoint->route->clear);

    return lr->app->permitted(&lr->principal, &permission) == NGX_OK;
}


void
ln_sealed_render(ln_json_t *json, const ln_column_t *column,
    const ln_value_t *value)
{
    ngx_str_t   text, masked;
    ln_mask_e   mask;

    if (json->lr == NULL
        || ln_unseal(json->lr, column->seal, value, &text) != NGX_OK)
    {
        ln_json_text(json, "null");
        return;
    }

    mask = ln_sealed_clear(json->lr) ? LN_MASK_NONE : column->mask;

    if (mask == LN_MASK_NONE) {
        ln_json_string(json, &text);

    } else {
        masked.data = ngx_pnalloc(json->pool, text.len + 4);

        if (masked.data == NULL) {
            json->failed = 1;

        } else {
            ln_mask(mask, &text, &masked);
            ln_json_string(json, &masked);
        }
    }

    ngx_explicit_memzero(text.data, text.len);
}


void
ln_mask(ln_mask_e mask, const ngx_str_t *text, ngx_str_t *masked)
{
    switch (mask) {

    case LN_MASK_NONE:
        ngx_memcpy(masked->data, text->data, text->len);
        masked->len = text->len;
        return;

    case LN_MASK_NAME:
        masked->len = ln_mask_name(text->data, text->len, masked->data);
        return;

    case LN_MASK_PHONE:
    case LN_MASK_ID_NUMBER:
        masked->len = ln_mask_number(text->data, text->len, masked->data);
        return;

    default: /* LN_MASK_ALL: not even how long it is */
        masked->len = 4;
        ngx_memset(masked->data, '*', 4);
    }
}


/* Keys of tokens */

const ln_token_key_t *
ln_token_key(ngx_http_request_t *r, ngx_uint_t id)
{
    ln_app_t             *app;
    const ln_ring_key_t  *key;

    app = ngx_http_get_module_main_conf(r, ngx_http_legalnet_module);

    if (app->sealed == NULL || id > NGX_MAX_INT32_VALUE) {
        return NULL;
    }

    key = id ? ln_ring_find(&app->sealed->keys.token, (uint32_t) id)
             : ln_ring_newest(&app->sealed->keys.token);

    /* the same layout, by the assertions below */
    return (const ln_token_key_t *) key;
}


_Static_assert(sizeof(ln_token_key_t) == sizeof(ln_ring_key_t)
               && offsetof(ln_token_key_t, key) == offsetof(ln_ring_key_t, key)
               && sizeof(((ln_token_key_t *) 0)->key) == LN_RING_KEY,
               "ln_token_key_t is ln_ring_key_t");
