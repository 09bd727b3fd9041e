
/*
 * What other servers answer: sets of keys, ID tokens, WeChat.  The first octet
 * chooses.  A token is never accepted: whoever makes these has no key.
 */

#include <stdlib.h>
#include <string.h>

#include "auth_id_token.h"
#include "auth_wechat_answer.h"


static const char  keys[] =
    "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"k\","
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}]}";


static void
token(const char *s, size_t n)
{
    json_t             *claims;
    static auth_jwks_t  jwks;
    auth_id_rules_t     rules = { "i", "c", "n", 1, 1800000000, &jwks };

    if (jwks.n == 0 && !auth_jwks_read(keys, sizeof(keys) - 1, &jwks)) {
        abort();
    }

    if (auth_id_verify(&rules, s, n, &claims) == AUTH_ID_OK || claims) {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auth_jwks_t    jwks;
    auth_wechat_t  found;

    if (n == 0) {
        return 0;
    }

    switch (data[0] % 3) {

    case 0:
        (void) auth_jwks_read((const char *) data + 1, n - 1, &jwks);
        auth_jwks_free(&jwks);
        break;

    case 1:
        token((const char *) data + 1, n - 1);
        break;

    default:
        if (auth_wechat_read((const char *) data + 1, n - 1, &found)
            == AUTH_WECHAT_OK
            && (found.nopenid == 0 || found.nopenid > AUTH_OPENID))
        {
            abort();
        }
    }

    return 0;
}
