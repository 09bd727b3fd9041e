
/* What a sign-in and a refresh give: an access token and a refresh token. */

#include "auth_factor.h"


#define AUTH_LIFE_LEAST  30        /* s */

enum {
    SCOPE_TEXT = 0, SCOPE_MUST_CHANGE, SCOPE_FACTORS, SCOPE_SECONDS,
    SCOPE_FACTOR, SCOPE_ASSURANCE, SCOPE_IDLE
};


static int64_t auth_issue_life(const ln_value_t *scope);
static ngx_uint_t auth_issue_settled(const ngx_str_t *factor);
static ngx_int_t auth_issue_json(ln_request_t *lr, ngx_uint_t status,
    const ngx_str_t *access, ngx_uint_t cookie);


static const ln_column_t  scope_columns[] = {
    [SCOPE_TEXT] = { .name = "scope", .type = LN_STRING },
    [SCOPE_MUST_CHANGE] = { .name = "must_change", .type = LN_INTEGER },
    [SCOPE_FACTORS] = { .name = "factors", .type = LN_INTEGER },
    [SCOPE_SECONDS] = { .name = "seconds", .type = LN_INTEGER },
    [SCOPE_FACTOR] = { .name = "factor", .type = LN_STRING },
    [SCOPE_ASSURANCE] = { .name = "assurance", .type = LN_INTEGER },
    [SCOPE_IDLE] = { .name = "idle", .type = LN_INTEGER, .nullable = 1 },
    { .name = NULL }
};


/*
 * Who owes a second factor, or must change his password, may do nothing else.
 */

const ln_stmt_t  auth_scope_stmt = {
    .name = "auth_scope",
    .sql = "SELECT COALESCE((SELECT GROUP_CONCAT(DISTINCT p.permission"
                                         " ORDER BY p.permission"
                                         " SEPARATOR ' ')"
                            " FROM access_grant g"
                            " JOIN role_permission p ON p.role_id = g.role_id"
                            " WHERE g.account_id = x.account_id"
                              " AND x.must_change = 0"
                              " AND x.factor IN ('none', 'proved')"
                              " AND " AUTH_GRANT_HOLDS("g") "), '') AS scope,"
                 " x.must_change,"
                 " CASE x.factor"
                 " WHEN 'proved' THEN 2"
                 " WHEN 'totp' THEN 0"
                 " WHEN 'certificate' THEN 0"
                 " ELSE 1"
                 " END AS factors,"
                 " x.seconds,"
                 " x.factor,"
                 " x.assurance,"
                 " x.idle"
           " FROM (SELECT a.id AS account_id,"
                        " a.password_must_change AS must_change,"
                        " " AUTH_FACTOR_DUE("a", "s") " AS factor,"
                        " GREATEST(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6),"
                                               " s.expires_at), 0) AS seconds,"
                        " COALESCE(pe.assurance,"
                                 " IF(a.phone_at IS NULL, 0, 1)) AS assurance,"
                        " s.idle_minutes * 60 AS idle"
                 " FROM session s"
                 " JOIN account a ON a.id = s.account_id"
                 " LEFT JOIN person pe ON pe.id = a.person_id"
                 " WHERE s.id = :session) x",
    .columns = scope_columns
};


static const char *const  factors[] = { "totp", "certificate", "enroll",
                                        NULL };

