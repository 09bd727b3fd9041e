
#include <string.h>

#include "ln_organization.h"
#include "ln_text_record.h"


static const char *const  ln_organization_fields[] = {
    [FIELD_NAME] = "name",
    [FIELD_TYPES] = "types",
    [FIELD_USCC] = "uscc",
    [FIELD_REGION] = "region",
    [FIELD_ADDRESS] = "address",
    [FIELD_LONGITUDE] = "longitude",
    [FIELD_LATITUDE] = "latitude",
    [FIELD_QUALITY] = "location_quality",
    [FIELD_HOURS] = "opening_hours",
    [FIELD_PHONE] = "phone",
    [FIELD_PHONE_PRIVATE] = "phone_private",
    [FIELD_AREAS] = "areas",
    [FIELD_PLACES] = "outreach_places",
    [FIELD_ESTABLISHED] = "established_on",
    [FIELD_STATUS] = "status",
    [FIELD_VERIFIED] = "last_verified_on"
};


#define LN_SQL_ORGANIZATION                                                   \
    "SELECT o.source_key, o.id, IFNULL(o.import_id, 0), 0,"                   \
    "       " LN_RECORD_ORGANIZATION                                          \
    "  FROM organization o"


static ln_bulk_t  ln_organization_rows = LN_BULK(
    "INSERT INTO organization (source, source_key, name, uscc, region_id,"
    " address, longitude, latitude, location_quality, opening_hours, phone,"
    " phone_private, established_on, status, last_verified_on, import_id,"
    " version, created_at, updated_at) VALUES ",
    "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,1,UTC_TIMESTAMP(6),UTC_TIMESTAMP(6))",
    16);

static ln_bulk_t  ln_organization_hats = LN_BULK(
    "INSERT INTO organization_hat (organization_id, type_id, position)"
    " VALUES ", "(?,?,?)", 3);

static ln_bulk_t  ln_organization_areas = LN_BULK(
    "INSERT INTO organization_area (organization_id, area_id) VALUES ",
    "(?,?)", 2);

static ln_bulk_t  ln_organization_places = LN_BULK(
    "INSERT INTO outreach_place (organization_id, name, region_id, address,"
    " longitude, latitude, schedule, phone) VALUES ",
    "(?,?,?,?,?,?,?,?)", 8);

static ln_bulk_t *const  ln_organization_attached[] = {
    &ln_organization_hats, &ln_organization_areas, &ln_organization_places,
    NULL
};


static const char *const  ln_organization_duplicates[] = {

    "INSERT IGNORE INTO possible_duplicate (table_name, row_id, other_id,"
    " reason, import_id, created_at)"
    " SELECT STRAIGHT_JOIN 'organization', GREATEST(o.id, e.id),"
    "        LEAST(o.id, e.id), 'uscc', @ln_import, UTC_TIMESTAMP(6)"
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN organization o FORCE INDEX (PRIMARY) ON o.id = t.id"
    "   STRAIGHT_JOIN organization e FORCE INDEX (organization_uscc)"
    "     ON e.uscc = o.uscc AND e.id <> o.id",

    "INSERT IGNORE INTO possible_duplicate (table_name, row_id, other_id,"
    " reason, import_id, created_at)"
    " SELECT STRAIGHT_JOIN 'organization', GREATEST(o.id, e.id),"
    "        LEAST(o.id, e.id), 'name_region', @ln_import, UTC_TIMESTAMP(6)"
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN organization o FORCE INDEX (PRIMARY) ON o.id = t.id"
    "   STRAIGHT_JOIN organization e FORCE INDEX (organization_name)"
    "     ON e.name = o.name AND e.region_id = o.region_id"
    "    AND e.id <> o.id",

    NULL
};


/* Of those listed since @ln_duplicate: name, entry, other entry, reason. */

