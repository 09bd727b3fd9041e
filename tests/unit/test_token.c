
/*
 * Readings and tokens, by the files in data/: the texts are Chinese.
 *
 *     pinyin.txt   person|text NAME READING
 *     tokens.txt   person|organization|employer|type|area NAME
 *                  + TOKEN:WEIGHT ...      are made
 *                  - TOKEN ...             are not
 *     query.txt    QUERY = TOKEN ...       in this order, _ for a space
 *     found.txt    kind NAME = QUERY ...   every query finds the name
 */

#include "unit.h"

#include "ln_text_fold.h"
#include "ln_text_pinyin.h"
#include "ln_text_token.h"


#ifndef DATA
#define DATA  "tests/unit/data/"
#endif

#define SEPARATORS  " \n"


static FILE *
open_data(const char *name)
{
    char   path[256];
    FILE  *file;

    snprintf(path, sizeof(path), DATA "%s", name);
    file = fopen(path, "r");

    if (file == NULL) {
        fail_msg("cannot open %s", path);
    }

    return file;
}


/* The next line that says something, its first word cut off. */

static char *
next_line(FILE *file, char *line, size_t size, char **save)
{
    char  *word;

    while (fgets(line, (int) size, file) != NULL) {
        word = strtok_r(line, SEPARATORS, save);

        if (word != NULL && word[0] != '#') {
            return word;
        }
    }

    return NULL;
}


static char *
spaces(char *word)
{
    char  *p;

    for (p = word; (p = strchr(p, '_')) != NULL; /* void */) {
        *p = ' ';
    }

    return word;
}


static void
test_pinyin(void **state)
{
    char         line[512], got[256], *kind, *name, *expected, *save;
    FILE        *file;
    size_t       n, i, lines;
    uint32_t     codes[LN_MAX_NAME_CHARS];
    const char  *readings[LN_MAX_NAME_CHARS];

    (void) state;

    file = open_data("pinyin.txt");
    lines = 0;

    while ((kind = next_line(file, line, sizeof(line), &save)) != NULL) {
        name = strtok_r(NULL, SEPARATORS, &save);
        expected = strtok_r(NULL, SEPARATORS, &save);

        n = ln_text_fold(codes, LN_MAX_NAME_CHARS, name, strlen(name));
        (void) ln_text_pinyin(codes, n, strcmp(kind, "person") == 0
                              ? LN_PINYIN_PERSON : LN_PINYIN_TEXT, readings);
        got[0] = '\0';

        for (i = 0; i < n; i++) {
            strcat(got, readings[i]);
        }

        if (strcmp(got, expected) != 0) {
            fail_msg("%s reads %s, not %s", name, got, expected);
        }

        lines++;
    }

    fclose(file);
    assert_true(lines > 50);
}


static ln_token_kind_e
kind_of(const char *word)
{
    size_t  i;

    static const char  *kinds[] = {
        "person", "organization", "employer", "type", "area"
    };

    for (i = 0; i < ln_count(kinds); i++) {
        if (strcmp(word, kinds[i]) == 0) {
            return (ln_token_kind_e) i;
        }
    }

    fail_msg("no kind %s", word);

    return 0;
}


static const ln_token_t *
find(const ln_tokens_t *set, const char *text, size_t len)
{
    size_t  i;

    for (i = 0; i < set->count; i++) {
        if (set->items[i].len == len
            && memcmp(set->items[i].text, text, len) == 0)
        {
            return &set->items[i];
        }
    }

    return NULL;
}


static void
expect_tokens(const ln_tokens_t *set, const char *name, char **save)
{
    char              *word, *weight;
    const ln_token_t  *token;

    while ((word = strtok_r(NULL, SEPARATORS, save)) != NULL) {
        weight = strchr(word, ':');
        assert_non_null(weight);
        *weight++ = '\0';
        token = find(set, word, strlen(word));

        if (token == NULL) {
            fail_msg("%s has no token %s", name, word);
        }

        assert_int_equal(token->weight, atoi(weight));
    }
}


