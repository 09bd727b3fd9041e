
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ln_practitioner.h"


#define LN_UNDO_BATCH  500       /* changes of a transaction */


/* One change of the run that is undone. */

typedef struct {
    uint64_t     seq;
    uint64_t     id;
    const char  *before;         /* NULL: the import added the row */
    const char  *after;
    ln_entry_t   now;            /* what the row is today; id 0: gone */
} ln_undo_change_t;


typedef struct {
    ln_import_t        im;
    const char        *status;
    ln_undo_change_t   changes[LN_UNDO_BATCH];
    size_t             n;
    ln_ids_t           undone;
    ln_ids_t           parents;  /* organizations of undone practitioners */
    uint64_t           below;    /* only changes under this seq are left */
    uint64_t           restored;
    uint64_t           removed;
    uint64_t           refused;
} ln_undo_t;


static int
ln_undo_run_row(void *data, const ln_cell_t *row)
{
    ln_undo_t  *undo;

    undo = data;
    undo->im.kind = strcmp(row[0].data, ln_organizations.plural) == 0
                    ? &ln_organizations
                    : strcmp(row[0].data, ln_practitioners.plural) == 0
                      ? &ln_practitioners : NULL;
    undo->im.source = strdup(row[1].data);
    undo->status = strdup(row[2].data);

    return 0;
}


static int
ln_undo_change_row(void *data, const ln_cell_t *row)
{
    ln_undo_t         *undo;
    ln_undo_change_t  *change;

    undo = data;
    change = &undo->changes[undo->n++];
    memset(change, 0, sizeof(*change));

    change->seq = ln_cell_number(row[0]);
    change->id = ln_cell_number(row[1]);
    change->before = row[2].data == NULL ? NULL
                     : ln_arena_copy(&undo->im.arena, row[2].data, row[2].len);
    change->after = ln_arena_copy(&undo->im.arena, row[3].data, row[3].len);

    return 0;
}


static int
ln_undo_now_row(void *data, const ln_cell_t *row)
{
    size_t      i;
    uint64_t    id;
    ln_undo_t  *undo;

    undo = data;
    id = ln_cell_number(row[1]);

    for (i = 0; i < undo->n; i++) {
        if (undo->changes[i].id == id) {
            undo->changes[i].now.key = ln_arena_copy(&undo->im.arena,
                                                     row[0].data, row[0].len);
            ln_entry_load(&undo->im, &undo->changes[i].now, row);
        }
    }

    return 0;
}


/* The next changes, newest first, and what their rows are today. */

