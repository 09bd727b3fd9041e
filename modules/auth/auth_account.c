
/*
 * Accounts, for administrators.  The system administrator opens accounts of
 * staff, the security administrator disables and enables them; neither may do
 * it to his own.
 */

#include "auth.h"
#include "auth_code.h"
#include "auth_password.h"


typedef struct {
    char          password[AUTH_RECOVERY];
    char          hash[AUTH_PASSWORD_HASH];
    unsigned      failed:1;
} account_work_t;


static const char *const  kinds[] = { "citizen", "staff", NULL };
static const char *const  statuses[] = { "active", "disabled", "closed",
                                         NULL };


static const ln_column_t  account_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "kind", .type = LN_ENUM, .values = kinds },
    { .name = "name", .type = LN_STRING, .nullable = 1 },
    { .name = "phone", .type = LN_SEALED, .seal = "account.phone",
      .mask = LN_MASK_PHONE, .nullable = 1 },
    { .name = "status", .type = LN_ENUM, .values = statuses },
    { .name = "must_change_password", .type = LN_BOOLEAN },
    { .name = "grants", .type = LN_INTEGER, .summary = "That hold now" },
    { .name = "created_at", .type = LN_INSTANT },
    { .name = "version", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_column_t  listed_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "kind", .type = LN_ENUM, .values = kinds },
    { .name = "name", .type = LN_STRING, .nullable = 1 },
    { .name = "phone", .type = LN_SEALED, .seal = "account.phone",
      .mask = LN_MASK_PHONE, .nullable = 1 },
    { .name = "status", .type = LN_ENUM, .values = statuses },
    { .name = "must_change_password", .type = LN_BOOLEAN },
    { .name = "grants", .type = LN_INTEGER, .summary = "That hold now" },
    { .name = "created_at", .type = LN_INSTANT },
    { .name = "version", .type = LN_INTEGER },
    { .name = "cursor.1", .type = LN_UUID },
    { .name = NULL }
};

#define ACCOUNT                                                               \
    "SELECT a.id,"                                                            \
          " a.kind,"                                                          \
          " a.login_name AS name,"                                            \
          " a.phone,"                                                         \
          " a.status,"                                                        \
          " a.password_must_change AS must_change_password,"                  \
          " (SELECT COUNT(*)"                                                 \
           " FROM access_grant g"                                             \
           " WHERE g.account_id = a.id"                                       \
             " AND " AUTH_GRANT_HOLDS("g") ") AS grants,"                     \
          " a.created_at,"                                                    \
          " a.version"


const ln_param_t  auth_account_list_in[] = {

    { .name = "kind", .type = LN_ENUM, .values = kinds,
      .fallback = "staff", .summary = "Which accounts" },

    { .name = "phone", .type = LN_STRING, .min = 5, .max = 32,
      .seal = "account.phone", .summary = "The account of this phone" },

    { .name = "name", .type = LN_STRING, .min = 1, .max = 64,
      .summary = "Login names that begin so" },

    { .name = "limit", .type = LN_INTEGER, .min = 1, .max = LN_MAX_PAGE,
      .fallback = "20", .summary = "Items on a page" },

    { .name = "cursor", .type = LN_CURSOR, .summary = "The page before's" },
    { .name = NULL }
};

static const ln_page_t  account_page[] = {
    { LN_UUID, "00000000-0000-0000-0000-000000000000" },
    { 0, NULL }
};

static const ln_stmt_t  by_phone = {
    .name = "auth_account_by_phone",
    .sql = ACCOUNT ","
                 " a.id AS `cursor.1`"
           " FROM account a"
           " WHERE a.phone_index = :phone.index"
             " AND a.id > :cursor.1"
             " AND " AUTH_ALLOWED
           " ORDER BY a.id"
           " LIMIT :page",
    .columns = listed_columns,
    .page = account_page
};

static const ln_stmt_t  by_name = {
    .name = "auth_account_by_name",
    .sql = ACCOUNT ","
                 " a.id AS `cursor.1`"
           " FROM account a"
           " WHERE LEFT(a.login_name, CHAR_LENGTH(:name)) = LOWER(:name)"
             " AND a.login_name >= LOWER(:name)"
             " AND a.id > :cursor.1"
             " AND " AUTH_ALLOWED
           " ORDER BY a.id"
           " LIMIT :page",
    .columns = listed_columns,
    .page = account_page
};

static const ln_stmt_t  by_kind = {
    .name = "auth_account_by_kind",
    .sql = ACCOUNT ","
                 " a.id AS `cursor.1`"
           " FROM account a"
           " WHERE a.kind = :kind"
             " AND a.id > :cursor.1"
             " AND " AUTH_ALLOWED
           " ORDER BY a.id"
           " LIMIT :page",
    .columns = listed_columns,
    .page = account_page
};

const ln_choice_t  auth_account_list[] = {
    { "phone", &by_phone },
    { "name", &by_name },
    { NULL, &by_kind }
};


#define ACCOUNT_ID                                                            \
    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,            \
      .summary = "The account" }

const ln_param_t  auth_account_get_in[] = {
    ACCOUNT_ID,
    { .name = NULL }
};

const ln_stmt_t  auth_account_get = {
    .name = "auth_account_get",
    .sql = ACCOUNT
           " FROM account a"
           " WHERE a.id = :id"
             " AND " AUTH_ALLOWED,
    .columns = account_columns
};