static const char  ln_organization_listed[] =
    "SELECT o.name, CONCAT(o.source, ':', o.source_key),"
    "       CONCAT(e.source, ':', e.source_key), d.reason"
    "  FROM possible_duplicate d"
    "  JOIN organization o ON o.id = d.row_id"
    "  JOIN organization e ON e.id = d.other_id"
    " WHERE d.import_id = @ln_import"
    "   AND d.table_name = 'organization'"
    "   AND d.id > @ln_duplicate"
    " ORDER BY d.id";


/* The values of a row in the order of the INSERT and the UPDATE. */

static int
ln_organization_binds(ln_import_t *im, const ln_entry_t *entry,
    ln_bind_t binds[13])
{
    size_t                n, i;
    const char           *region;
    const ln_map_slot_t  *slot;

    static const size_t  order[] = {
        FIELD_NAME, FIELD_USCC, FIELD_REGION, FIELD_ADDRESS, FIELD_LONGITUDE,
        FIELD_LATITUDE, FIELD_QUALITY, FIELD_HOURS, FIELD_PHONE,
        FIELD_PHONE_PRIVATE, FIELD_ESTABLISHED, FIELD_STATUS, FIELD_VERIFIED
    };

    n = ln_countof(order);

    for (i = 0; i < n; i++) {
        binds[i] = ln_bind_text(entry->values[order[i]]);
    }

    region = entry->values[FIELD_REGION];
    slot = ln_map_find(&im->regions, region, strlen(region));

    if (slot == NULL) {
        return -1;
    }

    binds[2] = ln_bind_number(slot->number);

    return 0;
}


static int
ln_organization_insert(ln_import_t *im, const ln_entry_t *entry)
{
    ln_bind_t  row[16];

    row[0] = ln_bind_text(im->source);
    row[1] = ln_bind_text(entry->key);

    if (ln_organization_binds(im, entry, row + 2) != 0) {
        return -1;
    }

    row[15] = ln_bind_number(im->id);

    return ln_bulk_add(im->db, &ln_organization_rows, row);
}


static int
ln_organization_update(ln_import_t *im, const ln_entry_t *entry,
    uint64_t import_id)
{
    ln_bind_t  row[15];

    if (ln_organization_binds(im, entry, row) != 0) {
        return -1;
    }

    row[13] = ln_bind_number(import_id);
    row[13].is_null = import_id == 0;
    row[14] = ln_bind_number(entry->id);

    return ln_db_execute(im->db,
        "UPDATE organization"
        "   SET name = ?,"
        "       uscc = ?,"
        "       region_id = ?,"
        "       address = ?,"
        "       longitude = ?,"
        "       latitude = ?,"
        "       location_quality = ?,"
        "       opening_hours = ?,"
        "       phone = ?,"
        "       phone_private = ?,"
        "       established_on = ?,"
        "       status = ?,"
        "       last_verified_on = ?,"
        "       import_id = ?,"
        "       version = version + 1,"
        "       updated_at = UTC_TIMESTAMP(6)"
        " WHERE id = ?", row, 15);
}


typedef struct {
    ln_import_t  *im;
    uint64_t      id;
} ln_attach_t;


static int
ln_organization_add_hat(void *data, uint64_t id, size_t position)
{
    ln_bind_t     row[3];
    ln_attach_t  *to;

    to = data;
    row[0] = ln_bind_number(to->id);
    row[1] = ln_bind_number(id);
    row[2] = ln_bind_number(position);

    return ln_bulk_add(to->im->db, &ln_organization_hats, row);
}


static int
ln_organization_add_area(void *data, uint64_t id, size_t position)
{
    ln_bind_t     row[2];
    ln_attach_t  *to;

    (void) position;

    to = data;
    row[0] = ln_bind_number(to->id);
    row[1] = ln_bind_number(id);

    return ln_bulk_add(to->im->db, &ln_organization_areas, row);
}


