
/*
 * What ln_text_token.c and ln_text_prefix.c share: runs of text, and adding to
 * a set.  Not for others.
 */

#ifndef _LN_TEXT_RUN_H_INCLUDED_
#define _LN_TEXT_RUN_H_INCLUDED_


#include "ln_text_token.h"


/* A piece of text without gaps, all of one class. */

typedef struct {
    const uint32_t  *codes;
    size_t           len;
    int              word;           /* letters and digits, else Han */
} ln_run_t;


typedef struct ln_ending_s  ln_ending_t;


/* Takes the next run off the text; returns 0 at its end. */
int ln_run_next(ln_run_t *run, const uint32_t **p, const uint32_t *end);

/* The longest ending that closes the run, or NULL. */
const ln_ending_t *ln_run_ending(const ln_run_t *run);
size_t ln_ending_len(const ln_ending_t *ending);     /* 0 for NULL */

/* Both ignore what is there already or does not fit any more. */
void ln_token_add(ln_tokens_t *set, const char *text, size_t len,
    uint8_t weight);
void ln_token_add_codes(ln_tokens_t *set, const uint32_t *codes, size_t n,
    uint8_t weight);

/* Appends a syllable as far as it fits; a token is cut, as a query is. */
size_t ln_letters_add(char *letters, size_t len, const char *syllable);


#endif /* _LN_TEXT_RUN_H_INCLUDED_ */
