
/*
 * POST /auth/factor: the second step of a sign-in.  And what every route that
 * asks for a second factor shares, see auth_factor.h.
 */

#include "auth_factor.h"


static ngx_int_t factor_recovery(ln_request_t *lr, const ln_value_t *code);


static const ln_column_t  id_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = NULL }
};

static const ln_column_t  one_columns[] = {
    { .name = "one", .type = LN_INTEGER },
    { .name = NULL }
};


static const ln_column_t  lookup_columns[] = {
    [FACTOR_SECRET] = { .name = "secret", .type = LN_SEALED,
                        .seal = "totp_secret.secret", .nullable = 1 },
    [FACTOR_CONFIRMED] = { .name = "confirmed", .type = LN_INTEGER },
    [FACTOR_NAME] = { .name = "name", .type = LN_STRING, .nullable = 1 },
    [FACTOR_PHONE] = { .name = "phone", .type = LN_SEALED,
                       .seal = "account.phone", .nullable = 1 },
    { .name = NULL }
};

const ln_stmt_t  auth_factor_lookup = {
    .name = "auth_factor_lookup",
    .sql = "SELECT t.secret,"
                 " t.confirmed_at IS NOT NULL AS confirmed,"
                 " a.login_name AS name,"
                 " a.phone"
           " FROM account a"
           " LEFT JOIN totp_secret t ON t.account_id = a.id"
           " WHERE a.id = :self",
    .columns = lookup_columns
};


/* The token was good up to 15 minutes ago; is the session still? */

const ln_stmt_t  auth_factor_live = {
    .name = "auth_factor_live",
    .sql = "SELECT s.id"
           " FROM session s"
           " JOIN account a ON a.id = s.account_id"
           " WHERE s.id = :session"
             " AND s.account_id = :self"
             " AND a.status = 'active'"
             " AND s.ended_at IS NULL"
             " AND s.expires_at > UTC_TIMESTAMP(6)"
           " FOR UPDATE",
    .columns = id_columns
};


/*
 * Who has the password and guesses the rest has a session on his device, but
 * none that proved it: his failures count together, whatever his devices call
 * themselves, and do not slow down the owner on a device of his.
 */

#define FAILED                                                                \
    " FROM sign_in_attempt t"                                                 \
    " WHERE t.subject_index = :subject_index"                                 \
      " AND t.method = 'factor'"                                              \
      " AND t.accepted = 0"                                                   \
      " AND t.at > UTC_TIMESTAMP(6) - " AUTH_INTERVAL("sign_in.window")       \
      " AND (t.device_index = :device_index"                                  \
           " OR NOT EXISTS (SELECT 1"                                         \
                          " FROM session k"                                   \
                          " WHERE k.account_id = :self"                       \
                            " AND k.device_index = :device_index"             \
                            " AND k.second_factor = 1"                        \
                            " AND k.created_at > UTC_TIMESTAMP(6)"            \
                            " - " AUTH_INTERVAL("sign_in.known_device") "))"

const ln_stmt_t  auth_factor_tried = {
    .name = "auth_factor_tried",
    .sql = "SELECT (SELECT COUNT(*)" FAILED ") AS failures,"
                 " (SELECT TIMESTAMPDIFF(SECOND, MAX(t.at), UTC_TIMESTAMP(6))"
                 FAILED ") AS since,"
                 " " AUTH_RULE("sign_in.failures") " AS free,"
                 " " AUTH_RULE("sign_in.delay") " AS delay,"
                 " " AUTH_RULE("sign_in.delay_most") " AS delay_most",
    .columns = auth_tried_columns
};


/* The very secret that the code was compared with, and a step not yet used. */

const ln_stmt_t  auth_factor_totp = {
    .name = "auth_factor_totp",
    .sql = "SELECT 1 AS one"
           " FROM totp_secret t"
           " WHERE t.account_id = :self"
             " AND t.confirmed_at IS NOT NULL"
             " AND t.secret = :secret_seen"
             " AND t.last_step < :step"
           " FOR UPDATE",
    .columns = one_columns
};

const ln_stmt_t  auth_factor_totp_use = {
    .name = "auth_factor_totp_use",
    .sql = "UPDATE totp_secret"
           " SET last_step = :step"
           " WHERE account_id = :self"
             " AND confirmed_at IS NOT NULL"
             " AND last_step < :step"
};

