
#include <stdlib.h>
#include <string.h>

#include "ln_import.h"
#include "ln_text_phone.h"
#include "ln_text_utf8.h"


#define LN_MAX_CODES       32    /* in one cell */
#define LN_MAX_PHONE_TEXT  64    /* organization.phone */


ln_span_t
ln_row_column(const ln_import_t *im, const ln_row_t *row, size_t column)
{
    int        place;
    ln_span_t  span;

    span.data = NULL;
    span.len = 0;
    place = im->places[column];

    if (place < 0) {
        return span;
    }

    /* A row that ends early has empty cells. */
    span.data = "";

    if ((size_t) place < row->count) {
        span.data = row->fields[place].data;
        span.len = row->fields[place].len;
    }

    return ln_span_trim(span);
}


int
ln_row_has(const ln_import_t *im, size_t column)
{
    return im->places[column] >= 0;
}


void
ln_row_complain(ln_import_t *im, ln_severity_e severity, const ln_row_t *row,
    size_t column, const char *reason)
{
    int     place;
    size_t  at;

    place = im->places[column];
    at = place >= 0 && (size_t) place < row->count
         ? row->fields[place].column : 0;

    ln_report(im, severity, row->line, at, im->kind->columns[column].name,
              ln_row_column(im, row, column), reason);
}


static int
ln_row_refuse(ln_import_t *im, const ln_row_t *row, size_t column,
    const char *reason)
{
    ln_row_complain(im, LN_SEVERITY_ERROR, row, column, reason);

    return -1;
}


void
ln_field_put(ln_entry_t *entry, size_t field, const char *value)
{
    entry->values[field] = value;
    entry->given |= 1u << field;
}


/*
 * Begins a field: 0 when the column is absent or empty (then it is done), 1
 * when there is something to read.
 */

static int
ln_field_begin(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry,
    size_t column, size_t field, const char *empty, ln_span_t *span)
{
    *span = ln_row_column(im, row, column);

    if (span->data == NULL) {
        return 0;
    }

    if (span->len == 0) {
        ln_field_put(entry, field, empty);
        return 0;
    }

    return 1;
}


int
ln_field_text(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry,
    size_t column, size_t field, size_t max)
{
    ln_span_t  span;

    if (!ln_field_begin(im, row, entry, column, field, NULL, &span)) {
        return 0;
    }

    if (ln_utf8_count(span.data, span.len) > max) {
        return ln_row_refuse(im, row, column,
                   ln_arena_format(&im->arena,
                                   "is longer than %zu characters", max));
    }

    ln_field_put(entry, field, ln_arena_copy(&im->arena, span.data, span.len));

    return 0;
}


int
ln_field_word(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry,
    size_t column, size_t field, const char *group, const char *empty)
{
    ln_span_t    span;
    const char  *key;

    if (!ln_field_begin(im, row, entry, column, field, empty, &span)) {
        return 0;
    }

    key = ln_word(group, span);

    if (key == NULL) {
        return ln_row_refuse(im, row, column,
                             "is none of the words that are known here");
    }

    if (strcmp(group, "boolean") == 0) {
        key = strcmp(key, "yes") == 0 ? "1" : "0";
    }

    ln_field_put(entry, field, key);

    return 0;
}


int
ln_field_date(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry,
    size_t column, size_t field, int year_alone)
{
    char         date[11];
    ln_span_t    span;
    const char  *problem;

    if (!ln_field_begin(im, row, entry, column, field, NULL, &span)) {
        return 0;
    }

    problem = ln_value_date(span, year_alone, date);

    if (problem != NULL) {
        return ln_row_refuse(im, row, column, problem);
    }

    ln_field_put(entry, field, ln_arena_copy(&im->arena, date, 10));

    return 0;
}


