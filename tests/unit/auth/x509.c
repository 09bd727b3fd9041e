
/* What is read of a client certificate, and what is none. */

#include "../unit.h"

#include "auth_x509.h"


/* /C=CN/O=tests/CN=clerk, signed by itself; the digest is of its issuer. */

#define PEM                                                                   \
    "-----BEGIN CERTIFICATE-----\n"                                           \
    "MIIBozCCAUmgAwIBAgIGChssPU5fMAoGCCqGSM49BAMCMC0xCzAJBgNVBAYTAkNO\n"      \
    "MQ4wDAYDVQQKDAV0ZXN0czEOMAwGA1UEAwwFY2xlcmswIBcNMjYxMTIyMDg1NTI1\n"      \
    "WhgPMjEyNjEwMjkwODU1MjVaMC0xCzAJBgNVBAYTAkNOMQ4wDAYDVQQKDAV0ZXN0\n"      \
    "czEOMAwGA1UEAwwFY2xlcmswWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAROgle8\n"      \
    "LQG+LuP2aFZif39DtcQY1CqaNcvg5pTOieKenYIBkfb7aWqlHvOVBQueZ5tg5Imm\n"      \
    "hbsxP7L3FWx4TK1Mo1MwUTAdBgNVHQ4EFgQUp6ePCdf4F+QBty+wNJh6uBFK9xQw\n"      \
    "HwYDVR0jBBgwFoAUp6ePCdf4F+QBty+wNJh6uBFK9xQwDwYDVR0TAQH/BAUwAwEB\n"      \
    "/zAKBggqhkjOPQQDAgNIADBFAiEAiBkChoaxxZ3lDO+upBLMhFwFZGUTnF1/kT5Z\n"      \
    "t4e3qTICIFlAH2hg7ZhqOpPEjAdnJj4q9qM/4cZXQl0sWRnF1QLc\n"                  \
    "-----END CERTIFICATE-----\n"

#define ISSUER                                                                \
    "1d8520d66d543902bf32c3e7e1838d22"                                        \
    "88dc8cb70f2e448390587daf1783f9cb"


static void
test_certificate(void **state)
{
    auth_x509_t  out;

    (void) state;

    assert_true(auth_x509_read(PEM, sizeof(PEM) - 1, &out));
    assert_string_equal(out.issuer, ISSUER);
    assert_string_equal(out.serial, "0A1B2C3D4E5F");
}


static void
test_no_certificate(void **state)
{
    char         text[AUTH_X509_MAX + 1];
    size_t       i;
    auth_x509_t  out;

    (void) state;

    assert_false(auth_x509_read("", 0, &out));
    assert_false(auth_x509_read("x", 1, &out));
    assert_false(auth_x509_read(PEM PEM, 2 * sizeof(PEM) - 2, &out));

    /* cut off anywhere before its last line */

    for (i = 0; i < sizeof(PEM) - sizeof("-----END CERTIFICATE-----\n"); i++) {
        assert_false(auth_x509_read(PEM, i, &out));
    }

    memset(text, 'A', sizeof(text));
    assert_false(auth_x509_read(text, sizeof(text), &out));
    assert_false(auth_x509_read(text, sizeof(text) - 1, &out));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_certificate),
        cmocka_unit_test(test_no_certificate)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
