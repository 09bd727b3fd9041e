
/*
 * Access tokens: JSON Web Tokens (RFC 7519), HS256 by libjwt.
 *
 * libjwt 1.10 takes an empty key for "do not verify", believes the algorithm
 * that the token names, checks neither exp nor who the token is for, and lets
 * a claim stand twice.  So it only writes tokens; they are read here: size,
 * form, the whole header, the key by its number, then the signature, then every
 * claim.
 */

#ifndef _AUTH_TOKEN_H_INCLUDED_
#define _AUTH_TOKEN_H_INCLUDED_


#include "auth_encode.h"


#define AUTH_TOKEN_MAX     3072    /* a cookie holds 4096 with its name */
#define AUTH_TOKEN_LIFE    900     /* s; revocations are remembered longer */
#define AUTH_TOKEN_LEEWAY  60      /* s by which clocks of nodes may differ */
#define AUTH_SCOPE_MAX     1600    /* permissions and their spaces */


/*
 * The AUTH_HASH octets of the key of that number; for 0 the one that signs,
 * whose number is then set.  NULL: there is none.
 */
typedef const unsigned char *(*auth_key_pt)(void *data, uint32_t *id);

/* What this installation's tokens look like. */
typedef struct {
    const char        *issuer;
    const char        *audience;
    auth_key_pt        key;
    void              *data;
} auth_token_rules_t;

typedef struct {
    unsigned char   account[AUTH_ID];
    unsigned char   session[AUTH_ID];
    int64_t         issued_at;     /* s since 1970 */
    int64_t         issued_us;     /* the same in us: a change in the very
                                      second of the issue is told apart */
    int64_t         expires_at;
    unsigned        factors;       /* 1, or 2: a second one was proved; 0: one
                                      is due, until then nobody is in */
    unsigned        assurance;     /* 0 to 4: how sure it is who this is */
    size_t          nscope;
    char            scope[AUTH_SCOPE_MAX];   /* "a.read b.write" */
} auth_token_t;

typedef enum {
    AUTH_TOKEN_OK = 0,
    AUTH_TOKEN_FORM,
    AUTH_TOKEN_ALGORITHM,
    AUTH_TOKEN_TYPE,
    AUTH_TOKEN_HEADER,             /* a member that has no place there */
    AUTH_TOKEN_KEY,
    AUTH_TOKEN_SIGNATURE,
    AUTH_TOKEN_CLAIMS,             /* missing, doubled, of another type */
    AUTH_TOKEN_ISSUER,
    AUTH_TOKEN_AUDIENCE,
    AUTH_TOKEN_EXPIRED,
    AUTH_TOKEN_NOT_YET
} auth_token_e;


/*
 * The token's text, not terminated, in out[AUTH_TOKEN_MAX]; 0: no key, no
 * memory, or it would be too long.
 */
size_t auth_token_issue(const auth_token_rules_t *rules,
    const auth_token_t *token, char *out);

auth_token_e auth_token_verify(const auth_token_rules_t *rules,
    const char *text, size_t n, int64_t now, auth_token_t *token);

/* Does the space-separated list hold this word? */
bool auth_scope_holds(const char *scope, size_t nscope, const char *word,
    size_t nword);


#endif /* _AUTH_TOKEN_H_INCLUDED_ */