int
ln_field_region(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry,
    size_t column, size_t field)
{
    ln_span_t             span;
    const ln_map_slot_t  *slot;

    if (!ln_field_begin(im, row, entry, column, field, NULL, &span)) {
        return 0;
    }

    slot = ln_map_find(&im->regions, span.data, span.len);

    if (slot == NULL) {
        return ln_row_refuse(im, row, column, "is no code of a region");
    }

    ln_field_put(entry, field, slot->text);

    return 0;
}


static int
ln_compare_codes(const void *a, const void *b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}


static char *
ln_join_codes(ln_arena_t *arena, const char *const *codes, size_t n)
{
    char       item;
    size_t     i;
    ln_text_t  text;

    item = LN_ITEM;
    ln_text_start(&text, arena);

    for (i = 0; i < n; i++) {
        if (i > 0) {
            ln_text_add(&text, &item, 1);
        }

        ln_text_add(&text, codes[i], strlen(codes[i]));
    }

    return ln_text_end(&text);
}


int
ln_field_codes(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry,
    size_t column, size_t field, const ln_map_t *vocabulary, int sorted)
{
    size_t                i, n;
    ln_span_t             span, part;
    const char           *codes[LN_MAX_CODES];
    const ln_map_slot_t  *slot;

    if (!ln_field_begin(im, row, entry, column, field, NULL, &span)) {
        return 0;
    }

    n = 0;

    while (ln_span_next(&span, ';', &part)) {
        if (part.len == 0) {
            continue;
        }

        slot = ln_map_find(vocabulary, part.data, part.len);

        if (slot == NULL) {
            return ln_row_refuse(im, row, column,
                       ln_arena_format(&im->arena, "\"%.*s\" is not known",
                                       (int) part.len, part.data));
        }

        for (i = 0; i < n && codes[i] != slot->text; i++) { /* void */ }

        if (i < n) {
            continue;
        }

        if (n == LN_MAX_CODES) {
            return ln_row_refuse(im, row, column, "names too many");
        }

        codes[n++] = slot->text;
    }

    if (sorted) {
        qsort(codes, n, sizeof(codes[0]), ln_compare_codes);
    }

    ln_field_put(entry, field,
                 n > 0 ? ln_join_codes(&im->arena, codes, n) : NULL);

    return 0;
}


int
ln_field_phones(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry,
    size_t column, size_t field, size_t most)
{
    char        number[LN_PHONE_MAX];
    size_t      n;
    ln_span_t   span, part;
    ln_text_t   text;

    if (!ln_field_begin(im, row, entry, column, field, NULL, &span)) {
        return 0;
    }

    n = 0;
    ln_text_start(&text, &im->arena);

    while (ln_span_next(&span, ';', &part)) {
        if (part.len == 0) {
            continue;
        }

        if (ln_phone_parse(part.data, part.len, number) == LN_PHONE_BAD) {
            return ln_row_refuse(im, row, column, "is no telephone number");
        }

        if (n++ == most) {
            return ln_row_refuse(im, row, column, "has too many numbers");
        }

        if (n > 1) {
            ln_text_add(&text, "; ", 2);
        }

        ln_text_add(&text, number, strlen(number));
    }

    if (text.len > LN_MAX_PHONE_TEXT) {
        return ln_row_refuse(im, row, column, "has too many numbers");
    }

    ln_field_put(entry, field, n > 0 ? ln_text_end(&text) : NULL);

    return 0;
}


int
ln_codes_each(const ln_map_t *vocabulary, const char *codes,
    int (*each)(void *data, uint64_t id, size_t position), void *data)
{
    size_t                len, position;
    const char           *end;
    const ln_map_slot_t  *slot;

    if (codes == NULL) {
        return 0;
    }

    for (position = 0; /* void */; position++) {
        end = strchr(codes, LN_ITEM);
        len = end != NULL ? (size_t) (end - codes) : strlen(codes);
        slot = ln_map_find(vocabulary, codes, len);

        if (slot == NULL || each(data, slot->number, position) != 0) {
            return -1;
        }

        if (end == NULL) {
            return 0;
        }

        codes = end + 1;
    }
}
