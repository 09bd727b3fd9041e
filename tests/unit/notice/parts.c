
/* When a notice goes, what a gateway gets, what its answer means. */

#include "../unit.h"

#include <stdbool.h>

#include "notice_plan.h"
#include "notice_wire.h"


static void
test_verdict(void **state)
{
    (void) state;

    assert_int_equal(notice_verdict(200, 1), NOTICE_TAKEN);
    assert_int_equal(notice_verdict(202, 1), NOTICE_TAKEN);
    assert_int_equal(notice_verdict(200, 0), NOTICE_DOWN);
    assert_int_equal(notice_verdict(302, 1), NOTICE_DOWN);
    assert_int_equal(notice_verdict(100, 1), NOTICE_DOWN);
    assert_int_equal(notice_verdict(422, 0), NOTICE_REFUSED);
    assert_int_equal(notice_verdict(400, 0), NOTICE_ELSEWHERE);
    assert_int_equal(notice_verdict(413, 0), NOTICE_ELSEWHERE);
    assert_int_equal(notice_verdict(401, 0), NOTICE_DOWN);
    assert_int_equal(notice_verdict(403, 0), NOTICE_DOWN);
    assert_int_equal(notice_verdict(404, 0), NOTICE_DOWN);
    assert_int_equal(notice_verdict(429, 0), NOTICE_DOWN);
    assert_int_equal(notice_verdict(500, 0), NOTICE_DOWN);
    assert_int_equal(notice_verdict(503, 1), NOTICE_DOWN);
    assert_int_equal(notice_verdict(0, 0), NOTICE_DOWN);
}


static void
test_pause(void **state)
{
    int64_t  ms, whole;

    (void) state;

    whole = 10000;

    for (int tries = 1; tries <= 60; tries++) {

        for (uint32_t chance = 0; chance < 2000000; chance += 99991) {
            ms = notice_pause(tries, 10, 3600, chance);
            assert_in_range(ms, whole - whole / 4, whole);
        }

        whole = whole * 2 > 3600000 ? 3600000 : whole * 2;
    }

    assert_int_equal(notice_pause(1, 10, 3600, 0), 7500);
    assert_int_equal(notice_pause(INT64_MAX, 10, 3600, 0), 2700000);
    assert_int_equal(notice_pause(0, 10, 3600, 0), 7500);
    assert_in_range(notice_pause(5, 0, 0, 77), 750, 1000);
    assert_in_range(notice_pause(5, -3, -7, 77), 750, 1000);
}


static void
test_quiet(void **state)
{
    (void) state;

    /* 22:00 to 08:00 */
    assert_int_equal(notice_quiet(1320, 480, 1320 * 60 - 1), 0);
    assert_int_equal(notice_quiet(1320, 480, 1320 * 60), 10 * 3600);
    assert_int_equal(notice_quiet(1320, 480, NOTICE_DAY - 1), 8 * 3600 + 1);
    assert_int_equal(notice_quiet(1320, 480, 0), 8 * 3600);
    assert_int_equal(notice_quiet(1320, 480, 480 * 60 - 1), 1);
    assert_int_equal(notice_quiet(1320, 480, 480 * 60), 0);

    /* 12:00 to 14:00 */
    assert_int_equal(notice_quiet(720, 840, 720 * 60 - 1), 0);
    assert_int_equal(notice_quiet(720, 840, 720 * 60), 7200);
    assert_int_equal(notice_quiet(720, 840, 840 * 60), 0);

    /* until midnight, from midnight */
    assert_int_equal(notice_quiet(1380, 0, 1380 * 60), 3600);
    assert_int_equal(notice_quiet(1380, 0, 0), 0);
    assert_int_equal(notice_quiet(0, 60, 0), 3600);

    assert_int_equal(notice_quiet(-1, 480, 0), 0);
    assert_int_equal(notice_quiet(480, -1, 0), 0);
    assert_int_equal(notice_quiet(480, 480, 480 * 60), 0);
}


static void
test_mobile(void **state)
{
    char  mobile[NOTICE_MOBILE];

    static const char *const  good[] = {
        "13800138000", "+8613800138000", "138 0013 8000", "+86 138-0013-8000"
    };
    static const char *const  bad[] = {
        "", "1380013800", "138001380000", "12800138000", "23800138000",
        "1380013800x", "+8513800138000", "138****8000", "+86", "8613800138000"
    };

    (void) state;

    for (size_t i = 0; i < ln_count(good); i++) {
        assert_true(notice_mobile(good[i], strlen(good[i]), mobile));
        assert_memory_equal(mobile, "13800138000", NOTICE_MOBILE);
    }

    for (size_t i = 0; i < ln_count(bad); i++) {
        assert_false(notice_mobile(bad[i], strlen(bad[i]), mobile));
    }
}


