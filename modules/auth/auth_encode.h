
/*
 * Octets as text and back, and the few cryptographic words that the pure parts
 * of auth share.  No nginx here: these files are unit-tested and fuzzed.
 */

#ifndef _AUTH_ENCODE_H_INCLUDED_
#define _AUTH_ENCODE_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


#define AUTH_HASH  32              /* octets of SHA-256 and of our keys */
#define AUTH_ID    16              /* octets of a UUID */
#define AUTH_UUID  36              /* characters of one */

/* Characters that n octets take, without padding. */
#define AUTH_BASE64(n)  (((n) * 4 + 2) / 3)
#define AUTH_BASE32(n)  (((n) * 8 + 4) / 5)


/* RFC 4648 with the URL alphabet, no padding; writes AUTH_BASE64(n). */
size_t auth_base64_encode(const unsigned char *in, size_t n, char *out);

/*
 * The number of octets, or -1: another character, padding, bits left over that
 * are not zero, or no room.  One text for each octet string, and no second one.
 */
ptrdiff_t auth_base64_decode(const char *in, size_t n, unsigned char *out,
    size_t size);

/* RFC 4648 base 32, no padding; writes AUTH_BASE32(n). */
size_t auth_base32_encode(const unsigned char *in, size_t n, char *out);

/* 8-4-4-4-12, lower case only when parsed: what we print is what we take. */
void auth_uuid_print(const unsigned char id[AUTH_ID], char out[AUTH_UUID]);
bool auth_uuid_parse(const char *in, size_t n, unsigned char id[AUTH_ID]);

/* HMAC-SHA-256 over `label`, a NUL and the octets. */
bool auth_hmac(const unsigned char key[AUTH_HASH], const char *label,
    const void *data, size_t n, unsigned char out[AUTH_HASH]);

bool auth_sha256(const void *data, size_t n, unsigned char out[AUTH_HASH]);

bool auth_random(unsigned char *out, size_t n);

/* Equal or not, in a time that does not depend on where they differ. */
bool auth_equal(const void *a, const void *b, size_t n);

void auth_wipe(void *data, size_t n);


#endif /* _AUTH_ENCODE_H_INCLUDED_ */
