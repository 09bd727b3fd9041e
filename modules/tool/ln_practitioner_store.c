
#include <string.h>

#include "ln_practitioner.h"
#include "ln_text_record.h"


static const char *const  ln_practitioner_fields[] = {
    [FIELD_NAME] = "name",
    [FIELD_SEX] = "sex",
    [FIELD_ORGANIZATION] = "organization",
    [FIELD_REGION] = "region",
    [FIELD_QUALIFICATIONS] = "qualifications",
    [FIELD_AREAS] = "areas",
    [FIELD_LANGUAGES] = "languages",
    [FIELD_REGIONS_SERVED] = "regions_served",
    [FIELD_LEGAL_AID] = "legal_aid",
    [FIELD_PRACTICING_SINCE] = "practicing_since",
    [FIELD_PHONE] = "phone",
    [FIELD_INTRODUCTION] = "introduction",
    [FIELD_STATUS] = "status",
    [FIELD_VERIFIED] = "last_verified_on"
};


#define LN_SQL_PRACTITIONER                                                   \
    "SELECT p.source_key, p.id, IFNULL(p.import_id, 0),"                      \
    "       IFNULL(p.organization_id, 0),"                                    \
    "       " LN_RECORD_PRACTITIONER                                          \
    "  FROM practitioner p"


static ln_bulk_t  ln_practitioner_rows = LN_BULK(
    "INSERT INTO practitioner (source, source_key, name, sex, organization_id,"
    " region_id, phone, legal_aid, practicing_since, introduction, status,"
    " last_verified_on, import_id, version, created_at, updated_at) VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?,?,?,1,UTC_TIMESTAMP(6),UTC_TIMESTAMP(6))", 13);

static ln_bulk_t  ln_qualification_rows = LN_BULK(
    "INSERT INTO qualification (practitioner_id, kind_id, licence_number,"
    " organization_id, status, valid_from, valid_to, source, last_verified_on)"
    " VALUES ", "(?,?,?,?,?,?,?,?,?)", 9);

static ln_bulk_t  ln_practitioner_areas = LN_BULK(
    "INSERT INTO practitioner_area (practitioner_id, area_id, position)"
    " VALUES ", "(?,?,?)", 3);

static ln_bulk_t  ln_practitioner_languages = LN_BULK(
    "INSERT INTO practitioner_language (practitioner_id, language_id) VALUES ",
    "(?,?)", 2);

static ln_bulk_t  ln_practitioner_regions = LN_BULK(
    "INSERT INTO practitioner_region (practitioner_id, region_id) VALUES ",
    "(?,?)", 2);

static ln_bulk_t *const  ln_practitioner_attached[] = {
    &ln_qualification_rows, &ln_practitioner_areas, &ln_practitioner_languages,
    &ln_practitioner_regions, NULL
};


/*
 * The name alone says nothing: thousands are called alike.  Within one
 * organization it is worth a look.  Order and index of the joins are stated:
 * the server knows nothing yet of rows that were just stored, and once read
 * the whole table for each of a batch.
 */

/*
 * The touched ones lead: nothing is known of a temporary table, and the other
 * way round every batch reads all that was there before.
 */
static const char *const  ln_practitioner_duplicates[] = {

    "INSERT IGNORE INTO possible_duplicate (table_name, row_id, other_id,"
    " reason, import_id, created_at)"
    " SELECT DISTINCT STRAIGHT_JOIN 'practitioner',"
    "        GREATEST(q.practitioner_id, e.practitioner_id),"
    "        LEAST(q.practitioner_id, e.practitioner_id), 'licence_number',"
    "        @ln_import, UTC_TIMESTAMP(6)"
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN qualification q FORCE INDEX (qualification_practitioner)"
    "     ON q.practitioner_id = t.id"
    "   STRAIGHT_JOIN qualification e FORCE INDEX (qualification_licence)"
    "     ON e.licence_number = q.licence_number"
    "    AND e.practitioner_id <> q.practitioner_id",

    "INSERT IGNORE INTO possible_duplicate (table_name, row_id, other_id,"
    " reason, import_id, created_at)"
    " SELECT STRAIGHT_JOIN 'practitioner', GREATEST(p.id, e.id),"
    "        LEAST(p.id, e.id),"
    "        'name_organization', @ln_import, UTC_TIMESTAMP(6)"
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN practitioner p FORCE INDEX (PRIMARY) ON p.id = t.id"
    "   STRAIGHT_JOIN practitioner e FORCE INDEX (practitioner_organization)"
    "     ON e.organization_id = p.organization_id"
    "    AND e.name = p.name"
    "    AND e.id <> p.id",

    NULL
};


