
#include "ln_text_licence.h"


#define LN_FIRST_LAWYERS  1979   /* the year in which the bar was restored */


/* Provinces by their two digits: bit n of row m is code mn (66: the XPCC). */

static const unsigned short  ln_provinces[10] = {
    [1] = 0x3e,      /* 11-15 */
    [2] = 0x0e,      /* 21-23 */
    [3] = 0xfe,      /* 31-37 */
    [4] = 0x7e,      /* 41-46 */
    [5] = 0x1f,      /* 50-54 */
    [6] = 0x7e,      /* 61-66 */
    [7] = 0x02,      /* 71 */
    [8] = 0x06       /* 81, 82 */
};


static unsigned
ln_licence_number(const char *s, size_t len)
{
    size_t    i;
    unsigned  n;

    for (n = 0, i = 0; i < len; i++) {
        n = n * 10 + (unsigned) (s[i] - '0');
    }

    return n;
}


ln_licence_e
ln_licence_check(const char *number, size_t len, unsigned year,
    ln_licence_t *parts)
{
    size_t    i;
    unsigned  kind;

    if (len != LN_LICENCE_LEN && len != LN_LICENCE_LEN_OLD) {
        return LN_LICENCE_LENGTH;
    }

    for (i = 0; i < len; i++) {
        if (number[i] < '0' || number[i] > '9') {
            return LN_LICENCE_DIGIT;
        }
    }

    if (len == LN_LICENCE_LEN_OLD) {
        return LN_LICENCE_OLD;
    }

    if (number[0] != '1') {
        return LN_LICENCE_PREFIX;
    }

    if ((ln_provinces[number[1] - '0'] >> (number[2] - '0') & 1) == 0) {
        return LN_LICENCE_PROVINCE;
    }

    parts->region = ln_licence_number(number + 1, 4);
    parts->year = ln_licence_number(number + 5, 4);
    parts->female = ln_licence_number(number + 10, 1);
    parts->serial = ln_licence_number(number + 11, 6);

    if (parts->year < LN_FIRST_LAWYERS || parts->year > year) {
        return LN_LICENCE_YEAR;
    }

    kind = ln_licence_number(number + 9, 1);

    if (kind == 0) {
        return LN_LICENCE_KIND;
    }

    parts->kind = (ln_lawyer_kind_e) kind;

    return parts->female > 1 ? LN_LICENCE_SEX : LN_LICENCE_OK;
}
