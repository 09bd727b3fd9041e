
#include <string.h>

#include "auth_identity.h"


#define AUTH_FIRST_YEAR  1880      /* nobody alive was born before */


static auth_number_e auth_number_china(auth_document_e kind,
    auth_number_t *number, int today);
static auth_number_e auth_number_letters(auth_number_t *number);
static auth_number_e auth_number_passport(auth_number_t *number);
static bool auth_number_copy(const char *s, size_t n, auth_number_t *number);
static bool auth_digits(const char *s, size_t n);
static int auth_value(const char *s, size_t n);
static bool auth_date(int year, int month, int day);


auth_number_e
auth_number_check(auth_document_e kind, const char *s, size_t n, int today,
    auth_number_t *number)
{
    memset(number, 0, sizeof(auth_number_t));

    if (!auth_number_copy(s, n, number)) {
        return AUTH_NUMBER_LENGTH;
    }

    if (kind == AUTH_PASSPORT) {
        return auth_number_passport(number);
    }

    if (kind == AUTH_FOREIGN_RESIDENCE && number->length == 15) {
        return auth_number_letters(number);
    }

    return auth_number_china(kind, number, today);
}


/* Without spaces, letters in upper case. */

static bool
auth_number_copy(const char *s, size_t n, auth_number_t *number)
{
    size_t  i;

    for (i = 0; i < n; i++) {

        if (s[i] == ' ') {
            continue;
        }

        if (number->length == AUTH_DOCUMENT_MAX) {
            return false;
        }

        number->canonical[number->length++] =
            (s[i] >= 'a' && s[i] <= 'z') ? (char) (s[i] - 'a' + 'A') : s[i];
    }

    return number->length > 0;
}


static auth_number_e
auth_number_china(auth_document_e kind, auth_number_t *number, int today)
{
    int          i, sum, province;
    bool         fits;
    const char  *c;

    static const int   weights[] = { 7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10,
                                     5, 8, 4, 2 };
    static const char  checks[] = "10X98765432";

    c = number->canonical;

    if (number->length != AUTH_ID_NUMBER) {
        return AUTH_NUMBER_LENGTH;
    }

    if (!auth_digits(c, 17) || !(auth_digits(c + 17, 1) || c[17] == 'X')) {
        return AUTH_NUMBER_CHARACTER;
    }

    province = auth_value(c, 2);

    /* GB/T 2260; 71, 81, 82 are cards of the three, 83 Taiwan's permit;
     * numbers from 9 are foreigners' since 2023 */

    if (!((province >= 11 && province <= 15)
          || (province >= 21 && province <= 23)
          || (province >= 31 && province <= 37)
          || (province >= 41 && province <= 46)
          || (province >= 50 && province <= 54)
          || (province >= 61 && province <= 65) || province == 71
          || (province >= 81 && province <= 83) || province >= 91))
    {
        return AUTH_NUMBER_REGION;
    }

    number->year = auth_value(c + 6, 4);
    number->month = auth_value(c + 10, 2);
    number->day = auth_value(c + 12, 2);

    if (!auth_date(number->year, number->month, number->day)
        || number->year * 10000 + number->month * 100 + number->day > today)
    {
        return AUTH_NUMBER_DATE;
    }

    for (sum = 0, i = 0; i < 17; i++) {
        sum += (c[i] - '0') * weights[i];
    }

    if (checks[sum % 11] != c[17]) {
        return AUTH_NUMBER_CHECK;
    }

    fits = (kind == AUTH_HK_MACAO_TAIWAN) ? province >= 81 && province <= 83
           : (kind == AUTH_FOREIGN_RESIDENCE) ? province >= 91
           : province <= 71;

    if (!fits) {
        return AUTH_NUMBER_KIND;
    }

    number->female = (c[16] - '0') % 2 == 0;
    memcpy(number->region, c, 6);

    return AUTH_NUMBER_OK;
}


/* Before 2023: nation, authority, birth date YYMMDD and a check digit. */

static auth_number_e
auth_number_letters(auth_number_t *number)
{
    int          i;
    const char  *c;

    c = number->canonical;

    for (i = 0; i < 3; i++) {
        if (c[i] < 'A' || c[i] > 'Z') {
            return AUTH_NUMBER_CHARACTER;
        }
    }

    if (!auth_digits(c + 3, 12)) {
        return AUTH_NUMBER_CHARACTER;
    }

    /* the century is not in it, so neither is 29 February */

    if (!auth_date(2000, auth_value(c + 9, 2), auth_value(c + 11, 2))) {
        return AUTH_NUMBER_DATE;
    }

    return AUTH_NUMBER_OK;
}


static auth_number_e
auth_number_passport(auth_number_t *number)
{
    size_t       i;
    const char  *c;

    c = number->canonical;

    if (number->length < 5 || number->length > 17) {
        return AUTH_NUMBER_LENGTH;
    }

    for (i = 0; i < number->length; i++) {

        if (!(c[i] >= 'A' && c[i] <= 'Z') && !auth_digits(c + i, 1)) {
            return AUTH_NUMBER_CHARACTER;
        }
    }

    return AUTH_NUMBER_OK;
}


static bool
auth_digits(const char *s, size_t n)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (s[i] < '0' || s[i] > '9') {
            return false;
        }
    }

    return true;
}


static int
auth_value(const char *s, size_t n)
{
    int     value;
    size_t  i;

    for (value = 0, i = 0; i < n; i++) {
        value = value * 10 + (s[i] - '0');
    }

    return value;
}


static bool
auth_date(int year, int month, int day)
{
    int  days;

    static const int  lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
                                    30, 31 };

    if (year < AUTH_FIRST_YEAR || month < 1 || month > 12 || day < 1) {
        return false;
    }

    days = lengths[month - 1];

    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) {
        days = 29;
    }

    return day <= days;
}


bool
auth_mobile(const char *s, size_t n, char out[AUTH_MOBILE])
{
    char    digits[AUTH_MOBILE + 4];
    size_t  i, used;

    used = 0;

    for (i = 0; i < n; i++) {

        if (s[i] == ' ' || s[i] == '-' || (s[i] == '+' && i == 0)) {
            continue;
        }

        if (!auth_digits(s + i, 1) || used == sizeof(digits)) {
            return false;
        }

        digits[used++] = s[i];
    }

    i = (used == AUTH_MOBILE + 2 && memcmp(digits, "86", 2) == 0) ? 2
        : (used == AUTH_MOBILE + 4 && memcmp(digits, "0086", 4) == 0) ? 4 : 0;

    if (used - i != AUTH_MOBILE || digits[i] != '1' || digits[i + 1] < '3') {
        return false;
    }

    memcpy(out, digits + i, AUTH_MOBILE);

    return true;
}
