
/*
 * Everything in auth that reads strangers' octets: the first one chooses.
 * A token is never accepted: whoever makes these does not have the key.
 */

#include <stdlib.h>
#include <string.h>

#include "auth_code.h"
#include "auth_cookie.h"
#include "auth_identity.h"
#include "auth_password.h"
#include "auth_token.h"


static const unsigned char  key[AUTH_HASH] = "0123456789abcdef0123456789abcde";


static const unsigned char *
find(void *data, uint32_t *id)
{
    (void) data;

    return *id <= 1 ? key : NULL;
}


static const auth_token_rules_t  rules = { "i", "a", find, NULL };


static void
text_of(const char *s, size_t n)
{
    size_t                 nvalue;
    const char            *value;
    unsigned char          id[AUTH_ID], hash[AUTH_HASH];
    char                   mobile[AUTH_MOBILE];
    char                   challenge[AUTH_VERIFIER], out[AUTH_COOKIE_MAX];
    auth_number_t          number;
    auth_password_rules_t  policy = { 8, 3, "name", 4 };
    auth_cookie_t          cookie = { "a", s, n, "/", "", 0, 1, true, true };

    if (auth_cookie_find(s, n, "ln_at", AUTH_COOKIE_ABSENT, &value, &nvalue)
        == AUTH_COOKIE_FOUND
        && (value < s || value + nvalue > s + n))
    {
        abort();
    }

    (void) auth_cookie_print(&cookie, out);
    (void) auth_origin_is(s, n, "https", "a.cn", 4);
    (void) auth_uuid_parse(s, n, id);
    (void) auth_recovery_hash(key, key, s, n, hash);
    (void) auth_verifier_challenge(s, n, challenge);
    (void) auth_password_check(&policy, s, n);
    (void) auth_scope_holds(s, n, "a.b", 3);
    (void) auth_number_check(AUTH_IDENTITY_CARD, s, n, 20261122, &number);
    (void) auth_number_check(AUTH_FOREIGN_RESIDENCE, s, n, 20261122, &number);
    (void) auth_mobile(s, n, mobile);
    (void) auth_number_check(AUTH_PASSPORT, s, n, 20261122, &number);
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char          *s;
    auth_token_t   token;

    if (n == 0) {
        return 0;
    }

    s = malloc(n);
    if (s == NULL) {
        return 0;
    }

    memcpy(s, data + 1, n - 1);

    if (data[0] & 1) {
        text_of(s, n - 1);

    } else if (auth_token_verify(&rules, s, n - 1, 1800000000, &token)
               == AUTH_TOKEN_OK)
    {
        abort();
    }

    free(s);

    return 0;
}