const ln_stmt_t  auth_account_answer = {
    .name = "auth_account_answer",
    .sql = ACCOUNT
           " FROM account a"
           " WHERE a.id = :id",
    .columns = account_columns
};


/* A new account of staff, with a password for the first sign-in only. */

const ln_param_t  auth_account_create_in[] = {

    { .name = "name", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 3, .max = 64,
      .summary = "Login name: small letters, digits, dots, hyphens, "
                 "underscores" },

    { .name = "hash", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = NULL }
};

static const ln_stmt_t  create = {
    .name = "auth_account_create",
    .sql = "INSERT INTO account"
           " (id,"
            " kind,"
            " login_name,"
            " password_hash,"
            " password_at,"
            " password_must_change,"
            " created_at,"
            " updated_at,"
            " created_by)"
           " SELECT :new_id,"
                  " 'staff',"
                  " :name,"
                  " :hash,"
                  " UTC_TIMESTAMP(6),"
                  " 1,"
                  " UTC_TIMESTAMP(6),"
                  " UTC_TIMESTAMP(6),"
                  " :self"
           " FROM (SELECT 1 AS one) x"
           " WHERE " AUTH_ALLOWED
};

static const ln_column_t  code_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  not_created = {
    .name = "auth_account_not_created",
    .sql = "SELECT IF(COUNT(*) = 0, 'forbidden', 'name_taken') AS code"
           " FROM account a"
           " WHERE a.login_name = :name",
    .columns = code_columns
};

const ln_step_t  auth_account_create_steps[] = {
    { .stmt = &create, .otherwise = &not_created },
    { .stmt = NULL }
};

const ln_column_t  auth_account_created_columns[] = {
    { .name = "name", .type = LN_STRING },
    { .name = "password", .type = LN_STRING,
      .summary = "Shown this once; must be changed at the first sign-in" },
    { .name = NULL }
};


static void
account_work(void *data)
{
    account_work_t *work = data;

    work->failed = !auth_recovery_new(work->password)
                   || !auth_password_hash(work->password, AUTH_RECOVERY,
                                          work->hash);
}


static ngx_int_t
account_worked(ln_request_t *lr, void *data)
{
    account_work_t *work = data;

    return !work->failed && auth_set_text(lr, "hash", work->hash) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_account_create_prepare(ln_request_t *lr, const ln_value_t *row)
{
    u_char             c;
    size_t             i;
    auth_ctx_t        *ctx;
    const ln_value_t  *name;

    (void) row;

    ctx = auth_ctx(ln_http_request(lr));
    name = ln_param(lr, "name");

    for (i = 0; i < name->string.len; i++) {
        c = name->string.data[i];

        if (!((c >= 'a' && c <= 'z')
              || (i > 0 && ((c >= '0' && c <= '9') || c == '.' || c == '-'
                            || c == '_'))))
        {
            return ln_fail_field(lr, "name", "bad_name");
        }
    }

    if (ctx == NULL) {
        return auth_broken(lr);
    }

    ctx->work = ngx_pcalloc(ln_pool(lr), sizeof(account_work_t));

    return ctx->work ? ln_task(lr, "legalnet_cpu", account_work,
                               account_worked, ctx->work)
                     : auth_broken(lr);
}


ngx_int_t
auth_account_create_finish(ln_request_t *lr)
{
    ngx_str_t          json;
    account_work_t    *work;
    const ln_value_t  *name;

    work = auth_ctx(ln_http_request(lr))->work;
    name = ln_param(lr, "name");

    json.data = ngx_pnalloc(ln_pool(lr), name->string.len + 128);
    if (json.data == NULL) {
        return auth_broken(lr);
    }

    json.len = ngx_sprintf(json.data, "{\"name\":\"%V\",\"password\":\"%*s\"}",
                           &name->string, (size_t) AUTH_RECOVERY,
                           work->password)
               - json.data;

    return ln_respond_json(lr, NGX_HTTP_OK, &json);
}


/* Disabled: out on every node within two seconds, by the change event. */

const ln_param_t  auth_account_status_in[] = {
    ACCOUNT_ID,
    { .name = NULL }
};

static const ln_stmt_t  disable = {
    .name = "auth_account_disable",
    .sql = "UPDATE account"
           " SET status = 'disabled',"
               " version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :id"
             " AND id <> :self"
             " AND status = 'active'"
             " AND " AUTH_ALLOWED
};

static const ln_stmt_t  end_all = {
    .name = "auth_account_end_sessions",
    .sql = "UPDATE session"
           " SET ended_at = UTC_TIMESTAMP(6),"
               " ended_why = 'disabled'"
           " WHERE account_id = :id"
             " AND ended_at IS NULL"
};

static const ln_stmt_t  enable = {
    .name = "auth_account_enable",
    .sql = "UPDATE account"
           " SET status = 'active',"
               " version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :id"
             " AND id <> :self"
             " AND status = 'disabled'"
             " AND " AUTH_ALLOWED
};

static const ln_stmt_t  why_not = {
    .name = "auth_account_why_not",
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

const ln_step_t  auth_account_disable_steps[] = {
    { .stmt = &disable, .otherwise = &why_not },
    { .stmt = &end_all, .optional = 1 },
    { .stmt = NULL }
};

const ln_step_t  auth_account_enable_steps[] = {
    { .stmt = &enable, .otherwise = &why_not },
    { .stmt = NULL }
};
