
#include <stdlib.h>
#include <string.h>

#include "ln_import.h"


#define LN_RETRY_WAIT  50000000      /* nanoseconds, and as much at random */


static ln_bulk_t  ln_changes = LN_BULK(
    "INSERT INTO import_change (import_id, seq, table_name, row_id,"
    " before_doc, after_doc) VALUES ", "(?,?,?,?,?,?)", 6);

/* Runs a SELECT for the keys of the entries that `wanted` accepts. */

static int
ln_batch_select(ln_import_t *im, const char *sql,
    int (*wanted)(const ln_entry_t *entry), ln_row_pt handler)
{
    size_t     i, n;
    ln_bind_t  binds[1 + LN_DB_ROWS];

    binds[0] = ln_bind_text(im->source);
    n = 0;

    for (i = 0; i <= im->nentries; i++) {
        if (i < im->nentries) {
            if (!wanted(&im->entries[i])) {
                continue;
            }

            binds[1 + n++] = ln_bind_text(im->entries[i].key);
        }

        if (n == 0 || (n < LN_DB_ROWS && i < im->nentries)) {
            continue;
        }

        for (/* void */; n < LN_DB_ROWS; n++) {
            binds[1 + n] = binds[1];
        }

        if (ln_db_select(im->db, sql, binds, 1 + LN_DB_ROWS, handler, im) != 0)
        {
            return -1;
        }

        n = 0;
    }

    return 0;
}


static ln_entry_t *
ln_batch_entry(ln_import_t *im, ln_cell_t key)
{
    const ln_map_slot_t  *slot;

    slot = ln_map_find(&im->index, key.data, key.len);

    return slot != NULL ? &im->entries[slot->number] : NULL;
}


void
ln_entry_load(ln_import_t *im, ln_entry_t *entry, const ln_cell_t *row)
{
    size_t  i;

    entry->id = ln_cell_number(row[1]);
    entry->stored_import = ln_cell_number(row[2]);
    entry->stored_parent = ln_cell_number(row[3]);
    row += 4;

    for (i = 0; i < im->kind->nfields; i++) {
        entry->stored[i] = row[i].data == NULL ? NULL
                           : ln_arena_copy(&im->arena, row[i].data, row[i].len);
    }
}


static int
ln_batch_stored(void *data, const ln_cell_t *row)
{
    ln_entry_t   *entry;
    ln_import_t  *im;

    im = data;
    entry = ln_batch_entry(im, row[0]);

    if (entry != NULL) {
        ln_entry_load(im, entry, row);
    }

    return 0;
}


static int
ln_batch_new_id(void *data, const ln_cell_t *row)
{
    ln_entry_t  *entry;

    entry = ln_batch_entry(data, row[0]);

    if (entry != NULL) {
        entry->id = ln_cell_number(row[1]);
    }

    return 0;
}


static int
ln_entry_is_good(const ln_entry_t *entry)
{
    return entry->state != LN_ENTRY_REFUSED;
}


static int
ln_entry_is_new(const ln_entry_t *entry)
{
    return entry->state == LN_ENTRY_NEW;
}


/* Compares with what is stored; what the file does not say stays as it is. */

static void
ln_entry_compare(ln_import_t *im, ln_entry_t *entry)
{
    size_t  i, verified;

    verified = im->kind->nfields - 1;

    if (entry->id == 0) {
        entry->state = LN_ENTRY_NEW;
        entry->changed = (1u << im->kind->nfields) - 1;

        if (!(entry->given >> verified & 1)) {
            entry->values[verified] = im->today;
        }

        return;
    }

    entry->changed = 0;

    for (i = 0; i < im->kind->nfields; i++) {
        if (!(entry->given >> i & 1) || ln_correction_stands(im, entry, i)) {
            entry->values[i] = entry->stored[i];

        } else if (ln_value_differs(entry->values[i], entry->stored[i])) {
            entry->changed |= 1u << i;
        }
    }

    entry->state = entry->changed ? LN_ENTRY_CHANGED : LN_ENTRY_UNCHANGED;

    if (entry->changed && !(entry->given >> verified & 1)
        && ln_value_differs(entry->stored[verified], im->today))
    {
        entry->values[verified] = im->today;
        entry->changed |= 1u << verified;
    }
}


int
ln_batch_load(ln_import_t *im)
{
    size_t  i;

    ln_map_free(&im->index);

    for (i = 0; i < im->nentries; i++) {
        if (im->entries[i].state != LN_ENTRY_REFUSED) {
            im->entries[i].id = 0;
            ln_map_add(&im->index, im->entries[i].key,
                       strlen(im->entries[i].key))->number = i;
        }
    }

    return ln_batch_select(im, im->kind->select_by_key, ln_entry_is_good,
                           ln_batch_stored);
}


