
/*
 * Cursors: the keyset values of the last row, tied by a MAC to the route and
 * the filters they were made under.  Opaque to clients; a forged or borrowed
 * one is a bad field, never a strange page.
 *
 *     base64url( value … | HMAC-SHA256(key, digest of the question | value …)
 *     cut to 16 bytes ),   value = length byte, bytes
 */

#include "ln_core.h"
#include "ln_crypto.h"
#include "ln_question.h"
#include "ln_value.h"


#define LN_CURSOR_MAC   16
#define LN_CURSOR_DATA  256


static ngx_int_t ln_cursor_mac(ln_request_t *lr, const u_char *data,
    size_t len, u_char mac[LN_SHA256]);
static ngx_int_t ln_cursor_first(ln_request_t *lr,
    const ln_chosen_t *chosen);
static ngx_int_t ln_cursor_value(const ln_page_t *page, ngx_str_t *text,
    ln_value_t *value);


ngx_int_t
ln_cursor_encode(ln_request_t *lr, const ln_chosen_t *chosen,
    const ln_value_t *values, ngx_str_t *cursor)
{
    u_char            *p, data[LN_CURSOR_DATA], mac[LN_SHA256];
    ngx_str_t          raw, text;
    ngx_uint_t         i;

    p = data;

    for (i = 0; i < chosen->call.ncursor; i++) {

        u_char  number[NGX_INT64_LEN];

        text = values[i].string;

        switch (chosen->call.stmt->page[i].type) {

        case LN_INTEGER:
        case LN_ID:
        case LN_BOOLEAN:
            text.data = number;
            text.len = ngx_sprintf(number, "%L", values[i].integer) - number;
            break;

        case LN_NUMBER:
            /* the very bits: a rounded distance would repeat or skip rows */
            text.data = (u_char *) &values[i].number;
            text.len = sizeof(double);
            break;

        default:
            break;
        }

        if (text.len > 255
            || p + 1 + text.len + LN_CURSOR_MAC > data + LN_CURSOR_DATA)
        {
            return NGX_ERROR;
        }

        *p++ = text.len;
        p = ngx_cpymem(p, text.data, text.len);
    }

    if (ln_cursor_mac(lr, data, p - data, mac) != NGX_OK) {
        return NGX_ERROR;
    }

    raw.data = data;
    raw.len = ngx_cpymem(p, mac, LN_CURSOR_MAC) - data;

    cursor->data = ngx_pnalloc(lr->r->pool, ngx_base64_encoded_length(raw.len));
    if (cursor->data == NULL) {
        return NGX_ERROR;
    }

    ngx_encode_base64url(cursor, &raw);

    return NGX_OK;
}


/* NGX_OK; NGX_DECLINED when it is none of ours; NGX_ERROR. */

ngx_int_t
ln_cursor_decode(ln_request_t *lr, const ln_chosen_t *chosen,
    const ln_value_t *given)
{
    u_char      *p, *last, mac[LN_SHA256];
    ngx_str_t    raw, text;
    ngx_uint_t   i;

    if (chosen->call.ncursor == 0) {
        return given->set ? NGX_DECLINED : NGX_OK;
    }

    lr->cursor = ngx_pcalloc(lr->r->pool,
                             chosen->call.ncursor * sizeof(ln_value_t));
    if (lr->cursor == NULL) {
        return NGX_ERROR;
    }

    if (!given->set) {
        return ln_cursor_first(lr, chosen);
    }

    raw.data = ngx_pnalloc(lr->r->pool,
                           ngx_base64_decoded_length(given->string.len));
    if (raw.data == NULL) {
        return NGX_ERROR;
    }

    text = given->string;

    if (ngx_decode_base64url(&raw, &text) != NGX_OK
        || raw.len < LN_CURSOR_MAC)
    {
        return NGX_DECLINED;
    }

    p = raw.data;
    last = p + raw.len - LN_CURSOR_MAC;

    if (ln_cursor_mac(lr, p, last - p, mac) != NGX_OK) {
        return NGX_ERROR;
    }

    if (!ln_equal(mac, last, LN_CURSOR_MAC)) {
        return NGX_DECLINED;
    }

    for (i = 0; i < chosen->call.ncursor; i++) {

        if (p == last || p + 1 + *p > last) {
            return NGX_DECLINED;
        }

        text.len = *p;
        text.data = p + 1;

        if (ln_cursor_value(&chosen->call.stmt->page[i], &text,
                            &lr->cursor[i])
            != NGX_OK)
        {
            return NGX_DECLINED;
        }

        p += 1 + text.len;
    }

    return NGX_OK;
}


static ngx_int_t
ln_cursor_mac(ln_request_t *lr, const u_char *data, size_t len,
    u_char mac[LN_SHA256])
{
    u_char    text[sizeof(uint64_t) * LN_HASH_WORDS + LN_CURSOR_DATA
                   + LN_MAX_CURSOR];
    uint64_t  digest[LN_HASH_WORDS];

    ln_question_digest(lr, LN_QUESTION_FILTERS, digest);

    ngx_memcpy(text, digest, sizeof(digest));
    ngx_memcpy(text + sizeof(digest), data, len);

    return ln_hmac(lr->app->key_cursor, text, sizeof(digest) + len, mac);
}


static ngx_int_t
ln_cursor_first(ln_request_t *lr, const ln_chosen_t *chosen)
{
    double            number;
    u_char           *id;
    ngx_str_t         text;
    ngx_uint_t        i;
    const ln_page_t  *page;

    for (i = 0; i < chosen->call.ncursor; i++) {

        page = &chosen->call.stmt->page[i];
        text.data = (u_char *) page->first;
        text.len = ngx_strlen(page->first);

        if (page->type == LN_NUMBER) {

            if (ln_value_decimal(&text, &number) != NGX_OK) {
                return NGX_ERROR;
            }

            text.data = (u_char *) &number;
            text.len = sizeof(double);
        }

        if (page->type == LN_UUID) {

            /* written in the table as text, compared as 16 octets */
            id = ngx_pnalloc(lr->r->pool, 16);

            if (id == NULL || ln_uuid_parse(&text, id) != NGX_OK) {
                return NGX_ERROR;
            }

            text.data = id;
            text.len = 16;
        }

        if (ln_cursor_value(page, &text, &lr->cursor[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_cursor_value(const ln_page_t *page, ngx_str_t *text, ln_value_t *value)
{
    ngx_int_t   n;
    ngx_uint_t  negative;

    value->type = page->type;
    value->set = 1;
    value->string = *text;

    switch (page->type) {

    case LN_INTEGER:
    case LN_ID:
    case LN_BOOLEAN:
        negative = (text->len && text->data[0] == '-');
        n = ngx_atoi(text->data + negative, text->len - negative);

        if (n == NGX_ERROR) {
            return NGX_ERROR;
        }

        value->integer = negative ? -n : n;
        return NGX_OK;

    case LN_NUMBER:
        if (text->len != sizeof(double)) {
            return NGX_ERROR;
        }

        ngx_memcpy(&value->number, text->data, sizeof(double));
        return NGX_OK;

    default:
        return NGX_OK;
    }
}
