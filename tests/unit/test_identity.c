
/* Numbers of identity cards and the other papers that say who somebody is. */

#include "unit.h"

#include "ln_text_identity.h"


#define TODAY  20261122


static ln_paper_t  paper;


static ln_paper_e
get(ln_paper_kind_e kind, const char *text)
{
    return ln_paper_read(kind, text, strlen(text), TODAY, &paper);
}


static ln_paper_e
card(const char *text)
{
    return get(LN_PAPER_IDENTITY_CARD, text);
}


static void
test_identity_good(void **state)
{
    (void) state;

    assert_int_equal(card("11010519491231002X"), LN_PAPER_OK);
    assert_string_equal(paper.number, "11010519491231002X");
    assert_string_equal(paper.region, "110105");
    assert_int_equal(paper.birth, 19491231);
    assert_true(paper.sexed && paper.female);

    /* of a county that is no more */
    assert_int_equal(card("440524188001010014"), LN_PAPER_OK);
    assert_int_equal(paper.birth, 18800101);
    assert_true(paper.sexed && !paper.female);

    assert_int_equal(card("11010519491231002x"), LN_PAPER_OK);
    assert_string_equal(paper.number, "11010519491231002X");
    assert_int_equal(card(" 110105 19491231-002x "), LN_PAPER_OK);
    assert_string_equal(paper.number, "11010519491231002X");
}


static void
test_identity_bad(void **state)
{
    (void) state;

    assert_int_equal(card(""), LN_PAPER_LENGTH);
    assert_int_equal(card("11010519491231002"), LN_PAPER_LENGTH);
    assert_int_equal(card("110105194912310021X"), LN_PAPER_LENGTH);
    assert_int_equal(card("110105194912310020000"), LN_PAPER_LENGTH);
    assert_int_equal(card("110105491231002"), LN_PAPER_LENGTH);
    assert_int_equal(card("1101051949123100X2"), LN_PAPER_CHARACTER);
    assert_int_equal(card("11010519491231002\xc3\x97"), LN_PAPER_CHARACTER);
    assert_int_equal(card("110105********002X"), LN_PAPER_CHARACTER);
    assert_int_equal(ln_paper_read(LN_PAPER_IDENTITY_CARD,
                                   "1101051949123100\0X", 18, TODAY, &paper),
                     LN_PAPER_CHARACTER);
    assert_int_equal(card("110105194902290029"), LN_PAPER_DATE);
    assert_int_equal(card("110105194913010020"), LN_PAPER_DATE);
    assert_int_equal(card("110105194900010020"), LN_PAPER_DATE);
    assert_int_equal(card("110105194912320020"), LN_PAPER_DATE);
    assert_int_equal(card("110105194912310029"), LN_PAPER_CHECK);
    assert_int_equal(card("810000199408230021"), LN_PAPER_PREFIX);
    assert_int_equal(card("010105194912310029"), LN_PAPER_CHECK);
}


/* Every single wrong digit is noticed, and every pair of neighbors swapped. */

static void
test_identity_one_wrong(void **state)
{
    char  number[19], check;
    int   i, j;

    (void) state;

    for (i = 0; i < 17; i++) {
        for (j = '0'; j <= '9'; j++) {
            strcpy(number, "11010519491231002X");

            if (number[i] == j) {
                continue;
            }

            number[i] = (char) j;
            assert_int_not_equal(ln_identity_check(number), 'X');
        }
    }

    for (i = 0; i < 16; i++) {
        strcpy(number, "440524188001010014");
        check = number[i];

        if (check == number[i + 1]) {
            continue;
        }

        number[i] = number[i + 1];
        number[i + 1] = check;
        assert_int_not_equal(ln_identity_check(number), '4');
    }

    assert_int_equal(ln_identity_check("1101051949123100X"), '\0');
}


/*
 * A page in public use prints other weights; with them the good numbers would
 * fail and others pass.  The weights are powers of two modulo 11.
 */

static void
test_identity_weights(void **state)
{
    char  digits[18];
    int   i, weight;

    (void) state;

    for (i = 16, weight = 2; i >= 0; i--, weight = weight * 2 % 11) {
        memset(digits, '0', 17);
        digits[i] = '1';
        assert_int_equal(ln_identity_check(digits),
                         "10X98765432"[weight % 11]);
    }
}


