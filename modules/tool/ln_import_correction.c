
/*
 * Fields that staff corrected.  The correction stands for as long as the source
 * says what it said then; when the source says something else it knows
 * something new, and wins: with a warning, unless it now agrees.
 */

#include <string.h>

#include "ln_import.h"


static int
ln_correction_row(void *data, const ln_cell_t *row)
{
    size_t        i, n;
    uint64_t      id;
    ln_entry_t   *entry;
    ln_import_t  *im;

    im = data;
    id = ln_cell_number(row[0]);

    for (n = 0; n < im->nentries; n++) {
        entry = &im->entries[n];

        if (entry->id != id || entry->state == LN_ENTRY_REFUSED) {
            continue;
        }

        for (i = 0; i < im->kind->nfields; i++) {
            if (strcmp(im->kind->fields[i], row[1].data) == 0) {
                entry->corrected |= 1u << i;
                entry->said[i] = row[2].data == NULL ? NULL
                                 : ln_arena_copy(&im->arena, row[2].data,
                                                 row[2].len);
            }
        }

        break;
    }

    return 0;
}


int
ln_corrections_load(ln_import_t *im)
{
    size_t     i, n;
    ln_bind_t  binds[1 + LN_DB_ROWS];

    binds[0] = ln_bind_text(im->kind->name);
    n = 0;

    for (i = 0; i <= im->nentries; i++) {

        if (i < im->nentries) {
            im->entries[i].corrected = 0;
            im->entries[i].overruled = 0;

            if (im->entries[i].state == LN_ENTRY_REFUSED
                || im->entries[i].id == 0)
            {
                continue;
            }

            binds[1 + n++] = ln_bind_number(im->entries[i].id);
        }

        if (n == 0 || (n < LN_DB_ROWS && i < im->nentries)) {
            continue;
        }

        for (/* void */; n < LN_DB_ROWS; n++) {
            binds[1 + n] = binds[1];
        }

        if (ln_db_select(im->db,
                "SELECT row_id, field, source_value"
                "  FROM correction"
                " WHERE table_name = ?"
                "   AND row_id IN (" LN_X64("?") ")", binds, 1 + LN_DB_ROWS,
                ln_correction_row, im)
            != 0)
        {
            return -1;
        }

        n = 0;
    }

    return 0;
}


int
ln_value_differs(const char *a, const char *b)
{
    if (a == NULL || b == NULL) {
        return a != b;
    }

    return strcmp(a, b) != 0;
}


int
ln_correction_stands(ln_import_t *im, ln_entry_t *entry, size_t field)
{
    ln_span_t  value;

    if (!(entry->corrected >> field & 1)) {
        return 0;
    }

    if (!ln_value_differs(entry->values[field], entry->said[field])) {
        return 1;
    }

    entry->overruled |= 1u << field;

    if (ln_value_differs(entry->values[field], entry->stored[field])) {
        value.data = im->kind->fields[field];
        value.len = strlen(value.data);
        ln_report(im, LN_SEVERITY_WARNING, entry->line, 0, "correction", value,
                  "was corrected here, and the source now says something new:"
                  " the source wins");
    }

    return 0;
}


int
ln_corrections_drop(ln_import_t *im, const ln_entry_t *entry)
{
    size_t     i;
    ln_bind_t  binds[3];

    binds[0] = ln_bind_text(im->kind->name);
    binds[1] = ln_bind_number(entry->id);

    for (i = 0; i < im->kind->nfields; i++) {

        if (!(entry->overruled >> i & 1)) {
            continue;
        }

        binds[2] = ln_bind_text(im->kind->fields[i]);

        if (ln_db_execute(im->db,
                "DELETE FROM correction"
                " WHERE table_name = ?"
                "   AND row_id = ?"
                "   AND field = ?", binds, 3)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}
