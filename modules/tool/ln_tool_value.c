
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ln_text_fold.h"
#include "ln_text_utf8.h"
#include "ln_tool.h"
#include "ln_tool_value.h"


#define LN_FULL_WIDTH        0xfee0       /* from `;` to its wide form */
#define LN_IDEOGRAPHIC_SPACE 0x3000


typedef struct {
    const char  *group;
    const char  *key;
    const char  *word;
} ln_column_t;


#include "ln_tool_words.h"


static int
ln_is_space(uint32_t code)
{
    return code == ' ' || code == '\t' || code == '\n' || code == '\r'
           || code == 0xa0 || code == LN_IDEOGRAPHIC_SPACE || code == 0xfeff;
}


ln_span_t
ln_span_trim(ln_span_t span)
{
    const char  *p, *end, *last;

    end = span.data + span.len;

    while (span.data < end) {
        p = span.data;

        if (!ln_is_space(ln_utf8_next(&p, end))) {
            break;
        }

        span.data = p;
    }

    for (p = last = span.data; p < end; /* void */) {
        if (!ln_is_space(ln_utf8_next(&p, end))) {
            last = p;
        }
    }

    span.len = (size_t) (last - span.data);

    return span;
}


size_t
ln_span_count(ln_span_t span)
{
    return ln_utf8_count(span.data, span.len);
}


int
ln_span_next(ln_span_t *rest, char separator, ln_span_t *part)
{
    uint32_t     code;
    const char  *p, *at, *end;

    if (rest->data == NULL) {
        return 0;
    }

    end = rest->data + rest->len;

    for (p = rest->data; p < end; /* void */) {
        at = p;
        code = ln_utf8_next(&p, end);

        if (code != (unsigned char) separator
            && code != (unsigned char) separator + (uint32_t) LN_FULL_WIDTH)
        {
            continue;
        }

        part->data = rest->data;
        part->len = (size_t) (at - rest->data);
        *part = ln_span_trim(*part);
        rest->data = p;
        rest->len = (size_t) (end - p);

        return 1;
    }

    *part = ln_span_trim(*rest);
    rest->data = NULL;
    rest->len = 0;

    return 1;
}


const char *
ln_word(const char *group, ln_span_t word)
{
    size_t  i;

    for (i = 0; i < ln_countof(ln_columns); i++) {
        if (strcmp(ln_columns[i].group, group) == 0
            && strlen(ln_columns[i].word) == word.len
            && strncasecmp(ln_columns[i].word, word.data, word.len) == 0)
        {
            return ln_columns[i].key;
        }
    }

    return NULL;
}


void
ln_word_list(const char *group, const char *key)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < ln_countof(ln_columns); i++) {
        if (strcmp(ln_columns[i].key, key) == 0
            && strcmp(ln_columns[i].word, key) != 0
            && (strcmp(ln_columns[i].group, group) == 0
                || strcmp(ln_columns[i].group, "any") == 0))
        {
            printf("%s%s", n++ ? ", " : " (", ln_columns[i].word);
        }
    }

    if (n > 0) {
        putchar(')');
    }
}


/* Takes digits off the front, full-width ones too; -1 if there are none. */

static int
ln_span_number(ln_span_t *span, unsigned *digits)
{
    int          n;
    uint32_t     code;
    const char  *p, *at, *end;

    n = 0;
    *digits = 0;
    end = span->data + span->len;

    for (p = span->data; p < end && *digits < 8; /* void */) {
        at = p;
        code = ln_text_fold_code(ln_utf8_next(&p, end));

        if (code < '0' || code > '9') {
            p = at;
            break;
        }

        n = n * 10 + (int) (code - '0');
        (*digits)++;
    }

    span->len -= (size_t) (p - span->data);
    span->data = p;

    return *digits > 0 ? n : -1;
}


static void
ln_span_skip_signs(ln_span_t *span)
{
    uint32_t     code;
    const char  *p, *end;

    end = span->data + span->len;

    while (span->data < end) {
        p = span->data;
        code = ln_text_fold_code(ln_utf8_next(&p, end));

        if (ln_text_is_word(code)) {
            break;
        }

        span->data = p;
    }

    span->len = (size_t) (end - span->data);
}


static int
ln_days_in_month(int year, int month)
{
    static const int  days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) {
        return 29;
    }

    return days[month - 1];
}


const char *
ln_value_date(ln_span_t in, int year_alone, char out[11])
{
    int       year, month, day;
    unsigned  digits;

    year = ln_span_number(&in, &digits);

    if (year >= 0 && digits == 8) {
        day = year % 100;
        month = year / 100 % 100;
        year = year / 10000;

    } else if (digits != 4) {
        return "is no date like 2019-03-01";

    } else {
        ln_span_skip_signs(&in);
        month = ln_span_number(&in, &digits);
        ln_span_skip_signs(&in);
        day = ln_span_number(&in, &digits);
        ln_span_skip_signs(&in);

        if (month < 0 && year_alone) {
            month = day = 1;
        }
    }

    if (in.len != 0 || year < 1900 || year > 2200 || month < 1 || month > 12
        || day < 1 || day > ln_days_in_month(year, month))
    {
        return "is no date like 2019-03-01";
    }

    snprintf(out, 11, "%04d-%02d-%02d", year % 10000, month % 100, day % 100);

    return NULL;
}


const char *
ln_value_degrees(ln_span_t in, double limit, double *out)
{
    char   text[32], *end;

    if (in.len == 0 || in.len >= sizeof(text)) {
        return "is no number of degrees";
    }

    memcpy(text, in.data, in.len);
    text[in.len] = '\0';

    if (strspn(text, "0123456789.-+") < in.len) {
        return "is no number of degrees";
    }

    *out = strtod(text, &end);

    if (*end != '\0') {
        return "is no number of degrees";
    }

    return fabs(*out) > limit ? "is out of range" : NULL;
}
