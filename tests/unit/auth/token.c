
/*
 * Access tokens: what is issued is accepted, and of everything hostile
 * nothing is, each for the reason it should be.
 */

#include "../unit.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "auth_known.h"


#define NOW  1800000000
#define BIG  (1024 * 1024)


typedef struct {
    uint32_t        id;
    unsigned char   octets[AUTH_HASH];
} ring_t;

static const ring_t  keys[] = {
    { 3, "0123456789abcdef0123456789abcde" },
    { 7, "the key that signs, 32 octets on" }
};

static const ring_t  foreign[] = {
    { 7, "the key of the test environment!" }
};


static const unsigned char *
find(void *data, uint32_t *id)
{
    size_t  i;

    if (*id == 0) {
        *id = keys[1].id;
    }

    for (i = 0; i < ln_count(keys); i++) {
        if (keys[i].id == *id) {
            return keys[i].octets;
        }
    }

    return NULL;
}


static const unsigned char *
no_key(void *data, uint32_t *id)
{
    return NULL;
}


static const auth_token_rules_t  rules = {
    "https://legal.example.cn", "legalnet", find, NULL
};

#define ACCOUNT  "0192f0a0-1111-7000-8000-00000000000a"
#define SESSION  "0192f0a0-2222-7000-8000-00000000000b"
#define HEADER   "{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"7\"}"
#define TYP      "\"typ\":\"at+jwt\","
#define ISS      TYP "\"iss\":\"https://legal.example.cn\""
#define AUD      "\"aud\":\"legalnet\""
#define IDS      "\"sub\":\"" ACCOUNT "\",\"sid\":\"" SESSION "\""
#define SCOPE    "\"scope\":\"account.read audit.read\",\"aal\":1"
#define TIMES    "\"iat\":1800000000,\"us\":1800000000123456,"                 \
                 "\"nbf\":1800000000,\"exp\":1800000900"
#define CLAIMS   "{" ISS "," AUD "," IDS "," SCOPE "," TIMES "}"


/* A token of this header and these claims, signed with HMAC of that digest. */

static char *
make(const char *header, const char *claims, const void *key, size_t nkey,
    const EVP_MD *digest)
{
    char           *out, *p;
    size_t          n;
    unsigned        length;
    unsigned char   mac[EVP_MAX_MD_SIZE];

    n = strlen(header) * 2 + strlen(claims) * 2 + 200;
    out = malloc(n);
    assert_non_null(out);

    p = out + auth_base64_encode((const void *) header, strlen(header), out);
    *p++ = '.';
    p += auth_base64_encode((const void *) claims, strlen(claims), p);

    assert_non_null(HMAC(digest, key, (int) nkey, (unsigned char *) out,
                         p - out, mac, &length));
    *p++ = '.';
    p += auth_base64_encode(mac, length, p);
    *p = '\0';

    return out;
}


static char *
sign(const char *header, const char *claims)
{
    return make(header, claims, keys[1].octets, AUTH_HASH, EVP_sha256());
}


/* A worker that has seen tokens before answers as one that has not. */

static auth_token_e
verify(const char *text)
{
    size_t               n;
    auth_token_e         rc;
    auth_token_t         token;
    static auth_known_t  known;

    n = strlen(text);
    rc = auth_token_verify(&rules, text, n, NOW, &token);

    assert_int_equal(auth_known_verify(&known, &rules, text, n, NOW, &token),
                     rc);
    assert_int_equal(auth_known_verify(&known, &rules, text, n, NOW, &token),
                     rc);

    return rc;
}


