
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ln_import.h"
#include "ln_import_file.h"


#define LN_REPLACEMENT  "\xef\xbf\xbd"       /* U+FFFD, from the decoder */


static const char *const  ln_csv_problems[] = {
    [LN_CSV_STRAY_QUOTE] = "a quote stands inside a cell that is not quoted",
    [LN_CSV_AFTER_QUOTE] = "text follows the closing quote of a cell",
    [LN_CSV_CONTROL] = "a control character",
    [LN_CSV_FIELDS] = "too many columns",
    [LN_CSV_UNCLOSED] = "this quote is never closed: nothing behind it was"
                        " read",
    [LN_CSV_TOO_LONG] = "the row is too long (is a quote not closed?): nothing"
                        " behind it was read"
};


static const ln_span_t  ln_nothing = { "", 0 };


/* The column that a heading names; -1 if none. */

static int
ln_import_heading(const ln_import_t *im, ln_span_t heading)
{
    size_t       i;
    const char  *key;

    key = ln_word(im->kind->name, heading);

    if (key == NULL) {
        key = ln_word("any", heading);
    }

    for (i = 0; key != NULL && i < im->kind->ncolumns; i++) {
        if (strcmp(im->kind->columns[i].name, key) == 0) {
            return (int) i;
        }
    }

    return -1;
}


static int
ln_import_read_headings(ln_import_t *im, const ln_csv_record_t *record)
{
    int        column;
    size_t     i;
    ln_span_t  heading;

    for (i = 0; i < im->kind->ncolumns; i++) {
        im->places[i] = -1;
    }

    for (i = 0; i < record->count; i++) {
        heading.data = record->fields[i].data;
        heading.len = record->fields[i].len;
        heading = ln_span_trim(heading);
        column = ln_import_heading(im, heading);

        if (column < 0) {
            ln_complain("line %llu: \"%.*s\" is no heading of %s; `legalnet"
                        " help import` lists them",
                        (unsigned long long) record->line, (int) heading.len,
                        heading.data, im->kind->plural);
            return -1;
        }

        if (im->places[column] >= 0) {
            ln_complain("line %llu: the column %s stands there twice",
                        (unsigned long long) record->line,
                        im->kind->columns[column].name);
            return -1;
        }

        im->places[column] = (int) i;
    }

    for (i = 0; i < im->kind->ncolumns; i++) {
        if (im->kind->columns[i].required && im->places[i] < 0) {
            ln_complain("the column %s is missing", im->kind->columns[i].name);
            return -1;
        }
    }

    im->nplaces = record->count;
    im->headings_read = 1;

    return 0;
}


/* What can be said of a row before its cells are read. */

static int
ln_import_check_row(ln_import_t *im, const ln_row_t *row)
{
    int        rc;
    size_t     i;
    ln_span_t  span;

    if (row->count > im->nplaces) {
        ln_report(im, LN_SEVERITY_ERROR, row->line,
                  row->fields[im->nplaces].column, "", ln_nothing,
                  "has more cells than there are headings");
        return -1;
    }

    rc = 0;

    for (i = 0; i < im->kind->ncolumns; i++) {
        span = ln_row_column(im, row, i);

        if (im->kind->columns[i].required && span.len == 0) {
            ln_row_complain(im, LN_SEVERITY_ERROR, row, i, "is missing");
            rc = -1;

        } else if (span.len > 0 && memmem(span.data, span.len, LN_REPLACEMENT,
                                          3) != NULL)
        {
            ln_row_complain(im, LN_SEVERITY_ERROR, row, i,
                            "holds bytes that are no text in this encoding");
            rc = -1;
        }
    }

    return rc;
}


/* A key may stand once in a file: the second row would undo the first. */

static int
ln_import_read_key(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry)
{
    ln_span_t       key;
    ln_map_slot_t  *slot;

    key = ln_row_column(im, row, 0);

    if (ln_span_count(key) > LN_MAX_SOURCE_KEY
        || memchr(key.data, '|', key.len) != NULL
        || memchr(key.data, ';', key.len) != NULL)
    {
        ln_row_complain(im, LN_SEVERITY_ERROR, row, 0,
                        "is longer than 64 characters, or has | or ; in it");
        return -1;
    }

    slot = ln_map_add(&im->keys, key.data, key.len);

    if (slot->number != 0) {
        ln_row_complain(im, LN_SEVERITY_ERROR, row, 0,
            ln_arena_format(&im->arena, "stands in line %llu already",
                            (unsigned long long) slot->number));
        return -1;
    }

    slot->number = row->line;
    entry->key = ln_arena_copy(&im->arena, key.data, key.len);

    return 0;
}


