
#include <string.h>

#include "ln_text_phone.h"
#include "ln_text_utf8.h"


#define LN_PHONE_DIGITS     24   /* area code, number and extension */
#define LN_PHONE_MASKED     4
#define LN_PHONE_EXTENSION  6


/* The groups of digits in a number; signs between them part groups. */

typedef struct {
    char    digits[LN_PHONE_DIGITS];
    size_t  len;
    size_t  breaks[LN_PHONE_DIGITS];
    size_t  nbreaks;
} ln_phone_digits_t;


static int
ln_phone_scan(ln_phone_digits_t *d, const char *s, size_t len)
{
    uint32_t     code;
    const char  *p, *end;

    d->len = 0;
    d->nbreaks = 0;
    end = s + len;

    for (p = s; p < end; /* void */) {
        code = ln_utf8_next(&p, end);

        if (code >= 0xff01 && code <= 0xff5e) {
            code -= 0xff01 - '!';
        }

        if (code >= '0' && code <= '9') {
            if (d->len == LN_PHONE_DIGITS) {
                return 0;
            }

            d->digits[d->len++] = (char) code;
            continue;
        }

        /* 0x2010-0x2015: dashes; 0x8f6c: "extension" */
        if (code < 0x80 ? strchr("+-() .", (int) code) == NULL || code == 0
            : code != 0x3000 && code != 0x8f6c
              && (code < 0x2010 || code > 0x2015))
        {
            return 0;
        }

        if (d->len > 0
            && (d->nbreaks == 0 || d->breaks[d->nbreaks - 1] != d->len))
        {
            d->breaks[d->nbreaks++] = d->len;
        }
    }

    return 1;
}


static void
ln_phone_drop_country(ln_phone_digits_t *d)
{
    size_t  i, n;

    n = 0;

    if (d->len > 11 && memcmp(d->digits, "86", 2) == 0) {
        n = 2;

    } else if (d->len > 11 && memcmp(d->digits, "0086", 4) == 0) {
        n = 4;
    }

    if (n == 0) {
        return;
    }

    d->len -= n;
    memmove(d->digits, d->digits + n, d->len);

    for (i = 0; i < d->nbreaks; i++) {
        d->breaks[i] = d->breaks[i] > n ? d->breaks[i] - n : 0;
    }
}


static int
ln_phone_is_service(const ln_phone_digits_t *d)
{
    if (d->len == 10
        && (memcmp(d->digits, "400", 3) == 0
            || memcmp(d->digits, "800", 3) == 0))
    {
        return 1;
    }

    return d->len >= 3 && d->len <= 6 && d->digits[0] == '1';
}


/* Three digits: Beijing (010) and 02x; four: the rest. */

static size_t
ln_phone_area(const ln_phone_digits_t *d)
{
    return d->digits[1] == '1' || d->digits[1] == '2' ? 3 : 4;
}


/* An extension is what stands behind a break after a whole number. */

static size_t
ln_phone_number_end(const ln_phone_digits_t *d, size_t area)
{
    size_t  i, at;

    for (i = 0; i < d->nbreaks; i++) {
        at = d->breaks[i];

        if (at < d->len && (at == area + 7 || at == area + 8)) {
            return at;
        }
    }

    return d->len;
}


static ln_phone_e
ln_phone_fixed(const ln_phone_digits_t *d, char out[LN_PHONE_MAX])
{
    char    *p;
    size_t   area, end;

    if (d->len < 10 || d->digits[0] != '0' || d->digits[1] == '0') {
        return LN_PHONE_BAD;
    }

    area = ln_phone_area(d);
    end = ln_phone_number_end(d, area);

    if ((end != area + 7 && end != area + 8)
        || d->len - end > LN_PHONE_EXTENSION)
    {
        return LN_PHONE_BAD;
    }

    p = out;
    memcpy(p, d->digits, area);
    p += area;
    *p++ = '-';
    memcpy(p, d->digits + area, end - area);
    p += end - area;

    if (end < d->len) {
        *p++ = '-';
        memcpy(p, d->digits + end, d->len - end);
        p += d->len - end;
    }

    *p = '\0';

    return LN_PHONE_FIXED;
}


ln_phone_e
ln_phone_parse(const char *s, size_t len, char out[LN_PHONE_MAX])
{
    ln_phone_digits_t  d;

    out[0] = '\0';

    if (!ln_phone_scan(&d, s, len)) {
        return LN_PHONE_BAD;
    }

    ln_phone_drop_country(&d);

    if (d.len == 11 && d.digits[0] == '1' && d.digits[1] >= '3') {
        memcpy(out, d.digits, d.len);
        out[d.len] = '\0';
        return LN_PHONE_MOBILE;
    }

    if (ln_phone_is_service(&d)) {
        memcpy(out, d.digits, d.len);
        out[d.len] = '\0';
        return LN_PHONE_SERVICE;
    }

    return ln_phone_fixed(&d, out);
}


void
ln_phone_mask(const char *canonical, char out[LN_PHONE_MAX])
{
    char    *number;
    size_t   len;

    len = strnlen(canonical, LN_PHONE_MAX - 1);
    memcpy(out, canonical, len);
    out[len] = '\0';

    if (out[0] == '0') {
        number = strchr(out, '-');

        if (number != NULL && strlen(number + 1) > LN_PHONE_MASKED) {
            memset(number + 1, '*', LN_PHONE_MASKED);
        }

        return;
    }

    if (len == 11) {
        memset(out + 3, '*', LN_PHONE_MASKED);
    }
}