static void
test_round_trip(void **state)
{
    char          text[AUTH_TOKEN_MAX];
    size_t        n;
    auth_token_t  in, out;

    (void) state;

    memset(&in, 0, sizeof(in));
    assert_true(auth_uuid_parse(ACCOUNT, AUTH_UUID, in.account));
    assert_true(auth_uuid_parse(SESSION, AUTH_UUID, in.session));
    in.issued_at = NOW;
    in.issued_us = NOW * (int64_t) 1000000 + 5;
    in.expires_at = NOW + AUTH_TOKEN_LIFE;
    in.factors = 2;
    in.assurance = 4;
    in.nscope = 23;
    memcpy(in.scope, "account.read audit.read", 23);

    n = auth_token_issue(&rules, &in, text);
    assert_true(n > 200 && n < 900);

    memset(&out, 0, sizeof(out));
    assert_int_equal(auth_token_verify(&rules, text, n, NOW, &out),
                     AUTH_TOKEN_OK);
    assert_memory_equal(out.account, in.account, AUTH_ID);
    assert_memory_equal(out.session, in.session, AUTH_ID);
    assert_int_equal(out.issued_at, NOW);
    assert_true(out.issued_us == in.issued_us);
    assert_int_equal(out.factors, 2);
    assert_int_equal(out.assurance, 4);
    assert_int_equal(out.nscope, 23);
    assert_memory_equal(out.scope, in.scope, 23);

    in.nscope = AUTH_SCOPE_MAX;
    memset(in.scope, 'a', AUTH_SCOPE_MAX);
    n = auth_token_issue(&rules, &in, text);
    assert_true(n > 0);
    assert_int_equal(auth_token_verify(&rules, text, n, NOW, &out),
                     AUTH_TOKEN_OK);
}


static auth_token_e
known_at(auth_known_t *known, const char *text, int64_t now, auth_token_t *out)
{
    return auth_known_verify(known, &rules, text, strlen(text), now, out);
}


static void
test_known(void **state)
{
    char                      *text, other[AUTH_TOKEN_MAX];
    auth_token_t               fresh, out;
    static auth_known_t        known;
    const auth_token_rules_t   none = {
        "https://legal.example.cn", "legalnet", no_key, NULL
    };

    (void) state;

    text = sign(HEADER, CLAIMS);
    memset(&fresh, 0, sizeof(fresh));
    memset(&out, 0, sizeof(out));

    /* a clock that is set back: as if it had never been seen */
    assert_int_equal(known_at(&known, text, NOW, &out), AUTH_TOKEN_OK);
    assert_int_equal(known_at(&known, text, NOW - 60, &out), AUTH_TOKEN_OK);
    assert_int_equal(known_at(&known, text, NOW - 61, &out),
                     AUTH_TOKEN_NOT_YET);

    /* what is known is the same, to the end of its time and no longer */
    assert_int_equal(auth_token_verify(&rules, text, strlen(text), NOW,
                                       &fresh), AUTH_TOKEN_OK);
    memset(&out, 0, sizeof(out));
    assert_int_equal(known_at(&known, text, NOW + 960, &out), AUTH_TOKEN_OK);
    assert_memory_equal(&out, &fresh, sizeof(out));
    assert_int_equal(known_at(&known, text, NOW + 961, &out),
                     AUTH_TOKEN_EXPIRED);

    /* it was not checked again: without its key it is still known */
    assert_int_equal(auth_known_verify(&known, &none, text, strlen(text), NOW,
                                       &out), AUTH_TOKEN_OK);

    /* its signature, or its claims, with anything else are not */
    memcpy(other, text, strlen(text) + 1);
    other[strlen(text) - 2] ^= 1;
    assert_int_not_equal(known_at(&known, other, NOW, &out), AUTH_TOKEN_OK);
    assert_int_not_equal(auth_known_verify(&known, &rules, text,
                                           strlen(text) - 1, NOW, &out),
                         AUTH_TOKEN_OK);

    free(text);
}


/* The token of the tables above is good: so the others fail for their flaw. */

static void
test_hand_made(void **state)
{
    char  *text;

    (void) state;

    text = sign(HEADER, CLAIMS);
    assert_int_equal(verify(text), AUTH_TOKEN_OK);
    free(text);

    text = make("{\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"3\"}", CLAIMS,
                keys[0].octets, AUTH_HASH, EVP_sha256());
    assert_int_equal(verify(text), AUTH_TOKEN_OK);
    free(text);
}


#define H(rest)  "{\"alg\":\"HS256\",\"typ\":\"JWT\"," rest "}"
#define C(rest)  "{" ISS "," AUD "," IDS "," SCOPE "," rest "}"
#define T(iat, nbf, exp)                                                      \
    C("\"iat\":" iat ",\"us\":" iat "000000,\"nbf\":" nbf ",\"exp\":" exp)

typedef struct {
    const char    *header;
    const char    *claims;
    auth_token_e   why;
} hostile_t;

