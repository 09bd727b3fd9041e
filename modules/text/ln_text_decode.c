
#include <errno.h>
#include <string.h>

#include "ln_text_decode.h"
#include "ln_text_utf8.h"


#define LN_REPLACEMENT  0xfffd


typedef struct {
    char    *p;
    size_t   left;
} ln_decode_out_t;


int
ln_decoder_open(ln_decoder_t *d, ln_encoding_e encoding)
{
    memset(d, 0, sizeof(*d));
    d->encoding = encoding;
    d->iconv = (iconv_t) -1;

    if (encoding == LN_ENCODING_UTF8) {
        return 0;
    }

    d->iconv = iconv_open("UTF-8", "GB18030");

    return d->iconv == (iconv_t) -1 ? -1 : 0;
}


void
ln_decoder_close(ln_decoder_t *d)
{
    if (d->iconv != (iconv_t) -1) {
        (void) iconv_close(d->iconv);
        d->iconv = (iconv_t) -1;
    }
}


/* Bytes that a UTF-8 character takes by its first byte; 1 for a bad one. */

static size_t
ln_utf8_length(unsigned char lead)
{
    if (lead >= 0xc2 && lead <= 0xdf) {
        return 2;
    }

    if (lead >= 0xe0 && lead <= 0xef) {
        return 3;
    }

    return lead >= 0xf0 && lead <= 0xf4 ? 4 : 1;
}


/* Whether what is there of a character could still become a good one. */

static int
ln_utf8_is_cut(const char *p, const char *end)
{
    size_t  i, have;

    have = (size_t) (end - p);

    if (have >= ln_utf8_length((unsigned char) *p)) {
        return 0;
    }

    for (i = 1; i < have; i++) {
        if (((unsigned char) p[i] & 0xc0) != 0x80) {
            return 0;
        }
    }

    return 1;
}


static void
ln_decoder_bad(ln_decoder_t *d, uint64_t at, ln_decode_out_t *out)
{
    size_t  n;

    if (d->bad++ == 0) {
        d->first_bad = at;
    }

    n = ln_utf8_put(out->p, LN_REPLACEMENT);
    out->p += n;
    out->left -= n;
}


/* Both return how many bytes they used; what is left is cut off. */

static size_t
ln_decode_utf8(ln_decoder_t *d, const char *in, size_t len, int last,
    ln_decode_out_t *out)
{
    size_t       n;
    const char  *p, *at, *end;

    end = in + len;

    for (p = in; p < end; /* void */) {
        at = p;

        if (!last && ln_utf8_is_cut(p, end)) {
            break;
        }

        if (ln_utf8_next(&p, end) == LN_UTF8_INVALID) {
            ln_decoder_bad(d, d->offset + (size_t) (at - in), out);
            continue;
        }

        n = (size_t) (p - at);
        memcpy(out->p, at, n);
        out->p += n;
        out->left -= n;
    }

    return (size_t) (p - in);
}


static size_t
ln_decode_iconv(ln_decoder_t *d, const char *in, size_t len, int last,
    ln_decode_out_t *out)
{
    char    *p;
    size_t   left;

    p = (char *) in;
    left = len;

    while (left > 0) {
        if (iconv(d->iconv, &p, &left, &out->p, &out->left) != (size_t) -1) {
            break;
        }

        if (errno == EINVAL && !last) {
            break;
        }

        ln_decoder_bad(d, d->offset + (len - left), out);
        p++;
        left--;
    }

    return len - left;
}


static size_t
ln_decode(ln_decoder_t *d, const char *in, size_t len, int last,
    ln_decode_out_t *out)
{
    size_t  used;

    if (d->encoding == LN_ENCODING_UTF8) {
        used = ln_decode_utf8(d, in, len, last, out);

    } else {
        used = ln_decode_iconv(d, in, len, last, out);
    }

    d->offset += used;

    return used;
}


/*
 * Completes the character that the last piece was cut in, a byte at a time.
 * Returns how many bytes of the new piece it took.
 */

static size_t
ln_decoder_join(ln_decoder_t *d, const char *in, size_t len, int last,
    ln_decode_out_t *out)
{
    size_t  used, taken;

    taken = 0;

    while (d->ncarry > 0) {
        if (taken < len && d->ncarry < LN_DECODE_CARRY) {
            d->carry[d->ncarry++] = in[taken++];

        } else if (taken == len && !last) {
            break;
        }

        used = ln_decode(d, d->carry, d->ncarry, last && taken == len, out);

        /* No character is longer: the first byte is a bad one. */
        if (used == 0 && d->ncarry == LN_DECODE_CARRY) {
            used = ln_decode(d, d->carry, 1, 1, out);
        }

        d->ncarry -= used;
        memmove(d->carry, d->carry + used, d->ncarry);
    }

    return taken;
}


/* The mark is one character in both encodings once it is decoded. */

static size_t
ln_decoder_drop_mark(ln_decoder_t *d, char *text, size_t len)
{
    if (d->started || len == 0) {
        return len;
    }

    d->started = 1;

    if (len < 3 || memcmp(text, "\xef\xbb\xbf", 3) != 0) {
        return len;
    }

    memmove(text, text + 3, len - 3);

    return len - 3;
}


size_t
ln_decoder_feed(ln_decoder_t *d, const char *in, size_t len, int last,
    char *text)
{
    size_t           taken;
    ln_decode_out_t  out;

    out.p = text;
    out.left = (len + LN_DECODE_CARRY) * LN_DECODE_GROWTH;

    taken = ln_decoder_join(d, in, len, last, &out);
    taken += ln_decode(d, in + taken, len - taken, last, &out);

    /* Nothing is carried here: a join that is not done took all there was. */
    if (taken < len) {
        d->ncarry = len - taken;
        memcpy(d->carry, in + taken, d->ncarry);
    }

    return ln_decoder_drop_mark(d, text, (size_t) (out.p - text));
}
