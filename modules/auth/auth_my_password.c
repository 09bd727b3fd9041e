
/*
 * PUT /me/password: a first password, or another one.  Proof is the password
 * that there is, a code sent to the phone, or, when there is none yet, a
 * session that was opened by a code a short while ago.  All other sessions end.
 */

#include "auth.h"
#include "auth_factor.h"


#define HISTORY       8            /* hashes that are looked at, at most */
#define HISTORY_TEXT  (HISTORY * AUTH_PASSWORD_HASH)

enum {
    ROW_HASH = 0, ROW_STAFF, ROW_NAME, ROW_PHONE, ROW_FRESH, ROW_HISTORY,
    ROW_LENGTH, ROW_KINDS, ROW_FAILURES, ROW_SINCE, ROW_FREE, ROW_DELAY,
    ROW_DELAY_MOST, ROW_NUMBER
};

typedef struct {
    char          hash[AUTH_PASSWORD_HASH];
    char          history[HISTORY_TEXT];
    char          current[AUTH_PASSWORD_OCTETS];
    char          password[AUTH_PASSWORD_OCTETS];
    char          made[AUTH_PASSWORD_HASH];
    size_t        ncurrent;
    size_t        npassword;
    unsigned      compare:1;           /* current against hash */
    unsigned      right:1;
    unsigned      used:1;              /* lately */
    unsigned      failed:1;
} password_work_t;


static ngx_int_t password_policy(ln_request_t *lr, const ln_value_t *row);
static ngx_int_t password_code(ln_request_t *lr, const ln_value_t *row);
static void password_copy(char *to, const ngx_str_t *from, size_t len);
static void password_work(void *data);
static ngx_int_t password_worked(ln_request_t *lr, void *data);


const ln_param_t  auth_my_password_in[] = {

    { .name = "new", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 1, .max = AUTH_PASSWORD_MAX, .summary = "The new password" },

    { .name = "current", .type = LN_STRING, .in = LN_BODY, .min = 1,
      .max = AUTH_PASSWORD_MAX, .summary = "The one that there is" },

    { .name = "code", .type = LN_STRING, .in = LN_BODY, .min = AUTH_CODE,
      .max = AUTH_CODE,
      .summary = "Instead: a code for set_password, sent to one's phone" },

    { .name = "device", .type = LN_STRING, .in = LN_BODY,
      .min = AUTH_DEVICE_MIN, .max = AUTH_DEVICE_MAX,
      .summary = "As at the sign-in" },

    AUTH_NOTIFY,
    { .name = "outcome", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "hash", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "code_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "subject_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "device_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "address_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};


static const ln_column_t  lookup_columns[] = {
    [ROW_HASH] = { .name = "password_hash", .type = LN_STRING,
                   .nullable = 1 },
    [ROW_STAFF] = { .name = "staff", .type = LN_INTEGER },
    [ROW_NAME] = { .name = "login_name", .type = LN_STRING, .nullable = 1 },
    [ROW_PHONE] = { .name = "phone_index", .type = LN_BYTES, .nullable = 1 },
    [ROW_FRESH] = { .name = "fresh", .type = LN_INTEGER },
    [ROW_HISTORY] = { .name = "history", .type = LN_STRING, .nullable = 1 },
    [ROW_LENGTH] = { .name = "length", .type = LN_INTEGER },
    [ROW_KINDS] = { .name = "kinds", .type = LN_INTEGER },
    [ROW_FAILURES] = { .name = "failures", .type = LN_INTEGER },
    [ROW_SINCE] = { .name = "since", .type = LN_INTEGER, .nullable = 1 },
    [ROW_FREE] = { .name = "free", .type = LN_INTEGER },
    [ROW_DELAY] = { .name = "delay", .type = LN_INTEGER },
    [ROW_DELAY_MOST] = { .name = "delay_most", .type = LN_INTEGER },
    [ROW_NUMBER] = { .name = "phone", .type = LN_SEALED,
                     .seal = "account.phone", .nullable = 1 },
    { .name = NULL }
};

const ln_stmt_t  auth_my_password_lookup = {
    .name = "auth_my_password_lookup",
    .sql = "SELECT a.password_hash,"
                 " a.kind = 'staff' AS staff,"
                 " a.login_name,"
                 " a.phone_index,"
                 " s.method = 'code'"
                 " AND s.created_at > UTC_TIMESTAMP(6) - INTERVAL 15 MINUTE"
                 " AS fresh,"
                 " (SELECT GROUP_CONCAT(h.password_hash"
                                      " ORDER BY h.replaced_at DESC"
                                      " SEPARATOR ' ')"
                  " FROM password_history h"
                  " WHERE h.account_id = a.id"
                    " AND a.kind = 'staff'"
                    " AND (SELECT COUNT(*)"
                         " FROM password_history n"
                         " WHERE n.account_id = a.id"
                           " AND n.replaced_at > h.replaced_at)"
                        " < " AUTH_RULE("password.staff_history") " - 1)"
                 " AS history,"
                 " IF(a.kind = 'staff',"
                    " " AUTH_RULE("password.staff_length") ","
                    " " AUTH_RULE("password.citizen_length") ") AS length,"
                 " IF(a.kind = 'staff',"
                    " " AUTH_RULE("password.staff_kinds") ", 1) AS kinds,"
                 AUTH_PROOF_COLUMNS ","
                 " a.phone"
           " FROM account a"
           " JOIN session s ON s.id = :session"
           " WHERE a.id = :self",
    .columns = lookup_columns
};


static const ln_stmt_t  take_code = {
    .name = "auth_my_password_take_code",
    .sql = "UPDATE login_code"
           " SET taken_by = IF(code_hash = :code_hash, :new_id, NULL),"
               " tries = tries + 1"
           " WHERE phone_index = (SELECT a.phone_index"
                                " FROM account a"
                                " WHERE a.id = :self)"
             " AND purpose = 'set_password'"
             " AND taken_by IS NULL"
             " AND expires_at > UTC_TIMESTAMP(6)"
             " AND tries < " AUTH_RULE("code.tries")
};

static const ln_column_t  taken_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = NULL }
};

