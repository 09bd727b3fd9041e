
#include <string.h>

#include "ln_text_identity.h"
#include "ln_text_uscc.h"


#define LN_IDENTITY_LEN   18
#define LN_IDENTITY_OLD   15
#define LN_RESIDENCE_OLD  15
#define LN_FIRST_YEAR     1800       /* nobody older has a paper */


static const char *const  ln_paper_names[] = {
    "identity_card", "foreigner_residence", "hk_macao_taiwan_residence",
    "passport", "uscc"
};

_Static_assert(sizeof(ln_paper_names) / sizeof(ln_paper_names[0])
               == LN_PAPER_KINDS, "every kind has its name");


ln_paper_kind_e
ln_paper_kind(const char *name, size_t len)
{
    int  i;

    for (i = 0; i < LN_PAPER_KINDS; i++) {
        if (strlen(ln_paper_names[i]) == len
            && memcmp(ln_paper_names[i], name, len) == 0)
        {
            break;
        }
    }

    return (ln_paper_kind_e) i;
}


const char *
ln_paper_name(ln_paper_kind_e kind)
{
    return ln_paper_names[kind];
}


static bool
ln_is_digit(char c)
{
    return c >= '0' && c <= '9';
}


static bool
ln_all_digits(const char *text, size_t len)
{
    while (len > 0 && ln_is_digit(*text)) {
        text++;
        len--;
    }

    return len == 0;
}


/* The number of `len` digits, which the caller has seen to be digits. */

static int
ln_digits(const char *text, size_t len)
{
    int  n;

    for (n = 0; len > 0; len--) {
        n = n * 10 + (*text++ - '0');
    }

    return n;
}


/* ISO 7064 MOD 11-2: a place weighs 2 to the power of its distance. */

char
ln_identity_check(const char digits[17])
{
    int  i, sum;

    static const int  weights[17] = {
        7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2
    };

    if (!ln_all_digits(digits, 17)) {
        return '\0';
    }

    for (i = 0, sum = 0; i < 17; i++) {
        sum += weights[i] * (digits[i] - '0');
    }

    return "10X98765432"[sum % 11];
}


/* yyyymmdd of eight digits, or 0: no real day between 1800 and today. */

static int
ln_birth(const char *text, int today)
{
    int  year, month, day, last;

    static const int  days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    year = ln_digits(text, 4);
    month = ln_digits(text + 4, 2);
    day = ln_digits(text + 6, 2);

    if (year < LN_FIRST_YEAR || month < 1 || month > 12) {
        return 0;
    }

    last = days[month - 1];

    if (month == 2
        && ((year % 4 == 0 && year % 100 != 0) || year % 400 == 0))
    {
        last = 29;
    }

    if (day < 1 || day > last) {
        return 0;
    }

    day += year * 10000 + month * 100;

    return day <= today ? day : 0;
}


/* Upper case without blanks and hyphens; what is too long keeps its length. */

static ln_paper_e
ln_canonical(const char *text, size_t len, ln_paper_t *document,
    size_t *length)
{
    char    c;
    size_t  i, n;

    memset(document, 0, sizeof(ln_paper_t));

    for (i = 0, n = 0; i < len; i++) {
        c = text[i];

        if (c == ' ' || c == '-') {
            continue;
        }

        if (c >= 'a' && c <= 'z') {
            c = (char) (c - 'a' + 'A');
        }

        if (!ln_is_digit(c) && !(c >= 'A' && c <= 'Z')) {
            return LN_PAPER_CHARACTER;
        }

        if (n == LN_PAPER_MAX) {
            return LN_PAPER_LENGTH;
        }

        document->number[n++] = c;
    }

    *length = n;

    return LN_PAPER_OK;
}


/* What the three kinds of 18 characters share: date, sex, check. */

static ln_paper_e
ln_identity_18(ln_paper_t *document, size_t length, int today)
{
    const char  *number = document->number;

    if (length != LN_IDENTITY_LEN) {
        return LN_PAPER_LENGTH;
    }

    if (!ln_all_digits(number, 17)
        || (!ln_is_digit(number[17]) && number[17] != 'X'))
    {
        return LN_PAPER_CHARACTER;
    }

    document->birth = ln_birth(number + 6, today);

    if (document->birth == 0) {
        return LN_PAPER_DATE;
    }

    if (ln_identity_check(number) != number[17]) {
        return LN_PAPER_CHECK;
    }

    document->sexed = true;
    document->female = (number[16] - '0') % 2 == 0;

    return LN_PAPER_OK;
}


