
/*
 * Who is asking: a token from the Authorization header or from our cookie.
 * Its signature, its claims and what shared memory knows of revocations decide;
 * no query is made.
 */

#include "auth.h"


static const unsigned char *auth_key(void *data, uint32_t *id);
static ngx_uint_t auth_bearer(ngx_http_request_t *r, ngx_str_t *text);
static ngx_uint_t auth_second_step(ngx_http_request_t *r, const u_char *api);
static auth_known_t *auth_known(ngx_http_request_t *r);
static ngx_int_t auth_take(ngx_http_request_t *r, ngx_str_t *text,
    auth_ctx_t *ctx, const char **refusal);


void
auth_token_rules(ngx_http_request_t *r, auth_token_rules_t *rules)
{
    auth_conf_t  *conf;

    conf = ngx_http_get_module_main_conf(r, ngx_http_legalnet_auth_module);

    rules->issuer = (char *) conf->issuer.data;
    rules->audience = "legalnet";
    rules->key = auth_key;
    rules->data = r;
}


static const unsigned char *
auth_key(void *data, uint32_t *id)
{
    const ln_token_key_t  *key;

    key = ln_token_key(data, *id);

    if (key == NULL) {
        return NULL;
    }

    *id = key->id;

    return key->key;
}


static ngx_uint_t
auth_bearer(ngx_http_request_t *r, ngx_str_t *text)
{
    ngx_str_t  *value;

    value = auth_header(r, "Authorization");

    if (value == NULL || value->len < 7
        || ngx_strncasecmp(value->data, (u_char *) "Bearer ", 7) != 0)
    {
        return 0;
    }

    text->data = value->data + 7;
    text->len = value->len - 7;

    return 1;
}


ngx_int_t
auth_authenticate(ngx_http_request_t *r, ln_principal_t *principal)
{
    u_char      *api;
    ngx_int_t    rc;
    ngx_str_t    text;
    ngx_uint_t   bearer;
    auth_ctx_t  *ctx;

    /* To sign in, renew or leave must work with whatever one still has. */

    api = ngx_strnstr(r->uri.data, "/api/v1/", r->uri.len);

    if (api && ngx_strncmp(api, "/api/v1/auth/", 13) == 0
        && !auth_second_step(r, api))
    {
        return NGX_OK;
    }

    bearer = auth_bearer(r, &text);

    if (!bearer
        && auth_cookie_read(r, auth_cookie_name(r, AUTH_ACCESS), &text)
           != NGX_OK)
    {
        return NGX_OK;
    }

    ctx = auth_ctx(r);
    if (ctx == NULL) {
        return NGX_DECLINED;
    }

    rc = auth_take(r, &text, ctx, &principal->refusal);

    if (rc == NGX_DECLINED && !bearer) {
        /* a browser sends what it has: public pages must not mind */
        principal->refusal = NULL;
        return NGX_OK;
    }

    if (rc != NGX_OK) {
        return rc;
    }

    if (!bearer && !(r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD))
        && !auth_origin_ours(r))
    {
        principal->refusal = "origin_refused";
        return NGX_HTTP_FORBIDDEN;
    }

    if (ctx->token.factors == 0 && !auth_second_step(r, api)) {
        /* a password alone is not enough to be somebody here */
        principal->refusal = "factor_required";
        return NGX_OK;
    }

    ctx->by_cookie = !bearer;
    ngx_memcpy(principal->account, ctx->token.account, 16);
    ngx_memcpy(principal->session, ctx->token.session, 16);
    principal->assurance = ctx->token.assurance & 7;
    principal->assured = 1;
    principal->signed_in = 1;
    principal->claims = ctx;

    return NGX_OK;
}


/* What is open to those who still owe it: to say who is asked, and to prove. */

static ngx_uint_t
auth_second_step(ngx_http_request_t *r, const u_char *api)
{
    size_t  len;

    if (api == NULL) {
        return 0;
    }

    len = r->uri.data + r->uri.len - api;

    return (len == 19 && ngx_strncmp(api, "/api/v1/auth/factor", 19) == 0)
           || (len == 10 && ngx_strncmp(api, "/api/v1/me", 10) == 0
               && (r->method & (NGX_HTTP_GET|NGX_HTTP_HEAD)));
}


/* It lasts as long as the configuration, whose keys and rules it goes by. */

static auth_known_t *
auth_known(ngx_http_request_t *r)
{
    auth_conf_t  *conf;

    conf = auth_conf(r);

    if (conf->known == NULL) {
        conf->known = ngx_pcalloc(ngx_cycle->pool, sizeof(auth_known_t));
    }

    return conf->known;
}


static ngx_int_t
auth_take(ngx_http_request_t *r, ngx_str_t *text, auth_ctx_t *ctx,
    const char **refusal)
{
    ngx_int_t            rc, session;
    auth_token_e         why;
    auth_token_t        *token;
    auth_token_rules_t   rules;

    token = &ctx->token;
    auth_token_rules(r, &rules);

    why = auth_known_verify(auth_known(r), &rules, (char *) text->data,
                            text->len, ln_now(r) / 1000000, token);

    if (why != AUTH_TOKEN_OK) {
        *refusal = (why == AUTH_TOKEN_EXPIRED) ? "token_expired"
                                               : "token_refused";
        return NGX_DECLINED;
    }

    rc = ln_changed_since(r, "account", token->account, token->issued_us);
    session = ln_changed_since(r, "session", token->session,
                               token->issued_us);

    if (rc == NGX_AGAIN || session == NGX_AGAIN) {
        return NGX_AGAIN;
    }

    if (rc != NGX_OK || session != NGX_OK) {
        *refusal = LN_TOKEN_STALE;
        return NGX_DECLINED;
    }

    return NGX_OK;
}


ngx_int_t
auth_permitted(const ln_principal_t *principal, ngx_str_t *permission)
{
    auth_ctx_t  *ctx = principal->claims;

    return ctx && auth_scope_holds(ctx->token.scope, ctx->token.nscope,
                                   (char *) permission->data, permission->len)
           ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
auth_session(ln_request_t *lr)
{
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));

    return ctx && auth_set_uuid(lr, "session", ctx->token.session) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}
