
#include <string.h>

#include "ln_text_fold.h"
#include "ln_text_pinyin.h"
#include "ln_text_run.h"
#include "ln_text_utf8.h"


#define LN_ENDING_MAX  9             /* characters */


struct ln_ending_s {
    uint16_t     codes[LN_ENDING_MAX];
    uint8_t      len;
    uint8_t      title;              /* of a person: dropped when searched */
    uint8_t      bytes;
    const char  *canonical;
};


#include "ln_text_words.h"


/* How a kind of text is cut and weighed. */

typedef struct {
    uint8_t  whole;
    uint8_t  part;
    uint8_t  ending;
    uint8_t  least;                  /* characters of the shortest piece */
    uint8_t  readings:1;
    uint8_t  syllables:1;            /* each one, and the given name */
    uint8_t  aligned:1;              /* pieces where words may begin only */
} ln_token_rule_t;


static const ln_token_rule_t  ln_token_rules[] = {
    [LN_TOKEN_PERSON] =       { 0, 1, 1, 1, 1, 1, 0 },
    [LN_TOKEN_ORGANIZATION] = { 0, 1, 2, 1, 1, 0, 0 },
    [LN_TOKEN_EMPLOYER] =     { 2, 2, 2, 2, 1, 0, 0 },
    [LN_TOKEN_TYPE] =         { 2, 2, 2, 2, 0, 0, 1 },
    [LN_TOKEN_AREA] =         { 3, 3, 3, 2, 0, 0, 1 }
};


void
ln_token_add(ln_tokens_t *set, const char *text, size_t len, uint8_t weight)
{
    size_t       i;
    ln_token_t  *token;

    if (len == 0) {
        return;
    }

    for (i = 0; i < set->count; i++) {
        token = &set->items[i];

        if (token->len == len && memcmp(token->text, text, len) == 0) {
            if (weight < token->weight) {
                token->weight = weight;
            }

            return;
        }
    }

    if (set->count == LN_MAX_TOKENS) {
        return;
    }

    token = &set->items[set->count++];
    token->len = (uint8_t) len;
    token->weight = weight;
    memcpy(token->text, text, len);
}


static size_t
ln_token_put(char *dst, const uint32_t *codes, size_t n)
{
    size_t  i, len;

    len = 0;

    for (i = 0; i < n && i < LN_TOKEN_CHARS
                && len + LN_UTF8_MAX <= LN_TOKEN_BYTES; i++)
    {
        len += ln_utf8_put(dst + len, codes[i]);
    }

    return len;
}


void
ln_token_add_codes(ln_tokens_t *set, const uint32_t *codes, size_t n,
    uint8_t weight)
{
    char    text[LN_TOKEN_BYTES];
    size_t  len;

    len = ln_token_put(text, codes, n);
    ln_token_add(set, text, len, weight);
}


int
ln_run_next(ln_run_t *run, const uint32_t **p, const uint32_t *end)
{
    const uint32_t  *q;

    while (*p < end && **p == LN_FOLD_GAP) {
        (*p)++;
    }

    if (*p == end) {
        return 0;
    }

    run->codes = *p;
    run->word = ln_text_is_word(**p);

    for (q = *p; q < end && *q != LN_FOLD_GAP; q++) {
        if (ln_text_is_word(*q) != run->word) {
            break;
        }
    }

    run->len = (size_t) (q - *p);
    *p = q;

    return 1;
}


/* The table has long ones first. */

const ln_ending_t *
ln_run_ending(const ln_run_t *run)
{
    size_t              i, j, at;
    const ln_ending_t  *ending;

    for (i = 0; i < sizeof(ln_endings) / sizeof(ln_endings[0]); i++) {
        ending = &ln_endings[i];

        if (ending->len > run->len) {
            continue;
        }

        at = run->len - ending->len;

        for (j = 0; j < ending->len; j++) {
            if (run->codes[at + j] != ending->codes[j]) {
                break;
            }
        }

        if (j == ending->len) {
            return ending;
        }
    }

    return NULL;
}


