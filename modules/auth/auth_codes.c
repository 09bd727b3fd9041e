
/*
 * POST /auth/codes: a one-time code to a phone.  Whoever asks learns nothing
 * of who has an account: the answer, and what is done, are the same for every
 * number; the notice names the account, if there is one, only so that its
 * language and wording are that person's.
 */

#include "auth.h"
#include "auth_code.h"
#include "auth_identity.h"


#define CODE_PARAMS  "{\"code\":\"%*s\"}"


static const char *const  purposes[] = {
    "sign_in", "set_password", "bind", "change_phone", NULL
};


const ln_param_t  auth_codes_in[] = {

    { .name = "phone", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 5, .max = 32, .summary = "A mobile number of the mainland",
      .example = "13800138000" },

    { .name = "purpose", .type = LN_ENUM, .in = LN_BODY, .values = purposes,
      .fallback = "sign_in", .summary = "What the code will be good for" },

    { .name = "device", .type = LN_STRING, .in = LN_BODY,
      .min = AUTH_DEVICE_MIN, .max = AUTH_DEVICE_MAX,
      .summary = "What a device without cookies calls itself: random, kept" },

    { .name = "phone_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "device_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "address_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "code_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "notice", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "recipient", .type = LN_STRING, .in = LN_COMPUTED,
      .seal = "outbox.recipient" },
    { .name = "text", .type = LN_STRING, .in = LN_COMPUTED,
      .seal = "outbox.params" },
    { .name = NULL }
};


/* How often is too often: each line is a rule. */

#define SINCE(column, interval)                                               \
    "(SELECT COUNT(*)"                                                        \
    " FROM login_code c"                                                      \
    " WHERE c." column " = :" column                                          \
      " AND c.created_at > UTC_TIMESTAMP(6) - " interval ")"