static int
ln_batch_insert(ln_import_t *im)
{
    size_t  i;

    for (i = 0; i < im->nentries; i++) {
        if (ln_entry_is_new(&im->entries[i])
            && im->kind->insert(im, &im->entries[i]) != 0)
        {
            return -1;
        }
    }

    if (ln_bulk_flush(im->db, im->kind->rows) != 0) {
        return -1;
    }

    return ln_batch_select(im, im->kind->select_ids, ln_entry_is_new,
                           ln_batch_new_id);
}


/* What was there and what is: enough to put it back. */

static int
ln_batch_note(ln_import_t *im, const ln_entry_t *entry, uint64_t seq)
{
    int        rc;
    char      *before, *after;
    ln_bind_t  row[6];

    before = entry->state == LN_ENTRY_NEW ? NULL
             : ln_document_make(im->kind, entry->stored, entry->stored_import);
    after = ln_document_make(im->kind, entry->values, im->id);

    row[0] = ln_bind_number(im->id);
    row[1] = ln_bind_number(seq);
    row[2] = ln_bind_text(im->kind->name);
    row[3] = ln_bind_number(entry->id);
    row[4] = ln_bind_text(before);
    row[5] = ln_bind_text(after);

    rc = ln_bulk_add(im->db, &ln_changes, row);

    free(before);
    free(after);

    return rc;
}


static int
ln_batch_change(ln_import_t *im, uint64_t *touched, size_t *ntouched)
{
    size_t             i;
    uint64_t           seq;
    ln_entry_t        *entry;
    ln_bulk_t *const  *bulk;

    seq = im->total.added + im->total.changed;

    for (i = 0; i < im->nentries; i++) {
        entry = &im->entries[i];

        if (entry->state > LN_ENTRY_CHANGED) {
            if (entry->overruled && ln_corrections_drop(im, entry) != 0) {
                return -1;
            }

            continue;
        }

        if ((entry->state == LN_ENTRY_CHANGED
             && im->kind->update(im, entry, im->id) != 0)
            || im->kind->attach(im, entry) != 0
            || ln_corrections_drop(im, entry) != 0
            || (!im->dry_run && ln_batch_note(im, entry, ++seq) != 0))
        {
            return -1;
        }

        touched[(*ntouched)++] = entry->id;
    }

    for (bulk = im->kind->attached; *bulk != NULL; bulk++) {
        if (ln_bulk_flush(im->db, *bulk) != 0) {
            return -1;
        }
    }

    return ln_bulk_flush(im->db, &ln_changes);
}


/*
 * Organizations that practitioners leave show one fewer: at once, because who
 * looks at the practitioners later does not find them any more.
 */

static int
ln_batch_left(ln_import_t *im)
{
    int                rc;
    size_t             i;
    ln_ids_t           ids;
    const ln_entry_t  *entry;

    memset(&ids, 0, sizeof(ids));

    for (i = 0; i < im->nentries; i++) {
        entry = &im->entries[i];

        if (entry->state == LN_ENTRY_CHANGED && entry->stored_parent != 0) {
            ln_ids_add(&ids, entry->stored_parent);
        }
    }

    rc = ln_refresh_now(im->db, LN_REFRESH_ORGANIZATIONS, &ids);
    ln_ids_free(&ids);

    return rc;
}


static int
ln_batch_duplicate(void *data, const ln_cell_t *row)
{
    size_t             len;
    ln_cell_t          key;
    ln_span_t          name;
    ln_import_t       *im;
    const ln_entry_t  *entry;

    im = data;
    name.data = row[0].data;
    name.len = row[0].len;

    /* The line of the entry, if it stands in this batch. */
    len = strlen(im->source) + 1;
    key.data = row[1].data + len;
    key.len = row[1].len - len;
    entry = row[1].len > len ? ln_batch_entry(im, key) : NULL;

    ln_report(im, LN_SEVERITY_DUPLICATE, entry != NULL ? entry->line : 0, 0,
              row[3].data, name,
              ln_arena_format(&im->arena, "%s may be the same as %s",
                              row[1].data, row[2].data));

    return 0;
}


static int
ln_batch_duplicates(ln_import_t *im)
{
    const char *const  *sql;

    if (ln_db_execute(im->db,
            "SET @ln_duplicate = (SELECT IFNULL(MAX(id), 0)"
            "                       FROM possible_duplicate)", NULL, 0)
        != 0)
    {
        return -1;
    }

    for (sql = im->kind->duplicates; *sql != NULL; sql++) {
        if (ln_db_execute(im->db, *sql, NULL, 0) != 0) {
            return -1;
        }
    }

    return ln_db_select(im->db, im->kind->select_duplicates, NULL, 0,
                        ln_batch_duplicate, im);
}


