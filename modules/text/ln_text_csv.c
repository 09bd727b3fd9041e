
#include <stdlib.h>
#include <string.h>

#include "ln_text_csv.h"


typedef enum {
    LN_CSV_FIELD_START = 0,
    LN_CSV_PLAIN,
    LN_CSV_QUOTED,
    LN_CSV_QUOTE,            /* after a quote inside quotes: closed or "" */
    LN_CSV_BROKEN            /* skipping to the end of the line */
} ln_csv_state_e;


struct ln_csv_s {
    ln_csv_record_pt  handler;
    void             *data;

    ln_csv_state_e    state;
    ln_csv_e          result;
    uint64_t          line;
    size_t            column;        /* of the next character */
    unsigned          after_cr:1;    /* an LF now belongs to it */

    uint64_t          quote_line;    /* where the open quote stands */
    size_t            quote_column;

    ln_csv_record_t   record;
    size_t            starts[LN_CSV_MAX_FIELDS];
    ln_csv_field_t    fields[LN_CSV_MAX_FIELDS];
    size_t            used;          /* of buffer */
    char              buffer[LN_CSV_MAX_RECORD];
};


ln_csv_t *
ln_csv_create(ln_csv_record_pt handler, void *data)
{
    ln_csv_t  *csv;

    csv = malloc(sizeof(ln_csv_t));
    if (csv == NULL) {
        return NULL;
    }

    memset(csv, 0, offsetof(ln_csv_t, buffer));

    csv->handler = handler;
    csv->data = data;
    csv->line = 1;
    csv->column = 1;

    return csv;
}


void
ln_csv_destroy(ln_csv_t *csv)
{
    free(csv);
}


uint64_t
ln_csv_line(const ln_csv_t *csv)
{
    return csv->line;
}


/* The first mistake of a record is the one that is told. */

static void
ln_csv_mistake(ln_csv_t *csv, ln_csv_e error, uint64_t line, size_t column)
{
    if (csv->record.error == LN_CSV_OK) {
        csv->record.error = error;
        csv->record.error_line = line;
        csv->record.error_column = column;
    }
}


static void
ln_csv_open_record(ln_csv_t *csv)
{
    memset(&csv->record, 0, sizeof(csv->record));
    csv->record.line = csv->line;
    csv->used = 0;
}


static void
ln_csv_open_field(ln_csv_t *csv)
{
    size_t  n;

    n = csv->record.count;

    if (n == LN_CSV_MAX_FIELDS) {
        ln_csv_mistake(csv, LN_CSV_FIELDS, csv->line, csv->column);
        csv->state = LN_CSV_BROKEN;
        return;
    }

    csv->starts[n] = csv->used;
    csv->fields[n].column = csv->column;
    csv->record.count = n + 1;
}


static void
ln_csv_close_field(ln_csv_t *csv)
{
    size_t  n;

    n = csv->record.count - 1;

    csv->fields[n].data = csv->buffer + csv->starts[n];
    csv->fields[n].len = csv->used - csv->starts[n];
}


static void
ln_csv_put(ln_csv_t *csv, char c)
{
    if (csv->used == LN_CSV_MAX_RECORD) {
        csv->result = LN_CSV_TOO_LONG;
        return;
    }

    csv->buffer[csv->used++] = c;
}


static void
ln_csv_hand_over(ln_csv_t *csv)
{
    ln_csv_record_t  *record;

    record = &csv->record;
    csv->state = LN_CSV_FIELD_START;

    if (record->count == 0) {
        return;
    }

    record->fields = csv->fields;

    if (record->error != LN_CSV_OK) {
        record->count = 0;
    }

    if (csv->handler(csv->data, record) != 0 && csv->result == LN_CSV_OK) {
        csv->result = LN_CSV_STOPPED;
    }

    record->count = 0;
}


/* The end of a line that ends a record. */

static void
ln_csv_end_record(ln_csv_t *csv)
{
    if (csv->state == LN_CSV_FIELD_START && csv->record.count > 0) {
        ln_csv_open_field(csv);
    }

    if (csv->state != LN_CSV_BROKEN && csv->record.count > 0) {
        ln_csv_close_field(csv);
    }

    ln_csv_hand_over(csv);
}


static int
ln_csv_is_control(char c)
{
    return ((unsigned char) c < 0x20 && c != '\t') || c == 0x7f;
}


