
#include "ln_crypto.h"
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>


#define LN_SEAL_VERSION  1
#define LN_SEAL_NONCE    12
#define LN_SEAL_TAG      16


ngx_int_t
ln_sha256(const ngx_str_t *parts, ngx_uint_t n, u_char digest[LN_SHA256])
{
    /* fetching an algorithm costs as much as hashing a request's key */
    static EVP_MD      *sha256;
    static EVP_MD_CTX  *ctx;

    ngx_uint_t  i;

    if (ctx == NULL) {
        sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
        ctx = EVP_MD_CTX_new();

        if (sha256 == NULL || ctx == NULL) {
            return NGX_ERROR;
        }
    }

    if (EVP_DigestInit_ex(ctx, sha256, NULL) != 1) {
        return NGX_ERROR;
    }

    for (i = 0; i < n; i++) {
        if (EVP_DigestUpdate(ctx, parts[i].data, parts[i].len) != 1) {
            return NGX_ERROR;
        }
    }

    return EVP_DigestFinal_ex(ctx, digest, NULL) == 1 ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ln_hmac(const u_char key[32], const u_char *data, size_t len,
    u_char mac[LN_SHA256])
{
    return HMAC(EVP_sha256(), key, 32, data, len, mac, NULL)
           ? NGX_OK : NGX_ERROR;
}


ngx_uint_t
ln_equal(const u_char *a, const u_char *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}


ngx_int_t
ln_seal(const u_char key[32], const ngx_str_t *in, const ngx_str_t *bound,
    ngx_str_t *out)
{
    int              n, ok;
    u_char          *nonce, *text;
    EVP_CIPHER_CTX  *ctx;

    out->data[0] = LN_SEAL_VERSION;
    nonce = out->data + 1;
    text = nonce + LN_SEAL_NONCE;

    ctx = EVP_CIPHER_CTX_new();

    ok = ctx && RAND_bytes(nonce, LN_SEAL_NONCE) == 1
         && EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, nonce) == 1
         && EVP_EncryptUpdate(ctx, NULL, &n, bound->data, bound->len) == 1
         && EVP_EncryptUpdate(ctx, text, &n, in->data, in->len) == 1
         && EVP_EncryptFinal_ex(ctx, text + in->len, &n) == 1
         && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, LN_SEAL_TAG,
                                text + in->len)
            == 1;

    EVP_CIPHER_CTX_free(ctx);

    out->len = in->len + LN_SEAL_MORE;

    return ok ? NGX_OK : NGX_ERROR;
}


ngx_int_t
ln_open(const u_char key[32], const ngx_str_t *in, const ngx_str_t *bound,
    ngx_str_t *out)
{
    int              n, ok;
    u_char          *nonce, *text;
    EVP_CIPHER_CTX  *ctx;

    if (in->len < LN_SEAL_MORE || in->data[0] != LN_SEAL_VERSION) {
        return NGX_ERROR;
    }

    nonce = in->data + 1;
    text = nonce + LN_SEAL_NONCE;
    out->len = in->len - LN_SEAL_MORE;

    ctx = EVP_CIPHER_CTX_new();

    ok = ctx
         && EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key, nonce) == 1
         && EVP_DecryptUpdate(ctx, NULL, &n, bound->data, bound->len) == 1
         && EVP_DecryptUpdate(ctx, out->data, &n, text, out->len) == 1
         && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, LN_SEAL_TAG,
                                text + out->len)
            == 1
         && EVP_DecryptFinal_ex(ctx, out->data + out->len, &n) == 1;

    EVP_CIPHER_CTX_free(ctx);

    return ok ? NGX_OK : NGX_ERROR;
}
