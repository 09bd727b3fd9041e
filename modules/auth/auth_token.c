
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <jwt.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "auth_token.h"


#define AUTH_TOKEN_TYPE_NAME  "at+jwt"       /* as in RFC 9068, but a claim */
#define AUTH_HEADER_TYPE      "JWT"          /* libjwt 1.10 takes no other */
#define AUTH_SIGNATURE        43             /* characters of 32 octets */

/* The header as auth_token_issue() writes it, around the number of the key. */
#define AUTH_HEADER_BEFORE    "{\"alg\":\"HS256\",\"kid\":\""
#define AUTH_HEADER_AFTER     "\",\"typ\":\"" AUTH_HEADER_TYPE "\"}"
#define AUTH_KEY_DIGITS       9


static bool auth_token_add(jwt_t *jwt, const auth_token_rules_t *rules,
    const auth_token_t *token);
static const char *auth_token_part(const char *text, const char *end);
static json_t *auth_token_json(const char *text, size_t n);
static auth_token_e auth_token_key(const char *kid, size_t n,
    const auth_token_rules_t *rules, const unsigned char **key);
static auth_token_e auth_token_header(const char *text, size_t n,
    const auth_token_rules_t *rules, const unsigned char **key);
static bool auth_token_signed(const char *text, size_t n,
    const unsigned char *key);
static auth_token_e auth_token_claims(const char *text, size_t n,
    const auth_token_rules_t *rules, int64_t now, auth_token_t *token);
static auth_token_e auth_token_claimed(json_t *claims,
    const auth_token_rules_t *rules, int64_t now, auth_token_t *token);


size_t
auth_token_issue(const auth_token_rules_t *rules, const auth_token_t *token,
    char *out)
{
    char                 *text, kid[16];
    jwt_t                *jwt;
    size_t                n;
    uint32_t              id;
    const unsigned char  *key;

    id = 0;
    key = rules->key(rules->data, &id);

    if (key == NULL || jwt_new(&jwt) != 0) {
        return 0;
    }

    (void) snprintf(kid, sizeof(kid), "%lu", (unsigned long) id);

    text = NULL;

    if (jwt_set_alg(jwt, JWT_ALG_HS256, key, AUTH_HASH) == 0
        && jwt_add_header(jwt, "kid", kid) == 0
        && auth_token_add(jwt, rules, token))
    {
        text = jwt_encode_str(jwt);
    }

    jwt_free(jwt);

    n = text ? strlen(text) : 0;

    if (n > AUTH_TOKEN_MAX) {
        n = 0;
    }

    if (n) {
        memcpy(out, text, n);
    }

    free(text);

    return n;
}


static bool
auth_token_add(jwt_t *jwt, const auth_token_rules_t *rules,
    const auth_token_t *token)
{
    char  account[AUTH_UUID + 1], session[AUTH_UUID + 1];
    char  scope[AUTH_SCOPE_MAX + 1];

    auth_uuid_print(token->account, account);
    auth_uuid_print(token->session, session);
    account[AUTH_UUID] = '\0';
    session[AUTH_UUID] = '\0';

    if (token->nscope > AUTH_SCOPE_MAX) {
        return false;
    }

    memcpy(scope, token->scope, token->nscope);
    scope[token->nscope] = '\0';

    return jwt_add_grant(jwt, "iss", rules->issuer) == 0
           && jwt_add_grant(jwt, "aud", rules->audience) == 0
           && jwt_add_grant(jwt, "typ", AUTH_TOKEN_TYPE_NAME) == 0
           && jwt_add_grant(jwt, "sub", account) == 0
           && jwt_add_grant(jwt, "sid", session) == 0
           && jwt_add_grant(jwt, "scope", scope) == 0
           && jwt_add_grant_int(jwt, "aal", token->factors) == 0
           && jwt_add_grant_int(jwt, "ial", token->assurance) == 0
           && jwt_add_grant_int(jwt, "iat", token->issued_at) == 0
           && jwt_add_grant_int(jwt, "us", token->issued_us) == 0
           && jwt_add_grant_int(jwt, "nbf", token->issued_at) == 0
           && jwt_add_grant_int(jwt, "exp", token->expires_at) == 0;
}


