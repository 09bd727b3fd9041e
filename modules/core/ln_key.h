
/*
 * Keys derived from the key file: pure C on OpenSSL, so that the program
 * `legalnet` derives what the module derives.
 */

#ifndef _LN_KEY_H_INCLUDED_
#define _LN_KEY_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>


#define LN_KEY      32
#define LN_MIN_KEY  32       /* bytes of the key file: no less entropy */
#define LN_MAX_KEY  4096     /* what follows is not read */

/* What a key is for. */
#define LN_PURPOSE_CURSOR       "cursor"
#define LN_PURPOSE_IDEMPOTENCY  "idempotency"
#define LN_PURPOSE_AUDIT        "audit"
#define LN_PURPOSE_QUESTION     "question"


/* HKDF-SHA256 (RFC 5869) to one key; false: OpenSSL failed. */
bool ln_key_derive(const void *secret, size_t length, const char *purpose,
    unsigned char key[LN_KEY]);


#endif /* _LN_KEY_H_INCLUDED_ */
