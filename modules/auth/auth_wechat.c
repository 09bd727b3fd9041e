
/*
 * POST /auth/wechat: in the mini-program, by the code of wx.login.
 *
 *     before     hashes of device, address and phone
 *     look-up    what throttling counts of this address
 *     prepare    WeChat is asked who has the code (code2session)
 *     steps      the account that its openid or unionid leads to; or, the
 *                first time, that of a phone proved by a code of our own
 *     finish     tokens, or why not
 *
 * WeChat says only that it is the same person as before.  A phone number that
 * it would give is not asked for: numbers are re-issued, so ours is proved.
 */

#include "auth_ways.h"
#include "auth_code.h"
#include "auth_identity.h"
#include "auth_proof.h"
#include "auth_wechat_answer.h"


#define WECHAT_PATH   "/sns/jscode2session?"
#define WECHAT_PAUSE  60           /* s, after 45011: it counts by the minute */


static ngx_int_t wechat_phone(ln_request_t *lr);
static ngx_int_t wechat_answered(ln_request_t *lr, void *data,
    const ln_http_answer_t *answer);
static ngx_int_t wechat_away(ln_request_t *lr);
static ngx_int_t wechat_known(ln_request_t *lr, const auth_wechat_t *who);


const ln_param_t  auth_wechat_in[] = {

    { .name = "code", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 8, .max = 256, .summary = "From wx.login; good once" },

    { .name = "phone", .type = LN_STRING, .in = LN_BODY, .min = 5, .max = 32,
      .summary = "The first time: a mobile number of the mainland",
      .example = "13800138000" },

    { .name = "sms_code", .type = LN_STRING, .in = LN_BODY, .min = AUTH_CODE,
      .max = AUTH_CODE,
      .summary = "The code with the purpose `bind` that was sent to it" },

    { .name = "device", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = AUTH_DEVICE_MIN, .max = AUTH_DEVICE_MAX,
      .summary = "What the device calls itself: random, kept" },

    { .name = "device_name", .type = LN_STRING, .in = LN_BODY, .min = 1,
      .max = 64, .summary = "As the person will recognize it" },

    AUTH_NOTIFY,
    { .name = "method", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "transport", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "outcome", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "counts", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "asked", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "proved", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "opening", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "new_openid", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "new_unionid", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "app", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "platform", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "openid", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "unionid", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "mobile", .type = LN_STRING, .in = LN_COMPUTED,
      .seal = "account.phone" },
    { .name = "phone_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "subject_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "device_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "address_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "code_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "refresh_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "account_new", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "found", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};


/* As at a sign-in by code: a try counts, and of several one finds it. */

static const ln_stmt_t  take_code = {
    .name = "auth_wechat_take_code",
    .sql = "UPDATE login_code"
           " SET taken_by = IF(code_hash = :code_hash, :new_id, NULL),"
               " tries = tries + 1"
           " WHERE phone_index = :phone_index"
             " AND purpose = 'bind'"
             " AND taken_by IS NULL"
             " AND expires_at > UTC_TIMESTAMP(6)"
             " AND tries < " AUTH_RULE("code.tries")
};


static const ln_column_t  taken_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = NULL }
};

static const ln_stmt_t  taken = {
    .name = "auth_wechat_taken",
    .sql = "SELECT c.id"
           " FROM login_code c"
           " WHERE c.phone_index = :phone_index"
             " AND c.taken_by = :new_id",
    .columns = taken_columns
};


enum { KNOWN_OPENID = 0, KNOWN_UNIONID, KNOWN_PHONE };

static const ln_column_t  known_columns[] = {
    [KNOWN_OPENID] = { .name = "by_openid", .type = LN_UUID, .nullable = 1 },
    [KNOWN_UNIONID] = { .name = "by_unionid", .type = LN_UUID,
                        .nullable = 1 },
    [KNOWN_PHONE] = { .name = "by_phone", .type = LN_UUID, .nullable = 1 },
    { .name = NULL }
};

