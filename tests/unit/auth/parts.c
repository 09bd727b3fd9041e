
/* Codes, second factor, passwords, document numbers, cookies: by vectors. */

#include "../unit.h"

#include "auth_code.h"
#include "auth_cookie.h"
#include "auth_identity.h"
#include "auth_password.h"


static const unsigned char  key[AUTH_HASH] = "0123456789abcdef0123456789abcde";


static void
test_base64(void **state)
{
    char           text[16];
    unsigned char  octets[8];

    (void) state;

    assert_int_equal(auth_base64_encode((void *) "\xfb\xff\xfe", 3, text), 4);
    assert_memory_equal(text, "-__-", 4);
    assert_int_equal(auth_base64_encode((void *) "f", 1, text), 2);
    assert_memory_equal(text, "Zg", 2);

    assert_int_equal(auth_base64_decode("Zm9v", 4, octets, 8), 3);
    assert_memory_equal(octets, "foo", 3);
    assert_int_equal(auth_base64_decode("Zg", 2, octets, 8), 1);
    assert_int_equal(auth_base64_decode("Zh", 2, octets, 8), -1);
    assert_int_equal(auth_base64_decode("Zg==", 4, octets, 8), -1);
    assert_int_equal(auth_base64_decode("Z", 1, octets, 8), -1);
    assert_int_equal(auth_base64_decode("Zm+v", 4, octets, 8), -1);
    assert_int_equal(auth_base64_decode("Zm9v", 4, octets, 2), -1);
    assert_int_equal(auth_base32_encode((void *) "foobar", 6, text), 10);
    assert_memory_equal(text, "MZXW6YTBOI", 10);
}


static void
test_uuid(void **state)
{
    char           text[AUTH_UUID];
    unsigned char  id[AUTH_ID];
    const char    *one = "0192f0a0-1111-7000-8000-00000000000a";

    (void) state;

    assert_true(auth_uuid_parse(one, AUTH_UUID, id));
    auth_uuid_print(id, text);
    assert_memory_equal(text, one, AUTH_UUID);
    assert_false(auth_uuid_parse(one, 35, id));
    assert_false(auth_uuid_parse("0192F0A0-1111-7000-8000-00000000000a", 36,
                                 id));
    assert_false(auth_uuid_parse("0192f0a0x1111-7000-8000-00000000000a", 36,
                                 id));
}


/* Every digit comes at every place, and codes differ. */

static void
test_code_new(void **state)
{
    int       i, k, seen[AUTH_CODE][10];
    char      code[AUTH_CODE];

    (void) state;

    memset(seen, 0, sizeof(seen));

    for (i = 0; i < 2000; i++) {
        assert_true(auth_code_new(code));

        for (k = 0; k < AUTH_CODE; k++) {
            assert_in_range(code[k], '0', '9');
            seen[k][code[k] - '0']++;
        }
    }

    for (k = 0; k < AUTH_CODE; k++) {
        for (i = 0; i < 10; i++) {
            assert_in_range(seen[k][i], 100, 320);
        }
    }
}


static void
test_code_hash(void **state)
{
    unsigned char  a[AUTH_HASH], b[AUTH_HASH];
    unsigned char  phone[AUTH_ID] = { 1 }, other[AUTH_ID] = { 2 };

    (void) state;

    assert_true(auth_code_hash(key, "sign_in", phone, "012345", 6, a));
    assert_true(auth_code_hash(key, "sign_in", phone, "012345", 6, b));
    assert_memory_equal(a, b, AUTH_HASH);

    assert_true(auth_code_hash(key, "sign_in", other, "012345", 6, b));
    assert_memory_not_equal(a, b, AUTH_HASH);
    assert_true(auth_code_hash(key, "set_password", phone, "012345", 6, b));
    assert_memory_not_equal(a, b, AUTH_HASH);
    assert_true(auth_code_hash(key, "sign_in", phone, "012346", 6, b));
    assert_memory_not_equal(a, b, AUTH_HASH);

    assert_false(auth_code_hash(key, "sign_in", phone, "12345", 5, b));
    assert_false(auth_code_hash(key, "sign_in", phone, "0123456", 7, b));
}


