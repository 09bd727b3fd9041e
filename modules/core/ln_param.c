
/*
 * What comes in by path, query and header, checked against the route's table.
 * Every bad field is collected, so that the client hears of all at once.
 */

#include "ln_value.h"


#define LN_MAX_ARGS  64      /* pairs in a query string that are looked at */


static ngx_int_t ln_params_path(ln_request_t *lr);
static ngx_int_t ln_params_query(ln_request_t *lr);
static ngx_int_t ln_params_pair(ln_request_t *lr, u_char *p, u_char *last);
static ngx_int_t ln_params_unescape(ln_request_t *lr, u_char *p, u_char *last,
    ngx_str_t *out);
static void ln_params_headers(ln_request_t *lr);
static void ln_params_version(ln_request_t *lr, ngx_uint_t index);
static ngx_int_t ln_params_finish(ln_request_t *lr);


ngx_int_t
ln_params_read(ln_request_t *lr, ngx_str_t *body)
{
    ngx_int_t  rc;

    if (ln_params_alloc(lr, lr->r->pool) != NGX_OK
        || ln_params_path(lr) != NGX_OK
        || ln_params_query(lr) != NGX_OK)
    {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    ln_params_headers(lr);

    if (body) {
        rc = ln_body_read(lr, body);
        if (rc != NGX_OK) {
            return rc;
        }
    }

    return ln_params_finish(lr);
}


const ln_value_t *
ln_param(ln_request_t *lr, const char *name)
{
    static const ln_value_t  none;

    ngx_int_t  index;

    index = ln_param_index(lr->endpoint, name, ngx_strlen(name));

    return index < 0 ? &none : ln_values(lr, index);
}


ngx_uint_t
ln_given(ln_request_t *lr, const char *name)
{
    ngx_int_t  index;

    index = ln_param_index(lr->endpoint, name, ngx_strlen(name));

    return index >= 0 && lr->given[index] != 0;
}


/* One text for one parameter, whatever it came by. */

void
ln_param_take(ln_request_t *lr, ngx_uint_t index, const ngx_str_t *text)
{
    ngx_str_t          name;
    ln_value_t        *value;
    const char        *code;
    const ln_param_t  *param;

    param = &lr->endpoint->route->params[index];

    name.data = (u_char *) param->name;
    name.len = ngx_strlen(param->name);

    if (lr->given[index] >= ngx_max(param->arity, 1)) {
        code = param->arity > 1 ? "too_many" : "repeated";
        ln_field_error(lr, &name, param->in, code, 1, param->arity);
        return;
    }

    value = &ln_values(lr, index)[lr->given[index]];
    code = ln_value_parse(param, text, lr->r->pool, value);

    if (code == NULL && param->seal
        && ngx_strlchr(text->data, text->data + text->len, '*'))
    {
        code = "masked_value";
    }

    if (code) {
        value->set = 0;
        ln_field_error(lr, &name, param->in, code, param->min, param->max);
        return;
    }

    lr->given[index]++;
}


/* One piece of the pool for all of it. */

ngx_int_t
ln_params_alloc(ln_request_t *lr, ngx_pool_t *pool)
{
    u_char      *p;
    ngx_uint_t   n, nvalues;

    n = lr->endpoint->nparams;
    nvalues = lr->endpoint->nvalues;

    p = ngx_pcalloc(pool,
                    nvalues * sizeof(ln_value_t)
                    + n * (sizeof(ngx_array_t *) + 2 * sizeof(ngx_uint_t)));
    if (p == NULL) {
        return NGX_ERROR;
    }

    lr->places = (ln_value_t *) p;
    lr->arrays = (ngx_array_t **) (lr->places + nvalues);
    lr->given = (ngx_uint_t *) (lr->arrays + n);
    lr->nderived = lr->given + n;

    return NGX_OK;
}


/* A path value that cannot be one names nothing: 404 by way of no row. */

static ngx_int_t
ln_params_path(ln_request_t *lr)
{
    ngx_uint_t         i, n;
    const ln_param_t  *params;

    params = lr->endpoint->route->params;
    n = 0;

    for (i = 0; i < lr->endpoint->nparams; i++) {
        if (params[i].in == LN_PATH) {
            ln_param_take(lr, i, &lr->path_values[n++]);
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_params_query(ln_request_t *lr)
{
    u_char      *p, *last, *end;
    ngx_str_t    name;
    ngx_uint_t   n;

    p = lr->r->args.data;
    last = p + lr->r->args.len;

    for (n = 0; p < last; n++) {

        if (n == LN_MAX_ARGS) {
            ngx_str_set(&name, "?");
            ln_field_error(lr, &name, LN_QUERY, "too_many", 0, LN_MAX_ARGS);
            return NGX_OK;
        }

        end = ngx_strlchr(p, last, '&');
        if (end == NULL) {
            end = last;
        }

        if (end > p && ln_params_pair(lr, p, end) != NGX_OK) {
            return NGX_ERROR;
        }

        p = end + 1;
    }

    return NGX_OK;
}


static ngx_int_t
ln_params_pair(ln_request_t *lr, u_char *p, u_char *last)
{
    u_char            *equals;
    ngx_int_t          index;
    ngx_str_t          name, value;
    const ln_param_t  *param;

    equals = ngx_strlchr(p, last, '=');

    if (ln_params_unescape(lr, p, equals ? equals : last, &name) != NGX_OK
        || ln_params_unescape(lr, equals ? equals + 1 : last, last, &value)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    index = ln_param_index(lr->endpoint, (char *) name.data, name.len);
    param = index < 0 ? NULL : &lr->endpoint->route->params[index];

    if (param == NULL || param->in != LN_QUERY) {

        if (lr->endpoint->route->page) {
            return NGX_OK;
        }

        ln_field_error(lr, &name, LN_QUERY, "unknown_parameter", 0, 0);
        return NGX_OK;
    }

    /* "?q=" is a form that was sent with an empty field */
    if (value.len == 0) {
        return NGX_OK;
    }

    ln_param_take(lr, index, &value);

    return NGX_OK;
}


static ngx_int_t
ln_params_unescape(ln_request_t *lr, u_char *p, u_char *last, ngx_str_t *out)
{
    u_char  *src, *dst;

    out->data = p;
    out->len = last - p;

    for (src = p; src < last && *src != '%' && *src != '+'; src++) {
        /* void */
    }

    if (src == last) {
        return NGX_OK;
    }

    out->data = ngx_pnalloc(lr->r->pool, last - p);
    if (out->data == NULL) {
        return NGX_ERROR;
    }

    dst = ngx_cpymem(out->data, p, src - p);

    for ( /* void */ ; src < last; src++) {

        if (*src == '%' && last - src > 2 && ngx_hextoi(src + 1, 2) >= 0) {
            *dst++ = (u_char) ngx_hextoi(src + 1, 2);
            src += 2;

        } else {
            *dst++ = (*src == '+') ? ' ' : *src;
        }
    }

    out->len = dst - out->data;

    return NGX_OK;
}


static void
ln_params_headers(ln_request_t *lr)
{
    ngx_str_t         *value;
    ngx_uint_t         i;
    const ln_param_t  *params;

    params = lr->endpoint->route->params;

    for (i = 0; i < lr->endpoint->nparams; i++) {

        if (params[i].in == LN_VERSION) {
            ln_params_version(lr, i);
            continue;
        }

        if (params[i].in != LN_HEADER) {
            continue;
        }

        value = ln_header_find(lr->r, params[i].name);

        if (value) {
            ln_param_take(lr, i, value);
        }
    }
}


ngx_str_t *
ln_header_find(ngx_http_request_t *r, const char *name)
{
    size_t            len;
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    len = ngx_strlen(name);

    for (part = &r->headers_in.headers.part; part; part = part->next) {

        h = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (h[i].key.len == len
                && ngx_strncasecmp(h[i].key.data, (u_char *) name, len) == 0)
            {
                return &h[i].value;
            }
        }
    }

    return NULL;
}


/* If-Match: "7" (RFC 9110, 13.1.1); a weak tag never matches. */

static void
ln_params_version(ln_request_t *lr, ngx_uint_t index)
{
    ngx_str_t         tag, name;
    ngx_table_elt_t  *h;

    h = lr->r->headers_in.if_match;
    if (h == NULL) {
        return;
    }

    tag = h->value;

    if (tag.len > 2 && tag.data[0] == '"' && tag.data[tag.len - 1] == '"') {
        tag.data++;
        tag.len -= 2;
        ln_param_take(lr, index, &tag);
        return;
    }

    ngx_str_set(&name, "If-Match");
    ln_field_error(lr, &name, LN_HEADER, "bad_entity_tag", 0, 0);
}


/* Fallbacks, and what is missing; then all the errors, if any. */

static ngx_int_t
ln_params_finish(ln_request_t *lr)
{
    ngx_str_t          text;
    ngx_uint_t         i, missing;
    const ln_param_t  *param;

    missing = lr->errors.nelts;

    for (i = 0; i < lr->endpoint->nparams; i++) {

        param = &lr->endpoint->route->params[i];

        if (lr->given[i] || lr->arrays[i]) {
            continue;
        }

        if (param->in == LN_VERSION && missing == 0) {
            return ln_fail(lr, 428, "version_required");
        }

        if (param->fallback) {
            text.data = (u_char *) param->fallback;
            text.len = ngx_strlen(param->fallback);
            ln_param_take(lr, i, &text);

        } else if (param->required && !ln_field_failed(lr, param->name)) {
            text.data = (u_char *) param->name;
            text.len = ngx_strlen(param->name);
            ln_field_error(lr, &text, param->in, "required", 0, 0);
        }
    }

    if (lr->errors.nelts) {
        return ln_fail_fields(lr);
    }

    return NGX_OK;
}


/* An absent field and a bad one are different news: say only the second. */

ngx_uint_t
ln_field_failed(ln_request_t *lr, const char *name)
{
    size_t             len;
    ngx_uint_t         i;
    ln_field_error_t  *errors;

    errors = lr->errors.elts;
    len = ngx_strlen(name);

    for (i = 0; i < lr->errors.nelts; i++) {

        if (errors[i].name.len == len
            && ngx_memcmp(errors[i].name.data, name, len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


ngx_int_t
ln_params_derive(ln_request_t *lr)
{
    ngx_int_t          n;
    ngx_uint_t         i;
    const ln_param_t  *param;

    for (i = 0; i < lr->endpoint->nparams; i++) {

        param = &lr->endpoint->route->params[i];

        if (param->derive == NULL || lr->given[i] == 0 || lr->nderived[i]) {
            continue;
        }

        if (lr->derived == NULL) {
            lr->derived = ngx_pcalloc(lr->r->pool,
                                      lr->endpoint->nparams * LN_MAX_DERIVED
                                      * sizeof(ln_value_t));
            if (lr->derived == NULL) {
                return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR,
                               "internal");
            }
        }

        n = param->derive(lr->r->pool, ln_values(lr, i),
                          &lr->derived[i * LN_MAX_DERIVED], param->derived);

        if (n == NGX_ERROR) {
            return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
        }

        lr->nderived[i] = n;
    }

    return NGX_OK;
}
