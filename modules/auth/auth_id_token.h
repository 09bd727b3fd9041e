
/*
 * ID tokens of an identity provider (OpenID Connect Core 1.0, 3.1.3.7): pure C.
 *
 * The algorithm is compared before anything is computed with it, and a key is
 * good for its own algorithm only: so neither "none" nor an HS256 signed with
 * the public key gets as far as a signature.
 */

#ifndef _AUTH_ID_TOKEN_H_INCLUDED_
#define _AUTH_ID_TOKEN_H_INCLUDED_


#include <stdint.h>

#include <jansson.h>

#include "auth_jwks.h"


#define AUTH_ID_TOKEN_MAX  16384   /* characters */
#define AUTH_ID_SUBJECT    255     /* characters of `sub`, as the standard */
#define AUTH_ID_LEEWAY     60      /* s by which clocks may differ */
#define AUTH_ID_AGE        600     /* s: it was issued for this sign-in */


typedef enum {
    AUTH_ID_OK = 0,
    AUTH_ID_UNKNOWN_KEY,           /* perhaps the keys were renewed */
    AUTH_ID_MALFORMED,
    AUTH_ID_ALGORITHM,
    AUTH_ID_SIGNATURE,
    AUTH_ID_ISSUER,
    AUTH_ID_AUDIENCE,
    AUTH_ID_EXPIRED,
    AUTH_ID_TIME,                  /* not yet, or issued long ago */
    AUTH_ID_NONCE,
    AUTH_ID_WHO,                   /* no `sub` that could be kept */
    AUTH_ID_RESULTS
} auth_id_e;

typedef struct {
    const char         *issuer;
    const char         *client_id;
    const char         *nonce;
    size_t              nnonce;
    int64_t             now;       /* seconds since 1970 */
    const auth_jwks_t  *jwks;
} auth_id_rules_t;


/* AUTH_ID_OK gives the claims, for json_decref(); anything else NULL. */
auth_id_e auth_id_verify(const auth_id_rules_t *rules, const char *token,
    size_t n, json_t **claims);

/* For the log: one word. */
const char *auth_id_name(auth_id_e result);


#endif /* _AUTH_ID_TOKEN_H_INCLUDED_ */