static const ln_column_t  quota_columns[] = {
    { .name = "wait", .type = LN_INTEGER },
    { .name = "lifetime", .type = LN_INTEGER },
    { .name = "interval", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_stmt_t  quota = {
    .name = "auth_code_quota",
    .sql = "SELECT CASE"
                 " WHEN " SINCE("phone_index", AUTH_INTERVAL("code.interval"))
                 " > 0"
                 " THEN " AUTH_RULE("code.interval")
                 " WHEN " SINCE("phone_index", "INTERVAL 1 HOUR")
                 " >= " AUTH_RULE("code.phone_hour")
                 " THEN 3600"
                 " WHEN " SINCE("phone_index", "INTERVAL 1 DAY")
                 " >= " AUTH_RULE("code.phone_day")
                 " THEN 86400"
                 " WHEN " SINCE("device_index", "INTERVAL 1 DAY")
                 " >= " AUTH_RULE("code.device_day")
                 " THEN 86400"
                 " WHEN " SINCE("address_index", "INTERVAL 1 HOUR")
                 " >= " AUTH_RULE("code.address_hour")
                 " THEN 3600"
                 " ELSE 0"
                 " END AS `wait`,"
                 " " AUTH_RULE("code.lifetime") " AS lifetime,"
                 " " AUTH_RULE("code.interval") " AS `interval`",
    .columns = quota_columns
};


static const ln_stmt_t  end_earlier = {
    .name = "auth_code_end_earlier",
    .sql = "UPDATE login_code"
           " SET expires_at = UTC_TIMESTAMP(6)"
           " WHERE phone_index = :phone_index"
             " AND purpose = :purpose"
             " AND expires_at > UTC_TIMESTAMP(6)"
};


static const ln_stmt_t  insert = {
    .name = "auth_code_insert",
    .sql = "INSERT INTO login_code"
           " (id,"
            " purpose,"
            " phone_index,"
            " code_hash,"
            " device_index,"
            " address_index,"
            " slot,"
            " created_at,"
            " expires_at)"
           " VALUES"
           " (:new_id,"
            " :purpose,"
            " :phone_index,"
            " :code_hash,"
            " :device_index,"
            " :address_index,"
            " FLOOR(UNIX_TIMESTAMP(UTC_TIMESTAMP())"
                  " / " AUTH_RULE("code.interval") "),"
            " UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6) + " AUTH_INTERVAL("code.lifetime") ")"
};


static const ln_column_t  refusal_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  at_once = {
    .name = "auth_code_at_once",
    .sql = "SELECT 'too_many_requests' AS code",
    .columns = refusal_columns
};


static const ln_stmt_t  notify = {
    .name = "auth_code_notify",
    .sql = "INSERT INTO outbox"
           " (id,"
            " template,"
            " account_id,"
            " recipient,"
            " params,"
            " due_at,"
            " expires_at,"
            " created_at,"
            " updated_at)"
           " VALUES"
           " (:notice,"
            " CASE :purpose"
            " WHEN 'set_password' THEN 'password_code'"
            " WHEN 'change_phone' THEN 'phone_change_code'"
            " ELSE 'sign_in_code'"
            " END,"
            " (SELECT a.id"
             " FROM account a"
             " WHERE a.phone_index = :phone_index),"
            " :recipient,"
            " :text,"
            " UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6) + " AUTH_INTERVAL("code.lifetime") ","
            " UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6))"
};


static ngx_int_t
auth_codes_check(ln_request_t *lr, const ln_value_t *row)
{
    return row[0].integer ? auth_too_many(lr, "too_many_codes",
                                          row[0].integer)
                          : NGX_OK;
}


const ln_step_t  auth_codes_steps[] = {
    { .stmt = &quota, .name = "quota", .check = auth_codes_check },
    { .stmt = &end_earlier, .optional = 1 },
    { .stmt = &insert, .otherwise = &at_once },
    { .stmt = &notify },
    { .stmt = NULL }
};


const ln_column_t  auth_codes_columns[] = {
    { .name = "expires_in", .type = LN_INTEGER,
      .summary = "Seconds that the code is good for" },
    { .name = "again_in", .type = LN_INTEGER,
      .summary = "Seconds until another may be asked for" },
    { .name = NULL }
};


static const char *
codes_purpose(ln_request_t *lr)
{
    const char *const  *purpose;

    for (purpose = purposes; *purpose; purpose++) {
        if (auth_param_is(lr, "purpose", *purpose)) {
            return *purpose;
        }
    }

    return purposes[0];
}


ngx_int_t
auth_codes_before(ln_request_t *lr)
{
    u_char             key[32], hash[32], index[16], notice[16], *text;
    char               mobile[AUTH_MOBILE], code[AUTH_CODE];
    ngx_int_t          rc;
    ngx_str_t          canonical;
    const char        *purpose;
    const ln_value_t  *phone;

    phone = ln_param(lr, "phone");
    purpose = codes_purpose(lr);

    if (!auth_mobile((char *) phone->string.data, phone->string.len, mobile)) {
        return ln_fail_field(lr, "phone", "bad_mobile");
    }

    rc = auth_place(lr, 0);
    if (rc != NGX_OK) {
        return rc;
    }

    canonical.data = (u_char *) mobile;
    canonical.len = AUTH_MOBILE;
    text = ngx_pnalloc(ln_pool(lr), sizeof(CODE_PARAMS) + AUTH_CODE);

    if (text == NULL || !auth_code_new(code)
        || ln_blind(lr, "account.phone", &canonical, index) != NGX_OK
        || auth_secret(lr, "login_code", key) != NGX_OK
        || !auth_code_hash(key, purpose, index, code, AUTH_CODE, hash))
    {
        return auth_broken(lr);
    }

    ln_uuid7(notice);

    if (auth_set_bytes(lr, "phone_index", index, 16) != NGX_OK
        || auth_set_bytes(lr, "code_hash", hash, 32) != NGX_OK
        || auth_set_uuid(lr, "notice", notice) != NGX_OK
        || auth_set_bytes(lr, "recipient", canonical.data, canonical.len)
           != NGX_OK
        || ln_set_string(lr, "text", text,
                         ngx_sprintf(text, CODE_PARAMS, (size_t) AUTH_CODE,
                                     code) - text)
           != NGX_OK)
    {
        return auth_broken(lr);
    }

    auth_wipe(code, sizeof(code));
    auth_wipe(key, sizeof(key));

    return NGX_OK;
}


ngx_int_t
auth_codes_finish(ln_request_t *lr)
{
    ngx_str_t          json;
    const ln_value_t  *rules;

    rules = ln_step_row(lr, "quota");
    json.data = ngx_pnalloc(ln_pool(lr), 96);

    if (rules == NULL || json.data == NULL) {
        return auth_broken(lr);
    }

    json.len = ngx_sprintf(json.data, "{\"expires_in\":%L,\"again_in\":%L}",
                           rules[1].integer, rules[2].integer)
               - json.data;

    return ln_respond_json(lr, NGX_HTTP_OK, &json);
}