const ln_column_t  auth_tokens_columns[] = {
    { .name = "session", .type = LN_UUID },
    { .name = "expires_in", .type = LN_INTEGER,
      .summary = "Seconds that the access token lives" },
    { .name = "must_change_password", .type = LN_BOOLEAN,
      .summary = "Until then the session has no rights" },
    { .name = "factor", .type = LN_ENUM, .values = factors, .omit_null = 1,
      .summary = "What is still due: `totp` and `certificate` by POST "
                 "/auth/factor, until then the session is good for nothing "
                 "else; `enroll`: a role asks for a second factor and there "
                 "is none yet, until then it has no rights" },
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


static ngx_int_t
auth_issue_access(ln_request_t *lr, ngx_str_t *access)
{
    auth_ctx_t          *ctx;
    auth_token_t         token;
    const ln_value_t    *scope;
    auth_token_rules_t   rules;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);
    ctx = auth_ctx(r);
    scope = ln_step_row(lr, "scope");

    access->data = ngx_pnalloc(r->pool, AUTH_TOKEN_MAX);

    if (ctx == NULL || scope == NULL || access->data == NULL
        || scope[SCOPE_TEXT].string.len > AUTH_SCOPE_MAX)
    {
        return auth_broken(lr);
    }

    ngx_memzero(&token, sizeof(auth_token_t));
    ngx_memcpy(token.account, ctx->account, 16);
    ngx_memcpy(token.session, ctx->session, 16);
    token.issued_us = ln_now(r);
    token.issued_at = token.issued_us / 1000000;
    token.expires_at = token.issued_at + auth_issue_life(scope);
    token.factors = (unsigned) scope[SCOPE_FACTORS].integer;
    token.assurance = (unsigned) scope[SCOPE_ASSURANCE].integer;
    token.nscope = scope[SCOPE_TEXT].string.len;
    ngx_memcpy(token.scope, scope[SCOPE_TEXT].string.data, token.nscope);

    auth_token_rules(r, &rules);
    access->len = auth_token_issue(&rules, &token, (char *) access->data);

    return access->len ? NGX_OK : auth_broken(lr);
}


static ngx_int_t
auth_issue_set(ln_request_t *lr, const ngx_str_t *access)
{
    long                 seconds;
    auth_ctx_t          *ctx;
    const ln_value_t    *scope;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);
    ctx = auth_ctx(r);
    scope = ln_step_row(lr, "scope");
    seconds = (long) scope[SCOPE_SECONDS].integer;

    return auth_cookie_write(r, AUTH_ACCESS, access->data, access->len,
                             (long) auth_issue_life(scope)) == NGX_OK
           && auth_cookie_write(r, AUTH_REFRESHING, ctx->refresh,
                                AUTH_REFRESH, seconds) == NGX_OK
           && auth_cookie_write(r, AUTH_DEVICE, ctx->device.data,
                                ctx->device.len, AUTH_DEVICE_LIFE) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_issue_cookies(ln_request_t *lr)
{
    ngx_int_t  rc;
    ngx_str_t  access;

    rc = auth_issue_access(lr, &access);

    return rc == NGX_OK ? auth_issue_set(lr, &access) : rc;
}


ngx_int_t
auth_issue(ln_request_t *lr, ngx_uint_t status, ngx_uint_t cookie)
{
    ngx_int_t  rc;
    ngx_str_t  access;

    rc = auth_issue_access(lr, &access);

    if (rc == NGX_OK && cookie) {
        rc = auth_issue_set(lr, &access);
    }

    return rc == NGX_OK ? auth_issue_json(lr, status, &access, cookie) : rc;
}


/*
 * Use is seen when a token is renewed: of a session that locks when it is not
 * used, tokens live a fifth of that time, so it locks at most that much early.
 */

static int64_t
auth_issue_life(const ln_value_t *scope)
{
    if (!scope[SCOPE_IDLE].set) {
        return AUTH_TOKEN_LIFE;
    }

    return ngx_min(AUTH_TOKEN_LIFE,
                   ngx_max(scope[SCOPE_IDLE].integer / 5, AUTH_LIFE_LEAST));
}


static ngx_uint_t
auth_issue_settled(const ngx_str_t *factor)
{
    return (factor->len == 4 && ngx_strncmp(factor->data, "none", 4) == 0)
           || (factor->len == 6
               && ngx_strncmp(factor->data, "proved", 6) == 0);
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
                    "{\"session\":\"%*s\",\"expires_in\":%L,"
                    "\"must_change_password\":%s",
                    (size_t) 36, session, auth_issue_life(scope),
                    scope[SCOPE_MUST_CHANGE].integer ? "true" : "false");

    if (!auth_issue_settled(&scope[SCOPE_FACTOR].string)) {
        p = ngx_sprintf(p, ",\"factor\":\"%V\"",
                        &scope[SCOPE_FACTOR].string);
    }

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