#define BOUND(kind, issuer, name)                                             \
    "(SELECT i.account_id"                                                    \
    " FROM account_identity i"                                                \
    " WHERE i.kind = '" kind "'"                                              \
      " AND i.issuer = :" issuer                                              \
      " AND i.subject = :" name ")"

static const ln_stmt_t  known = {
    .name = "auth_wechat_known",
    .sql = "SELECT " BOUND("wechat", "app", "openid") " AS by_openid,"
                 " " BOUND("wechat_union", "platform", "unionid")
                 " AS by_unionid,"
                 " (SELECT a.id"
                  " FROM account a"
                  " WHERE a.phone_index = :phone_index) AS by_phone",
    .columns = known_columns
};


enum { WHO_ID = 0, WHO_STATUS, WHO_KIND, WHO_PHONE };

static const ln_column_t  who_columns[] = {
    [WHO_ID] = { .name = "id", .type = LN_UUID },
    [WHO_STATUS] = { .name = "status", .type = LN_STRING },
    [WHO_KIND] = { .name = "kind", .type = LN_STRING },
    [WHO_PHONE] = { .name = "phone", .type = LN_SEALED,
                    .seal = "account.phone", .nullable = 1 },
    { .name = NULL }
};

static const ln_stmt_t  who = {
    .name = "auth_wechat_who",
    .sql = "SELECT a.id,"
                 " a.status,"
                 " a.kind,"
                 " a.phone"
           " FROM account a"
           " WHERE a.id = COALESCE(:found,"
                                 " (SELECT b.id"
                                  " FROM account b"
                                  " WHERE b.phone_index = :phone_index))"
           " FOR UPDATE",
    .columns = who_columns
};


#define BIND(kind, issuer, name)                                              \
    "INSERT INTO account_identity"                                            \
    " (kind,"                                                                 \
     " issuer,"                                                               \
     " subject,"                                                              \
     " account_id,"                                                           \
     " created_at,"                                                           \
     " used_at)"                                                              \
    " VALUES"                                                                 \
    " ('" kind "',"                                                           \
     " :" issuer ","                                                          \
     " :" name ","                                                            \
     " :account,"                                                             \
     " UTC_TIMESTAMP(6),"                                                     \
     " UTC_TIMESTAMP(6))"

const ln_stmt_t  auth_wechat_bind_openid = {
    .name = "auth_wechat_bind_openid",
    .sql = BIND("wechat", "app", "openid")
};

const ln_stmt_t  auth_wechat_bind_unionid = {
    .name = "auth_wechat_bind_unionid",
    .sql = BIND("wechat_union", "platform", "unionid")
};

static const ln_stmt_t  use = {
    .name = "auth_wechat_use",
    .sql = "UPDATE account_identity"
           " SET used_at = UTC_TIMESTAMP(6)"
           " WHERE kind = 'wechat'"
             " AND issuer = :app"
             " AND subject = :openid"
};


static ngx_int_t
wechat_set(ln_request_t *lr, const char *name, const char *text)
{
    return auth_set_text(lr, name, text) == NGX_OK ? NGX_OK : auth_broken(lr);
}


static ngx_int_t
wechat_taken(ln_request_t *lr, const ln_value_t *row)
{
    return wechat_set(lr, "proved", row && row[0].set ? "yes" : "no");
}


/*
 * Whom WeChat's word leads to.  A phone that was proved beside it must be the
 * same account's, or the first time decides whose the openid is.
 */