static const ln_stmt_t  taken = {
    .name = "auth_my_password_taken",
    .sql = "SELECT c.id"
           " FROM login_code c"
           " JOIN account a ON a.phone_index = c.phone_index"
           " WHERE a.id = :self"
             " AND c.taken_by = :new_id",
    .columns = taken_columns
};

static const ln_stmt_t  remember = {
    .name = "auth_my_password_remember",
    .sql = "INSERT INTO password_history"
           " (account_id,"
            " replaced_at,"
            " password_hash)"
           " SELECT a.id,"
                  " UTC_TIMESTAMP(6),"
                  " a.password_hash"
           " FROM account a"
           " WHERE a.id = :self"
             " AND a.password_hash IS NOT NULL"
};

static const ln_stmt_t  change = {
    .name = "auth_my_password_change",
    .sql = "UPDATE account"
           " SET password_hash = :hash,"
               " password_at = UTC_TIMESTAMP(6),"
               " password_must_change = 0,"
               " version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :self"
             " AND status = 'active'"
};

static const ln_stmt_t  end_others = {
    .name = "auth_my_password_end_others",
    .sql = "UPDATE session"
           " SET ended_at = UTC_TIMESTAMP(6),"
               " ended_why = 'password'"
           " WHERE account_id = :self"
             " AND id <> :session"
             " AND ended_at IS NULL"
};

static const ln_stmt_t  tell = {
    .name = "auth_my_password_tell",
    .sql = "INSERT INTO change_event"
           " (topic,"
            " subject,"
            " at)"
           " VALUES"
           " ('account',"
            " LOWER(HEX(:self)),"
            " UTC_TIMESTAMP(6))"
};

static const ln_stmt_t  attempt = {
    .name = "auth_my_password_attempt",
    .sql = "INSERT INTO sign_in_attempt"
           " (id,"
            " at,"
            " method,"
            " subject_index,"
            " device_index,"
            " address_index,"
            " account_id,"
            " accepted)"
           " VALUES"
           " (:new_id,"
            " UTC_TIMESTAMP(6),"
            " 'password',"
            " :subject_index,"
            " :device_index,"
            " :address_index,"
            " :self,"
            " IF(:outcome = 'accepted', 1, 0))"
};