static void
test_recovery(void **state)
{
    char           code[AUTH_RECOVERY], written[AUTH_RECOVERY + 3];
    size_t         i;
    unsigned char  a[AUTH_HASH], b[AUTH_HASH], account[AUTH_ID] = { 1 };

    (void) state;

    assert_true(auth_recovery_new(code));
    assert_true(auth_recovery_hash(key, account, code, AUTH_RECOVERY, a));

    (void) snprintf(written, sizeof(written), "%.4s-%.4s %.8s", code, code + 4,
                    code + 8);

    for (i = 0; written[i]; i++) {
        if (written[i] >= 'A' && written[i] <= 'Z') {
            written[i] += 'a' - 'A';
        }
    }

    assert_true(auth_recovery_hash(key, account, written, strlen(written), b));
    assert_memory_equal(a, b, AUTH_HASH);

    assert_false(auth_recovery_hash(key, account, code, 15, b));
    assert_false(auth_recovery_hash(key, account, "AAAABBBBCCCCDDD1", 16, b));
    assert_false(auth_recovery_hash(key, account, "AAAABBBBCCCCDDDDE", 17, b));
}


/* RFC 4226, appendix D, and RFC 6238, appendix B (SHA-1). */

static void
test_totp_vectors(void **state)
{
    char    code[8];
    size_t  i;

    static const char  secret[] = "12345678901234567890";
    static const char *const  hotp[] = {
        "755224", "287082", "359152", "969429", "338314", "254676", "287922",
        "162583", "399871", "520489"
    };
    static const struct {
        uint64_t     time;
        const char  *code;
    } totp[] = {
        { 59, "94287082" }, { 1111111109, "07081804" },
        { 1111111111, "14050471" }, { 1234567890, "89005924" },
        { 2000000000, "69279037" }, { 20000000000, "65353130" }
    };

    (void) state;

    for (i = 0; i < ln_count(hotp); i++) {
        assert_true(auth_hotp((void *) secret, 20, i, 6, code));
        assert_memory_equal(code, hotp[i], 6);
    }

    for (i = 0; i < ln_count(totp); i++) {
        assert_true(auth_hotp((void *) secret, 20, totp[i].time / 30, 8, code));
        assert_memory_equal(code, totp[i].code, 8);
    }
}


static void
test_totp_window(void **state)
{
    int64_t      now = 1111111109;
    uint64_t     step = 1111111109 / 30;
    const void  *secret = "12345678901234567890";

    (void) state;

    /* the six last digits of 07081804 */

    assert_true(auth_totp_step(secret, 20, "081804", 6, now, 0) == step);
    assert_true(auth_totp_step(secret, 20, "081804", 6, now + 30, 0) == step);
    assert_true(auth_totp_step(secret, 20, "081804", 6, now - 30, 0) == step);
    assert_true(auth_totp_step(secret, 20, "081804", 6, now + 60, 0) == 0);
    assert_true(auth_totp_step(secret, 20, "081804", 6, now - 60, 0) == 0);

    /* once */
    assert_true(auth_totp_step(secret, 20, "081804", 6, now, step) == 0);
    assert_true(auth_totp_step(secret, 20, "081804", 6, now, step - 1)
                == step);

    assert_true(auth_totp_step(secret, 20, "081805", 6, now, 0) == 0);
    assert_true(auth_totp_step(secret, 20, "81804", 5, now, 0) == 0);
    assert_true(auth_totp_step(secret, 20, "07081804", 8, now, 0) == 0);
}


/* RFC 7636, appendix B. */