const ln_stmt_t  auth_factor_recovery = {
    .name = "auth_factor_recovery",
    .sql = "SELECT 1 AS one"
           " FROM recovery_code c"
           " WHERE c.account_id = :self"
             " AND c.code_hash = :recovery_hash"
             " AND c.used_at IS NULL"
           " FOR UPDATE",
    .columns = one_columns
};

const ln_stmt_t  auth_factor_recovery_use = {
    .name = "auth_factor_recovery_use",
    .sql = "UPDATE recovery_code"
           " SET used_at = UTC_TIMESTAMP(6)"
           " WHERE account_id = :self"
             " AND code_hash = :recovery_hash"
             " AND used_at IS NULL"
};

const ln_stmt_t  auth_factor_session = {
    .name = "auth_factor_session",
    .sql = "UPDATE session"
           " SET second_factor = 1,"
               " used_at = UTC_TIMESTAMP(6)"
           " WHERE id = :session"
             " AND ended_at IS NULL"
};


const ln_stmt_t  auth_factor_tell = {
    .name = "auth_factor_tell",
    .sql = "INSERT INTO change_event"
           " (topic,"
            " subject,"
            " at)"
           " VALUES"
           " ('account',"
            " LOWER(HEX(:self)),"
            " UTC_TIMESTAMP(6))"
};


ngx_int_t
auth_factor_live_check(ln_request_t *lr, const ln_value_t *row)
{
    return row && row[0].set ? NGX_OK
           : ln_fail(lr, NGX_HTTP_UNAUTHORIZED, "refresh_refused");
}


