
/*
 * POST /auth/refresh: a refresh token for a new one and an access token.
 *
 * A token is good for one use.  A second use means that two have it: the
 * session ends.  But the answer to the first use may have been lost, or a
 * worker killed under it, so for a short while the same device may ask once
 * more.  Nobody is signed out by a lost answer; until one of the successors
 * is used, all of them are good, and then the others are as used as it is.
 *
 * POST /auth/sign-out ends the session that a refresh token belongs to.
 */

#include "auth.h"


const ln_param_t  auth_refresh_in[] = {

    { .name = "refresh_token", .type = LN_STRING, .in = LN_BODY,
      .min = AUTH_REFRESH, .max = AUTH_REFRESH,
      .summary = "Left out by browsers, which have it in a cookie" },

    { .name = "device", .type = LN_STRING, .in = LN_BODY,
      .min = AUTH_DEVICE_MIN, .max = AUTH_DEVICE_MAX,
      .summary = "As at the sign-in" },

    { .name = "outcome", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "live", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "used_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "refresh_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "device_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "address_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};


static const ln_column_t  lookup_columns[] = {
    { .name = "session", .type = LN_UUID },
    { .name = "account", .type = LN_UUID },
    { .name = NULL }
};

/* Who sends what never was a token writes nothing. */

const ln_stmt_t  auth_refresh_lookup = {
    .name = "auth_refresh_lookup",
    .sql = "SELECT s.id AS session,"
                 " s.account_id AS account"
           " FROM refresh_token t"
           " JOIN session s ON s.id = t.session_id"
           " WHERE t.hash = :used_hash"
             " AND s.ended_at IS NULL",
    .columns = lookup_columns
};


static const ln_column_t  token_columns[] = {
    [AUTH_TOKEN_SESSION] = { .name = "session", .type = LN_UUID },
    [AUTH_TOKEN_ACCOUNT] = { .name = "account", .type = LN_UUID },
    [AUTH_TOKEN_LIVE] = { .name = "live", .type = LN_INTEGER },
    [AUTH_TOKEN_IDLE] = { .name = "idle", .type = LN_INTEGER },
    [AUTH_TOKEN_PASSWORD] = { .name = "password_hash", .type = LN_STRING,
                              .nullable = 1 },
    [AUTH_TOKEN_USED] = { .name = "used", .type = LN_INTEGER },
    [AUTH_TOKEN_AGAIN] = { .name = "again", .type = LN_INTEGER },
    { .name = NULL }
};

/* Locked: of two who send the same token the second sees what the first did. */

const ln_stmt_t  auth_refresh_token = {
    .name = "auth_refresh_token",
    .sql = "SELECT s.id AS session,"
                 " s.account_id AS account,"
                 " a.status = 'active'"
                 " AND s.ended_at IS NULL"
                 " AND s.expires_at > UTC_TIMESTAMP(6) AS live,"
                 " COALESCE(s.used_at <= UTC_TIMESTAMP(6)"
                          " - INTERVAL s.idle_minutes MINUTE, 0) AS idle,"
                 " a.password_hash,"
                 " t.used_at IS NOT NULL AS used,"
                 " COALESCE(t.used_at > UTC_TIMESTAMP(6)"
                          " - " AUTH_INTERVAL("refresh.grace")
                          " AND (s.device_index = :device_index"
                               " OR (s.device_index IS NULL"
                                   " AND :device_index IS NULL))"
                          " AND NOT EXISTS"
                              " (SELECT 1"
                               " FROM refresh_token n"
                               " WHERE n.session_id = s.id"
                                 " AND n.created_at >= t.used_at"
                                 " AND n.used_at IS NOT NULL), 0) AS again"
           " FROM refresh_token t"
           " JOIN session s ON s.id = t.session_id"
           " JOIN account a ON a.id = s.account_id"
           " WHERE t.hash = :used_hash"
           " FOR UPDATE",
    .columns = token_columns
};


const ln_stmt_t  auth_refresh_use = {
    .name = "auth_refresh_use",
    .sql = "UPDATE refresh_token"
           " SET used_at = UTC_TIMESTAMP(6)"
           " WHERE session_id = :session"
             " AND used_at IS NULL"
};


const ln_stmt_t  auth_refresh_touch = {
    .name = "auth_refresh_touch",
    .sql = "UPDATE session"
           " SET used_at = UTC_TIMESTAMP(6)"
           " WHERE id = :session"
};


static const ln_stmt_t  end = {
    .name = "auth_refresh_end",
    .sql = "UPDATE session"
           " SET ended_at = UTC_TIMESTAMP(6),"
               " ended_why = 'reuse'"
           " WHERE id = :session"
             " AND ended_at IS NULL"
};


static const ln_stmt_t  tell = {
    .name = "auth_refresh_tell",
    .sql = "INSERT INTO change_event"
           " (topic,"
            " subject,"
            " at)"
           " VALUES"
           " ('session',"
            " LOWER(HEX(:session)),"
            " UTC_TIMESTAMP(6))"
};


static ngx_int_t
refresh_check(ln_request_t *lr, const ln_value_t *row)
{
    const char  *outcome, *live;
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));
    live = "no";

    if (ctx == NULL) {
        return auth_broken(lr);
    }

    if (row == NULL || !row[AUTH_TOKEN_SESSION].set
        || !row[AUTH_TOKEN_LIVE].integer)
    {
        outcome = "refused";

    } else if (row[AUTH_TOKEN_USED].integer && !row[AUTH_TOKEN_AGAIN].integer)
    {
        outcome = "reused";

    } else if (row[AUTH_TOKEN_IDLE].integer) {
        outcome = "idle";

    } else if (row[AUTH_TOKEN_USED].integer) {
        outcome = "again";
        live = "yes";

    } else {
        outcome = "rotated";
        live = "yes";
    }

    if (row && row[AUTH_TOKEN_SESSION].set) {
        ngx_memcpy(ctx->session, row[AUTH_TOKEN_SESSION].string.data, 16);
        ngx_memcpy(ctx->account, row[AUTH_TOKEN_ACCOUNT].string.data, 16);
        ln_act_as(lr, ctx->account);
    }

    return auth_set_text(lr, "outcome", outcome) == NGX_OK
           && auth_set_text(lr, "live", live) == NGX_OK
           && auth_set_uuid(lr, "session", ctx->session) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