/*
 * Every practitioner has several areas, so of their names only the words are
 * kept (mostly two characters each) and what covers a query of the whole name.
 */

static int
ln_piece_is_aligned(size_t at, size_t n, size_t len)
{
    if (n == 2) {
        return at % 2 == 0;
    }

    if (n == len) {
        return 1;
    }

    return n == LN_TOKEN_GRAM && (at % LN_TOKEN_GRAM == 0 || at + n == len);
}


static void
ln_token_add_pieces(ln_tokens_t *set, const ln_token_rule_t *rule,
    const ln_run_t *run)
{
    size_t   i, n;
    uint8_t  weight;

    for (i = 0; i < run->len; i++) {
        for (n = rule->least; n <= LN_TOKEN_GRAM && i + n <= run->len; n++) {

            if (rule->aligned && !ln_piece_is_aligned(i, n, run->len)) {
                continue;
            }

            weight = n == run->len ? rule->whole : rule->part;
            ln_token_add_codes(set, run->codes + i, n, weight);
        }
    }
}


size_t
ln_letters_add(char *letters, size_t len, const char *syllable)
{
    while (*syllable != '\0' && len < LN_TOKEN_CHARS) {
        letters[len++] = *syllable++;
    }

    return len;
}


static void
ln_token_add_readings(ln_tokens_t *set, ln_token_kind_e kind,
    const ln_run_t *run)
{
    char                    whole[LN_TOKEN_CHARS], given[LN_TOKEN_CHARS];
    char                    initials[LN_TOKEN_CHARS];
    size_t                  i, surname, wn, gn, in;
    const char             *readings[LN_MAX_NAME_CHARS];
    const ln_token_rule_t  *rule;

    rule = &ln_token_rules[kind];
    wn = gn = in = 0;

    surname = ln_text_pinyin(run->codes, run->len,
                             kind == LN_TOKEN_PERSON ? LN_PINYIN_PERSON
                                                     : LN_PINYIN_TEXT,
                             readings);

    for (i = 0; i < run->len; i++) {
        wn = ln_letters_add(whole, wn, readings[i]);

        if (i >= surname) {
            gn = ln_letters_add(given, gn, readings[i]);
        }

        if (readings[i][0] != '\0' && in < LN_TOKEN_CHARS) {
            initials[in++] = readings[i][0];
        }

        if (rule->syllables) {
            ln_token_add(set, readings[i], strlen(readings[i]), rule->part);
        }
    }

    ln_token_add(set, whole, wn, rule->whole);

    if (in > 1) {
        ln_token_add(set, initials, in, rule->whole);
    }

    if (rule->syllables) {
        ln_token_add(set, given, gn, rule->part);
    }
}


static void
ln_token_add_run(ln_tokens_t *set, ln_token_kind_e kind, ln_run_t *run)
{
    const ln_ending_t      *ending;
    const ln_token_rule_t  *rule;

    rule = &ln_token_rules[kind];

    if (run->word) {
        ln_token_add_codes(set, run->codes, run->len, rule->part);
        return;
    }

    ending = NULL;

    if (kind != LN_TOKEN_PERSON) {
        ending = ln_run_ending(run);
    }

    /* A title is an ending only if it is all there is. */
    if (ending != NULL && (!ending->title || ending->len == run->len)) {
        ln_token_add(set, ending->canonical, ending->bytes, rule->ending);

        run->len -= ending->len;
    }

    if (run->len > 0) {
        ln_token_add_pieces(set, rule, run);

        if (rule->readings) {
            ln_token_add_readings(set, kind, run);
        }
    }
}


size_t
ln_ending_len(const ln_ending_t *ending)
{
    return ending != NULL ? ending->len : 0;
}


