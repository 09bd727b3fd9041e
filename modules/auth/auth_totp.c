
/*
 * One's own authenticator (RFC 6238) and the ten codes that stand in for it.
 *
 *     POST /me/totp             a secret, shown this once
 *     POST /me/totp/confirm     the first code proves that it arrived
 *     POST /me/totp/remove
 *     POST /me/recovery-codes   ten new ones, the old are over
 *
 * From the confirmation on every session owes the second step but the one that
 * confirmed.
 */

#include "auth_factor.h"


#define RECOVERY_CODES  10
#define RECOVERY_SHOWN  (AUTH_RECOVERY + 3)    /* in groups of four */
#define TOTP_LABEL      64
#define AUTH_TOTP_SHOWN AUTH_BASE32(AUTH_TOTP_SECRET)

/* As long as any: every octet as %XX, twice the issuer. */
#define TOTP_URI(issuer, label)  (256 + 6 * (issuer) + 3 * (label))


/* What is answered once and not kept. */
typedef struct {
    char          secret[AUTH_TOTP_SHOWN];
    u_char        label[TOTP_LABEL];
    size_t        nlabel;
    char          codes[RECOVERY_CODES][AUTH_RECOVERY];
} auth_shown_t;


static ngx_int_t totp_label(ln_request_t *lr, const ln_value_t *row);
static ngx_int_t totp_codes(ln_request_t *lr);


/* POST /me/totp */

const ln_param_t  auth_totp_begin_in[] = {
    { .name = "secret", .type = LN_STRING, .in = LN_COMPUTED,
      .seal = "totp_secret.secret" },
    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};

static const ln_column_t  id_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = NULL }
};

/* Of two who begin at once the later one's secret stays. */

static const ln_stmt_t  lock = {
    .name = "auth_totp_lock",
    .sql = "SELECT a.id"
           " FROM account a"
           " WHERE a.id = :self"
           " FOR UPDATE",
    .columns = id_columns
};

static const ln_stmt_t  drop_begun = {
    .name = "auth_totp_drop_begun",
    .sql = "DELETE FROM totp_secret"
           " WHERE account_id = :self"
             " AND confirmed_at IS NULL"
};

static const ln_stmt_t  begin = {
    .name = "auth_totp_begin",
    .sql = "INSERT INTO totp_secret"
           " (account_id,"
            " secret,"
            " created_at)"
           " VALUES"
           " (:self,"
            " :secret,"
            " UTC_TIMESTAMP(6))"
};

static const ln_column_t  code_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  there_is_one = {
    .name = "auth_totp_there_is_one",
    .sql = "SELECT 'factor_exists' AS code",
    .columns = code_columns
};

const ln_step_t  auth_totp_begin_steps[] = {
    { .stmt = &lock, .name = "lock" },
    { .stmt = &drop_begun, .optional = 1 },
    { .stmt = &begin, .otherwise = &there_is_one },
    { .stmt = NULL }
};

const ln_column_t  auth_totp_begin_columns[] = {
    { .name = "secret", .type = LN_STRING,
      .summary = "In base 32, to be typed into an authenticator" },
    { .name = "uri", .type = LN_STRING,
      .summary = "The same as otpauth://, for a QR code" },
    { .name = NULL }
};


ngx_int_t
auth_totp_begin_prepare(ln_request_t *lr, const ln_value_t *row)
{
    u_char         secret[AUTH_TOTP_SECRET];
    ngx_int_t      rc;
    auth_ctx_t    *ctx;
    auth_shown_t  *shown;
    char           text[AUTH_TOTP_TEXT];

    ctx = auth_ctx(ln_http_request(lr));
    shown = ngx_pcalloc(ln_pool(lr), sizeof(auth_shown_t));

    if (row == NULL) {
        return ln_fail(lr, NGX_HTTP_UNAUTHORIZED, "refresh_refused");
    }

    if (ctx == NULL || shown == NULL || !auth_random(secret, sizeof(secret))) {
        return auth_broken(lr);
    }

    ctx->work = shown;
    (void) auth_base32_encode(secret, sizeof(secret), shown->secret);
    (void) auth_base64_encode(secret, sizeof(secret), text);

    rc = auth_set_bytes(lr, "secret", text, sizeof(text));

    auth_wipe(secret, sizeof(secret));
    auth_wipe(text, sizeof(text));

    return rc == NGX_OK
           && auth_set_uuid(lr, "account", ctx->token.account) == NGX_OK
           ? totp_label(lr, row) : auth_broken(lr);
}


