
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "ln_key.h"


#define LN_KEY_PURPOSE  64


bool
ln_key_derive(const void *secret, size_t length, const char *purpose,
    unsigned char key[LN_KEY])
{
    bool           done;
    size_t         n;
    unsigned char  prk[LN_KEY], block[LN_KEY_PURPOSE + 1];

    static const unsigned char  salt[LN_KEY] = "legalnet";

    n = strlen(purpose);

    if (n > LN_KEY_PURPOSE) {
        return false;
    }

    memcpy(block, purpose, n);
    block[n] = 1;

    done = HMAC(EVP_sha256(), salt, sizeof(salt), secret, length, prk, NULL)
           && HMAC(EVP_sha256(), prk, sizeof(prk), block, n + 1, key, NULL);

    OPENSSL_cleanse(prk, sizeof(prk));

    return done;
}
