
/*
 * Which rows of change_event have been dealt with: pure C.
 *
 * Rows get their number when they are inserted and are seen when they are
 * committed, in another order; numbers of transactions that were rolled back
 * are never seen, and a server may count in larger strides (Galera).  So:
 *
 *     … dealt with … | low + 1 … seen or missing, a bit each … high |
 *
 * `low` rises over what was seen without a gap, and over a gap once a higher
 * number was already known LN_WINDOW_AGE ago.
 */

#ifndef _LN_CHANGE_WINDOW_H_INCLUDED_
#define _LN_CHANGE_WINDOW_H_INCLUDED_


#include <stdint.h>


#define LN_WINDOW_AGE    30000   /* ms: no transaction lasts longer */
#define LN_WINDOW_SEEN   65536   /* rows above `low` that are told apart */
#define LN_WINDOW_MARKS  64      /* one a round of 1 s: more than the age's */


/* The highest number known at a moment. */
typedef struct {
    uint64_t           at;       /* ms */
    uint64_t           high;
} ln_window_mark_t;

typedef struct {
    uint64_t           low;
    uint64_t           high;
    unsigned           first_mark;      /* a ring */
    unsigned           nmarks;
    ln_window_mark_t   marks[LN_WINDOW_MARKS];
    uint64_t           seen[LN_WINDOW_SEEN / 64];   /* by number modulo */
} ln_window_t;

typedef enum {
    LN_WINDOW_NEW = 0,
    LN_WINDOW_KNOWN,
    LN_WINDOW_FULL       /* too far above `low` to be told apart */
} ln_window_e;


void ln_window_start(ln_window_t *window, uint64_t low);
ln_window_e ln_window_see(ln_window_t *window, uint64_t number);

/* The end of a round that read everything above `low`. */
void ln_window_round(ln_window_t *window, uint64_t now);


#endif /* _LN_CHANGE_WINDOW_H_INCLUDED_ */
