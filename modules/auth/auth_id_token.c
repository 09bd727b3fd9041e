
#include <stdlib.h>
#include <string.h>

#include <openssl/ecdsa.h>
#include <openssl/err.h>

#include "auth_encode.h"
#include "auth_id_token.h"


#define ID_SIGNATURE  1024         /* octets, of the largest key that we take */
#define ID_ES256      64           /* octets of r and s */


/* The three parts, and what is signed. */
typedef struct {
    const char     *part[3];
    size_t          length[3];
} id_parts_t;


static const char *const  id_names[] = {
    "ok", "unknown_key", "malformed", "algorithm", "signature", "issuer",
    "audience", "expired", "time", "nonce", "subject"
};

_Static_assert(sizeof(id_names) / sizeof(id_names[0]) == AUTH_ID_RESULTS,
               "a name for every result");


const char *
auth_id_name(auth_id_e result)
{
    return id_names[result];
}


static bool
id_split(const char *token, size_t n, id_parts_t *parts)
{
    size_t       i;
    const char  *dot, *p;

    p = token;

    for (i = 0; i < 3; i++) {
        dot = memchr(p, '.', token + n - p);

        if ((i < 2) != (dot != NULL)) {
            return false;
        }

        parts->part[i] = p;
        parts->length[i] = (dot ? dot : token + n) - p;
        p = dot ? dot + 1 : p;
    }

    return parts->length[0] && parts->length[1] && parts->length[2];
}


static json_t *
id_object(const char *text, size_t n)
{
    json_t         *root;
    ptrdiff_t       length;
    unsigned char  *octets;

    octets = malloc(n);
    length = octets ? auth_base64_decode(text, n, octets, n) : -1;
    root = length < 0 ? NULL
                      : json_loadb((char *) octets, length,
                                   JSON_REJECT_DUPLICATES, NULL);
    free(octets);

    if (root && !json_is_object(root)) {
        json_decref(root);
        return NULL;
    }

    return root;
}


static bool
id_text_is(const json_t *value, const char *text, size_t n)
{
    return json_is_string(value) && json_string_length(value) == n
           && memcmp(json_string_value(value), text, n) == 0;
}


/* Which key: nothing of a token but its first part has been looked at. */

static auth_id_e
id_key(const auth_jwks_t *jwks, const json_t *header, const auth_jwk_t **key)
{
    auth_alg_e     alg;
    const json_t  *name, *kid, *typ;

    name = json_object_get(header, "alg");
    kid = json_object_get(header, "kid");
    typ = json_object_get(header, "typ");

    if (id_text_is(name, "RS256", 5)) {
        alg = AUTH_RS256;

    } else if (id_text_is(name, "ES256", 5)) {
        alg = AUTH_ES256;

    } else {
        return AUTH_ID_ALGORITHM;
    }

    /* what we do not understand but should: RFC 7515, 4.1.11 */
    if (json_object_get(header, "crit") || (kid && !json_is_string(kid))
        || (typ && !id_text_is(typ, "JWT", 3)))
    {
        return AUTH_ID_MALFORMED;
    }

    *key = auth_jwks_find(jwks, alg, kid ? json_string_value(kid) : NULL,
                          kid ? json_string_length(kid) : 0);

    return *key ? AUTH_ID_OK : AUTH_ID_UNKNOWN_KEY;
}


/* RFC 7518, 3.4: r and s as they are; OpenSSL wants them in DER. */

static ptrdiff_t
id_der(const unsigned char *raw, ptrdiff_t n, unsigned char *der)
{
    int         length;
    BIGNUM     *r, *s;
    ECDSA_SIG  *signature;

    if (n != ID_ES256) {
        return -1;
    }

    r = BN_bin2bn(raw, ID_ES256 / 2, NULL);
    s = BN_bin2bn(raw + ID_ES256 / 2, ID_ES256 / 2, NULL);
    signature = ECDSA_SIG_new();

    if (r == NULL || s == NULL || signature == NULL
        || ECDSA_SIG_set0(signature, r, s) != 1)
    {
        BN_free(r);
        BN_free(s);
        ECDSA_SIG_free(signature);
        return -1;
    }

    length = i2d_ECDSA_SIG(signature, &der);
    ECDSA_SIG_free(signature);

    return length;
}


