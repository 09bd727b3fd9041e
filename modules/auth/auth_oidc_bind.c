
/*
 * The identity provider's sign-in for an account that is there already:
 *
 *     POST /me/oidc/start     the address to go to; a cookie with the session
 *     GET /auth/oidc/return   comes from the provider, so our own cookies did
 *                             not come along: what it brings goes into a
 *                             cookie for our own pages, and on to one of them
 *     POST /me/oidc           that page's: the session is the one that began;
 *                             the code is redeemed, the subject bound
 *
 * So nobody's subject gets to another's account: to begin and to end it takes
 * a request of our own pages in the same session, and what the provider says
 * is good only in the browser that asked.
 */

#include "auth_oidc.h"
#include "auth_factor.h"


#define OIDC_PAGE  "#oidc_back"        /* tells the page to go on */
#define OIDC_CODE  1536                /* octets of a code that fits a cookie */


static ngx_int_t bind_go(ln_request_t *lr, void *data);
static ngx_int_t bind_keep(ln_request_t *lr, const auth_back_t *back);
static ngx_int_t bind_read(ln_request_t *lr, auth_back_t *back);
static ngx_int_t bind_code(ln_request_t *lr, const u_char *p, size_t n,
    auth_back_t *back);


const ln_param_t  auth_oidc_bind_start_in[] = {

    { .name = "return", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 1, .max = AUTH_AWAY_PATH,
      .summary = "The page of the portal that goes on: it will have the "
                 "fragment `oidc_back`, or the code of a refusal",
      .example = "/account" },

    { .name = NULL }
};


const ln_column_t  auth_oidc_bind_start_columns[] = {
    { .name = "url", .type = LN_STRING,
      .summary = "Where to go: the provider's page" },
    { .name = NULL }
};


const ln_param_t  auth_oidc_bind_in[] = {
    AUTH_NOTIFY,
    { .name = "bound", .type = LN_STRING, .in = LN_COMPUTED },
    AUTH_OIDC_CLAIMS,
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};


enum {
    MINE_KIND = 0, MINE_PHONE, MINE_FIRST, MINE_HOLDER, MINE_OTHERS,
    MINE_DIFFERS
};

