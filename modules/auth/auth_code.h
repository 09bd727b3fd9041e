
/*
 * One-time codes and recovery codes, the second factor of RFC 6238, and the
 * proof key of RFC 7636: pure C.
 */

#ifndef _AUTH_CODE_H_INCLUDED_
#define _AUTH_CODE_H_INCLUDED_


#include "auth_encode.h"


#define AUTH_CODE            6     /* digits */
#define AUTH_RECOVERY        16    /* characters of base 32: 80 bits */
#define AUTH_TOTP_SECRET     20    /* octets, as RFC 4226 recommends */
#define AUTH_TOTP_PERIOD     30    /* s */
#define AUTH_TOTP_DIGITS     6
#define AUTH_TOTP_WINDOW     1     /* periods before and after */
#define AUTH_VERIFIER        43    /* characters of 32 random octets */
#define AUTH_VERIFIER_MAX    128   /* RFC 7636, 4.1 */


/* Every code is as likely as any other. */
bool auth_code_new(char code[AUTH_CODE]);

/*
 * What the database keeps: six digits alone would be found by trying, so the
 * hash has a key, and it stands for one phone and one purpose only.
 */
bool auth_code_hash(const unsigned char key[AUTH_HASH], const char *purpose,
    const unsigned char phone_index[AUTH_ID], const char *code, size_t n,
    unsigned char hash[AUTH_HASH]);

bool auth_recovery_new(char code[AUTH_RECOVERY]);

/* As people write it: any case, with spaces or hyphens. */
bool auth_recovery_hash(const unsigned char key[AUTH_HASH],
    const unsigned char account[AUTH_ID], const char *code, size_t n,
    unsigned char hash[AUTH_HASH]);

/* RFC 4226, 5.3 (HMAC-SHA-1), the number with leading zeros. */
bool auth_hotp(const unsigned char *secret, size_t nsecret, uint64_t counter,
    unsigned digits, char *out);

/*
 * The step that the code belongs to, when it is later than `last` and within
 * the window around `now`; else 0.  A step counts once: keep it.
 */
uint64_t auth_totp_step(const unsigned char *secret, size_t nsecret,
    const char *code, size_t n, int64_t now, uint64_t last);

/* RFC 7636: a new verifier, and the S256 challenge of one. */
bool auth_verifier_new(char verifier[AUTH_VERIFIER]);
bool auth_verifier_challenge(const char *verifier, size_t n,
    char challenge[AUTH_VERIFIER]);


#endif /* _AUTH_CODE_H_INCLUDED_ */
