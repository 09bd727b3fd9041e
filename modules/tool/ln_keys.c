
/*
 * legalnet keys: adding a key, moving every encrypted column to the newest one
 * while nginx serves, and saying which keys nothing needs any more.
 *
 * A rotation goes through each column in the order of its table's key, 500
 * rows at a time.  What is under the newest key already is passed over, so one
 * that was cut off anywhere is simply started again.  A row is replaced only
 * if it still holds the very octets that were read: what nginx wrote meanwhile
 * stays.  Nothing of a value is ever printed.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/crypto.h>

#include "ln_cipher.h"
#include "ln_key_ring.h"
#include "ln_tool.h"
#include "ln_tool_db.h"
#include "ln_tool_memory.h"


#define LN_KEYS_BATCH   500          /* as the statements say */
#define LN_KEYS_ID      16
#define LN_KEYS_WIDEST  4096         /* octets of a sealed value */
#define LN_KEYS_TRIES   5            /* of a batch that meets a deadlock */


/* What the migrations say is encrypted (sealed.mjs). */

typedef struct {
    const char  *field;              /* "account.phone" */
    const char  *count;
    const char  *select;
    const char  *update;
} ln_sealed_column_t;

#include "ln_tool_sealed.h"


/* A value that has to move. */

typedef struct {
    unsigned char  id[LN_KEYS_ID];
    unsigned char  old[LN_KEYS_WIDEST];
    unsigned char  sealed[LN_KEYS_WIDEST];
    size_t         old_len;
    size_t         len;
} ln_keys_row_t;

typedef struct {
    uint32_t       id;
    uint64_t       rows;
} ln_keys_use_t;

typedef struct {
    ln_db_t                   *db;
    ln_keys_t                  ring;
    ln_cipher_key_t            ciphers[LN_RING_MOST];
    const ln_cipher_key_t     *newest;
    const ln_sealed_column_t  *column;
    ln_keys_row_t             *rows;      /* LN_KEYS_BATCH of them */
    size_t                     n;         /* that have to move */
    size_t                     seen;      /* of this batch */
    unsigned char              last[LN_KEYS_ID];
    uint64_t                   total;
    uint64_t                   done;
    uint64_t                   moved;
    uint64_t                   unknown;   /* under a key that is not here */
    ln_keys_use_t              uses[LN_RING_MOST];
    size_t                     nuses;
    time_t                     said;
    int                        checking;
} ln_rotation_t;


const ln_option_t  ln_keys_options[] = {
    { "keys", "DIRECTORY", "that of legalnet_keys" },
    LN_DATABASE_OPTIONS,
    { NULL, NULL, NULL }
};

const ln_option_t  ln_keys_add_options[] = {
    { "keys", "DIRECTORY", "that of legalnet_keys" },
    { "kind", "KIND", "field (default) or token" },
    { NULL, NULL, NULL }
};


static int
ln_rotation_ring(ln_rotation_t *r, const char *directory)
{
    char    why[256];
    size_t  i;

    if (directory == NULL) {
        ln_complain("--keys does not say where the keys are");
        return -1;
    }

    if (!ln_keys_read(&r->ring, directory, why, sizeof(why))) {
        ln_complain("%s", why);
        return -1;
    }

    for (i = 0; i < r->ring.field.n; i++) {
        if (!ln_cipher_key(&r->ciphers[i], r->ring.field.keys[i].id,
                           r->ring.field.keys[i].key))
        {
            ln_complain("OpenSSL failed");
            return -1;
        }
    }

    r->newest = &r->ciphers[r->ring.field.n - 1];

    return 0;
}


static void
ln_rotation_use(ln_rotation_t *r, uint32_t id)
{
    size_t  i;

    for (i = 0; i < r->nuses && r->uses[i].id != id; i++) { /* void */ }

    if (i == r->nuses) {
        if (i == LN_RING_MOST) {
            r->unknown++;
            return;
        }

        r->uses[r->nuses++] = (ln_keys_use_t) { id, 0 };
    }

    r->uses[i].rows++;
}


/* Opens a value and seals it anew, by the algorithm that it was sealed by. */

static int
ln_rotation_move(ln_rotation_t *r, uint32_t id, ln_keys_row_t *row)
{
    size_t         i, n;
    bool           opened;
    unsigned char  text[LN_KEYS_WIDEST];

    for (i = 0; i < r->ring.field.n && r->ciphers[i].id != id; i++) {
        /* void */
    }

    opened = i < r->ring.field.n
             && ln_cipher_open(&r->ciphers[i], r->column->field, row->old,
                               row->old_len, text, &n);

    row->len = opened ? ln_cipher_seal(r->newest, row->old[0],
                                       r->column->field, text, n, row->sealed)
                      : 0;

    OPENSSL_cleanse(text, sizeof(text));

    return row->len ? 0 : -1;
}


static int
ln_rotation_row(void *data, const ln_cell_t *cell)
{
    uint32_t        id;
    ln_keys_row_t  *row;
    ln_rotation_t  *r;

    r = data;

    if (cell[0].len != LN_KEYS_ID) {
        return -1;
    }

    memcpy(r->last, cell[0].data, LN_KEYS_ID);
    r->seen++;

    if (!ln_cipher_key_id(cell[1].data, cell[1].len, &id)
        || cell[1].len > LN_KEYS_WIDEST - LN_CIPHER_MORE)
    {
        r->unknown++;
        return 0;
    }

    ln_rotation_use(r, id);

    if (r->checking || id == r->newest->id) {
        r->unknown += ln_ring_find(&r->ring.field, id) == NULL;
        return 0;
    }

    row = &r->rows[r->n];
    memcpy(row->id, cell[0].data, LN_KEYS_ID);
    memcpy(row->old, cell[1].data, cell[1].len);
    row->old_len = cell[1].len;

    if (ln_rotation_move(r, id, row) != 0) {
        r->unknown++;
        return 0;
    }

    r->n++;

    return 0;
}