static void
test_identity_today(void **state)
{
    char  number[19];

    (void) state;

    strcpy(number, "110105202611220010");
    number[17] = ln_identity_check(number);
    assert_int_equal(card(number), LN_PAPER_OK);

    strcpy(number, "110105202611230010");
    number[17] = ln_identity_check(number);
    assert_int_equal(card(number), LN_PAPER_DATE);

    strcpy(number, "110105200002290010");
    number[17] = ln_identity_check(number);
    assert_int_equal(card(number), LN_PAPER_OK);

    strcpy(number, "110105190002290010");
    number[17] = ln_identity_check(number);
    assert_int_equal(card(number), LN_PAPER_DATE);

    strcpy(number, "110105179912310010");
    number[17] = ln_identity_check(number);
    assert_int_equal(card(number), LN_PAPER_DATE);
}


static void
test_identity_old(void **state)
{
    const char  *old = "110105491231002";

    (void) state;

    assert_int_equal(ln_paper_seek(LN_PAPER_IDENTITY_CARD, old, 15, TODAY,
                                   &paper),
                     LN_PAPER_OK);
    assert_string_equal(paper.number, "11010519491231002X");
    assert_true(paper.old);

    assert_int_equal(ln_paper_seek(LN_PAPER_IDENTITY_CARD, "1101054912310X2",
                                   15, TODAY, &paper),
                     LN_PAPER_CHARACTER);
    assert_int_equal(ln_paper_seek(LN_PAPER_IDENTITY_CARD, "110105491331002",
                                   15, TODAY, &paper),
                     LN_PAPER_DATE);
    assert_int_equal(ln_paper_seek(LN_PAPER_IDENTITY_CARD,
                                   "11010519491231002X", 18, TODAY, &paper),
                     LN_PAPER_OK);
    assert_false(paper.old);
}


static void
test_other_papers(void **state)
{
    ln_paper_kind_e  kind;
    char             number[19];

    (void) state;

    for (kind = 0; kind < LN_PAPER_KINDS; kind++) {
        assert_int_equal(ln_paper_kind(ln_paper_name(kind),
                                       strlen(ln_paper_name(kind))), kind);
    }

    assert_int_equal(ln_paper_kind("identity", 8), LN_PAPER_KINDS);
    assert_int_equal(ln_paper_kind("", 0), LN_PAPER_KINDS);

    kind = LN_PAPER_HK_MACAO_TAIWAN_RESIDENCE;
    assert_int_equal(get(kind, "810000199408230021"), LN_PAPER_OK);
    assert_string_equal(paper.region, "");
    assert_int_equal(get(kind, "830000199201300022"), LN_PAPER_OK);
    assert_int_equal(get(kind, "810000199408230022"), LN_PAPER_CHECK);
    assert_int_equal(get(kind, "11010519491231002X"), LN_PAPER_PREFIX);

    kind = LN_PAPER_FOREIGNER_RESIDENCE;
    strcpy(number, "931156198901300010");
    number[17] = ln_identity_check(number);
    assert_int_equal(get(kind, number), LN_PAPER_OK);
    assert_int_equal(get(kind, "fra 330390010112"), LN_PAPER_OK);
    assert_string_equal(paper.number, "FRA330390010112");
    assert_int_equal(get(kind, "11010519491231002X"), LN_PAPER_PREFIX);
    assert_int_equal(get(kind, "FR1330390010112"), LN_PAPER_PREFIX);
    assert_int_equal(get(kind, "FRA3303900101A2"), LN_PAPER_CHARACTER);
    assert_int_equal(get(kind, "FRA330390130112"), LN_PAPER_DATE);
    assert_int_equal(get(kind, "FRA33039001011"), LN_PAPER_LENGTH);

    assert_int_equal(get(LN_PAPER_PASSPORT, "e12345678"), LN_PAPER_OK);
    assert_string_equal(paper.number, "E12345678");
    assert_int_equal(get(LN_PAPER_PASSPORT, "E123"), LN_PAPER_LENGTH);
    assert_int_equal(get(LN_PAPER_PASSPORT, "E1234/5678"),
                     LN_PAPER_CHARACTER);

    assert_int_equal(get(LN_PAPER_USCC, "91350100m000100y43"), LN_PAPER_OK);
    assert_int_equal(get(LN_PAPER_USCC, "91350211M0000XUF46"),
                     LN_PAPER_CHECK);
    assert_int_equal(get(LN_PAPER_USCC, "9135010OM000100Y43"),
                     LN_PAPER_CHARACTER);
}


int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identity_good),
        cmocka_unit_test(test_identity_bad),
        cmocka_unit_test(test_identity_one_wrong),
        cmocka_unit_test(test_identity_weights),
        cmocka_unit_test(test_identity_today),
        cmocka_unit_test(test_identity_old),
        cmocka_unit_test(test_other_papers)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
