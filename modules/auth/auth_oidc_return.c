
/*
 * GET /auth/oidc/return: back from the identity provider.
 *
 *     before     the browser is the one that began: cookie and `state`
 *     look-up    what throttling counts of this address
 *     prepare    the code for an ID token, its keys, its claims
 *     steps      the account that its subject leads to, or a new one
 *     finish     cookies, and to the page where he wanted to go
 *
 * Every refusal is the sign-in page with a code.
 */

#include "auth_oidc.h"
#include "auth_id_token.h"
#include "auth_proof.h"


#define OIDC_SLACK  128                /* names of parameters */


/* What one request needs from call to call. */
typedef struct {
    auth_away_t     away;
    ngx_str_t       token;             /* ID token */
    unsigned        again:1;           /* the keys were fetched for it */
} oidc_back_t;


static ngx_int_t oidc_answer(ln_request_t *lr, auth_oidc_conf_t *conf);
static ngx_int_t oidc_exchange(ln_request_t *lr, void *data);
static ngx_int_t oidc_post(auth_oidc_conf_t *conf, ln_request_t *lr,
    const oidc_back_t *back, ngx_str_t *body);
static ngx_int_t oidc_basic(auth_oidc_conf_t *conf, ngx_pool_t *pool,
    ngx_str_t *value);
static ngx_int_t oidc_exchanged(ln_request_t *lr, void *data,
    const ln_http_answer_t *answer);
static ngx_int_t oidc_take(ln_request_t *lr, const ngx_str_t *body,
    ngx_str_t *token);
static ngx_int_t oidc_check(ln_request_t *lr, void *data);
static ngx_int_t oidc_claims(ln_request_t *lr, const json_t *claims);
static ngx_int_t oidc_failed(ln_request_t *lr, const char *why);


