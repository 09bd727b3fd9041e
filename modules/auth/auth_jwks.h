
/*
 * Public keys of an identity provider (RFC 7517), as OpenSSL keeps them: pure
 * C.  Parsing a key costs more than checking with it, so a set is read once.
 */

#ifndef _AUTH_JWKS_H_INCLUDED_
#define _AUTH_JWKS_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>

#include <openssl/evp.h>


#define AUTH_JWKS      32          /* keys of one set that are looked at */
#define AUTH_JWK_KID   128         /* characters of a key's name */


/* What may sign an ID token; whatever else a set holds is passed over. */
typedef enum {
    AUTH_RS256 = 0,                /* RSA of 2048 to 8192 bits */
    AUTH_ES256                     /* P-256 */
} auth_alg_e;

typedef struct {
    char         kid[AUTH_JWK_KID];
    size_t       nkid;             /* 0: it has no name */
    auth_alg_e   alg;
    EVP_PKEY    *key;
} auth_jwk_t;

typedef struct {
    auth_jwk_t   keys[AUTH_JWKS];
    size_t       n;
} auth_jwks_t;


/* False: not a set of keys, or none of it is of use.  Free it all the same. */
bool auth_jwks_read(const char *json, size_t n, auth_jwks_t *jwks);
void auth_jwks_free(auth_jwks_t *jwks);

/*
 * The key of that name and kind; without a name the only one of that kind.
 * NULL: there is none.
 */
const auth_jwk_t *auth_jwks_find(const auth_jwks_t *jwks, auth_alg_e alg,
    const char *kid, size_t nkid);


#endif /* _AUTH_JWKS_H_INCLUDED_ */
