
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "ln_cipher.h"
#include "ln_key.h"


#define LN_GCM_NONCE  12
#define LN_GCM_TAG    16
#define LN_SM3_TAG    32


/* Where the parts of sealed bytes are. */
typedef struct {
    ln_cipher_e           algorithm;
    uint32_t              id;
    size_t                head;          /* algorithm and key id */
    size_t                nonce;
    size_t                tag;
} ln_cipher_parts_t;


static bool ln_cipher_parts(const unsigned char *in, size_t length,
    ln_cipher_parts_t *parts);
static size_t ln_cipher_head(ln_cipher_e algorithm, uint32_t id,
    unsigned char *out, ln_cipher_parts_t *parts);
static bool ln_gcm(bool seal, const ln_cipher_key_t *key, const char *field,
    const ln_cipher_parts_t *parts, const unsigned char *head,
    const unsigned char *in, size_t length, unsigned char *out,
    unsigned char *tag);
static bool ln_sm4(const ln_cipher_key_t *key, const unsigned char *nonce,
    const unsigned char *in, size_t length, unsigned char *out);
static bool ln_sm3(const ln_cipher_key_t *key, const char *field,
    const unsigned char *sealed, size_t length, unsigned char tag[LN_SM3_TAG]);
static size_t ln_mask_ends(const unsigned char *text, size_t length,
    size_t head, size_t tail, unsigned char *out);


bool
ln_cipher_key(ln_cipher_key_t *key, uint32_t id,
    const unsigned char secret[LN_CIPHER_KEY])
{
    key->id = id;

    return ln_key_derive(secret, LN_CIPHER_KEY, "field aes-256-gcm", key->aes)
           && ln_key_derive(secret, LN_CIPHER_KEY, "field sm4-ctr", key->sm4)
           && ln_key_derive(secret, LN_CIPHER_KEY, "field hmac-sm3", key->sm3);
}


size_t
ln_cipher_seal(const ln_cipher_key_t *key, ln_cipher_e algorithm,
    const char *field, const void *text, size_t length, unsigned char *out)
{
    unsigned char  nonce[LN_CIPHER_NONCE];

    if (RAND_bytes(nonce, sizeof(nonce)) != 1) {
        return 0;
    }

    return ln_cipher_seal_with(key, algorithm, field, nonce, text, length,
                               out);
}


size_t
ln_cipher_seal_with(const ln_cipher_key_t *key, ln_cipher_e algorithm,
    const char *field, const unsigned char nonce[LN_CIPHER_NONCE],
    const void *text, size_t length, unsigned char *out)
{
    bool               done;
    size_t             start;
    unsigned char     *tag;
    ln_cipher_parts_t  parts;

    if (strlen(field) > LN_CIPHER_FIELD || length > INT32_MAX) {
        return 0;
    }

    start = ln_cipher_head(algorithm, key->id, out, &parts);
    memcpy(out + start, nonce, parts.nonce);
    start += parts.nonce;
    tag = out + start + length;

    if (algorithm == LN_CIPHER_AES_GCM) {
        done = ln_gcm(true, key, field, &parts, out, text, length,
                      out + start, tag);

    } else {
        done = ln_sm4(key, out + parts.head, text, length, out + start)
               && ln_sm3(key, field, out, start + length, tag);
    }

    return done ? start + length + parts.tag : 0;
}


bool
ln_cipher_key_id(const void *sealed, size_t length, uint32_t *id)
{
    ln_cipher_parts_t  parts;

    if (!ln_cipher_parts(sealed, length, &parts)) {
        return false;
    }

    *id = parts.id;

    return true;
}


bool
ln_cipher_open(const ln_cipher_key_t *key, const char *field,
    const void *sealed, size_t length, unsigned char *out, size_t *written)
{
    bool                  done;
    size_t                start, n;
    unsigned char         mac[LN_SM3_TAG], tag[LN_GCM_TAG];
    ln_cipher_parts_t     parts;
    const unsigned char  *in;

    in = sealed;

    if (!ln_cipher_parts(in, length, &parts) || parts.id != key->id
        || strlen(field) > LN_CIPHER_FIELD || length > INT32_MAX)
    {
        return false;
    }

    start = parts.head + parts.nonce;
    n = length - start - parts.tag;

    if (parts.algorithm == LN_CIPHER_AES_GCM) {
        memcpy(tag, in + start + n, LN_GCM_TAG);
        done = ln_gcm(false, key, field, &parts, in, in + start, n, out, tag);

    } else {
        done = ln_sm3(key, field, in, start + n, mac)
               && CRYPTO_memcmp(mac, in + start + n, LN_SM3_TAG) == 0
               && ln_sm4(key, in + parts.head, in + start, n, out);
    }

    if (!done) {
        OPENSSL_cleanse(out, n);
        return false;
    }

    *written = n;

    return true;
}