/* What the authenticator shows beside the code. */

static ngx_int_t
totp_label(ln_request_t *lr, const ln_value_t *row)
{
    ngx_str_t      phone, label;
    auth_shown_t  *shown;

    shown = auth_ctx(ln_http_request(lr))->work;

    if (row[FACTOR_NAME].set) {
        shown->nlabel = ngx_min(row[FACTOR_NAME].string.len, TOTP_LABEL);
        ngx_memcpy(shown->label, row[FACTOR_NAME].string.data, shown->nlabel);
        return NGX_OK;
    }

    if (!row[FACTOR_PHONE].set) {
        return NGX_OK;
    }

    if (ln_unseal(lr, "account.phone", &row[FACTOR_PHONE], &phone) != NGX_OK
        || phone.len + 4 > TOTP_LABEL)
    {
        return auth_broken(lr);
    }

    label.data = shown->label;
    ln_mask(LN_MASK_PHONE, &phone, &label);
    shown->nlabel = label.len;
    auth_wipe(phone.data, phone.len);

    return NGX_OK;
}


ngx_int_t
auth_totp_begin_finish(ln_request_t *lr)
{
    u_char              *p;
    ngx_str_t            json;
    auth_conf_t         *conf;
    auth_shown_t        *shown;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);
    conf = ngx_http_get_module_main_conf(r, ngx_http_legalnet_auth_module);
    shown = auth_ctx(r)->work;

    json.data = ngx_pnalloc(r->pool, TOTP_URI(conf->issuer.len, TOTP_LABEL));
    if (json.data == NULL) {
        return auth_broken(lr);
    }

    p = ngx_sprintf(json.data, "{\"secret\":\"%*s\",\"uri\":\"otpauth://totp/",
                    (size_t) AUTH_TOTP_SHOWN, shown->secret);

    p = (u_char *) ngx_escape_uri(p, conf->issuer.data, conf->issuer.len,
                                  NGX_ESCAPE_URI_COMPONENT);
    *p++ = ':';
    p = (u_char *) ngx_escape_uri(p, shown->label, shown->nlabel,
                                  NGX_ESCAPE_URI_COMPONENT);
    p = ngx_sprintf(p, "?secret=%*s&issuer=", (size_t) AUTH_TOTP_SHOWN,
                    shown->secret);
    p = (u_char *) ngx_escape_uri(p, conf->issuer.data, conf->issuer.len,
                                  NGX_ESCAPE_URI_COMPONENT);
    p = ngx_sprintf(p, "&algorithm=SHA1&digits=%d&period=%d\"}",
                    AUTH_TOTP_DIGITS, AUTH_TOTP_PERIOD);

    json.len = p - json.data;

    return ln_respond_json(lr, NGX_HTTP_OK, &json);
}


/* POST /me/totp/confirm, POST /me/recovery-codes */

