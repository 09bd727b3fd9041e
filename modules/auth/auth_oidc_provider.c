
/*
 * What an identity provider says of itself: its addresses (OpenID Connect
 * Discovery 1.0) and its keys, which each worker fetches when it needs them.
 */

#include "auth_oidc.h"

#include <jansson.h>


#define OIDC_LIFE       3600           /* s that addresses and keys are kept */
#define OIDC_AGAIN      60             /* s between two fetches of keys */
#define OIDC_ADDRESS    1024           /* characters of an address */
#define OIDC_DOCUMENT   (64 * 1024)    /* bytes; usual are 3 KB */
#define OIDC_KEYS       (128 * 1024)   /* bytes; 32 keys with certificates */


typedef struct {
    auth_oidc_next_pt     next;
    void                 *data;
} oidc_fetch_t;


static ngx_int_t oidc_fetch(ln_request_t *lr, const ngx_str_t *url, size_t max,
    ln_http_done_pt done, auth_oidc_next_pt next, void *data);
static ngx_int_t oidc_discovered(ln_request_t *lr, void *data,
    const ln_http_answer_t *answer);
static ngx_int_t oidc_document(auth_oidc_conf_t *conf, const ngx_str_t *body,
    const char **wrong);
static ngx_int_t oidc_address(auth_oidc_conf_t *conf, ngx_pool_t *pool,
    const json_t *root, const char *name, ngx_str_t *address);
static ngx_int_t oidc_got_keys(ln_request_t *lr, void *data,
    const ln_http_answer_t *answer);


ngx_int_t
auth_oidc_init(ngx_cycle_t *cycle)
{
    auth_conf_t  *conf;

    conf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_legalnet_auth_module);

    if (conf && conf->oidc) {
        conf->oidc->state = ngx_pcalloc(cycle->pool,
                                        sizeof(auth_oidc_state_t));
        return conf->oidc->state ? NGX_OK : NGX_ERROR;
    }

    return NGX_OK;
}


void
auth_oidc_exit(ngx_cycle_t *cycle)
{
    auth_conf_t        *conf;
    auth_oidc_state_t  *state;

    conf = ngx_http_cycle_get_module_main_conf(cycle,
                                               ngx_http_legalnet_auth_module);
    state = (conf && conf->oidc) ? conf->oidc->state : NULL;

    if (state) {
        auth_jwks_free(&state->keys);

        if (state->pool) {
            ngx_destroy_pool(state->pool);
        }
    }
}


ngx_int_t
auth_oidc_away(ln_request_t *lr)
{
    return ln_fail(lr, NGX_HTTP_SERVICE_UNAVAILABLE, "oidc_unavailable");
}


static ngx_int_t
oidc_fetch(ln_request_t *lr, const ngx_str_t *url, size_t max,
    ln_http_done_pt done, auth_oidc_next_pt next, void *data)
{
    oidc_fetch_t      *fetch;
    ln_http_call_t     call;
    auth_oidc_conf_t  *conf;

    conf = auth_conf(ln_http_request(lr))->oidc;

    fetch = ngx_palloc(ln_pool(lr), sizeof(oidc_fetch_t));
    if (fetch == NULL) {
        return auth_broken(lr);
    }

    fetch->next = next;
    fetch->data = data;

    ngx_memzero(&call, sizeof(ln_http_call_t));
    call.target = "oidc";
    call.method = NGX_HTTP_GET;
    call.url = *url;
    call.timeout = conf->ms;
    call.max = max;
    call.ca_file = conf->ca_file;

    return ln_http_send(lr, &call, done, fetch);
}


ngx_int_t
auth_oidc_discover(ln_request_t *lr, auth_oidc_next_pt next, void *data)
{
    auth_oidc_conf_t  *conf;

    conf = auth_conf(ln_http_request(lr))->oidc;

    if (conf->state->fetched
        && ngx_time() - conf->state->fetched < OIDC_LIFE)
    {
        return next(lr, data);
    }

    return oidc_fetch(lr, &conf->discovery, OIDC_DOCUMENT, oidc_discovered,
                      next, data);
}


/* What was good an hour ago is still better than nothing. */

static ngx_int_t
oidc_discovered(ln_request_t *lr, void *data, const ln_http_answer_t *answer)
{
    oidc_fetch_t *fetch = data;

    const char          *wrong;
    auth_oidc_conf_t    *conf;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);
    conf = auth_conf(r)->oidc;
    wrong = "is not answered with 200";

    if (answer->rc == LN_HTTP_OK && answer->status == NGX_HTTP_OK
        && oidc_document(conf, &answer->body, &wrong) == NGX_OK)
    {
        conf->state->fetched = ngx_time();
        return fetch->next(lr, fetch->data);
    }

    if (answer->rc == LN_HTTP_OK) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "legalnet: \"%V\" %s", &conf->discovery, wrong);
    }

    if (conf->state->fetched == 0) {
        return auth_oidc_away(lr);
    }

    conf->state->fetched = ngx_time() - OIDC_LIFE + OIDC_AGAIN;

    return fetch->next(lr, fetch->data);
}


