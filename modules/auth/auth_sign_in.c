
/*
 * POST /auth/sessions: by phone and one-time code, or by phone or login name
 * and password.
 *
 *     before     hashes of phone, device and address
 *     look-up    the account, if any, and what throttling counts
 *     prepare    throttling; a password is checked in a thread, by exactly one
 *                Argon2id, whether or not there is an account
 *     steps      at a password's turn, throttling again; a code is taken (of
 *                two who give it one wins); the attempt is written down;
 *                session and refresh token when it was right
 *     finish     tokens, or 401 with one code for every reason
 */

#include "auth.h"
#include "auth_code.h"
#include "auth_proof.h"
#include "auth_identity.h"


enum {
    ROW_ACCOUNT = 0, ROW_HASH, ROW_STATUS, ROW_FAILURES, ROW_SINCE, ROW_FREE,
    ROW_DELAY, ROW_DELAY_MOST, ROW_PLACE, ROW_PLACE_MOST, ROW_PHONE
};


static ngx_int_t sign_in_name(ln_request_t *lr);
static ngx_int_t sign_in_new(ln_request_t *lr);
static ngx_int_t sign_in_code(ln_request_t *lr);
static ngx_int_t sign_in_password(ln_request_t *lr, const ln_value_t *row);
static ngx_int_t sign_in_notify(ln_request_t *lr, const ln_value_t *row);


static const char *const  transports[] = { "body", "cookie", NULL };


