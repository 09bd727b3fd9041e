
/* One's own account and sessions: every statement asks for :self. */

#include "auth_factor.h"


static const char *const  kinds[] = { "citizen", "staff", NULL };
static const char *const  factors[] = { "none", "totp", "certificate", NULL };


const ln_param_t  auth_me_in[] = {
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};

static const ln_column_t  me_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "kind", .type = LN_ENUM, .values = kinds },
    { .name = "name", .type = LN_STRING, .nullable = 1,
      .summary = "Login name of staff" },
    { .name = "phone", .type = LN_SEALED, .seal = "account.phone",
      .mask = LN_MASK_PHONE, .nullable = 1 },
    { .name = "locale", .type = LN_STRING, .nullable = 1 },
    { .name = "has_password", .type = LN_BOOLEAN },
    { .name = "must_change_password", .type = LN_BOOLEAN },
    { .name = "second_factor", .type = LN_BOOLEAN,
      .summary = "One is set up" },
    { .name = "factor", .type = LN_ENUM, .values = factors,
      .summary = "Which one" },
    { .name = "factor_required", .type = LN_BOOLEAN,
      .summary = "A role asks for one" },
    { .name = "factor_proved", .type = LN_BOOLEAN,
      .summary = "In this session" },
    { .name = "assurance", .type = LN_INTEGER,
      .summary = "How sure it is who this is: 0 not at all, 1 phone, 2 "
                 "self-declared, 3 identity provider, 4 counter" },
    { .name = "session", .type = LN_UUID },
    { .name = "version", .type = LN_INTEGER },
    { .name = NULL }
};

const ln_stmt_t  auth_me = {
    .name = "auth_me",
    .sql = "SELECT a.id,"
                 " a.kind,"
                 " a.login_name AS name,"
                 " a.phone,"
                 " a.locale,"
                 " a.password_hash IS NOT NULL AS has_password,"
                 " a.password_must_change AS must_change_password,"
                 " " AUTH_HAS_TOTP("a")
                 " OR " AUTH_HAS_CERTIFICATE("a") " AS second_factor,"
                 " CASE"
                 " WHEN " AUTH_HAS_TOTP("a") " THEN 'totp'"
                 " WHEN " AUTH_HAS_CERTIFICATE("a") " THEN 'certificate'"
                 " ELSE 'none'"
                 " END AS factor,"
                 " " AUTH_FACTOR_ASKED("a") " AS factor_required,"
                 " COALESCE((SELECT s.second_factor"
                           " FROM session s"
                           " WHERE s.id = :session), 0) AS factor_proved,"
                 " COALESCE(p.assurance,"
                          " IF(a.phone_at IS NULL, 0, 1)) AS assurance,"
                 " :session AS session,"
                 " a.version"
           " FROM account a"
           " LEFT JOIN person p ON p.id = a.person_id"
           " WHERE a.id = :self",
    .columns = me_columns
};


/* PUT /me */

const ln_param_t  auth_me_put_in[] = {

    { .name = "locale", .type = LN_STRING, .in = LN_BODY, .min = 2, .max = 16,
      .summary = "Language of notices, as in Accept-Language; left out: the "
                 "installation's", .example = "zh-CN" },

    { .name = "version", .type = LN_INTEGER, .in = LN_VERSION, .min = 1,
      .max = 4294967295, .summary = "As it was read" },

    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};

static const ln_stmt_t  put = {
    .name = "auth_me_put",
    .sql = "UPDATE account"
           " SET locale = :locale,"
               " version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :self"
             " AND version = :version"
};

static const ln_column_t  code_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  not_put = {
    .name = "auth_me_not_put",
    .sql = "SELECT 'stale' AS code",
    .columns = code_columns
};

const ln_step_t  auth_me_put_steps[] = {
    { .stmt = &put, .otherwise = &not_put },
    { .stmt = NULL }
};


/* A language tag: letters and digits in groups, with hyphens between. */

ngx_int_t
auth_me_put_before(ln_request_t *lr)
{
    u_char             c, before;
    size_t             i;
    const ln_value_t  *locale;

    locale = ln_param(lr, "locale");
    before = '-';

    for (i = 0; i < locale->string.len; i++) {
        c = locale->string.data[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9' && i > 1)
              || (c == '-' && before != '-')))
        {
            return ln_fail_field(lr, "locale", "not_allowed");
        }

        before = c;
    }

    if (locale->set && before == '-') {
        return ln_fail_field(lr, "locale", "not_allowed");
    }

    return auth_sessions_end_before(lr);
}


