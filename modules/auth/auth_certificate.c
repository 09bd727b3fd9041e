
/*
 * A client certificate (UKey) as the second factor of staff.  The server of
 * nginx that the API is in asks for one (ssl_verify_client optional) and says
 * whether an authority that it trusts made it, and that it has not expired or
 * been revoked; here it is only compared with what is bound to the account.
 *
 *     POST   /me/certificates                    bind the one that is presented
 *     GET    /me/certificates
 *     DELETE /me/certificates/{serial}
 *     POST   /admin/accounts/{id}/certificates   bind by its PEM text
 *
 * POST /auth/factor with `certificate` proves it at a sign-in.
 */

#include "auth_factor.h"
#include "auth_x509.h"


static ngx_int_t certificate_variable(ngx_http_request_t *r, const char *name,
    ngx_str_t *value);
static ngx_int_t certificate_set(ln_request_t *lr, const auth_x509_t *found);


/*
 * NGX_DECLINED: the connection has none that nginx would answer for, or nginx
 * has no TLS.
 */

ngx_int_t
auth_certificate_presented(ln_request_t *lr)
{
    ngx_str_t            verify, pem;
    auth_x509_t          found;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);

    if (certificate_variable(r, "ssl_client_verify", &verify) != NGX_OK
        || verify.len != 7 || ngx_strncmp(verify.data, "SUCCESS", 7) != 0
        || certificate_variable(r, "ssl_client_raw_cert", &pem) != NGX_OK
        || !auth_x509_read((char *) pem.data, pem.len, &found))
    {
        return NGX_DECLINED;
    }

    return certificate_set(lr, &found);
}


static ngx_int_t
certificate_variable(ngx_http_request_t *r, const char *name,
    ngx_str_t *value)
{
    ngx_str_t                   text;
    ngx_uint_t                  key;
    ngx_http_variable_value_t  *vv;

    text.data = (u_char *) name;
    text.len = ngx_strlen(name);
    key = ngx_hash_key(text.data, text.len);

    vv = ngx_http_get_variable(r, &text, key);

    if (vv == NULL || vv->not_found || !vv->valid) {
        return NGX_DECLINED;
    }

    value->data = vv->data;
    value->len = vv->len;

    return NGX_OK;
}


static ngx_int_t
certificate_set(ln_request_t *lr, const auth_x509_t *found)
{
    return auth_set_bytes(lr, "issuer", found->issuer, AUTH_X509_ISSUER)
           == NGX_OK
           && auth_set_bytes(lr, "number", found->serial,
                             ngx_strlen(found->serial)) == NGX_OK
           ? NGX_OK : NGX_ERROR;
}


/* As a step of a proof, after AUTH_FACTOR_STEPS. */

static const ln_column_t  one_columns[] = {
    { .name = "one", .type = LN_INTEGER },
    { .name = NULL }
};

const ln_stmt_t  auth_certificate_bound = {
    .name = "auth_certificate_bound",
    .sql = "SELECT 1 AS one"
           " FROM account_identity i"
           " WHERE i.kind = 'certificate'"
             " AND i.issuer = :issuer"
             " AND i.subject = :number"
             " AND i.account_id = :self"
           " FOR UPDATE",
    .columns = one_columns
};

const ln_stmt_t  auth_certificate_use = {
    .name = "auth_certificate_use",
    .sql = "UPDATE account_identity"
           " SET used_at = UTC_TIMESTAMP(6)"
           " WHERE kind = 'certificate'"
             " AND issuer = :issuer"
             " AND subject = :number"
             " AND account_id = :self"
};


/* POST /me/certificates */

