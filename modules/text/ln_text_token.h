
/*
 * Tokens of the inverted tables (token, weight_order, rank_order, id), and of
 * the text that somebody looks for.  Both are made here, so that they agree:
 *
 *   - every piece of up to LN_TOKEN_GRAM characters of a name is a token, so
 *     a query word that short is found by one token, and a longer one by
 *     pieces of that length that cover it;
 *   - the reading of a name is a token as a whole ("zhangwei"), so are its
 *     initials ("zw"), and a person's syllables and given name (areas and
 *     types are few: their readings are suggestions, not tokens);
 *   - what names of organizations end with (endings.txt) is one token, the
 *     canonical word, and pieces across it are not made.
 *
 * Nothing is allocated; every set has a fixed size.
 */

#ifndef _LN_TEXT_TOKEN_H_INCLUDED_
#define _LN_TEXT_TOKEN_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


#define LN_TOKEN_CHARS       24    /* VARCHAR(24): four longest syllables */
#define LN_TOKEN_BYTES       40    /* 24 letters, or 13 characters of Han */
#define LN_TOKEN_GRAM        4     /* characters of the longest piece */

#define LN_MAX_NAME_CHARS    64    /* of a name or query that are looked at */
#define LN_MAX_TOKENS        256   /* of one name; the rest is left out */
#define LN_MAX_QUERY_TOKENS  6     /* joins of the search statement */


typedef enum {
    LN_TOKEN_PERSON = 0,           /* weights 0 (whole) and 1 (part) */
    LN_TOKEN_ORGANIZATION,         /* 0, 1, and 2 for its ending */
    LN_TOKEN_EMPLOYER,             /* a person's organization: 2 */
    LN_TOKEN_TYPE,                 /* a type of organization: 2 */
    LN_TOKEN_AREA                  /* a practice area: 3 */
} ln_token_kind_e;


typedef struct {
    uint8_t  len;                  /* bytes of text, never 0 */
    uint8_t  weight;               /* smaller is the better match */
    char     text[LN_TOKEN_BYTES]; /* UTF-8, not terminated */
} ln_token_t;


typedef struct {
    size_t      count;
    ln_token_t  items[LN_MAX_TOKENS];
} ln_tokens_t;


/*
 * Adds the tokens of one text to a set that the caller has emptied (count = 0)
 * before the first of them.  A token comes once, with its smallest weight.
 */
void ln_text_tokens(ln_tokens_t *set, ln_token_kind_e kind, const char *text,
    size_t len);

/*
 * Adds what searches look for when they are one of these words, which spaces
 * part: the words are found as they are, no pieces of them.
 */
void ln_text_words(ln_tokens_t *set, const char *text, size_t len);

/*
 * The tokens that a row must all have to be found by q, the most selective
 * first; weights mean nothing here.  Returns how many; 0 when q has nothing
 * that could be looked for.
 */
size_t ln_text_query(ln_token_t out[LN_MAX_QUERY_TOKENS], const char *q,
    size_t len);

/*
 * As that, of an organization: what follows a name is no title to be dropped
 * then, but says what is looked for ("notary" behind a town's name).
 */
size_t ln_text_query_organization(ln_token_t out[LN_MAX_QUERY_TOKENS],
    const char *q, size_t len);


#endif /* _LN_TEXT_TOKEN_H_INCLUDED_ */