static void
ln_batch_drop(ln_import_t *im)
{
    ln_bulk_t *const  *bulk;

    ln_bulk_drop(im->kind->rows);
    ln_bulk_drop(&ln_changes);

    for (bulk = im->kind->attached; *bulk != NULL; bulk++) {
        ln_bulk_drop(*bulk);
    }
}


static void
ln_batch_count(ln_import_t *im)
{
    size_t                i;
    ln_import_counts_t   *counts;

    counts = &im->batch;
    counts->read = im->nentries;
    counts->added = counts->changed = 0;
    counts->unchanged = counts->refused = 0;

    for (i = 0; i < im->nentries; i++) {
        switch (im->entries[i].state) {

        case LN_ENTRY_NEW:
            counts->added++;
            break;

        case LN_ENTRY_CHANGED:
            counts->changed++;
            break;

        case LN_ENTRY_UNCHANGED:
            counts->unchanged++;
            break;

        case LN_ENTRY_REFUSED:
            counts->refused++;
            break;
        }
    }
}


/* One attempt at the whole batch, up to its COMMIT. */

static int
ln_batch_try(ln_import_t *im, uint64_t *touched)
{
    size_t  i, n;

    if (ln_batch_load(im) != 0 || ln_corrections_load(im) != 0) {
        return -1;
    }

    for (i = 0; i < im->nentries; i++) {
        memcpy(im->entries[i].values, im->entries[i].file,
               sizeof(im->entries[i].values));

        if (im->entries[i].state != LN_ENTRY_REFUSED) {
            ln_entry_compare(im, &im->entries[i]);
        }
    }

    n = 0;
    ln_batch_count(im);

    if (ln_batch_insert(im) != 0 || ln_batch_change(im, touched, &n) != 0) {
        return -1;
    }

    if (n > 0
        && (ln_refresh_touch(im->db, touched, n) != 0
            || ln_batch_duplicates(im) != 0))
    {
        return -1;
    }

    if (im->dry_run) {
        return ln_db_rollback(im->db);
    }

    if (ln_batch_left(im) != 0 || ln_run_count(im) != 0) {
        return -1;
    }

    if (ln_report_failed(&im->report)) {
        im->failed = 1;
        return -1;
    }

    return ln_db_commit(im->db);
}


static void
ln_batch_finish(ln_import_t *im)
{
    size_t               i;
    ln_import_counts_t  *total;

    if (im->dry_run) {
        for (i = 0; i < im->nentries; i++) {
            ln_report_difference(im, &im->entries[i]);
        }
    }

    total = &im->total;
    total->read += im->batch.read;
    total->added += im->batch.added;
    total->changed += im->batch.changed;
    total->unchanged += im->batch.unchanged;
    total->refused += im->batch.refused;
    total->warnings += im->batch.warnings;
    total->duplicates += im->batch.duplicates;

    memset(&im->batch, 0, sizeof(im->batch));
    im->nentries = 0;
    ln_arena_reset(&im->arena);
}


int
ln_batch_write(ln_import_t *im)
{
    int              tries;
    size_t           i;
    uint64_t         duplicates, warnings, *touched;
    struct timespec  wait;

    if (im->kind->resolve != NULL && im->kind->resolve(im) != 0) {
        ln_complain("reading the database failed: %s", ln_db_error(im->db));
        return -1;
    }

    touched = ln_arena_alloc(&im->arena,
                             (im->nentries + 1) * sizeof(uint64_t));
    duplicates = im->batch.duplicates;
    warnings = im->batch.warnings;

    for (i = 0; i < im->nentries; i++) {
        memcpy(im->entries[i].file, im->entries[i].values,
               sizeof(im->entries[i].file));
    }

    for (tries = 0; ln_batch_try(im, touched) != 0; tries++) {
        if (!im->failed && !ln_db_is_deadlock(im->db)) {
            ln_complain("the database failed: %s", ln_db_error(im->db));
            im->failed = 1;

        } else if (!im->failed && tries == LN_IMPORT_RETRIES) {
            ln_complain("others hold the same rows: %s", ln_db_error(im->db));
            im->failed = 1;
        }

        (void) ln_db_rollback(im->db);
        ln_batch_drop(im);

        if (im->failed) {
            return -1;
        }

        im->batch.duplicates = duplicates;
        im->batch.warnings = warnings;
        wait.tv_sec = 0;
        wait.tv_nsec = LN_RETRY_WAIT + random() % LN_RETRY_WAIT;
        (void) nanosleep(&wait, NULL);
    }

    ln_batch_finish(im);

    return 0;
}
