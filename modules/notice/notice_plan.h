
/*
 * What becomes of a notice: pure C, without nginx.
 */

#ifndef _NOTICE_PLAN_H_INCLUDED_
#define _NOTICE_PLAN_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


#define NOTICE_DAY     86400     /* s */
#define NOTICE_MOBILE  11        /* digits */


/* What an answer of a gateway means for the notice, and for the gateway. */
typedef enum {
    NOTICE_TAKEN = 0,
    NOTICE_REFUSED,              /* nobody will ever take it */
    NOTICE_ELSEWHERE,            /* this gateway does not want this one */
    NOTICE_DOWN                  /* this gateway takes nothing now */
} notice_verdict_e;

/*
 * 2xx with an id: taken.  422: this notice is refused, whoever is asked.  Other
 * 4xx are about the notice too, but for those that are about who asks (401,
 * 403, 404) or when (408, 425, 429).  Anything else is about the gateway.
 */
notice_verdict_e notice_verdict(unsigned status, int has_id);

/*
 * Milliseconds until the next try: `pause` seconds doubled with every try, not
 * more than `most`, of which a quarter is chance (`random`), so that what
 * failed together does not come back together.
 */
int64_t notice_pause(int64_t tries, int64_t pause, int64_t most,
    uint32_t random);

/*
 * Seconds of quiet that are left at this second of the day; 0: none.  From and
 * to are minutes of the day, -1: no quiet hours; from > to is over midnight.
 */
int64_t notice_quiet(int64_t from, int64_t to, int64_t second);

/*
 * A mobile number of the mainland, with or without +86, blanks and hyphens,
 * as eleven digits (not terminated); false: it is none.
 */
bool notice_mobile(const char *text, size_t n, char mobile[NOTICE_MOBILE]);


#endif /* _NOTICE_PLAN_H_INCLUDED_ */
