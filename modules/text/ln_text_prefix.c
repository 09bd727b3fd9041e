
#include <string.h>

#include "ln_text_fold.h"
#include "ln_text_pinyin.h"
#include "ln_text_prefix.h"
#include "ln_text_run.h"
#include "ln_text_utf8.h"


#define LN_PREFIX_HAN      8     /* characters of the longest prefix */
#define LN_PREFIX_LETTERS  12


/* How short a prefix may be, so that the table stays small. */

typedef struct {
    uint8_t  han;
    uint8_t  letters;
    uint8_t  initials;
    uint8_t  whole:1;            /* readings by whole syllables only */
    uint8_t  inside:1;           /* also behind the name of a place */
} ln_prefix_rule_t;


static const ln_prefix_rule_t  ln_prefix_rules[] = {
    [LN_PREFIX_PERSON] =       { 2, 2, 2, 1, 0 },
    [LN_PREFIX_ORGANIZATION] = { 2, 3, 2, 0, 1 },
    [LN_PREFIX_WORD] =         { 1, 1, 1, 0, 0 }
};


static void
ln_prefix_add_han(ln_tokens_t *set, const ln_prefix_rule_t *rule,
    const uint32_t *codes, size_t n, uint8_t weight)
{
    size_t  i;

    for (i = rule->han; i <= n && i <= LN_PREFIX_HAN; i++) {
        ln_token_add_codes(set, codes, i, weight);
    }

    if (n < rule->han) {
        ln_token_add_codes(set, codes, n, weight);
    }
}


static void
ln_prefix_add_letters(ln_tokens_t *set, const char *letters, size_t least,
    size_t n, uint8_t weight)
{
    size_t  i;

    for (i = least; i <= n && i <= LN_PREFIX_LETTERS; i++) {
        ln_token_add(set, letters, i, weight);
    }
}


static void
ln_prefix_add_readings(ln_tokens_t *set, const ln_prefix_rule_t *rule,
    const char *const *readings, size_t n, uint8_t weight)
{
    char    letters[LN_TOKEN_CHARS], initials[LN_MAX_NAME_CHARS];
    size_t  i, len, in;

    len = in = 0;

    for (i = 0; i < n; i++) {
        len = ln_letters_add(letters, len, readings[i]);

        if (readings[i][0] != '\0') {
            initials[in++] = readings[i][0];
        }

        if (rule->whole && i + 1 >= rule->letters) {
            ln_token_add(set, letters, len, weight);
        }
    }

    if (rule->whole) {
        ln_prefix_add_letters(set, initials, in > 1 ? in : LN_PREFIX_LETTERS,
                              in, weight);
        return;
    }

    ln_prefix_add_letters(set, letters, rule->letters, len, weight);
    ln_prefix_add_letters(set, initials, rule->initials, in, weight);
}


/*
 * Where else a name may be begun: behind a place of two characters, or of two
 * and one that closes it.  It costs a few rows when it is no place.
 */

static size_t
ln_prefix_inside(const ln_prefix_rule_t *rule, const ln_run_t *run)
{
    size_t  at;

    if (!rule->inside || run->len < 4) {
        return 0;
    }

    /* shi, xian, qu, sheng: city, county, district, province */
    at = run->codes[2] == 0x5e02 || run->codes[2] == 0x53bf
         || run->codes[2] == 0x533a || run->codes[2] == 0x7701 ? 3 : 2;

    return run->len - at >= rule->han ? at : 0;
}


static void
ln_prefix_add_run(ln_tokens_t *set, ln_prefix_kind_e kind, const ln_run_t *run)
{
    size_t                   at;
    const char              *readings[LN_MAX_NAME_CHARS];
    const ln_prefix_rule_t  *rule;

    rule = &ln_prefix_rules[kind];

    (void) ln_text_pinyin(run->codes, run->len,
                          kind == LN_PREFIX_PERSON ? LN_PINYIN_PERSON
                                                   : LN_PINYIN_TEXT,
                          readings);

    ln_prefix_add_han(set, rule, run->codes, run->len, 0);
    ln_prefix_add_readings(set, rule, readings, run->len, 0);

    at = ln_prefix_inside(rule, run);

    if (at > 0) {
        ln_prefix_add_han(set, rule, run->codes + at, run->len - at, 1);
        ln_prefix_add_readings(set, rule, readings + at, run->len - at, 1);
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
            ln_prefix_add_han(set, &ln_prefix_rules[kind], run.codes, run.len,
                              0);
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

    return ln_utf8_head(out, used,
                        used > 0 && (unsigned char) out[0] < 0x80
                        ? LN_PREFIX_LETTERS : LN_PREFIX_HAN);
}
