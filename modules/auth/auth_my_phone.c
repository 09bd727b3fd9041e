
/*
 * POST /me/phone: another number.  The new one is proved by a code that was
 * sent to it, the person by a code sent to the old one or by his password.
 * The old number is told.  Whoever comes first has a number: the unique index
 * decides.
 *
 * Both codes are looked at before either is used, so a slip in one does not
 * cost the other.
 */

#include "auth_factor.h"
#include "auth_identity.h"


enum {
    ROW_HASH = 0, ROW_PHONE, ROW_INDEX, ROW_FAILURES, ROW_SINCE, ROW_FREE,
    ROW_DELAY, ROW_DELAY_MOST
};

enum { RIGHT_NEW = 0, RIGHT_OLD };


static ngx_int_t phone_new(ln_request_t *lr, const ln_value_t *row);
static ngx_int_t phone_code(ln_request_t *lr, const char *name,
    const u_char index[16], const ln_value_t *code);


const ln_param_t  auth_my_phone_in[] = {

    { .name = "phone", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 5, .max = 32, .summary = "The new mobile number" },

    { .name = "code", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = AUTH_CODE, .max = AUTH_CODE,
      .summary = "A code for change_phone, sent to it" },

    { .name = "old_code", .type = LN_STRING, .in = LN_BODY, .min = AUTH_CODE,
      .max = AUTH_CODE,
      .summary = "A code for change_phone, sent to the number that there is" },

    { .name = "password", .type = LN_STRING, .in = LN_BODY, .min = 1,
      .max = AUTH_PASSWORD_MAX, .summary = "Instead of the old code" },

    { .name = "device", .type = LN_STRING, .in = LN_BODY,
      .min = AUTH_DEVICE_MIN, .max = AUTH_DEVICE_MAX,
      .summary = "As at the sign-in" },

    AUTH_NOTIFY,
    { .name = "mobile", .type = LN_STRING, .in = LN_COMPUTED,
      .seal = "account.phone" },
    { .name = "method", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "outcome", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "wrong", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "phone_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "old_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "code_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "old_hash", .type = LN_BYTES, .in = LN_COMPUTED },
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
    [ROW_PHONE] = { .name = "phone", .type = LN_SEALED,
                    .seal = "account.phone", .nullable = 1 },
    [ROW_INDEX] = { .name = "phone_index", .type = LN_BYTES, .nullable = 1 },
    [ROW_FAILURES] = { .name = "failures", .type = LN_INTEGER },
    [ROW_SINCE] = { .name = "since", .type = LN_INTEGER, .nullable = 1 },
    [ROW_FREE] = { .name = "free", .type = LN_INTEGER },
    [ROW_DELAY] = { .name = "delay", .type = LN_INTEGER },
    [ROW_DELAY_MOST] = { .name = "delay_most", .type = LN_INTEGER },
    { .name = NULL }
};

const ln_stmt_t  auth_my_phone_lookup = {
    .name = "auth_my_phone_lookup",
    .sql = "SELECT a.password_hash,"
                 " a.phone,"
                 " a.phone_index,"
                 AUTH_PROOF_COLUMNS
           " FROM account a"
           " WHERE a.id = :self",
    .columns = lookup_columns
};


/* One more than the tries that a code has: the last of them is over too. */

#define CODES                                                                 \
    " WHERE purpose = 'change_phone'"                                         \
      " AND taken_by IS NULL"                                                 \
      " AND expires_at > UTC_TIMESTAMP(6)"                                    \
      " AND (phone_index = :phone_index"                                      \
           " OR (phone_index = :old_index AND :old_hash IS NOT NULL))"

static const ln_stmt_t  try_codes = {
    .name = "auth_my_phone_try_codes",
    .sql = "UPDATE login_code"
           " SET tries = tries + 1"
           CODES
             " AND tries <= " AUTH_RULE("code.tries")
};

static const ln_column_t  right_columns[] = {
    [RIGHT_NEW] = { .name = "new_right", .type = LN_INTEGER },
    [RIGHT_OLD] = { .name = "old_right", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_stmt_t  right_codes = {
    .name = "auth_my_phone_right_codes",
    .sql = "SELECT COALESCE(MAX(phone_index = :phone_index"
                              " AND code_hash = :code_hash), 0) AS new_right,"
                 " COALESCE(MAX(phone_index = :old_index"
                              " AND code_hash = :old_hash), 0) AS old_right"
           " FROM login_code"
           CODES
             " AND tries <= " AUTH_RULE("code.tries"),
    .columns = right_columns
};

static const ln_stmt_t  use_codes = {
    .name = "auth_my_phone_use_codes",
    .sql = "UPDATE login_code"
           " SET taken_by = :new_id"
           CODES
};

/* Between the look-up and now the number may have become another. */

static const ln_stmt_t  move = {
    .name = "auth_my_phone_move",
    .sql = "UPDATE account"
           " SET phone = :mobile,"
               " phone_index = :phone_index,"
               " phone_at = UTC_TIMESTAMP(6),"
               " version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :self"
             " AND status = 'active'"
             " AND (phone_index = :old_index"
                  " OR (phone_index IS NULL AND :old_index IS NULL))"
};

static const ln_column_t  code_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  not_moved = {
    .name = "auth_my_phone_not_moved",
    .sql = "SELECT IF(COUNT(*) = 0, 'conflict', 'phone_taken') AS code"
           " FROM account a"
           " WHERE a.phone_index = :phone_index",
    .columns = code_columns
};


static ngx_int_t
phone_right(ln_request_t *lr, const ln_value_t *row)
{
    auth_ctx_t  *ctx;
    const char  *wrong;

    ctx = auth_ctx(ln_http_request(lr));

    if (row == NULL) {
        return auth_broken(lr);
    }

    wrong = !row[RIGHT_NEW].integer ? "code"
            : ln_param(lr, "old_code")->set && !row[RIGHT_OLD].integer
              ? "old_code"
            : ln_param(lr, "password")->set && !ctx->right ? "password"
            : "";

    return auth_set_text(lr, "wrong", wrong) == NGX_OK
           && auth_set_text(lr, "outcome", wrong[0] ? "refused" : "accepted")
              == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


/* A throttled one is not told what was right. */

static ngx_int_t
phone_tried(ln_request_t *lr, const ln_value_t *row)
{
    if (auth_tried_check(lr, row) != NGX_OK) {
        return auth_broken(lr);
    }

    return auth_param_is(lr, "outcome", "throttled")
           || auth_set_text(lr, "outcome", "refused") == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


const ln_step_t  auth_my_phone_steps[] = {
    { .stmt = &auth_turn },
    { .stmt = &auth_factor_live, .optional = 1,
      .check = auth_factor_live_check },
    { .stmt = &auth_proof_tried, .check = phone_tried },
    { .stmt = &try_codes, .when = "outcome=refused", .optional = 1 },
    { .stmt = &right_codes, .when = "outcome=refused", .check = phone_right },
    { .stmt = &use_codes, .when = "outcome=accepted" },
    { .stmt = &move, .when = "outcome=accepted", .otherwise = &not_moved },
    { .stmt = &auth_notify_moved, .when = "outcome=accepted notify" },
    { .stmt = &auth_attempt },
    { .stmt = NULL }
};


ngx_int_t
auth_my_phone_before(ln_request_t *lr)
{
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));

    if (ctx == NULL) {
        return auth_broken(lr);
    }

    if (ln_param(lr, "old_code")->set && ln_param(lr, "password")->set) {
        return ln_fail_field(lr, "old_code", "bad_combination");
    }

    return auth_proof_subject(lr, ctx->token.account) == NGX_OK
           && auth_sessions_end_before(lr) == NGX_OK
           && auth_set_text(lr, "method", "password") == NGX_OK
           && auth_set_text(lr, "outcome", "refused") == NGX_OK
           ? auth_place(lr, 0) : auth_broken(lr);
}


ngx_int_t
auth_my_phone_prepare(ln_request_t *lr, const ln_value_t *row)
{
    int64_t            wait;
    ngx_int_t          rc;
    const ln_value_t  *old, *password;

    old = ln_param(lr, "old_code");
    password = ln_param(lr, "password");

    if (row == NULL) {
        return auth_broken(lr);
    }

    wait = auth_wait(&row[ROW_FAILURES]);
    if (wait > 0) {
        return auth_too_many(lr, "too_many_tries", wait);
    }

    rc = phone_new(lr, row);
    if (rc != NGX_OK) {
        return rc;
    }

    if (!old->set && !password->set
        && (row[ROW_INDEX].set || row[ROW_HASH].set))
    {
        return ln_fail_field(lr, row[ROW_INDEX].set ? "old_code" : "password",
                             "required");
    }

    if (row[ROW_INDEX].set
        && auth_set_bytes(lr, "old_index", row[ROW_INDEX].string.data, 16)
           != NGX_OK)
    {
        return auth_broken(lr);
    }

    if (old->set) {

        if (!row[ROW_INDEX].set) {
            return ln_fail_field(lr, "old_code", "code_wrong");
        }

        rc = phone_code(lr, "old_hash", row[ROW_INDEX].string.data, old);
    }

    if (rc == NGX_OK) {
        rc = auth_notify_phone(lr, &row[ROW_PHONE]);
    }

    return rc == NGX_OK && password->set
           ? auth_proof(lr, &row[ROW_HASH], password) : rc;
}


static ngx_int_t
phone_new(ln_request_t *lr, const ln_value_t *row)
{
    char               mobile[AUTH_MOBILE];
    u_char             index[16];
    ngx_str_t          text;
    const ln_value_t  *phone;

    phone = ln_param(lr, "phone");

    if (!auth_mobile((char *) phone->string.data, phone->string.len, mobile)) {
        return ln_fail_field(lr, "phone", "bad_mobile");
    }

    text.data = (u_char *) mobile;
    text.len = AUTH_MOBILE;

    if (ln_blind(lr, "account.phone", &text, index) != NGX_OK) {
        return auth_broken(lr);
    }

    if (row[ROW_INDEX].set
        && ngx_memcmp(row[ROW_INDEX].string.data, index, 16) == 0)
    {
        return ln_fail_field(lr, "phone", "phone_same");
    }

    return auth_set_bytes(lr, "mobile", mobile, AUTH_MOBILE) == NGX_OK
           && auth_set_bytes(lr, "phone_index", index, 16) == NGX_OK
           ? phone_code(lr, "code_hash", index, ln_param(lr, "code"))
           : auth_broken(lr);
}


static ngx_int_t
phone_code(ln_request_t *lr, const char *name, const u_char index[16],
    const ln_value_t *code)
{
    u_char     key[32], hash[32];
    ngx_int_t  rc;

    if (auth_secret(lr, "login_code", key) != NGX_OK) {
        return auth_broken(lr);
    }

    /* of another length it is none, and as wrong as any */

    ngx_memzero(hash, sizeof(hash));
    (void) auth_code_hash(key, "change_phone", index,
                          (char *) code->string.data, code->string.len, hash);
    rc = auth_set_bytes(lr, name, hash, 32);
    auth_wipe(key, sizeof(key));

    return rc == NGX_OK ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_my_phone_finish(ln_request_t *lr)
{
    if (auth_param_is(lr, "outcome", "throttled")) {
        return auth_too_many(lr, "too_many_tries",
                             auth_ctx(ln_http_request(lr))->wait);
    }

    if (auth_param_is(lr, "outcome", "accepted")) {
        return ln_respond_json(lr, NGX_HTTP_NO_CONTENT, NULL);
    }

    if (auth_param_is(lr, "wrong", "password")) {
        return ln_fail_field(lr, "password", "password_wrong");
    }

    if (auth_param_is(lr, "wrong", "old_code")) {
        return ln_fail_field(lr, "old_code", "code_wrong");
    }

    return ln_fail_field(lr, "code", "code_wrong");
}
