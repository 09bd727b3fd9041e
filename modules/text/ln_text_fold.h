
/*
 * Folding: what two spellings must have in common to be found alike.  Case,
 * full-width forms, tone marks and brackets vanish; everything that parts
 * words becomes one LN_FOLD_GAP.
 */

#ifndef _LN_TEXT_FOLD_H_INCLUDED_
#define _LN_TEXT_FOLD_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


#define LN_FOLD_GAP  0u


/*
 * Folds UTF-8 into at most max characters, without a gap at either end, and
 * returns how many.  What does not fit is left out; bad bytes part words.
 */
size_t ln_text_fold(uint32_t *out, size_t max, const char *s, size_t len);

/* One character; LN_FOLD_GAP parts words, LN_FOLD_NOTHING joins them. */
uint32_t ln_text_fold_code(uint32_t code);

#define LN_FOLD_NOTHING  0xfffffffeu

/* Letters and digits that make words; all else is cut into n-grams. */
int ln_text_is_word(uint32_t code);


#endif /* _LN_TEXT_FOLD_H_INCLUDED_ */