ngx_int_t
auth_factor_proof_check(ln_request_t *lr, const ln_value_t *row)
{
    return auth_set_text(lr, "outcome", row && row[0].set ? "accepted"
                                                          : "refused")
           == NGX_OK ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_factor_before(ln_request_t *lr)
{
    ngx_int_t          rc;
    ngx_uint_t         given;
    auth_ctx_t        *ctx;
    const char        *way;
    const ln_value_t  *code, *recovery;

    ctx = auth_ctx(ln_http_request(lr));
    code = ln_param(lr, "code");
    recovery = ln_param(lr, "recovery_code");

    if (ctx == NULL) {
        return auth_broken(lr);
    }

    /* only POST /auth/factor has `certificate` */

    given = code->set + recovery->set
            + (ln_param(lr, "certificate")->integer != 0);

    if (given != 1) {
        return ln_fail_field(lr, "code", given ? "bad_combination"
                                               : "required");
    }

    way = code->set ? "totp" : recovery->set ? "recovery" : "certificate";

    ngx_memcpy(ctx->account, ctx->token.account, 16);
    ngx_memcpy(ctx->session, ctx->token.session, 16);

    if (auth_proof_subject(lr, ctx->account) != NGX_OK
        || auth_set_uuid(lr, "account", ctx->account) != NGX_OK
        || auth_set_text(lr, "method", "factor") != NGX_OK
        || auth_set_text(lr, "outcome", "refused") != NGX_OK
        || auth_set_text(lr, "way", way) != NGX_OK)
    {
        return auth_broken(lr);
    }

    rc = recovery->set ? factor_recovery(lr, recovery) : NGX_OK;
    if (rc == NGX_OK) {
        rc = auth_place(lr, 0);
    }

    return rc == NGX_OK ? auth_session(lr) : rc;
}


/* What cannot be one is wrong like any other that is. */

static ngx_int_t
factor_recovery(ln_request_t *lr, const ln_value_t *code)
{
    u_char       key[32], hash[32];
    ngx_int_t    rc;
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));

    if (auth_secret(lr, "recovery_code", key) != NGX_OK) {
        return auth_broken(lr);
    }

    rc = NGX_OK;

    if (auth_recovery_hash(key, ctx->account, (char *) code->string.data,
                           code->string.len, hash))
    {
        rc = auth_set_bytes(lr, "recovery_hash", hash, 32);
    }

    auth_wipe(key, sizeof(key));

    return rc == NGX_OK ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_factor_prepare(ln_request_t *lr, const ln_value_t *row)
{
    u_char             secret[AUTH_TOTP_SECRET];
    uint64_t           step;
    ngx_int_t          rc;
    ngx_str_t          text;
    const ln_value_t  *code;

    code = ln_param(lr, "code");

    if (row == NULL) {
        return ln_fail(lr, NGX_HTTP_UNAUTHORIZED, "refresh_refused");
    }

    if (!code->set || !row[FACTOR_SECRET].set) {
        return NGX_OK;
    }

    rc = ln_unseal(lr, "totp_secret.secret", &row[FACTOR_SECRET], &text);

    if (rc != NGX_OK
        || auth_base64_decode((char *) text.data, text.len, secret,
                              AUTH_TOTP_SECRET) != AUTH_TOTP_SECRET)
    {
        return auth_broken(lr);
    }

    step = auth_totp_step(secret, AUTH_TOTP_SECRET,
                          (char *) code->string.data, code->string.len,
                          ln_now(ln_http_request(lr)) / 1000000, 0);

    auth_wipe(secret, sizeof(secret));
    auth_wipe(text.data, text.len);

    if (step == 0) {
        return NGX_OK;
    }

    return ln_set_integer(lr, "step", (int64_t) step) == NGX_OK
           && auth_set_bytes(lr, "secret_seen",
                             row[FACTOR_SECRET].string.data,
                             row[FACTOR_SECRET].string.len) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_factor_refused(ln_request_t *lr)
{
    if (auth_param_is(lr, "outcome", "throttled")) {
        return auth_too_many(lr, "too_many_tries",
                             auth_ctx(ln_http_request(lr))->wait);
    }

    if (auth_param_is(lr, "way", "recovery")) {
        return ln_fail_field(lr, "recovery_code", "code_wrong");
    }

    if (auth_param_is(lr, "way", "certificate")) {
        return ln_fail_field(lr, "certificate", "certificate_unknown");
    }

    return ln_fail_field(lr, "code", "code_wrong");
}


/* POST /auth/factor */

const ln_param_t  auth_factor_in[] = {
    AUTH_FACTOR_CODE,
    AUTH_FACTOR_RECOVERY,

    { .name = "certificate", .type = LN_BOOLEAN, .in = LN_BODY,
      .summary = "Instead: true, over a connection that presents one" },

    { .name = "issuer", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "number", .type = LN_STRING, .in = LN_COMPUTED },
    AUTH_FACTOR_DEVICE,
    AUTH_FACTOR_COMPUTED,
    { .name = "refresh_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = NULL }
};

const ln_step_t  auth_factor_steps[] = {
    AUTH_FACTOR_STEPS,
    { .stmt = &auth_certificate_bound,
      .when = "way=certificate outcome=refused", .optional = 1,
      .check = auth_factor_proof_check },
    { .stmt = &auth_certificate_use,
      .when = "way=certificate outcome=accepted" },
    { .stmt = &auth_factor_session, .when = "outcome=accepted" },
    { .stmt = &auth_refresh_use, .when = "outcome=accepted", .optional = 1 },
    { .stmt = &auth_first_refresh, .when = "outcome=accepted" },
    { .stmt = &auth_scope_stmt, .name = "scope", .when = "outcome=accepted" },
    { .stmt = &auth_attempt },
    { .stmt = NULL }
};


ngx_int_t
auth_factor_start(ln_request_t *lr)
{
    ngx_int_t  rc;

    rc = auth_factor_before(lr);
    if (rc != NGX_OK) {
        return rc;
    }

    if (auth_param_is(lr, "way", "certificate")) {
        rc = auth_certificate_presented(lr);

        if (rc == NGX_DECLINED) {
            return ln_fail_field(lr, "certificate", "certificate_missing");
        }

        if (rc != NGX_OK) {
            return auth_broken(lr);
        }
    }

    return auth_refresh_new(lr) == NGX_OK ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_factor_finish(ln_request_t *lr)
{
    if (!auth_param_is(lr, "outcome", "accepted")) {
        return auth_factor_refused(lr);
    }

    return auth_issue(lr, NGX_HTTP_OK,
                      auth_ctx(ln_http_request(lr))->by_cookie);
}
