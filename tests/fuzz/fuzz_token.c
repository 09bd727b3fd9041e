
/* Tokens, readings, prefixes: bounded, valid, and found by their own name. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ln_text_fold.h"
#include "ln_text_prefix.h"
#include "ln_text_token.h"
#include "ln_text_utf8.h"


static void
fuzz_check(const ln_token_t *token)
{
    if (token->len == 0 || token->len > LN_TOKEN_BYTES
        || ln_utf8_check(token->text, token->len) != token->len
        || ln_utf8_count(token->text, token->len) > LN_TOKEN_CHARS)
    {
        abort();
    }
}


static int
fuzz_has(const ln_tokens_t *set, const ln_token_t *token)
{
    size_t  i;

    for (i = 0; i < set->count; i++) {
        if (set->items[i].len == token->len
            && memcmp(set->items[i].text, token->text, token->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char         key[LN_TOKEN_BYTES];
    size_t       i, n;
    uint32_t     codes[LN_MAX_NAME_CHARS];
    ln_token_t   query[LN_MAX_QUERY_TOKENS];
    ln_tokens_t  set;
    const char  *text;

    text = (const char *) data;
    n = ln_text_query(query, text, size);

    if (n > LN_MAX_QUERY_TOKENS) {
        abort();
    }

    for (i = 0; i < n; i++) {
        fuzz_check(&query[i]);
    }

    set.count = 0;
    ln_text_tokens(&set, LN_TOKEN_ORGANIZATION, text, size);

    for (i = 0; i < set.count; i++) {
        fuzz_check(&set.items[i]);
    }

    /* Who types the name of an organization finds it, if it is not so long
       that pieces were left out. */
    if (ln_text_fold(codes, LN_MAX_NAME_CHARS, text, size) < 32) {
        for (i = 0; i < n; i++) {
            if (set.count < LN_MAX_TOKENS && !fuzz_has(&set, &query[i])) {
                abort();
            }
        }
    }

    for (i = LN_TOKEN_PERSON; i <= LN_TOKEN_AREA; i++) {
        ln_text_tokens(&set, (ln_token_kind_e) i, text, size);
    }

    set.count = 0;
    ln_text_prefixes(&set, LN_PREFIX_PERSON, text, size);
    ln_text_prefixes(&set, LN_PREFIX_ORGANIZATION, text, size);
    ln_text_prefixes(&set, LN_PREFIX_WORD, text, size);

    for (i = 0; i < set.count; i++) {
        fuzz_check(&set.items[i]);
    }

    if (ln_text_prefix_key(key, text, size) > LN_TOKEN_BYTES) {
        abort();
    }

    return 0;
}