static int
ln_import_entry(ln_import_t *im, const ln_csv_record_t *record)
{
    ln_row_t     row;
    ln_entry_t  *entry;

    row.line = record->line;
    row.fields = record->fields;
    row.count = record->count;

    entry = &im->entries[im->nentries++];
    memset(entry, 0, sizeof(*entry));
    entry->line = record->line;

    if (record->error != LN_CSV_OK) {
        ln_report(im, LN_SEVERITY_ERROR, record->error_line,
                  record->error_column, "", ln_nothing,
                  ln_csv_problems[record->error]);
        entry->state = LN_ENTRY_REFUSED;

    } else if (ln_import_check_row(im, &row) != 0
               || ln_import_read_key(im, &row, entry) != 0
               || im->kind->parse(im, &row, entry) != 0)
    {
        entry->state = LN_ENTRY_REFUSED;
    }

    if (im->nentries < im->batch_size) {
        return 0;
    }

    if (ln_batch_write(im) != 0) {
        return -1;
    }

    ln_progress_show(im, 0);

    return ln_interrupted ? -1 : 0;
}


static int
ln_import_record(void *data, const ln_csv_record_t *record)
{
    ln_import_t  *im;

    im = data;

    if (im->headings_read) {
        return ln_import_entry(im, record);
    }

    if (record->error != LN_CSV_OK) {
        ln_complain("line %llu, the headings: %s",
                    (unsigned long long) record->error_line,
                    ln_csv_problems[record->error]);
        return -1;
    }

    return ln_import_read_headings(im, record);
}


static void
ln_import_summary(const ln_import_t *im)
{
    const ln_import_counts_t  *n;

    n = &im->total;

    printf("%s%llu rows: %llu new, %llu changed, %llu unchanged, %llu refused;"
           " %llu warnings, %llu possible duplicates\n",
           im->dry_run ? "dry run, nothing was written: " : "",
           (unsigned long long) n->read, (unsigned long long) n->added,
           (unsigned long long) n->changed, (unsigned long long) n->unchanged,
           (unsigned long long) n->refused, (unsigned long long) n->warnings,
           (unsigned long long) n->duplicates);

    if (im->report.path != NULL && (n->refused || n->warnings || n->duplicates))
    {
        printf("%s says which, and why\n", im->report.path);
    }

    if (im->id != 0) {
        printf("import %llu of source %s; `legalnet import undo %llu` takes it"
               " back\n", (unsigned long long) im->id, im->source,
               (unsigned long long) im->id);
    }
}


/* Reads the file into batches, the last one included. */

static int
ln_import_read(ln_import_t *im, ln_import_file_t *file, ln_encoding_e encoding)
{
    int  rc;

    ln_progress_start(&im->progress, file->size);
    rc = ln_import_file_read(file, im, encoding, ln_import_record);

    if (im->failed || ln_interrupted) {
        return -1;
    }

    if (!im->headings_read) {
        if (rc == 0) {
            ln_complain("%s is empty", im->file);
        }

        return -1;
    }

    /* What was read before a quote that is never closed is good. */
    if (im->nentries > 0 && ln_batch_write(im) != 0) {
        return -1;
    }

    ln_progress_show(im, 1);

    return rc;
}


/*
 * Also after a failure, for the batches before it.  Who interrupts the import
 * does not want to wait: the run stays open, and the next one closes it.
 */

static int
ln_import_close_run(ln_import_t *im, const char *status)
{
    if (im->id == 0 || ln_interrupted) {
        return 0;
    }

    if (im->progress.terminal) {
        (void) fputs("making it searchable ...\n", stderr);
    }

    if (ln_run_refresh(im->db, im->kind, im->id) == 0
        && ln_reindex_first(im->db) == 0
        && ln_run_end(im, status) == 0)
    {
        return 0;
    }

    ln_complain("making the rows searchable failed: %s; the next import does"
                " it, or `legalnet reindex`", ln_db_error(im->db));

    return -1;
}


static ln_exit_e
ln_import_finish(ln_import_t *im, int rc)
{
    if (ln_report_close(&im->report) != 0) {
        rc = -1;
    }

    if (ln_import_close_run(im, rc == 0 ? "done" : "failed") != 0) {
        rc = -1;
    }

    ln_import_summary(im);

    if (rc != 0) {
        if (im->id != 0) {
            puts("it was cut off: run the same file again to go on");
        }

        return LN_EXIT_FAILED;
    }

    return im->total.refused ? LN_EXIT_REFUSED : LN_EXIT_OK;
}