static size_t
made(const char *body, const char *params, char *out)
{
    size_t            n;
    notice_message_t  message = {
        .id = "i", .to = "1", .template = "t", .locale = "en",
        .wording = "plain", .version = 3, .body = body, .params = params
    };

    n = notice_message(&message, out);
    out[n] = '\0';

    return n;
}


static void
test_message(void **state)
{
    char  out[NOTICE_BODY + 1];

    (void) state;

    assert_true(made("Code {code}, {n} left.",
                     "{\"code\":\"12\",\"n\":3,\"secret\":\"x\"}", out));
    assert_string_equal(out, "{\"id\":\"i\",\"to\":\"1\",\"text\":\"Code 12, 3 "
                        "left.\",\"template\":\"t\",\"version\":3,\"locale\":"
                        "\"en\",\"wording\":\"plain\",\"params\":{\"code\":"
                        "\"12\",\"n\":3}}");

    assert_true(made("No place.", NULL, out));
    assert_non_null(strstr(out, "\"text\":\"No place.\""));
    assert_non_null(strstr(out, "\"params\":{}"));

    /* no parameter makes a second line, or leaves its string */
    assert_true(made("{a}", "{\"a\":\"x\\r\\ny\\\"z\\u007f\"}", out));
    assert_non_null(strstr(out, "\"text\":\"x  y\\\"z \""));

    /* what a parameter holds is no place */
    assert_true(made("{a}", "{\"a\":\"{b}\",\"b\":\"q\"}", out));
    assert_non_null(strstr(out, "\"text\":\"{b}\""));

    assert_int_equal(made("{a}", NULL, out), 0);
    assert_int_equal(made("{a}", "{}", out), 0);
    assert_int_equal(made("{a}", "{\"a\":null}", out), 0);
    assert_int_equal(made("{a}", "{\"a\":[1]}", out), 0);
    assert_int_equal(made("{a}", "[1]", out), 0);
    assert_int_equal(made("{a}", "{\"a\":\"1\",\"a\":\"2\"}", out), 0);
    assert_int_equal(made("{a}", "nonsense", out), 0);
    assert_int_equal(made("{a", "{\"a\":\"1\"}", out), 0);
    assert_int_equal(made("{}", "{\"\":\"1\"}", out), 0);
}


static void
test_message_too_long(void **state)
{
    char  out[NOTICE_BODY + 1], params[4 * NOTICE_TEXT];
    char  value[NOTICE_TEXT + 2];

    (void) state;

    memset(value, 'v', sizeof(value));

    for (int n = NOTICE_TEXT - 2; n <= NOTICE_TEXT + 1; n++) {
        snprintf(params, sizeof(params), "{\"a\":\"%.*s\"}", n, value);
        assert_int_equal(made("{a}", params, out) != 0, n <= NOTICE_TEXT);
        assert_int_equal(made("{a}{a}", params, out), 0);
        assert_int_equal(made("x{a}", params, out) != 0, n < NOTICE_TEXT);
    }
}


static void
test_answer(void **state)
{
    char  id[NOTICE_PROVIDER_ID + 1], text[128];

    static const char *const  none[] = {
        "", "{", "{}", "[]", "{\"id\":7}", "{\"id\":\"\"}", "{\"id\":null}",
        "{\"id\":\"a\",\"id\":\"b\"}", "<html>", "{\"id\":\"a\\u0000b\"}"
    };

    (void) state;

    assert_true(notice_answer("{\"id\":\"abc-1\",\"more\":1}", 23, id));
    assert_string_equal(id, "abc-1");
    assert_true(notice_answer("{\"id\":\"a b\\n\"}", 14, id));
    assert_string_equal(id, "a?b?");

    for (size_t i = 0; i < ln_count(none); i++) {
        assert_false(notice_answer(none[i], strlen(none[i]), id));
    }

    for (int n = NOTICE_PROVIDER_ID; n <= NOTICE_PROVIDER_ID + 1; n++) {
        snprintf(text, sizeof(text), "{\"id\":\"%0*d\"}", n, 0);
        assert_int_equal(notice_answer(text, strlen(text), id),
                         n == NOTICE_PROVIDER_ID);
    }
}


static void
test_sign(void **state)
{
    char  signature[NOTICE_SIGNATURE];

    (void) state;

    /* printf '1700000000.{"id":"1"}' | openssl dgst -sha256 -hmac KEY */
    assert_true(notice_sign("0123456789abcdef0123456789abcdef", 32, 1700000000,
                            "{\"id\":\"1\"}", 10, signature));
    assert_memory_equal(signature, "e97957e90a053fb41f7859afbe3a7e90"
                                   "ee114550457a5fdf0e05bf42ee308c7f",
                        NOTICE_SIGNATURE);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_verdict),
        cmocka_unit_test(test_pause),
        cmocka_unit_test(test_quiet),
        cmocka_unit_test(test_mobile),
        cmocka_unit_test(test_message),
        cmocka_unit_test(test_message_too_long),
        cmocka_unit_test(test_answer),
        cmocka_unit_test(test_sign),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
