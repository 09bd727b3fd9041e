
/*
 * What other servers say of somebody: keys and tokens by the vectors of
 * RFC 7515, answers of WeChat by those of its documentation.
 */

#include "../unit.h"

#include "auth_id_token.h"
#include "auth_wechat_answer.h"


#define BODY                                                                  \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"   \
    "LmNvbS9pc19yb290Ijp0cnVlfQ"

/* RFC 7515, A.2 and A.3 */

#define RSA_KEY                                                               \
    "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fA" \
    "kd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-" \
    "SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaS" \
    "HSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxv" \
    "b3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs9" \
    "1kzk2PAcDTW9gb54h4FRWyuXpoQ\"}"

#define RSA_TOKEN                                                             \
    "eyJhbGciOiJSUzI1NiJ9." BODY ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g" \
    "2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t" \
    "1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHl" \
    "b1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOP" \
    "qvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igc" \
    "N_IoypGlUPQGe77Rw"

#define EC_KEY                                                                \
    "{\"kty\":\"EC\",\"crv\":\"P-256\","                                      \
    "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","                  \
    "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}"

#define EC_TOKEN                                                              \
    "eyJhbGciOiJFUzI1NiJ9." BODY                                              \
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxf" \
    "KTUJqPP3-Kg6NU1Q"


static auth_id_e
verify(const char *issuer, const char *keys, const char *token)
{
    json_t           *claims;
    auth_id_e         rc;
    auth_jwks_t       jwks;
    auth_id_rules_t   rules = { issuer, "client", "nonce", 5, 1300819000,
                                &jwks };

    (void) auth_jwks_read(keys, strlen(keys), &jwks);
    rc = auth_id_verify(&rules, token, strlen(token), &claims);
    auth_jwks_free(&jwks);

    assert_true((claims != NULL) == (rc == AUTH_ID_OK));
    json_decref(claims);

    return rc;
}


static void
test_vectors(void **state)
{
    char         changed[sizeof(RSA_TOKEN)];
    const char  *both = "{\"keys\":[" RSA_KEY "," EC_KEY "]}";

    (void) state;

    /* the signature is right, so it comes to the claims, which are not ours */
    assert_int_equal(verify("other", both, RSA_TOKEN), AUTH_ID_ISSUER);
    assert_int_equal(verify("joe", both, RSA_TOKEN), AUTH_ID_AUDIENCE);
    assert_int_equal(verify("joe", both, EC_TOKEN), AUTH_ID_AUDIENCE);

    memcpy(changed, RSA_TOKEN, sizeof(RSA_TOKEN));
    changed[sizeof(RSA_TOKEN) - 20] ^= 1;
    assert_int_equal(verify("joe", both, changed), AUTH_ID_SIGNATURE);
    memcpy(changed, EC_TOKEN, sizeof(EC_TOKEN));
    changed[30] ^= 1;
    assert_int_equal(verify("joe", both, changed), AUTH_ID_SIGNATURE);
}


static void
test_a_key_for_its_own_algorithm(void **state)
{
    (void) state;

    assert_int_equal(verify("joe", "{\"keys\":[" EC_KEY "]}", RSA_TOKEN),
                     AUTH_ID_UNKNOWN_KEY);
    assert_int_equal(verify("joe", "{\"keys\":[" RSA_KEY "]}", EC_TOKEN),
                     AUTH_ID_UNKNOWN_KEY);
    assert_int_equal(verify("joe", "{\"keys\":[" EC_KEY "," EC_KEY "]}",
                            EC_TOKEN), AUTH_ID_UNKNOWN_KEY);
    assert_int_equal(verify("joe", "{\"keys\":[" RSA_KEY "]}",
                            "eyJhbGciOiJub25lIn0." BODY ".AAAA"),
                     AUTH_ID_ALGORITHM);
    assert_int_equal(verify("joe", "{\"keys\":[" RSA_KEY "]}",
                            "eyJhbGciOiJIUzI1NiJ9." BODY ".AAAA"),
                     AUTH_ID_ALGORITHM);
    assert_string_equal(auth_id_name(AUTH_ID_ALGORITHM), "algorithm");
}


static void
test_sets_of_keys(void **state)
{
    size_t       i;
    auth_jwks_t  jwks;

    static const char *const  bad[] = {
        "", "{", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}",
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}",
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\","
        "\"y\":\"AA\"}]}",
        "{\"keys\":[" EC_KEY "],\"keys\":[" EC_KEY "]}"
    };

    (void) state;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(auth_jwks_read(bad[i], strlen(bad[i]), &jwks));
        auth_jwks_free(&jwks);
    }

    assert_true(auth_jwks_read("{\"keys\":[7,{}," EC_KEY "]}",
                               strlen("{\"keys\":[7,{}," EC_KEY "]}"),
                               &jwks));
    assert_int_equal(jwks.n, 1);
    assert_ptr_equal(auth_jwks_find(&jwks, AUTH_ES256, NULL, 0),
                     &jwks.keys[0]);
    assert_null(auth_jwks_find(&jwks, AUTH_ES256, "a", 1));
    assert_null(auth_jwks_find(&jwks, AUTH_RS256, NULL, 0));
    auth_jwks_free(&jwks);
}


static void
test_wechat(void **state)
{
    size_t         i;
    auth_wechat_t  found;

    static const struct {
        const char     *body;
        auth_wechat_e   rc;
    } answers[] = {
        { "{\"openid\":\"o6_bmjrPTlm6_2sgVt7hMZOPfL2M\","
          "\"session_key\":\"tiihtNczf5v6AKRyjwEUhQ==\","
          "\"unionid\":\"ocMvos6NjeKLIBqg5Mr9QjxrP1FA\"}", AUTH_WECHAT_OK },
        { "{\"errcode\":0,\"openid\":\"o\"}", AUTH_WECHAT_OK },
        { "{\"openid\":\"o\",\"unionid\":null}", AUTH_WECHAT_OK },
        { "{\"errcode\":40029,\"errmsg\":\"invalid code\"}",
          AUTH_WECHAT_CODE },
        { "{\"errcode\":45011}", AUTH_WECHAT_TOO_MANY },
        { "{\"errcode\":40226}", AUTH_WECHAT_BLOCKED },
        { "{\"errcode\":-1}", AUTH_WECHAT_BUSY },
        { "{\"errcode\":40125}", AUTH_WECHAT_REFUSED },
        { "{\"errcode\":40029,\"openid\":\"o\"}", AUTH_WECHAT_CODE },
        { "{\"errcode\":\"0\",\"openid\":\"o\"}", AUTH_WECHAT_NONSENSE },
        { "{\"openid\":\"\"}", AUTH_WECHAT_NONSENSE },
        { "{\"openid\":\"a b\"}", AUTH_WECHAT_NONSENSE },
        { "{\"openid\":\"o\",\"unionid\":7}", AUTH_WECHAT_NONSENSE },
        { "[]", AUTH_WECHAT_NONSENSE },
        { "", AUTH_WECHAT_NONSENSE }
    };

    (void) state;

    for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        assert_int_equal(auth_wechat_read(answers[i].body,
                                          strlen(answers[i].body), &found),
                         answers[i].rc);
    }

    (void) auth_wechat_read(answers[0].body, strlen(answers[0].body), &found);
    assert_int_equal(found.nopenid, 28);
    assert_memory_equal(found.openid, "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", 28);
    assert_memory_equal(found.unionid, "ocMvos6NjeKLIBqg5Mr9QjxrP1FA", 28);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_a_key_for_its_own_algorithm),
        cmocka_unit_test(test_sets_of_keys),
        cmocka_unit_test(test_wechat)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
