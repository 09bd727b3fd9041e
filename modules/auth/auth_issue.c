
/* What a sign-in and a refresh give: an access token and a refresh token. */

#include "auth.h"


static ngx_int_t auth_issue_json(ln_request_t *lr, ngx_uint_t status,
    const ngx_str_t *access, ngx_uint_t cookie);


static const ln_column_t  scope_columns[] = {
    { .name = "scope", .type = LN_STRING },
    { .name = "must_change", .type = LN_INTEGER },
    { .name = "factors", .type = LN_INTEGER },
    { .name = "seconds", .type = LN_INTEGER },
    { .name = "assurance", .type = LN_INTEGER },
    { .name = NULL }
};


/*
 * A role that asks for a second factor counts only in a session that proved
 * one; who must change his password may do nothing else.
 */

const ln_stmt_t  auth_scope_stmt = {
    .name = "auth_scope",
    .sql = "SELECT COALESCE((SELECT GROUP_CONCAT(DISTINCT p.permission"
                                         " ORDER BY p.permission"
                                         " SEPARATOR ' ')"
                            " FROM access_grant g"
                            " JOIN role ro ON ro.id = g.role_id"
                            " JOIN role_permission p ON p.role_id = ro.id"
                            " WHERE g.account_id = a.id"
                              " AND a.password_must_change = 0"
                              " AND ro.second_factor <= s.second_factor"
                              " AND " AUTH_GRANT_HOLDS("g") "), '') AS scope,"
                 " a.password_must_change AS must_change,"
                 " s.second_factor + 1 AS factors,"
                 " GREATEST(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6),"
                                        " s.expires_at), 0) AS seconds,"
                 " COALESCE(pe.assurance,"
                          " IF(a.phone_at IS NULL, 0, 1)) AS assurance"
           " FROM session s"
           " JOIN account a ON a.id = s.account_id"
           " LEFT JOIN person pe ON pe.id = a.person_id"
           " WHERE s.id = :session",
    .columns = scope_columns
};


const ln_column_t  auth_tokens_columns[] = {
    { .name = "session", .type = LN_UUID },
    { .name = "expires_in", .type = LN_INTEGER,
      .summary = "Seconds that the access token lives" },
    { .name = "must_change_password", .type = LN_BOOLEAN,
      .summary = "Until then the session has no rights" },
    { .name = "token_type", .type = LN_STRING, .omit_null = 1,
      .summary = "Bearer; with transport=body" },
    { .name = "access_token", .type = LN_STRING, .omit_null = 1,
      .summary = "With transport=body" },
    { .name = "refresh_token", .type = LN_STRING, .omit_null = 1,
      .summary = "With transport=body; good for one use" },
    { .name = NULL }
};


ngx_int_t
auth_refresh_new(ln_request_t *lr)
{
    u_char       octets[32], hash[32];
    ngx_int_t    rc;
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));

    if (ctx == NULL || !auth_random(octets, 32)
        || !auth_sha256(octets, 32, hash))
    {
        return NGX_ERROR;
    }

    (void) auth_base64_encode(octets, 32, (char *) ctx->refresh);
    rc = auth_set_bytes(lr, "refresh_hash", hash, 32);
    auth_wipe(octets, 32);

    return rc;
}


ngx_int_t
auth_issue(ln_request_t *lr, ngx_uint_t status, ngx_uint_t cookie)
{
    long                 seconds;
    ngx_str_t            access;
    auth_ctx_t          *ctx;
    auth_token_t         token;
    const ln_value_t    *scope;
    auth_token_rules_t   rules;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);
    ctx = auth_ctx(r);
    scope = ln_step_row(lr, "scope");

    access.data = ngx_pnalloc(r->pool, AUTH_TOKEN_MAX);

    if (ctx == NULL || scope == NULL || access.data == NULL
        || scope[0].string.len > AUTH_SCOPE_MAX)
    {
        return auth_broken(lr);
    }

    ngx_memzero(&token, sizeof(auth_token_t));
    ngx_memcpy(token.account, ctx->account, 16);
    ngx_memcpy(token.session, ctx->session, 16);
    token.issued_us = ln_now(r);
    token.issued_at = token.issued_us / 1000000;
    token.expires_at = token.issued_at + AUTH_TOKEN_LIFE;
    token.factors = (unsigned) scope[2].integer;
    token.assurance = (unsigned) scope[4].integer;
    token.nscope = scope[0].string.len;
    ngx_memcpy(token.scope, scope[0].string.data, token.nscope);

    auth_token_rules(r, &rules);
    access.len = auth_token_issue(&rules, &token, (char *) access.data);
    seconds = (long) scope[3].integer;

    if (access.len == 0) {
        return auth_broken(lr);
    }

    if (cookie
        && (auth_cookie_write(r, AUTH_ACCESS, access.data, access.len,
                              AUTH_TOKEN_LIFE) != NGX_OK
            || auth_cookie_write(r, AUTH_REFRESHING, ctx->refresh,
                                 AUTH_REFRESH, seconds) != NGX_OK
            || auth_cookie_write(r, AUTH_DEVICE, ctx->device.data,
                                 ctx->device.len, AUTH_DEVICE_LIFE)
               != NGX_OK))
    {
        return auth_broken(lr);
    }

    return auth_issue_json(lr, status, &access, cookie);
}


static ngx_int_t
auth_issue_json(ln_request_t *lr, ngx_uint_t status, const ngx_str_t *access,
    ngx_uint_t cookie)
{
    u_char            *p, session[36];
    ngx_str_t          json;
    auth_ctx_t        *ctx;
    const ln_value_t  *scope;

    ctx = auth_ctx(ln_http_request(lr));
    scope = ln_step_row(lr, "scope");

    json.data = ngx_pnalloc(ln_pool(lr), AUTH_TOKEN_MAX + 512);
    if (json.data == NULL) {
        return auth_broken(lr);
    }

    (void) ln_uuid_print(session, ctx->session);

    p = ngx_sprintf(json.data,
                    "{\"session\":\"%*s\",\"expires_in\":%d,"
                    "\"must_change_password\":%s",
                    (size_t) 36, session, AUTH_TOKEN_LIFE,
                    scope[1].integer ? "true" : "false");

    if (!cookie) {
        p = ngx_sprintf(p, ",\"token_type\":\"Bearer\","
                        "\"access_token\":\"%V\",\"refresh_token\":\"%*s\"",
                        access, (size_t) AUTH_REFRESH, ctx->refresh);
    }

    *p++ = '}';
    json.len = p - json.data;

    return ln_respond_json(lr, status, &json);
}


void
auth_cookies_clear(ngx_http_request_t *r)
{
    (void) auth_cookie_write(r, AUTH_ACCESS, "", 0, 0);
    (void) auth_cookie_write(r, AUTH_REFRESHING, "", 0, 0);
}
