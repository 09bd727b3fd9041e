
/*
 * Outreach places of an organization: opened and closed by whoever may edit
 * it.  They are a part of its entry, and one correction for imports.
 */

#include "directory_edit.h"
#include "ln_text_record.h"


#define PLACE_ENTRY                                                           \
    { .name = "id", .type = LN_ID, .in = LN_PATH, .min = 1, .max = INT64_MAX, \
      .required = 1, .summary = "The organization's id" },                    \
                                                                              \
    { .name = "version", .type = LN_INTEGER, .in = LN_VERSION, .required = 1, \
      .summary = "The version of the entry that was read" },                  \
                                                                              \
    DIRECTORY_BASIS_PARAM


const ln_param_t  directory_place_open_in[] = {

    PLACE_ENTRY,

    { .name = "name", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 1, .max = 128, .summary = "As people call the place" },

    { .name = "region", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 6, .max = 12, .summary = "Code of its region" },

    { .name = "address", .type = LN_STRING, .in = LN_BODY, .min = 1,
      .max = 255, .summary = "Where it is" },

    { .name = "location", .type = LN_POINT, .in = LN_BODY,
      .summary = "longitude,latitude in degrees, WGS-84" },

    { .name = "schedule", .type = LN_STRING, .in = LN_BODY, .min = 1,
      .max = 255, .summary = "When somebody is there, in words" },

    { .name = "phone", .type = LN_STRING, .in = LN_BODY, .min = 1, .max = 64,
      .summary = "Its telephone number" },

    { .name = "region_id", .type = LN_ID, .in = LN_COMPUTED },
    { .name = "phones", .type = LN_STRING, .in = LN_COMPUTED },
    DIRECTORY_REFRESH_PARAMS,
    { .name = NULL }
};

const ln_param_t  directory_place_close_in[] = {

    PLACE_ENTRY,

    { .name = "place", .type = LN_ID, .in = LN_BODY, .required = 1, .min = 1,
      .max = INT64_MAX, .summary = "The place" },

    DIRECTORY_REFRESH_PARAMS,
    { .name = NULL }
};


static const ln_column_t  lookup_columns[] = {
    { .name = "region", .type = LN_ID },
    { .name = NULL }
};

const ln_stmt_t  directory_place_lookup = {
    .name = "place_lookup",
    .sql = "SELECT id AS region"
           " FROM region"
           " WHERE code = :region",
    .columns = lookup_columns
};


ngx_int_t
directory_place_open_prepare(ln_request_t *lr, const ln_value_t *row)
{
    ngx_int_t  rc;

    if (row == NULL) {
        return ln_fail_field(lr, "region", "unknown");
    }

    rc = directory_edit_phones(lr, "phone", "phones", 1);

    if (rc != NGX_OK) {
        return rc;
    }

    (void) ln_set_integer(lr, "region_id", row[0].integer);

    return ln_set_integer(lr, "entry", ln_param(lr, "id")->integer);
}


ngx_int_t
directory_place_close_prepare(ln_request_t *lr, const ln_value_t *row)
{
    return ln_set_integer(lr, "entry", ln_param(lr, "id")->integer);
}


static const ln_column_t  held_columns[] = {
    { .name = "outreach_places", .type = LN_STRING, .nullable = 1 },
    { .name = NULL }
};

#define PLACES                                                                \
    "SELECT e.outreach_places"                                                \
    " FROM (SELECT " LN_RECORD_ORGANIZATION                                   \
          " FROM organization o"                                              \
          " WHERE o.id = :id) e"

/* The row is locked by itself: a derived table takes no lock. */

static const ln_column_t  locked_columns[] = {
    { .name = "id", .type = LN_ID },
    { .name = NULL }
};

static const ln_stmt_t  locked = {
    .name = "place_locked",
    .sql = "SELECT o.id"
           " FROM organization o"
           " WHERE o.id = :id"
             " AND o.version = :version"
             " AND " LN_IN_SCOPE_OF("o.region_id", "o.id")
           " FOR UPDATE",
    .columns = locked_columns
};