const ln_step_t  auth_refresh_steps[] = {
    { .stmt = &auth_refresh_token, .name = "token", .optional = 1,
      .check = refresh_check },
    { .stmt = &auth_refresh_use, .when = "outcome=rotated" },
    { .stmt = &auth_first_refresh, .when = "live=yes" },
    { .stmt = &auth_refresh_touch, .when = "live=yes" },
    { .stmt = &auth_scope_stmt, .name = "scope", .when = "live=yes" },
    { .stmt = &end, .when = "outcome=reused", .optional = 1 },
    { .stmt = &tell, .when = "outcome=reused" },
    { .stmt = NULL }
};


ngx_int_t
auth_refresh_refused(ln_request_t *lr, const char *code)
{
    ngx_http_request_t  *r;

    r = ln_http_request(lr);

    if (auth_ctx(r) && auth_ctx(r)->by_cookie) {
        auth_cookies_clear(r);
    }

    return ln_fail(lr, NGX_HTTP_UNAUTHORIZED, code);
}


ngx_int_t
auth_refresh_before(ln_request_t *lr)
{
    u_char               octets[32], hash[32];
    ngx_str_t            text;
    auth_ctx_t          *ctx;
    const ln_value_t    *given;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);
    ctx = auth_ctx(r);
    given = ln_param(lr, "refresh_token");

    if (ctx == NULL) {
        return auth_broken(lr);
    }

    text = given->string;

    if (!given->set) {

        if (auth_cookie_read(r, auth_cookie_name(r, AUTH_REFRESHING), &text)
            != NGX_OK)
        {
            return ln_fail(lr, NGX_HTTP_UNAUTHORIZED, "sign_in_required");
        }

        if (!auth_origin_ours(r)) {
            return ln_fail(lr, NGX_HTTP_FORBIDDEN, "origin_refused");
        }

        ctx->by_cookie = 1;
    }

    if (auth_base64_decode((char *) text.data, text.len, octets, 32) != 32) {
        return auth_refresh_refused(lr, "refresh_refused");
    }

    if (!auth_sha256(octets, 32, hash)
        || auth_set_bytes(lr, "used_hash", hash, 32) != NGX_OK)
    {
        return auth_broken(lr);
    }

    return auth_place(lr, 0);
}


ngx_int_t
auth_refresh_prepare(ln_request_t *lr, const ln_value_t *row)
{
    if (row == NULL) {
        return auth_refresh_refused(lr, "refresh_refused");
    }

    return auth_refresh_new(lr) == NGX_OK ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_refresh_finish(ln_request_t *lr)
{
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));

    if (auth_param_is(lr, "outcome", "reused")) {
        ln_changed(ln_http_request(lr), "session", ctx->session);
    }

    if (auth_param_is(lr, "outcome", "idle")) {
        /* not over: POST /auth/unlock, with the same refresh token */
        return ln_fail(lr, NGX_HTTP_UNAUTHORIZED, "session_idle");
    }

    if (!auth_param_is(lr, "live", "yes")) {
        return auth_refresh_refused(lr, "refresh_refused");
    }

    return auth_issue(lr, NGX_HTTP_OK, ctx->by_cookie);
}


const ln_param_t  auth_sign_out_in[] = {

    { .name = "refresh_token", .type = LN_STRING, .in = LN_BODY,
      .min = AUTH_REFRESH, .max = AUTH_REFRESH,
      .summary = "Left out by browsers, which have it in a cookie" },

    { .name = "device", .type = LN_STRING, .in = LN_BODY,
      .min = AUTH_DEVICE_MIN, .max = AUTH_DEVICE_MAX,
      .summary = "As at the sign-in" },

    { .name = "used_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "device_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "address_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};


static const ln_stmt_t  leave = {
    .name = "auth_sign_out",
    .sql = "UPDATE session"
           " SET ended_at = UTC_TIMESTAMP(6),"
               " ended_why = 'signed_out'"
           " WHERE id = :session"
             " AND ended_at IS NULL"
};

const ln_step_t  auth_sign_out_steps[] = {
    { .stmt = &leave, .optional = 1 },
    { .stmt = NULL }
};


ngx_int_t
auth_sign_out_prepare(ln_request_t *lr, const ln_value_t *row)
{
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));

    if (row == NULL || ctx == NULL) {
        return auth_refresh_refused(lr, "refresh_refused");
    }

    ln_act_as(lr, row[1].string.data);

    return auth_set_uuid(lr, "session", row[0].string.data) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_sign_out_finish(ln_request_t *lr)
{
    ngx_http_request_t  *r;

    r = ln_http_request(lr);

    if (auth_ctx(r)->by_cookie) {
        auth_cookies_clear(r);
    }

    return ln_respond_json(lr, NGX_HTTP_NO_CONTENT, NULL);
}
