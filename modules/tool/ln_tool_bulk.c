
#include <stdlib.h>
#include <string.h>

#include "ln_tool_db.h"


static const size_t  ln_bulk_folds[] = { LN_DB_ROWS, 8, 1 };


static int
ln_bulk_init(ln_bulk_t *bulk)
{
    size_t  n;

    n = LN_DB_ROWS * bulk->columns;
    bulk->binds = calloc(n, sizeof(ln_bind_t));
    bulk->offsets = calloc(n, sizeof(size_t));

    return bulk->binds == NULL || bulk->offsets == NULL ? -1 : 0;
}


static int
ln_bulk_reserve(ln_bulk_t *bulk, size_t more)
{
    char    *text;
    size_t   size;

    if (bulk->used + more <= bulk->size) {
        return 0;
    }

    size = (bulk->used + more) * 2;
    text = realloc(bulk->text, size);
    if (text == NULL) {
        return -1;
    }

    bulk->text = text;
    bulk->size = size;

    return 0;
}


static int
ln_bulk_send(ln_db_t *db, ln_bulk_t *bulk, size_t fold, size_t from)
{
    size_t  i, first, n;

    first = from * bulk->columns;
    n = ln_bulk_folds[fold] * bulk->columns;

    /* The text may have moved while it grew. */
    for (i = first; i < first + n; i++) {
        if (bulk->binds[i].text != NULL) {
            bulk->binds[i].text = bulk->text + bulk->offsets[i];
        }
    }

    return ln_db_execute(db, bulk->sql[fold], bulk->binds + first, n);
}


int
ln_bulk_add(ln_db_t *db, ln_bulk_t *bulk, const ln_bind_t *row)
{
    size_t      i, at;
    ln_bind_t  *bind;

    if (bulk->binds == NULL && ln_bulk_init(bulk) != 0) {
        return -1;
    }

    for (i = 0; i < bulk->columns; i++) {
        at = bulk->rows * bulk->columns + i;
        bind = &bulk->binds[at];
        *bind = row[i];

        if (bind->text == NULL) {
            continue;
        }

        if (ln_bulk_reserve(bulk, bind->len + 1) != 0) {
            return -1;
        }

        memcpy(bulk->text + bulk->used, bind->text, bind->len);
        bulk->offsets[at] = bulk->used;
        bulk->used += bind->len;
    }

    if (++bulk->rows < LN_DB_ROWS) {
        return 0;
    }

    return ln_bulk_flush(db, bulk);
}


int
ln_bulk_flush(ln_db_t *db, ln_bulk_t *bulk)
{
    size_t  fold, done;

    done = 0;

    for (fold = 0; fold < 3; fold++) {
        while (bulk->rows - done >= ln_bulk_folds[fold]) {
            if (ln_bulk_send(db, bulk, fold, done) != 0) {
                return -1;
            }

            done += ln_bulk_folds[fold];
        }
    }

    ln_bulk_drop(bulk);

    return 0;
}


void
ln_bulk_drop(ln_bulk_t *bulk)
{
    bulk->rows = 0;
    bulk->used = 0;
}


void
ln_bulk_free(ln_bulk_t *bulk)
{
    free(bulk->text);
    free(bulk->binds);
    free(bulk->offsets);
    bulk->text = NULL;
    bulk->binds = NULL;
    bulk->offsets = NULL;
    bulk->size = 0;
    ln_bulk_drop(bulk);
}
