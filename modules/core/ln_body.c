
/*
 * JSON in (RFC 8259), by jansson: one object of the members that the route's
 * table names, nothing else.  Duplicate keys are refused: two readers of one
 * text must not see two things.
 */

#include "ln_value.h"
#include <jansson.h>


#define LN_MAX_TEXT  64     /* of a number or literal, as text */


static ngx_int_t ln_body_member(ln_request_t *lr, const char *name,
    json_t *value);
static ngx_int_t ln_body_array(ln_request_t *lr, ngx_uint_t index,
    json_t *value);
static ngx_int_t ln_body_element(ln_request_t *lr, const ln_param_t *param,
    ngx_uint_t n, json_t *value, ln_value_t *row);
static const char *ln_body_text(ngx_pool_t *pool, const ln_param_t *param,
    json_t *value, ngx_str_t *text);
static void ln_body_error(ln_request_t *lr, const char *name,
    const char *code, const ln_param_t *param);


ngx_int_t
ln_body_read(ln_request_t *lr, ngx_str_t *body)
{
    json_t        *root, *value;
    ngx_int_t      rc;
    const char    *name;
    json_error_t   error;

    if (body->len == 0) {
        return NGX_OK;
    }

    root = json_loadb((char *) body->data, body->len, JSON_REJECT_DUPLICATES,
                      &error);

    if (!json_is_object(root)) {
        json_decref(root);
        return ln_fail(lr, NGX_HTTP_BAD_REQUEST, "malformed_body");
    }

    rc = NGX_OK;

    json_object_foreach(root, name, value) {
        rc = ln_body_member(lr, name, value);
        if (rc != NGX_OK) {
            break;
        }
    }

    json_decref(root);

    return rc == NGX_OK ? NGX_OK
           : ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
}


static ngx_int_t
ln_body_member(ln_request_t *lr, const char *name, json_t *value)
{
    ngx_int_t          index;
    ngx_str_t          text;
    const char        *code;
    const ln_param_t  *param;

    index = ln_param_index(lr->endpoint, name, ngx_strlen(name));
    param = index < 0 ? NULL : &lr->endpoint->route->params[index];

    if (param == NULL || (param->in != LN_BODY && param->in != LN_VERSION)) {
        ln_body_error(lr, name, "unknown_parameter", NULL);
        return NGX_OK;
    }

    if (json_is_null(value)) {
        lr->given[index] |= param->nullable;
        return NGX_OK;
    }

    if (param->type == LN_ARRAY) {
        return ln_body_array(lr, index, value);
    }

    code = ln_body_text(lr->r->pool, param, value, &text);

    if (code) {
        ln_body_error(lr, name, code, param);
        return NGX_OK;
    }

    /* a version by If-Match and by the member too is "repeated" */
    ln_param_take(lr, index, &text);

    return NGX_OK;
}


static ngx_int_t
ln_body_array(ln_request_t *lr, ngx_uint_t index, json_t *value)
{
    size_t             i, n, nmembers;
    ln_value_t        *row;
    const ln_param_t  *param;

    param = &lr->endpoint->route->params[index];
    n = json_array_size(value);

    if (!json_is_array(value) || n > (size_t) param->max
        || n < (size_t) param->min)
    {
        ln_body_error(lr, param->name,
                      !json_is_array(value) ? "not_an_array"
                      : n > (size_t) param->max ? "too_many" : "too_few",
                      param);
        return NGX_OK;
    }

    for (nmembers = 0; param->members[nmembers].name; nmembers++) {
        /* void */
    }

    lr->arrays[index] = ngx_array_create(lr->r->pool, n ? n : 1,
                                         nmembers * sizeof(ln_value_t));
    if (lr->arrays[index] == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {

        row = ngx_array_push(lr->arrays[index]);
        ngx_memzero(row, nmembers * sizeof(ln_value_t));

        if (ln_body_element(lr, param, i, json_array_get(value, i), row)
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_body_element(ln_request_t *lr, const ln_param_t *param, ngx_uint_t n,
    json_t *value, ln_value_t *row)
{
    char               path[128];
    json_t            *member;
    ngx_str_t          text;
    const char        *code, *name;
    const ln_param_t  *known;

    ngx_snprintf((u_char *) path, sizeof(path), "%s[%ui]%Z", param->name, n);

    if (!json_is_object(value)) {
        ln_body_error(lr, path, "not_an_object", NULL);
        return NGX_OK;
    }

    json_object_foreach(value, name, member) {

        for (known = param->members; known->name; known++) {
            if (ngx_strcmp(known->name, name) == 0) {
                break;
            }
        }

        if (known->name == NULL) {
            ln_body_error(lr, path, "unknown_parameter", NULL);
        }
    }

    for (known = param->members; known->name; known++, row++) {

        ngx_snprintf((u_char *) path, sizeof(path), "%s[%ui].%s%Z",
                     param->name, n, known->name);

        member = json_object_get(value, known->name);

        if (member == NULL || json_is_null(member)) {
            if (known->required) {
                ln_body_error(lr, path, "required", known);
            }

            continue;
        }

        code = ln_body_text(lr->r->pool, known, member, &text);

        if (code == NULL) {
            code = ln_value_parse(known, &text, lr->r->pool, row);
        }

        if (code) {
            ln_body_error(lr, path, code, known);
        }
    }

    return NGX_OK;
}


/* A JSON value as the text that the one checked parser reads. */

static const char *
ln_body_text(ngx_pool_t *pool, const ln_param_t *param, json_t *value,
    ngx_str_t *text)
{
    u_char  *p;

    text->len = json_is_string(value) ? json_string_length(value)
                                      : LN_MAX_TEXT;
    text->data = ngx_pnalloc(pool, text->len + 1);
    if (text->data == NULL) {
        return "internal";
    }

    p = text->data;

    switch (json_typeof(value)) {

    case JSON_STRING:
        if (param->type == LN_INTEGER || param->type == LN_NUMBER
            || param->type == LN_BOOLEAN)
        {
            break;
        }

        ngx_memcpy(p, json_string_value(value), text->len);
        return NULL;

    case JSON_INTEGER:
        if (param->type != LN_INTEGER && param->type != LN_NUMBER) {
            break;
        }

        text->len = ngx_sprintf(p, "%L", (int64_t) json_integer_value(value))
                    - p;
        return NULL;

    case JSON_REAL:
        if (param->type != LN_NUMBER
            || !(json_real_value(value) > -1e12
                 && json_real_value(value) < 1e12))
        {
            break;
        }

        text->len = ngx_sprintf(p, "%.6f", json_real_value(value)) - p;
        return NULL;

    case JSON_TRUE:
    case JSON_FALSE:
        if (param->type != LN_BOOLEAN) {
            break;
        }

        p[0] = json_is_true(value) ? '1' : '0';
        text->len = 1;
        return NULL;

    default:
        break;
    }

    return "wrong_type";
}


static void
ln_body_error(ln_request_t *lr, const char *name, const char *code,
    const ln_param_t *param)
{
    ngx_str_t  copy;

    /* the name may be the client's: it dies with the parsed tree */
    copy.len = ngx_min(ngx_strlen(name), 64);
    copy.data = ngx_pnalloc(lr->r->pool, copy.len);

    if (copy.data == NULL) {
        copy.len = 0;

    } else {
        ngx_memcpy(copy.data, name, copy.len);
    }

    ln_field_error(lr, &copy, LN_BODY, code, param ? param->min : 0,
                   param ? param->max : 0);
}
