
/* Rows that commit in another order than they are numbered: none is missed. */

#include "../unit.h"

#include "ln_change_window.h"


#define ROUND  1000      /* ms between two polls */


static ln_window_t  window;


static void
round_at(uint64_t now)
{
    ln_window_round(&window, now);
}


static void
test_in_order(void **state)
{
    uint64_t  n;

    (void) state;

    ln_window_start(&window, 100);

    for (n = 101; n < 300000; n++) {
        assert_int_equal(ln_window_see(&window, n), LN_WINDOW_NEW);
        assert_int_equal(ln_window_see(&window, n), LN_WINDOW_KNOWN);
        assert_int_equal(window.low, n);
    }

    assert_int_equal(ln_window_see(&window, 5), LN_WINDOW_KNOWN);
}


static void
test_a_gap_is_waited_for_and_then_given_up(void **state)
{
    uint64_t  now;

    (void) state;

    ln_window_start(&window, 0);

    assert_int_equal(ln_window_see(&window, 1), LN_WINDOW_NEW);
    assert_int_equal(ln_window_see(&window, 3), LN_WINDOW_NEW);
    assert_int_equal(ln_window_see(&window, 5), LN_WINDOW_NEW);

    for (now = 10000; now < 10000 + LN_WINDOW_AGE; now += ROUND) {
        round_at(now);
        assert_int_equal(window.low, 1);
        assert_int_equal(ln_window_see(&window, 3), LN_WINDOW_KNOWN);
    }

    assert_int_equal(ln_window_see(&window, 2), LN_WINDOW_NEW);
    assert_int_equal(window.low, 3);

    round_at(now);
    assert_int_equal(window.low, 5);
    assert_int_equal(ln_window_see(&window, 4), LN_WINDOW_KNOWN);
    assert_int_equal(ln_window_see(&window, 6), LN_WINDOW_NEW);
}


static void
test_too_many_above_a_gap(void **state)
{
    uint64_t  n;

    (void) state;

    ln_window_start(&window, 0);

    for (n = 2; n <= LN_WINDOW_SEEN; n++) {
        assert_int_equal(ln_window_see(&window, n), LN_WINDOW_NEW);
    }

    assert_int_equal(ln_window_see(&window, n), LN_WINDOW_FULL);
    assert_int_equal(ln_window_see(&window, n - 1), LN_WINDOW_KNOWN);
    assert_int_equal(ln_window_see(&window, 1), LN_WINDOW_NEW);
    assert_int_equal(window.low, LN_WINDOW_SEEN);
    assert_int_equal(ln_window_see(&window, n), LN_WINDOW_NEW);
}


/*
 * A model: transactions take a number and commit some time later, or never;
 * each round reads what is committed above `low`.  With `stride` 3 only every
 * third number exists.
 */

#define MODEL  20000

static void
run_model(unsigned stride, unsigned seed)
{
    uint64_t         now, top, number, from;
    unsigned         i, seen;
    static uint64_t  commits[MODEL];        /* when; 0: rolled back */
    static uint64_t  inserted[MODEL];
    static unsigned  times[MODEL];

    srand(seed);
    memset(times, 0, sizeof(times));

    for (i = 0; i < MODEL; i++) {
        inserted[i] = 50000 + i * 11;
        commits[i] = rand() % 50 == 0 ? 0
                     : inserted[i] + (rand() % 40 == 0 ? rand() % 25000
                                                       : rand() % 40);
    }

    ln_window_start(&window, 0);
    top = 0;

    for (now = 50000; now < 50000 + MODEL * 11 + 40000; now += ROUND) {

        from = window.low;

        for (i = from / stride; i < MODEL; i++) {
            number = (uint64_t) i * stride + 1;

            if (inserted[i] > now) {
                break;
            }

            if (number <= from || commits[i] == 0 || commits[i] > now) {
                continue;
            }

            switch (ln_window_see(&window, number)) {

            case LN_WINDOW_NEW:
                times[i]++;
                break;

            case LN_WINDOW_KNOWN:
                break;

            default:
                fail();
            }

            top = number;
        }

        round_at(now);
        assert_true(window.low <= top);
    }

    seen = 0;

    for (i = 0; i < MODEL; i++) {
        assert_int_equal(times[i], commits[i] != 0);
        seen += times[i];
    }

    assert_true(seen > MODEL * 9 / 10);
    assert_true(window.low + 10 >= top);
}


static void
test_model(void **state)
{
    unsigned  seed;

    (void) state;

    for (seed = 1; seed <= 20; seed++) {
        run_model(1, seed);
        run_model(3, seed);
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_in_order),
        cmocka_unit_test(test_a_gap_is_waited_for_and_then_given_up),
        cmocka_unit_test(test_too_many_above_a_gap),
        cmocka_unit_test(test_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