static bool
ln_cipher_parts(const unsigned char *in, size_t length,
    ln_cipher_parts_t *parts)
{
    size_t    i;
    uint64_t  id;

    if (length < 2
        || (in[0] != LN_CIPHER_AES_GCM && in[0] != LN_CIPHER_SM4_SM3))
    {
        return false;
    }

    id = 0;

    for (i = 1; i < length && i <= 5; i++) {

        id |= (uint64_t) (in[i] & 0x7f) << 7 * (i - 1);

        if ((in[i] & 0x80) == 0) {
            break;
        }
    }

    /* one form only: no digits that stand for nothing */
    if (i == length || i > 5 || id == 0 || id > INT32_MAX
        || (i > 1 && in[i] == 0))
    {
        return false;
    }

    parts->algorithm = in[0];
    parts->id = (uint32_t) id;
    parts->head = i + 1;
    parts->nonce = in[0] == LN_CIPHER_AES_GCM ? LN_GCM_NONCE
                                              : LN_CIPHER_NONCE;
    parts->tag = in[0] == LN_CIPHER_AES_GCM ? LN_GCM_TAG : LN_SM3_TAG;

    return length >= parts->head + parts->nonce + parts->tag;
}


static size_t
ln_cipher_head(ln_cipher_e algorithm, uint32_t id, unsigned char *out,
    ln_cipher_parts_t *parts)
{
    size_t  n;

    out[0] = (unsigned char) algorithm;

    for (n = 1; id >= 0x80; n++, id >>= 7) {
        out[n] = (unsigned char) (0x80 | (id & 0x7f));
    }

    out[n++] = (unsigned char) id;

    parts->head = n;
    parts->nonce = algorithm == LN_CIPHER_AES_GCM ? LN_GCM_NONCE
                                                  : LN_CIPHER_NONCE;
    parts->tag = algorithm == LN_CIPHER_AES_GCM ? LN_GCM_TAG : LN_SM3_TAG;

    return n;
}


/* Both ways: the tag is written or compared. */

static bool
ln_gcm(bool seal, const ln_cipher_key_t *key, const char *field,
    const ln_cipher_parts_t *parts, const unsigned char *head,
    const unsigned char *in, size_t length, unsigned char *out,
    unsigned char *tag)
{
    int              n, on;
    bool             done;
    unsigned char    none[LN_GCM_TAG];
    EVP_CIPHER_CTX  *ctx;

    ctx = EVP_CIPHER_CTX_new();
    on = seal ? 1 : 0;

    done = ctx
           && EVP_CipherInit_ex(ctx, EVP_aes_256_gcm(), NULL, key->aes,
                                head + parts->head, on) == 1
           && EVP_CipherUpdate(ctx, NULL, &n, head, (int) parts->head) == 1
           && EVP_CipherUpdate(ctx, NULL, &n, (const unsigned char *) field,
                               (int) strlen(field)) == 1
           && (length == 0
               || EVP_CipherUpdate(ctx, out, &n, in, (int) length) == 1)
           && (seal || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG,
                                           LN_GCM_TAG, tag) == 1)
           && EVP_CipherFinal_ex(ctx, none, &n) == 1
           && (!seal || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG,
                                            LN_GCM_TAG, tag) == 1);

    EVP_CIPHER_CTX_free(ctx);

    return done;
}


/* Encrypts what is clear, and the other way round. */

static bool
ln_sm4(const ln_cipher_key_t *key, const unsigned char *nonce,
    const unsigned char *in, size_t length, unsigned char *out)
{
    int              n;
    bool             done;
    EVP_CIPHER_CTX  *ctx;

    ctx = EVP_CIPHER_CTX_new();

    done = ctx
           && EVP_EncryptInit_ex(ctx, EVP_sm4_ctr(), NULL, key->sm4, nonce)
              == 1
           && (length == 0
               || EVP_EncryptUpdate(ctx, out, &n, in, (int) length) == 1);

    EVP_CIPHER_CTX_free(ctx);

    return done;
}


