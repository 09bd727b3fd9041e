
/*
 * Readings of Chinese text, without tones and with v for u-umlaut, as people
 * type them.  The table is made from npm pinyin-pro at build time.
 */

#ifndef _LN_TEXT_PINYIN_H_INCLUDED_
#define _LN_TEXT_PINYIN_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


#define LN_PINYIN_MAX  6     /* letters of the longest syllable */


typedef enum {
    LN_PINYIN_TEXT = 0,      /* firms, places, words */
    LN_PINYIN_PERSON         /* opens with a surname, which may read its own
                                way, or be two characters long */
} ln_pinyin_kind_e;


/*
 * Points out[i] at the reading of codes[i] for all n characters: a terminated
 * string of at most LN_PINYIN_MAX letters from a static table, "" where there
 * is none (letters, rare characters).  Phrases decide between readings.
 * Returns how many characters the surname has (0 for LN_PINYIN_TEXT).
 */
size_t ln_text_pinyin(const uint32_t *codes, size_t n, ln_pinyin_kind_e kind,
    const char **out);

/* Whether the character is one that a reading exists for. */
int ln_text_is_han(uint32_t code);


#endif /* _LN_TEXT_PINYIN_H_INCLUDED_ */