const ln_param_t  auth_sign_in_in[] = {

    { .name = "phone", .type = LN_STRING, .in = LN_BODY, .min = 5, .max = 32,
      .summary = "A mobile number of the mainland", .example = "13800138000" },

    { .name = "name", .type = LN_STRING, .in = LN_BODY, .min = 3, .max = 64,
      .summary = "Staff: the login name, instead of a phone" },

    { .name = "code", .type = LN_STRING, .in = LN_BODY, .min = AUTH_CODE,
      .max = AUTH_CODE, .summary = "The code that was sent to the phone" },

    { .name = "password", .type = LN_STRING, .in = LN_BODY, .min = 1,
      .max = AUTH_PASSWORD_MAX, .summary = "Instead of a code" },

    { .name = "transport", .type = LN_ENUM, .in = LN_BODY,
      .values = transports, .fallback = "body",
      .summary = "Where the tokens go: into the answer, or into cookies that "
                 "scripts cannot read" },

    { .name = "device", .type = LN_STRING, .in = LN_BODY,
      .min = AUTH_DEVICE_MIN, .max = AUTH_DEVICE_MAX,
      .summary = "What a device without cookies calls itself: random, kept" },

    { .name = "device_name", .type = LN_STRING, .in = LN_BODY, .min = 1,
      .max = 64, .summary = "As the person will recognize it" },

    { .name = "shared", .type = LN_BOOLEAN, .in = LN_BODY,
      .summary = "A machine that others use too: the session locks soon when "
                 "it is not used" },

    AUTH_NOTIFY,
    { .name = "method", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "outcome", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "mobile", .type = LN_STRING, .in = LN_COMPUTED,
      .seal = "account.phone" },
    { .name = "phone_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "login_name", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "subject_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "device_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "address_index", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "code_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "refresh_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "account_new", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};


static const ln_column_t  lookup_columns[] = {
    [ROW_ACCOUNT] = { .name = "account", .type = LN_UUID, .nullable = 1 },
    [ROW_HASH] = { .name = "password_hash", .type = LN_STRING,
                   .nullable = 1 },
    [ROW_STATUS] = { .name = "status", .type = LN_STRING, .nullable = 1 },
    [ROW_FAILURES] = { .name = "failures", .type = LN_INTEGER },
    [ROW_SINCE] = { .name = "since", .type = LN_INTEGER, .nullable = 1 },
    [ROW_FREE] = { .name = "free", .type = LN_INTEGER },
    [ROW_DELAY] = { .name = "delay", .type = LN_INTEGER },
    [ROW_DELAY_MOST] = { .name = "delay_most", .type = LN_INTEGER },
    [ROW_PLACE] = { .name = "place", .type = LN_INTEGER },
    [ROW_PLACE_MOST] = { .name = "place_most", .type = LN_INTEGER },
    [ROW_PHONE] = { .name = "phone", .type = LN_SEALED,
                    .seal = "account.phone", .nullable = 1 },
    { .name = NULL }
};

/*
 * Somebody who guesses on another device slows down others who guess, not the
 * owner on a device that he has signed in with before: that one counts alone.
 */

#define KNOWN_DEVICE                                                          \
    "EXISTS (SELECT 1"                                                        \
           " FROM session k"                                                  \
           " WHERE k.account_id = a.id"                                       \
             " AND k.device_index = :device_index"                            \
             " AND k.created_at > UTC_TIMESTAMP(6)"                           \
             " - " AUTH_INTERVAL("sign_in.known_device") ")"

#define FAILED                                                                \
    " FROM sign_in_attempt t"                                                 \
    " WHERE t.subject_index = :subject_index"                                 \
      " AND t.method = 'password'"                                            \
      " AND t.accepted = 0"                                                   \
      " AND t.at > UTC_TIMESTAMP(6) - " AUTH_INTERVAL("sign_in.window")       \
      " AND (t.device_index = :device_index OR NOT " KNOWN_DEVICE ")"

#define TRIED                                                                 \
    " (SELECT COUNT(*)" FAILED ") AS failures,"                               \
    " (SELECT TIMESTAMPDIFF(SECOND, MAX(t.at), UTC_TIMESTAMP(6))"             \
    FAILED ") AS since,"                                                      \
    " " AUTH_RULE("sign_in.failures") " AS free,"                             \
    " " AUTH_RULE("sign_in.delay") " AS delay,"                               \
    " " AUTH_RULE("sign_in.delay_most") " AS delay_most"

#define ACCOUNT                                                               \
    " FROM (SELECT 1 AS one) x"                                               \
    " LEFT JOIN account a"                                                    \
    " ON a.id = COALESCE((SELECT b.id"                                        \
                        " FROM account b"                                     \
                        " WHERE b.phone_index = :phone_index),"               \
                       " (SELECT b.id"                                        \
                        " FROM account b"                                     \
                        " WHERE b.login_name = :login_name))"

const ln_stmt_t  auth_sign_in_lookup = {
    .name = "auth_sign_in_lookup",
    .sql = "SELECT a.id AS account,"
                 " a.password_hash,"
                 " a.status,"
                 TRIED ","
                 " (SELECT COUNT(*)"
                  " FROM sign_in_attempt p"
                  " WHERE p.address_index = :address_index"
                    " AND p.accepted = 0"
                    " AND p.at > UTC_TIMESTAMP(6)"
                    " - " AUTH_INTERVAL("sign_in.window") ") AS place,"
                 " " AUTH_RULE("sign_in.address_failures") " AS place_most,"
                 " a.phone"
           ACCOUNT,
    .columns = lookup_columns
};


/*
 * Once more when it is this one's turn: of many who guess at once no more
 * learn whether they were right than of one after the other.
 */

static const ln_stmt_t  tried = {
    .name = "auth_sign_in_tried",
    .sql = "SELECT" TRIED ACCOUNT,
    .columns = auth_tried_columns
};


/*
 * Right or wrong, a try counts: of several at once each waits for the row, and
 * only the first that is right finds it untaken.
 */

static const ln_stmt_t  take_code = {
    .name = "auth_sign_in_take_code",
    .sql = "UPDATE login_code"
           " SET taken_by = IF(code_hash = :code_hash, :new_id, NULL),"
               " tries = tries + 1"
           " WHERE phone_index = :phone_index"
             " AND purpose = 'sign_in'"
             " AND taken_by IS NULL"
             " AND expires_at > UTC_TIMESTAMP(6)"
             " AND tries < " AUTH_RULE("code.tries")
};


static const ln_column_t  taken_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = NULL }
};

static const ln_stmt_t  taken = {
    .name = "auth_sign_in_taken",
    .sql = "SELECT c.id"
           " FROM login_code c"
           " WHERE c.phone_index = :phone_index"
             " AND c.taken_by = :new_id",
    .columns = taken_columns
};


/* Whoever proves a phone for the first time has an account from then on. */

