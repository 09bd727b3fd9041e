
#include <string.h>

#include "ln_text_uscc.h"


static const char  ln_uscc_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";


/* The value of a character, or -1. */

static int
ln_uscc_value(char c)
{
    const char  *at;

    if (c >= 'a' && c <= 'z') {
        c = (char) (c - 'a' + 'A');
    }

    at = c != '\0' ? strchr(ln_uscc_alphabet, c) : NULL;

    return at != NULL ? (int) (at - ln_uscc_alphabet) : -1;
}


ln_uscc_e
ln_uscc_check(const char *code, size_t len)
{
    int     value, weight, sum;
    size_t  i;

    if (len != LN_USCC_LEN) {
        return LN_USCC_LENGTH;
    }

    sum = 0;
    weight = 1;

    /* With the check character's own weight of 1 the sum is 0 modulo 31. */
    for (i = 0; i < LN_USCC_LEN; i++) {
        value = ln_uscc_value(code[i]);

        if (value < 0) {
            return LN_USCC_CHARACTER;
        }

        if (i == LN_USCC_LEN - 1) {
            weight = 1;
        }

        sum += value * weight;
        weight = weight * 3 % 31;
    }

    return sum % 31 == 0 ? LN_USCC_OK : LN_USCC_CHECK;
}
