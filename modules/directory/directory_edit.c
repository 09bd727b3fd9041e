
/* What edits of organizations and of practitioners share. */

#include "directory_edit.h"
#include "ln_text_phone.h"


const ln_column_t  directory_refusal_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

const ln_column_t  directory_correction_columns[] = {
    { .name = "field", .type = LN_STRING },
    { .name = "source_value", .type = LN_STRING, .nullable = 1,
      .summary = "What the source said; not shown of telephone numbers" },
    { .name = "value", .type = LN_STRING, .nullable = 1 },
    { .name = "basis", .type = LN_STRING },
    { .name = "account", .type = LN_UUID },
    { .name = "at", .type = LN_INSTANT },
    { .name = NULL }
};


/* As many as were written down are known. */

ngx_int_t
directory_edit_codes(ln_request_t *lr, const char *param,
    const ln_value_t *known)
{
    size_t             i;
    int64_t            n;
    const ln_value_t  *value;

    value = ln_param(lr, param);

    if (!value->set) {
        return NGX_OK;
    }

    for (n = 0, i = 0; i < value->string.len; i++) {
        n += value->string.data[i] != ' '
             && (i == 0 || value->string.data[i - 1] == ' ');
    }

    return (n == known->integer) ? NGX_OK
                                 : ln_fail_field(lr, param, "unknown");
}


/* What was shown masked never comes back. */

ngx_int_t
directory_edit_clear(ln_request_t *lr, const char *param)
{
    const ln_value_t  *value;

    value = ln_param(lr, param);

    if (value->set && ngx_strlchr(value->string.data, value->string.data
                                  + value->string.len, '*'))
    {
        return ln_fail_field(lr, param, "masked_value");
    }

    return NGX_OK;
}


/* One or more numbers with `;` between, in their canonical form. */

ngx_int_t
directory_edit_phones(ln_request_t *lr, const char *param,
    const char *computed, ngx_uint_t most)
{
    char               phone[LN_PHONE_MAX];
    size_t             len;
    u_char            *text, *last, *p, *end, *stop;
    ngx_int_t          rc;
    ngx_uint_t         n;
    const ln_value_t  *value;

    value = ln_param(lr, param);
    rc = directory_edit_clear(lr, param);

    if (!value->set || rc != NGX_OK) {
        return rc;
    }

    text = ngx_pnalloc(ln_pool(lr), most * (LN_PHONE_MAX + 2) + 1);
    if (text == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    last = text;
    p = value->string.data;
    stop = p + value->string.len;

    for (n = 0; p < stop; p = end + 1, n++) {

        end = ngx_strlchr(p, stop, ';');
        end = end ? end : stop;

        if (n == most
            || ln_phone_parse((char *) p, end - p, phone) == LN_PHONE_BAD)
        {
            return ln_fail_field(lr, param, "bad_phone");
        }

        len = ngx_strlen(phone);
        last = n ? ngx_cpymem(last, "; ", 2) : last;
        last = ngx_cpymem(last, phone, len);
    }

    return ln_set_string(lr, computed, text, last - text);
}


ngx_int_t
directory_edit_hours(ln_request_t *lr, const char *param,
    const char *computed)
{
    ngx_str_t          json;
    ngx_int_t          rc;
    const ln_value_t  *value;

    value = ln_param(lr, param);

    if (!value->set) {
        return NGX_OK;
    }

    if (value->string.len == 0) {
        return ln_set_string(lr, computed, "", 0);
    }

    rc = directory_hours(&value->string, ln_pool(lr), &json);

    if (rc == NGX_DECLINED) {
        return ln_fail_field(lr, param, "bad_hours");
    }

    if (rc != NGX_OK) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    return ln_set_string(lr, computed, json.data, json.len);
}


ngx_int_t
directory_edit_later(ln_request_t *lr, const ln_value_t *row)
{
    return NGX_OK;
}
