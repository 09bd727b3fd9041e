
/*
 * POST /admin/accounts/{id}/reset: for who has lost his password or his second
 * factor, or his account to somebody else.  A new first password, shown once to
 * the administrator; sessions end, second factors, their recovery codes and
 * other sign-ins that were bound go, the person's phone is told.  Nobody resets
 * his own account.
 */

#include "auth_proof.h"
#include "auth_code.h"


typedef struct {
    char          password[AUTH_RECOVERY];
    char          hash[AUTH_PASSWORD_HASH];
    unsigned      failed:1;
} reset_work_t;


static void reset_work(void *data);
static ngx_int_t reset_worked(ln_request_t *lr, void *data);


const ln_param_t  auth_reset_in[] = {
    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "The account" },
    AUTH_NOTIFY,
    { .name = "hash", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = NULL }
};

static const ln_column_t  lookup_columns[] = {
    { .name = "phone", .type = LN_SEALED, .seal = "account.phone",
      .nullable = 1 },
    { .name = NULL }
};

const ln_stmt_t  auth_reset_lookup = {
    .name = "auth_reset_lookup",
    .sql = "SELECT a.phone"
           " FROM account a"
           " WHERE a.id = :id"
             " AND " AUTH_ALLOWED,
    .columns = lookup_columns
};


static const ln_stmt_t  reset = {
    .name = "auth_reset",
    .sql = "UPDATE account"
           " SET password_hash = :hash,"
               " password_at = UTC_TIMESTAMP(6),"
               " password_must_change = 1,"
               " version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :id"
             " AND id <> :self"
             " AND status <> 'closed'"
             " AND " AUTH_ALLOWED
};

static const ln_column_t  code_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  not_reset = {
    .name = "auth_reset_not",
    .sql = "SELECT CASE"
                 " WHEN NOT " AUTH_ALLOWED " THEN 'forbidden'"
                 " WHEN COUNT(*) = 0 THEN 'not_found'"
                 " WHEN :id = :self THEN 'own_account'"
                 " ELSE 'conflict'"
                 " END AS code"
           " FROM account a"
           " WHERE a.id = :id",
    .columns = code_columns
};

/* The lost one may be in somebody's hands: it is no password any more. */

static const ln_stmt_t  remember = {
    .name = "auth_reset_remember",
    .sql = "INSERT INTO password_history"
           " (account_id,"
            " replaced_at,"
            " password_hash)"
           " SELECT a.id,"
                  " UTC_TIMESTAMP(6),"
                  " a.password_hash"
           " FROM account a"
           " WHERE a.id = :id"
             " AND a.id <> :self"
             " AND a.password_hash IS NOT NULL"
};

static const ln_stmt_t  end_sessions = {
    .name = "auth_reset_end_sessions",
    .sql = "UPDATE session"
           " SET ended_at = UTC_TIMESTAMP(6),"
               " ended_why = 'revoked'"
           " WHERE account_id = :id"
             " AND ended_at IS NULL"
};

static const ln_stmt_t  drop_totp = {
    .name = "auth_reset_drop_totp",
    .sql = "DELETE FROM totp_secret"
           " WHERE account_id = :id"
};

static const ln_stmt_t  drop_codes = {
    .name = "auth_reset_drop_codes",
    .sql = "DELETE FROM recovery_code"
           " WHERE account_id = :id"
};

/* But for the only way in: by a password alone nobody says who he is. */

static const ln_stmt_t  drop_identities = {
    .name = "auth_reset_drop_identities",
    .sql = "DELETE FROM account_identity"
           " WHERE account_id = :id"
             " AND (kind = 'certificate'"
                  " OR EXISTS (SELECT 1"
                             " FROM account a"
                             " WHERE a.id = :id"
                               " AND (a.phone_index IS NOT NULL"
                                    " OR a.login_name IS NOT NULL)))"
};

const ln_step_t  auth_reset_steps[] = {
    { .stmt = &remember, .optional = 1 },
    { .stmt = &reset, .otherwise = &not_reset },
    { .stmt = &end_sessions, .optional = 1 },
    { .stmt = &drop_totp, .optional = 1 },
    { .stmt = &drop_codes, .optional = 1 },
    { .stmt = &drop_identities, .optional = 1 },
    { .stmt = &auth_notify_reset, .when = "notify" },
    { .stmt = NULL }
};

const ln_column_t  auth_reset_columns[] = {
    { .name = "password", .type = LN_STRING,
      .summary = "Shown this once; must be changed at the next sign-in" },
    { .name = NULL }
};


ngx_int_t
auth_reset_prepare(ln_request_t *lr, const ln_value_t *row)
{
    ngx_int_t      rc;
    auth_ctx_t    *ctx;
    reset_work_t  *work;

    ctx = auth_ctx(ln_http_request(lr));
    work = ngx_pcalloc(ln_pool(lr), sizeof(reset_work_t));

    if (ctx == NULL || work == NULL) {
        return auth_broken(lr);
    }

    if (row == NULL) {
        return ln_fail(lr, NGX_HTTP_NOT_FOUND, "not_found");
    }

    rc = auth_notify_phone(lr, &row[0]);
    if (rc != NGX_OK) {
        return rc;
    }

    ctx->work = work;

    return ln_task(lr, "legalnet_cpu", reset_work, reset_worked, work);
}


static void
reset_work(void *data)
{
    reset_work_t *work = data;

    work->failed = !auth_recovery_new(work->password)
                   || !auth_password_hash(work->password, AUTH_RECOVERY,
                                          work->hash);
}


static ngx_int_t
reset_worked(ln_request_t *lr, void *data)
{
    reset_work_t *work = data;

    return !work->failed && auth_set_text(lr, "hash", work->hash) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_reset_finish(ln_request_t *lr)
{
    ngx_str_t      json;
    reset_work_t  *work;

    work = auth_ctx(ln_http_request(lr))->work;
    json.data = ngx_pnalloc(ln_pool(lr), AUTH_RECOVERY + 32);

    if (work == NULL || json.data == NULL) {
        return auth_broken(lr);
    }

    json.len = ngx_sprintf(json.data, "{\"password\":\"%*s\"}",
                           (size_t) AUTH_RECOVERY, work->password)
               - json.data;
    auth_wipe(work->password, AUTH_RECOVERY);

    return ln_respond_json(lr, NGX_HTTP_OK, &json);
}