auth_token_e
auth_token_verify(const auth_token_rules_t *rules, const char *text, size_t n,
    int64_t now, auth_token_t *token)
{
    auth_token_e          rc;
    const char           *body, *signature, *end;
    const unsigned char  *key;

    if (n == 0 || n > AUTH_TOKEN_MAX) {
        return AUTH_TOKEN_FORM;
    }

    end = text + n;
    body = auth_token_part(text, end);
    signature = body ? auth_token_part(body, end) : NULL;

    if (signature == NULL || auth_token_part(signature, end) != NULL) {
        return AUTH_TOKEN_FORM;
    }

    rc = auth_token_header(text, body - text - 1, rules, &key);
    if (rc != AUTH_TOKEN_OK) {
        return rc;
    }

    if (end - signature != AUTH_SIGNATURE || !auth_token_signed(text, n, key))
    {
        return AUTH_TOKEN_SIGNATURE;
    }

    return auth_token_claims(body, signature - body - 1, rules, now, token);
}


/* What follows the next dot; NULL: there is none. */

static const char *
auth_token_part(const char *text, const char *end)
{
    const char  *dot;

    dot = memchr(text, '.', end - text);

    return dot ? dot + 1 : NULL;
}


static json_t *
auth_token_json(const char *text, size_t n)
{
    ptrdiff_t      length;
    unsigned char  octets[AUTH_TOKEN_MAX];

    length = auth_base64_decode(text, n, octets, sizeof(octets));
    if (length <= 0) {
        return NULL;
    }

    return json_loadb((const char *) octets, length, JSON_REJECT_DUPLICATES,
                      NULL);
}


/* The key of that number: one to nine digits, no zero before them. */

static auth_token_e
auth_token_key(const char *kid, size_t n, const auth_token_rules_t *rules,
    const unsigned char **key)
{
    size_t    i;
    uint32_t  id;

    if (n == 0 || n > AUTH_KEY_DIGITS || kid[0] == '0') {
        return AUTH_TOKEN_KEY;
    }

    id = 0;

    for (i = 0; i < n; i++) {

        if (kid[i] < '0' || kid[i] > '9') {
            return AUTH_TOKEN_KEY;
        }

        id = id * 10 + (uint32_t) (kid[i] - '0');
    }

    *key = rules->key(rules->data, &id);

    return *key ? AUTH_TOKEN_OK : AUTH_TOKEN_KEY;
}


/*
 * alg, typ and kid, and nothing else: a header that brings a key or a place to
 * fetch one from (jwk, jku, x5u, x5c), or asks for more (crit, zip), is not
 * ours.
 */

static auth_token_e
auth_token_header(const char *text, size_t n, const auth_token_rules_t *rules,
    const unsigned char **key)
{
    json_t        *header, *kid;
    ptrdiff_t      length;
    const char    *alg, *typ;
    auth_token_e   rc;
    char           octets[sizeof(AUTH_HEADER_BEFORE AUTH_HEADER_AFTER)
                          + AUTH_KEY_DIGITS];
    const size_t   before = sizeof(AUTH_HEADER_BEFORE) - 1;
    const size_t   after = sizeof(AUTH_HEADER_AFTER) - 1;

    *key = NULL;

    /* nearly every header is our own, character for character */

    length = auth_base64_decode(text, n, (unsigned char *) octets,
                                sizeof(octets));

    if (length > (ptrdiff_t) (before + after)
        && memcmp(octets, AUTH_HEADER_BEFORE, before) == 0
        && memcmp(octets + length - after, AUTH_HEADER_AFTER, after) == 0)
    {
        return auth_token_key(octets + before, length - before - after, rules,
                              key);
    }

    header = auth_token_json(text, n);
    if (header == NULL) {
        return AUTH_TOKEN_FORM;
    }

    alg = json_string_value(json_object_get(header, "alg"));
    typ = json_string_value(json_object_get(header, "typ"));
    kid = json_object_get(header, "kid");

    if (alg == NULL || strcmp(alg, "HS256") != 0) {
        rc = AUTH_TOKEN_ALGORITHM;

    } else if (typ == NULL || strcmp(typ, AUTH_HEADER_TYPE) != 0) {
        rc = AUTH_TOKEN_TYPE;

    } else if (json_object_size(header) != 3) {
        rc = AUTH_TOKEN_HEADER;

    } else if (!json_is_string(kid)) {
        rc = AUTH_TOKEN_KEY;

    } else {
        rc = auth_token_key(json_string_value(kid), json_string_length(kid),
                            rules, key);
    }

    json_decref(header);

    return rc;
}


/* RFC 7515, 5.2; jwt_decode() would read header and claims a second time. */

static bool
auth_token_signed(const char *text, size_t n, const unsigned char *key)
{
    unsigned       length;
    unsigned char  given[AUTH_HASH], mac[AUTH_HASH];

    length = 0;

    if (n <= AUTH_SIGNATURE + 1
        || auth_base64_decode(text + n - AUTH_SIGNATURE, AUTH_SIGNATURE, given,
                              AUTH_HASH) != AUTH_HASH
        || HMAC(EVP_sha256(), key, AUTH_HASH, (const unsigned char *) text,
                n - AUTH_SIGNATURE - 1, mac, &length) == NULL
        || length != AUTH_HASH)
    {
        return false;
    }

    return auth_equal(given, mac, AUTH_HASH);
}


