
/* The audit trail: what a MAC covers, what a chain shows, what is named. */

#include "../unit.h"

#include "ln_audit_chain.h"


#define ROWS   7
#define SEALS  3


typedef struct {
    unsigned char   id[LN_AUDIT_ID];
    ln_audit_row_t  row;
    unsigned char   mac[LN_AUDIT_HASH];
    unsigned        seal;
} stored_t;


static const unsigned char  key[LN_AUDIT_KEY] =
    "a key of thirty-two bytes, right";
static const unsigned char  at[] = "2026-11-22 01:02:03.000004";

static stored_t         rows[ROWS];
static ln_audit_seal_t  seals[SEALS];
static char             finding[256];


static ln_audit_text_t
text(const char *s)
{
    ln_audit_text_t  t;

    t.data = (const unsigned char *) s;
    t.length = s ? strlen(s) : 0;

    return t;
}


static void
make_row(stored_t *stored, unsigned n)
{
    memset(stored, 0, sizeof(stored_t));
    memset(stored->id, 0x11, LN_AUDIT_ID);
    stored->id[15] = (unsigned char) n;

    stored->row.id.data = stored->id;
    stored->row.id.length = LN_AUDIT_ID;
    stored->row.at = text((const char *) at);
    stored->row.action = text("POST /api/v1/practitioners/{id}/reports");
    stored->row.subject_type = text("practitioner");
    stored->row.subject_id = text("4711");
    stored->row.request_id = text("0123456789abcdef0123456789abcdef");

    assert_true(ln_audit_mac(key, &stored->row, stored->mac));
}


/* Rows 1-3 in seal 1, 4-5 in seal 2, 6 in seal 3, 7 waiting. */

static int
setup(void **state)
{
    unsigned          i, n;
    ln_audit_chain_t  chain;

    static const unsigned  seal_of[ROWS] = { 1, 1, 1, 2, 2, 3, 0 };

    (void) state;

    for (i = 0; i < ROWS; i++) {
        make_row(&rows[i], i + 1);
        rows[i].seal = seal_of[i];
    }

    for (n = 1; n <= SEALS; n++) {
        ln_audit_chain_start(&chain, n == 1 ? NULL : &seals[n - 2]);

        for (i = 0; i < ROWS; i++) {
            if (rows[i].seal == n) {
                ln_audit_chain_add(&chain, rows[i].id, rows[i].mac);
            }
        }

        assert_true(ln_audit_chain_end(&chain, key, at, &seals[n - 1]));
    }

    return 0;
}


/* As the tool does it; rows whose action is NULL were deleted. */

static ln_audit_e
verify_with(const unsigned char *with)
{
    unsigned          i, n;
    ln_audit_e        rc;
    ln_audit_text_t   mac;
    ln_audit_check_t  check;

    rc = LN_AUDIT_SOUND;
    ln_audit_check_start(&check, with);

    for (n = 0; n <= SEALS && rc == LN_AUDIT_SOUND; n++) {

        if (n < SEALS && seals[n].seq) {
            rc = ln_audit_check_seal(&check, &seals[n]);
        } else if (n < SEALS) {
            continue;
        }

        for (i = 0; i < ROWS && rc == LN_AUDIT_SOUND; i++) {
            if (rows[i].seal == (n + 1) % (SEALS + 1)
                && rows[i].row.action.data)
            {
                mac.data = rows[i].mac;
                mac.length = LN_AUDIT_HASH;
                rc = ln_audit_check_row(&check, &rows[i].row, &mac);
            }
        }

        if (n < SEALS && rc == LN_AUDIT_SOUND) {
            rc = ln_audit_check_end(&check);
        }
    }

    strcpy(finding, check.finding);
    ln_audit_check_free(&check);

    return rc;
}


static ln_audit_e
verify(void)
{
    return verify_with(key);
}


static void
test_sound(void **state)
{
    (void) state;

    assert_int_equal(verify(), LN_AUDIT_SOUND);
    assert_string_equal(finding, "");
    assert_int_equal(seals[0].events, 3);
    assert_int_equal(seals[2].seq, 3);
}


static void
test_another_key(void **state)
{
    unsigned char  other[LN_AUDIT_KEY];

    (void) state;

    memcpy(other, key, LN_AUDIT_KEY);
    other[31] ^= 1;
    assert_int_equal(verify_with(other), LN_AUDIT_ROW_CHANGED);
}


/* Each column in turn, also NULL against empty, and text moved over. */

static void
test_changed_row(void **state)
{
    unsigned           i;
    ln_audit_text_t   *columns[7], before;

    (void) state;

    columns[0] = &rows[3].row.at;
    columns[1] = &rows[3].row.account_id;
    columns[2] = &rows[3].row.action;
    columns[3] = &rows[3].row.subject_type;
    columns[4] = &rows[3].row.subject_id;
    columns[5] = &rows[3].row.request_id;
    columns[6] = &rows[3].row.detail;

    for (i = 0; i < ln_count(columns); i++) {
        before = *columns[i];
        *columns[i] = text("");
        assert_int_equal(verify(), LN_AUDIT_ROW_CHANGED);
        assert_string_equal(finding, "event "
                            "11111111-1111-1111-1111-111111111104 (seal 2) "
                            "was changed: its MAC does not match");
        *columns[i] = before;
    }

    rows[3].row.subject_type = text("practitioner4");
    rows[3].row.subject_id = text("711");
    assert_int_equal(verify(), LN_AUDIT_ROW_CHANGED);
}


