
#include <string.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "auth_x509.h"


static bool x509_issuer(X509 *certificate, auth_x509_t *out);
static bool x509_serial(X509 *certificate, auth_x509_t *out);
static int x509_no_password(char *buf, int size, int rwflag, void *data);


bool
auth_x509_read(const char *pem, size_t n, auth_x509_t *out)
{
    BIO   *bio;
    bool   good;
    X509  *certificate, *second;

    if (n == 0 || n > AUTH_X509_MAX) {
        return false;
    }

    bio = BIO_new_mem_buf(pem, (int) n);
    if (bio == NULL) {
        return false;
    }

    certificate = PEM_read_bio_X509(bio, NULL, x509_no_password, NULL);
    second = certificate ? PEM_read_bio_X509(bio, NULL, x509_no_password,
                                             NULL)
                         : NULL;

    good = certificate && second == NULL && x509_issuer(certificate, out)
           && x509_serial(certificate, out);

    X509_free(second);
    X509_free(certificate);
    BIO_free(bio);

    /* nginx would find it in the queue and think that it was its own */
    ERR_clear_error();

    return good;
}


static bool
x509_issuer(X509 *certificate, auth_x509_t *out)
{
    int                   i, length;
    unsigned char         hash[AUTH_HASH], *der;

    static const char     digits[] = "0123456789abcdef";

    der = NULL;
    length = i2d_X509_NAME(X509_get_issuer_name(certificate), &der);

    if (length <= 0 || !auth_sha256(der, (size_t) length, hash)) {
        OPENSSL_free(der);
        return false;
    }

    OPENSSL_free(der);

    for (i = 0; i < AUTH_HASH; i++) {
        out->issuer[2 * i] = digits[hash[i] >> 4];
        out->issuer[2 * i + 1] = digits[hash[i] & 15];
    }

    out->issuer[AUTH_X509_ISSUER] = '\0';

    return true;
}


static bool
x509_serial(X509 *certificate, auth_x509_t *out)
{
    bool     good;
    char    *text;
    BIGNUM  *number;

    number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), NULL);
    text = number ? BN_bn2hex(number) : NULL;

    good = text && !BN_is_zero(number) && !BN_is_negative(number)
           && strlen(text) <= AUTH_X509_SERIAL;

    if (good) {
        memcpy(out->serial, text, strlen(text) + 1);
    }

    OPENSSL_free(text);
    BN_free(number);

    return good;
}


/* OpenSSL's own would ask at the terminal. */

static int
x509_no_password(char *buf, int size, int rwflag, void *data)
{
    (void) buf;
    (void) size;
    (void) rwflag;
    (void) data;

    return -1;
}
