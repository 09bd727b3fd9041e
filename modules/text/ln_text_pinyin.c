
#include "ln_text_pinyin.h"


#define LN_READING_MAX     4         /* characters of the longest phrase */

#define LN_STARTS_PHRASE   0x8000    /* flags in the cells of ln_han[] */
#define LN_STARTS_SURNAME  0x4000
#define LN_SYLLABLE_MASK   0x3fff


/* A phrase of up to four characters; unused places are 0. */

typedef struct {
    uint16_t  han[LN_READING_MAX];
    uint16_t  syllable[LN_READING_MAX];
} ln_reading_t;


#include "ln_text_pinyin_table.h"


#define ln_count(table)  (sizeof(table) / sizeof(table[0]))

_Static_assert(ln_count(ln_han) == LN_HAN_LAST - LN_HAN_FIRST + 1,
               "one cell for every character");
_Static_assert(sizeof(ln_syllables[0]) == LN_PINYIN_MAX + 1,
               "the longest syllable fits");


static unsigned
ln_han_cell(uint32_t code)
{
    if (code < LN_HAN_FIRST || code > LN_HAN_LAST) {
        return 0;
    }

    return ln_han[code - LN_HAN_FIRST];
}


/* Orders the n characters at codes against a row; a prefix comes first. */

static int
ln_reading_compare(const ln_reading_t *row, const uint32_t *codes, size_t n)
{
    size_t    i;
    uint32_t  code;

    for (i = 0; i < LN_READING_MAX; i++) {
        code = i < n ? codes[i] : 0;

        if (row->han[i] != code) {
            return row->han[i] < code ? -1 : 1;
        }
    }

    return 0;
}


static const ln_reading_t *
ln_reading_find(const ln_reading_t *table, size_t rows, const uint32_t *codes,
    size_t n)
{
    int     order;
    size_t  low, high, middle;

    low = 0;
    high = rows;

    while (low < high) {
        middle = low + (high - low) / 2;
        order = ln_reading_compare(&table[middle], codes, n);

        if (order == 0) {
            return &table[middle];
        }

        if (order < 0) {
            low = middle + 1;

        } else {
            high = middle;
        }
    }

    return NULL;
}


/* Reads the longest row that opens the text; returns its characters or 0. */

static size_t
ln_reading_longest(const ln_reading_t *table, size_t rows, size_t least,
    const uint32_t *codes, size_t n, const char **out)
{
    size_t               len, i;
    const ln_reading_t  *row;

    for (len = n < LN_READING_MAX ? n : LN_READING_MAX; len >= least; len--) {
        row = ln_reading_find(table, rows, codes, len);

        if (row == NULL) {
            continue;
        }

        for (i = 0; i < len; i++) {
            out[i] = ln_syllables[row->syllable[i]];
        }

        return len;
    }

    return 0;
}


static size_t
ln_read_surname(const uint32_t *codes, size_t n, const char **out)
{
    unsigned  cell;
    size_t    len;

    cell = ln_han_cell(codes[0]);

    if (cell & LN_STARTS_SURNAME) {
        len = ln_reading_longest(ln_surnames, ln_count(ln_surnames), 1, codes,
                                 n < 2 ? n : 2, out);
        if (len) {
            return len;
        }
    }

    out[0] = ln_syllables[cell & LN_SYLLABLE_MASK];

    return 1;
}


size_t
ln_text_pinyin(const uint32_t *codes, size_t n, ln_pinyin_kind_e kind,
    const char **out)
{
    unsigned  cell;
    size_t    i, len, surname;

    i = 0;
    surname = 0;

    if (kind == LN_PINYIN_PERSON && n > 0) {
        surname = ln_read_surname(codes, n, out);
        i = surname;
    }

    while (i < n) {
        cell = ln_han_cell(codes[i]);

        if (cell & LN_STARTS_PHRASE) {
            len = ln_reading_longest(ln_phrases, ln_count(ln_phrases), 2,
                                     codes + i, n - i, out + i);
            if (len) {
                i += len;
                continue;
            }
        }

        out[i++] = ln_syllables[cell & LN_SYLLABLE_MASK];
    }

    return surname;
}


int
ln_text_is_han(uint32_t code)
{
    return (ln_han_cell(code) & LN_SYLLABLE_MASK) != 0;
}
