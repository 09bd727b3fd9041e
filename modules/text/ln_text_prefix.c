
#include <string.h>

#include "ln_text_fold.h"
#include "ln_text_pinyin.h"
#include "ln_text_prefix.h"
#include "ln_text_run.h"
#include "ln_text_utf8.h"


#define LN_PREFIX_LEAST  2     /* characters behind a place */


static void
ln_prefix_add(ln_tokens_t *set, const uint32_t *codes,
    const char *const *readings, size_t n, uint8_t weight)
{
    char    letters[LN_TOKEN_CHARS], initials[LN_TOKEN_CHARS];
    size_t  i, len, in;

    len = in = 0;

    for (i = 0; i < n; i++) {
        len = ln_letters_add(letters, len, readings[i]);

        if (readings[i][0] != '\0' && in < LN_TOKEN_CHARS) {
            initials[in++] = readings[i][0];
        }
    }

    ln_token_add_codes(set, codes, n, weight);
    ln_token_add(set, letters, len, weight);
    ln_token_add(set, initials, in, weight);
}


/*
 * Where else a name may be begun: behind a place of two characters, or of two
 * and one that closes it.  It costs a few rows when it is no place.
 */

static size_t
ln_prefix_inside(const ln_run_t *run)
{
    size_t  at;

    if (run->len < 4) {
        return 0;
    }

    /* shi, xian, qu, sheng: city, county, district, province */
    at = run->codes[2] == 0x5e02 || run->codes[2] == 0x53bf
         || run->codes[2] == 0x533a || run->codes[2] == 0x7701 ? 3 : 2;

    return run->len - at >= LN_PREFIX_LEAST ? at : 0;
}


static void
ln_prefix_add_run(ln_tokens_t *set, ln_prefix_kind_e kind, const ln_run_t *run)
{
    size_t       at;
    const char  *readings[LN_MAX_NAME_CHARS];

    (void) ln_text_pinyin(run->codes, run->len,
                          kind == LN_PREFIX_PERSON ? LN_PINYIN_PERSON
                                                   : LN_PINYIN_TEXT,
                          readings);

    ln_prefix_add(set, run->codes, readings, run->len, 0);

    at = kind == LN_PREFIX_ORGANIZATION ? ln_prefix_inside(run) : 0;

    if (at > 0) {
        ln_prefix_add(set, run->codes + at, readings + at, run->len - at, 1);
    }
}


void
ln_text_prefixes(ln_tokens_t *set, ln_prefix_kind_e kind, const char *name,
    size_t len)
{
    size_t           n, ending;
    uint32_t         codes[LN_MAX_NAME_CHARS];
    ln_run_t         run;
    const uint32_t  *p, *end;

    n = ln_text_fold(codes, LN_MAX_NAME_CHARS, name, len);
    end = codes + n;

    for (p = codes; ln_run_next(&run, &p, end); /* void */) {
        if (run.word) {
            ln_token_add_codes(set, run.codes, run.len, 0);
            continue;
        }

        if (kind == LN_PREFIX_ORGANIZATION) {
            ending = ln_ending_len(ln_run_ending(&run));
            run.len -= ending < run.len ? ending : 0;
        }

        ln_prefix_add_run(set, kind, &run);
    }
}


size_t
ln_text_prefix_key(char out[LN_TOKEN_BYTES], const char *q, size_t len)
{
    size_t    i, n, used;
    uint32_t  codes[LN_MAX_NAME_CHARS];

    n = ln_text_fold(codes, LN_MAX_NAME_CHARS, q, len);
    used = 0;

    for (i = 0; i < n && used + LN_UTF8_MAX <= LN_TOKEN_BYTES; i++) {
        if (codes[i] != LN_FOLD_GAP) {
            used += ln_utf8_put(out + used, codes[i]);
        }
    }

    return ln_utf8_head(out, used, LN_TOKEN_CHARS);
}
