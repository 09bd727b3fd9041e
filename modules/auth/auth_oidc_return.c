
/*
 * GET /auth/oidc/return: back from the identity provider.
 *
 *     before     the browser is the one that began: cookie and `state`
 *     look-up    what throttling counts of this address
 *     prepare    the code for an ID token, its keys, its claims
 *     steps      the account that its subject leads to, or a new one
 *     finish     cookies, and to the page where he wanted to go
 *
 * Every refusal is the sign-in page with a code.  Who is back to bind, see
 * auth_oidc_bind.c, only passes through: `before` answers.
 */

#include "auth_oidc.h"
#include "auth_proof.h"


static ngx_int_t oidc_new(ln_request_t *lr, auth_oidc_conf_t *conf,
    const auth_back_t *back);
static const char *oidc_answer(ln_request_t *lr, auth_oidc_conf_t *conf);


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
    AUTH_OIDC_CLAIMS,
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


ngx_int_t
auth_oidc_return_before(ln_request_t *lr)
{
    auth_ctx_t          *ctx;
    const char          *refusal;
    auth_back_t         *back;
    auth_oidc_conf_t    *conf;
    const ln_value_t    *state;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);
    ctx = auth_ctx(r);
    conf = auth_conf(r)->oidc;
    state = ln_param(lr, "state");
    back = ngx_pcalloc(r->pool, sizeof(auth_back_t));

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

    if (auth_cookie_write(r, AUTH_AWAY, "", 0, 0) != NGX_OK) {
        return auth_broken(lr);
    }

    back->code = ln_param(lr, "code")->string;
    refusal = oidc_answer(lr, conf);

    if (back->away.binds) {
        return auth_oidc_hand_over(lr, back, refusal);
    }

    return refusal ? ln_fail(lr, NGX_HTTP_UNAUTHORIZED, refusal)
                   : oidc_new(lr, conf, back);
}


/* What will be made if all is right. */

static ngx_int_t
oidc_new(ln_request_t *lr, auth_oidc_conf_t *conf, const auth_back_t *back)
{
    u_char       account[16];
    ngx_int_t    rc;
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));

    if (back->away.ndevice
        && auth_set_bytes(lr, "device", back->away.device, back->away.ndevice)
           != NGX_OK)
    {
        return auth_broken(lr);
    }

    rc = auth_place(lr, 1);
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


/* What came along in the query: NULL, or the code of the refusal. */

static const char *
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
        auth_oidc_log(lr, "the answer is another issuer's");
        return "oidc_failed";
    }

    if (auth_param_is(lr, "error", "access_denied")) {
        return "oidc_denied";
    }

    if (ln_param(lr, "error")->set || !ln_param(lr, "code")->set) {
        auth_oidc_log(lr, "the provider answers an error");
        return "oidc_failed";
    }

    return NULL;
}


ngx_int_t
auth_oidc_return_prepare(ln_request_t *lr, const ln_value_t *row)
{
    ngx_int_t  rc;

    rc = auth_place_throttle(lr, row);

    return rc == NGX_OK
           ? auth_oidc_redeem(lr, auth_ctx(ln_http_request(lr))->work) : rc;
}


ngx_int_t
auth_oidc_return_finish(ln_request_t *lr)
{
    ngx_int_t     rc;
    auth_back_t  *back;

    if (!auth_param_is(lr, "outcome", "accepted")) {
        return ln_fail(lr, NGX_HTTP_UNAUTHORIZED, "sign_in_refused");
    }

    back = auth_ctx(ln_http_request(lr))->work;
    rc = auth_issue_cookies(lr);

    return rc == NGX_OK ? auth_away_go(lr, back->away.path, back->away.npath)
                        : rc;
}
