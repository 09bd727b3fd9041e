
/* What the cmocka programs share. */

#ifndef _LN_UNIT_H_INCLUDED_
#define _LN_UNIT_H_INCLUDED_


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>


#define ln_count(array)  (sizeof(array) / sizeof((array)[0]))


#endif /* _LN_UNIT_H_INCLUDED_ */