static auth_token_e
auth_token_claims(const char *text, size_t n, const auth_token_rules_t *rules,
    int64_t now, auth_token_t *token)
{
    json_t        *claims;
    auth_token_e   rc;

    claims = auth_token_json(text, n);
    if (claims == NULL) {
        return AUTH_TOKEN_CLAIMS;
    }

    rc = auth_token_claimed(claims, rules, now, token);
    json_decref(claims);

    return rc;
}


static bool
auth_token_time(json_t *claims, const char *name, int64_t *value)
{
    json_t  *claim;

    claim = json_object_get(claims, name);

    if (!json_is_integer(claim)) {
        return false;
    }

    *value = json_integer_value(claim);

    return *value > 0 && *value < INT64_MAX / 2;
}


static bool
auth_token_id(json_t *claims, const char *name, unsigned char id[AUTH_ID])
{
    json_t  *claim;

    claim = json_object_get(claims, name);

    return json_is_string(claim)
           && auth_uuid_parse(json_string_value(claim),
                              json_string_length(claim), id);
}


static bool
auth_token_is(json_t *claims, const char *name, const char *value)
{
    json_t  *claim;

    claim = json_object_get(claims, name);

    return json_is_string(claim)
           && json_string_length(claim) == strlen(value)
           && memcmp(json_string_value(claim), value, strlen(value)) == 0;
}


static auth_token_e
auth_token_claimed(json_t *claims, const auth_token_rules_t *rules,
    int64_t now, auth_token_t *token)
{
    json_t   *scope, *aal, *ial;
    int64_t   nbf;

    if (!auth_token_is(claims, "typ", AUTH_TOKEN_TYPE_NAME)) {
        return AUTH_TOKEN_TYPE;
    }

    if (!auth_token_is(claims, "iss", rules->issuer)) {
        return AUTH_TOKEN_ISSUER;
    }

    if (!auth_token_is(claims, "aud", rules->audience)) {
        return AUTH_TOKEN_AUDIENCE;
    }

    scope = json_object_get(claims, "scope");
    aal = json_object_get(claims, "aal");
    ial = json_object_get(claims, "ial");

    if (!auth_token_id(claims, "sub", token->account)
        || !auth_token_id(claims, "sid", token->session)
        || !auth_token_time(claims, "iat", &token->issued_at)
        || !auth_token_time(claims, "us", &token->issued_us)
        || token->issued_us / 1000000 != token->issued_at
        || !auth_token_time(claims, "nbf", &nbf)
        || !auth_token_time(claims, "exp", &token->expires_at)
        || !json_is_string(scope)
        || json_string_length(scope) > AUTH_SCOPE_MAX
        || !json_is_integer(aal)
        || json_integer_value(aal) < 0 || json_integer_value(aal) > 2
        || (ial && (!json_is_integer(ial) || json_integer_value(ial) < 0
                    || json_integer_value(ial) > 4)))
    {
        return AUTH_TOKEN_CLAIMS;
    }

    /* a longer life than ours would outlast what revocation remembers */

    if (token->expires_at <= token->issued_at
        || token->expires_at - token->issued_at > AUTH_TOKEN_LIFE)
    {
        return AUTH_TOKEN_CLAIMS;
    }

    if (now > token->expires_at + AUTH_TOKEN_LEEWAY) {
        return AUTH_TOKEN_EXPIRED;
    }

    if (now < nbf - AUTH_TOKEN_LEEWAY
        || now < token->issued_at - AUTH_TOKEN_LEEWAY)
    {
        return AUTH_TOKEN_NOT_YET;
    }

    token->factors = (unsigned) json_integer_value(aal);
    token->assurance = (unsigned) json_integer_value(ial);
    token->nscope = json_string_length(scope);
    memcpy(token->scope, json_string_value(scope), token->nscope);

    return AUTH_TOKEN_OK;
}


bool
auth_scope_holds(const char *scope, size_t nscope, const char *word,
    size_t nword)
{
    const char  *p, *end, *space;

    end = scope + nscope;

    for (p = scope; nword && p < end; p = space + 1) {

        space = memchr(p, ' ', end - p);
        if (space == NULL) {
            space = end;
        }

        if ((size_t) (space - p) == nword && memcmp(p, word, nword) == 0) {
            return true;
        }
    }

    return false;
}
