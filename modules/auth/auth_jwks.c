
#include <string.h>

#include <jansson.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>

#include "auth_encode.h"
#include "auth_jwks.h"


#define JWK_MIN_BITS    2048
#define JWK_MAX_BYTES   1024       /* of a modulus; more only costs time */
#define JWK_MAX_E       8          /* bytes of a public exponent */
#define JWK_POINT       32         /* bytes of a coordinate on P-256 */


static ptrdiff_t
jwk_octets(const json_t *jwk, const char *name, unsigned char *out,
    size_t size)
{
    const json_t  *value;

    value = json_object_get(jwk, name);

    return json_is_string(value)
           ? auth_base64_decode(json_string_value(value),
                                json_string_length(value), out, size)
           : -1;
}


static bool
jwk_is(const json_t *jwk, const char *name, const char *text)
{
    const json_t  *value;

    value = json_object_get(jwk, name);

    return json_is_string(value)
           && json_string_length(value) == strlen(text)
           && strcmp(json_string_value(value), text) == 0;
}


static EVP_PKEY *
jwk_build(const char *type, OSSL_PARAM_BLD *build)
{
    EVP_PKEY      *key;
    OSSL_PARAM    *params;
    EVP_PKEY_CTX  *ctx;

    key = NULL;
    params = OSSL_PARAM_BLD_to_param(build);
    ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);

    if (params == NULL || ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1
        || EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
    {
        key = NULL;
    }

    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);

    return key;
}


static EVP_PKEY *
jwk_rsa(const json_t *jwk)
{
    BIGNUM          *n, *e;
    EVP_PKEY        *key;
    ptrdiff_t        nn, ne;
    OSSL_PARAM_BLD  *build;
    unsigned char    modulus[JWK_MAX_BYTES], exponent[JWK_MAX_E];

    nn = jwk_octets(jwk, "n", modulus, sizeof(modulus));
    ne = jwk_octets(jwk, "e", exponent, sizeof(exponent));

    /* an even one is no exponent, 1 would sign nothing */
    if (nn <= 0 || ne <= 0 || (exponent[ne - 1] & 1) == 0
        || (exponent[ne - 1] == 1 && ne == 1))
    {
        return NULL;
    }

    key = NULL;
    n = BN_bin2bn(modulus, (int) nn, NULL);
    e = BN_bin2bn(exponent, (int) ne, NULL);
    build = OSSL_PARAM_BLD_new();

    if (n && e && build && BN_num_bits(n) >= JWK_MIN_BITS
        && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1
        && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
    {
        key = jwk_build("RSA", build);
    }

    OSSL_PARAM_BLD_free(build);
    BN_free(n);
    BN_free(e);

    return key;
}


/* OpenSSL refuses a point that is not on the curve. */

static EVP_PKEY *
jwk_ec(const json_t *jwk)
{
    EVP_PKEY        *key;
    OSSL_PARAM_BLD  *build;
    unsigned char    point[1 + 2 * JWK_POINT];

    if (!jwk_is(jwk, "crv", "P-256")
        || jwk_octets(jwk, "x", point + 1, JWK_POINT) != JWK_POINT
        || jwk_octets(jwk, "y", point + 1 + JWK_POINT, JWK_POINT)
           != JWK_POINT)
    {
        return NULL;
    }

    point[0] = POINT_CONVERSION_UNCOMPRESSED;
    key = NULL;
    build = OSSL_PARAM_BLD_new();

    if (build
        && OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
                                           "prime256v1", 0) == 1
        && OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY,
                                            point, sizeof(point)) == 1)
    {
        key = jwk_build("EC", build);
    }

    OSSL_PARAM_BLD_free(build);

    return key;
}


/* Keys for other uses and of other kinds are common, and no error. */

static bool
jwk_read(const json_t *jwk, auth_jwk_t *out)
{
    const char    *name;
    const json_t  *kid;

    if (!json_is_object(jwk)
        || (json_object_get(jwk, "use") && !jwk_is(jwk, "use", "sig")))
    {
        return false;
    }

    out->alg = jwk_is(jwk, "kty", "RSA") ? AUTH_RS256 : AUTH_ES256;
    name = (out->alg == AUTH_RS256) ? "RS256" : "ES256";

    if ((out->alg == AUTH_ES256 && !jwk_is(jwk, "kty", "EC"))
        || (json_object_get(jwk, "alg") && !jwk_is(jwk, "alg", name)))
    {
        return false;
    }

    kid = json_object_get(jwk, "kid");
    out->nkid = 0;

    if (kid) {
        out->nkid = json_string_length(kid);

        if (out->nkid == 0 || out->nkid > AUTH_JWK_KID) {
            return false;
        }

        memcpy(out->kid, json_string_value(kid), out->nkid);
    }

    out->key = (out->alg == AUTH_RS256) ? jwk_rsa(jwk) : jwk_ec(jwk);

    return out->key != NULL;
}


bool
auth_jwks_read(const char *json, size_t n, auth_jwks_t *jwks)
{
    size_t         i;
    json_t        *root;
    const json_t  *keys;

    memset(jwks, 0, sizeof(auth_jwks_t));

    root = json_loadb(json, n, JSON_REJECT_DUPLICATES, NULL);
    keys = json_object_get(root, "keys");

    for (i = 0; i < json_array_size(keys) && jwks->n < AUTH_JWKS; i++) {
        if (jwk_read(json_array_get(keys, i), &jwks->keys[jwks->n])) {
            jwks->n++;
        }
    }

    json_decref(root);

    return jwks->n > 0;
}


void
auth_jwks_free(auth_jwks_t *jwks)
{
    while (jwks->n > 0) {
        EVP_PKEY_free(jwks->keys[--jwks->n].key);
    }
}


const auth_jwk_t *
auth_jwks_find(const auth_jwks_t *jwks, auth_alg_e alg, const char *kid,
    size_t nkid)
{
    size_t             i;
    const auth_jwk_t  *key, *found;

    found = NULL;

    for (i = 0; i < jwks->n; i++) {
        key = &jwks->keys[i];

        if (key->alg != alg) {
            continue;
        }

        if (nkid && (key->nkid != nkid || memcmp(key->kid, kid, nkid) != 0)) {
            continue;
        }

        if (found) {
            return NULL;
        }

        found = key;
    }

    return found;
}
