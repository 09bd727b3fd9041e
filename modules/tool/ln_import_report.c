
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "ln_import.h"


#define LN_REPORT_SHOWN   20         /* lines on stderr without --errors */
#define LN_REPORT_VALUE   120        /* bytes of a value that are repeated */
#define LN_PROGRESS_BAR   30         /* characters */
#define LN_PROGRESS_WAIT  10         /* seconds between plain lines */


static const char *const  ln_severities[] = {
    [LN_SEVERITY_ERROR] = "error",
    [LN_SEVERITY_WARNING] = "warning",
    [LN_SEVERITY_DUPLICATE] = "duplicate"
};


int
ln_report_open(ln_report_t *report, const char *path)
{
    memset(report, 0, sizeof(*report));
    report->path = path;

    if (path == NULL) {
        return 0;
    }

    report->file = fopen(path, "we");

    if (report->file == NULL) {
        ln_complain("cannot write %s: %s", path, strerror(errno));
        return -1;
    }

    /* The mark makes spreadsheets read it as UTF-8. */
    (void) fputs("\xef\xbb\xbfline,column,heading,severity,reason,value\r\n",
                 report->file);

    return 0;
}


/* A full disk must not swallow errors: asked before every commit. */

int
ln_report_failed(ln_report_t *report)
{
    if (report->file == NULL
        || (fflush(report->file) == 0 && !ferror(report->file)))
    {
        return 0;
    }

    ln_complain("cannot write %s: %s", report->path, strerror(errno));

    return 1;
}


int
ln_report_close(ln_report_t *report)
{
    int  rc;

    if (report->file == NULL) {
        return 0;
    }

    rc = ln_report_failed(report) ? -1 : 0;

    if (fclose(report->file) != 0 && rc == 0) {
        ln_complain("cannot write %s: %s", report->path, strerror(errno));
        rc = -1;
    }

    report->file = NULL;

    return rc;
}


static void
ln_report_cell(FILE *file, const char *data, size_t len)
{
    size_t  i;

    putc('"', file);

    for (i = 0; i < len; i++) {
        if (data[i] == '"') {
            putc('"', file);
        }

        putc(data[i], file);
    }

    putc('"', file);
}


void
ln_report(ln_import_t *im, ln_severity_e severity, uint64_t line,
    size_t column, const char *heading, ln_span_t value, const char *reason)
{
    ln_report_t  *report;

    report = &im->report;

    if (severity == LN_SEVERITY_WARNING) {
        im->batch.warnings++;

    } else if (severity == LN_SEVERITY_DUPLICATE) {
        im->batch.duplicates++;
    }

    if (value.len > LN_REPORT_VALUE) {
        value.len = LN_REPORT_VALUE;

        /* Not in the middle of a character. */
        while ((value.data[value.len] & 0xc0) == 0x80) {
            value.len--;
        }
    }

    if (report->file != NULL) {
        (void) fprintf(report->file, "%llu,%zu,%s,%s,",
                       (unsigned long long) line, column, heading,
                       ln_severities[severity]);
        ln_report_cell(report->file, reason, strlen(reason));
        putc(',', report->file);
        ln_report_cell(report->file, value.data, value.len);
        (void) fputs("\r\n", report->file);
        return;
    }

    if (report->shown++ < LN_REPORT_SHOWN) {
        (void) fprintf(stderr, "%sline %llu, %s: %s%s\"%.*s\" %s\n",
                       im->progress.terminal ? "\r\033[K" : "",
                       (unsigned long long) line, heading,
                       severity == LN_SEVERITY_ERROR ? "" :
                       ln_severities[severity],
                       severity == LN_SEVERITY_ERROR ? "" : ": ",
                       (int) value.len, value.data, reason);

    } else if (report->shown == LN_REPORT_SHOWN + 1) {
        (void) fputs("more of it is not shown; --errors FILE takes it all\n",
                     stderr);
    }
}


/* Control characters part the values of a list: shown as `;` and `|`. */

static void
ln_report_value(const char *value)
{
    if (value == NULL) {
        (void) fputs("nothing", stdout);
        return;
    }

    putchar('"');

    for (/* void */; *value != '\0'; value++) {
        putchar(*value == LN_ITEM ? ';' : *value == LN_PART ? '|' : *value);
    }

    putchar('"');
}


void
ln_report_difference(ln_import_t *im, const ln_entry_t *entry)
{
    size_t  i;

    if (im->show == 0 || entry->state > LN_ENTRY_CHANGED) {
        return;
    }

    if (--im->show == 0) {
        puts("more differences are not shown; --show N shows N of them");
        return;
    }

    if (entry->state == LN_ENTRY_NEW) {
        printf("line %llu: new %s %s: %s\n", (unsigned long long) entry->line,
               im->kind->name, entry->key, entry->values[0]);
        return;
    }

    printf("line %llu: changed %s %s:", (unsigned long long) entry->line,
           im->kind->name, entry->key);

    for (i = 0; i < im->kind->nfields; i++) {
        if (entry->changed >> i & 1) {
            printf(" %s ", im->kind->fields[i]);
            ln_report_value(entry->stored[i]);
            (void) fputs(" -> ", stdout);
            ln_report_value(entry->values[i]);
            putchar(';');
        }
    }

    putchar('\n');
}


void
ln_progress_start(ln_progress_t *progress, uint64_t total)
{
    progress->total = total;
    progress->done = 0;
    progress->started = time(NULL);
    progress->last = progress->started;
    progress->terminal = isatty(STDERR_FILENO);
}


void
ln_progress_show(ln_import_t *im, int last)
{
    int             i, filled, percent;
    time_t          now;
    uint64_t        rate, seconds;
    ln_progress_t  *p;

    p = &im->progress;
    now = time(NULL);

    if (!last && now - p->last < (p->terminal ? 1 : LN_PROGRESS_WAIT)) {
        return;
    }

    p->last = now;
    seconds = now > p->started ? (uint64_t) (now - p->started) : 1;
    rate = im->total.read / seconds;
    percent = p->total ? (int) (p->done * 100 / p->total) : 100;

    if (!p->terminal) {
        if (!last) {
            (void) fprintf(stderr, "%3d %%, %llu rows, %llu rows/s\n", percent,
                           (unsigned long long) im->total.read,
                           (unsigned long long) rate);
        }

        return;
    }

    filled = percent * LN_PROGRESS_BAR / 100;
    (void) fputs("\r[", stderr);

    for (i = 0; i < LN_PROGRESS_BAR; i++) {
        putc(i < filled ? '#' : '.', stderr);
    }

    (void) fprintf(stderr, "] %3d %% %llu rows, %llu rows/s\033[K%s", percent,
                   (unsigned long long) im->total.read,
                   (unsigned long long) rate, last ? "\n" : "");
}
