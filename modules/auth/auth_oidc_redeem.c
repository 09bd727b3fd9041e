
/*
 * A code of the identity provider for an ID token, and what that says: asked
 * with PKCE, verified by the provider's keys.
 */

#include "auth_oidc.h"
#include "auth_id_token.h"


#define OIDC_SLACK  128                /* names of parameters */


static ngx_int_t oidc_exchange(ln_request_t *lr, void *data);
static ngx_int_t oidc_post(auth_oidc_conf_t *conf, ln_request_t *lr,
    const auth_back_t *back, ngx_str_t *body);
static ngx_int_t oidc_basic(auth_oidc_conf_t *conf, ngx_pool_t *pool,
    ngx_str_t *value);
static ngx_int_t oidc_exchanged(ln_request_t *lr, void *data,
    const ln_http_answer_t *answer);
static ngx_int_t oidc_take(ln_request_t *lr, const ngx_str_t *body,
    ngx_str_t *token);
static ngx_int_t oidc_check(ln_request_t *lr, void *data);
static ngx_int_t oidc_claims(ln_request_t *lr, const json_t *claims);


ngx_int_t
auth_oidc_redeem(ln_request_t *lr, auth_back_t *back)
{
    return auth_oidc_discover(lr, oidc_exchange, back);
}


void
auth_oidc_log(ln_request_t *lr, const char *why)
{
    ngx_log_error(NGX_LOG_ERR, ln_http_request(lr)->connection->log, 0,
                  "legalnet: sign-in by OpenID Connect failed: %s", why);
}


/* Who binds is signed in all the while, so for him it is no 401. */

static ngx_int_t
oidc_failed(ln_request_t *lr, const char *why)
{
    auth_oidc_log(lr, why);

    return ln_fail(lr, ln_principal(lr)->signed_in ? NGX_HTTP_CONFLICT
                                                   : NGX_HTTP_UNAUTHORIZED,
                   "oidc_failed");
}


static ngx_int_t
oidc_exchange(ln_request_t *lr, void *data)
{
    auth_back_t *back = data;

    ngx_int_t          rc;
    ln_http_call_t     call;
    auth_oidc_conf_t  *conf;
    ln_http_header_t   headers[4];

    conf = auth_conf(ln_http_request(lr))->oidc;

    ngx_memzero(headers, sizeof(headers));
    headers[0].name = "Content-Type";
    ngx_str_set(&headers[0].value, "application/x-www-form-urlencoded");
    headers[1].name = "Accept";
    ngx_str_set(&headers[1].value, "application/json");

    ngx_memzero(&call, sizeof(ln_http_call_t));
    call.target = "oidc";
    call.method = NGX_HTTP_POST;
    call.url = conf->state->token;
    call.headers = headers;
    call.timeout = conf->ms;
    call.ca_file = conf->ca_file;

    if (!conf->post) {
        headers[2].name = "Authorization";

        if (oidc_basic(conf, ln_pool(lr), &headers[2].value) != NGX_OK) {
            return auth_broken(lr);
        }
    }

    if (oidc_post(conf, lr, back, &call.body) != NGX_OK) {
        return auth_broken(lr);
    }

    rc = ln_http_send(lr, &call, oidc_exchanged, back);

    auth_wipe(call.body.data, call.body.len);
    auth_wipe(headers[2].value.data, headers[2].value.len);

    return rc;
}


static ngx_int_t
oidc_post(auth_oidc_conf_t *conf, ln_request_t *lr, const auth_back_t *back,
    ngx_str_t *body)
{
    u_char           *p;
    const ngx_str_t  *code;

    code = &back->code;

    p = ngx_pnalloc(ln_pool(lr), OIDC_SLACK
                                 + 3 * (code->len + conf->back.len
                                        + AUTH_VERIFIER + conf->client_id.len
                                        + conf->secret.len));
    if (p == NULL) {
        return NGX_ERROR;
    }

    body->data = p;

    p = ngx_cpymem(p, "grant_type=authorization_code", 29);
    p = auth_way_escape(p, "&code", code->data, code->len);
    p = auth_way_escape(p, "&redirect_uri", conf->back.data, conf->back.len);
    p = auth_way_escape(p, "&code_verifier", back->away.verifier,
                        AUTH_VERIFIER);

    if (conf->post) {
        p = auth_way_escape(p, "&client_id", conf->client_id.data,
                            conf->client_id.len);
        p = auth_way_escape(p, "&client_secret", conf->secret.data,
                            conf->secret.len);
    }

    body->len = p - body->data;

    return NGX_OK;
}