static ln_exit_e
ln_import_file(ln_import_t *im, ln_import_file_t *file, const char *encoding,
    const char *errors)
{
    int            rc;
    ln_encoding_e  from;

    from = strcmp(encoding, "gb18030") == 0
           || (strcmp(encoding, "auto") == 0 && !file->is_utf8)
           ? LN_ENCODING_GB18030 : LN_ENCODING_UTF8;

    if (ln_report_open(&im->report, errors) != 0) {
        return LN_EXIT_FAILED;
    }

    if (ln_refresh_prepare(im->db) != 0
        || ln_run_lock_and_recover(im) != 0
        || ln_vocabulary_load(im) != 0
        || ln_run_begin(im, file->sha256) != 0)
    {
        ln_complain("the import was not begun");
        (void) ln_report_close(&im->report);
        return LN_EXIT_FAILED;
    }

    rc = ln_import_read(im, file, from);

    return ln_import_finish(im, rc);
}


static int
ln_import_count_option(const ln_arguments_t *args, const char *name,
    uint64_t most, uint64_t *out)
{
    char        *end;
    const char  *text;

    text = ln_option(args, name);

    if (text == NULL) {
        return 0;
    }

    errno = 0;
    *out = strtoull(text, &end, 10);

    if (errno != 0 || *end != '\0' || text[0] < '0' || text[0] > '9'
        || *out < 1 || *out > most)
    {
        ln_complain("--%s takes a number from 1 to %llu", name,
                    (unsigned long long) most);
        return -1;
    }

    return 0;
}


/* Fills in what the command line says; -1 after a complaint. */

static int
ln_import_options(ln_import_t *im, const ln_arguments_t *args)
{
    uint64_t     batch;
    ln_span_t    datum;
    const char  *key;

    im->file = args->words[0];
    im->source = ln_option(args, "source");
    im->dry_run = ln_option(args, "dry-run") != NULL;
    im->show = 51;
    batch = LN_IMPORT_BATCH;

    if (im->source == NULL || im->source[0] == '\0'
        || strlen(im->source) > LN_MAX_SOURCE
        || strspn(im->source, "abcdefghijklmnopqrstuvwxyz0123456789_.-")
           != strlen(im->source))
    {
        ln_complain("--source NAME says who states these rows: small letters,"
                    " digits, _ . -");
        return -1;
    }

    if (ln_option(args, "datum") != NULL) {
        datum.data = ln_option(args, "datum");
        datum.len = strlen(datum.data);
        key = ln_word("datum", datum);

        if (key == NULL) {
            ln_complain("--datum is one of wgs-84, gcj-02, bd-09");
            return -1;
        }

        im->datum = key[0] == 'w' ? LN_DATUM_WGS84
                    : key[0] == 'g' ? LN_DATUM_GCJ02 : LN_DATUM_BD09;
    }

    if (ln_import_count_option(args, "batch", LN_IMPORT_MAX_BATCH, &batch) != 0
        || ln_import_count_option(args, "show", UINT32_MAX, &im->show) != 0)
    {
        return -1;
    }

    im->batch_size = batch;

    return 0;
}


static ln_exit_e
ln_import_command(const ln_kind_t *kind, const ln_arguments_t *args)
{
    ln_exit_e          rc;
    const char        *encoding;
    ln_import_t        im;
    ln_import_file_t   file;

    memset(&im, 0, sizeof(im));
    im.kind = kind;

    encoding = ln_option(args, "encoding");
    encoding = encoding != NULL ? encoding : "auto";

    if (ln_import_options(&im, args) != 0) {
        return LN_EXIT_USAGE;
    }

    if (strcmp(encoding, "auto") != 0 && strcmp(encoding, "utf-8") != 0
        && strcmp(encoding, "gb18030") != 0)
    {
        ln_complain("--encoding is one of auto, utf-8, gb18030");
        return LN_EXIT_USAGE;
    }

    if (ln_import_file_open(&file, im.file) != 0) {
        return LN_EXIT_FAILED;
    }

    rc = LN_EXIT_FAILED;
    im.db = ln_db_connect(ln_option(args, "database"),
                          ln_option(args, "password-file"));

    if (im.db != NULL) {
        im.entries = ln_memory(NULL, im.batch_size * sizeof(ln_entry_t));
        rc = ln_import_file(&im, &file, encoding, ln_option(args, "errors"));
        free(im.entries);
    }

    ln_vocabulary_free(&im);
    ln_map_free(&im.keys);
    ln_map_free(&im.index);
    ln_map_free(&im.organizations);
    ln_arena_free(&im.arena);
    ln_db_close(im.db);
    ln_import_file_close(&file);

    return rc;
}


ln_exit_e
ln_import_organizations_command(const ln_arguments_t *args)
{
    return ln_import_command(&ln_organizations, args);
}


ln_exit_e
ln_import_practitioners_command(const ln_arguments_t *args)
{
    return ln_import_command(&ln_practitioners, args);
}
