
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "auth_encode.h"


#define AUTH_HMAC_INPUT  1024      /* octets under one HMAC, label included */


static const char  auth_url_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";


size_t
auth_base64_encode(const unsigned char *in, size_t n, char *out)
{
    char      *p;
    size_t     i;
    unsigned   have;
    uint32_t   bits;

    p = out;
    bits = 0;
    have = 0;

    for (i = 0; i < n; i++) {
        bits = bits << 8 | in[i];
        have += 8;

        while (have >= 6) {
            have -= 6;
            *p++ = auth_url_digits[bits >> have & 63];
        }
    }

    if (have) {
        *p++ = auth_url_digits[bits << (6 - have) & 63];
    }

    return p - out;
}


/* One more than a digit's value, so that what is none is zero. */
static const unsigned char  auth_url_values[256] = {
    ['A'] = 1, ['B'] = 2, ['C'] = 3, ['D'] = 4, ['E'] = 5, ['F'] = 6,
    ['G'] = 7, ['H'] = 8, ['I'] = 9, ['J'] = 10, ['K'] = 11, ['L'] = 12,
    ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16, ['Q'] = 17, ['R'] = 18,
    ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30,
    ['e'] = 31, ['f'] = 32, ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36,
    ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40, ['o'] = 41, ['p'] = 42,
    ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54,
    ['2'] = 55, ['3'] = 56, ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60,
    ['8'] = 61, ['9'] = 62, ['-'] = 63, ['_'] = 64
};


ptrdiff_t
auth_base64_decode(const char *in, size_t n, unsigned char *out, size_t size)
{
    size_t     i, used;
    unsigned   have;
    uint32_t   bits, value;

    if (n % 4 == 1) {
        return -1;
    }

    used = 0;
    bits = 0;
    have = 0;

    for (i = 0; i < n; i++) {

        value = auth_url_values[(unsigned char) in[i]];
        if (value == 0) {
            return -1;
        }

        bits = bits << 6 | (value - 1);
        have += 6;

        if (have >= 8) {

            if (used == size) {
                return -1;
            }

            have -= 8;
            out[used++] = bits >> have & 255;
        }
    }

    return (bits & ((1u << have) - 1)) ? -1 : (ptrdiff_t) used;
}


size_t
auth_base32_encode(const unsigned char *in, size_t n, char *out)
{
    char      *p;
    size_t     i;
    unsigned   have;
    uint32_t   bits;

    static const char  digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    p = out;
    bits = 0;
    have = 0;

    for (i = 0; i < n; i++) {
        bits = bits << 8 | in[i];
        have += 8;

        while (have >= 5) {
            have -= 5;
            *p++ = digits[bits >> have & 31];
        }
    }

    if (have) {
        *p++ = digits[bits << (5 - have) & 31];
    }

    return p - out;
}


void
auth_uuid_print(const unsigned char id[AUTH_ID], char out[AUTH_UUID])
{
    size_t  i;

    static const char  hex[] = "0123456789abcdef";

    for (i = 0; i < AUTH_ID; i++) {

        if (i == 4 || i == 6 || i == 8 || i == 10) {
            *out++ = '-';
        }

        *out++ = hex[id[i] >> 4];
        *out++ = hex[id[i] & 15];
    }
}


static int
auth_hex_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}


bool
auth_uuid_parse(const char *in, size_t n, unsigned char id[AUTH_ID])
{
    int     high, low;
    size_t  i;

    if (n != AUTH_UUID) {
        return false;
    }

    for (i = 0; i < AUTH_ID; i++) {

        if (i == 4 || i == 6 || i == 8 || i == 10) {
            if (*in++ != '-') {
                return false;
            }
        }

        high = auth_hex_value(*in++);
        low = auth_hex_value(*in++);

        if (high < 0 || low < 0) {
            return false;
        }

        id[i] = (unsigned char) (high << 4 | low);
    }

    return true;
}


bool
auth_hmac(const unsigned char key[AUTH_HASH], const char *label,
    const void *data, size_t n, unsigned char out[AUTH_HASH])
{
    bool           done;
    size_t         labelled;
    unsigned char  input[AUTH_HMAC_INPUT];

    labelled = strlen(label) + 1;

    if (labelled > AUTH_HMAC_INPUT || n > AUTH_HMAC_INPUT - labelled) {
        return false;
    }

    memcpy(input, label, labelled);

    if (n) {
        memcpy(input + labelled, data, n);
    }

    done = HMAC(EVP_sha256(), key, AUTH_HASH, input, labelled + n, out, NULL)
           != NULL;

    OPENSSL_cleanse(input, labelled + n);

    return done;
}


bool
auth_sha256(const void *data, size_t n, unsigned char out[AUTH_HASH])
{
    return EVP_Digest(data, n, out, NULL, EVP_sha256(), NULL) == 1;
}


bool
auth_random(unsigned char *out, size_t n)
{
    return RAND_bytes(out, (int) n) == 1;
}


bool
auth_equal(const void *a, const void *b, size_t n)
{
    return CRYPTO_memcmp(a, b, n) == 0;
}


void
auth_wipe(void *data, size_t n)
{
    OPENSSL_cleanse(data, n);
}
