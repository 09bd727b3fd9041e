
#include <string.h>

#include "ln_change_window.h"


void
ln_window_start(ln_window_t *window, uint64_t low)
{
    memset(window, 0, sizeof(ln_window_t));

    window->low = low;
    window->high = low;
}


static uint64_t *
ln_window_word(ln_window_t *window, uint64_t number, uint64_t *bit)
{
    *bit = (uint64_t) 1 << (number % 64);

    return &window->seen[number % LN_WINDOW_SEEN / 64];
}


/* Up to `to` all is dealt with; the bits serve higher numbers now. */

static void
ln_window_advance(ln_window_t *window, uint64_t to)
{
    uint64_t  bit, *word;

    while (window->low < to) {
        window->low++;
        word = ln_window_word(window, window->low, &bit);
        *word &= ~bit;
    }
}


/* What was seen without a gap is dealt with. */

static void
ln_window_settle(ln_window_t *window)
{
    uint64_t  bit, *word;

    while (window->low < window->high) {
        word = ln_window_word(window, window->low + 1, &bit);

        if ((*word & bit) == 0) {
            return;
        }

        ln_window_advance(window, window->low + 1);
    }
}


ln_window_e
ln_window_see(ln_window_t *window, uint64_t number)
{
    uint64_t  bit, *word;

    if (number <= window->low) {
        return LN_WINDOW_KNOWN;
    }

    if (number - window->low > LN_WINDOW_SEEN) {
        return LN_WINDOW_FULL;
    }

    if (number > window->high) {
        window->high = number;
    }

    word = ln_window_word(window, number, &bit);

    if (*word & bit) {
        return LN_WINDOW_KNOWN;
    }

    *word |= bit;

    ln_window_settle(window);

    return LN_WINDOW_NEW;
}


void
ln_window_round(ln_window_t *window, uint64_t now)
{
    ln_window_mark_t  *mark;

    while (window->nmarks) {
        mark = &window->marks[window->first_mark];

        if (now - mark->at < LN_WINDOW_AGE
            && window->nmarks < LN_WINDOW_MARKS)
        {
            break;
        }

        ln_window_advance(window, mark->high);
        window->first_mark = (window->first_mark + 1) % LN_WINDOW_MARKS;
        window->nmarks--;
    }

    ln_window_settle(window);

    mark = &window->marks[(window->first_mark + window->nmarks)
                          % LN_WINDOW_MARKS];
    mark->at = now;
    mark->high = window->high;
    window->nmarks++;
}
