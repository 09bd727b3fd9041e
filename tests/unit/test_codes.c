
/* Credit codes, licence numbers, coordinates, telephone numbers. */

#include <math.h>

#include "unit.h"

#include "ln_text_datum.h"
#include "ln_text_licence.h"
#include "ln_text_phone.h"
#include "ln_text_uscc.h"


static ln_uscc_e
uscc(const char *code)
{
    return ln_uscc_check(code, strlen(code));
}


static void
test_uscc(void **state)
{
    size_t  i;

    static const char  *good[] = {
        "91350100M000100Y43", "91512081MA62K0260E", "9131000063159284XQ",
        "31110000E00017891P", "91512081ma62k0260e"
    };

    (void) state;

    for (i = 0; i < ln_count(good); i++) {
        assert_int_equal(uscc(good[i]), LN_USCC_OK);
    }

    /* Both are in public use. */
    assert_int_equal(uscc("91350211M0000XUF46"), LN_USCC_CHECK);
    assert_int_equal(uscc("91350100M0001TGQXM"), LN_USCC_CHECK);

    assert_int_equal(uscc("91350100M000100Y4"), LN_USCC_LENGTH);
    assert_int_equal(uscc(""), LN_USCC_LENGTH);
    assert_int_equal(uscc("91350100M000100Y4I"), LN_USCC_CHARACTER);
    assert_int_equal(uscc("91350100M000100Y4-"), LN_USCC_CHARACTER);
    assert_int_equal(ln_uscc_check("91350100M000100Y4\0", 18),
                     LN_USCC_CHARACTER);
}


/* Every single wrong character is noticed: 31 is a prime. */

static void
test_uscc_one_wrong(void **state)
{
    char        code[LN_USCC_LEN + 1];
    size_t      i, j;
    const char  *alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    (void) state;

    for (i = 0; i < LN_USCC_LEN; i++) {
        for (j = 0; alphabet[j] != '\0'; j++) {
            strcpy(code, "91350100M000100Y43");

            if (code[i] == alphabet[j]) {
                continue;
            }

            code[i] = alphabet[j];
            assert_int_equal(uscc(code), LN_USCC_CHECK);
        }
    }
}


static ln_licence_e
licence(const char *number)
{
    ln_licence_t  parts;

    return ln_licence_check(number, strlen(number), 2026, &parts);
}


static void
test_licence(void **state)
{
    ln_licence_t  parts;

    (void) state;

    assert_int_equal(ln_licence_check("13303201511234567", 17, 2026, &parts),
                     LN_LICENCE_OK);
    assert_int_equal(parts.region, 3303);
    assert_int_equal(parts.year, 2015);
    assert_int_equal(parts.kind, LN_LAWYER_FULL_TIME);
    assert_int_equal(parts.female, 1);
    assert_int_equal(parts.serial, 234567);

    assert_int_equal(ln_licence_check("12101199820000001", 17, 2026, &parts),
                     LN_LICENCE_OK);
    assert_int_equal(parts.kind, LN_LAWYER_PART_TIME);
    assert_int_equal(parts.female, 0);

    assert_int_equal(licence("210199110123"), LN_LICENCE_OLD);
    assert_int_equal(licence("1330320151123456"), LN_LICENCE_LENGTH);
    assert_int_equal(licence("1330320151123456X"), LN_LICENCE_DIGIT);
    assert_int_equal(licence("23303201511234567"), LN_LICENCE_PREFIX);
    assert_int_equal(licence("19903201511234567"), LN_LICENCE_PROVINCE);
    assert_int_equal(licence("11603201511234567"), LN_LICENCE_PROVINCE);
    assert_int_equal(licence("13303202711234567"), LN_LICENCE_YEAR);
    assert_int_equal(licence("13303197811234567"), LN_LICENCE_YEAR);
    assert_int_equal(licence("13303201501234567"), LN_LICENCE_KIND);
    assert_int_equal(licence("13303201512234567"), LN_LICENCE_SEX);
}


static double
metres(ln_point_t a, ln_point_t b)
{
    double  east, north;

    north = (a.latitude - b.latitude) * 111320.0;
    east = (a.longitude - b.longitude) * 111320.0
           * cos(a.latitude * M_PI / 180.0);

    return hypot(east, north);
}


