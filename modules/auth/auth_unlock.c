
/*
 * POST /auth/unlock: a session that has not been used for too long is locked,
 * not over.  With its refresh token and the password it goes on: at a counter
 * that many use nobody loses what he had before him.
 */

#include "auth_proof.h"


const ln_param_t  auth_unlock_in[] = {

    { .name = "password", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 1, .max = AUTH_PASSWORD_MAX, .summary = "Of the account" },

    { .name = "refresh_token", .type = LN_STRING, .in = LN_BODY,
      .min = AUTH_REFRESH, .max = AUTH_REFRESH,
      .summary = "Left out by browsers, which have it in a cookie" },

    { .name = "device", .type = LN_STRING, .in = LN_BODY,
      .min = AUTH_DEVICE_MIN, .max = AUTH_DEVICE_MAX,
      .summary = "As at the sign-in" },

    { .name = "method", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "outcome", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "first", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "used_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "refresh_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "subject_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "device_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "address_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};


enum { ROW_SESSION = 0, ROW_ACCOUNT, ROW_HASH };

static const ln_column_t  lookup_columns[] = {
    [ROW_SESSION] = { .name = "session", .type = LN_UUID },
    [ROW_ACCOUNT] = { .name = "account", .type = LN_UUID },
    [ROW_HASH] = { .name = "password_hash", .type = LN_STRING,
                   .nullable = 1 },
    { .name = NULL }
};

const ln_stmt_t  auth_unlock_lookup = {
    .name = "auth_unlock_lookup",
    .sql = "SELECT s.id AS session,"
                 " a.id AS account,"
                 " a.password_hash"
           " FROM refresh_token t"
           " JOIN session s ON s.id = t.session_id"
           " JOIN account a ON a.id = s.account_id"
           " WHERE t.hash = :used_hash"
             " AND a.status = 'active'"
             " AND s.ended_at IS NULL"
             " AND s.expires_at > UTC_TIMESTAMP(6)",
    .columns = lookup_columns
};


/* The right password is not enough: the session must still be there. */

static ngx_int_t
unlock_check(ln_request_t *lr, const ln_value_t *row)
{
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));

    if (row == NULL || !row[AUTH_TOKEN_SESSION].set
        || !row[AUTH_TOKEN_LIVE].integer
        || (row[AUTH_TOKEN_USED].integer && !row[AUTH_TOKEN_AGAIN].integer)
        || !auth_proof_same(ctx->work, &row[AUTH_TOKEN_PASSWORD]))
    {
        return auth_refresh_refused(lr, "refresh_refused");
    }

    return auth_set_text(lr, "first", row[AUTH_TOKEN_USED].integer ? "no"
                                                                   : "yes")
           == NGX_OK ? NGX_OK : auth_broken(lr);
}


const ln_step_t  auth_unlock_steps[] = {
    { .stmt = &auth_turn },
    { .stmt = &auth_proof_tried, .check = auth_tried_check },
    { .stmt = &auth_refresh_token, .when = "outcome=accepted", .optional = 1,
      .check = unlock_check },
    { .stmt = &auth_refresh_use, .when = "outcome=accepted first=yes" },
    { .stmt = &auth_first_refresh, .when = "outcome=accepted" },
    { .stmt = &auth_refresh_touch, .when = "outcome=accepted" },
    { .stmt = &auth_scope_stmt, .name = "scope", .when = "outcome=accepted" },
    { .stmt = &auth_attempt },
    { .stmt = NULL }
};


ngx_int_t
auth_unlock_prepare(ln_request_t *lr, const ln_value_t *row)
{
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));

    if (row == NULL) {
        return auth_refresh_refused(lr, "refresh_refused");
    }

    ngx_memcpy(ctx->session, row[ROW_SESSION].string.data, 16);
    ngx_memcpy(ctx->account, row[ROW_ACCOUNT].string.data, 16);
    ln_act_as(lr, ctx->account);

    if (auth_proof_subject(lr, ctx->account) != NGX_OK
        || auth_set_uuid(lr, "session", ctx->session) != NGX_OK
        || auth_set_uuid(lr, "account", ctx->account) != NGX_OK
        || auth_set_text(lr, "method", "password") != NGX_OK
        || auth_refresh_new(lr) != NGX_OK)
    {
        return auth_broken(lr);
    }

    return auth_proof(lr, &row[ROW_HASH], ln_param(lr, "password"));
}


ngx_int_t
auth_unlock_finish(ln_request_t *lr)
{
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));

    if (auth_param_is(lr, "outcome", "throttled")) {
        return auth_too_many(lr, "too_many_tries", ctx->wait);
    }

    if (!auth_param_is(lr, "outcome", "accepted")) {
        return ln_fail_field(lr, "password", "password_wrong");
    }

    return auth_issue(lr, NGX_HTTP_OK, ctx->by_cookie);
}