void
ln_text_tokens(ln_tokens_t *set, ln_token_kind_e kind, const char *text,
    size_t len)
{
    size_t           n;
    uint32_t         codes[LN_MAX_NAME_CHARS];
    ln_run_t         run;
    const uint32_t  *p, *end;

    n = ln_text_fold(codes, LN_MAX_NAME_CHARS, text, len);
    end = codes + n;

    for (p = codes; ln_run_next(&run, &p, end); /* void */) {
        ln_token_add_run(set, kind, &run);
    }
}


/* Covers a run by pieces of LN_TOKEN_GRAM, the last one flush at its end. */

static void
ln_query_add_run(ln_tokens_t *set, const ln_run_t *run)
{
    size_t  i;

    if (run->word || run->len <= LN_TOKEN_GRAM) {
        ln_token_add_codes(set, run->codes, run->len, 0);
        return;
    }

    for (i = 0; i + LN_TOKEN_GRAM <= run->len; i += LN_TOKEN_GRAM) {
        ln_token_add_codes(set, run->codes + i, LN_TOKEN_GRAM, 0);
    }

    if (run->len % LN_TOKEN_GRAM != 0) {
        ln_token_add_codes(set, run->codes + run->len - LN_TOKEN_GRAM,
                           LN_TOKEN_GRAM, 0);
    }
}


/*
 * Long tokens are rare ones.  A character of Han says about as much as three
 * letters; an ending (weight 1 here) is shared by thousands.
 */

static size_t
ln_query_promise(const ln_token_t *token)
{
    return token->weight == 1 ? 0 : token->len;
}


static void
ln_query_sort(ln_tokens_t *set)
{
    size_t      i, j;
    ln_token_t  token;

    for (i = 1; i < set->count; i++) {
        token = set->items[i];

        for (j = i; j > 0 && ln_query_promise(&set->items[j - 1])
                             < ln_query_promise(&token); j--)
        {
            set->items[j] = set->items[j - 1];
        }

        set->items[j] = token;
    }
}


static void
ln_query_add(ln_tokens_t *set, const char *q, size_t len, int titles)
{
    size_t              n;
    uint32_t            codes[LN_MAX_NAME_CHARS];
    ln_run_t            run;
    const uint32_t     *p, *end;
    const ln_ending_t  *ending;

    n = ln_text_fold(codes, LN_MAX_NAME_CHARS, q, len);
    end = codes + n;

    for (p = codes; ln_run_next(&run, &p, end); /* void */) {
        ending = run.word ? NULL : ln_run_ending(&run);

        if (ending != NULL) {
            run.len -= ending->len;

            if (titles || !ending->title || run.len == 0) {
                ln_token_add(set, ending->canonical, ending->bytes, 1);
            }
        }

        if (run.len > 0) {
            ln_query_add_run(set, &run);
        }
    }
}


static size_t
ln_query_tokens(ln_token_t out[LN_MAX_QUERY_TOKENS], const char *q, size_t len,
    int titles)
{
    size_t       n;
    ln_tokens_t  set;

    set.count = 0;
    ln_query_add(&set, q, len, titles);
    ln_query_sort(&set);

    n = set.count < LN_MAX_QUERY_TOKENS ? set.count : LN_MAX_QUERY_TOKENS;
    memcpy(out, set.items, n * sizeof(ln_token_t));

    return n;
}


void
ln_text_words(ln_tokens_t *set, const char *text, size_t len)
{
    size_t       n;
    const char  *p, *end;

    end = text + len;

    for (p = text; p < end; p += n + 1) {
        for (n = 0; p + n < end && p[n] != ' '; n++) { /* void */ }

        ln_query_add(set, p, n, 0);
        ln_query_add(set, p, n, 1);
    }
}


size_t
ln_text_query(ln_token_t out[LN_MAX_QUERY_TOKENS], const char *q, size_t len)
{
    return ln_query_tokens(out, q, len, 0);
}


size_t
ln_text_query_organization(ln_token_t out[LN_MAX_QUERY_TOKENS], const char *q,
    size_t len)
{
    return ln_query_tokens(out, q, len, 1);
}