const ln_param_t  auth_oidc_return_in[] = {

    { .name = "code", .type = LN_STRING, .in = LN_QUERY, .min = 1,
      .max = 2048, .summary = "The provider's, good once" },

    { .name = "state", .type = LN_STRING, .in = LN_QUERY, .min = 1,
      .max = 256, .summary = "As it was given to the provider" },

    { .name = "error", .type = LN_STRING, .in = LN_QUERY, .min = 1,
      .max = 256, .summary = "Instead of a code" },

    { .name = "iss", .type = LN_STRING, .in = LN_QUERY, .min = 1, .max = 512,
      .summary = "Who answers (RFC 9207)" },

    AUTH_NOTIFY,
    { .name = "device", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "device_name", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "method", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "transport", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "outcome", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "known", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "issuer", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "subject", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "verified", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "person_act", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "person", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "person_name", .type = LN_STRING, .in = LN_COMPUTED,
      .seal = "person.name" },
    { .name = "number", .type = LN_STRING, .in = LN_COMPUTED,
      .seal = "person.document_number" },
    { .name = "document_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "subject_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "device_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "address_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "refresh_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "account_new", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};


enum { WHO_ID = 0, WHO_STATUS, WHO_PHONE };

static const ln_column_t  who_columns[] = {
    [WHO_ID] = { .name = "id", .type = LN_UUID },
    [WHO_STATUS] = { .name = "status", .type = LN_STRING },
    [WHO_PHONE] = { .name = "phone", .type = LN_SEALED,
                    .seal = "account.phone", .nullable = 1 },
    { .name = NULL }
};

static const ln_stmt_t  who = {
    .name = "auth_oidc_who",
    .sql = "SELECT a.id,"
                 " a.status,"
                 " a.phone"
           " FROM account_identity i"
           " JOIN account a ON a.id = i.account_id"
           " WHERE i.kind = 'oidc'"
             " AND i.issuer = :issuer"
             " AND i.subject = :subject"
           " FOR UPDATE",
    .columns = who_columns
};


/* Whoever the provider vouches for has an account from then on. */

static const ln_stmt_t  open_account = {
    .name = "auth_oidc_open_account",
    .sql = "INSERT INTO account"
           " (id,"
            " kind,"
            " created_at,"
            " updated_at)"
           " VALUES"
           " (:account_new,"
            " 'citizen',"
            " UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6))"
};

static const ln_stmt_t  bind_subject = {
    .name = "auth_oidc_bind",
    .sql = "INSERT INTO account_identity"
           " (kind,"
            " issuer,"
            " subject,"
            " account_id,"
            " created_at,"
            " used_at)"
           " VALUES"
           " ('oidc',"
            " :issuer,"
            " :subject,"
            " :account_new,"
            " UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6))"
};

static const ln_stmt_t  use = {
    .name = "auth_oidc_use",
    .sql = "UPDATE account_identity"
           " SET used_at = UTC_TIMESTAMP(6)"
           " WHERE kind = 'oidc'"
             " AND issuer = :issuer"
             " AND subject = :subject"
};


static ngx_int_t
oidc_who(ln_request_t *lr, const ln_value_t *row)
{
    ngx_uint_t         known, good;
    auth_ctx_t        *ctx;
    const ln_value_t  *id;

    ctx = auth_ctx(ln_http_request(lr));
    known = row && row[WHO_ID].set;
    id = known ? &row[WHO_ID] : ln_param(lr, "account_new");

    good = !known || (row[WHO_STATUS].string.len == 6
                      && ngx_strncmp(row[WHO_STATUS].string.data, "active", 6)
                         == 0);

    if (ctx == NULL) {
        return auth_broken(lr);
    }

    if (good) {
        ngx_memcpy(ctx->account, id->string.data, 16);
        ln_act_as(lr, ctx->account);
    }

    if ((good && auth_set_uuid(lr, "account", ctx->account) != NGX_OK)
        || auth_set_text(lr, "known", known ? "yes" : "no") != NGX_OK
        || auth_set_text(lr, "outcome", good ? "accepted" : "refused")
           != NGX_OK)
    {
        return auth_broken(lr);
    }

    return good && known ? auth_notify_phone(lr, &row[WHO_PHONE]) : NGX_OK;
}


const ln_step_t  auth_oidc_return_steps[] = {
    { .stmt = &who, .name = "who", .optional = 1, .check = oidc_who },
    { .stmt = &open_account, .when = "known=no" },
    { .stmt = &bind_subject, .when = "known=no" },
    { .stmt = &use, .when = "known=yes", .optional = 1 },
    { .stmt = &auth_oidc_holder, .name = "holder",
      .when = "outcome=accepted verified", .check = auth_oidc_whose },
    { .stmt = &auth_oidc_make,
      .when = "outcome=accepted verified person_act=make" },
    { .stmt = &auth_oidc_raise, .optional = 1,
      .when = "outcome=accepted verified person_act=raise" },
    { .stmt = &auth_oidc_attach, .optional = 1,
      .when = "outcome=accepted verified person" },
    { .stmt = &auth_notify_device, .when = "outcome=accepted notify",
      .optional = 1 },
    { .stmt = &auth_open_session, .when = "outcome=accepted" },
    { .stmt = &auth_first_refresh, .when = "outcome=accepted" },
    { .stmt = &auth_scope_stmt, .name = "scope", .when = "outcome=accepted" },
    { .stmt = &auth_attempt },
    { .stmt = NULL }
};


/* The words of the log are ours: what a provider says may be anything. */

static ngx_int_t
oidc_failed(ln_request_t *lr, const char *why)
{
    ngx_log_error(NGX_LOG_ERR, ln_http_request(lr)->connection->log, 0,
                  "legalnet: sign-in by OpenID Connect failed: %s", why);

    return ln_fail(lr, NGX_HTTP_UNAUTHORIZED, "oidc_failed");
}


ngx_int_t
auth_oidc_return_before(ln_request_t *lr)
{
    ngx_int_t            rc;
    u_char               account[16];
    auth_ctx_t          *ctx;
    oidc_back_t         *back;
    auth_oidc_conf_t    *conf;
    const ln_value_t    *state;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);
    ctx = auth_ctx(r);
    conf = auth_conf(r)->oidc;
    state = ln_param(lr, "state");
    back = ngx_pcalloc(r->pool, sizeof(oidc_back_t));

    if (conf == NULL) {
        return ln_fail(lr, NGX_HTTP_NOT_FOUND, "way_not_offered");
    }

    if (ctx == NULL || back == NULL) {
        return auth_broken(lr);
    }

    ctx->work = back;

    if (auth_away_read(lr, &back->away) != NGX_OK
        || !state->set || state->string.len != AUTH_VERIFIER
        || !auth_equal(state->string.data, back->away.state, AUTH_VERIFIER))
    {
        return ln_fail(lr, NGX_HTTP_UNAUTHORIZED, "oidc_state");
    }

    /* it was good once */

    rc = auth_cookie_write(r, AUTH_AWAY, "", 0, 0) == NGX_OK
         ? oidc_answer(lr, conf) : auth_broken(lr);

    if (rc == NGX_OK && back->away.ndevice
        && auth_set_bytes(lr, "device", back->away.device, back->away.ndevice)
           != NGX_OK)
    {
        return auth_broken(lr);
    }

    if (rc == NGX_OK) {
        rc = auth_place(lr, 1);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    ln_uuid7(account);
    ln_uuid7(ctx->session);

    return auth_set_uuid(lr, "account_new", account) == NGX_OK
           && auth_set_uuid(lr, "session", ctx->session) == NGX_OK
           && auth_refresh_new(lr) == NGX_OK
           && auth_set_text(lr, "method", "oidc") == NGX_OK
           && auth_set_text(lr, "transport", "cookie") == NGX_OK
           && auth_set_text(lr, "outcome", "refused") == NGX_OK
           && ln_set_string(lr, "issuer", conf->issuer.data,
                            conf->issuer.len) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


/* What came along in the query. */

static ngx_int_t
oidc_answer(ln_request_t *lr, auth_oidc_conf_t *conf)
{
    const ln_value_t  *iss;

    iss = ln_param(lr, "iss");

    /* mixed up with another provider (RFC 9207) */

    if (iss->set ? (iss->string.len != conf->issuer.len
                    || ngx_memcmp(iss->string.data, conf->issuer.data,
                                  iss->string.len) != 0)
                 : conf->state->says_issuer)
    {
        return oidc_failed(lr, "the answer is another issuer's");
    }

    if (auth_param_is(lr, "error", "access_denied")) {
        return ln_fail(lr, NGX_HTTP_UNAUTHORIZED, "oidc_denied");
    }

    if (ln_param(lr, "error")->set || !ln_param(lr, "code")->set) {
        return oidc_failed(lr, "the provider answers an error");
    }

    return NGX_OK;
}


ngx_int_t
auth_oidc_return_prepare(ln_request_t *lr, const ln_value_t *row)
{
    ngx_int_t  rc;

    rc = auth_place_throttle(lr, row);

    return rc == NGX_OK
           ? auth_oidc_discover(lr, oidc_exchange,
                                auth_ctx(ln_http_request(lr))->work)
           : rc;
}


static ngx_int_t
oidc_exchange(ln_request_t *lr, void *data)
{
    oidc_back_t *back = data;

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
oidc_post(auth_oidc_conf_t *conf, ln_request_t *lr, const oidc_back_t *back,
    ngx_str_t *body)
{
    u_char           *p;
    const ngx_str_t  *code;

    code = &ln_param(lr, "code")->string;

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
    oidc_back_t *back = data;

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
    oidc_back_t *back = data;

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


ngx_int_t
auth_oidc_return_finish(ln_request_t *lr)
{
    ngx_int_t     rc;
    oidc_back_t  *back;

    if (!auth_param_is(lr, "outcome", "accepted")) {
        return ln_fail(lr, NGX_HTTP_UNAUTHORIZED, "sign_in_refused");
    }

    back = auth_ctx(ln_http_request(lr))->work;
    rc = auth_issue_cookies(lr);

    return rc == NGX_OK ? auth_away_go(lr, back->away.path, back->away.npath)
                        : rc;
}
