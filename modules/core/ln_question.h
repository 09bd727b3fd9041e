
/* What is being asked, apart from who asks: for cache keys and cursors. */

#ifndef _LN_QUESTION_H_INCLUDED_
#define _LN_QUESTION_H_INCLUDED_


#include "ln_core.h"
#include "ln_hash.h"


#define LN_QUESTION_FILTERS  0   /* without cursor and limit */
#define LN_QUESTION_WHOLE    1


/* Of the route, the database and the parameters, under the service's key. */
void ln_question_digest(ln_request_t *lr, ngx_uint_t whole,
    uint64_t digest[LN_HASH_WORDS]);

/* The first choice whose terms all hold; NULL cannot be (checked). */
const ln_chosen_t *ln_question_choose(ln_request_t *lr);
ngx_uint_t ln_question_holds(ln_request_t *lr, const ln_chosen_t *chosen);

ngx_int_t ln_cursor_encode(ln_request_t *lr, const ln_chosen_t *chosen,
    const ln_value_t *values, ngx_str_t *cursor);
ngx_int_t ln_cursor_decode(ln_request_t *lr, const ln_chosen_t *chosen,
    const ln_value_t *given);


#endif /* _LN_QUESTION_H_INCLUDED_ */
