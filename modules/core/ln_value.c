
/*
 * Text from outside to a value: one checked parser per type.  Pure: no
 * request, no pool but for what a value must own.  The answer is NULL, or the
 * code of what is wrong (a key of the message catalogue).
 */

#include "ln_value.h"


static const char *ln_value_string(const ln_param_t *param,
    const ngx_str_t *text, ln_value_t *value);
static const char *ln_value_integer(const ln_param_t *param,
    const ngx_str_t *text, ln_value_t *value);
static const char *ln_value_id(const ngx_str_t *text, ln_value_t *value);
static const char *ln_value_boolean(const ngx_str_t *text, ln_value_t *value);
static const char *ln_value_enum(const ln_param_t *param,
    const ngx_str_t *text, ln_value_t *value);
static const char *ln_value_date(const ngx_str_t *text, ln_value_t *value);
static const char *ln_value_instant(const ngx_str_t *text,
    ln_value_t *value);
static const char *ln_value_point(const ngx_str_t *text, ln_value_t *value);
static ngx_int_t ln_value_digits(u_char *p, size_t n, ngx_uint_t *number);
static ngx_int_t ln_value_day(u_char *p);


const char *
ln_value_parse(const ln_param_t *param, const ngx_str_t *text,
    ngx_pool_t *pool, ln_value_t *value)
{
    double       number;
    const char  *code;

    ngx_memzero(value, sizeof(ln_value_t));

    value->type = param->type;
    value->string = *text;
    value->set = 1;

    switch (param->type) {

    case LN_INTEGER:
        return ln_value_integer(param, text, value);

    case LN_NUMBER:
        if (ln_value_decimal(text, &number) != NGX_OK) {
            return "not_a_number";
        }

        value->number = number;

        if (number < (double) param->min
            || (param->max && number > (double) param->max))
        {
            return "out_of_range";
        }

        return NULL;

    case LN_BOOLEAN:
        return ln_value_boolean(text, value);

    case LN_ENUM:
        return ln_value_enum(param, text, value);

    case LN_ID:
        return ln_value_id(text, value);

    case LN_UUID:
        value->string.data = ngx_pnalloc(pool, 16);
        if (value->string.data == NULL) {
            return "internal";
        }

        value->string.len = 16;
        code = "bad_uuid";

        return ln_uuid_parse(text, value->string.data) == NGX_OK ? NULL : code;

    case LN_DATE:
        return ln_value_date(text, value);

    case LN_INSTANT:
        return ln_value_instant(text, value);

    case LN_POINT:
        return ln_value_point(text, value);

    case LN_CURSOR:
        return text->len <= LN_MAX_CURSOR ? NULL : "bad_cursor";

    default:
        return ln_value_string(param, text, value);
    }
}


/* UTF-8 of min to max characters, without control characters but newline. */

static const char *
ln_value_string(const ln_param_t *param, const ngx_str_t *text,
    ln_value_t *value)
{
    u_char      *p, *last;
    uint32_t     c;
    ngx_uint_t   n;

    (void) value;

    n = 0;
    p = text->data;
    last = p + text->len;

    while (p < last) {

        if (*p < 0x20 && *p != '\n' && *p != '\r' && *p != '\t') {
            return "control_character";
        }

        if (*p < 0x80) {
            if (*p == 0x7f) {
                return "control_character";
            }

            p++;

        } else {
            c = ngx_utf8_decode(&p, last - p);

            if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
                return "bad_utf8";
            }
        }

        n++;
    }

    if (n < (ngx_uint_t) param->min) {
        return "too_short";
    }

    if (param->max && n > (ngx_uint_t) param->max) {
        return "too_long";
    }

    return NULL;
}


static const char *
ln_value_integer(const ln_param_t *param, const ngx_str_t *text,
    ln_value_t *value)
{
    size_t     skip;
    ngx_int_t  n;

    skip = (text->len && text->data[0] == '-');
    n = ngx_atoi(text->data + skip, text->len - skip);

    if (n == NGX_ERROR || text->len > NGX_INT_T_LEN) {
        return "not_an_integer";
    }

    value->integer = skip ? -n : n;

    if (param->min == 0 && param->max == 0) {
        return NULL;
    }

    return (value->integer < param->min || value->integer > param->max)
           ? "out_of_range" : NULL;
}


static const char *
ln_value_id(const ngx_str_t *text, ln_value_t *value)
{
    ngx_int_t  n;

    n = ngx_atoi(text->data, text->len);

    if (n < 1 || text->data[0] == '0') {
        return "bad_id";
    }

    value->integer = n;

    return NULL;
}


