
/*
 * Numbers of the papers that say who somebody is.  Pure C.
 *
 *   identity card          GB 11643-1999: region (6), date of birth (8),
 *                          sequence (3, odd: male), check by ISO 7064
 *                          MOD 11-2
 *   residence permit of residents of Hong Kong, Macao and Taiwan
 *                          the same, with the regions 810000, 820000, 830000
 *   permanent residence card of foreigners
 *                          since 2023: 9, province (2), nationality by
 *                          ISO 3166-1 (3), date of birth (8), sequence (3),
 *                          the same check; before: three letters and 12 digits
 *   passport               5 to 20 letters and digits
 *   unified social credit code   see ln_text_uscc.h
 *
 * Whether a region's code was ever in force the caller asks the database:
 * people keep the codes of counties that are no more.
 */

#ifndef _LN_TEXT_IDENTITY_H_INCLUDED_
#define _LN_TEXT_IDENTITY_H_INCLUDED_


#include <stdbool.h>
#include <stddef.h>


#define LN_PAPER_MAX       20     /* characters of a number */
#define LN_PAPER_WRITTEN   64     /* with blanks and hyphens, at most */
#define LN_PAPER_REGION    6


typedef enum {
    LN_PAPER_IDENTITY_CARD = 0,
    LN_PAPER_FOREIGNER_RESIDENCE,
    LN_PAPER_HK_MACAO_TAIWAN_RESIDENCE,
    LN_PAPER_PASSPORT,
    LN_PAPER_USCC,
    LN_PAPER_KINDS
} ln_paper_kind_e;

typedef enum {
    LN_PAPER_OK = 0,
    LN_PAPER_LENGTH,
    LN_PAPER_CHARACTER,
    LN_PAPER_PREFIX,      /* what it begins with is of another kind */
    LN_PAPER_DATE,        /* no real day, or one that has yet to come */
    LN_PAPER_CHECK        /* the check character does not fit */
} ln_paper_e;

typedef struct {
    char      number[LN_PAPER_MAX + 1];     /* canonical: no blanks, X */
    char      region[LN_PAPER_REGION + 1];  /* "" when it says none */
    int       birth;                           /* yyyymmdd; 0: not said */
    bool      sexed;
    bool      female;
    bool      old;                             /* was of 15 digits */
} ln_paper_t;


/* "identity_card" ...; LN_PAPER_KINDS: no such kind. */
ln_paper_kind_e ln_paper_kind(const char *name, size_t len);
const char *ln_paper_name(ln_paper_kind_e kind);

/*
 * Reads a number as people write it: any case, blanks and hyphens between.
 * `today` is yyyymmdd.
 */
ln_paper_e ln_paper_read(ln_paper_kind_e kind, const char *text,
    size_t len, int today, ln_paper_t *document);

/*
 * The same, and an identity card's old number of 15 digits becomes the one of
 * 18: for looking something up in old files, never as what somebody declares.
 */
ln_paper_e ln_paper_seek(ln_paper_kind_e kind, const char *text,
    size_t len, int today, ln_paper_t *document);

/* The check character of 17 digits; 0 when one of them is none. */
char ln_identity_check(const char digits[17]);


#endif /* _LN_TEXT_IDENTITY_H_INCLUDED_ */