static void
test_changed_waiting_row(void **state)
{
    (void) state;

    rows[6].row.subject_id = text("1");
    assert_int_equal(verify(), LN_AUDIT_ROW_CHANGED);
    assert_non_null(strstr(finding, "111107 was changed"));
}


static void
test_removed_row(void **state)
{
    unsigned  i;

    static const char *const  expected[] = {
        "event 11111111-1111-1111-1111-111111111101 (seal 1) is missing",
        "seal 1 covers 3 events, but 2 are there",
        "event 11111111-1111-1111-1111-111111111103 (seal 1) is missing",
        "event 11111111-1111-1111-1111-111111111104 (seal 2) is missing",
        "event 11111111-1111-1111-1111-111111111105 (seal 2) is missing",
        "event 11111111-1111-1111-1111-111111111106 (seal 3) is missing",
    };

    (void) state;

    for (i = 0; i < ln_count(expected); i++) {
        setup(NULL);
        rows[i].row.action = text(NULL);
        assert_int_equal(verify(), LN_AUDIT_ROW_MISSING);
        assert_string_equal(finding, expected[i]);
    }
}


/* A genuine row, put under a seal afterwards. */

static void
test_added_row(void **state)
{
    (void) state;

    rows[6].seal = 2;
    assert_int_equal(verify(), LN_AUDIT_ROW_ADDED);
    assert_string_equal(finding, "event "
                        "11111111-1111-1111-1111-111111111107 (seal 2) "
                        "was not sealed with the others");
}


static void
test_changed_seal(void **state)
{
    unsigned        i;
    unsigned char  *fields[] = {
        seals[1].at, seals[1].first_id, seals[1].last_id,
        (unsigned char *) &seals[1].events, seals[1].sha256, seals[1].sm3
    };

    (void) state;

    for (i = 0; i < ln_count(fields); i++) {
        fields[i][0] ^= 1;
        assert_int_equal(verify(), LN_AUDIT_SEAL_CHANGED);
        assert_non_null(strstr(finding, "seal 2 was changed"));
        fields[i][0] ^= 1;
    }

    assert_int_equal(verify(), LN_AUDIT_SOUND);
}


static void
test_removed_seal(void **state)
{
    (void) state;

    seals[1].seq = 0;
    rows[3].row.action = text(NULL);
    rows[4].row.action = text(NULL);
    assert_int_equal(verify(), LN_AUDIT_SEAL_MISSING);
    assert_string_equal(finding, "seal 2 is missing");
}


/* Who can write the database but lacks the key takes a row out, seals anew. */

static void
test_forged_chain(void **state)
{
    unsigned          i, n;
    ln_audit_chain_t  chain;

    static const unsigned char  guess[LN_AUDIT_KEY] = "not the key";

    (void) state;

    rows[1].row.action = text(NULL);

    for (n = 1; n <= SEALS; n++) {
        ln_audit_chain_start(&chain, n == 1 ? NULL : &seals[n - 2]);

        for (i = 0; i < ROWS; i++) {
            if (rows[i].seal == n && rows[i].row.action.data) {
                ln_audit_chain_add(&chain, rows[i].id, rows[i].mac);
            }
        }

        assert_true(ln_audit_chain_end(&chain, guess, at, &seals[n - 1]));
    }

    assert_int_equal(verify(), LN_AUDIT_SEAL_CHANGED);
    assert_string_equal(finding, "seal 1 was changed: "
                        "HMAC-SM3 does not match");
}


static void
test_long_detail(void **state)
{
    char           *detail;
    unsigned char   mac[LN_AUDIT_HASH];

    (void) state;

    detail = malloc(60001);
    memset(detail, 'x', 60000);
    detail[60000] = '\0';

    rows[0].row.detail = text(detail);
    assert_true(ln_audit_mac(key, &rows[0].row, mac));
    assert_memory_not_equal(mac, rows[0].mac, LN_AUDIT_HASH);

    free(detail);
}


static void
test_unhex(void **state)
{
    unsigned char  out[2];

    (void) state;

    assert_true(ln_audit_unhex(out, 2, (unsigned char *) "0aFf", 4));
    assert_int_equal(out[0], 0x0a);
    assert_int_equal(out[1], 0xff);
    assert_false(ln_audit_unhex(out, 2, (unsigned char *) "0aF", 3));
    assert_false(ln_audit_unhex(out, 2, (unsigned char *) "0aFg", 4));
    assert_false(ln_audit_unhex(out, 2, (unsigned char *) "0a:f", 4));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup(test_sound, setup),
        cmocka_unit_test_setup(test_another_key, setup),
        cmocka_unit_test_setup(test_changed_row, setup),
        cmocka_unit_test_setup(test_changed_waiting_row, setup),
        cmocka_unit_test_setup(test_removed_row, setup),
        cmocka_unit_test_setup(test_added_row, setup),
        cmocka_unit_test_setup(test_changed_seal, setup),
        cmocka_unit_test_setup(test_removed_seal, setup),
        cmocka_unit_test_setup(test_forged_chain, setup),
        cmocka_unit_test_setup(test_long_detail, setup),
        cmocka_unit_test(test_unhex),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
