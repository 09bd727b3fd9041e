
/*
 * Numbers of lawyers' practising certificates: 17 digits in parts, without a
 * check digit, or 12 digits on old certificates.  Like a credit code's check,
 * a wrong part is worth a warning, never a refusal.
 */

#ifndef _LN_TEXT_LICENCE_H_INCLUDED_
#define _LN_TEXT_LICENCE_H_INCLUDED_


#include <stddef.h>


#define LN_LICENCE_LEN      17
#define LN_LICENCE_LEN_OLD  12


typedef enum {
    LN_LICENCE_OK = 0,
    LN_LICENCE_OLD,          /* 12 digits: nothing in it can be checked */
    LN_LICENCE_LENGTH,
    LN_LICENCE_DIGIT,        /* something that is no digit */
    LN_LICENCE_PREFIX,       /* does not begin with 1 */
    LN_LICENCE_PROVINCE,     /* digits 2-3 name none (GB/T 2260) */
    LN_LICENCE_YEAR,         /* digits 6-9: before 1979 or to come */
    LN_LICENCE_KIND,         /* digit 10 is 0 */
    LN_LICENCE_SEX           /* digit 11 is neither 0 nor 1 */
} ln_licence_e;


typedef enum {               /* digit 10 */
    LN_LAWYER_FULL_TIME = 1,
    LN_LAWYER_PART_TIME,
    LN_LAWYER_HONG_KONG,
    LN_LAWYER_MACAO,
    LN_LAWYER_TAIWAN,
    LN_LAWYER_PUBLIC,
    LN_LAWYER_COMPANY,
    LN_LAWYER_LEGAL_AID,
    LN_LAWYER_MILITARY
} ln_lawyer_kind_e;


typedef struct {
    unsigned          region;    /* four digits of GB/T 2260: province, city */
    unsigned          year;      /* first practised */
    ln_lawyer_kind_e  kind;
    unsigned          female;
    unsigned          serial;
} ln_licence_t;


/*
 * Checks a lawyer's number; `year` is the current one.  The parts are filled
 * in for LN_LICENCE_OK only.
 */
ln_licence_e ln_licence_check(const char *number, size_t len, unsigned year,
    ln_licence_t *parts);


#endif /* _LN_TEXT_LICENCE_H_INCLUDED_ */