const ln_param_t  auth_certificate_bind_in[] = {
    { .name = "issuer", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "number", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};

#define BIND                                                                  \
    "INSERT INTO account_identity"                                            \
    " (kind,"                                                                 \
     " issuer,"                                                               \
     " subject,"                                                              \
     " account_id,"                                                           \
     " created_at,"                                                           \
     " used_at)"                                                              \
    " SELECT 'certificate',"                                                  \
           " :issuer,"                                                        \
           " :number,"                                                        \
           " a.id,"                                                           \
           " UTC_TIMESTAMP(6),"                                               \
           " UTC_TIMESTAMP(6)"                                                \
    " FROM account a"

static const ln_stmt_t  bind_own = {
    .name = "auth_certificate_bind_own",
    .sql = BIND
           " WHERE a.id = :self"
             " AND a.kind = 'staff'"
             " AND a.status = 'active'"
};

static const ln_column_t  code_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  not_own = {
    .name = "auth_certificate_not_own",
    .sql = "SELECT IF(COUNT(*) = 0, 'forbidden', 'certificate_taken') AS code"
           " FROM account_identity i"
           " WHERE i.kind = 'certificate'"
             " AND i.issuer = :issuer"
             " AND i.subject = :number",
    .columns = code_columns
};

const ln_step_t  auth_certificate_bind_steps[] = {
    { .stmt = &auth_factor_live, .optional = 1,
      .check = auth_factor_live_check },
    { .stmt = &bind_own, .otherwise = &not_own },
    { .stmt = &auth_factor_session },
    { .stmt = &auth_factor_tell },
    { .stmt = NULL }
};


ngx_int_t
auth_certificate_bind_before(ln_request_t *lr)
{
    ngx_int_t  rc;

    rc = auth_certificate_presented(lr);

    if (rc == NGX_DECLINED) {
        return ln_fail(lr, NGX_HTTP_CONFLICT, "certificate_missing");
    }

    return rc == NGX_OK ? auth_sessions_end_before(lr) : auth_broken(lr);
}


ngx_int_t
auth_certificate_done(ln_request_t *lr)
{
    ngx_http_request_t  *r;

    r = ln_http_request(lr);
    ln_changed(r, "account", auth_ctx(r)->token.account);

    return ln_respond_json(lr, NGX_HTTP_NO_CONTENT, NULL);
}


/* GET /me/certificates */

static const ln_column_t  certificate_columns[] = {
    { .name = "serial", .type = LN_STRING, .summary = "In hexadecimal" },
    { .name = "issuer", .type = LN_STRING,
      .summary = "SHA-256 of the authority's name" },
    { .name = "created_at", .type = LN_INSTANT },
    { .name = "used_at", .type = LN_INSTANT },
    { .name = NULL }
};

const ln_stmt_t  auth_certificates = {
    .name = "auth_certificates",
    .sql = "SELECT i.subject AS serial,"
                 " i.issuer,"
                 " i.created_at,"
                 " i.used_at"
           " FROM account_identity i"
           " WHERE i.account_id = :self"
             " AND i.kind = 'certificate'"
           " ORDER BY i.created_at, i.subject"
           " LIMIT 100",
    .columns = certificate_columns
};


/* DELETE /me/certificates/{serial}: what it proved is proved no longer. */

const ln_param_t  auth_certificate_end_in[] = {
    { .name = "serial", .type = LN_STRING, .in = LN_PATH, .required = 1,
      .min = 1, .max = AUTH_X509_SERIAL, .summary = "The certificate" },
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};

static const ln_stmt_t  drop = {
    .name = "auth_certificate_drop",
    .sql = "DELETE FROM account_identity"
           " WHERE account_id = :self"
             " AND kind = 'certificate'"
             " AND subject = UPPER(:serial)"
};

static const ln_stmt_t  unprove = {
    .name = "auth_certificate_unprove",
    .sql = "UPDATE session"
           " SET second_factor = 0"
           " WHERE account_id = :self"
             " AND ended_at IS NULL"
             " AND second_factor = 1"
};

const ln_step_t  auth_certificate_end_steps[] = {
    { .stmt = &drop },
    { .stmt = &unprove, .optional = 1 },
    { .stmt = &auth_factor_tell },
    { .stmt = NULL }
};


/* POST /admin/accounts/{id}/certificates */

const ln_param_t  auth_certificate_admin_in[] = {

    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "The account, of staff" },

    { .name = "certificate", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 64, .max = AUTH_X509_MAX, .summary = "In PEM" },

    { .name = "issuer", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "number", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = NULL }
};

static const ln_stmt_t  bind_other = {
    .name = "auth_certificate_bind_other",
    .sql = BIND
           " WHERE a.id = :id"
             " AND a.id <> :self"
             " AND a.kind = 'staff'"
             " AND a.status = 'active'"
             " AND " AUTH_ALLOWED
};

static const ln_stmt_t  not_other = {
    .name = "auth_certificate_not_other",
    .sql = "SELECT CASE"
                 " WHEN NOT " AUTH_ALLOWED " THEN 'forbidden'"
                 " WHEN :id = :self THEN 'own_account'"
                 " WHEN NOT EXISTS (SELECT 1"
                                  " FROM account a"
                                  " WHERE a.id = :id"
                                    " AND a.kind = 'staff'"
                                    " AND a.status = 'active')"
                 " THEN 'not_found'"
                 " ELSE 'certificate_taken'"
                 " END AS code",
    .columns = code_columns
};

const ln_step_t  auth_certificate_admin_steps[] = {
    { .stmt = &bind_other, .otherwise = &not_other },
    { .stmt = NULL }
};


ngx_int_t
auth_certificate_admin_before(ln_request_t *lr)
{
    auth_x509_t        found;
    const ln_value_t  *pem;

    pem = ln_param(lr, "certificate");

    if (!auth_x509_read((char *) pem->string.data, pem->string.len, &found)) {
        return ln_fail_field(lr, "certificate", "bad_certificate");
    }

    return certificate_set(lr, &found) == NGX_OK ? NGX_OK : auth_broken(lr);
}
