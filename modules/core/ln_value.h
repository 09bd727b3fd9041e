
/* Text from outside to checked values: pure, unit-tested and fuzzed. */

#ifndef _LN_VALUE_H_INCLUDED_
#define _LN_VALUE_H_INCLUDED_


#include "ln_core.h"


/*
 * NULL, or the code of what is wrong.  The value's string points into `text`
 * (a UUID's 16 bytes into the pool), so text must live as long.
 */
const char *ln_value_parse(const ln_param_t *param, const ngx_str_t *text,
    ngx_pool_t *pool, ln_value_t *value);

/* At most 15 digits, no exponent. */
ngx_int_t ln_value_decimal(const ngx_str_t *text, double *number);


#endif /* _LN_VALUE_H_INCLUDED_ */
