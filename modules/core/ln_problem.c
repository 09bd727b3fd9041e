
/*
 * Refusals, as problem+json (RFC 9457):
 *
 *     {"type": "urn:legalnet:problem:stale", "title": …, "status": 412,
 *      "code": "stale", "detail": …, "request_id": …,
 *      "errors": [{"name", "in", "code", "message"}]}
 *
 * A client acts on `code`, which never changes; people read the texts, which
 * are in the message catalogues.  The type is a name and not an address, so
 * that it stays the same under any prefix.  The cause is in the log only.
 */

#include "ln_core.h"


#define LN_MAX_PROBLEM  (64 * 1024)  /* 32 fields at their longest, and more */
#define LN_MAX_CODE     64
#define LN_RETRY_AFTER  1            /* seconds, when only time is needed */


typedef struct {
    ngx_uint_t    status;
    const char   *code;
} ln_problem_code_t;


static ngx_int_t ln_problem_page(ln_request_t *lr, const char *code);
static ngx_int_t ln_problem_render(ln_request_t *lr, ngx_uint_t status,
    const char *code, ngx_str_t *out);
static ngx_int_t ln_problem_send(ln_request_t *lr, ngx_uint_t status,
    ngx_str_t *body);
static ngx_int_t ln_problem_retry_after(ln_request_t *lr);
static void ln_problem_member(ln_json_t *json, ln_app_t *app,
    ngx_uint_t locale, const char *member, const char *key, ngx_uint_t must);
static void ln_problem_field(ln_json_t *json, ln_request_t *lr,
    ngx_uint_t locale, const ln_field_error_t *error);
static ngx_str_t ln_problem_text(ngx_pool_t *pool, const ngx_str_t *text,
    const ln_field_error_t *error);
static ngx_int_t ln_problem_handler(ngx_http_request_t *r);
static ln_request_t *ln_problem_request(ngx_http_request_t *r);
static const char *ln_problem_code(ngx_uint_t status);


static const char *const  ln_problem_in[] = {
    "query", "path", "body", "header", "header"
};


/* What nginx refuses by itself comes here by error_page, with a status only. */

static const ln_problem_code_t  ln_problem_codes[] = {
    { NGX_HTTP_BAD_REQUEST,              "bad_request" },
    { NGX_HTTP_FORBIDDEN,                "forbidden" },
    { NGX_HTTP_NOT_FOUND,                "not_found" },
    { NGX_HTTP_NOT_ALLOWED,              "method_not_allowed" },
    { NGX_HTTP_REQUEST_TIME_OUT,         "request_timeout" },
    { NGX_HTTP_REQUEST_ENTITY_TOO_LARGE, "body_too_large" },
    { NGX_HTTP_REQUEST_URI_TOO_LARGE,    "uri_too_long" },
    { NGX_HTTP_UNSUPPORTED_MEDIA_TYPE,   "unsupported_media_type" },
    { NGX_HTTP_TOO_MANY_REQUESTS,        "too_many_requests" },
    { 431,                               "header_too_large" },
    { NGX_HTTP_REQUEST_HEADER_TOO_LARGE, "header_too_large" },
    { NGX_HTTP_NOT_IMPLEMENTED,          "bad_request" },
    { NGX_HTTP_BAD_GATEWAY,              "bad_gateway" },
    { NGX_HTTP_SERVICE_UNAVAILABLE,      "unavailable" },
    { NGX_HTTP_GATEWAY_TIME_OUT,         "gateway_timeout" },
    { NGX_HTTP_VERSION_NOT_SUPPORTED,    "bad_request" },
    { 0, NULL }
};