static const char *
ln_value_boolean(const ngx_str_t *text, ln_value_t *value)
{
    if ((text->len == 4 && ngx_strncmp(text->data, "true", 4) == 0)
        || (text->len == 1 && text->data[0] == '1'))
    {
        value->integer = 1;
        return NULL;
    }

    if ((text->len == 5 && ngx_strncmp(text->data, "false", 5) == 0)
        || (text->len == 1 && text->data[0] == '0'))
    {
        return NULL;
    }

    return "bad_boolean";
}


static const char *
ln_value_enum(const ln_param_t *param, const ngx_str_t *text,
    ln_value_t *value)
{
    const char *const  *name;

    (void) value;

    for (name = param->values; *name; name++) {

        if (ngx_strlen(*name) == text->len
            && ngx_strncmp(*name, text->data, text->len) == 0)
        {
            return NULL;
        }
    }

    return "unknown_value";
}


/* A decimal of at most 15 digits: "-12.5"; no exponent, no white space. */

ngx_int_t
ln_value_decimal(const ngx_str_t *text, double *number)
{
    u_char     *p, *last;
    double      scale;
    ngx_uint_t  digits, negative, point;

    p = text->data;
    last = p + text->len;
    negative = (p < last && *p == '-');
    p += negative;

    digits = 0;
    point = 0;
    scale = 1;
    *number = 0;

    for ( /* void */ ; p < last; p++) {

        if (*p == '.' && !point && digits) {
            point = 1;
            continue;
        }

        if (*p < '0' || *p > '9' || ++digits > 15) {
            return NGX_ERROR;
        }

        *number = *number * 10 + (*p - '0');

        if (point) {
            scale *= 10;
        }
    }

    if (digits == 0 || last[-1] == '.') {
        return NGX_ERROR;
    }

    *number = (negative ? -*number : *number) / scale;

    return NGX_OK;
}


static const char *
ln_value_point(const ngx_str_t *text, ln_value_t *value)
{
    u_char     *comma;
    ngx_str_t   longitude, latitude;

    comma = ngx_strlchr(text->data, text->data + text->len, ',');
    if (comma == NULL) {
        return "bad_point";
    }

    longitude.data = text->data;
    longitude.len = comma - text->data;
    latitude.data = comma + 1;
    latitude.len = text->data + text->len - latitude.data;

    if (ln_value_decimal(&longitude, &value->number) != NGX_OK
        || ln_value_decimal(&latitude, &value->latitude) != NGX_OK
        || value->number < -180 || value->number > 180
        || value->latitude < -90 || value->latitude > 90)
    {
        return "bad_point";
    }

    return NULL;
}


static const char *
ln_value_date(const ngx_str_t *text, ln_value_t *value)
{
    (void) value;

    if (text->len != 10 || ln_value_day(text->data) != NGX_OK) {
        return "bad_date";
    }

    return NULL;
}


/* YYYY-MM-DDThh:mm:ss[.f…]Z, the only form that leaves no zone to guess. */

static const char *
ln_value_instant(const ngx_str_t *text, ln_value_t *value)
{
    u_char      *p;
    size_t       i;
    ngx_uint_t   h, m, s;

    p = text->data;

    if (text->len < 20 || text->len > 27 || ln_value_day(p) != NGX_OK
        || p[10] != 'T' || p[13] != ':' || p[16] != ':'
        || p[text->len - 1] != 'Z'
        || ln_value_digits(p + 11, 2, &h) != NGX_OK || h > 23
        || ln_value_digits(p + 14, 2, &m) != NGX_OK || m > 59
        || ln_value_digits(p + 17, 2, &s) != NGX_OK || s > 59)
    {
        return "bad_instant";
    }

    for (i = 20; i < text->len - 1; i++) {
        if (p[19] != '.' || p[i] < '0' || p[i] > '9') {
            return "bad_instant";
        }
    }

    if (text->len == 21) {
        return "bad_instant";
    }

    value->string.len = text->len - 1;     /* the database takes no Z */

    return NULL;
}


/* A day of the Gregorian calendar, 1000 to 9999, at p[0…9]. */

static ngx_int_t
ln_value_day(u_char *p)
{
    static const u_char  days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    ngx_uint_t  y, m, d, leap;

    if (p[4] != '-' || p[7] != '-'
        || ln_value_digits(p, 4, &y) != NGX_OK || y < 1000
        || ln_value_digits(p + 5, 2, &m) != NGX_OK || m < 1 || m > 12
        || ln_value_digits(p + 8, 2, &d) != NGX_OK || d < 1)
    {
        return NGX_ERROR;
    }

    leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;

    leap = (m == 2 && leap);

    return d <= days[m - 1] + leap ? NGX_OK : NGX_ERROR;
}


static ngx_int_t
ln_value_digits(u_char *p, size_t n, ngx_uint_t *number)
{
    *number = 0;

    while (n--) {

        if (*p < '0' || *p > '9') {
            return NGX_ERROR;
        }

        *number = *number * 10 + (*p++ - '0');
    }

    return NGX_OK;
}
