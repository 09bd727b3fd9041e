
/* The few cryptographic operations of core, on OpenSSL. */

#ifndef _LN_CRYPTO_H_INCLUDED_
#define _LN_CRYPTO_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define LN_SHA256     32
#define LN_SEAL_MORE  (1 + 12 + 16)  /* what ln_seal() adds: version, nonce,
                                        tag */


/* SHA-256 (FIPS 180-4) of the parts, one after the other. */
ngx_int_t ln_sha256(const ngx_str_t *parts, ngx_uint_t n,
    u_char digest[LN_SHA256]);

/* HMAC-SHA256 (RFC 2104). */
ngx_int_t ln_hmac(const u_char key[32], const u_char *data, size_t len,
    u_char mac[LN_SHA256]);

/* Equal or not, in a time that does not depend on where they differ. */
ngx_uint_t ln_equal(const u_char *a, const u_char *b, size_t len);

/*
 * AES-256-GCM: version byte, 12-byte random nonce, ciphertext, 16-byte tag.
 * `bound` is authenticated with it: sealed under one, it opens under no other.
 * `out` holds in->len + LN_SEAL_MORE (seal) or in->len (open) bytes.
 */
ngx_int_t ln_seal(const u_char key[32], const ngx_str_t *in,
    const ngx_str_t *bound, ngx_str_t *out);
ngx_int_t ln_open(const u_char key[32], const ngx_str_t *in,
    const ngx_str_t *bound, ngx_str_t *out);


#endif /* _LN_CRYPTO_H_INCLUDED_ */
