
#include "ln_text_fold.h"
#include "ln_text_utf8.h"


typedef struct {
    uint32_t  first;
    uint32_t  last;
    uint32_t  to;
} ln_fold_range_t;


/* Beyond ASCII: in order, ranges do not overlap. */

static const ln_fold_range_t  ln_fold_ranges[] = {
    { 0x0080, 0x00b6, LN_FOLD_GAP },        /* Latin-1 signs */
    { 0x00b7, 0x00b7, LN_FOLD_NOTHING },    /* the dot inside names */
    { 0x00b8, 0x00bf, LN_FOLD_GAP },
    { 0x00dc, 0x00dc, 'v' },
    { 0x00e0, 0x00e1, 'a' },
    { 0x00e8, 0x00e9, 'e' },
    { 0x00ec, 0x00ed, 'i' },
    { 0x00f2, 0x00f3, 'o' },
    { 0x00f9, 0x00fa, 'u' },
    { 0x00fc, 0x00fc, 'v' },
    { 0x0101, 0x0101, 'a' },
    { 0x0113, 0x0113, 'e' },
    { 0x011b, 0x011b, 'e' },
    { 0x012b, 0x012b, 'i' },
    { 0x014d, 0x014d, 'o' },
    { 0x016b, 0x016b, 'u' },
    { 0x01ce, 0x01ce, 'a' },
    { 0x01d0, 0x01d0, 'i' },
    { 0x01d2, 0x01d2, 'o' },
    { 0x01d4, 0x01d4, 'u' },
    { 0x01d6, 0x01d6, 'v' },
    { 0x01d8, 0x01d8, 'v' },
    { 0x01da, 0x01da, 'v' },
    { 0x01dc, 0x01dc, 'v' },
    { 0x2000, 0x200a, LN_FOLD_GAP },
    { 0x200b, 0x200f, LN_FOLD_NOTHING },    /* zero width, directions */
    { 0x2010, 0x2011, LN_FOLD_NOTHING },    /* hyphens */
    { 0x2012, 0x2017, LN_FOLD_GAP },
    { 0x2018, 0x2019, LN_FOLD_NOTHING },    /* apostrophes */
    { 0x201a, 0x2021, LN_FOLD_GAP },
    { 0x2022, 0x2022, LN_FOLD_NOTHING },
    { 0x2023, 0x2026, LN_FOLD_GAP },
    { 0x2027, 0x2027, LN_FOLD_NOTHING },
    { 0x2028, 0x206f, LN_FOLD_GAP },
    { 0x3000, 0x3004, LN_FOLD_GAP },
    { 0x3008, 0x3011, LN_FOLD_NOTHING },    /* brackets */
    { 0x3012, 0x3013, LN_FOLD_GAP },
    { 0x3014, 0x301b, LN_FOLD_NOTHING },
    { 0x301c, 0x3020, LN_FOLD_GAP },
    { 0x30fb, 0x30fb, LN_FOLD_NOTHING },
    { 0xd800, 0xdfff, LN_FOLD_GAP },
    { 0xfe00, 0xfe0f, LN_FOLD_NOTHING },    /* variation selectors */
    { 0xfeff, 0xfeff, LN_FOLD_NOTHING },
    { 0xff5f, 0xff60, LN_FOLD_NOTHING },
    { 0xff61, 0xff64, LN_FOLD_GAP },
    { 0xff65, 0xff65, LN_FOLD_NOTHING },
    { 0xffe0, 0xffff, LN_FOLD_GAP },
    { 0x110000, LN_UTF8_INVALID, LN_FOLD_GAP }
};


static uint32_t
ln_fold_ascii(uint32_t code)
{
    if (code >= 'A' && code <= 'Z') {
        return code | 0x20;
    }

    if (ln_text_is_word(code)) {
        return code;
    }

    switch (code) {

    case '\'':
    case '(':
    case ')':
    case '[':
    case ']':
    case '-':
        return LN_FOLD_NOTHING;

    default:
        return LN_FOLD_GAP;
    }
}


uint32_t
ln_text_fold_code(uint32_t code)
{
    size_t  low, high, middle;

    if (code >= 0xff01 && code <= 0xff5e) {
        code -= 0xff01 - '!';
    }

    if (code < 0x80) {
        return ln_fold_ascii(code);
    }

    low = 0;
    high = sizeof(ln_fold_ranges) / sizeof(ln_fold_ranges[0]);

    while (low < high) {
        middle = low + (high - low) / 2;

        if (code < ln_fold_ranges[middle].first) {
            high = middle;

        } else if (code > ln_fold_ranges[middle].last) {
            low = middle + 1;

        } else {
            return ln_fold_ranges[middle].to;
        }
    }

    return code;
}


int
ln_text_is_word(uint32_t code)
{
    return (code >= 'a' && code <= 'z') || (code >= '0' && code <= '9');
}


size_t
ln_text_fold(uint32_t *out, size_t max, const char *s, size_t len)
{
    size_t       n;
    uint32_t     code;
    const char  *p, *end;

    n = 0;
    end = s + len;

    for (p = s; p < end && n < max; /* void */) {
        code = ln_text_fold_code(ln_utf8_next(&p, end));

        if (code == LN_FOLD_NOTHING) {
            continue;
        }

        if (code == LN_FOLD_GAP && (n == 0 || out[n - 1] == LN_FOLD_GAP)) {
            continue;
        }

        out[n++] = code;
    }

    if (n > 0 && out[n - 1] == LN_FOLD_GAP) {
        n--;
    }

    return n;
}