ngx_int_t
ln_fail(ln_request_t *lr, ngx_uint_t status, const char *code)
{
    ngx_int_t  rc;
    ngx_str_t  body;

    if (lr->answered) {
        return NGX_AGAIN;
    }

    if (lr->endpoint && lr->endpoint->route->page) {
        rc = ln_problem_page(lr, code);
        return rc == NGX_OK ? NGX_AGAIN : rc;
    }

    if (ln_problem_render(lr, status, code, &body) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    rc = ln_problem_send(lr, status, &body);

    /* for nginx the same, for a caller not the same as consent */
    return rc == NGX_OK ? NGX_AGAIN : rc;
}


/* A browser that was sent here: the page says what the code means. */

static ngx_int_t
ln_problem_page(ln_request_t *lr, const char *code)
{
    ngx_str_t    location;
    const char  *page;

    page = lr->endpoint->route->page;

    location.data = ngx_pnalloc(lr->r->pool, lr->conf->prefix.len
                                             + ngx_strlen(page)
                                             + ngx_strlen(code)
                                             + sizeof("?error="));
    if (location.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    location.len = ngx_sprintf(location.data, "%V%s?error=%s",
                               &lr->conf->prefix, page, code)
                   - location.data;

    if (ln_header(lr->r, "Location", &location) == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ln_respond(lr, NGX_HTTP_SEE_OTHER, NULL, NULL, 0);
}


ngx_int_t
ln_fail_db(ln_request_t *lr, ln_db_rc_e rc)
{
    switch (rc) {

    case LN_DB_UNAVAILABLE:
        return ln_fail(lr, NGX_HTTP_SERVICE_UNAVAILABLE,
                       "database_unavailable");

    case LN_DB_TIMEOUT:
        return ln_fail(lr, NGX_HTTP_GATEWAY_TIME_OUT, "database_timeout");

    case LN_DB_REPLAY:
        return ln_fail(lr, NGX_HTTP_SERVICE_UNAVAILABLE, "database_busy");

    case LN_DB_UNKNOWN:
        return ln_fail(lr, NGX_HTTP_SERVICE_UNAVAILABLE, "outcome_unknown");

    case LN_DB_DUPLICATE:
    case LN_DB_REFUSED:
        return ln_fail(lr, NGX_HTTP_CONFLICT, "conflict");

    default:
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }
}


void
ln_field_error(ln_request_t *lr, ngx_str_t *name, ln_source_e in,
    const char *code, int64_t min, int64_t max)
{
    ln_field_error_t  *error;

    if (lr->errors.elts == NULL
        && ngx_array_init(&lr->errors, lr->r->pool, 4,
                          sizeof(ln_field_error_t)) != NGX_OK)
    {
        return;
    }

    if (lr->errors.nelts == LN_MAX_ERRORS) {
        return;
    }

    error = ngx_array_push(&lr->errors);
    if (error == NULL) {
        return;
    }

    error->name = *name;
    error->in = in;
    error->code = code;
    error->min = min;
    error->max = max;
}


ngx_int_t
ln_fail_fields(ln_request_t *lr)
{
    return ln_fail(lr, 422, "validation_failed");
}


ngx_int_t
ln_fail_field(ln_request_t *lr, const char *field, const char *code)
{
    ngx_str_t          name;
    ln_source_e        in;
    const ln_param_t  *param;

    name.data = (u_char *) field;
    name.len = ngx_strlen(field);
    in = LN_BODY;

    for (param = lr->endpoint->route->params;
         param && param->name;
         param++)
    {
        if (ngx_strcmp(param->name, field) == 0) {
            in = param->in;
            ln_field_error(lr, &name, in, code, param->min, param->max);
            return ln_fail_fields(lr);
        }
    }

    ln_field_error(lr, &name, in, code, 0, 0);

    return ln_fail_fields(lr);
}


static ngx_int_t
ln_problem_render(ln_request_t *lr, ngx_uint_t status, const char *code,
    ngx_str_t *out)
{
    ln_json_t          json;
    ngx_str_t          id;
    ngx_uint_t         i, locale;
    ln_field_error_t  *error;

    locale = ln_message_locale(lr->app, lr->r);

    ln_json_init(&json, lr->r->pool, LN_MAX_PROBLEM);

    ln_json_text(&json, "{\"type\":\"urn:legalnet:problem:");
    ln_json_raw(&json, code, ngx_strlen(code));
    ln_json_text(&json, "\"");

    ln_problem_member(&json, lr->app, locale, "title", code, 1);

    ln_json_text(&json, ",\"status\":");
    ln_json_integer(&json, status);
    ln_json_text(&json, ",\"code\":");
    ln_json_cstring(&json, code);

    ln_problem_member(&json, lr->app, locale, "detail", code, 0);

    id.data = lr->id;
    id.len = LN_REQUEST_ID;

    ln_json_text(&json, ",\"request_id\":");
    ln_json_string(&json, &id);

    error = lr->errors.elts;

    for (i = 0; i < lr->errors.nelts; i++) {
        ln_json_raw(&json, i ? "," : ",\"errors\":[", i ? 1 : 11);
        ln_problem_field(&json, lr, locale, &error[i]);
    }

    if (i) {
        ln_json_text(&json, "]");
    }

    ln_json_text(&json, "}");

    return ln_json_flat(&json, out);
}


static void
ln_problem_member(ln_json_t *json, ln_app_t *app, ngx_uint_t locale,
    const char *member, const char *code, ngx_uint_t must)
{
    u_char      key[LN_MAX_CODE + sizeof("problem..detail")];
    ngx_str_t   name, title, *text;

    name.data = key;
    name.len = ngx_snprintf(key, sizeof(key) - 1, "problem.%s%s%Z", code,
                            must ? "" : ".detail") - key - 1;

    if (must) {
        title = ln_message(app, locale, (char *) key);
        text = &title;

    } else {
        text = ln_message_find(app, locale, &name);
    }

    if (text) {
        ln_json_text(json, ",\"");
        ln_json_raw(json, member, ngx_strlen(member));
        ln_json_text(json, "\":");
        ln_json_string(json, text);
    }
}


static void
ln_problem_field(ln_json_t *json, ln_request_t *lr, ngx_uint_t locale,
    const ln_field_error_t *error)
{
    u_char      key[LN_MAX_CODE + sizeof("field.")];
    ngx_str_t   text;

    ngx_snprintf(key, sizeof(key), "field.%s%Z", error->code);
    key[sizeof(key) - 1] = '\0';

    text = ln_message(lr->app, locale, (char *) key);
    text = ln_problem_text(lr->r->pool, &text, error);

    ln_json_text(json, "{\"name\":");
    ln_json_string(json, &error->name);
    ln_json_text(json, ",\"in\":");
    ln_json_cstring(json, ln_problem_in[error->in]);
    ln_json_text(json, ",\"code\":");
    ln_json_cstring(json, error->code);
    ln_json_text(json, ",\"message\":");
    ln_json_string(json, &text);
    ln_json_text(json, "}");
}


/* Puts the bounds into their places; the text as it is without memory. */

static ngx_str_t
ln_problem_text(ngx_pool_t *pool, const ngx_str_t *text,
    const ln_field_error_t *error)
{
    size_t      i;
    u_char     *p;
    int64_t     bound;
    ngx_str_t   out;
    ngx_uint_t  places;

    places = 0;

    for (i = 0; i < text->len; i++) {
        places += (text->data[i] == '{');
    }

    out.data = places ? ngx_pnalloc(pool, text->len + places * NGX_INT64_LEN)
                      : NULL;
    if (out.data == NULL) {
        return *text;
    }

    p = out.data;

    for (i = 0; i < text->len; i++) {

        if (text->len - i >= 5
            && (ngx_strncmp(&text->data[i], "{min}", 5) == 0
                || ngx_strncmp(&text->data[i], "{max}", 5) == 0))
        {
            bound = (text->data[i + 2] == 'i') ? error->min : error->max;
            p = ngx_sprintf(p, "%L", bound);
            i += 4;
            continue;
        }

        *p++ = text->data[i];
    }

    out.len = p - out.data;

    return out;
}


static ngx_int_t
ln_problem_send(ln_request_t *lr, ngx_uint_t status, ngx_str_t *body)
{
    static ngx_str_t  type = ngx_string("application/problem+json");

    ngx_buf_t           *b;
    ngx_chain_t          out;
    ngx_http_request_t  *r;

    r = lr->r;

    b = ngx_calloc_buf(r->pool);
    if (b == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    b->pos = body->data;
    b->last = body->data + body->len;
    b->memory = 1;

    out.buf = b;
    out.next = NULL;

    /* what a half-made answer may have left */
    ngx_http_clear_etag(r);
    ngx_http_clear_last_modified(r);
    ngx_http_clear_accept_ranges(r);

    if (ln_header(r, "Content-Language",
                  ln_message_locale_name(lr->app,
                                         ln_message_locale(lr->app, r)))
        == NULL)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if ((status == NGX_HTTP_SERVICE_UNAVAILABLE
         || status == NGX_HTTP_TOO_MANY_REQUESTS)
        && ln_problem_retry_after(lr) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ln_respond(lr, status, &type, &out, body->len);
}


static ngx_int_t
ln_problem_retry_after(ln_request_t *lr)
{
    ngx_str_t         value;
    ngx_uint_t        i, seconds;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    /* a feature that knows better has said so */

    for (part = &lr->r->headers_out.headers.part; part; part = part->next) {
        h = part->elts;

        for (i = 0; i < part->nelts; i++) {
            if (h[i].hash && h[i].key.len == sizeof("Retry-After") - 1
                && ngx_strncmp(h[i].key.data, "Retry-After", h[i].key.len)
                   == 0)
            {
                return NGX_OK;
            }
        }
    }

    seconds = LN_RETRY_AFTER;

    if (lr->conf->db && lr->endpoint) {
        seconds = ln_db_retry_after(lr->conf->db);
    }

    value.data = ngx_pnalloc(lr->r->pool, NGX_INT_T_LEN);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_sprintf(value.data, "%ui", seconds) - value.data;

    return ln_header(lr->r, "Retry-After", &value) ? NGX_OK : NGX_ERROR;
}


char *
ln_problem_location(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ln_loc_conf_t             *lcf = conf;
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = ln_problem_handler;
    lcf->problem = 1;

    return NGX_CONF_OK;
}


/*
 * The request may be half read: there may be no method, no URI and no header.
 * error_page has put the status into err_status, and has zeroed the contexts
 * of modules.
 */

static ngx_int_t
ln_problem_handler(ngx_http_request_t *r)
{
    ngx_uint_t     status;
    ln_request_t  *lr;

    status = r->err_status ? r->err_status : NGX_HTTP_NOT_FOUND;

    /* nobody waits for 100 Continue any more */
    r->expect_tested = 1;

    lr = ln_problem_request(r);
    if (lr == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ln_fail(lr, status, ln_problem_code(status));
}


static ln_request_t *
ln_problem_request(ngx_http_request_t *r)
{
    ln_request_t  *lr;

    lr = ngx_pcalloc(r->pool, sizeof(ln_request_t));
    if (lr == NULL) {
        return NULL;
    }

    lr->r = r;
    lr->app = ngx_http_get_module_main_conf(r, ngx_http_legalnet_module);
    lr->conf = ngx_http_get_module_loc_conf(r, ngx_http_legalnet_module);
    lr->path = r->uri;
    ln_request_id(r, lr->id);

    ngx_http_set_ctx(r, lr, ngx_http_legalnet_module);

    return lr;
}


static const char *
ln_problem_code(ngx_uint_t status)
{
    const ln_problem_code_t  *known;

    for (known = ln_problem_codes; known->code; known++) {
        if (known->status == status) {
            return known->code;
        }
    }

    return status >= NGX_HTTP_INTERNAL_SERVER_ERROR ? "internal"
                                                    : "bad_request";
}
