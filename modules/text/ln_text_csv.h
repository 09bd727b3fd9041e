
/*
 * A reader of CSV (RFC 4180) that is fed: pieces of any size go in, whole
 * records come out, and memory stays the same.  Rows end with LF, CRLF or CR;
 * a quoted field may hold line ends.  Text must be UTF-8 (ln_text_decode.h).
 *
 * A record with a mistake is handed over with its error and the reader goes on
 * after its line.  Two mistakes end the reading, because nothing behind them
 * can be trusted: a quote that is never closed, and a record over the limit.
 */

#ifndef _LN_TEXT_CSV_H_INCLUDED_
#define _LN_TEXT_CSV_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


#define LN_CSV_MAX_RECORD  (256 * 1024)  /* bytes; rows are 1 KiB or so */
#define LN_CSV_MAX_FIELDS  64            /* columns; imports know 25 */


typedef enum {
    LN_CSV_OK = 0,
    LN_CSV_STRAY_QUOTE,      /* a quote inside a field that is not quoted */
    LN_CSV_AFTER_QUOTE,      /* text between a closing quote and the comma */
    LN_CSV_CONTROL,          /* a control character */
    LN_CSV_FIELDS,           /* more than LN_CSV_MAX_FIELDS */
    LN_CSV_UNCLOSED,         /* ends the reading */
    LN_CSV_TOO_LONG,         /* ends the reading */
    LN_CSV_STOPPED           /* the handler said so */
} ln_csv_e;


typedef struct {
    const char  *data;
    size_t       len;
    size_t       column;     /* characters before it in its line, plus 1 */
} ln_csv_field_t;


typedef struct {
    uint64_t               line;      /* where it begins, from 1 */
    const ln_csv_field_t  *fields;
    size_t                 count;
    ln_csv_e               error;
    uint64_t               error_line;
    size_t                 error_column;
} ln_csv_record_t;


/*
 * Gets every record that is not an empty line; anything but 0 stops.  A record
 * with an error has no fields.
 */
typedef int (*ln_csv_record_pt)(void *data, const ln_csv_record_t *record);


typedef struct ln_csv_s  ln_csv_t;


/* NULL: out of memory. */
ln_csv_t *ln_csv_create(ln_csv_record_pt handler, void *data);

/* Reads one piece.  After anything but LN_CSV_OK the reader is spent. */
ln_csv_e ln_csv_feed(ln_csv_t *csv, const char *text, size_t len);

/* Says that there is no more: hands over a last record without a line end. */
ln_csv_e ln_csv_finish(ln_csv_t *csv);

/* The line that is being read, from 1. */
uint64_t ln_csv_line(const ln_csv_t *csv);

void ln_csv_destroy(ln_csv_t *csv);


#endif /* _LN_TEXT_CSV_H_INCLUDED_ */