/* RFC 6749, 2.3.1: both are escaped before they are joined. */

static ngx_int_t
oidc_basic(auth_oidc_conf_t *conf, ngx_pool_t *pool, ngx_str_t *value)
{
    u_char     *p;
    ngx_str_t   pair, coded;

    pair.data = ngx_pnalloc(pool, 3 * (conf->client_id.len
                                       + conf->secret.len) + 1);
    if (pair.data == NULL) {
        return NGX_ERROR;
    }

    p = (u_char *) ngx_escape_uri(pair.data, conf->client_id.data,
                                  conf->client_id.len,
                                  NGX_ESCAPE_URI_COMPONENT);
    *p++ = ':';
    p = (u_char *) ngx_escape_uri(p, conf->secret.data, conf->secret.len,
                                  NGX_ESCAPE_URI_COMPONENT);
    pair.len = p - pair.data;

    value->data = ngx_pnalloc(pool, 6 + ngx_base64_encoded_length(pair.len));
    if (value->data == NULL) {
        return NGX_ERROR;
    }

    coded.data = ngx_cpymem(value->data, "Basic ", 6);
    ngx_encode_base64(&coded, &pair);
    value->len = 6 + coded.len;
    auth_wipe(pair.data, pair.len);

    return NGX_OK;
}


static ngx_int_t
oidc_exchanged(ln_request_t *lr, void *data, const ln_http_answer_t *answer)
{
    auth_back_t *back = data;

    ngx_int_t  rc;

    if (answer->rc != LN_HTTP_OK || answer->status >= 500) {
        return auth_oidc_away(lr);
    }

    if (answer->status != NGX_HTTP_OK
        || oidc_take(lr, &answer->body, &back->token) != NGX_OK)
    {
        return oidc_failed(lr, "the provider gives no ID token for the code");
    }

    if (auth_oidc_keys_old(auth_conf(ln_http_request(lr))->oidc->state)) {
        back->again = 1;
        rc = auth_oidc_keys(lr, oidc_check, back);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    return oidc_check(lr, back);
}


static ngx_int_t
oidc_take(ln_request_t *lr, const ngx_str_t *body, ngx_str_t *token)
{
    json_t        *root;
    const json_t  *value;

    root = json_loadb((char *) body->data, body->len, JSON_REJECT_DUPLICATES,
                      NULL);
    value = json_object_get(root, "id_token");

    token->len = json_string_length(value);
    token->data = token->len ? ngx_pnalloc(ln_pool(lr), token->len) : NULL;

    if (token->data) {
        ngx_memcpy(token->data, json_string_value(value), token->len);
    }

    json_decref(root);

    return token->data ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
oidc_check(ln_request_t *lr, void *data)
{
    auth_back_t *back = data;

    json_t             *claims;
    ngx_int_t           rc;
    auth_id_e           found;
    auth_id_rules_t     rules;
    auth_oidc_conf_t   *conf;

    conf = auth_conf(ln_http_request(lr))->oidc;

    rules.issuer = (char *) conf->issuer.data;
    rules.client_id = (char *) conf->client_id.data;
    rules.nonce = (char *) back->away.nonce;
    rules.nnonce = AUTH_VERIFIER;
    rules.now = ln_now(ln_http_request(lr)) / 1000000;
    rules.jwks = &conf->state->keys;

    found = auth_id_verify(&rules, (char *) back->token.data,
                           back->token.len, &claims);

    if (found == AUTH_ID_UNKNOWN_KEY && !back->again) {
        back->again = 1;
        rc = auth_oidc_keys(lr, oidc_check, back);

        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    if (found != AUTH_ID_OK) {
        return oidc_failed(lr, auth_id_name(found));
    }

    rc = oidc_claims(lr, claims);
    json_decref(claims);

    return rc;
}


static ngx_int_t
oidc_claims(ln_request_t *lr, const json_t *claims)
{
    ngx_str_t      subject;
    const json_t  *sub;

    sub = json_object_get(claims, "sub");
    subject.data = (u_char *) json_string_value(sub);
    subject.len = json_string_length(sub);

    return auth_set_bytes(lr, "subject", subject.data, subject.len) == NGX_OK
           && auth_set_index(lr, "subject_index", "account_identity.oidc",
                             &subject) == NGX_OK
           ? auth_oidc_person_claims(lr, claims) : auth_broken(lr);
}
