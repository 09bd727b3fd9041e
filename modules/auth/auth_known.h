
/*
 * Tokens that a worker has accepted: pure C.  A token comes with each of its
 * bearer's requests; its signature and claims were checked at the first, and
 * what is left for the others is whether it has expired.  Revocation is looked
 * at elsewhere, each time.
 *
 * A token is known by the SHA-256 of its text: nobody can make another text of
 * the same one, and no token lies in memory here.  Each has one place, and who
 * comes later takes it: only what was accepted is kept, so strangers push
 * nobody out.
 */

#ifndef _AUTH_KNOWN_H_INCLUDED_
#define _AUTH_KNOWN_H_INCLUDED_


#include "auth_token.h"


#define AUTH_KNOWN  512              /* places, a power of two */


typedef struct {
    unsigned char   digest[AUTH_HASH];
    int64_t         accepted_at;     /* s since 1970; 0: nobody is here */
    auth_token_t    token;
} auth_known_place_t;

/* All zero at the start.  Of one process, one set of rules and its keys. */
typedef struct {
    auth_known_place_t  places[AUTH_KNOWN];
} auth_known_t;


/* As auth_token_verify(), and the same answers; without `known` no shorter. */
auth_token_e auth_known_verify(auth_known_t *known,
    const auth_token_rules_t *rules, const char *text, size_t n, int64_t now,
    auth_token_t *token);


#endif /* _AUTH_KNOWN_H_INCLUDED_ */