static const ln_column_t  grant_columns[] = {
    { .name = "role.code", .type = LN_STRING },
    { .name = "role.name", .type = LN_STRING },
    { .name = "region.code", .type = LN_STRING, .nullable = 1 },
    { .name = "region.name", .type = LN_STRING, .nullable = 1 },
    { .name = "business_line", .type = LN_STRING },
    { .name = "needs_second_factor", .type = LN_BOOLEAN },
    { .name = "valid_to", .type = LN_INSTANT, .nullable = 1 },
    { .name = NULL }
};

const ln_stmt_t  auth_my_grants = {
    .name = "auth_my_grants",
    .sql = "SELECT ro.code AS `role.code`,"
                 " ro.name AS `role.name`,"
                 " re.code AS `region.code`,"
                 " re.name AS `region.name`,"
                 " g.business_line,"
                 " ro.second_factor AS needs_second_factor,"
                 " g.valid_to"
           " FROM access_grant g"
           " JOIN role ro ON ro.id = g.role_id"
           " LEFT JOIN region re ON re.id = g.region_id"
           " WHERE g.account_id = :self"
             " AND " AUTH_GRANT_HOLDS("g")
           " ORDER BY ro.id, g.id"
           " LIMIT 100",
    .columns = grant_columns
};

static const ln_column_t  permission_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  my_permissions = {
    .name = "auth_my_permissions",
    .sql = "SELECT DISTINCT p.permission AS code"
           " FROM access_grant g"
           " JOIN role_permission p ON p.role_id = g.role_id"
           " JOIN session s ON s.id = :session"
           " JOIN account a ON a.id = g.account_id"
           " WHERE g.account_id = :self"
             " AND a.password_must_change = 0"
             " AND " AUTH_FACTOR_DUE("a", "s") " IN ('none', 'proved')"
             " AND " AUTH_GRANT_HOLDS("g")
           " ORDER BY p.permission"
           " LIMIT 500",
    .columns = permission_columns
};

const ln_also_t  auth_my_grants_also[] = {
    { "permissions", "session", &my_permissions,
      "What these roles allow in this session" },
    { NULL, NULL, NULL, NULL }
};


/* Sessions */

const ln_param_t  auth_sessions_in[] = {
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};

static const ln_column_t  session_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "current", .type = LN_BOOLEAN },
    { .name = "method", .type = LN_STRING },
    { .name = "device_name", .type = LN_STRING, .nullable = 1 },
    { .name = "created_at", .type = LN_INSTANT },
    { .name = "used_at", .type = LN_INSTANT },
    { .name = "expires_at", .type = LN_INSTANT },
    { .name = NULL }
};

const ln_stmt_t  auth_sessions = {
    .name = "auth_sessions",
    .sql = "SELECT s.id,"
                 " s.id = :session AS current,"
                 " s.method,"
                 " s.device_name,"
                 " s.created_at,"
                 " s.used_at,"
                 " s.expires_at"
           " FROM session s"
           " WHERE s.account_id = :self"
             " AND s.ended_at IS NULL"
             " AND s.expires_at > UTC_TIMESTAMP(6)"
           " ORDER BY s.used_at DESC, s.id"
           " LIMIT 100",
    .columns = session_columns
};


const ln_param_t  auth_session_end_in[] = {
    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "The session" },
    { .name = NULL }
};

static const ln_stmt_t  end_one = {
    .name = "auth_session_end",
    .sql = "UPDATE session"
           " SET ended_at = UTC_TIMESTAMP(6),"
               " ended_why = 'revoked'"
           " WHERE id = :id"
             " AND account_id = :self"
             " AND ended_at IS NULL"
};

const ln_step_t  auth_session_end_steps[] = {
    { .stmt = &end_one },
    { .stmt = NULL }
};


/*
 * All but this one.  The change is told of the account: every access token of
 * it is renewed, and those of ended sessions are not.
 */

const ln_param_t  auth_sessions_end_in[] = {
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};

static const ln_stmt_t  end_others = {
    .name = "auth_sessions_end",
    .sql = "UPDATE session"
           " SET ended_at = UTC_TIMESTAMP(6),"
               " ended_why = 'revoked'"
           " WHERE account_id = :self"
             " AND id <> :session"
             " AND ended_at IS NULL"
};

const ln_step_t  auth_sessions_end_steps[] = {
    { .stmt = &end_others, .optional = 1 },
    { .stmt = NULL }
};


ngx_int_t
auth_sessions_end_before(ln_request_t *lr)
{
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));

    return ctx && auth_set_uuid(lr, "account", ctx->token.account) == NGX_OK
           ? auth_session(lr) : auth_broken(lr);
}