static void
test_datum_there_and_back(void **state)
{
    double      longitude, latitude;
    ln_point_t  point, back;

    (void) state;

    for (longitude = 73.5; longitude < 135; longitude += 0.731) {
        for (latitude = 18.1; latitude < 53.5; latitude += 0.317) {
            point.longitude = longitude;
            point.latitude = latitude;

            back = ln_datum_to_wgs84(LN_DATUM_GCJ02,
                       ln_datum_from_wgs84(LN_DATUM_GCJ02, point));
            assert_true(metres(point, back) < 0.01);

            back = ln_datum_to_wgs84(LN_DATUM_BD09,
                       ln_datum_from_wgs84(LN_DATUM_BD09, point));
            assert_true(metres(point, back) < 0.01);
        }
    }
}


/* Tiananmen as published converters give it, to a metre. */

static void
test_datum_known(void **state)
{
    ln_point_t  wgs, gcj, bd, seen;

    (void) state;

    wgs = (ln_point_t) { 116.404, 39.915 };
    gcj = (ln_point_t) { 116.410244499169, 39.916404289909 };
    bd = (ln_point_t) { 116.416627243787, 39.922699552216 };

    seen = ln_datum_from_wgs84(LN_DATUM_GCJ02, wgs);
    assert_true(metres(seen, gcj) < 1.0);
    seen = ln_datum_from_wgs84(LN_DATUM_BD09, wgs);
    assert_true(metres(seen, bd) < 1.0);
    assert_true(metres(ln_datum_to_wgs84(LN_DATUM_GCJ02, gcj), wgs) < 1.0);
    assert_true(metres(ln_datum_to_wgs84(LN_DATUM_BD09, bd), wgs) < 1.0);

    seen = ln_datum_to_wgs84(LN_DATUM_WGS84, wgs);
    assert_true(seen.longitude == wgs.longitude);

    /* Paris does not move. */
    wgs = (ln_point_t) { 2.3522, 48.8566 };
    seen = ln_datum_to_wgs84(LN_DATUM_GCJ02, wgs);
    assert_true(metres(seen, wgs) == 0.0);
}


static void
phone(const char *s, ln_phone_e kind, const char *canonical, const char *masked)
{
    char  out[LN_PHONE_MAX], mask[LN_PHONE_MAX];

    assert_int_equal(ln_phone_parse(s, strlen(s), out), kind);
    assert_string_equal(out, canonical);

    ln_phone_mask(out, mask);
    assert_string_equal(mask, masked);
}


static void
test_phone(void **state)
{
    (void) state;

    phone("13812345678", LN_PHONE_MOBILE, "13812345678", "138****5678");
    phone("+86 138-1234-5678", LN_PHONE_MOBILE, "13812345678", "138****5678");
    phone("008613812345678", LN_PHONE_MOBILE, "13812345678", "138****5678");
    phone("\xef\xbc\x91\xef\xbc\x93\xef\xbc\x98""12345678", LN_PHONE_MOBILE,
          "13812345678", "138****5678");

    phone("0577-88001234", LN_PHONE_FIXED, "0577-88001234", "0577-****1234");
    phone("(0577)88001234", LN_PHONE_FIXED, "0577-88001234", "0577-****1234");
    phone("02423456789", LN_PHONE_FIXED, "024-23456789", "024-****6789");
    phone("010 6655 1234", LN_PHONE_FIXED, "010-66551234", "010-****1234");
    phone("+86 577 88001234", LN_PHONE_BAD, "", "");
    phone("0453-6551234", LN_PHONE_FIXED, "0453-6551234", "0453-****234");
    phone("0577-88001234-801", LN_PHONE_FIXED, "0577-88001234-801",
          "0577-****1234-801");
    phone("0577-88001234\xe8\xbd\xac""801", LN_PHONE_FIXED,
          "0577-88001234-801", "0577-****1234-801");

    phone("12348", LN_PHONE_SERVICE, "12348", "12348");
    phone("110", LN_PHONE_SERVICE, "110", "110");
    phone("400-800-1234", LN_PHONE_SERVICE, "4008001234", "4008001234");

    phone("", LN_PHONE_BAD, "", "");
    phone("12812345678", LN_PHONE_BAD, "", "");
    phone("1381234567", LN_PHONE_BAD, "", "");
    phone("138123456789", LN_PHONE_BAD, "", "");
    phone("88001234", LN_PHONE_BAD, "", "");
    phone("0577-88001234x", LN_PHONE_BAD, "", "");
    phone("0577-880012345678901234567890", LN_PHONE_BAD, "", "");
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_uscc),
        cmocka_unit_test(test_uscc_one_wrong),
        cmocka_unit_test(test_licence),
        cmocka_unit_test(test_datum_there_and_back),
        cmocka_unit_test(test_datum_known),
        cmocka_unit_test(test_phone)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