static int
ln_organization_add_place(ln_import_t *im, uint64_t id, const char *place,
    size_t len)
{
    size_t                n;
    ln_bind_t             row[8];
    const char           *end, *part;
    const ln_map_slot_t  *slot;

    row[0] = ln_bind_number(id);

    for (n = 0; n < PLACE_PARTS; n++) {
        end = memchr(place, LN_PART, len);
        part = place;
        row[n + 1] = ln_bind_bytes(part, end ? (size_t) (end - part) : len);
        row[n + 1].is_null = row[n + 1].len == 0;

        if (end == NULL) {
            break;
        }

        len -= (size_t) (end + 1 - place);
        place = end + 1;
    }

    slot = n == PLACE_PARTS - 1
           ? ln_map_find(&im->regions, row[1 + PLACE_REGION].text,
                         row[1 + PLACE_REGION].len)
           : NULL;

    if (slot == NULL) {
        return -1;
    }

    row[1 + PLACE_REGION] = ln_bind_number(slot->number);

    return ln_bulk_add(im->db, &ln_organization_places, row);
}


static int
ln_organization_attach_places(ln_import_t *im, const ln_entry_t *entry)
{
    size_t       len;
    const char  *p;

    for (p = entry->values[FIELD_PLACES]; p != NULL && *p != '\0';
         p += len + (p[len] != '\0'))
    {
        len = strcspn(p, (char[]) { LN_ITEM, '\0' });

        if (ln_organization_add_place(im, entry->id, p, len) != 0) {
            return -1;
        }
    }

    return 0;
}


static int
ln_organization_detach(ln_import_t *im, const ln_entry_t *entry)
{
    size_t     i;
    ln_bind_t  id;

    static const struct {
        size_t       field;
        const char  *sql;
    } lists[] = {
        { FIELD_TYPES,
          "DELETE FROM organization_hat WHERE organization_id = ?" },
        { FIELD_AREAS,
          "DELETE FROM organization_area WHERE organization_id = ?" },
        { FIELD_PLACES,
          "DELETE FROM outreach_place WHERE organization_id = ?" }
    };

    id = ln_bind_number(entry->id);

    for (i = 0; i < ln_countof(lists); i++) {
        if ((entry->changed >> lists[i].field & 1)
            && ln_db_execute(im->db, lists[i].sql, &id, 1) != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
ln_organization_attach(ln_import_t *im, const ln_entry_t *entry)
{
    ln_attach_t  to;

    to.im = im;
    to.id = entry->id;

    if (entry->state != LN_ENTRY_NEW
        && ln_organization_detach(im, entry) != 0)
    {
        return -1;
    }

    if ((entry->changed >> FIELD_TYPES & 1)
        && ln_codes_each(&im->types, entry->values[FIELD_TYPES],
                         ln_organization_add_hat, &to)
           != 0)
    {
        return -1;
    }

    if ((entry->changed >> FIELD_AREAS & 1)
        && ln_codes_each(&im->areas, entry->values[FIELD_AREAS],
                         ln_organization_add_area, &to)
           != 0)
    {
        return -1;
    }

    if (entry->changed >> FIELD_PLACES & 1) {
        return ln_organization_attach_places(im, entry);
    }

    return 0;
}


const ln_kind_t  ln_organizations = {
    .name = "organization",
    .plural = "organizations",
    .columns = ln_organization_columns,
    .ncolumns = LN_ORGANIZATION_COLUMNS,
    .fields = ln_organization_fields,
    .nfields = ln_countof(ln_organization_fields),
    .parse = ln_organization_parse,
    .select_by_key = LN_SQL_ORGANIZATION
                     " WHERE o.source = ?"
                     "   AND o.source_key IN (" LN_X64("?") ")",
    .select_by_id = LN_SQL_ORGANIZATION
                    " WHERE o.id IN (" LN_X64("?") ")",
    .select_ids = "SELECT source_key, id"
                  "  FROM organization"
                  " WHERE source = ?"
                  "   AND source_key IN (" LN_X64("?") ")",
    .insert = ln_organization_insert,
    .update = ln_organization_update,
    .attach = ln_organization_attach,
    .rows = &ln_organization_rows,
    .attached = ln_organization_attached,
    .delete = "DELETE FROM organization WHERE id = ?",
    .duplicates = ln_organization_duplicates,
    .select_duplicates = ln_organization_listed
};
