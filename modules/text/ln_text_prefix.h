
/*
 * Keys for the search box: a name is suggested for whatever one of its keys
 * begins with.  They are the name, its reading and its initials, folded as what
 * is typed is.
 */

#ifndef _LN_TEXT_PREFIX_H_INCLUDED_
#define _LN_TEXT_PREFIX_H_INCLUDED_


#include "ln_text_token.h"


typedef enum {
    LN_PREFIX_PERSON = 0,
    LN_PREFIX_ORGANIZATION,  /* without its ending; also behind its place */
    LN_PREFIX_WORD           /* areas, regions */
} ln_prefix_kind_e;


/* Adds the keys of a name to a set; weight 1 for those that begin inside. */
void ln_text_prefixes(ln_tokens_t *set, ln_prefix_kind_e kind,
    const char *name, size_t len);

/*
 * The key for what somebody has typed, not terminated.  Returns its bytes; 0
 * when there is nothing to look for.
 */
size_t ln_text_prefix_key(char out[LN_TOKEN_BYTES], const char *q, size_t len);


#endif /* _LN_TEXT_PREFIX_H_INCLUDED_ */
