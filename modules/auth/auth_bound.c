
/*
 * What is bound to one's own account: GET and DELETE /me/identities, and
 * POST /me/wechat.  Every statement asks for :self.
 */

#include "auth_factor.h"


static const char *const  kinds[] = { "wechat", "oidc", NULL };


static const ln_column_t  identity_columns[] = {
    { .name = "kind", .type = LN_ENUM, .values = kinds },
    { .name = "created_at", .type = LN_INSTANT },
    { .name = "used_at", .type = LN_INSTANT },
    { .name = NULL }
};

const ln_stmt_t  auth_identities = {
    .name = "auth_identities",
    .sql = "SELECT i.kind,"
                 " MIN(i.created_at) AS created_at,"
                 " MAX(i.used_at) AS used_at"
           " FROM account_identity i"
           " WHERE i.account_id = :self"
             " AND i.kind IN ('wechat', 'oidc')"
           " GROUP BY i.kind"
           " ORDER BY i.kind",
    .columns = identity_columns
};


const ln_param_t  auth_identity_in[] = {
    { .name = "kind", .type = LN_ENUM, .in = LN_PATH, .required = 1,
      .values = kinds, .summary = "All of that kind" },
    { .name = NULL }
};

static const ln_stmt_t  end = {
    .name = "auth_identity_end",
    .sql = "DELETE FROM account_identity"
           " WHERE account_id = :self"
             " AND (kind = :kind"
                  " OR (:kind = 'wechat' AND kind = 'wechat_union'))"
             " AND EXISTS (SELECT 1"
                         " FROM account a"
                         " WHERE a.id = :self"
                           " AND (a.phone_index IS NOT NULL"
                                " OR a.login_name IS NOT NULL))"
};

static const ln_column_t  code_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  not_ended = {
    .name = "auth_identity_not_ended",
    .sql = "SELECT IF(COUNT(*) = 0, 'not_found', 'last_way') AS code"
           " FROM account_identity i"
           " WHERE i.account_id = :self"
             " AND i.kind = :kind",
    .columns = code_columns
};

const ln_step_t  auth_identity_end_steps[] = {
    { .stmt = &end, .otherwise = &not_ended },
    { .stmt = NULL }
};


const ln_param_t  auth_wechat_mine_in[] = {

    { .name = "code", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 8, .max = 256, .summary = "From wx.login; good once" },

    AUTH_NOTIFY,
    { .name = "outcome", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "asked", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "new_openid", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "new_unionid", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "app", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "platform", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "openid", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "unionid", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "subject_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};


enum { MINE_KIND = 0, MINE_PHONE, MINE_FIRST, MINE_OPENID, MINE_UNIONID };

static const ln_column_t  mine_columns[] = {
    [MINE_KIND] = { .name = "kind", .type = LN_STRING },
    [MINE_PHONE] = { .name = "phone", .type = LN_SEALED,
                     .seal = "account.phone", .nullable = 1 },
    [MINE_FIRST] = { .name = "must_change", .type = LN_INTEGER },
    [MINE_OPENID] = { .name = "by_openid", .type = LN_UUID, .nullable = 1 },
    [MINE_UNIONID] = { .name = "by_unionid", .type = LN_UUID,
                       .nullable = 1 },
    { .name = NULL }
};

static const ln_stmt_t  mine = {
    .name = "auth_wechat_mine",
    .sql = "SELECT a.kind,"
                 " a.phone,"
                 " a.password_must_change AS must_change,"
                 " (SELECT i.account_id"
                  " FROM account_identity i"
                  " WHERE i.kind = 'wechat'"
                    " AND i.issuer = :app"
                    " AND i.subject = :openid) AS by_openid,"
                 " (SELECT u.account_id"
                  " FROM account_identity u"
                  " WHERE u.kind = 'wechat_union'"
                    " AND u.issuer = :platform"
                    " AND u.subject = :unionid) AS by_unionid"
           " FROM account a"
           " WHERE a.id = :self"
             " AND a.status = 'active'"
           " FOR UPDATE",
    .columns = mine_columns
};


static ngx_uint_t
bound_elsewhere(const ln_value_t *id, const u_char *self)
{
    return id->set && ngx_memcmp(id->string.data, self, 16) != 0;
}


static ngx_int_t
bound_mine(ln_request_t *lr, const ln_value_t *row)
{
    const u_char  *self;

    self = ln_principal(lr)->account;

    if (row[MINE_KIND].string.len != 7) {
        return ln_fail(lr, NGX_HTTP_CONFLICT, "wechat_not_for_staff");
    }

    /* somebody else knows the password: it may be he who leaves a way in */

    if (row[MINE_FIRST].integer) {
        return ln_fail(lr, NGX_HTTP_CONFLICT, "password_first");
    }

    if (bound_elsewhere(&row[MINE_OPENID], self)
        || bound_elsewhere(&row[MINE_UNIONID], self))
    {
        return ln_fail(lr, NGX_HTTP_CONFLICT, "wechat_bound_elsewhere");
    }

    return auth_set_text(lr, "new_openid",
                         row[MINE_OPENID].set ? "no" : "yes") == NGX_OK
           && auth_set_text(lr, "new_unionid",
                            ln_param(lr, "unionid")->set
                            && !row[MINE_UNIONID].set ? "yes" : "no")
              == NGX_OK
           ? auth_notify_phone(lr, &row[MINE_PHONE]) : auth_broken(lr);
}


const ln_step_t  auth_wechat_mine_steps[] = {
    { .stmt = &auth_factor_live, .when = "asked=yes", .optional = 1,
      .check = auth_factor_live_check },
    { .stmt = &mine, .name = "mine", .when = "asked=yes",
      .check = bound_mine },
    { .stmt = &auth_wechat_bind_openid,
      .when = "asked=yes new_openid=yes" },
    { .stmt = &auth_wechat_bind_unionid,
      .when = "asked=yes new_unionid=yes" },
    { .stmt = &auth_notify_bound, .optional = 1,
      .when = "asked=yes new_openid=yes notify" },
    { .stmt = NULL }
};


ngx_int_t
auth_wechat_mine_prepare(ln_request_t *lr, const ln_value_t *row)
{
    if (auth_conf(ln_http_request(lr))->wechat == NULL) {
        return ln_fail(lr, NGX_HTTP_NOT_FOUND, "way_not_offered");
    }

    return auth_sessions_end_before(lr) == NGX_OK
           ? auth_wechat_ask(lr) : auth_broken(lr);
}


ngx_int_t
auth_wechat_mine_finish(ln_request_t *lr)
{
    if (auth_param_is(lr, "asked", "yes")) {
        return ln_respond_json(lr, NGX_HTTP_NO_CONTENT, NULL);
    }

    /* he is signed in all the while, so it is no 401 */

    return ln_fail(lr, NGX_HTTP_CONFLICT,
                   auth_param_is(lr, "outcome", "blocked")
                   ? "wechat_blocked" : "wechat_code_refused");
}