static ngx_int_t
password_taken(ln_request_t *lr, const ln_value_t *row)
{
    return auth_set_text(lr, "outcome",
                         row && row[0].set ? "accepted" : "refused") == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


const ln_step_t  auth_my_password_steps[] = {
    { .stmt = &auth_turn },
    { .stmt = &auth_factor_live, .optional = 1,
      .check = auth_factor_live_check },
    { .stmt = &auth_proof_tried, .check = auth_tried_check },
    { .stmt = &take_code, .when = "code outcome=refused", .optional = 1 },
    { .stmt = &taken, .name = "taken", .when = "code outcome=refused",
      .optional = 1, .check = password_taken },
    { .stmt = &remember, .when = "outcome=accepted", .optional = 1 },
    { .stmt = &change, .when = "outcome=accepted" },
    { .stmt = &end_others, .when = "outcome=accepted", .optional = 1 },
    { .stmt = &tell, .when = "outcome=accepted" },
    { .stmt = &auth_notify_password, .when = "outcome=accepted notify" },
    { .stmt = &attempt },
    { .stmt = NULL }
};


ngx_int_t
auth_my_password_before(ln_request_t *lr)
{
    ngx_int_t    rc;
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));
    if (ctx == NULL) {
        return auth_broken(lr);
    }

    if (ln_param(lr, "current")->set && ln_param(lr, "code")->set) {
        return ln_fail_field(lr, "code", "bad_combination");
    }

    if (auth_proof_subject(lr, ctx->token.account) != NGX_OK
        || auth_set_uuid(lr, "account", ctx->token.account) != NGX_OK
        || auth_set_text(lr, "outcome", "refused") != NGX_OK)
    {
        return auth_broken(lr);
    }

    rc = auth_place(lr, 0);

    return rc == NGX_OK ? auth_session(lr) : rc;
}