static const ln_column_t  mine_columns[] = {
    [MINE_KIND] = { .name = "kind", .type = LN_STRING },
    [MINE_PHONE] = { .name = "phone", .type = LN_SEALED,
                     .seal = "account.phone", .nullable = 1 },
    [MINE_FIRST] = { .name = "must_change", .type = LN_INTEGER },
    [MINE_HOLDER] = { .name = "holder", .type = LN_UUID, .nullable = 1 },
    [MINE_OTHERS] = { .name = "others", .type = LN_INTEGER },
    [MINE_DIFFERS] = { .name = "differs", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_stmt_t  mine = {
    .name = "auth_oidc_bind_mine",
    .sql = "SELECT a.kind,"
                 " a.phone,"
                 " a.password_must_change AS must_change,"
                 " i.account_id AS holder,"
                 " (SELECT COUNT(*)"
                  " FROM account_identity o"
                  " WHERE o.account_id = a.id"
                    " AND o.kind = 'oidc'"
                    " AND o.issuer = :issuer"
                    " AND o.subject <> :subject) AS others,"
                 " (SELECT COUNT(*)"
                  " FROM person p"
                  " WHERE p.id = a.person_id"
                    " AND p.assurance >= 3"
                    " AND p.document_index <> :document_index) AS differs"
           " FROM account a"
           " LEFT JOIN account_identity i"
           " ON i.kind = 'oidc'"
             " AND i.issuer = :issuer"
             " AND i.subject = :subject"
           " WHERE a.id = :self",
    .columns = mine_columns
};


static const ln_stmt_t  bind_subject = {
    .name = "auth_oidc_bind_insert",
    .sql = "INSERT INTO account_identity"
           " (kind,"
            " issuer,"
            " subject,"
            " account_id,"
            " created_at,"
            " used_at)"
           " VALUES"
           " ('oidc',"
            " :issuer,"
            " :subject,"
            " :self,"
            " UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6))"
};


/*
 * Staff sign in by what their administrators gave them.  While somebody else
 * knows the password, it may be he who would leave himself a way in.  Of one
 * provider an account has one person, and if the record of who has it is sure,
 * that one.
 */

static ngx_int_t
bind_mine(ln_request_t *lr, const ln_value_t *row)
{
    const char  *refusal;

    refusal = NULL;

    if (row[MINE_KIND].string.len != 7) {
        refusal = "oidc_not_for_staff";

    } else if (row[MINE_FIRST].integer) {
        refusal = "password_first";

    } else if (row[MINE_HOLDER].set
               && ngx_memcmp(row[MINE_HOLDER].string.data,
                             ln_principal(lr)->account, 16) != 0)
    {
        refusal = "oidc_bound_elsewhere";

    } else if (row[MINE_OTHERS].integer) {
        refusal = "oidc_bound_other";

    } else if (row[MINE_DIFFERS].integer) {
        refusal = "oidc_other_person";
    }

    if (refusal) {
        return ln_fail(lr, NGX_HTTP_CONFLICT, refusal);
    }

    return auth_set_text(lr, "bound", row[MINE_HOLDER].set ? "yes" : "no")
           == NGX_OK
           ? auth_notify_phone(lr, &row[MINE_PHONE]) : auth_broken(lr);
}


const ln_step_t  auth_oidc_bind_steps[] = {
    /* of two at once the second sees, in the next step, what is then */
    { .stmt = &auth_factor_live, .optional = 1,
      .check = auth_factor_live_check },
    { .stmt = &mine, .name = "mine", .check = bind_mine },
    { .stmt = &bind_subject, .when = "bound=no" },
    { .stmt = &auth_oidc_holder, .name = "holder", .when = "verified",
      .check = auth_oidc_whose },
    { .stmt = &auth_oidc_make, .when = "verified person_act=make" },
    { .stmt = &auth_oidc_raise, .optional = 1,
      .when = "verified person_act=raise" },
    { .stmt = &auth_oidc_attach, .optional = 1, .when = "verified person" },
    { .stmt = &auth_notify_bound, .optional = 1, .when = "bound=no notify" },
    { .stmt = NULL }
};


ngx_int_t
auth_oidc_bind_start(ln_request_t *lr)
{
    const ngx_str_t  *path;

    if (auth_conf(ln_http_request(lr))->oidc == NULL) {
        return ln_fail(lr, NGX_HTTP_NOT_FOUND, "way_not_offered");
    }

    path = &ln_param(lr, "return")->string;

    if (!auth_away_path(path)
        || ngx_strlchr(path->data, path->data + path->len, '#'))
    {
        return ln_fail_field(lr, "return", "bad_return");
    }

    return auth_oidc_discover(lr, bind_go, NULL);
}


static ngx_int_t
bind_go(ln_request_t *lr, void *data)
{
    u_char     *p;
    ngx_int_t   rc;
    ngx_str_t   url, json;

    rc = auth_away_begin(lr, &ln_param(lr, "return")->string,
                         ln_principal(lr)->session, &url);
    if (rc != NGX_OK) {
        return rc;
    }

    json.data = ngx_pnalloc(ln_pool(lr), sizeof("{\"url\":\"\"}") + url.len
                            + ngx_escape_json(NULL, url.data, url.len));
    if (json.data == NULL) {
        return auth_broken(lr);
    }

    p = ngx_cpymem(json.data, "{\"url\":\"", 8);
    p = (u_char *) ngx_escape_json(p, url.data, url.len);
    p = ngx_cpymem(p, "\"}", 2);
    json.len = p - json.data;

    return ln_respond_json(lr, NGX_HTTP_OK, &json);
}


ngx_int_t
auth_oidc_hand_over(ln_request_t *lr, auth_back_t *back, const char *refusal)
{
    u_char     *p, *path;
    ngx_int_t   rc;

    if (refusal == NULL && bind_keep(lr, back) != NGX_OK) {
        auth_oidc_log(lr, "the provider's code is too long to be kept");
        refusal = "oidc_failed";
    }

    path = ngx_pnalloc(ln_pool(lr), back->away.npath + sizeof(OIDC_PAGE)
                       + (refusal ? ngx_strlen(refusal) : 0));
    if (path == NULL) {
        return auth_broken(lr);
    }

    p = ngx_cpymem(path, back->away.path, back->away.npath);
    p = refusal ? ngx_sprintf(p, "#%s", refusal)
                : ngx_cpymem(p, OIDC_PAGE, sizeof(OIDC_PAGE) - 1);

    rc = auth_away_go(lr, path, p - path);

    /* it is answered, as by a refusal: the route's work is not done */

    return rc == NGX_OK ? NGX_AGAIN : rc;
}


/* "<state>.<code, base64>." and the cookie that `state` proves. */

static ngx_int_t
bind_keep(ln_request_t *lr, const auth_back_t *back)
{
    u_char  *p, *text;

    if (back->code.len > OIDC_CODE) {
        return NGX_DECLINED;
    }

    text = ngx_pnalloc(ln_pool(lr), AUTH_VERIFIER + 1
                                    + AUTH_BASE64(OIDC_CODE) + 1
                                    + AUTH_AWAY_COOKIE);
    if (text == NULL) {
        return NGX_ERROR;
    }

    p = ngx_cpymem(text, back->away.state, AUTH_VERIFIER);
    *p++ = '.';
    p += auth_base64_encode(back->code.data, back->code.len, (char *) p);
    *p++ = '.';
    p = ngx_cpymem(p, back->away.cookie, back->away.ncookie);

    return auth_cookie_write(ln_http_request(lr), AUTH_BINDING, text, p - text,
                             AUTH_AWAY_LIFE);
}


ngx_int_t
auth_oidc_bind_before(ln_request_t *lr)
{
    auth_ctx_t           *ctx;
    auth_back_t          *back;
    auth_oidc_conf_t     *conf;
    ngx_http_request_t   *r;
    const ln_principal_t *who;

    r = ln_http_request(lr);
    ctx = auth_ctx(r);
    conf = auth_conf(r)->oidc;
    who = ln_principal(lr);
    back = ngx_pcalloc(r->pool, sizeof(auth_back_t));

    if (conf == NULL) {
        return ln_fail(lr, NGX_HTTP_NOT_FOUND, "way_not_offered");
    }

    if (ctx == NULL || back == NULL) {
        return auth_broken(lr);
    }

    ctx->work = back;

    if (bind_read(lr, back) != NGX_OK || !back->away.binds
        || !auth_equal(back->away.session, who->session, 16))
    {
        return ln_fail(lr, NGX_HTTP_CONFLICT, "oidc_state");
    }

    return auth_cookie_write(r, AUTH_BINDING, "", 0, 0) == NGX_OK
           && auth_sessions_end_before(lr) == NGX_OK
           && ln_set_string(lr, "issuer", conf->issuer.data,
                            conf->issuer.len) == NGX_OK
           ? NGX_OK : auth_broken(lr);
}


static ngx_int_t
bind_read(ln_request_t *lr, auth_back_t *back)
{
    u_char              *code, *away, *last;
    ngx_str_t            value, text;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);

    if (auth_cookie_read(r, auth_cookie_name(r, AUTH_BINDING), &value)
        != NGX_OK
        || value.len <= AUTH_VERIFIER || value.data[AUTH_VERIFIER] != '.')
    {
        return NGX_DECLINED;
    }

    last = value.data + value.len;
    code = value.data + AUTH_VERIFIER + 1;
    away = ngx_strlchr(code, last, '.');

    if (away == NULL) {
        return NGX_DECLINED;
    }

    text.data = away + 1;
    text.len = last - text.data;

    return auth_away_parse(lr, &text, &back->away) == NGX_OK
           && auth_equal(value.data, back->away.state, AUTH_VERIFIER)
           ? bind_code(lr, code, away - code, back) : NGX_DECLINED;
}


static ngx_int_t
bind_code(ln_request_t *lr, const u_char *p, size_t n, auth_back_t *back)
{
    ptrdiff_t  len;

    back->code.data = ngx_pnalloc(ln_pool(lr), OIDC_CODE);
    if (back->code.data == NULL) {
        return NGX_ERROR;
    }

    len = auth_base64_decode((char *) p, n, back->code.data, OIDC_CODE);
    back->code.len = len > 0 ? (size_t) len : 0;

    return len > 0 ? NGX_OK : NGX_DECLINED;
}


ngx_int_t
auth_oidc_bind_prepare(ln_request_t *lr, const ln_value_t *row)
{
    return auth_oidc_redeem(lr, auth_ctx(ln_http_request(lr))->work);
}


ngx_int_t
auth_oidc_bind_finish(ln_request_t *lr)
{
    return ln_respond_json(lr, NGX_HTTP_NO_CONTENT, NULL);
}
