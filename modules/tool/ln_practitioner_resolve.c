
#include <stdlib.h>
#include <string.h>

#include "ln_practitioner.h"


/* References that wait for one look-up of up to LN_DB_ROWS of them. */

typedef struct {
    ln_import_t  *im;
    size_t        n;
    ln_bind_t     binds[2 * LN_DB_ROWS];
} ln_references_t;


static const char  ln_references_sql[] =
    "SELECT CONCAT(o.source, ':', o.source_key), o.id, r.code"
    "  FROM organization o"
    "  JOIN region r ON r.id = o.region_id"
    " WHERE (o.source, o.source_key) IN (" LN_X64("(?,?)") ")";


static int
ln_references_row(void *data, const ln_cell_t *row)
{
    ln_import_t          *im;
    ln_map_slot_t        *slot;
    const ln_map_slot_t  *region;

    im = data;
    slot = ln_map_add(&im->organizations, row[0].data, row[0].len);
    slot->number = ln_cell_number(row[1]);
    region = ln_map_find(&im->regions, row[2].data, row[2].len);
    slot->text = region != NULL ? region->text : NULL;

    return 0;
}


static int
ln_references_send(ln_references_t *refs)
{
    size_t  i;

    if (refs->n == 0) {
        return 0;
    }

    for (i = refs->n; i < LN_DB_ROWS; i++) {
        refs->binds[2 * i] = refs->binds[0];
        refs->binds[2 * i + 1] = refs->binds[1];
    }

    refs->n = 0;

    return ln_db_select(refs->im->db, ln_references_sql, refs->binds,
                        2 * LN_DB_ROWS, ln_references_row, refs->im);
}


static int
ln_references_add(ln_references_t *refs, const char *key, size_t len)
{
    size_t       source;
    const char  *colon;

    if (len == 0 || ln_map_find(&refs->im->organizations, key, len) != NULL) {
        return 0;
    }

    /* A slot with number 0 stands for "asked for, not there". */
    (void) ln_map_add(&refs->im->organizations, key, len);

    colon = memchr(key, ':', len);
    source = colon != NULL ? (size_t) (colon - key) : 0;

    refs->binds[2 * refs->n] = ln_bind_bytes(key, source);
    refs->binds[2 * refs->n + 1] = ln_bind_bytes(key + source + 1,
                                                 len - source - 1);
    refs->n++;

    return refs->n == LN_DB_ROWS ? ln_references_send(refs) : 0;
}


const char *
ln_qualification_parts(const char *list, ln_span_t parts[PART_COUNT])
{
    size_t  n, len;

    for (n = 0; n < PART_COUNT; n++) {
        len = strcspn(list, (char[]) { LN_PART, LN_ITEM, '\0' });
        parts[n].data = list;
        parts[n].len = len;
        list += len;

        if (*list == LN_PART) {
            list++;
        }
    }

    return *list == LN_ITEM ? list + 1 : NULL;
}


static int
ln_references_of(ln_references_t *refs, const ln_entry_t *entry)
{
    ln_span_t    parts[PART_COUNT];
    const char  *p;

    p = entry->values[FIELD_ORGANIZATION];

    if (p != NULL && ln_references_add(refs, p, strlen(p)) != 0) {
        return -1;
    }

    for (p = entry->values[FIELD_QUALIFICATIONS]; p != NULL; /* void */) {
        p = ln_qualification_parts(p, parts);

        if (ln_references_add(refs, parts[PART_ORGANIZATION].data,
                              parts[PART_ORGANIZATION].len)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
ln_reference_is_there(ln_import_t *im, const char *key, size_t len)
{
    const ln_map_slot_t  *slot;

    if (len == 0) {
        return 1;
    }

    slot = ln_map_find(&im->organizations, key, len);

    return slot != NULL && slot->number != 0;
}


static void
ln_practitioner_check(ln_import_t *im, ln_entry_t *entry)
{
    ln_span_t             missing, parts[PART_COUNT];
    const char           *p;
    const ln_map_slot_t  *slot;

    missing.data = NULL;
    missing.len = 0;
    p = entry->values[FIELD_ORGANIZATION];

    if (p != NULL && !ln_reference_is_there(im, p, strlen(p))) {
        missing.data = p;
        missing.len = strlen(p);
    }

    for (p = entry->values[FIELD_QUALIFICATIONS]; p != NULL; /* void */) {
        p = ln_qualification_parts(p, parts);

        if (!ln_reference_is_there(im, parts[PART_ORGANIZATION].data,
                                   parts[PART_ORGANIZATION].len))
        {
            missing = parts[PART_ORGANIZATION];
        }
    }

    if (missing.data != NULL) {
        ln_report(im, LN_SEVERITY_ERROR, entry->line, 0, "organization",
                  missing, "is not in the directory: import the organizations"
                  " first");
        entry->state = LN_ENTRY_REFUSED;
        return;
    }

    p = entry->values[FIELD_ORGANIZATION];

    if (entry->values[FIELD_REGION] == NULL && p != NULL) {
        slot = ln_map_find(&im->organizations, p, strlen(p));
        ln_field_put(entry, FIELD_REGION, slot->text);
    }
}


int
ln_references_load(ln_import_t *im)
{
    size_t           i;
    ln_references_t  refs;

    ln_map_free(&im->organizations);
    refs.im = im;
    refs.n = 0;

    for (i = 0; i < im->nentries; i++) {
        if (im->entries[i].state != LN_ENTRY_REFUSED
            && ln_references_of(&refs, &im->entries[i]) != 0)
        {
            return -1;
        }
    }

    return ln_references_send(&refs);
}


int
ln_practitioner_resolve(ln_import_t *im)
{
    size_t  i;

    if (ln_references_load(im) != 0) {
        return -1;
    }

    for (i = 0; i < im->nentries; i++) {
        if (im->entries[i].state != LN_ENTRY_REFUSED) {
            ln_practitioner_check(im, &im->entries[i]);
        }
    }

    return 0;
}