static int
ln_undo_load(ln_undo_t *undo)
{
    size_t     i, n;
    ln_bind_t  binds[LN_DB_ROWS];

    undo->n = 0;
    binds[0] = ln_bind_number(undo->im.id);
    binds[1] = ln_bind_number(undo->below);

    if (ln_db_select(undo->im.db,
            "SELECT seq, row_id, before_doc, after_doc"
            "  FROM import_change"
            " WHERE import_id = ?"
            "   AND seq < ?"
            " ORDER BY seq DESC"
            " LIMIT 500", binds, 2, ln_undo_change_row, undo)
        != 0)
    {
        return -1;
    }

    for (i = 0; i < undo->n; i += n) {
        for (n = 0; n < LN_DB_ROWS; n++) {
            binds[n] = ln_bind_number(undo->changes[i + n < undo->n ? i + n
                                                                    : i].id);
        }

        n = undo->n - i < LN_DB_ROWS ? undo->n - i : LN_DB_ROWS;

        if (ln_db_select(undo->im.db, undo->im.kind->select_by_id, binds,
                         LN_DB_ROWS, ln_undo_now_row, undo)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


static void
ln_undo_refuse(ln_undo_t *undo, const ln_undo_change_t *change,
    const char *reason)
{
    undo->refused++;
    printf("%s %s stays as it is: %s\n", undo->im.kind->name,
           change->now.key != NULL ? change->now.key : "(gone)", reason);
}


static int
ln_undo_same(const ln_undo_t *undo, const char *const *a, const char *const *b)
{
    size_t  i;

    for (i = 0; i < undo->im.kind->nfields; i++) {
        if (strcmp(a[i] ? a[i] : "", b[i] ? b[i] : "") != 0) {
            return 0;
        }
    }

    return 1;
}


/* Whether the row is as the import left it. */

static int
ln_undo_is_after(ln_undo_t *undo, const ln_undo_change_t *change)
{
    uint64_t     import_id;
    const char  *after[LN_IMPORT_FIELDS];

    return change->now.id != 0 && change->now.stored_import == undo->im.id
           && ln_document_read(undo->im.kind, change->after, &undo->im.arena,
                               after, &import_id)
              == 0
           && ln_undo_same(undo, after, change->now.stored);
}


/* Whether an undo that was cut off has been here. */

static int
ln_undo_is_before(ln_undo_t *undo, const ln_undo_change_t *change)
{
    uint64_t     import_id;
    const char  *before[LN_IMPORT_FIELDS];

    if (change->before == NULL || change->now.id == 0) {
        return change->now.id == 0;
    }

    return ln_document_read(undo->im.kind, change->before, &undo->im.arena,
                            before, &import_id)
           == 0
           && change->now.stored_import == import_id
           && ln_undo_same(undo, before, change->now.stored);
}


/* 0: removed; 1: refused because something needs it; -1: failed. */

static int
ln_undo_remove(ln_undo_t *undo, const ln_undo_change_t *change)
{
    ln_bind_t  id;

    id = ln_bind_number(change->id);

    if (ln_db_execute(undo->im.db, undo->im.kind->delete, &id, 1) == 0) {
        undo->removed++;
        return 0;
    }

    if (!ln_db_is_reference(undo->im.db)) {
        return -1;
    }

    ln_undo_refuse(undo, change, "practitioners belong to it");

    return 1;
}


/* Puts the document from before back, through the same doors as an import. */

static int
ln_undo_restore(ln_undo_t *undo, ln_undo_change_t *change)
{
    size_t        i;
    uint64_t      import_id;
    ln_entry_t   *entry;
    ln_import_t  *im;

    im = &undo->im;
    entry = &change->now;

    if (ln_document_read(im->kind, change->before, &im->arena, entry->values,
                         &import_id)
        != 0)
    {
        ln_undo_refuse(undo, change, "what it was before cannot be read");
        return 1;
    }

    for (i = 0; i < im->kind->nfields; i++) {
        if (strcmp(entry->values[i] ? entry->values[i] : "",
                   entry->stored[i] ? entry->stored[i] : "")
            != 0)
        {
            entry->changed |= 1u << i;
        }
    }

    entry->state = LN_ENTRY_CHANGED;
    im->entries = entry;
    im->nentries = 1;

    if (im->kind->resolve != NULL && im->kind->resolve(im) != 0) {
        return -1;
    }

    if (entry->state == LN_ENTRY_REFUSED) {
        ln_undo_refuse(undo, change, "its organization of before is gone");
        return 1;
    }

    if (im->kind->update(im, entry, import_id) != 0
        || im->kind->attach(im, entry) != 0)
    {
        return -1;
    }

    undo->restored++;

    return 0;
}


static int
ln_undo_flush(ln_undo_t *undo)
{
    ln_bulk_t *const  *bulk;

    for (bulk = undo->im.kind->attached; *bulk != NULL; bulk++) {
        if (ln_bulk_flush(undo->im.db, *bulk) != 0) {
            return -1;
        }
    }

    return 0;
}


/* One change; 0: undone, now or before; 1: refused; -1: failed. */

static int
ln_undo_change(ln_undo_t *undo, ln_undo_change_t *change)
{
    if (ln_undo_is_before(undo, change)) {
        return 0;
    }

    if (!ln_undo_is_after(undo, change)) {
        ln_undo_refuse(undo, change, "it was changed since");
        return 1;
    }

    return change->before == NULL ? ln_undo_remove(undo, change)
                                  : ln_undo_restore(undo, change);
}


/* Organizations that the practitioners of a batch belonged or belong to. */

static int
ln_undo_parents(ln_undo_t *undo)
{
    size_t          i;
    uint64_t        import_id;
    ln_entry_t     *entry;
    ln_import_t    *im;

    im = &undo->im;
    im->nentries = 0;
    im->entries = ln_arena_alloc(&im->arena,
                                 2 * undo->n * sizeof(ln_entry_t));
    memset(im->entries, 0, 2 * undo->n * sizeof(ln_entry_t));

    for (i = 0; i < undo->n; i++) {
        entry = &im->entries[im->nentries++];
        (void) ln_document_read(im->kind, undo->changes[i].after, &im->arena,
                                entry->values, &import_id);

        if (undo->changes[i].before != NULL) {
            entry = &im->entries[im->nentries++];
            (void) ln_document_read(im->kind, undo->changes[i].before,
                                    &im->arena, entry->values, &import_id);
        }
    }

    if (ln_references_load(im) != 0) {
        return -1;
    }

    for (i = 0; i < im->organizations.size; i++) {
        if (im->organizations.slots[i].number != 0) {
            ln_ids_add(&undo->parents, im->organizations.slots[i].number);
        }
    }

    return 0;
}


static int
ln_undo_batch(ln_undo_t *undo)
{
    int     rc;
    size_t  i;

    for (i = 0; i < undo->n; i++) {
        rc = ln_undo_change(undo, &undo->changes[i]);

        if (rc < 0) {
            return -1;
        }

        if (rc == 0) {
            ln_ids_add(&undo->undone, undo->changes[i].id);
        }
    }

    if (ln_undo_flush(undo) != 0
        || (undo->im.kind == &ln_practitioners && ln_undo_parents(undo) != 0))
    {
        return -1;
    }

    return ln_db_commit(undo->im.db);
}


/*
 * Search follows at the end.  Should this be cut off before, the next run of
 * the command finds every change undone, and does it then.
 */

static int
ln_undo_refresh(ln_undo_t *undo)
{
    size_t     i;
    ln_ids_t   organizations;
    ln_db_t   *db;
    ln_bind_t  bind;

    db = undo->im.db;

    if (undo->im.kind == &ln_practitioners) {
        if (ln_refresh_ids(db, LN_REFRESH_PRACTITIONERS, &undo->undone) != 0) {
            return -1;
        }

        return ln_refresh_ids(db, LN_REFRESH_ORGANIZATIONS, &undo->parents);
    }

    if (ln_refresh_ids(db, LN_REFRESH_ORGANIZATIONS, &undo->undone) != 0) {
        return -1;
    }

    organizations = undo->undone;

    for (i = 0; i < organizations.n; i++) {
        bind = ln_bind_number(organizations.list[i]);

        if (ln_refresh_found(db, LN_REFRESH_PRACTITIONERS,
                "SELECT id FROM practitioner WHERE organization_id = ?",
                &bind, 1)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
ln_undo_all(ln_undo_t *undo)
{
    undo->below = UINT32_MAX;

    for ( ;; ) {
        ln_arena_reset(&undo->im.arena);

        if (ln_interrupted || ln_undo_load(undo) != 0) {
            return -1;
        }

        if (undo->n == 0) {
            return 0;
        }

        if (ln_undo_batch(undo) != 0) {
            return -1;
        }

        undo->below = undo->changes[undo->n - 1].seq;
    }
}


static int
ln_undo_find(ln_undo_t *undo, const char *id)
{
    char       *end;
    ln_bind_t   bind;

    errno = 0;
    undo->im.id = strtoull(id, &end, 10);

    if (errno != 0 || *end != '\0' || undo->im.id == 0) {
        ln_complain("\"%s\" is no number of an import; `legalnet import list`"
                    " tells them", id);
        return -1;
    }

    bind = ln_bind_number(undo->im.id);

    if (ln_db_select(undo->im.db,
            "SELECT kind, source, status"
            "  FROM import_run"
            " WHERE id = ?", &bind, 1, ln_undo_run_row, undo)
        != 0)
    {
        ln_complain("the database failed: %s", ln_db_error(undo->im.db));
        return -1;
    }

    if (undo->im.kind == NULL) {
        ln_complain("there is no import %s that could be undone", id);
        return -1;
    }

    return 0;
}


static ln_exit_e
ln_undo_run(ln_undo_t *undo, const char *id)
{
    int        rc;
    ln_bind_t  bind;

    if (ln_undo_find(undo, id) != 0 || ln_refresh_prepare(undo->im.db) != 0
        || ln_run_lock_and_recover(&undo->im) != 0
        || ln_vocabulary_load(&undo->im) != 0)
    {
        return LN_EXIT_FAILED;
    }

    rc = ln_undo_all(undo);

    if (rc == 0) {
        rc = ln_undo_refresh(undo);
    }

    if (rc == 0) {
        bind = ln_bind_number(undo->im.id);
        rc = ln_db_execute(undo->im.db,
            "DELETE FROM possible_duplicate"
            " WHERE import_id = ?"
            "   AND status = 'open'", &bind, 1);
    }

    if (rc == 0) {
        rc = undo->refused ? ln_db_commit(undo->im.db)
                           : ln_run_end(&undo->im, "undone");
    }

    if (rc != 0) {
        ln_complain("stopped: %s; run it again to go on",
                    ln_interrupted ? "interrupted" : ln_db_error(undo->im.db));
    }

    printf("import %s: %llu restored, %llu removed, %llu left as they are\n",
           id, (unsigned long long) undo->restored,
           (unsigned long long) undo->removed,
           (unsigned long long) undo->refused);

    return rc != 0 ? LN_EXIT_FAILED
           : undo->refused ? LN_EXIT_REFUSED : LN_EXIT_OK;
}


ln_exit_e
ln_import_undo_command(const ln_arguments_t *args)
{
    ln_exit_e   rc;
    ln_undo_t  *undo;

    undo = ln_memory(NULL, sizeof(ln_undo_t));
    memset(undo, 0, sizeof(ln_undo_t));
    rc = LN_EXIT_FAILED;

    undo->im.db = ln_db_connect(ln_option(args, "database"),
                                ln_option(args, "password-file"));

    if (undo->im.db != NULL) {
        rc = ln_undo_run(undo, args->words[0]);
    }

    ln_vocabulary_free(&undo->im);
    ln_map_free(&undo->im.organizations);
    ln_arena_free(&undo->im.arena);
    ln_db_close(undo->im.db);
    ln_ids_free(&undo->undone);
    ln_ids_free(&undo->parents);
    free((char *) undo->im.source);
    free((char *) undo->status);
    free(undo);

    return rc;
}
