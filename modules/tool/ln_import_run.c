
#include <string.h>

#include "ln_import.h"


/* Such names are the whole server's, which may hold other schemas of ours. */
#define LN_IMPORT_LOCK                                                         \
    "SELECT GET_LOCK(CONCAT('legalnet_import.',"                               \
    " LEFT(SHA2(DATABASE(), 256), 40)), 5)"


static int
ln_run_number(void *data, const ln_cell_t *row)
{
    *(uint64_t *) data = ln_cell_number(row[0]);

    return 0;
}


/*
 * One import at a time; who holds the lock is alive.  The server may need a
 * moment to notice that somebody who held it was killed.
 */

static int
ln_run_lock(ln_import_t *im)
{
    uint64_t  locked;

    locked = 0;

    if (ln_db_select(im->db, LN_IMPORT_LOCK, NULL, 0, ln_run_number, &locked)
        != 0)
    {
        ln_complain("the database failed: %s", ln_db_error(im->db));
        return -1;
    }

    if (locked != 1) {
        ln_complain("another import is running; wait until it has ended");
        return -1;
    }

    return 0;
}


int
ln_run_refresh(ln_db_t *db, const ln_kind_t *kind, uint64_t import_id)
{
    ln_bind_t  bind;

    bind = ln_bind_number(import_id);

    if (kind == &ln_organizations) {
        if (ln_refresh_found(db, LN_REFRESH_ORGANIZATIONS,
                "SELECT id FROM organization WHERE import_id = ?", &bind, 1)
            != 0)
        {
            return -1;
        }

        return ln_refresh_found(db, LN_REFRESH_PRACTITIONERS,
            "SELECT p.id"
            "  FROM organization o"
            "  JOIN practitioner p ON p.organization_id = o.id"
            " WHERE o.import_id = ?", &bind, 1);
    }

    if (ln_refresh_found(db, LN_REFRESH_PRACTITIONERS,
            "SELECT id FROM practitioner WHERE import_id = ?", &bind, 1)
        != 0)
    {
        return -1;
    }

    return ln_refresh_found(db, LN_REFRESH_ORGANIZATIONS,
        "SELECT DISTINCT organization_id"
        "  FROM practitioner"
        " WHERE import_id = ?"
        "   AND organization_id IS NOT NULL", &bind, 1);
}


/* The oldest run that was cut off, with its kind. */

typedef struct {
    uint64_t          id;
    const ln_kind_t  *kind;
} ln_run_t;


static int
ln_run_row(void *data, const ln_cell_t *row)
{
    ln_run_t  *run;

    run = data;
    run->id = ln_cell_number(row[0]);
    run->kind = strcmp(row[1].data, ln_organizations.plural) == 0
                ? &ln_organizations : &ln_practitioners;

    return 0;
}


/*
 * Runs that were cut off: their batches are whole, but search does not know of
 * them yet.
 */

static int
ln_run_recover(ln_import_t *im)
{
    ln_run_t   run;
    ln_bind_t  id;

    for ( ;; ) {
        run.id = 0;

        if (ln_db_select(im->db,
                "SELECT id, kind"
                "  FROM import_run"
                " WHERE status = 'running'"
                "   AND kind IN ('organizations', 'practitioners')"
                " ORDER BY id"
                " LIMIT 1", NULL, 0, ln_run_row, &run)
            != 0)
        {
            return -1;
        }

        if (run.id == 0) {
            return 0;
        }

        id = ln_bind_number(run.id);

        if (ln_run_refresh(im->db, run.kind, run.id) != 0
            || ln_db_execute(im->db,
                   "UPDATE import_run"
                   "   SET status = 'failed',"
                   "       finished_at = UTC_TIMESTAMP(6)"
                   " WHERE id = ?", &id, 1)
               != 0
            || ln_db_commit(im->db) != 0)
        {
            return -1;
        }

        ln_complain("import %llu had been cut off; its whole batches stand",
                    (unsigned long long) run.id);
    }
}


static int
ln_run_today(void *data, const ln_cell_t *row)
{
    ln_import_t  *im;

    im = data;
    (void) memcpy(im->today, row[0].data, 10);
    im->today[10] = '\0';
    im->year = (unsigned) ln_cell_number(row[0]);

    return 0;
}


int
ln_run_lock_and_recover(ln_import_t *im)
{
    if (ln_run_lock(im) != 0) {
        return -1;
    }

    if ((!im->dry_run && ln_run_recover(im) != 0)
        || ln_db_select(im->db,
               "SELECT DATE_FORMAT(UTC_TIMESTAMP() + INTERVAL 8 HOUR,"
               "                   '%Y-%m-%d')", NULL, 0, ln_run_today, im)
           != 0)
    {
        ln_complain("the database failed: %s", ln_db_error(im->db));
        return -1;
    }

    return 0;
}


static const char *
ln_run_file_name(const char *path)
{
    const char  *slash;

    slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}


int
ln_run_begin(ln_import_t *im, const unsigned char sha256[32])
{
    ln_bind_t  binds[4];

    if (!im->dry_run) {
        binds[0] = ln_bind_text(im->kind->plural);
        binds[1] = ln_bind_text(im->source);
        binds[2] = ln_bind_text(ln_run_file_name(im->file));
        binds[3] = ln_bind_bytes(sha256, 32);

        if (ln_db_execute(im->db,
                "INSERT INTO import_run (kind, source, file_name, file_sha256,"
                " started_at, status) VALUES (?, ?, LEFT(?, 255), ?,"
                " UTC_TIMESTAMP(6), 'running')", binds, 4)
            != 0)
        {
            return -1;
        }

        im->id = ln_db_last_id(im->db);
    }

    binds[0] = ln_bind_number(im->id);

    if (ln_db_execute(im->db, "SET @ln_import = ?", binds, 1) != 0) {
        return -1;
    }

    return ln_db_commit(im->db);
}


int
ln_run_count(ln_import_t *im)
{
    size_t                     i;
    ln_bind_t                  binds[8];
    const ln_import_counts_t  *a, *b;

    a = &im->total;
    b = &im->batch;

    const uint64_t  counts[] = {
        a->read + b->read, a->added + b->added, a->changed + b->changed,
        a->unchanged + b->unchanged, a->refused + b->refused,
        a->warnings + b->warnings, a->duplicates + b->duplicates, im->id
    };

    for (i = 0; i < ln_countof(counts); i++) {
        binds[i] = ln_bind_number(counts[i]);
    }

    return ln_db_execute(im->db,
        "UPDATE import_run"
        "   SET rows_read = ?,"
        "       rows_added = ?,"
        "       rows_changed = ?,"
        "       rows_unchanged = ?,"
        "       rows_refused = ?,"
        "       warnings = ?,"
        "       duplicates = ?"
        " WHERE id = ?", binds, 8);
}


int
ln_run_end(ln_import_t *im, const char *status)
{
    ln_bind_t  binds[2];

    binds[0] = ln_bind_text(status);
    binds[1] = ln_bind_number(im->id);

    if (ln_db_execute(im->db,
            "UPDATE import_run"
            "   SET status = ?,"
            "       finished_at = UTC_TIMESTAMP(6)"
            " WHERE id = ?", binds, 2)
        != 0)
    {
        return -1;
    }

    return ln_db_commit(im->db);
}