static ngx_int_t
wechat_whose(ln_request_t *lr, const ln_value_t *row)
{
    ngx_uint_t         proved, same;
    const char        *outcome;
    const ln_value_t  *found;

    found = row[KNOWN_OPENID].set ? &row[KNOWN_OPENID] : &row[KNOWN_UNIONID];
    proved = auth_param_is(lr, "proved", "yes");
    outcome = "accepted";

    if (ln_param(lr, "phone")->set && !proved) {
        outcome = "refused";

    } else if (found->set) {
        same = row[KNOWN_PHONE].set
               && ngx_memcmp(row[KNOWN_PHONE].string.data,
                             found->string.data, 16) == 0;

        if (proved && !same) {
            outcome = "elsewhere";
        }

        if (auth_set_uuid(lr, "found", found->string.data) != NGX_OK) {
            return auth_broken(lr);
        }

    } else if (!proved) {
        outcome = "unbound";
    }

    /* everybody is unbound once: no sign of somebody who tries */

    return auth_set_text(lr, "outcome", outcome) == NGX_OK
           && auth_set_text(lr, "counts",
                            outcome[0] == 'u' ? "no" : "yes") == NGX_OK
           && auth_set_text(lr, "opening", found->set ? "no" : "yes")
              == NGX_OK
           && auth_set_text(lr, "new_openid",
                            row[KNOWN_OPENID].set ? "no" : "yes") == NGX_OK
           && auth_set_text(lr, "new_unionid",
                            ln_param(lr, "unionid")->set
                            && !row[KNOWN_UNIONID].set ? "yes" : "no")
              == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


static ngx_int_t
wechat_who(ln_request_t *lr, const ln_value_t *row)
{
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));

    if (row == NULL || !row[WHO_ID].set || row[WHO_STATUS].string.len != 6
        || ngx_strncmp(row[WHO_STATUS].string.data, "active", 6) != 0)
    {
        return wechat_set(lr, "outcome", "refused");
    }

    if (row[WHO_KIND].string.len != 7) {
        return wechat_set(lr, "outcome", "staff");
    }

    if (ctx == NULL) {
        return auth_broken(lr);
    }

    ngx_memcpy(ctx->account, row[WHO_ID].string.data, 16);
    ln_act_as(lr, ctx->account);

    return auth_set_uuid(lr, "account", ctx->account) == NGX_OK
           ? auth_notify_phone(lr, &row[WHO_PHONE]) : auth_broken(lr);
}


const ln_step_t  auth_wechat_steps[] = {
    { .stmt = &take_code, .when = "asked=yes phone", .optional = 1 },
    { .stmt = &taken, .name = "taken", .when = "asked=yes phone",
      .optional = 1, .check = wechat_taken },
    { .stmt = &known, .name = "known", .when = "asked=yes",
      .check = wechat_whose },
    { .stmt = &auth_open_account, .when = "outcome=accepted opening=yes" },
    { .stmt = &who, .name = "who", .when = "outcome=accepted", .optional = 1,
      .check = wechat_who },
    { .stmt = &auth_wechat_bind_openid,
      .when = "outcome=accepted new_openid=yes" },
    { .stmt = &auth_wechat_bind_unionid,
      .when = "outcome=accepted new_unionid=yes" },
    { .stmt = &use, .when = "outcome=accepted new_openid=no",
      .optional = 1 },
    { .stmt = &auth_notify_device, .when = "outcome=accepted notify",
      .optional = 1 },
    { .stmt = &auth_open_session, .when = "outcome=accepted" },
    { .stmt = &auth_first_refresh, .when = "outcome=accepted" },
    { .stmt = &auth_scope_stmt, .name = "scope", .when = "outcome=accepted" },
    { .stmt = &auth_attempt, .when = "counts=yes" },
    { .stmt = NULL }
};