ngx_int_t
auth_my_password_prepare(ln_request_t *lr, const ln_value_t *row)
{
    int64_t            wait;
    ngx_int_t          rc;
    password_work_t   *work;
    const ln_value_t  *current, *new;

    work = ngx_pcalloc(ln_pool(lr), sizeof(password_work_t));
    current = ln_param(lr, "current");
    new = ln_param(lr, "new");

    if (row == NULL || work == NULL) {
        return auth_broken(lr);
    }

    wait = auth_wait(&row[ROW_FAILURES]);
    if (wait > 0) {
        return auth_too_many(lr, "too_many_tries", wait);
    }

    if (!current->set && !ln_param(lr, "code")->set
        && (row[ROW_HASH].set || !row[ROW_FRESH].integer))
    {
        return ln_fail_field(lr, row[ROW_HASH].set ? "current" : "code",
                             "required");
    }

    rc = password_policy(lr, row);
    if (rc == NGX_OK && ln_param(lr, "code")->set) {
        rc = password_code(lr, row);
    }

    if (rc == NGX_OK) {
        rc = auth_notify_phone(lr, &row[ROW_NUMBER]);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    work->compare = current->set;
    work->ncurrent = ngx_min(current->string.len, AUTH_PASSWORD_OCTETS);
    work->npassword = ngx_min(new->string.len, AUTH_PASSWORD_OCTETS);
    password_copy(work->current, &current->string, work->ncurrent);
    password_copy(work->password, &new->string, work->npassword);
    password_copy(work->hash, &row[ROW_HASH].string,
                  ngx_min(row[ROW_HASH].string.len, AUTH_PASSWORD_HASH - 1));
    password_copy(work->history, &row[ROW_HISTORY].string,
                  ngx_min(row[ROW_HISTORY].string.len, HISTORY_TEXT - 1));

    return ln_task(lr, "legalnet_cpu", password_work, password_worked, work);
}


/* An absent value has no octets, and no address either. */
static void
password_copy(char *to, const ngx_str_t *from, size_t len)
{
    if (len) {
        ngx_memcpy(to, from->data, len);
    }
}


static ngx_int_t
password_policy(ln_request_t *lr, const ln_value_t *row)
{
    static const char *const  codes[] = {
        [AUTH_PASSWORD_SHORT] = "password_short",
        [AUTH_PASSWORD_LONG] = "password_long",
        [AUTH_PASSWORD_CHARACTER] = "password_character",
        [AUTH_PASSWORD_COMMON] = "password_common",
        [AUTH_PASSWORD_KINDS] = "password_kinds",
        [AUTH_PASSWORD_NAME] = "password_name"
    };

    auth_password_e         why;
    const ln_value_t       *new;
    auth_password_rules_t   rules;

    new = ln_param(lr, "new");

    rules.length = (size_t) row[ROW_LENGTH].integer;
    rules.kinds = (unsigned) row[ROW_KINDS].integer;
    rules.name = row[ROW_NAME].set ? (char *) row[ROW_NAME].string.data : NULL;
    rules.nname = row[ROW_NAME].string.len;

    why = auth_password_check(&rules, (char *) new->string.data,
                              new->string.len);

    return why == AUTH_PASSWORD_OK ? NGX_OK
                                   : ln_fail_field(lr, "new", codes[why]);
}


static ngx_int_t
password_code(ln_request_t *lr, const ln_value_t *row)
{
    u_char             key[32], hash[32];
    const ln_value_t  *code;

    code = ln_param(lr, "code");

    if (!row[ROW_PHONE].set || row[ROW_PHONE].string.len != 16) {
        return ln_fail_field(lr, "code", "password_wrong");
    }

    if (auth_secret(lr, "login_code", key) != NGX_OK) {
        return auth_broken(lr);
    }

    if (!auth_code_hash(key, "set_password", row[ROW_PHONE].string.data,
                        (char *) code->string.data, code->string.len, hash))
    {
        return ln_fail_field(lr, "code", "password_wrong");
    }

    return auth_set_bytes(lr, "code_hash", hash, 32) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


static void
password_work(void *data)
{
    password_work_t *work = data;

    char    *p, *space;

    work->right = !work->compare
                  || auth_password_verify(work->hash[0] ? work->hash : NULL,
                                          work->current, work->ncurrent);

    if (work->right && work->hash[0]) {
        work->used = auth_password_verify(work->hash, work->password,
                                          work->npassword);
    }

    for (p = work->history; work->right && !work->used && *p; p = space) {

        space = strchr(p, ' ');

        if (space) {
            *space++ = '\0';

        } else {
            space = p + strlen(p);
        }

        work->used = auth_password_verify(p, work->password,
                                          work->npassword);
    }

    if (work->right && !work->used) {
        work->failed = !auth_password_hash(work->password, work->npassword,
                                           work->made);
    }

    auth_wipe(work->current, sizeof(work->current));
    auth_wipe(work->password, sizeof(work->password));
}


static ngx_int_t
password_worked(ln_request_t *lr, void *data)
{
    password_work_t *work = data;

    if (work->failed) {
        return auth_broken(lr);
    }

    if (!work->right) {
        return NGX_OK;
    }

    if (work->used) {
        return ln_fail_field(lr, "new", "password_used");
    }

    /* a code is looked at in the transaction, because it is good once */

    auth_ctx(ln_http_request(lr))->right = !ln_param(lr, "code")->set;

    return auth_set_text(lr, "hash", work->made) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_my_password_finish(ln_request_t *lr)
{
    ngx_http_request_t  *r;

    r = ln_http_request(lr);

    if (auth_param_is(lr, "outcome", "throttled")) {
        return auth_too_many(lr, "too_many_tries", auth_ctx(r)->wait);
    }

    if (!auth_param_is(lr, "outcome", "accepted")) {
        return ln_fail_field(lr, ln_param(lr, "code")->set ? "code"
                                                           : "current",
                             "password_wrong");
    }

    ln_changed(r, "account", auth_ctx(r)->token.account);

    return ln_respond_json(lr, NGX_HTTP_NO_CONTENT, NULL);
}