static const hostile_t  hostile[] = {

    /* the algorithm */
    { "{\"alg\":\"none\",\"typ\":\"JWT\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_ALGORITHM },
    { "{\"alg\":\"None\",\"typ\":\"JWT\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_ALGORITHM },
    { "{\"alg\":\"NONE\",\"typ\":\"JWT\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_ALGORITHM },
    { "{\"alg\":\"hs256\",\"typ\":\"JWT\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_ALGORITHM },
    { "{\"alg\":\"HS384\",\"typ\":\"JWT\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_ALGORITHM },
    { "{\"alg\":\"HS512\",\"typ\":\"JWT\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_ALGORITHM },
    { "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_ALGORITHM },
    { "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_ALGORITHM },
    { "{\"alg\":\"\",\"typ\":\"JWT\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_ALGORITHM },
    { "{\"alg\":null,\"typ\":\"JWT\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_ALGORITHM },
    { "{\"alg\":[\"HS256\"],\"typ\":\"JWT\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_ALGORITHM },
    { "{\"typ\":\"JWT\",\"kid\":\"7\"}", CLAIMS, AUTH_TOKEN_ALGORITHM },
    { "{\"alg\":\"HS256\\u0000\",\"typ\":\"JWT\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_FORM },
    { "{\"alg\":\"none\",\"alg\":\"HS256\",\"typ\":\"JWT\",\"kid\":\"7\"}",
      CLAIMS, AUTH_TOKEN_FORM },

    /* the type: an ID token, any JWT, a refresh token */
    { "{\"alg\":\"HS256\",\"typ\":\"at+jwt\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_TYPE },
    { "{\"alg\":\"HS256\",\"typ\":\"jwt\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_TYPE },
    { "{\"alg\":\"HS256\",\"typ\":\"rt+jwt\",\"kid\":\"7\"}", CLAIMS,
      AUTH_TOKEN_TYPE },
    { "{\"alg\":\"HS256\",\"kid\":\"7\"}", CLAIMS, AUTH_TOKEN_TYPE },
    { HEADER, "{\"typ\":\"id+jwt\",\"iss\":\"https://legal.example.cn\"," AUD
      "," IDS "," SCOPE "," TIMES "}", AUTH_TOKEN_TYPE },
    { HEADER, "{\"iss\":\"https://legal.example.cn\"," AUD "," IDS "," SCOPE ","
      TIMES "}", AUTH_TOKEN_TYPE },

    /* headers that bring their own key, or ask for something */
    { H("\"kid\":\"7\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"}"), CLAIMS,
      AUTH_TOKEN_HEADER },
    { H("\"kid\":\"7\",\"jku\":\"https://evil.example/keys\""), CLAIMS,
      AUTH_TOKEN_HEADER },
    { H("\"kid\":\"7\",\"x5u\":\"https://evil.example/cert\""), CLAIMS,
      AUTH_TOKEN_HEADER },
    { H("\"kid\":\"7\",\"x5c\":[\"AAAA\"]"), CLAIMS, AUTH_TOKEN_HEADER },
    { H("\"kid\":\"7\",\"crit\":[\"exp\"]"), CLAIMS, AUTH_TOKEN_HEADER },
    { H("\"kid\":\"7\",\"zip\":\"DEF\""), CLAIMS, AUTH_TOKEN_HEADER },
    { H("\"kid\":\"7\",\"b64\":false"), CLAIMS, AUTH_TOKEN_HEADER },

    /* the key's number */
    { "{\"alg\":\"HS256\",\"typ\":\"JWT\"}", CLAIMS, AUTH_TOKEN_HEADER },
    { H("\"kid\":\"8\""), CLAIMS, AUTH_TOKEN_KEY },
    { H("\"kid\":\"07\""), CLAIMS, AUTH_TOKEN_KEY },
    { H("\"kid\":7"), CLAIMS, AUTH_TOKEN_KEY },
    { H("\"kid\":\"\""), CLAIMS, AUTH_TOKEN_KEY },
    { H("\"kid\":\"7 \""), CLAIMS, AUTH_TOKEN_KEY },
    { H("\"kid\":\"+7\""), CLAIMS, AUTH_TOKEN_KEY },
    { H("\"kid\":\"-7\""), CLAIMS, AUTH_TOKEN_KEY },
    { H("\"kid\":\"4294967303\""), CLAIMS, AUTH_TOKEN_KEY },
    { H("\"kid\":\"../../../dev/null\""), CLAIMS, AUTH_TOKEN_KEY },
    { H("\"kid\":\"/proc/self/environ\""), CLAIMS, AUTH_TOKEN_KEY },
    { H("\"kid\":\"7' UNION SELECT 'a\""), CLAIMS, AUTH_TOKEN_KEY },
    { H("\"kid\":\"3\""), CLAIMS, AUTH_TOKEN_SIGNATURE },
    { H("\"kid\":\"7\",\"kid\":\"3\""), CLAIMS, AUTH_TOKEN_FORM },

    /* headers that are no object */
    { "[]", CLAIMS, AUTH_TOKEN_ALGORITHM },
    { "\"HS256\"", CLAIMS, AUTH_TOKEN_FORM },
    { "{", CLAIMS, AUTH_TOKEN_FORM },
    { "", CLAIMS, AUTH_TOKEN_FORM },

    /* whom it is from, and for */
    { HEADER, "{" TYP "\"iss\":\"https://evil.example\"," AUD "," IDS ","
      SCOPE "," TIMES "}", AUTH_TOKEN_ISSUER },
    { HEADER, "{" TYP "\"iss\":\"https://legal.example.cn/\"," AUD "," IDS
      "," SCOPE "," TIMES "}", AUTH_TOKEN_ISSUER },
    { HEADER, "{" TYP AUD "," IDS "," SCOPE "," TIMES "}", AUTH_TOKEN_ISSUER },
    { HEADER, "{" ISS ",\"aud\":\"other\"," IDS "," SCOPE "," TIMES "}",
      AUTH_TOKEN_AUDIENCE },
    { HEADER, "{" ISS ",\"aud\":[\"legalnet\",\"other\"]," IDS "," SCOPE ","
      TIMES "}", AUTH_TOKEN_AUDIENCE },
    { HEADER, "{" ISS "," IDS "," SCOPE "," TIMES "}", AUTH_TOKEN_AUDIENCE },

    /* claims that stand twice, or are something else */
    { HEADER, C(TIMES ",\"sub\":\"" SESSION "\""), AUTH_TOKEN_CLAIMS },
    { HEADER, C(TIMES ",\"exp\":1900000000"), AUTH_TOKEN_CLAIMS },
    { HEADER, C(TIMES ",\"scope\":\"grant.write\""), AUTH_TOKEN_CLAIMS },
    { HEADER, "{" ISS "," AUD ",\"sub\":\"1\",\"sid\":\"" SESSION "\"," SCOPE
      "," TIMES "}", AUTH_TOKEN_CLAIMS },
    { HEADER, "{" ISS "," AUD ",\"sub\":1,\"sid\":\"" SESSION "\"," SCOPE ","
      TIMES "}", AUTH_TOKEN_CLAIMS },
    { HEADER, "{" ISS "," AUD ",\"sub\":\"" ACCOUNT "\"," SCOPE "," TIMES "}",
      AUTH_TOKEN_CLAIMS },
    { HEADER, "{" ISS "," AUD "," IDS "," TIMES "}", AUTH_TOKEN_CLAIMS },
    { HEADER, "{" ISS "," AUD "," IDS ",\"scope\":[\"grant.write\"],\"aal\":1,"
      TIMES "}", AUTH_TOKEN_CLAIMS },
    { HEADER, "{" ISS "," AUD "," IDS "," SCOPE ",\"ial\":5," TIMES "}",
      AUTH_TOKEN_CLAIMS },
    { HEADER, "{" ISS "," AUD "," IDS "," SCOPE ",\"ial\":\"4\"," TIMES "}",
      AUTH_TOKEN_CLAIMS },
    { HEADER, "{" ISS "," AUD "," IDS ",\"scope\":\"\",\"aal\":3," TIMES "}",
      AUTH_TOKEN_CLAIMS },
    { HEADER, "[\"a\"]", AUTH_TOKEN_TYPE },
    { HEADER, "{}", AUTH_TOKEN_TYPE },
    { HEADER, "not json", AUTH_TOKEN_CLAIMS },

    /* times: numbers, whole ones, in order, not for longer than ours live */
    { HEADER, C("\"iat\":1800000000,\"nbf\":1800000000"), AUTH_TOKEN_CLAIMS },
    { HEADER, C("\"nbf\":1800000000,\"exp\":1800000900"), AUTH_TOKEN_CLAIMS },
    { HEADER, C("\"iat\":1800000000,\"exp\":1800000900"), AUTH_TOKEN_CLAIMS },
    { HEADER, T("1800000000", "1800000000", "\"1800000900\""),
      AUTH_TOKEN_CLAIMS },
    { HEADER, T("1800000000", "1800000000", "1.8e9"), AUTH_TOKEN_CLAIMS },
    { HEADER, T("1800000000", "1800000000", "1800000901"), AUTH_TOKEN_CLAIMS },
    { HEADER, T("1800000000", "1800000000", "9223372036854775807"),
      AUTH_TOKEN_CLAIMS },
    { HEADER, T("1800000000", "1800000000", "-1"), AUTH_TOKEN_CLAIMS },
    { HEADER, T("1", "1", "0"), AUTH_TOKEN_CLAIMS },
    { HEADER, C("\"iat\":1800000000,\"us\":1900000000000000,"
                "\"nbf\":1800000000,\"exp\":1800000900"), AUTH_TOKEN_CLAIMS },
    { HEADER, T("1799999039", "1799999039", "1799999939"),
      AUTH_TOKEN_EXPIRED },
    { HEADER, T("1800000061", "1800000000", "1800000900"),
      AUTH_TOKEN_NOT_YET },
    { HEADER, T("1800000000", "1800000061", "1800000900"),
      AUTH_TOKEN_NOT_YET }
};


static void
test_hostile_contents(void **state)
{
    char    *text;
    size_t   i;

    (void) state;

    assert_true(ln_count(hostile) >= 60);

    for (i = 0; i < ln_count(hostile); i++) {
        text = sign(hostile[i].header, hostile[i].claims);

        if (verify(text) != hostile[i].why) {
            fail_msg("%s . %s: %d", hostile[i].header, hostile[i].claims,
                     verify(text));
        }

        free(text);
    }
}


/* exp, nbf and iat at 60 s and at 61 s. */

static void
test_leeway(void **state)
{
    char    *text;
    size_t   i;

    static const struct {
        const char    *claims;
        auth_token_e   expect;
    } cases[] = {
        { T("1799999040", "1799999040", "1799999940"), AUTH_TOKEN_OK },
        { T("1799999039", "1799999039", "1799999939"), AUTH_TOKEN_EXPIRED },
        { T("1800000000", "1800000060", "1800000900"), AUTH_TOKEN_OK },
        { T("1800000000", "1800000061", "1800000900"), AUTH_TOKEN_NOT_YET },
        { T("1800000060", "1800000000", "1800000900"), AUTH_TOKEN_OK },
        { T("1800000061", "1800000000", "1800000900"), AUTH_TOKEN_NOT_YET }
    };

    (void) state;

    for (i = 0; i < ln_count(cases); i++) {
        text = sign(HEADER, cases[i].claims);
        assert_int_equal(verify(text), cases[i].expect);
        free(text);
    }
}


/* Signatures: none, empty, of another key, digest, part; cut and lengthened. */

static void
test_hostile_signatures(void **state)
{
    char    *text, *end, *other;
    size_t   i, n;

    (void) state;

    text = make(HEADER, CLAIMS, foreign[0].octets, AUTH_HASH, EVP_sha256());
    assert_int_equal(verify(text), AUTH_TOKEN_SIGNATURE);
    free(text);

    text = make(HEADER, CLAIMS, "", 0, EVP_sha256());
    assert_int_equal(verify(text), AUTH_TOKEN_SIGNATURE);
    free(text);

    text = make(HEADER, CLAIMS, keys[1].octets, AUTH_HASH, EVP_sha512());
    assert_int_equal(verify(text), AUTH_TOKEN_SIGNATURE);
    free(text);

    text = sign(HEADER, CLAIMS);
    n = strlen(text);
    end = strrchr(text, '.');

    /* every octet of it counts, and its last two spare bits too */

    for (i = (size_t) (end - text) + 1; i < n; i++) {
        text[i] ^= 1;
        assert_int_not_equal(verify(text), AUTH_TOKEN_OK);
        text[i] ^= 1;
    }

    assert_int_equal(verify(text), AUTH_TOKEN_OK);

    for (i = 0; i < n; i++) {
        auth_token_t  token;

        assert_int_not_equal(auth_token_verify(&rules, text, i, NOW, &token),
                             AUTH_TOKEN_OK);
    }

    other = malloc(n + 8);
    assert_non_null(other);

    for (i = 0; i < 4; i++) {
        static const char *const  tails[] = { "=", ".", "A", " " };

        (void) snprintf(other, n + 8, "%s%s", text, tails[i]);
        assert_int_not_equal(verify(other), AUTH_TOKEN_OK);
    }

    end[1] = '\0';                              /* an empty signature */
    assert_int_equal(verify(text), AUTH_TOKEN_SIGNATURE);
    end[0] = '\0';                              /* and no dot before it */
    assert_int_equal(verify(text), AUTH_TOKEN_FORM);

    free(other);
    free(text);
}


static void
test_hostile_forms(void **state)
{
    char    *text;
    size_t   i;

    static const char *const  forms[] = {
        "", ".", "..", "...", "a", "a.b", "a.b.c", "a.b.c.d", ".a.b", "a..b",
        "Bearer a.b.c", "{}", "null", "eyJhbGciOiJub25lIn0.e30.", "%2e%2e",
        "eyJhbGciOiJIUzI1NiJ9=.e30=.AAAA", "a+b.c/d.e"
    };

    (void) state;

    for (i = 0; i < ln_count(forms); i++) {
        assert_int_not_equal(verify(forms[i]), AUTH_TOKEN_OK);
    }

    /* a megabyte, of one part and of brackets in brackets */

    text = malloc(BIG + 1);
    assert_non_null(text);

    memset(text, 'A', BIG);
    text[BIG] = '\0';
    assert_int_equal(verify(text), AUTH_TOKEN_FORM);

    text[40] = '.';
    text[80] = '.';
    assert_int_equal(verify(text), AUTH_TOKEN_FORM);
    free(text);
}


static void
test_deep_nesting(void **state)
{
    char  claims[2000], *text;

    (void) state;

    memset(claims, '[', 900);
    memset(claims + 900, ']', 900);
    claims[1800] = '\0';

    text = sign(HEADER, claims);
    assert_int_not_equal(verify(text), AUTH_TOKEN_OK);
    free(text);
}


static void
test_no_key_signs_nothing(void **state)
{
    char                text[AUTH_TOKEN_MAX];
    auth_token_t        token;
    auth_token_rules_t  none;

    (void) state;

    memset(&token, 0, sizeof(token));
    none = rules;
    none.key = no_key;
    assert_int_equal(auth_token_issue(&none, &token, text), 0);

    token.nscope = AUTH_SCOPE_MAX + 1;
    assert_int_equal(auth_token_issue(&rules, &token, text), 0);
}


static void
test_scope(void **state)
{
    const char  *scope = "account.read audit.read grant.write";

    (void) state;

    assert_true(auth_scope_holds(scope, 35, "account.read", 12));
    assert_true(auth_scope_holds(scope, 35, "audit.read", 10));
    assert_true(auth_scope_holds(scope, 35, "grant.write", 11));
    assert_false(auth_scope_holds(scope, 35, "grant.writ", 10));
    assert_false(auth_scope_holds(scope, 35, "ount.read", 9));
    assert_false(auth_scope_holds(scope, 34, "grant.write", 11));
    assert_false(auth_scope_holds(scope, 35, "", 0));
    assert_false(auth_scope_holds("", 0, "", 0));
    assert_false(auth_scope_holds(scope, 35, "account.read audit.read", 23));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_hand_made),
        cmocka_unit_test(test_hostile_contents),
        cmocka_unit_test(test_leeway),
        cmocka_unit_test(test_hostile_signatures),
        cmocka_unit_test(test_hostile_forms),
        cmocka_unit_test(test_deep_nesting),
        cmocka_unit_test(test_no_key_signs_nothing),
        cmocka_unit_test(test_scope)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