static bool
ln_sm3(const ln_cipher_key_t *key, const char *field,
    const unsigned char *sealed, size_t length, unsigned char tag[LN_SM3_TAG])
{
    bool           done;
    size_t         n;
    EVP_PKEY      *pkey;
    EVP_MD_CTX    *ctx;
    unsigned char  name;

    /* its length first: a name cannot run into what follows it */
    name = (unsigned char) strlen(field);
    n = LN_SM3_TAG;

    pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL, key->sm3,
                                        sizeof(key->sm3));
    ctx = EVP_MD_CTX_new();

    done = pkey && ctx
           && EVP_DigestSignInit(ctx, NULL, EVP_sm3(), NULL, pkey) == 1
           && EVP_DigestSignUpdate(ctx, &name, 1) == 1
           && EVP_DigestSignUpdate(ctx, field, name) == 1
           && EVP_DigestSignUpdate(ctx, sealed, length) == 1
           && EVP_DigestSignFinal(ctx, tag, &n) == 1
           && n == LN_SM3_TAG;

    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(pkey);

    return done;
}


size_t
ln_cipher_normal(const char *field, const void *text, size_t length,
    unsigned char *out)
{
    size_t                i, n, skip, name;
    unsigned char         c;
    const unsigned char  *in;

    in = text;
    n = 0;

    for (i = 0; i < length; i++) {
        c = in[i];

        if (c == ' ' || c == '-' || c == '(' || c == ')') {
            continue;
        }

        out[n++] = c >= 'a' && c <= 'z' ? (unsigned char) (c - 0x20) : c;
    }

    name = strlen(field);

    if (name < 5 || strcmp(field + name - 5, "phone") != 0) {
        return n;
    }

    skip = n == 14 && memcmp(out, "+86", 3) == 0 ? 3
           : n == 15 && memcmp(out, "0086", 4) == 0 ? 4
           : n == 13 && memcmp(out, "86", 2) == 0 ? 2 : 0;

    if (skip && out[skip] == '1') {
        memmove(out, out + skip, n - skip);
        n -= skip;
    }

    return n;
}


bool
ln_cipher_blind(const unsigned char key[LN_CIPHER_KEY], const char *field,
    const void *normal, size_t length, unsigned char index[LN_BLIND])
{
    bool           done;
    size_t         n;
    EVP_PKEY      *pkey;
    EVP_MD_CTX    *ctx;
    unsigned char  mac[32];

    n = sizeof(mac);

    pkey = EVP_PKEY_new_raw_private_key(EVP_PKEY_HMAC, NULL, key,
                                        LN_CIPHER_KEY);
    ctx = EVP_MD_CTX_new();

    done = pkey && ctx
           && EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, pkey) == 1
           && EVP_DigestSignUpdate(ctx, field, strlen(field)) == 1
           && EVP_DigestSignUpdate(ctx, "|", 1) == 1
           && EVP_DigestSignUpdate(ctx, normal, length) == 1
           && EVP_DigestSignFinal(ctx, mac, &n) == 1;

    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(pkey);

    if (done) {
        memcpy(index, mac, LN_BLIND);
    }

    OPENSSL_cleanse(mac, sizeof(mac));

    return done;
}


size_t
ln_mask_number(const void *text, size_t length, unsigned char *out)
{
    size_t                i;
    const unsigned char  *in;

    in = text;

    for (i = 0; i < length; i++) {
        if (in[i] >= 0x80) {
            /* no number: nothing of it is shown */
            return ln_mask_ends(in, length, 0, 0, out);
        }
    }

    if (length >= 11) {
        return ln_mask_ends(text, length, 3, 4, out);
    }

    return ln_mask_ends(text, length, 0, length >= 6 ? 2 : 0, out);
}


static size_t
ln_mask_ends(const unsigned char *text, size_t length, size_t head,
    size_t tail, unsigned char *out)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < length; i++) {

        if (i < head || i >= length - tail) {
            out[n++] = text[i];
            continue;
        }

        /* one for a character, whatever it is made of */
        if ((text[i] & 0xc0) != 0x80) {
            out[n++] = '*';
        }
    }

    return n;
}


size_t
ln_mask_name(const void *text, size_t length, unsigned char *out)
{
    size_t                first;
    const unsigned char  *in;

    in = text;

    for (first = length ? 1 : 0;
         first < length && (in[first] & 0xc0) == 0x80;
         first++)
    { /* void */ }

    if (first == length) {
        first = 0;
    }

    return ln_mask_ends(in, length, first, 0, out);
}
