
/*
 * Unified social credit codes of legal persons (GB 32100-2015): 18 characters
 * of 0123456789ABCDEFGHJKLMNPQRTUWXY, the last one a check by weights 3^i
 * modulo 31.  Real codes fail the check now and then: on an official import it
 * is a warning, never a reason to drop a row.
 */

#ifndef _LN_TEXT_USCC_H_INCLUDED_
#define _LN_TEXT_USCC_H_INCLUDED_


#include <stddef.h>


#define LN_USCC_LEN  18


typedef enum {
    LN_USCC_OK = 0,
    LN_USCC_LENGTH,          /* not 18 characters */
    LN_USCC_CHARACTER,       /* one that the standard does not use: I O S V Z,
                                or no letter or digit at all */
    LN_USCC_CHECK            /* the last character does not fit */
} ln_uscc_e;


/* Checks a code; lower case counts as upper case. */
ln_uscc_e ln_uscc_check(const char *code, size_t len);


#endif /* _LN_TEXT_USCC_H_INCLUDED_ */