static const ln_stmt_t  not_locked = {
    .name = "place_not_locked",
    .sql = "SELECT IF(" LN_IN_SCOPE_OF("o.region_id", "o.id") ","
                    " 'stale', 'forbidden') AS code"
           " FROM organization o"
           " WHERE o.id = :id",
    .columns = directory_refusal_columns
};

static const ln_stmt_t  held = {
    .name = "place_held",
    .sql = PLACES,
    .columns = held_columns
};

static const ln_stmt_t  now = {
    .name = "place_now",
    .sql = PLACES,
    .columns = held_columns
};

static const ln_stmt_t  open_it = {
    .name = "place_open",
    .sql = "INSERT INTO outreach_place"
           " (organization_id,"
            " region_id,"
            " name,"
            " address,"
            " longitude,"
            " latitude,"
            " schedule,"
            " phone)"
           " VALUES"
           " (:id,"
            " :region_id,"
            " :name,"
            " :address,"
            " :location.longitude,"
            " :location.latitude,"
            " :schedule,"
            " :phones)"
};

static const ln_stmt_t  close_it = {
    .name = "place_close",
    .sql = "DELETE FROM outreach_place"
           " WHERE id = :place"
             " AND organization_id = :id"
};

static const ln_stmt_t  bump = {
    .name = "place_bump",
    .sql = "UPDATE organization"
           " SET version = version + 1,"
               " last_verified_on = " DIRECTORY_TODAY ","
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :id"
};

static const ln_stmt_t  correct = {
    .name = "place_correct",
    .sql = DIRECTORY_CORRECT("organization",
                             DIRECTORY_FIELD("outreach_places"))
};

static const ln_stmt_t  agree = {
    .name = "place_agree",
    .sql = DIRECTORY_AGREE("organization")
};

#define PLACE_STEPS(statement)                                                \
    { .stmt = &locked, .name = "locked", .otherwise = &not_locked },          \
    { .stmt = &held, .name = "held" },                                        \
    { .stmt = statement },                                                    \
    { .stmt = &bump },                                                        \
    { .stmt = &now, .name = "now" },                                          \
    { .stmt = &correct, .optional = 1 },                                      \
    { .stmt = &agree, .optional = 1 },                                        \
    { .stmt = &directory_organization_words,                                  \
      .check = directory_organization_said },                                 \
    DIRECTORY_REFRESH(organization),                                          \
    { .stmt = NULL }

const ln_step_t  directory_place_open[] = { PLACE_STEPS(&open_it) };
const ln_step_t  directory_place_close[] = { PLACE_STEPS(&close_it) };


static const ln_column_t  place_columns[] = {
    { .name = "id", .type = LN_ID },
    { .name = "name", .type = LN_STRING },
    { .name = "region.code", .type = LN_STRING },
    { .name = "region.full_name", .type = LN_STRING },
    { .name = "address", .type = LN_STRING, .nullable = 1 },
    { .name = "longitude", .type = LN_NUMBER, .nullable = 1 },
    { .name = "latitude", .type = LN_NUMBER, .nullable = 1 },
    { .name = "schedule", .type = LN_STRING, .nullable = 1 },
    { .name = "phone", .type = LN_STRING, .nullable = 1 },
    { .name = NULL }
};

const ln_stmt_t  directory_place_list = {
    .name = "place_list",
    .sql = "SELECT x.id,"
                 " x.name,"
                 " v.code AS `region.code`,"
                 " v.full_name AS `region.full_name`,"
                 " x.address,"
                 " x.longitude,"
                 " x.latitude,"
                 " x.schedule,"
                 " x.phone"
           " FROM organization o"
           " JOIN outreach_place x ON x.organization_id = o.id"
           " JOIN region v ON v.id = x.region_id"
           " WHERE o.id = :id"
             " AND " LN_IN_SCOPE_OF("o.region_id", "o.id")
           " ORDER BY x.id"
           " LIMIT 500",
    .columns = place_columns
};