const ln_stmt_t  auth_open_account = {
    .name = "auth_sign_in_open_account",
    .sql = "INSERT INTO account"
           " (id,"
            " kind,"
            " phone,"
            " phone_index,"
            " phone_at,"
            " created_at,"
            " updated_at)"
           " VALUES"
           " (:account_new,"
            " 'citizen',"
            " :mobile,"
            " :phone_index,"
            " UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6))"
           " ON DUPLICATE KEY UPDATE phone_at = UTC_TIMESTAMP(6)"
};


enum { WHO_ID = 0, WHO_STATUS, WHO_HASH };

static const ln_column_t  who_columns[] = {
    [WHO_ID] = { .name = "id", .type = LN_UUID },
    [WHO_STATUS] = { .name = "status", .type = LN_STRING },
    [WHO_HASH] = { .name = "password_hash", .type = LN_STRING,
                   .nullable = 1 },
    { .name = NULL }
};

static const ln_stmt_t  who = {
    .name = "auth_sign_in_who",
    .sql = "SELECT a.id,"
                 " a.status,"
                 " a.password_hash"
           " FROM account a"
           " WHERE a.id = COALESCE(:account,"
                                 " (SELECT b.id"
                                  " FROM account b"
                                  " WHERE b.phone_index = :phone_index))"
           " FOR UPDATE",
    .columns = who_columns
};


const ln_stmt_t  auth_open_session = {
    .name = "auth_sign_in_open_session",
    .sql = "INSERT INTO session"
           " (id,"
            " account_id,"
            " method,"
            " transport,"
            " device_index,"
            " device_name,"
            " idle_minutes,"
            " created_at,"
            " used_at,"
            " expires_at)"
           " SELECT :session,"
                  " a.id,"
                  " :method,"
                  " :transport,"
                  " :device_index,"
                  " :device_name,"
                  " IF(a.kind = 'staff',"
                     " " AUTH_RULE("session.staff_idle") " DIV 60,"
                     " NULL),"
                  " UTC_TIMESTAMP(6),"
                  " UTC_TIMESTAMP(6),"
                  " UTC_TIMESTAMP(6)"
                  " + INTERVAL IF(a.kind = 'staff',"
                                " " AUTH_RULE("session.staff") ","
                                " " AUTH_RULE("session.citizen") ") SECOND"
           " FROM account a"
           " WHERE a.id = :account"
};


static const ln_stmt_t  share = {
    .name = "auth_sign_in_share",
    .sql = "UPDATE session"
           " SET idle_minutes = LEAST(COALESCE(idle_minutes, 1440),"
                                    " " AUTH_RULE("session.shared_idle")
                                    " DIV 60)"
           " WHERE id = :session"
};


/* An expired password of staff must be changed before anything else. */

static const ln_stmt_t  expire_password = {
    .name = "auth_sign_in_expire_password",
    .sql = "UPDATE account"
           " SET password_must_change = 1"
           " WHERE id = :account"
             " AND kind = 'staff'"
             " AND password_must_change = 0"
             " AND password_at < UTC_TIMESTAMP(6)"
             " - " AUTH_INTERVAL("password.staff_age")
};


const ln_stmt_t  auth_first_refresh = {
    .name = "auth_sign_in_first_refresh",
    .sql = "INSERT INTO refresh_token"
           " (hash,"
            " session_id,"
            " created_at)"
           " VALUES"
           " (:refresh_hash,"
            " :session,"
            " UTC_TIMESTAMP(6))"
};


const ln_stmt_t  auth_attempt = {
    .name = "auth_sign_in_attempt",
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
            " :method,"
            " :subject_index,"
            " :device_index,"
            " :address_index,"
            " :account,"
            " IF(:outcome = 'accepted', 1, 0))"
};