static void
test_tokens(void **state)
{
    char         line[512], name[128], *word, *save;
    FILE        *file;
    size_t       lines;
    ln_tokens_t  set;

    (void) state;

    file = open_data("tokens.txt");
    lines = 0;
    set.count = 0;
    name[0] = '\0';

    while ((word = next_line(file, line, sizeof(line), &save)) != NULL) {
        lines++;

        if (strcmp(word, "+") == 0) {
            expect_tokens(&set, name, &save);
            continue;
        }

        if (strcmp(word, "-") == 0) {
            while ((word = strtok_r(NULL, SEPARATORS, &save)) != NULL) {
                if (find(&set, word, strlen(word)) != NULL) {
                    fail_msg("%s has the token %s", name, word);
                }
            }

            continue;
        }

        snprintf(name, sizeof(name), "%s",
                 spaces(strtok_r(NULL, SEPARATORS, &save)));
        set.count = 0;
        ln_text_tokens(&set, kind_of(word), name, strlen(name));
    }

    fclose(file);
    assert_true(lines > 20);
}


static void
test_query(void **state)
{
    char        line[512], got[512], expected[512], *query, *word, *save;
    FILE       *file;
    size_t      i, n, lines;
    ln_token_t  tokens[LN_MAX_QUERY_TOKENS];

    (void) state;

    file = open_data("query.txt");
    lines = 0;

    while ((query = next_line(file, line, sizeof(line), &save)) != NULL) {
        spaces(query);
        word = strtok_r(NULL, SEPARATORS, &save);
        assert_string_equal(word, "=");

        expected[0] = got[0] = '\0';

        while ((word = strtok_r(NULL, SEPARATORS, &save)) != NULL) {
            strcat(expected, word);
            strcat(expected, " ");
        }

        n = ln_text_query(tokens, query, strlen(query));

        for (i = 0; i < n; i++) {
            strncat(got, tokens[i].text, tokens[i].len);
            strcat(got, " ");
        }

        if (strcmp(got, expected) != 0) {
            fail_msg("%s gives [%s], not [%s]", query, got, expected);
        }

        lines++;
    }

    fclose(file);
    assert_true(lines > 10);
}


static void
test_found(void **state)
{
    char         line[512], *word, *name, *query, *save;
    FILE        *file;
    size_t       i, n, lines;
    ln_token_t   tokens[LN_MAX_QUERY_TOKENS];
    ln_tokens_t  set;

    (void) state;

    file = open_data("found.txt");
    lines = 0;

    while ((word = next_line(file, line, sizeof(line), &save)) != NULL) {
        name = spaces(strtok_r(NULL, SEPARATORS, &save));
        set.count = 0;
        ln_text_tokens(&set, kind_of(word), name, strlen(name));
        assert_string_equal(strtok_r(NULL, SEPARATORS, &save), "=");

        while ((query = strtok_r(NULL, SEPARATORS, &save)) != NULL) {
            spaces(query);
            n = ln_text_query(tokens, query, strlen(query));
            assert_int_not_equal(n, 0);

            for (i = 0; i < n; i++) {
                if (find(&set, tokens[i].text, tokens[i].len) == NULL) {
                    fail_msg("%s does not find %s: no %.*s", query, name,
                             (int) tokens[i].len, tokens[i].text);
                }
            }

            lines++;
        }
    }

    fclose(file);
    assert_true(lines > 20);
}


/* Sets are bounded whatever comes in, and tokens fit their column. */

static void
test_bounds(void **state)
{
    char         text[3 * 400];
    size_t       i, n;
    ln_token_t   tokens[LN_MAX_QUERY_TOKENS];
    ln_tokens_t  set;

    (void) state;

    for (i = 0; i < sizeof(text); i += 3) {
        text[i] = (char) 0xe5;
        text[i + 1] = (char) (0x80 + i % 61);
        text[i + 2] = (char) (0x80 + i % 59);
    }

    set.count = 0;
    ln_text_tokens(&set, LN_TOKEN_ORGANIZATION, text, sizeof(text));
    assert_true(set.count > 100 && set.count <= LN_MAX_TOKENS);

    n = ln_text_query(tokens, text, sizeof(text));
    assert_int_equal(n, LN_MAX_QUERY_TOKENS);

    memset(text, 'x', sizeof(text));
    n = ln_text_query(tokens, text, sizeof(text));
    assert_int_equal(n, 1);
    assert_int_equal(tokens[0].len, LN_TOKEN_CHARS);

    assert_int_equal(ln_text_query(tokens, "", 0), 0);
    assert_int_equal(ln_text_query(tokens, " ,;!\xff\xfe", 6), 0);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_pinyin),
        cmocka_unit_test(test_tokens),
        cmocka_unit_test(test_query),
        cmocka_unit_test(test_found),
        cmocka_unit_test(test_bounds)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