static ngx_int_t
oidc_document(auth_oidc_conf_t *conf, const ngx_str_t *body,
    const char **wrong)
{
    json_t             *root;
    const json_t       *issuer;
    ngx_pool_t         *pool;
    auth_oidc_state_t   state;

    state = *conf->state;
    *wrong = "is no JSON object";

    root = json_loadb((char *) body->data, body->len, JSON_REJECT_DUPLICATES,
                      NULL);
    issuer = json_object_get(root, "issuer");

    if (root == NULL) {
        return NGX_ERROR;
    }

    if (json_string_length(issuer) != conf->issuer.len
        || ngx_memcmp(json_string_value(issuer), conf->issuer.data,
                      conf->issuer.len) != 0)
    {
        *wrong = "names another issuer";
        json_decref(root);
        return NGX_ERROR;
    }

    *wrong = "lacks an address, or has one that is not https";
    pool = ngx_create_pool(4 * OIDC_ADDRESS, ngx_cycle->log);

    if (pool == NULL
        || oidc_address(conf, pool, root, "authorization_endpoint",
                        &state.authorization) != NGX_OK
        || oidc_address(conf, pool, root, "token_endpoint", &state.token)
           != NGX_OK
        || oidc_address(conf, pool, root, "jwks_uri", &state.jwks) != NGX_OK)
    {
        if (pool) {
            ngx_destroy_pool(pool);
        }

        json_decref(root);
        return NGX_ERROR;
    }

    state.says_issuer = json_is_true(json_object_get(root,
                            "authorization_response_iss_parameter_supported"));
    json_decref(root);

    if (conf->state->pool) {
        ngx_destroy_pool(conf->state->pool);
    }

    state.pool = pool;
    *conf->state = state;

    return NGX_OK;
}


static ngx_int_t
oidc_address(auth_oidc_conf_t *conf, ngx_pool_t *pool, const json_t *root,
    const char *name, ngx_str_t *address)
{
    u_char        *p;
    ngx_str_t      text;
    const json_t  *value;

    value = json_object_get(root, name);
    text.data = (u_char *) json_string_value(value);
    text.len = json_string_length(value);

    if (text.len == 0 || text.len > OIDC_ADDRESS
        || !auth_way_secure(&text, conf->http))
    {
        return NGX_ERROR;
    }

    for (p = text.data; p < text.data + text.len; p++) {
        if (*p <= ' ' || *p > '~' || *p == '#' || *p == '\\') {
            return NGX_ERROR;
        }
    }

    address->len = text.len;
    address->data = ngx_pnalloc(pool, text.len + 1);

    if (address->data == NULL) {
        return NGX_ERROR;
    }

    (void) ngx_cpystrn(address->data, text.data, text.len + 1);

    return NGX_OK;
}


ngx_uint_t
auth_oidc_keys_old(const auth_oidc_state_t *state)
{
    return state->keys.n == 0 || ngx_time() - state->keys_fetched > OIDC_LIFE;
}


/*
 * Whoever sends tokens with keys that there are not makes us ask once a minute,
 * not once a token.
 */

ngx_int_t
auth_oidc_keys(ln_request_t *lr, auth_oidc_next_pt next, void *data)
{
    auth_oidc_state_t  *state;

    state = auth_conf(ln_http_request(lr))->oidc->state;

    if (state->keys.n && ngx_time() - state->keys_asked < OIDC_AGAIN) {
        return NGX_DECLINED;
    }

    state->keys_asked = ngx_time();

    return oidc_fetch(lr, &state->jwks, OIDC_KEYS, oidc_got_keys, next, data);
}


static ngx_int_t
oidc_got_keys(ln_request_t *lr, void *data, const ln_http_answer_t *answer)
{
    oidc_fetch_t *fetch = data;

    auth_jwks_t          keys;
    auth_oidc_state_t   *state;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);
    state = auth_conf(r)->oidc->state;

    if (answer->rc == LN_HTTP_OK && answer->status == NGX_HTTP_OK
        && auth_jwks_read((char *) answer->body.data, answer->body.len,
                          &keys))
    {
        auth_jwks_free(&state->keys);
        state->keys = keys;
        state->keys_fetched = ngx_time();

    } else if (answer->rc == LN_HTTP_OK) {
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "legalnet: \"%V\" has no key for RS256 or ES256",
                      &state->jwks);
    }

    return state->keys.n ? fetch->next(lr, fetch->data) : auth_oidc_away(lr);
}
