
/*
 * UTF-8 as RFC 3629 has it: shortest forms only, no surrogates, nothing above
 * U+10FFFF.  Strings are a pointer and a length, never terminated.
 */

#ifndef _LN_TEXT_UTF8_H_INCLUDED_
#define _LN_TEXT_UTF8_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


#define LN_UTF8_MAX      4            /* bytes of the longest character */
#define LN_UTF8_INVALID  0xffffffffu


/*
 * The character at *p, which must be below end; moves *p past it.  A bad byte
 * gives LN_UTF8_INVALID and *p moves by that one byte.
 */
uint32_t ln_utf8_next(const char **p, const char *end);

/* Writes one character to dst (room for LN_UTF8_MAX) and returns its bytes. */
size_t ln_utf8_put(char *dst, uint32_t code);

/* The offset of the first byte that is not valid UTF-8; len if all is. */
size_t ln_utf8_check(const char *s, size_t len);

/* How many characters; a bad byte counts as one. */
size_t ln_utf8_count(const char *s, size_t len);

/* The bytes of the first n characters, or len if there are fewer. */
size_t ln_utf8_head(const char *s, size_t len, size_t n);


#endif /* _LN_TEXT_UTF8_H_INCLUDED_ */