static void
test_proof_key(void **state)
{
    char         challenge[AUTH_VERIFIER], a[AUTH_VERIFIER], b[AUTH_VERIFIER];
    const char  *verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    (void) state;

    assert_true(auth_verifier_challenge(verifier, 43, challenge));
    assert_memory_equal(challenge,
                        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", 43);
    assert_false(auth_verifier_challenge(verifier, 42, challenge));
    assert_false(auth_verifier_challenge(
                     "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX!", 43,
                     challenge));
    assert_true(auth_verifier_new(a) && auth_verifier_new(b));
    assert_memory_not_equal(a, b, AUTH_VERIFIER);
    assert_true(auth_verifier_challenge(a, AUTH_VERIFIER, challenge));
}


static auth_password_e
password(const char *text, unsigned kinds)
{
    auth_password_rules_t  rules = { 8, kinds, "13800138000", 11 };

    return auth_password_check(&rules, text, strlen(text));
}


static void
test_password_rules(void **state)
{
    char  text[600];

    (void) state;

    assert_int_equal(password("correct horse battery", 1), AUTH_PASSWORD_OK);
    assert_int_equal(password("correct horse battery", 3),
                     AUTH_PASSWORD_KINDS);
    assert_int_equal(password("Correct horse 1", 4), AUTH_PASSWORD_OK);
    assert_int_equal(password("a1b2c3d", 1), AUTH_PASSWORD_SHORT);
    assert_int_equal(password("a1b2c3d4", 1), AUTH_PASSWORD_COMMON);
    assert_int_equal(password("PassWord123", 1), AUTH_PASSWORD_COMMON);
    assert_int_equal(password("12345678", 1), AUTH_PASSWORD_COMMON);
    assert_int_equal(password("zyxwvutsr", 1), AUTH_PASSWORD_COMMON);
    assert_int_equal(password("aaaaaaaaaa", 1), AUTH_PASSWORD_COMMON);
    assert_int_equal(password("ab1ab1ab1ab1", 1), AUTH_PASSWORD_COMMON);
    assert_int_equal(password("x13800138000", 1), AUTH_PASSWORD_NAME);
    assert_int_equal(password("with\ttab and more", 1),
                     AUTH_PASSWORD_CHARACTER);
    assert_int_equal(password("\xff\xfe not utf-8", 1),
                     AUTH_PASSWORD_CHARACTER);
    assert_int_equal(password("\xc0\xaf overlong one", 1),
                     AUTH_PASSWORD_CHARACTER);
    assert_int_equal(password("\xe4\xb8", 1), AUTH_PASSWORD_CHARACTER);

    /* eight characters, not eight octets */
    assert_int_equal(password("\xe6\x88\x91\xe7\x9a\x84\xe5\xaf\x86", 1),
                     AUTH_PASSWORD_SHORT);

    memset(text, 'x', sizeof(text));
    memcpy(text, "no run here", 11);
    text[128] = '\0';
    assert_int_equal(password(text, 1), AUTH_PASSWORD_OK);
    text[128] = 'x';
    text[129] = '\0';
    assert_int_equal(password(text, 1), AUTH_PASSWORD_LONG);
    text[129] = 'x';
    text[599] = '\0';
    assert_int_equal(password(text, 1), AUTH_PASSWORD_LONG);
}


/* One Argon2id, whether or not there is a hash to hold it against. */

static void
test_password_hash(void **state)
{
    char           hash[AUTH_PASSWORD_HASH], again[AUTH_PASSWORD_HASH];
    unsigned long  count;

    (void) state;

    assert_true(auth_password_hash("correct horse", 13, hash));
    assert_true(auth_password_hash("correct horse", 13, again));
    assert_string_not_equal(hash, again);
    assert_memory_equal(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31);

    count = auth_password_count();
    assert_true(auth_password_verify(hash, "correct horse", 13));
    assert_int_equal(auth_password_count(), count + 1);
    assert_false(auth_password_verify(hash, "correct hors", 12));
    assert_int_equal(auth_password_count(), count + 2);
    assert_false(auth_password_verify(NULL, "correct horse", 13));
    assert_int_equal(auth_password_count(), count + 3);
    assert_false(auth_password_verify("", "", 0));
    assert_int_equal(auth_password_count(), count + 4);
    assert_false(auth_password_verify("$argon2id$broken", "x", 1));
    assert_int_equal(auth_password_count(), count + 5);
}


static auth_number_e
number(auth_document_e kind, const char *text)
{
    auth_number_t  parsed;

    return auth_number_check(kind, text, strlen(text), 20261122, &parsed);
}


static void
test_identity_number(void **state)
{
    size_t         i;
    char           wrong[19];
    auth_number_t  parsed;
    const char    *good = "11010519491231002X";

    (void) state;

    assert_int_equal(auth_number_check(AUTH_IDENTITY_CARD,
                                       "440524 18800101 001 4", 21, 20261122,
                                       &parsed),
                     AUTH_NUMBER_OK);
    assert_string_equal(parsed.canonical, "440524188001010014");
    assert_false(parsed.female);

    assert_int_equal(auth_number_check(AUTH_IDENTITY_CARD,
                                       "11010519491231002x", 18, 20261122,
                                       &parsed),
                     AUTH_NUMBER_OK);
    assert_string_equal(parsed.canonical, good);
    assert_string_equal(parsed.region, "110105");
    assert_int_equal(parsed.year, 1949);
    assert_int_equal(parsed.month, 12);
    assert_int_equal(parsed.day, 31);
    assert_true(parsed.female);

    /* every single wrong digit is noticed */

    for (i = 0; i < 18; i++) {
        char  c;

        for (c = '0'; c <= '9'; c++) {
            memcpy(wrong, good, 19);

            if (wrong[i] != c) {
                wrong[i] = c;
                assert_int_not_equal(number(AUTH_IDENTITY_CARD, wrong),
                                     AUTH_NUMBER_OK);
            }
        }
    }

    assert_int_equal(number(AUTH_IDENTITY_CARD, "110105491231002"),
                     AUTH_NUMBER_LENGTH);
    assert_int_equal(number(AUTH_IDENTITY_CARD, ""), AUTH_NUMBER_LENGTH);
    assert_int_equal(number(AUTH_IDENTITY_CARD, "1101051949123100-X"),
                     AUTH_NUMBER_CHARACTER);
    assert_int_equal(number(AUTH_IDENTITY_CARD, "X1010519491231002X"),
                     AUTH_NUMBER_CHARACTER);
    assert_int_equal(number(AUTH_IDENTITY_CARD, "160105194912310028"),
                     AUTH_NUMBER_REGION);
    assert_int_equal(number(AUTH_IDENTITY_CARD, "11010519490229002X"),
                     AUTH_NUMBER_DATE);
    assert_int_equal(number(AUTH_IDENTITY_CARD, "11010520991231002X"),
                     AUTH_NUMBER_DATE);
    assert_int_equal(number(AUTH_HK_MACAO_TAIWAN, good), AUTH_NUMBER_KIND);
    assert_int_equal(number(AUTH_FOREIGN_RESIDENCE, good), AUTH_NUMBER_KIND);
}


static void
test_other_documents(void **state)
{
    char  text[19], check;
    bool  found;

    (void) state;

    /* a Hong Kong resident's permit: one check digit of eleven is right */

    found = false;
    memcpy(text, "81000019900307001", 17);
    text[18] = '\0';

    for (check = '0'; check <= '9' + 1; check++) {
        text[17] = (check > '9') ? 'X' : check;

        if (number(AUTH_HK_MACAO_TAIWAN, text) == AUTH_NUMBER_OK) {
            assert_false(found);
            found = true;
            assert_int_equal(number(AUTH_IDENTITY_CARD, text),
                             AUTH_NUMBER_KIND);
        }
    }

    assert_true(found);

    assert_int_equal(number(AUTH_FOREIGN_RESIDENCE, "CAN110179139905"),
                     AUTH_NUMBER_DATE);
    assert_int_equal(number(AUTH_FOREIGN_RESIDENCE, "CAN110179092905"),
                     AUTH_NUMBER_OK);
    assert_int_equal(number(AUTH_FOREIGN_RESIDENCE, "C4N110179092905"),
                     AUTH_NUMBER_CHARACTER);
    assert_int_equal(number(AUTH_PASSPORT, "e12345678"), AUTH_NUMBER_OK);
    assert_int_equal(number(AUTH_PASSPORT, "E123"), AUTH_NUMBER_LENGTH);
    assert_int_equal(number(AUTH_PASSPORT, "E1234-5678"),
                     AUTH_NUMBER_CHARACTER);
    assert_int_equal(number(AUTH_PASSPORT, "E123456789012345678901234567"),
                     AUTH_NUMBER_LENGTH);
}


static void
test_mobile(void **state)
{
    char    out[AUTH_MOBILE];
    size_t  i;

    static const char *const  good[] = {
        "13800138000", "138 0013 8000", "+86 138-0013-8000", "8613800138000",
        "0086 13800138000"
    };
    static const char *const  bad[] = {
        "", "1380013800", "138001380000", "12800138000", "1380013800a",
        "+8513800138000", "138+00138000", "008613800138000000", "12348"
    };

    (void) state;

    for (i = 0; i < ln_count(good); i++) {
        assert_true(auth_mobile(good[i], strlen(good[i]), out));
        assert_memory_equal(out, "13800138000", AUTH_MOBILE);
    }

    for (i = 0; i < ln_count(bad); i++) {
        assert_false(auth_mobile(bad[i], strlen(bad[i]), out));
    }
}


static auth_cookie_e
cookie(const char *header, const char **value, size_t *n)
{
    return auth_cookie_find(header, strlen(header), "ln_at",
                            AUTH_COOKIE_ABSENT, value, n);
}


static void
test_cookies(void **state)
{
    char           out[AUTH_COOKIE_MAX];
    size_t         n;
    const char    *value;
    auth_cookie_t  set = { "ln_at", "abc", 3, "/", "/legal", 6, 900, true,
                           false };

    (void) state;

    assert_int_equal(cookie("a=b; ln_at=x.y.z ;c=d", &value, &n),
                     AUTH_COOKIE_FOUND);
    assert_int_equal(n, 5);
    assert_memory_equal(value, "x.y.z", 5);
    assert_int_equal(cookie("ln_at=", &value, &n), AUTH_COOKIE_FOUND);
    assert_int_equal(n, 0);
    assert_int_equal(cookie("xln_at=a; ln_att=b; LN_AT=c; ln_at", &value, &n),
                     AUTH_COOKIE_ABSENT);
    assert_int_equal(cookie("ln_at=a; ln_at=b", &value, &n),
                     AUTH_COOKIE_TWICE);
    assert_int_equal(cookie(";;; ;=; ", &value, &n), AUTH_COOKIE_ABSENT);

    n = auth_cookie_print(&set, out);
    assert_int_equal(n, strlen("ln_at=abc; Path=/legal/; Max-Age=900; "
                               "HttpOnly; SameSite=Strict; Secure"));
    assert_memory_equal(out, "ln_at=abc; Path=/legal/; Max-Age=900; HttpOnly",
                        46);

    set.lax = true;
    n = auth_cookie_print(&set, out);
    assert_memory_equal(out + n - 20, "SameSite=Lax; Secure", 20);

    set.value = "a;b";
    assert_int_equal(auth_cookie_print(&set, out), 0);
    set.value = "a\nb";
    assert_int_equal(auth_cookie_print(&set, out), 0);
}


static bool
origin(const char *text, const char *scheme, const char *host)
{
    return auth_origin_is(text, strlen(text), scheme, host, strlen(host));
}


static void
test_origins(void **state)
{
    (void) state;

    assert_true(origin("https://a.cn", "https", "a.cn"));
    assert_true(origin("https://A.cn:443", "https", "a.cn"));
    assert_true(origin("http://a.cn:8080", "http", "a.cn:8080"));
    assert_true(origin("http://a.cn", "http", "a.cn:80"));
    assert_false(origin("http://a.cn", "https", "a.cn"));
    assert_false(origin("https://a.cn:8443", "https", "a.cn"));
    assert_false(origin("https://a.cn.evil.example", "https", "a.cn"));
    assert_false(origin("https://evil.example/a.cn", "https", "a.cn"));
    assert_false(origin("https://xa.cn", "https", "a.cn"));
    assert_false(origin("null", "https", "a.cn"));
    assert_false(origin("", "https", "a.cn"));
    assert_false(origin("https://", "https", ""));
}


static void
test_addresses(void **state)
{
    unsigned char  a[AUTH_ADDRESS], b[AUTH_ADDRESS];
    unsigned char  six[16] = { 0x20, 1, 0x0d, 0xb8, 1, 2, 3, 4, 5, 6 };
    unsigned char  mapped[16] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255,
                                  192, 0, 2, 1 };

    (void) state;

    auth_address_v6(six, a);
    six[15] = 9;
    auth_address_v6(six, b);
    assert_memory_equal(a, b, AUTH_ADDRESS);
    six[7] = 9;
    auth_address_v6(six, b);
    assert_memory_not_equal(a, b, AUTH_ADDRESS);

    auth_address_v6(mapped, a);
    auth_address_v4(mapped + 12, b);
    assert_memory_equal(a, b, AUTH_ADDRESS);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_uuid),
        cmocka_unit_test(test_code_new),
        cmocka_unit_test(test_code_hash),
        cmocka_unit_test(test_recovery),
        cmocka_unit_test(test_totp_vectors),
        cmocka_unit_test(test_totp_window),
        cmocka_unit_test(test_proof_key),
        cmocka_unit_test(test_password_rules),
        cmocka_unit_test(test_password_hash),
        cmocka_unit_test(test_identity_number),
        cmocka_unit_test(test_other_documents),
        cmocka_unit_test(test_mobile),
        cmocka_unit_test(test_cookies),
        cmocka_unit_test(test_origins),
        cmocka_unit_test(test_addresses)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
