
/*
 * Numbers of identity documents: GB 11643-1999 and its kin.  Pure C.
 */

#ifndef _AUTH_IDENTITY_H_INCLUDED_
#define _AUTH_IDENTITY_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>


#define AUTH_ID_NUMBER  18     /* characters; the longest of all kinds */
#define AUTH_DOCUMENT_MAX  24  /* characters of any document's number */


/* Which paper. */
typedef enum {
    AUTH_IDENTITY_CARD = 0,        /* GB 11643, 18 digits with a check digit */
    AUTH_HK_MACAO_TAIWAN,          /* residence permit, 81, 82, 83; the same */
    AUTH_FOREIGN_RESIDENCE,        /* since 2023 18 digits from 9; before,
                                      three letters and twelve digits */
    AUTH_PASSPORT
} auth_document_e;

typedef enum {
    AUTH_NUMBER_OK = 0,
    AUTH_NUMBER_LENGTH,
    AUTH_NUMBER_CHARACTER,
    AUTH_NUMBER_REGION,            /* no province has these first digits */
    AUTH_NUMBER_DATE,              /* no day, or one still to come */
    AUTH_NUMBER_CHECK,
    AUTH_NUMBER_KIND               /* right, but of another paper */
} auth_number_e;

typedef struct {
    char        canonical[AUTH_DOCUMENT_MAX + 1];   /* upper case, no spaces */
    size_t      length;
    char        region[7];         /* first six digits; "" when it has none */
    int         year, month, day;  /* of birth; 0: not in the number */
    bool        female;            /* by the 17th digit's parity */
} auth_number_t;


/*
 * `today` is YYYYMMDD in Asia/Shanghai: nobody was born later.  Region codes
 * are checked for their province only, because people keep the codes of
 * counties that are gone; the table region_code_history knows those.
 */
auth_number_e auth_number_check(auth_document_e kind, const char *s, size_t n,
    int today, auth_number_t *number);


/*
 * A mobile number of the mainland as people write it, with blanks, hyphens or
 * +86, into its eleven digits; false: it is none.
 */
#define AUTH_MOBILE  11

bool auth_mobile(const char *s, size_t n, char out[AUTH_MOBILE]);


#endif /* _AUTH_IDENTITY_H_INCLUDED_ */