static bool
id_signed(const auth_jwk_t *key, const id_parts_t *parts)
{
    bool            good;
    ptrdiff_t       n;
    EVP_MD_CTX     *ctx;
    unsigned char   raw[ID_SIGNATURE], der[ID_SIGNATURE];

    n = auth_base64_decode(parts->part[2], parts->length[2], raw,
                           sizeof(raw));

    if (n > 0 && key->alg == AUTH_ES256) {
        n = id_der(raw, n, der);
        memcpy(raw, der, n > 0 ? n : 0);
    }

    if (n <= 0) {
        return false;
    }

    ctx = EVP_MD_CTX_new();

    good = ctx
           && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key->key)
              == 1
           && EVP_DigestVerify(ctx, raw, n,
                               (const unsigned char *) parts->part[0],
                               parts->length[0] + 1 + parts->length[1])
              == 1;

    EVP_MD_CTX_free(ctx);
    ERR_clear_error();

    return good;
}


/* For us, and if also for others then handed out to us. */

static bool
id_audience(const json_t *claims, const char *client_id)
{
    size_t         i, n;
    bool           found;
    const json_t  *aud, *azp;

    n = strlen(client_id);
    aud = json_object_get(claims, "aud");
    azp = json_object_get(claims, "azp");

    if (azp && !id_text_is(azp, client_id, n)) {
        return false;
    }

    if (json_is_string(aud)) {
        return id_text_is(aud, client_id, n);
    }

    found = false;

    for (i = 0; i < json_array_size(aud); i++) {
        found |= id_text_is(json_array_get(aud, i), client_id, n);
    }

    return found && (json_array_size(aud) == 1 || azp);
}


static auth_id_e
id_times(const json_t *claims, int64_t now)
{
    const json_t  *exp, *iat, *nbf;

    exp = json_object_get(claims, "exp");
    iat = json_object_get(claims, "iat");
    nbf = json_object_get(claims, "nbf");

    if (!json_is_integer(exp) || !json_is_integer(iat)
        || (nbf && !json_is_integer(nbf)))
    {
        return AUTH_ID_MALFORMED;
    }

    if (json_integer_value(exp) <= now - AUTH_ID_LEEWAY) {
        return AUTH_ID_EXPIRED;
    }

    if (json_integer_value(iat) > now + AUTH_ID_LEEWAY
        || json_integer_value(iat) < now - AUTH_ID_AGE - AUTH_ID_LEEWAY
        || (nbf && json_integer_value(nbf) > now + AUTH_ID_LEEWAY))
    {
        return AUTH_ID_TIME;
    }

    return AUTH_ID_OK;
}


static auth_id_e
id_subject(const json_t *claims)
{
    size_t         i, n;
    const char    *text;
    const json_t  *sub;

    sub = json_object_get(claims, "sub");
    n = json_string_length(sub);

    if (n == 0 || n > AUTH_ID_SUBJECT) {
        return AUTH_ID_WHO;
    }

    text = json_string_value(sub);

    for (i = 0; i < n; i++) {
        if (text[i] <= ' ' || text[i] > '~') {
            return AUTH_ID_WHO;
        }
    }

    return AUTH_ID_OK;
}


static auth_id_e
id_claims(const auth_id_rules_t *rules, const json_t *claims)
{
    auth_id_e      rc;
    const json_t  *nonce;

    if (!id_text_is(json_object_get(claims, "iss"), rules->issuer,
                    strlen(rules->issuer)))
    {
        return AUTH_ID_ISSUER;
    }

    if (!id_audience(claims, rules->client_id)) {
        return AUTH_ID_AUDIENCE;
    }

    rc = id_times(claims, rules->now);
    if (rc != AUTH_ID_OK) {
        return rc;
    }

    nonce = json_object_get(claims, "nonce");

    if (json_string_length(nonce) != rules->nnonce || rules->nnonce == 0
        || !auth_equal(json_string_value(nonce), rules->nonce, rules->nnonce))
    {
        return AUTH_ID_NONCE;
    }

    return id_subject(claims);
}


auth_id_e
auth_id_verify(const auth_id_rules_t *rules, const char *token, size_t n,
    json_t **claims)
{
    json_t            *header;
    auth_id_e          rc;
    id_parts_t         parts;
    const auth_jwk_t  *key;

    *claims = NULL;
    key = NULL;

    if (n > AUTH_ID_TOKEN_MAX || !id_split(token, n, &parts)) {
        return AUTH_ID_MALFORMED;
    }

    header = id_object(parts.part[0], parts.length[0]);
    if (header == NULL) {
        return AUTH_ID_MALFORMED;
    }

    rc = id_key(rules->jwks, header, &key);
    json_decref(header);

    if (rc != AUTH_ID_OK) {
        return rc;
    }

    if (!id_signed(key, &parts)) {
        return AUTH_ID_SIGNATURE;
    }

    *claims = id_object(parts.part[1], parts.length[1]);
    if (*claims == NULL) {
        return AUTH_ID_MALFORMED;
    }

    rc = id_claims(rules, *claims);

    if (rc != AUTH_ID_OK) {
        json_decref(*claims);
        *claims = NULL;
    }

    return rc;
}