ngx_int_t
auth_wechat_before(ln_request_t *lr)
{
    u_char        account[16];
    ngx_int_t     rc;
    auth_ctx_t   *ctx;
    auth_conf_t  *conf;

    ctx = auth_ctx(ln_http_request(lr));
    conf = auth_conf(ln_http_request(lr));

    if (conf->wechat == NULL) {
        return ln_fail(lr, NGX_HTTP_NOT_FOUND, "way_not_offered");
    }

    if (ctx == NULL) {
        return auth_broken(lr);
    }

    rc = wechat_phone(lr);

    if (rc == NGX_OK) {
        rc = auth_place(lr, 0);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    ln_uuid7(account);
    ln_uuid7(ctx->session);

    return auth_set_uuid(lr, "account_new", account) == NGX_OK
           && auth_set_uuid(lr, "session", ctx->session) == NGX_OK
           && auth_refresh_new(lr) == NGX_OK
           && auth_set_text(lr, "method", "wechat") == NGX_OK
           && auth_set_text(lr, "transport", "body") == NGX_OK
           && auth_set_text(lr, "asked", "no") == NGX_OK
           && auth_set_text(lr, "counts", "yes") == NGX_OK
           && auth_set_text(lr, "proved", "no") == NGX_OK
           && auth_set_text(lr, "outcome", "refused") == NGX_OK
           && auth_set_index(lr, "subject_index", "session.device",
                             &ctx->device) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


static ngx_int_t
wechat_phone(ln_request_t *lr)
{
    char               mobile[AUTH_MOBILE];
    u_char             key[32], hash[32];
    ngx_str_t          text;
    const ln_value_t  *phone, *code;

    phone = ln_param(lr, "phone");
    code = ln_param(lr, "sms_code");

    if (phone->set != code->set) {
        return ln_fail_field(lr, phone->set ? "sms_code" : "phone",
                             "required");
    }

    if (!phone->set) {
        return NGX_OK;
    }

    if (!auth_mobile((char *) phone->string.data, phone->string.len, mobile)) {
        return ln_fail_field(lr, "phone", "bad_mobile");
    }

    text.data = (u_char *) mobile;
    text.len = AUTH_MOBILE;

    if (auth_set_bytes(lr, "mobile", text.data, text.len) != NGX_OK
        || auth_set_index(lr, "phone_index", "account.phone", &text) != NGX_OK
        || auth_secret(lr, "login_code", key) != NGX_OK)
    {
        return auth_broken(lr);
    }

    if (!auth_code_hash(key, "bind",
                        ln_param(lr, "phone_index")->string.data,
                        (char *) code->string.data, code->string.len, hash))
    {
        return ln_fail_field(lr, "sms_code", "too_short");
    }

    auth_wipe(key, sizeof(key));

    return auth_set_bytes(lr, "code_hash", hash, 32) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_wechat_prepare(ln_request_t *lr, const ln_value_t *row)
{
    ngx_int_t  rc;

    rc = auth_place_throttle(lr, row);

    return rc == NGX_OK ? auth_wechat_ask(lr) : rc;
}


/* The URL holds the secret: it is wiped, and ln_http.c logs none. */

ngx_int_t
auth_wechat_ask(ln_request_t *lr)
{
    size_t               n;
    u_char              *p;
    ngx_int_t            rc;
    const ln_value_t    *code;
    ln_http_call_t       call;
    auth_wechat_conf_t  *conf;

    conf = auth_conf(ln_http_request(lr))->wechat;
    code = ln_param(lr, "code");

    n = conf->url.len + sizeof(WECHAT_PATH)
        + AUTH_WAY_ESCAPED("appid", conf->app_id.len)
        + AUTH_WAY_ESCAPED("&secret", conf->secret.len)
        + AUTH_WAY_ESCAPED("&js_code", code->string.len)
        + sizeof("&grant_type=authorization_code");

    ngx_memzero(&call, sizeof(ln_http_call_t));
    call.target = "wechat";
    call.method = NGX_HTTP_GET;
    call.timeout = conf->ms;
    call.ca_file = conf->ca_file;
    call.url.data = ngx_pnalloc(ln_pool(lr), n);

    if (call.url.data == NULL) {
        return auth_broken(lr);
    }

    p = ngx_sprintf(call.url.data, "%V%s", &conf->url, WECHAT_PATH);
    p = auth_way_escape(p, "appid", conf->app_id.data, conf->app_id.len);
    p = auth_way_escape(p, "&secret", conf->secret.data, conf->secret.len);
    p = auth_way_escape(p, "&js_code", code->string.data, code->string.len);
    p = ngx_sprintf(p, "&grant_type=authorization_code%Z");
    call.url.len = p - call.url.data - 1;

    rc = ln_http_send(lr, &call, wechat_answered, NULL);
    auth_wipe(call.url.data, n);

    return rc;
}


static ngx_int_t
wechat_answered(ln_request_t *lr, void *data, const ln_http_answer_t *answer)
{
    auth_wechat_t        who_is;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);

    if (answer->rc != LN_HTTP_OK || answer->status != NGX_HTTP_OK) {
        return wechat_away(lr);
    }

    switch (auth_wechat_read((char *) answer->body.data, answer->body.len,
                             &who_is))
    {
    case AUTH_WECHAT_OK:
        return wechat_known(lr, &who_is);

    case AUTH_WECHAT_CODE:
        /* the attempt is written down, for the throttling */
        return wechat_set(lr, "outcome", "code");

    case AUTH_WECHAT_TOO_MANY:
        return auth_too_many(lr, "too_many_tries", WECHAT_PAUSE);

    case AUTH_WECHAT_BLOCKED:
        return wechat_set(lr, "outcome", "blocked");

    case AUTH_WECHAT_REFUSED:
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "legalnet: WeChat refused the call: errcode %L, see "
                      "\"legalnet_wechat\"", (int64_t) who_is.errcode);
        return wechat_away(lr);

    case AUTH_WECHAT_NONSENSE:
        ngx_log_error(NGX_LOG_ERR, r->connection->log, 0,
                      "legalnet: WeChat's answer is not what its "
                      "documentation says");
        return wechat_away(lr);

    default: /* AUTH_WECHAT_BUSY */
        return wechat_away(lr);
    }
}


static ngx_int_t
wechat_away(ln_request_t *lr)
{
    return ln_fail(lr, NGX_HTTP_SERVICE_UNAVAILABLE, "wechat_unavailable");
}


static ngx_int_t
wechat_known(ln_request_t *lr, const auth_wechat_t *answer)
{
    ngx_str_t            openid;
    auth_wechat_conf_t  *conf;

    conf = auth_conf(ln_http_request(lr))->wechat;

    openid.data = (u_char *) answer->openid;
    openid.len = answer->nopenid;

    if (answer->nunionid
        && auth_set_bytes(lr, "unionid", answer->unionid, answer->nunionid)
           != NGX_OK)
    {
        return auth_broken(lr);
    }

    return auth_set_bytes(lr, "openid", openid.data, openid.len) == NGX_OK
           && auth_set_index(lr, "subject_index", "account_identity.wechat",
                             &openid) == NGX_OK
           && ln_set_string(lr, "app", conf->app_id.data, conf->app_id.len)
              == NGX_OK
           && ln_set_string(lr, "platform", conf->platform.data,
                            conf->platform.len) == NGX_OK
           && auth_set_text(lr, "asked", "yes") == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_wechat_finish(ln_request_t *lr)
{
    static const struct {
        const char  *outcome;
        ngx_uint_t   status;
        const char  *code;
    } refusals[] = {
        { "code",      NGX_HTTP_UNAUTHORIZED, "wechat_code_refused" },
        { "blocked",   NGX_HTTP_UNAUTHORIZED, "wechat_blocked" },
        { "unbound",   NGX_HTTP_CONFLICT,     "wechat_unbound" },
        { "elsewhere", NGX_HTTP_CONFLICT,     "wechat_bound_elsewhere" },
        { "staff",     NGX_HTTP_CONFLICT,     "wechat_not_for_staff" },
        { "refused",   NGX_HTTP_UNAUTHORIZED, "sign_in_refused" }
    };

    ngx_uint_t  i;

    for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        if (auth_param_is(lr, "outcome", refusals[i].outcome)) {
            return ln_fail(lr, refusals[i].status, refusals[i].code);
        }
    }

    return auth_issue(lr, NGX_HTTP_OK, 0);
}
