
/*
 * Imports.  A row of a file becomes an entry: a fixed list of fields, each in
 * one canonical text.  What is stored is read back into the same texts, so
 * that one comparison finds what changed, one document holds what was there
 * before, and an undo is an import of that document.
 *
 * The order within a batch: parse, resolve references, load what is stored,
 * compare, write, refresh the projections, commit.  A deadlock repeats it from
 * the loading on.
 */

#ifndef _LN_IMPORT_H_INCLUDED_
#define _LN_IMPORT_H_INCLUDED_


#include <stdio.h>
#include <time.h>

#include "ln_text_csv.h"
#include "ln_refresh.h"
#include "ln_text_datum.h"
#include "ln_tool.h"
#include "ln_tool_db.h"
#include "ln_tool_memory.h"
#include "ln_tool_value.h"


#define LN_IMPORT_BATCH      1000    /* rows of a transaction */
#define LN_IMPORT_MAX_BATCH  2000    /* LN_PROJECTION_BATCH */
#define LN_IMPORT_FIELDS     16      /* of an entry */
#define LN_IMPORT_COLUMNS    24      /* of a file */
#define LN_IMPORT_RETRIES    5       /* of a batch that meets a deadlock */

#define LN_MAX_SOURCE        64      /* bytes of --source */
#define LN_MAX_SOURCE_KEY    64      /* characters */

/* Inside canonical texts: between values, and between the parts of one. */
#define LN_ITEM  '\x1e'
#define LN_PART  '\x1f'


typedef struct ln_import_s  ln_import_t;
typedef struct ln_entry_s   ln_entry_t;
typedef struct ln_kind_s    ln_kind_t;


typedef enum {
    LN_ENTRY_NEW = 0,
    LN_ENTRY_CHANGED,
    LN_ENTRY_UNCHANGED,
    LN_ENTRY_REFUSED
} ln_entry_e;


struct ln_entry_s {
    uint64_t      line;
    const char   *key;                            /* source_key */
    const char   *values[LN_IMPORT_FIELDS];       /* NULL is SQL's NULL */
    const char   *stored[LN_IMPORT_FIELDS];
    const char   *file[LN_IMPORT_FIELDS];         /* values as they were read */
    const char   *said[LN_IMPORT_FIELDS];         /* by the source, before a
                                                     correction by staff */
    uint32_t      corrected;                      /* bits of said */
    uint32_t      overruled;                      /* of them, by this file */
    uint32_t      given;                          /* bits of values */
    uint32_t      changed;                        /* bits that differ */
    ln_entry_e    state;
    uint64_t      id;                             /* 0: not there yet */
    uint64_t      stored_import;
    uint64_t      stored_parent;     /* a practitioner's organization */
};


/* A row of a file by its columns; data is NULL for a column that is absent. */

typedef struct {
    uint64_t              line;
    const ln_csv_field_t *fields;
    size_t                count;
} ln_row_t;


typedef struct {
    const char  *name;               /* heading, key in columns.txt */
    unsigned     required:1;         /* the column, and a value in each row */
} ln_import_column_t;


/* What organizations and practitioners have of their own. */

struct ln_kind_s {
    const char                *name;         /* topic, table, "organization" */
    const char                *plural;
    const ln_import_column_t  *columns;
    size_t                     ncolumns;
    const char *const         *fields;       /* members of documents */
    size_t                     nfields;

    /* Fills in the entry; complains of what is wrong; -1 refuses the row. */
    int   (*parse)(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry);

    /* Finds what the batch refers to; NULL if there is nothing. */
    int   (*resolve)(ln_import_t *im);

    /* source_key, id, import_id, parent, fields; by source and keys, by ids */
    const char                *select_by_key;
    const char                *select_by_id;
    const char                *select_ids;   /* source_key, id */

    /* Gather and send: rows of the table, and what hangs on it. */
    int   (*insert)(ln_import_t *im, const ln_entry_t *entry);
    int   (*update)(ln_import_t *im, const ln_entry_t *entry,
                    uint64_t import_id);
    int   (*attach)(ln_import_t *im, const ln_entry_t *entry);

    ln_bulk_t                 *rows;         /* flushed before ids are read */
    ln_bulk_t *const          *attached;     /* ends with NULL */
    const char                *delete;
    const char *const         *duplicates;   /* by ln_touched; end with NULL */
    const char                *select_duplicates; /* those just listed */
};


typedef enum {
    LN_SEVERITY_ERROR = 0,
    LN_SEVERITY_WARNING,
    LN_SEVERITY_DUPLICATE
} ln_severity_e;


typedef struct {
    uint64_t  read;
    uint64_t  added;
    uint64_t  changed;
    uint64_t  unchanged;
    uint64_t  refused;
    uint64_t  warnings;
    uint64_t  duplicates;
} ln_import_counts_t;


typedef struct {
    FILE        *file;               /* of --errors, or NULL */
    const char  *path;
    uint64_t     shown;              /* on stderr, when there is no file */
} ln_report_t;


typedef struct {
    uint64_t  total;                 /* bytes */
    uint64_t  done;
    time_t    started;
    time_t    last;
    int       terminal;
} ln_progress_t;


