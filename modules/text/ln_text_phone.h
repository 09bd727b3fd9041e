
/*
 * Telephone numbers of the mainland: mobile (1[3-9] and nine digits), fixed
 * lines with their area code and perhaps an extension, and the short and
 * nation-wide numbers of services (12348, 110, 4008001234).
 */

#ifndef _LN_TEXT_PHONE_H_INCLUDED_
#define _LN_TEXT_PHONE_H_INCLUDED_


#include <stddef.h>


#define LN_PHONE_MAX  32         /* bytes of the canonical form, with the NUL */


typedef enum {
    LN_PHONE_BAD = 0,
    LN_PHONE_MOBILE,
    LN_PHONE_FIXED,
    LN_PHONE_SERVICE
} ln_phone_e;


/*
 * Reads one number as people write it (spaces, brackets, full-width digits,
 * +86) into its canonical, terminated form: 13812345678, 0577-88001234,
 * 0577-88001234-801, 12348.
 */
ln_phone_e ln_phone_parse(const char *s, size_t len, char out[LN_PHONE_MAX]);

/*
 * The form for people who may not see the number: 138****5678, 0577-****1234.
 * Services are public and stay.  Takes the canonical form; writes as much as
 * it had, terminated.
 */
void ln_phone_mask(const char *canonical, char out[LN_PHONE_MAX]);


#endif /* _LN_TEXT_PHONE_H_INCLUDED_ */
