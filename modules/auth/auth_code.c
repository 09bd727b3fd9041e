
#include <string.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "auth_code.h"


#define AUTH_SHA1         20
#define AUTH_CODES        1000000              /* 10 ^ AUTH_CODE */
#define AUTH_CODES_MOST   (UINT32_MAX - UINT32_MAX % AUTH_CODES)


bool
auth_code_new(char code[AUTH_CODE])
{
    int        i;
    uint32_t   n;

    do {
        if (!auth_random((unsigned char *) &n, sizeof(n))) {
            return false;
        }

    } while (n >= AUTH_CODES_MOST);

    for (i = AUTH_CODE - 1; i >= 0; i--) {
        code[i] = (char) ('0' + n % 10);
        n /= 10;
    }

    return true;
}


bool
auth_code_hash(const unsigned char key[AUTH_HASH], const char *purpose,
    const unsigned char phone_index[AUTH_ID], const char *code, size_t n,
    unsigned char hash[AUTH_HASH])
{
    unsigned char  input[AUTH_ID + AUTH_CODE];

    if (n != AUTH_CODE) {
        return false;
    }

    memcpy(input, phone_index, AUTH_ID);
    memcpy(input + AUTH_ID, code, AUTH_CODE);

    return auth_hmac(key, purpose, input, sizeof(input), hash);
}


bool
auth_recovery_new(char code[AUTH_RECOVERY])
{
    unsigned char  octets[AUTH_RECOVERY * 5 / 8];

    return auth_random(octets, sizeof(octets))
           && auth_base32_encode(octets, sizeof(octets), code)
              == AUTH_RECOVERY;
}


bool
auth_recovery_hash(const unsigned char key[AUTH_HASH],
    const unsigned char account[AUTH_ID], const char *code, size_t n,
    unsigned char hash[AUTH_HASH])
{
    char           c;
    size_t         i, used;
    unsigned char  input[AUTH_ID + AUTH_RECOVERY];

    memcpy(input, account, AUTH_ID);
    used = AUTH_ID;

    for (i = 0; i < n; i++) {
        c = code[i];

        if (c == ' ' || c == '-') {
            continue;
        }

        if (c >= 'a' && c <= 'z') {
            c = (char) (c - 'a' + 'A');
        }

        if (used == sizeof(input)
            || !((c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7')))
        {
            return false;
        }

        input[used++] = (unsigned char) c;
    }

    return used == sizeof(input)
           && auth_hmac(key, "recovery", input, sizeof(input), hash);
}


bool
auth_hotp(const unsigned char *secret, size_t nsecret, uint64_t counter,
    unsigned digits, char *out)
{
    int            i;
    unsigned       at;
    uint32_t       number;
    unsigned char  message[8], mac[AUTH_SHA1];

    for (i = 7; i >= 0; i--) {
        message[i] = (unsigned char) counter;
        counter >>= 8;
    }

    if (nsecret == 0 || digits < 6 || digits > 8
        || HMAC(EVP_sha1(), secret, (int) nsecret, message, sizeof(message),
                mac, NULL)
           == NULL)
    {
        return false;
    }

    at = mac[AUTH_SHA1 - 1] & 15;
    number = (uint32_t) (mac[at] & 127) << 24 | (uint32_t) mac[at + 1] << 16
             | (uint32_t) mac[at + 2] << 8 | mac[at + 3];

    for (i = (int) digits - 1; i >= 0; i--) {
        out[i] = (char) ('0' + number % 10);
        number /= 10;
    }

    auth_wipe(mac, sizeof(mac));

    return true;
}


uint64_t
auth_totp_step(const unsigned char *secret, size_t nsecret, const char *code,
    size_t n, int64_t now, uint64_t last)
{
    char      expected[AUTH_TOTP_DIGITS];
    uint64_t  step, first, found;

    if (n != AUTH_TOTP_DIGITS || now < AUTH_TOTP_PERIOD * 2) {
        return 0;
    }

    found = 0;
    first = (uint64_t) now / AUTH_TOTP_PERIOD - AUTH_TOTP_WINDOW;

    for (step = first; step <= first + 2 * AUTH_TOTP_WINDOW; step++) {

        if (auth_hotp(secret, nsecret, step, AUTH_TOTP_DIGITS, expected)
            && auth_equal(expected, code, AUTH_TOTP_DIGITS) && step > last)
        {
            found = step;
        }
    }

    auth_wipe(expected, sizeof(expected));

    return found;
}


bool
auth_verifier_new(char verifier[AUTH_VERIFIER])
{
    unsigned char  octets[AUTH_HASH];

    return auth_random(octets, sizeof(octets))
           && auth_base64_encode(octets, sizeof(octets), verifier)
              == AUTH_VERIFIER;
}


bool
auth_verifier_challenge(const char *verifier, size_t n,
    char challenge[AUTH_VERIFIER])
{
    char           c;
    size_t         i;
    unsigned char  hash[AUTH_HASH];

    if (n < AUTH_VERIFIER || n > AUTH_VERIFIER_MAX) {
        return false;
    }

    for (i = 0; i < n; i++) {
        c = verifier[i];

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_'
              || c == '~'))
        {
            return false;
        }
    }

    return auth_sha256(verifier, n, hash)
           && auth_base64_encode(hash, sizeof(hash), challenge)
              == AUTH_VERIFIER;
}