/* Of those listed since @ln_duplicate: name, entry, other entry, reason. */

static const char  ln_practitioner_listed[] =
    "SELECT o.name, CONCAT(o.source, ':', o.source_key),"
    "       CONCAT(e.source, ':', e.source_key), d.reason"
    "  FROM possible_duplicate d"
    "  JOIN practitioner o ON o.id = d.row_id"
    "  JOIN practitioner e ON e.id = d.other_id"
    " WHERE d.import_id = @ln_import"
    "   AND d.table_name = 'practitioner'"
    "   AND d.id > @ln_duplicate"
    " ORDER BY d.id";


static ln_bind_t
ln_reference_bind(ln_import_t *im, const char *key, size_t len)
{
    ln_bind_t             bind;
    const ln_map_slot_t  *slot;

    slot = key != NULL ? ln_map_find(&im->organizations, key, len) : NULL;
    bind = ln_bind_number(slot != NULL ? slot->number : 0);
    bind.is_null = bind.number == 0;

    return bind;
}


/* The values of a row in the order of the INSERT and the UPDATE. */

static int
ln_practitioner_binds(ln_import_t *im, const ln_entry_t *entry,
    ln_bind_t binds[10])
{
    size_t                i;
    const char           *organization, *region;
    const ln_map_slot_t  *slot;

    static const size_t  order[] = {
        FIELD_NAME, FIELD_SEX, FIELD_ORGANIZATION, FIELD_REGION, FIELD_PHONE,
        FIELD_LEGAL_AID, FIELD_PRACTICING_SINCE, FIELD_INTRODUCTION,
        FIELD_STATUS, FIELD_VERIFIED
    };

    for (i = 0; i < ln_countof(order); i++) {
        binds[i] = ln_bind_text(entry->values[order[i]]);
    }

    organization = entry->values[FIELD_ORGANIZATION];
    binds[2] = ln_reference_bind(im, organization,
                                 organization ? strlen(organization) : 0);

    region = entry->values[FIELD_REGION];
    slot = region ? ln_map_find(&im->regions, region, strlen(region)) : NULL;

    if (slot == NULL) {
        return -1;
    }

    binds[3] = ln_bind_number(slot->number);

    return 0;
}


static int
ln_practitioner_insert(ln_import_t *im, const ln_entry_t *entry)
{
    ln_bind_t  row[13];

    row[0] = ln_bind_text(im->source);
    row[1] = ln_bind_text(entry->key);

    if (ln_practitioner_binds(im, entry, row + 2) != 0) {
        return -1;
    }

    row[12] = ln_bind_number(im->id);

    return ln_bulk_add(im->db, &ln_practitioner_rows, row);
}


static int
ln_practitioner_update(ln_import_t *im, const ln_entry_t *entry,
    uint64_t import_id)
{
    ln_bind_t  row[12];

    if (ln_practitioner_binds(im, entry, row) != 0) {
        return -1;
    }

    row[10] = ln_bind_number(import_id);
    row[10].is_null = import_id == 0;
    row[11] = ln_bind_number(entry->id);

    return ln_db_execute(im->db,
        "UPDATE practitioner"
        "   SET name = ?,"
        "       sex = ?,"
        "       organization_id = ?,"
        "       region_id = ?,"
        "       phone = ?,"
        "       legal_aid = ?,"
        "       practicing_since = ?,"
        "       introduction = ?,"
        "       status = ?,"
        "       last_verified_on = ?,"
        "       import_id = ?,"
        "       version = version + 1,"
        "       updated_at = UTC_TIMESTAMP(6)"
        " WHERE id = ?", row, 12);
}


static ln_bind_t
ln_bind_part(ln_span_t part)
{
    ln_bind_t  bind;

    bind = ln_bind_bytes(part.data, part.len);
    bind.is_null = part.len == 0;

    return bind;
}