static ln_paper_e
ln_identity_card(ln_paper_t *document, size_t length, int today)
{
    ln_paper_e  rc;

    rc = ln_identity_18(document, length, today);
    if (rc != LN_PAPER_OK) {
        return rc;
    }

    if (document->number[0] < '1' || document->number[0] > '7') {
        return LN_PAPER_PREFIX;
    }

    memcpy(document->region, document->number, LN_PAPER_REGION);

    return LN_PAPER_OK;
}


static ln_paper_e
ln_hk_macao_taiwan(ln_paper_t *document, size_t length, int today)
{
    ln_paper_e  rc;

    rc = ln_identity_18(document, length, today);
    if (rc != LN_PAPER_OK) {
        return rc;
    }

    return memcmp(document->number, "810000", 6) == 0
           || memcmp(document->number, "820000", 6) == 0
           || memcmp(document->number, "830000", 6) == 0
           ? LN_PAPER_OK : LN_PAPER_PREFIX;
}


static ln_paper_e
ln_foreigner(ln_paper_t *document, size_t length, int today)
{
    int             i;
    char            birth[8];
    ln_paper_e   rc;
    const char     *number = document->number;

    if (length == LN_IDENTITY_LEN) {
        rc = ln_identity_18(document, length, today);

        return rc == LN_PAPER_OK && number[0] != '9' ? LN_PAPER_PREFIX
                                                        : rc;
    }

    if (length != LN_RESIDENCE_OLD) {
        return LN_PAPER_LENGTH;
    }

    for (i = 0; i < 3; i++) {
        if (ln_is_digit(number[i])) {
            return LN_PAPER_PREFIX;
        }
    }

    if (!ln_all_digits(number + 3, 12)) {
        return LN_PAPER_CHARACTER;
    }

    /* two digits of the year: of the 20th century unless only this one fits */

    memcpy(birth, "20", 2);
    memcpy(birth + 2, number + 7, 6);

    if (ln_birth(birth, today) != 0) {
        return LN_PAPER_OK;
    }

    memcpy(birth, "19", 2);

    return ln_birth(birth, today) != 0 ? LN_PAPER_OK : LN_PAPER_DATE;
}


static ln_paper_e
ln_uscc(ln_paper_t *document, size_t length)
{
    switch (ln_uscc_check(document->number, length)) {

    case LN_USCC_OK:
        return LN_PAPER_OK;

    case LN_USCC_LENGTH:
        return LN_PAPER_LENGTH;

    case LN_USCC_CHARACTER:
        return LN_PAPER_CHARACTER;

    default:
        return LN_PAPER_CHECK;
    }
}


static ln_paper_e
ln_paper_judge(ln_paper_kind_e kind, ln_paper_t *document,
    size_t length, int today)
{
    switch (kind) {

    case LN_PAPER_IDENTITY_CARD:
        return ln_identity_card(document, length, today);

    case LN_PAPER_FOREIGNER_RESIDENCE:
        return ln_foreigner(document, length, today);

    case LN_PAPER_HK_MACAO_TAIWAN_RESIDENCE:
        return ln_hk_macao_taiwan(document, length, today);

    case LN_PAPER_USCC:
        return ln_uscc(document, length);

    default: /* LN_PAPER_PASSPORT: each country has its own */
        return length >= 5 ? LN_PAPER_OK : LN_PAPER_LENGTH;
    }
}


ln_paper_e
ln_paper_read(ln_paper_kind_e kind, const char *text, size_t len,
    int today, ln_paper_t *document)
{
    size_t         length;
    ln_paper_e  rc;

    rc = ln_canonical(text, len, document, &length);

    return rc == LN_PAPER_OK
           ? ln_paper_judge(kind, document, length, today) : rc;
}


ln_paper_e
ln_paper_seek(ln_paper_kind_e kind, const char *text, size_t len,
    int today, ln_paper_t *document)
{
    char           number[LN_IDENTITY_LEN];
    size_t         length;
    ln_paper_e  rc;

    rc = ln_canonical(text, len, document, &length);

    if (rc != LN_PAPER_OK) {
        return rc;
    }

    if (kind != LN_PAPER_IDENTITY_CARD || length != LN_IDENTITY_OLD) {
        return ln_paper_judge(kind, document, length, today);
    }

    if (!ln_all_digits(document->number, LN_IDENTITY_OLD)) {
        return LN_PAPER_CHARACTER;
    }

    /* The old ones ended in 1999: the century is the 20th. */

    memcpy(number, document->number, 6);
    memcpy(number + 6, "19", 2);
    memcpy(number + 8, document->number + 6, 9);
    number[17] = ln_identity_check(number);

    memcpy(document->number, number, LN_IDENTITY_LEN);
    document->old = true;

    return ln_paper_judge(kind, document, LN_IDENTITY_LEN, today);
}
