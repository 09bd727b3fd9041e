
/*
 * Fields of personal data, encrypted: pure C on OpenSSL, shared with the
 * program `legalnet`.
 *
 *     algorithm  key id    nonce     ciphertext  tag
 *     1 byte     1 to 5    12 or 16              16 or 32
 *
 * 1 is AES-256-GCM (NIST SP 800-38D); 2 is SM4-CTR (GB/T 32907) with HMAC-SM3
 * (GB/T 32905) over all before the tag.  The key id is a number of base 128,
 * the lowest digits first, a set high bit says that more follow.  What is
 * bound with it is everything before the nonce and the field's name
 * ("account.phone"): moved to another column it does not open.
 *
 * The keys of both algorithms are derived from the key of that id by HKDF.
 *
 * A blind index finds equal values without opening any: the first 16 bytes of
 * HMAC-SHA-256 under its own key over the field's name, a bar, and the value
 * in its normal form.
 */

#ifndef _LN_CIPHER_H_INCLUDED_
#define _LN_CIPHER_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


#define LN_CIPHER_KEY    32
#define LN_CIPHER_NONCE  16          /* GCM uses the first 12 of it */
#define LN_CIPHER_MORE   (1 + 5 + 16 + 32)   /* what sealing adds at most */
#define LN_CIPHER_FIELD  64          /* length of a field's name */
#define LN_BLIND         16


typedef enum {
    LN_CIPHER_AES_GCM = 1,
    LN_CIPHER_SM4_SM3 = 2
} ln_cipher_e;

typedef struct {
    uint32_t       id;
    unsigned char  aes[32];
    unsigned char  sm4[32];          /* the first 16 are used */
    unsigned char  sm3[32];
} ln_cipher_key_t;


/* Derives the keys; false: OpenSSL failed. */
bool ln_cipher_key(ln_cipher_key_t *key, uint32_t id,
    const unsigned char secret[LN_CIPHER_KEY]);

/*
 * `out` holds length + LN_CIPHER_MORE bytes; the result is how many were
 * written, 0 when OpenSSL failed or the field's name is too long.  The second
 * takes the nonce from its caller, for test vectors: never twice the same
 * under one key.
 */
size_t ln_cipher_seal(const ln_cipher_key_t *key, ln_cipher_e algorithm,
    const char *field, const void *text, size_t length, unsigned char *out);
size_t ln_cipher_seal_with(const ln_cipher_key_t *key, ln_cipher_e algorithm,
    const char *field, const unsigned char nonce[LN_CIPHER_NONCE],
    const void *text, size_t length, unsigned char *out);

/* Under which key it was sealed; false: these bytes were never sealed. */
bool ln_cipher_key_id(const void *sealed, size_t length, uint32_t *id);

/*
 * `out` holds `length` bytes.  False: changed, of another field, of another
 * key; `out` is wiped then.
 */
bool ln_cipher_open(const ln_cipher_key_t *key, const char *field,
    const void *sealed, size_t length, unsigned char *out, size_t *written);


/*
 * The normal form of a value, for its index: without blanks, hyphens and
 * brackets, capital letters; of a field whose name ends with "phone" without
 * the country code of a number of the mainland.  `out` holds `length` bytes;
 * the result is how many were written.
 */
size_t ln_cipher_normal(const char *field, const void *text, size_t length,
    unsigned char *out);

/* Of the value as it is: give its normal form. */
bool ln_cipher_blind(const unsigned char key[LN_CIPHER_KEY],
    const char *field, const void *normal, size_t length,
    unsigned char index[LN_BLIND]);


/*
 * What may be shown of a value: `out` holds `length` bytes, the result is how
 * many were written.  A phone keeps 3 and 4 characters at its ends, a document
 * number (GB 11643: 18) likewise, so that the day of birth is hidden; shorter
 * ones keep fewer.  A name keeps its first character.
 */
size_t ln_mask_number(const void *text, size_t length, unsigned char *out);
size_t ln_mask_name(const void *text, size_t length, unsigned char *out);


#endif /* _LN_CIPHER_H_INCLUDED_ */
