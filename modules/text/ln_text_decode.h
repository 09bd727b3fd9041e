
/*
 * Files become valid UTF-8, piece by piece.  A UTF-8 file is checked and loses
 * its byte order mark; a GB18030 file (which GBK and GB 2312 are part of) is
 * converted by iconv.  A byte that fits nowhere becomes U+FFFD, so that its
 * row can be refused and the next one read; where the first one stood is kept.
 */

#ifndef _LN_TEXT_DECODE_H_INCLUDED_
#define _LN_TEXT_DECODE_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>
#include <iconv.h>


#define LN_DECODE_CARRY   4      /* bytes of the longest character */
#define LN_DECODE_GROWTH  3      /* UTF-8 bytes from one byte, at most */


typedef enum {
    LN_ENCODING_UTF8 = 0,
    LN_ENCODING_GB18030
} ln_encoding_e;


typedef struct {
    ln_encoding_e  encoding;
    iconv_t        iconv;
    uint64_t       offset;           /* of the next byte in the file */
    uint64_t       bad;              /* how many bytes fit nowhere */
    uint64_t       first_bad;        /* offset of the first of them */
    size_t         ncarry;
    char           carry[LN_DECODE_CARRY];
    unsigned       started:1;        /* past the byte order mark */
} ln_decoder_t;


/* 0, or -1 with errno set when this system cannot convert that encoding. */
int ln_decoder_open(ln_decoder_t *d, ln_encoding_e encoding);

/*
 * Decodes len bytes to out, which must have room for
 * (len + LN_DECODE_CARRY) * LN_DECODE_GROWTH, and returns how many bytes it
 * wrote.  A character that is cut off at the end waits for the next piece;
 * with `last` set it is a bad one.
 */
size_t ln_decoder_feed(ln_decoder_t *d, const char *in, size_t len, int last,
    char *out);

void ln_decoder_close(ln_decoder_t *d);


#endif /* _LN_TEXT_DECODE_H_INCLUDED_ */
