
#include <stdint.h>
#include <string.h>

#include <argon2.h>

#include "auth_encode.h"
#include "auth_password.h"


#define AUTH_SALT      16
#define AUTH_RUN_MOST  4      /* distinct steps that still make a pattern */


static const char *const  auth_common[] = {
#include "auth_password_common.h"
    NULL
};

static unsigned long  auth_argon_count;


/* The number of characters, or -1: this is no UTF-8, or has control ones. */

static ptrdiff_t
auth_password_characters(const unsigned char *p, size_t n)
{
    size_t     i, more;
    uint32_t   c;
    ptrdiff_t  count;

    static const uint32_t  least[] = { 0, 0x80, 0x800, 0x10000 };

    count = 0;

    for (i = 0; i < n; count++) {

        if (p[i] < 0x20 || p[i] == 0x7f) {
            return -1;
        }

        more = (p[i] < 0x80) ? 0 : (p[i] >> 5 == 6) ? 1
               : (p[i] >> 4 == 14) ? 2 : (p[i] >> 3 == 30) ? 3 : 4;

        if (more == 4 || more >= n - i) {
            return -1;
        }

        c = more ? p[i] & (0x3fu >> more) : p[i];
        i++;

        for (size_t k = 0; k < more; k++, i++) {

            if (p[i] >> 6 != 2) {
                return -1;
            }

            c = c << 6 | (p[i] & 63);
        }

        if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)
            || (c >= 0x80 && c < 0xa0))
        {
            return -1;
        }
    }

    return count;
}


static unsigned
auth_password_kinds(const unsigned char *p, size_t n)
{
    size_t    i;
    unsigned  kinds;

    kinds = 0;

    for (i = 0; i < n; i++) {

        if (p[i] >= 'a' && p[i] <= 'z') {
            kinds |= 1;

        } else if (p[i] >= 'A' && p[i] <= 'Z') {
            kinds |= 2;

        } else if (p[i] >= '0' && p[i] <= '9') {
            kinds |= 4;

        } else {
            kinds |= 8;
        }
    }

    return (kinds & 1) + (kinds >> 1 & 1) + (kinds >> 2 & 1) + (kinds >> 3);
}


static unsigned char
auth_lower(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') ? (unsigned char) (c - 'A' + 'a') : c;
}


/* aaaaaaaa, 12345678, abcdefgh, 87654321: every step is the same. */

static bool
auth_password_run(const unsigned char *p, size_t n)
{
    int     step;
    size_t  i;

    if (n < 2) {
        return true;
    }

    step = auth_lower(p[1]) - auth_lower(p[0]);

    if (step < -1 || step > 1) {
        return false;
    }

    for (i = 2; i < n; i++) {

        if (auth_lower(p[i]) - auth_lower(p[i - 1]) != step) {
            return false;
        }
    }

    return true;
}


/* One short piece again and again: abab…, 123123123. */

static bool
auth_password_repeated(const unsigned char *p, size_t n)
{
    size_t  i, piece;

    for (piece = 1; piece <= AUTH_RUN_MOST && piece * 2 <= n; piece++) {

        for (i = piece; i < n && p[i] == p[i - piece]; i++) {
            /* void */
        }

        if (i == n) {
            return true;
        }
    }

    return false;
}


static bool
auth_password_listed(const unsigned char *p, size_t n)
{
    size_t              i;
    const char *const  *word;

    for (word = auth_common; *word; word++) {

        if (strlen(*word) != n) {
            continue;
        }

        for (i = 0; i < n && auth_lower(p[i]) == (unsigned char) (*word)[i];
             i++)
        {
            /* void */
        }

        if (i == n) {
            return true;
        }
    }

    return false;
}


static bool
auth_password_holds(const unsigned char *p, size_t n, const char *name,
    size_t nname)
{
    size_t  at, i;

    for (at = 0; nname >= 3 && at + nname <= n; at++) {

        for (i = 0; i < nname; i++) {
            if (auth_lower(p[at + i]) != auth_lower((unsigned char) name[i])) {
                break;
            }
        }

        if (i == nname) {
            return true;
        }
    }

    return false;
}


auth_password_e
auth_password_check(const auth_password_rules_t *rules, const char *password,
    size_t n)
{
    ptrdiff_t             count;
    const unsigned char  *p;

    p = (const unsigned char *) password;

    if (n > AUTH_PASSWORD_OCTETS) {
        return AUTH_PASSWORD_LONG;
    }

    count = auth_password_characters(p, n);

    if (count < 0) {
        return AUTH_PASSWORD_CHARACTER;
    }

    if ((size_t) count < rules->length) {
        return AUTH_PASSWORD_SHORT;
    }

    if (count > AUTH_PASSWORD_MAX) {
        return AUTH_PASSWORD_LONG;
    }

    if (auth_password_run(p, n) || auth_password_repeated(p, n)
        || auth_password_listed(p, n))
    {
        return AUTH_PASSWORD_COMMON;
    }

    if (rules->name && auth_password_holds(p, n, rules->name, rules->nname)) {
        return AUTH_PASSWORD_NAME;
    }

    return auth_password_kinds(p, n) < rules->kinds ? AUTH_PASSWORD_KINDS
                                                    : AUTH_PASSWORD_OK;
}


bool
auth_password_hash(const char *password, size_t n,
    char hash[AUTH_PASSWORD_HASH])
{
    unsigned char  salt[AUTH_SALT];

    if (n > AUTH_PASSWORD_OCTETS || !auth_random(salt, sizeof(salt))) {
        return false;
    }

    __atomic_fetch_add(&auth_argon_count, 1, __ATOMIC_RELAXED);

    return argon2id_hash_encoded(AUTH_ARGON_PASSES, AUTH_ARGON_MEMORY,
                                 AUTH_ARGON_LANES, password, n, salt,
                                 sizeof(salt), AUTH_HASH, hash,
                                 AUTH_PASSWORD_HASH)
           == ARGON2_OK;
}


bool
auth_password_verify(const char *hash, const char *password, size_t n)
{
    unsigned char  ignored[AUTH_HASH];

    static const unsigned char  salt[AUTH_SALT] = "nobody has this";

    if (n > AUTH_PASSWORD_OCTETS) {
        n = AUTH_PASSWORD_OCTETS;
        hash = NULL;
    }

    __atomic_fetch_add(&auth_argon_count, 1, __ATOMIC_RELAXED);

    if (hash && hash[0]) {
        return argon2id_verify(hash, password, n) == ARGON2_OK;
    }

    (void) argon2id_hash_raw(AUTH_ARGON_PASSES, AUTH_ARGON_MEMORY,
                             AUTH_ARGON_LANES, password, n, salt,
                             sizeof(salt), ignored, sizeof(ignored));

    return false;
}


unsigned long
auth_password_count(void)
{
    return __atomic_load_n(&auth_argon_count, __ATOMIC_RELAXED);
}
