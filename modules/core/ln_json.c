
/*
 * JSON out: a bounded appender.  Nothing is built as a tree; what is written
 * lands in the buffers that nginx sends.
 */

#include "ln_core.h"


#define LN_JSON_FIRST  4096          /* most answers fit */
#define LN_JSON_NEXT   (32 * 1024)


static ngx_int_t ln_json_grow(ln_json_t *json, size_t need);
static void ln_json_number(ln_json_t *json, double n);


/* What a byte of a string needs: 0 as it is, 'u' \u00xx, else \ and it. */
static const u_char  ln_json_escapes[256] = {
    'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'b', 't', 'n', 'u', 'f', 'r', 'u',
    'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u', 'u',
    'u', 'u',
    ['"'] = '"', ['\\'] = '\\', [0x7f] = 'u'
};


void
ln_json_init(ln_json_t *json, ngx_pool_t *pool, size_t max)
{
    ngx_memzero(json, sizeof(ln_json_t));

    json->pool = pool;
    json->max = max;
}


static ngx_int_t
ln_json_grow(ln_json_t *json, size_t need)
{
    size_t        size;
    ngx_buf_t    *b;
    ngx_chain_t  *cl;

    if (json->failed) {
        return NGX_ERROR;
    }

    if (json->last) {
        json->last->buf->last = json->pos;
    }

    size = json->first ? LN_JSON_NEXT : LN_JSON_FIRST;
    size = ngx_max(size, need);

    cl = ngx_alloc_chain_link(json->pool);
    b = ngx_create_temp_buf(json->pool, size);

    if (cl == NULL || b == NULL) {
        json->failed = 1;
        return NGX_ERROR;
    }

    cl->buf = b;
    cl->next = NULL;

    if (json->last) {
        json->last->next = cl;

    } else {
        json->first = cl;
    }

    json->last = cl;
    json->pos = b->last;
    json->end = b->end;

    return NGX_OK;
}


void
ln_json_raw(ln_json_t *json, const void *data, size_t length)
{
    if (length == 0) {
        return;
    }

    if (json->length + length > json->max) {
        json->failed = 1;
        return;
    }

    if ((size_t) (json->end - json->pos) < length
        && ln_json_grow(json, length) != NGX_OK)
    {
        return;
    }

    json->pos = ngx_cpymem(json->pos, data, length);
    json->length += length;
}


void
ln_json_string(ln_json_t *json, const ngx_str_t *text)
{
    u_char   escape, buf[6];
    u_char  *p, *run, *last;

    ln_json_text(json, "\"");

    run = text->data;
    last = text->data + text->len;

    for (p = run; p < last; p++) {

        escape = ln_json_escapes[*p];

        if (escape == 0) {
            continue;
        }

        ln_json_raw(json, run, p - run);

        if (escape == 'u') {
            ngx_sprintf(buf, "\\u%04xd", (int) *p);
            ln_json_raw(json, buf, 6);

        } else {
            buf[0] = '\\';
            buf[1] = escape;
            ln_json_raw(json, buf, 2);
        }

        run = p + 1;
    }

    ln_json_raw(json, run, p - run);
    ln_json_text(json, "\"");
}


void
ln_json_cstring(ln_json_t *json, const char *text)
{
    ngx_str_t  s;

    s.data = (u_char *) text;
    s.len = ngx_strlen(text);

    ln_json_string(json, &s);
}


void
ln_json_integer(ln_json_t *json, int64_t n)
{
    u_char  buf[NGX_INT64_LEN];

    ln_json_raw(json, buf, ngx_sprintf(buf, "%L", n) - buf);
}


/* Six decimals: a coordinate to a decimeter; no trailing zeros. */

static void
ln_json_number(ln_json_t *json, double n)
{
    u_char  *last, buf[NGX_INT64_LEN + 8];

    if (!(n > -1e15 && n < 1e15)) {
        ln_json_text(json, "null");
        return;
    }

    if (n < 0) {
        ln_json_text(json, "-");
        n = -n;
    }

    last = ngx_sprintf(buf, "%.6f", n);

    while (last[-1] == '0') {
        last--;
    }

    if (last[-1] == '.') {
        last--;
    }

    ln_json_raw(json, buf, last - buf);
}


void
ln_json_value(ln_json_t *json, const ln_value_t *value)
{
    u_char  buf[NGX_INT64_LEN + 2 + 36];

    if (!value->set) {
        ln_json_text(json, "null");
        return;
    }

    switch (value->type) {

    case LN_INTEGER:
        ln_json_integer(json, value->integer);
        break;

    case LN_BOOLEAN:
        if (value->integer) {
            ln_json_text(json, "true");

        } else {
            ln_json_text(json, "false");
        }

        break;

    case LN_NUMBER:
        ln_json_number(json, value->number);
        break;

    case LN_ID:
        ln_json_raw(json, buf, ngx_sprintf(buf, "\"%L\"", value->integer)
                               - buf);
        break;

    case LN_UUID:
        buf[0] = '"';
        ln_uuid_print(buf + 1, value->string.data);
        buf[37] = '"';
        ln_json_raw(json, buf, 38);
        break;

    case LN_DOC:
        ln_json_raw(json, value->string.data, value->string.len);
        break;

    default:
        ln_json_string(json, &value->string);
    }
}


ngx_int_t
ln_json_flat(ln_json_t *json, ngx_str_t *out)
{
    u_char       *p;
    ngx_chain_t  *cl;

    ngx_str_null(out);

    if (json->failed) {
        return NGX_ERROR;
    }

    if (json->first == NULL) {
        return NGX_OK;
    }

    json->last->buf->last = json->pos;

    if (json->first == json->last) {
        out->data = json->first->buf->pos;
        out->len = json->length;
        return NGX_OK;
    }

    out->data = ngx_pnalloc(json->pool, json->length);
    if (out->data == NULL) {
        return NGX_ERROR;
    }

    p = out->data;

    for (cl = json->first; cl; cl = cl->next) {
        p = ngx_cpymem(p, cl->buf->pos, cl->buf->last - cl->buf->pos);
    }

    out->len = p - out->data;

    return NGX_OK;
}
