
/*
 * Certificates of persons (a UKey's): what stays the same of one.  Pure C over
 * OpenSSL.  Whether an authority stands behind it is nginx's to say
 * (ssl_verify_client), not decided here.
 */

#ifndef _AUTH_X509_H_INCLUDED_
#define _AUTH_X509_H_INCLUDED_


#include "auth_encode.h"


#define AUTH_X509_MAX     8192             /* octets of PEM */
#define AUTH_X509_ISSUER  (2 * AUTH_HASH)  /* hexadecimal characters */
#define AUTH_X509_SERIAL  40               /* of at most 20 octets, RFC 5280,
                                              4.1.2.2 */


/* An authority gives a serial number once: the two name a certificate. */
typedef struct {
    char          issuer[AUTH_X509_ISSUER + 1];  /* SHA-256 of its name */
    char          serial[AUTH_X509_SERIAL + 1];  /* hexadecimal, upper case */
} auth_x509_t;


/*
 * One certificate in PEM, its lines ended as one likes; false: it is none, or
 * there is more than one, or its serial number is zero, negative or too long.
 */
bool auth_x509_read(const char *pem, size_t n, auth_x509_t *out);


#endif /* _AUTH_X509_H_INCLUDED_ */