static int
ln_rotation_write(ln_rotation_t *r)
{
    size_t     i;
    ln_bind_t  binds[3];

    for (i = 0; i < r->n; i++) {
        binds[0] = ln_bind_bytes(r->rows[i].sealed, r->rows[i].len);
        binds[1] = ln_bind_bytes(r->rows[i].id, LN_KEYS_ID);
        binds[2] = ln_bind_bytes(r->rows[i].old, r->rows[i].old_len);

        if (ln_db_execute(r->db, r->column->update, binds, 3) != 0) {
            return -1;
        }

        r->moved += ln_db_affected(r->db);
    }

    return ln_db_commit(r->db);
}


static int
ln_rotation_batch(ln_rotation_t *r)
{
    int        tries;
    uint64_t   moved;
    ln_bind_t  from;

    from = ln_bind_bytes(r->last, LN_KEYS_ID);
    r->n = r->seen = 0;

    if (ln_db_select(r->db, r->column->select, &from, 1, ln_rotation_row, r)
        != 0)
    {
        return -1;
    }

    moved = r->moved;

    for (tries = 0; ln_rotation_write(r) != 0; tries++) {

        if (!ln_db_is_deadlock(r->db) || tries == LN_KEYS_TRIES) {
            return -1;
        }

        (void) ln_db_rollback(r->db);
        r->moved = moved;
    }

    r->done += r->seen;

    return 0;
}


static int
ln_rotation_total(void *data, const ln_cell_t *row)
{
    ((ln_rotation_t *) data)->total = ln_cell_number(row[0]);

    return 0;
}


static void
ln_rotation_say(ln_rotation_t *r, int last)
{
    if (r->checking || (!last && time(NULL) == r->said)) {
        return;
    }

    r->said = time(NULL);
    fprintf(stderr, "%s: %llu of %llu\n", r->column->field,
            (unsigned long long) r->done, (unsigned long long) r->total);
}


static int
ln_rotation_column(ln_rotation_t *r)
{
    r->total = r->done = 0;
    memset(r->last, 0, sizeof(r->last));

    if (ln_db_select(r->db, r->column->count, NULL, 0, ln_rotation_total, r)
        != 0)
    {
        return -1;
    }

    do {
        if (ln_interrupted || ln_rotation_batch(r) != 0) {
            return -1;
        }

        ln_rotation_say(r, r->seen < LN_KEYS_BATCH);
    } while (r->seen == LN_KEYS_BATCH);

    return 0;
}


static int
ln_rotation_run(ln_rotation_t *r)
{
    size_t  i;

    for (i = 0; i < ln_countof(ln_sealed_columns); i++) {
        r->column = &ln_sealed_columns[i];

        if (ln_rotation_column(r) != 0) {
            ln_complain("stopped at %s: %s; run it again to go on",
                        r->column->field,
                        ln_interrupted ? "interrupted" : ln_db_error(r->db));
            return -1;
        }
    }

    return 0;
}


static void
ln_rotation_report(const ln_rotation_t *r)
{
    size_t    i, j;
    uint32_t  id;
    uint64_t  rows;

    for (i = 0; i < r->ring.field.n; i++) {
        id = r->ring.field.keys[i].id;
        rows = 0;

        for (j = 0; j < r->nuses; j++) {
            rows = r->uses[j].id == id ? r->uses[j].rows : rows;
        }

        printf("field-%u.key: %llu values%s\n", id, (unsigned long long) rows,
               id == r->newest->id ? ", the newest"
               : rows == 0 ? "; the file may be removed" : "");
    }

    if (r->unknown) {
        printf("%llu values do not open with any key that is here\n",
               (unsigned long long) r->unknown);
    }
}


static ln_exit_e
ln_keys_run(const ln_arguments_t *args, int checking)
{
    int             rc;
    ln_exit_e       status;
    ln_rotation_t  *r;

    r = ln_memory(NULL, sizeof(ln_rotation_t));
    memset(r, 0, sizeof(ln_rotation_t));
    r->rows = ln_memory(NULL, LN_KEYS_BATCH * sizeof(ln_keys_row_t));
    r->checking = checking;
    status = LN_EXIT_USAGE;

    if (ln_rotation_ring(r, ln_option(args, "keys")) == 0) {

        r->db = ln_db_connect(ln_option(args, "database"),
                              ln_option(args, "password-file"));
        rc = r->db ? ln_rotation_run(r) : -1;

        if (rc == 0 && checking) {
            ln_rotation_report(r);

        } else if (rc == 0) {
            printf("%llu values moved to field-%u.key, %llu left as they"
                   " are\n", (unsigned long long) r->moved, r->newest->id,
                   (unsigned long long) r->unknown);
        }

        status = rc != 0 ? LN_EXIT_FAILED
                 : r->unknown ? LN_EXIT_REFUSED : LN_EXIT_OK;
        ln_db_close(r->db);
    }

    OPENSSL_cleanse(r->rows, LN_KEYS_BATCH * sizeof(ln_keys_row_t));
    free(r->rows);
    OPENSSL_cleanse(r, sizeof(ln_rotation_t));
    free(r);

    return status;
}


ln_exit_e
ln_keys_rotate_command(const ln_arguments_t *args)
{
    return ln_keys_run(args, 0);
}


ln_exit_e
ln_keys_check_command(const ln_arguments_t *args)
{
    return ln_keys_run(args, 1);
}