static int
ln_practitioner_attach_qualifications(ln_import_t *im, const ln_entry_t *entry)
{
    ln_span_t             parts[PART_COUNT];
    ln_bind_t             row[9];
    const char           *p;
    const ln_map_slot_t  *kind;

    for (p = entry->values[FIELD_QUALIFICATIONS]; p != NULL; /* void */) {
        p = ln_qualification_parts(p, parts);
        kind = ln_map_find(&im->kinds, parts[PART_KIND].data,
                           parts[PART_KIND].len);

        if (kind == NULL) {
            return -1;
        }

        row[0] = ln_bind_number(entry->id);
        row[1] = ln_bind_number(kind->number);
        row[2] = ln_bind_part(parts[PART_LICENCE]);
        row[3] = ln_reference_bind(im, parts[PART_ORGANIZATION].data,
                                   parts[PART_ORGANIZATION].len);
        row[4] = ln_bind_part(parts[PART_STATUS]);
        row[5] = ln_bind_part(parts[PART_FROM]);
        row[6] = ln_bind_part(parts[PART_TO]);
        row[7] = ln_bind_text(im->source);
        row[8] = ln_bind_text(entry->values[FIELD_VERIFIED]);

        if (ln_bulk_add(im->db, &ln_qualification_rows, row) != 0) {
            return -1;
        }
    }

    return 0;
}


typedef struct {
    ln_import_t  *im;
    ln_bulk_t    *bulk;
    uint64_t      id;
} ln_attach_t;


static int
ln_practitioner_add(void *data, uint64_t id, size_t position)
{
    ln_bind_t     row[3];
    ln_attach_t  *to;

    to = data;
    row[0] = ln_bind_number(to->id);
    row[1] = ln_bind_number(id);
    row[2] = ln_bind_number(position);

    return ln_bulk_add(to->im->db, to->bulk, row);
}


static int
ln_practitioner_attach(ln_import_t *im, const ln_entry_t *entry)
{
    size_t       i;
    ln_bind_t    id;
    ln_attach_t  to;

    const struct {
        size_t           field;
        const ln_map_t  *vocabulary;
        ln_bulk_t       *bulk;
        const char      *remove;
    } lists[] = {
        { FIELD_QUALIFICATIONS, NULL, NULL,
          "DELETE FROM qualification WHERE practitioner_id = ?" },
        { FIELD_AREAS, &im->areas, &ln_practitioner_areas,
          "DELETE FROM practitioner_area WHERE practitioner_id = ?" },
        { FIELD_LANGUAGES, &im->languages, &ln_practitioner_languages,
          "DELETE FROM practitioner_language WHERE practitioner_id = ?" },
        { FIELD_REGIONS_SERVED, &im->regions, &ln_practitioner_regions,
          "DELETE FROM practitioner_region WHERE practitioner_id = ?" }
    };

    id = ln_bind_number(entry->id);
    to.im = im;
    to.id = entry->id;

    for (i = 0; i < ln_countof(lists); i++) {
        if ((entry->changed >> lists[i].field & 1) == 0) {
            continue;
        }

        if (entry->state != LN_ENTRY_NEW
            && ln_db_execute(im->db, lists[i].remove, &id, 1) != 0)
        {
            return -1;
        }

        to.bulk = lists[i].bulk;

        if ((to.bulk == NULL
             ? ln_practitioner_attach_qualifications(im, entry)
             : ln_codes_each(lists[i].vocabulary,
                             entry->values[lists[i].field],
                             ln_practitioner_add, &to))
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


const ln_kind_t  ln_practitioners = {
    .name = "practitioner",
    .plural = "practitioners",
    .columns = ln_practitioner_columns,
    .ncolumns = LN_PRACTITIONER_COLUMNS,
    .fields = ln_practitioner_fields,
    .nfields = ln_countof(ln_practitioner_fields),
    .parse = ln_practitioner_parse,
    .resolve = ln_practitioner_resolve,
    .select_by_key = LN_SQL_PRACTITIONER
                     " WHERE p.source = ?"
                     "   AND p.source_key IN (" LN_X64("?") ")",
    .select_by_id = LN_SQL_PRACTITIONER
                    " WHERE p.id IN (" LN_X64("?") ")",
    .select_ids = "SELECT source_key, id"
                  "  FROM practitioner"
                  " WHERE source = ?"
                  "   AND source_key IN (" LN_X64("?") ")",
    .insert = ln_practitioner_insert,
    .update = ln_practitioner_update,
    .attach = ln_practitioner_attach,
    .rows = &ln_practitioner_rows,
    .attached = ln_practitioner_attached,
    .delete = "DELETE FROM practitioner WHERE id = ?",
    .duplicates = ln_practitioner_duplicates,
    .select_duplicates = ln_practitioner_listed
};