struct ln_import_s {
    const ln_kind_t     *kind;
    ln_db_t             *db;
    const char          *source;
    const char          *file;
    ln_datum_e           datum;
    int                  dry_run;
    size_t               batch_size;
    uint64_t             show;       /* differences that a dry run prints */
    uint64_t             id;         /* import_run.id; 0 in a dry run */
    unsigned             year;
    char                 today[11];  /* in Asia/Shanghai, by the database */

    /* Vocabularies: by code and by name, to id and code. */
    ln_map_t             regions;
    ln_map_t             types;
    ln_map_t             areas;
    ln_map_t             kinds;
    ln_map_t             languages;

    /* The file. */
    ln_map_t             keys;       /* lines of source keys */
    int                  headings_read;
    int                  headings[LN_CSV_MAX_FIELDS]; /* column, by place */
    int                  places[LN_IMPORT_COLUMNS];   /* place, by column */
    size_t               nplaces;

    /* The batch. */
    ln_arena_t           arena;
    ln_entry_t          *entries;
    size_t               nentries;
    ln_map_t             index;           /* source_key, to place + 1 */
    ln_map_t             organizations;   /* source:key, to id and region */
    ln_import_counts_t   batch;

    ln_import_counts_t   total;
    ln_report_t          report;
    ln_progress_t        progress;
    int                  failed;     /* stop: said why */
};


extern const ln_kind_t  ln_organizations;
extern const ln_kind_t  ln_practitioners;


/* ln_import_batch.c */
int ln_batch_write(ln_import_t *im);
int ln_batch_load(ln_import_t *im);
void ln_entry_load(ln_import_t *im, ln_entry_t *entry, const ln_cell_t *row);

/* ln_import_correction.c */
int ln_corrections_load(ln_import_t *im);
int ln_value_differs(const char *a, const char *b);
/* Whether a field of the file has to give way; notes it when it need not. */
int ln_correction_stands(ln_import_t *im, ln_entry_t *entry, size_t field);
int ln_corrections_drop(ln_import_t *im, const ln_entry_t *entry);

/* ln_import_document.c */
char *ln_document_make(const ln_kind_t *kind, const char *const *values,
    uint64_t import_id);
int ln_document_read(const ln_kind_t *kind, const char *text, ln_arena_t *arena,
    const char **values, uint64_t *import_id);

/* ln_import_report.c */
int ln_report_open(ln_report_t *report, const char *path);
int ln_report_close(ln_report_t *report);
int ln_report_failed(ln_report_t *report);
void ln_report(ln_import_t *im, ln_severity_e severity, uint64_t line,
    size_t column, const char *heading, ln_span_t value, const char *reason);
void ln_report_difference(ln_import_t *im, const ln_entry_t *entry);
void ln_progress_start(ln_progress_t *progress, uint64_t total);
void ln_progress_show(ln_import_t *im, int last);

/* ln_import_run.c: the row of import_run, and who else is importing */
int ln_run_lock_and_recover(ln_import_t *im);
int ln_run_begin(ln_import_t *im, const unsigned char sha256[32]);
int ln_run_count(ln_import_t *im);
int ln_run_end(ln_import_t *im, const char *status);

/* ln_import_vocabulary.c */
int ln_vocabulary_load(ln_import_t *im);
void ln_vocabulary_free(ln_import_t *im);

/* Columns of a row, for the kinds. */
ln_span_t ln_row_column(const ln_import_t *im, const ln_row_t *row,
    size_t column);
int ln_row_has(const ln_import_t *im, size_t column);
void ln_row_complain(ln_import_t *im, ln_severity_e severity,
    const ln_row_t *row, size_t column, const char *reason);

/* Fields that both kinds have (ln_import_field.c); -1 refuses the row. */
int ln_field_text(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry,
    size_t column, size_t field, size_t max);
int ln_field_word(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry,
    size_t column, size_t field, const char *group, const char *empty);
int ln_field_date(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry,
    size_t column, size_t field, int year_alone);
int ln_field_codes(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry,
    size_t column, size_t field, const ln_map_t *vocabulary, int sorted);
int ln_field_region(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry,
    size_t column, size_t field);
int ln_field_phones(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry,
    size_t column, size_t field, size_t most);
void ln_field_put(ln_entry_t *entry, size_t field, const char *value);

/* Ids of a canonical list of codes; -1 if one is unknown. */
int ln_codes_each(const ln_map_t *vocabulary, const char *codes,
    int (*each)(void *data, uint64_t id, size_t position), void *data);


/*
 * After a run (ln_import_run.c): what it touched, and who shows something of
 * that.  Organizations count their practitioners, practitioners name their
 * organization.
 */
int ln_run_refresh(ln_db_t *db, const ln_kind_t *kind, uint64_t import_id);

/* Suggestions of areas and regions (ln_reindex.c): all, or if there are none */
int ln_reindex_vocabularies(ln_db_t *db);
int ln_reindex_first(ln_db_t *db);


#endif /* _LN_IMPORT_H_INCLUDED_ */