static ngx_int_t
sign_in_taken(ln_request_t *lr, const ln_value_t *row)
{
    return auth_set_text(lr, "outcome",
                         row && row[0].set ? "accepted" : "refused") == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


/*
 * The account as it is now, locked: disabled, or with another password than
 * the one that was compared, it is not what was proved.
 */

static ngx_int_t
sign_in_who(ln_request_t *lr, const ln_value_t *row)
{
    ngx_uint_t     good;
    auth_ctx_t    *ctx;
    auth_proof_t  *work;

    ctx = auth_ctx(ln_http_request(lr));
    if (ctx == NULL) {
        return auth_broken(lr);
    }

    work = ctx->work;

    good = row && row[WHO_ID].set && row[WHO_STATUS].string.len == 6
           && ngx_strncmp(row[WHO_STATUS].string.data, "active", 6) == 0
           && (work == NULL || auth_proof_same(work, &row[WHO_HASH]));

    if (!good) {
        return auth_set_text(lr, "outcome", "refused") == NGX_OK
               ? NGX_OK : auth_broken(lr);
    }

    ngx_memcpy(ctx->account, row[WHO_ID].string.data, 16);
    ln_act_as(lr, ctx->account);

    return auth_set_uuid(lr, "account", ctx->account) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


const ln_step_t  auth_sign_in_steps[] = {
    { .stmt = &auth_turn, .when = "method=password" },
    { .stmt = &tried, .when = "method=password", .check = auth_tried_check },
    { .stmt = &take_code, .when = "method=code", .optional = 1 },
    { .stmt = &taken, .name = "taken", .when = "method=code", .optional = 1,
      .check = sign_in_taken },
    { .stmt = &auth_open_account, .when = "method=code outcome=accepted" },
    { .stmt = &who, .name = "who", .when = "outcome=accepted", .optional = 1,
      .check = sign_in_who },
    { .stmt = &expire_password, .when = "outcome=accepted", .optional = 1 },
    { .stmt = &auth_notify_device, .when = "outcome=accepted notify",
      .optional = 1 },
    { .stmt = &auth_open_session, .when = "outcome=accepted" },
    { .stmt = &share, .when = "outcome=accepted shared=true" },
    { .stmt = &auth_first_refresh, .when = "outcome=accepted" },
    { .stmt = &auth_scope_stmt, .name = "scope", .when = "outcome=accepted" },
    { .stmt = &auth_attempt },
    { .stmt = NULL }
};


ngx_int_t
auth_sign_in_before(ln_request_t *lr)
{
    ngx_int_t   rc;
    ngx_uint_t  cookie, code, password;

    code = ln_param(lr, "code")->set;
    password = ln_param(lr, "password")->set;
    cookie = auth_param_is(lr, "transport", "cookie");

    if (cookie && !auth_origin_ours(ln_http_request(lr))) {
        return ln_fail(lr, NGX_HTTP_FORBIDDEN, "origin_refused");
    }

    if (code == password) {
        return ln_fail_field(lr, code ? "code" : "password",
                             code ? "bad_combination" : "required");
    }

    if (ln_param(lr, "name")->set && (code || ln_param(lr, "phone")->set)) {
        return ln_fail_field(lr, "name", "bad_combination");
    }

    rc = sign_in_name(lr);
    if (rc == NGX_OK) {
        rc = auth_place(lr, cookie);
    }

    if (rc != NGX_OK) {
        return rc;
    }

    return auth_set_text(lr, "method", code ? "code" : "password") == NGX_OK
           && auth_set_text(lr, "outcome", "refused") == NGX_OK
           ? sign_in_new(lr) : auth_broken(lr);
}


/* By what he is known: only hashes of it are looked for and written down. */

static ngx_int_t
sign_in_name(ln_request_t *lr)
{
    char               mobile[AUTH_MOBILE];
    ngx_str_t          text;
    const ln_value_t  *phone, *name;

    phone = ln_param(lr, "phone");
    name = ln_param(lr, "name");

    if (name->set) {
        text.len = name->string.len;
        text.data = ngx_pnalloc(ln_pool(lr), text.len);

        if (text.data == NULL) {
            return auth_broken(lr);
        }

        ngx_strlow(text.data, name->string.data, text.len);

        return ln_set_string(lr, "login_name", text.data, text.len) == NGX_OK
               && auth_set_index(lr, "subject_index", "account.login_name",
                                 &text) == NGX_OK
               ? NGX_OK : auth_broken(lr);
    }

    if (!phone->set) {
        return ln_fail_field(lr, "phone", "required");
    }

    if (!auth_mobile((char *) phone->string.data, phone->string.len, mobile)) {
        return ln_fail_field(lr, "phone", "bad_mobile");
    }

    text.data = (u_char *) mobile;
    text.len = AUTH_MOBILE;

    return auth_set_bytes(lr, "mobile", text.data, text.len) == NGX_OK
           && auth_set_index(lr, "phone_index", "account.phone", &text)
              == NGX_OK
           && auth_set_index(lr, "subject_index", "account.phone", &text)
              == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


/* What will be made if all is right. */

static ngx_int_t
sign_in_new(ln_request_t *lr)
{
    u_char       account[16];
    auth_ctx_t  *ctx;

    ctx = auth_ctx(ln_http_request(lr));
    if (ctx == NULL) {
        return auth_broken(lr);
    }

    ln_uuid7(account);
    ln_uuid7(ctx->session);

    return auth_set_uuid(lr, "account_new", account) == NGX_OK
           && auth_set_uuid(lr, "session", ctx->session) == NGX_OK
           && auth_refresh_new(lr) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


ngx_int_t
auth_sign_in_prepare(ln_request_t *lr, const ln_value_t *row)
{
    int64_t  wait;

    if (row == NULL) {
        return auth_broken(lr);
    }

    if (row[ROW_PLACE].integer >= row[ROW_PLACE_MOST].integer) {
        return auth_too_many(lr, "too_many_tries",
                             row[ROW_DELAY_MOST].integer);
    }

    if (sign_in_notify(lr, row) != NGX_OK) {
        return auth_broken(lr);
    }

    if (ln_param(lr, "code")->set) {
        return sign_in_code(lr);
    }

    wait = auth_wait(&row[ROW_FAILURES]);

    if (wait > 0) {
        return auth_too_many(lr, "too_many_tries", wait);
    }

    return sign_in_password(lr, row);
}


int64_t
auth_wait(const ln_value_t *row)
{
    int64_t  more, pause;

    if (row[AUTH_FAILURES].integer < row[AUTH_FREE].integer) {
        return 0;
    }

    pause = row[AUTH_DELAY].integer;

    for (more = row[AUTH_FAILURES].integer - row[AUTH_FREE].integer;
         more > 0 && pause < row[AUTH_DELAY_MOST].integer;
         more--)
    {
        pause *= 2;
    }

    return ngx_min(pause, row[AUTH_DELAY_MOST].integer)
           - row[AUTH_SINCE].integer;
}


static ngx_int_t
sign_in_code(ln_request_t *lr)
{
    u_char             key[32], hash[32];
    const ln_value_t  *code;

    code = ln_param(lr, "code");

    if (auth_secret(lr, "login_code", key) != NGX_OK) {
        return auth_broken(lr);
    }

    if (!auth_code_hash(key, "sign_in",
                        ln_param(lr, "phone_index")->string.data,
                        (char *) code->string.data, code->string.len, hash))
    {
        return ln_fail_field(lr, "code", "too_short");
    }

    auth_wipe(key, sizeof(key));

    return auth_set_bytes(lr, "code_hash", hash, 32) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


static ngx_int_t
sign_in_password(ln_request_t *lr, const ln_value_t *row)
{
    if (row[ROW_ACCOUNT].set
        && auth_set_uuid(lr, "account", row[ROW_ACCOUNT].string.data)
           != NGX_OK)
    {
        return auth_broken(lr);
    }

    return auth_proof(lr, &row[ROW_HASH], ln_param(lr, "password"));
}


/* Who signs in by phone proves it or knows it; else it is what we know. */

static ngx_int_t
sign_in_notify(ln_request_t *lr, const ln_value_t *row)
{
    const ln_value_t  *mobile;

    mobile = ln_param(lr, "mobile");

    return mobile->set
           ? auth_notify_text(lr, (char *) mobile->string.data,
                              mobile->string.len)
           : auth_notify_phone(lr, &row[ROW_PHONE]);
}


ngx_int_t
auth_sign_in_finish(ln_request_t *lr)
{
    if (auth_param_is(lr, "outcome", "throttled")) {
        return auth_too_many(lr, "too_many_tries",
                             auth_ctx(ln_http_request(lr))->wait);
    }

    if (!auth_param_is(lr, "outcome", "accepted")) {
        return ln_fail(lr, NGX_HTTP_UNAUTHORIZED, "sign_in_refused");
    }

    return auth_issue(lr, NGX_HTTP_OK,
                      auth_param_is(lr, "transport", "cookie"));
}
