
#include "ln_text_utf8.h"


typedef struct {
    unsigned char  mask;        /* of the lead byte's fixed bits */
    unsigned char  lead;
    uint32_t       least;       /* below it the form is too long */
} ln_utf8_form_t;


static const ln_utf8_form_t  ln_utf8_forms[] = {
    { 0x80, 0x00, 0x0 },
    { 0xe0, 0xc0, 0x80 },
    { 0xf0, 0xe0, 0x800 },
    { 0xf8, 0xf0, 0x10000 }
};


static uint32_t
ln_utf8_decode(const unsigned char *s, size_t len, size_t *used)
{
    size_t                 n, i;
    uint32_t               code;
    const ln_utf8_form_t  *form;

    *used = 1;

    for (n = 0; n < LN_UTF8_MAX; n++) {
        if ((s[0] & ln_utf8_forms[n].mask) == ln_utf8_forms[n].lead) {
            break;
        }
    }

    if (n == LN_UTF8_MAX || n >= len) {
        return LN_UTF8_INVALID;
    }

    form = &ln_utf8_forms[n];
    code = s[0] & (unsigned char) ~form->mask;

    for (i = 1; i <= n; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return LN_UTF8_INVALID;
        }

        code = code << 6 | (s[i] & 0x3f);
    }

    if (code < form->least || code > 0x10ffff
        || (code >= 0xd800 && code <= 0xdfff))
    {
        return LN_UTF8_INVALID;
    }

    *used = n + 1;

    return code;
}


uint32_t
ln_utf8_next(const char **p, const char *end)
{
    size_t    used;
    uint32_t  code;

    code = ln_utf8_decode((const unsigned char *) *p, (size_t) (end - *p),
                          &used);
    *p += used;

    return code;
}


size_t
ln_utf8_put(char *dst, uint32_t code)
{
    if (code < 0x80) {
        dst[0] = (char) code;
        return 1;
    }

    if (code < 0x800) {
        dst[0] = (char) (0xc0 | code >> 6);
        dst[1] = (char) (0x80 | (code & 0x3f));
        return 2;
    }

    if (code < 0x10000) {
        dst[0] = (char) (0xe0 | code >> 12);
        dst[1] = (char) (0x80 | (code >> 6 & 0x3f));
        dst[2] = (char) (0x80 | (code & 0x3f));
        return 3;
    }

    dst[0] = (char) (0xf0 | code >> 18);
    dst[1] = (char) (0x80 | (code >> 12 & 0x3f));
    dst[2] = (char) (0x80 | (code >> 6 & 0x3f));
    dst[3] = (char) (0x80 | (code & 0x3f));

    return 4;
}


size_t
ln_utf8_check(const char *s, size_t len)
{
    const char  *p, *at, *end;

    end = s + len;

    for (p = s; p < end; /* void */) {
        at = p;

        if (ln_utf8_next(&p, end) == LN_UTF8_INVALID) {
            return (size_t) (at - s);
        }
    }

    return len;
}


size_t
ln_utf8_count(const char *s, size_t len)
{
    size_t       n;
    const char  *p, *end;

    end = s + len;

    for (n = 0, p = s; p < end; n++) {
        (void) ln_utf8_next(&p, end);
    }

    return n;
}


size_t
ln_utf8_head(const char *s, size_t len, size_t n)
{
    const char  *p, *end;

    end = s + len;

    for (p = s; p < end && n > 0; n--) {
        (void) ln_utf8_next(&p, end);
    }

    return (size_t) (p - s);
}