static void
ln_csv_in_plain(ln_csv_t *csv, char c)
{
    if (c == ',') {
        ln_csv_close_field(csv);
        csv->state = LN_CSV_FIELD_START;
        return;
    }

    if (c == '"') {
        ln_csv_mistake(csv, LN_CSV_STRAY_QUOTE, csv->line, csv->column);
        csv->state = LN_CSV_BROKEN;
        return;
    }

    ln_csv_put(csv, c);
}


static void
ln_csv_at_start(ln_csv_t *csv, char c)
{
    ln_csv_open_field(csv);

    if (csv->state == LN_CSV_BROKEN) {
        return;
    }

    if (c == '"') {
        csv->state = LN_CSV_QUOTED;
        csv->quote_line = csv->line;
        csv->quote_column = csv->column;
        return;
    }

    csv->state = LN_CSV_PLAIN;
    ln_csv_in_plain(csv, c);
}


static void
ln_csv_after_quote(ln_csv_t *csv, char c)
{
    if (c == '"') {
        csv->state = LN_CSV_QUOTED;
        ln_csv_put(csv, c);
        return;
    }

    if (c == ',') {
        ln_csv_close_field(csv);
        csv->state = LN_CSV_FIELD_START;
        return;
    }

    ln_csv_mistake(csv, LN_CSV_AFTER_QUOTE, csv->line, csv->column);
    csv->state = LN_CSV_BROKEN;
}


static void
ln_csv_character(ln_csv_t *csv, char c)
{
    if (csv->record.count == 0) {
        ln_csv_open_record(csv);
    }

    if (ln_csv_is_control(c)) {
        ln_csv_mistake(csv, LN_CSV_CONTROL, csv->line, csv->column);
    }

    switch (csv->state) {

    case LN_CSV_FIELD_START:
        ln_csv_at_start(csv, c);
        break;

    case LN_CSV_PLAIN:
        ln_csv_in_plain(csv, c);
        break;

    case LN_CSV_QUOTED:
        if (c == '"') {
            csv->state = LN_CSV_QUOTE;
        } else {
            ln_csv_put(csv, c);
        }
        break;

    case LN_CSV_QUOTE:
        ln_csv_after_quote(csv, c);
        break;

    case LN_CSV_BROKEN:
        break;
    }

    /* Columns count characters: the first byte of each. */
    if (((unsigned char) c & 0xc0) != 0x80) {
        csv->column++;
    }
}


static void
ln_csv_line_end(ln_csv_t *csv, char c)
{
    if (c == '\n' && csv->after_cr) {
        csv->after_cr = 0;

        if (csv->state == LN_CSV_QUOTED) {
            ln_csv_put(csv, c);
        }

        return;
    }

    csv->after_cr = c == '\r';

    if (csv->state == LN_CSV_QUOTED) {
        ln_csv_put(csv, c);

    } else {
        ln_csv_end_record(csv);
    }

    csv->line++;
    csv->column = 1;
}


/* Hands over the record as a mistake, at its open quote if it has one. */

static void
ln_csv_give_up(ln_csv_t *csv, ln_csv_e error)
{
    csv->result = error;
    csv->record.error = error;
    csv->record.error_line = csv->record.line;
    csv->record.error_column = 1;

    if (csv->state == LN_CSV_QUOTED) {
        csv->record.error_line = csv->quote_line;
        csv->record.error_column = csv->quote_column;
    }

    ln_csv_hand_over(csv);
}


ln_csv_e
ln_csv_feed(ln_csv_t *csv, const char *text, size_t len)
{
    size_t  i;

    for (i = 0; i < len && csv->result == LN_CSV_OK; i++) {
        if (text[i] == '\n' || text[i] == '\r') {
            ln_csv_line_end(csv, text[i]);
            continue;
        }

        csv->after_cr = 0;
        ln_csv_character(csv, text[i]);
    }

    if (csv->result == LN_CSV_TOO_LONG) {
        ln_csv_give_up(csv, LN_CSV_TOO_LONG);
    }

    return csv->result;
}


ln_csv_e
ln_csv_finish(ln_csv_t *csv)
{
    if (csv->result != LN_CSV_OK) {
        return csv->result;
    }

    if (csv->state == LN_CSV_QUOTED) {
        ln_csv_give_up(csv, LN_CSV_UNCLOSED);

    } else {
        ln_csv_end_record(csv);
    }

    return csv->result;
}