#define RECOVERY(n)                                                           \
    { .name = "recovery_" #n, .type = LN_BYTES, .in = LN_COMPUTED }

#define RECOVERY_HASHES                                                       \
    RECOVERY(0), RECOVERY(1), RECOVERY(2), RECOVERY(3), RECOVERY(4),          \
    RECOVERY(5), RECOVERY(6), RECOVERY(7), RECOVERY(8), RECOVERY(9)

const ln_param_t  auth_totp_confirm_in[] = {
    AUTH_FACTOR_CODE,
    AUTH_FACTOR_DEVICE,
    AUTH_FACTOR_COMPUTED,
    RECOVERY_HASHES,
    { .name = NULL }
};

static const ln_column_t  one_columns[] = {
    { .name = "one", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_stmt_t  begun = {
    .name = "auth_totp_begun",
    .sql = "SELECT 1 AS one"
           " FROM totp_secret t"
           " WHERE t.account_id = :self"
             " AND t.confirmed_at IS NULL"
             " AND t.secret = :secret_seen"
           " FOR UPDATE",
    .columns = one_columns
};

static const ln_stmt_t  confirm = {
    .name = "auth_totp_confirm",
    .sql = "UPDATE totp_secret"
           " SET confirmed_at = UTC_TIMESTAMP(6),"
               " last_step = :step"
           " WHERE account_id = :self"
             " AND confirmed_at IS NULL"
             " AND last_step < :step"
};

static const ln_stmt_t  drop_codes = {
    .name = "auth_totp_drop_codes",
    .sql = "DELETE FROM recovery_code"
           " WHERE account_id = :self"
};

#define ROW(n)  " (:self, :recovery_" #n ", UTC_TIMESTAMP(6))"

static const ln_stmt_t  new_codes = {
    .name = "auth_totp_new_codes",
    .sql = "INSERT INTO recovery_code"
           " (account_id,"
            " code_hash,"
            " created_at)"
           " VALUES"
           ROW(0) "," ROW(1) "," ROW(2) "," ROW(3) "," ROW(4) ","
           ROW(5) "," ROW(6) "," ROW(7) "," ROW(8) "," ROW(9)
};

const ln_step_t  auth_totp_confirm_steps[] = {
    { .stmt = &auth_factor_live, .optional = 1,
      .check = auth_factor_live_check },
    { .stmt = &auth_turn },
    { .stmt = &auth_factor_tried, .check = auth_tried_check },
    { .stmt = &begun, .when = "outcome=refused step", .optional = 1,
      .check = auth_factor_proof_check },
    { .stmt = &confirm, .when = "outcome=accepted" },
    { .stmt = &auth_factor_session, .when = "outcome=accepted" },
    { .stmt = &drop_codes, .when = "outcome=accepted", .optional = 1 },
    { .stmt = &new_codes, .when = "outcome=accepted" },
    { .stmt = &auth_factor_tell, .when = "outcome=accepted" },
    { .stmt = &auth_attempt },
    { .stmt = NULL }
};

const ln_column_t  auth_totp_codes_columns[] = {
    { .name = "recovery_codes[]", .type = LN_STRING,
      .summary = "Ten, shown this once; each is good once" },
    { .name = NULL }
};


ngx_int_t
auth_totp_confirm_prepare(ln_request_t *lr, const ln_value_t *row)
{
    ngx_int_t  rc;

    rc = auth_factor_prepare(lr, row);
    if (rc != NGX_OK) {
        return rc;
    }

    if (!row[FACTOR_SECRET].set) {
        return ln_fail(lr, NGX_HTTP_CONFLICT, "factor_missing");
    }

    if (row[FACTOR_CONFIRMED].integer) {
        return ln_fail(lr, NGX_HTTP_CONFLICT, "factor_exists");
    }

    return totp_codes(lr);
}


/* Ten new codes: their hashes are bound, they themselves are shown. */

static ngx_int_t
totp_codes(ln_request_t *lr)
{
    char           name[sizeof("recovery_0")];
    u_char         key[32], hash[32];
    ngx_uint_t     i;
    auth_ctx_t    *ctx;
    auth_shown_t  *shown;

    ctx = auth_ctx(ln_http_request(lr));
    shown = ngx_pcalloc(ln_pool(lr), sizeof(auth_shown_t));

    if (shown == NULL || auth_secret(lr, "recovery_code", key) != NGX_OK) {
        return auth_broken(lr);
    }

    ctx->work = shown;

    for (i = 0; i < RECOVERY_CODES; i++) {
        *ngx_sprintf((u_char *) name, "recovery_%ui", i) = '\0';

        if (!auth_recovery_new(shown->codes[i])
            || !auth_recovery_hash(key, ctx->account, shown->codes[i],
                                   AUTH_RECOVERY, hash)
            || auth_set_bytes(lr, name, hash, 32) != NGX_OK)
        {
            return auth_broken(lr);
        }
    }

    auth_wipe(key, sizeof(key));

    return NGX_OK;
}


ngx_int_t
auth_totp_codes_finish(ln_request_t *lr)
{
    u_char        *p;
    ngx_str_t      json;
    ngx_uint_t     i;
    auth_shown_t  *shown;

    if (!auth_param_is(lr, "outcome", "accepted")) {
        return auth_factor_refused(lr);
    }

    shown = auth_ctx(ln_http_request(lr))->work;

    ln_changed(ln_http_request(lr), "account",
               auth_ctx(ln_http_request(lr))->account);

    json.data = ngx_pnalloc(ln_pool(lr),
                            RECOVERY_CODES * (RECOVERY_SHOWN + 3) + 32);
    if (json.data == NULL) {
        return auth_broken(lr);
    }

    p = ngx_sprintf(json.data, "{\"recovery_codes\":[");

    for (i = 0; i < RECOVERY_CODES; i++) {
        p = ngx_sprintf(p, "%s\"%*s-%*s-%*s-%*s\"", i ? "," : "",
                        (size_t) 4, shown->codes[i],
                        (size_t) 4, shown->codes[i] + 4,
                        (size_t) 4, shown->codes[i] + 8,
                        (size_t) 4, shown->codes[i] + 12);
    }

    p = ngx_sprintf(p, "]}");
    json.len = p - json.data;

    return ln_respond_json(lr, NGX_HTTP_OK, &json);
}


const ln_param_t  auth_recovery_codes_in[] = {
    AUTH_FACTOR_CODE,
    AUTH_FACTOR_DEVICE,
    AUTH_FACTOR_COMPUTED,
    RECOVERY_HASHES,
    { .name = NULL }
};

const ln_step_t  auth_recovery_codes_steps[] = {
    AUTH_FACTOR_STEPS,
    { .stmt = &drop_codes, .when = "outcome=accepted", .optional = 1 },
    { .stmt = &new_codes, .when = "outcome=accepted" },
    { .stmt = &auth_attempt },
    { .stmt = NULL }
};


ngx_int_t
auth_recovery_codes_prepare(ln_request_t *lr, const ln_value_t *row)
{
    ngx_int_t  rc;

    rc = auth_totp_remove_prepare(lr, row);

    return rc == NGX_OK ? totp_codes(lr) : rc;
}


/* POST /me/totp/remove */

const ln_param_t  auth_totp_remove_in[] = {
    AUTH_FACTOR_CODE,
    AUTH_FACTOR_RECOVERY,
    AUTH_FACTOR_DEVICE,
    AUTH_FACTOR_COMPUTED,
    { .name = NULL }
};

static const ln_stmt_t  drop = {
    .name = "auth_totp_remove",
    .sql = "DELETE FROM totp_secret"
           " WHERE account_id = :self"
};

/* What it proved is proved no longer. */

static const ln_stmt_t  unprove = {
    .name = "auth_totp_unprove",
    .sql = "UPDATE session"
           " SET second_factor = 0"
           " WHERE account_id = :self"
             " AND ended_at IS NULL"
             " AND second_factor = 1"
};

const ln_step_t  auth_totp_remove_steps[] = {
    AUTH_FACTOR_STEPS,
    { .stmt = &drop_codes, .when = "outcome=accepted", .optional = 1 },
    { .stmt = &drop, .when = "outcome=accepted" },
    { .stmt = &unprove, .when = "outcome=accepted", .optional = 1 },
    { .stmt = &auth_factor_tell, .when = "outcome=accepted" },
    { .stmt = &auth_attempt },
    { .stmt = NULL }
};


ngx_int_t
auth_totp_remove_prepare(ln_request_t *lr, const ln_value_t *row)
{
    if (row && !row[FACTOR_CONFIRMED].integer) {
        return ln_fail(lr, NGX_HTTP_CONFLICT, "factor_missing");
    }

    return auth_factor_prepare(lr, row);
}


ngx_int_t
auth_totp_remove_finish(ln_request_t *lr)
{
    if (!auth_param_is(lr, "outcome", "accepted")) {
        return auth_factor_refused(lr);
    }

    ln_changed(ln_http_request(lr), "account",
               auth_ctx(ln_http_request(lr))->account);

    return ln_respond_json(lr, NGX_HTTP_NO_CONTENT, NULL);
}
