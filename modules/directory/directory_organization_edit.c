
/*
 * PUT /organizations/{id}: the bureau's staff edit the entries of their
 * regions, an organization's manager his own.  What its licence says (name,
 * kind, code, region, status) is the bureau's alone.
 */

#include "directory_edit.h"
#include "ln_text_projection.h"
#include "ln_text_record.h"
#include "ln_text_uscc.h"


#define MAX_PHONES  4


static const char *const  statuses[] = {
    "active", "suspended", "closed", NULL
};


const ln_param_t  directory_organization_edit_in[] = {

    { .name = "id", .type = LN_ID, .in = LN_PATH, .min = 1, .max = INT64_MAX,
      .required = 1, .summary = "The organization's id" },

    { .name = "version", .type = LN_INTEGER, .in = LN_VERSION, .required = 1,
      .summary = "The version that was read" },

    DIRECTORY_BASIS_PARAM,

    { .name = "name", .type = LN_STRING, .in = LN_BODY, .min = 1, .max = 200,
      .summary = "What is left out stays as it is" },

    { .name = "types", .type = LN_STRING, .in = LN_BODY, .min = 1,
      .max = DIRECTORY_MAX_CODES,
      .summary = "Codes of organization types, the main one first, with "
                 "blanks between" },

    { .name = "uscc", .type = LN_STRING, .in = LN_BODY, .max = 18,
      .summary = "Unified social credit code; an empty text clears it" },

    { .name = "region", .type = LN_STRING, .in = LN_BODY, .min = 6, .max = 12,
      .summary = "Code of its region" },

    { .name = "address", .type = LN_STRING, .in = LN_BODY, .max = 255,
      .summary = "An empty text clears it" },

    { .name = "location", .type = LN_POINT, .in = LN_BODY, .nullable = 1,
      .summary = "longitude,latitude in degrees, WGS-84; null clears it" },

    { .name = "location_quality", .type = LN_ENUM, .in = LN_BODY,
      .values = directory_location_qualities,
      .summary = "How far the coordinates can be trusted; with `location` "
                 "exact if not said, without any unknown" },

    { .name = "opening_hours", .type = LN_STRING, .in = LN_BODY, .max = 500,
      .summary = "1-5 09:00-12:00 13:30-17:00; 6 09:00-12:00, or 24h; 1 is "
                 "Monday; an empty text clears them" },

    { .name = "phone", .type = LN_STRING, .in = LN_BODY, .max = 160,
      .summary = "Up to four numbers with ; between; an empty text clears "
                 "them" },

    { .name = "phone_private", .type = LN_BOOLEAN, .in = LN_BODY,
      .summary = "It is somebody's own number: shown masked" },

    { .name = "areas", .type = LN_STRING, .in = LN_BODY,
      .max = DIRECTORY_MAX_CODES,
      .summary = "Codes of practice areas, with blanks between" },

    { .name = "established_on", .type = LN_DATE, .in = LN_BODY,
      .nullable = 1,
      .summary = "The day it was established; null clears it" },

    { .name = "status", .type = LN_ENUM, .in = LN_BODY, .values = statuses,
      .summary = "Only active ones are found by searches" },

    { .name = "last_verified_on", .type = LN_DATE, .in = LN_BODY,
      .summary = "Left out: today" },

    { .name = "region_id", .type = LN_ID, .in = LN_COMPUTED },
    { .name = "hours", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "phones", .type = LN_STRING, .in = LN_COMPUTED },
    DIRECTORY_REFRESH_PARAMS,
    { .name = NULL }
};


/* Are the codes known? */

static const ln_column_t  lookup_columns[] = {
    { .name = "types", .type = LN_INTEGER },
    { .name = "areas", .type = LN_INTEGER },
    { .name = "region", .type = LN_ID, .nullable = 1 },
    { .name = NULL }
};

const ln_stmt_t  directory_organization_edit_lookup = {
    .name = "organization_edit_lookup",
    .sql = "SELECT (SELECT COUNT(*)"
                  " FROM organization_type"
                  " WHERE FIND_IN_SET(code, " DIRECTORY_CODES(":types") "))"
                 " AS types,"
                 " (SELECT COUNT(*)"
                  " FROM practice_area"
                  " WHERE FIND_IN_SET(code, " DIRECTORY_CODES(":areas") "))"
                 " AS areas,"
                 " (SELECT id"
                  " FROM region"
                  " WHERE code = :region) AS region",
    .columns = lookup_columns
};


ngx_int_t
directory_organization_edit_prepare(ln_request_t *lr, const ln_value_t *row)
{
    ngx_int_t          rc;
    ln_uscc_e          check;
    const ln_value_t  *uscc, *quality;

    uscc = ln_param(lr, "uscc");
    check = ln_uscc_check((char *) uscc->string.data, uscc->string.len);

    /* Real codes fail the check now and then, as imports know too. */
    if (uscc->set && uscc->string.len && check != LN_USCC_OK
        && check != LN_USCC_CHECK)
    {
        return ln_fail_field(lr, "uscc", "bad_uscc");
    }

    quality = ln_param(lr, "location_quality");

    if (ln_given(lr, "location") && !ln_param(lr, "location")->set
        && quality->set
        && ngx_strncmp(quality->string.data, "unknown", quality->string.len))
    {
        return ln_fail_field(lr, "location_quality", "bad_combination");
    }

    if ((rc = directory_edit_codes(lr, "types", &row[0])) != NGX_OK
        || (rc = directory_edit_codes(lr, "areas", &row[1])) != NGX_OK
        || (rc = directory_edit_phones(lr, "phone", "phones", MAX_PHONES))
           != NGX_OK
        || (rc = directory_edit_hours(lr, "opening_hours", "hours"))
           != NGX_OK)
    {
        return rc;
    }

    if (ln_param(lr, "region")->set) {

        if (!row[2].set) {
            return ln_fail_field(lr, "region", "unknown");
        }

        (void) ln_set_integer(lr, "region_id", row[2].integer);
    }

    return ln_set_integer(lr, "entry", ln_param(lr, "id")->integer);
}


#define RECORD_COLUMNS                                                        \
    { .name = "name", .type = LN_STRING },                                    \
    { .name = "types", .type = LN_STRING, .nullable = 1 },                    \
    { .name = "uscc", .type = LN_STRING, .nullable = 1 },                     \
    { .name = "region", .type = LN_STRING },                                  \
    { .name = "address", .type = LN_STRING, .nullable = 1 },                  \
    { .name = "longitude", .type = LN_STRING, .nullable = 1 },                \
    { .name = "latitude", .type = LN_STRING, .nullable = 1 },                 \
    { .name = "location_quality", .type = LN_STRING },                        \
    { .name = "opening_hours", .type = LN_STRING, .nullable = 1 },            \
    { .name = "phone", .type = LN_STRING, .nullable = 1 },                    \
    { .name = "phone_private", .type = LN_STRING },                           \
    { .name = "areas", .type = LN_STRING, .nullable = 1 },                    \
    { .name = "outreach_places", .type = LN_STRING, .nullable = 1 },          \
    { .name = "established_on", .type = LN_STRING, .nullable = 1 },           \
    { .name = "status", .type = LN_STRING },                                  \
    { .name = "last_verified_on", .type = LN_STRING, .nullable = 1 },         \
    { .name = NULL }

static const ln_column_t  record_columns[] = { RECORD_COLUMNS };


/* The licence's facts want a grant for the region, also for the new one. */

#define MAY_EDIT                                                              \
    LN_IN_SCOPE_OF("o.region_id", "o.id")                                     \
    " AND (COALESCE(:name, :types, :uscc, :region, :status) IS NULL"          \
         " OR " LN_IN_SCOPE("o.region_id") ")"                                \
    " AND (:region_id IS NULL OR " LN_IN_SCOPE(":region_id") ")"

static const ln_stmt_t  held = {
    .name = "organization_edit_held",
    .sql = "SELECT " LN_RECORD_ORGANIZATION
           " FROM organization o"
           " WHERE o.id = :id"
             " AND o.version = :version"
             " AND " MAY_EDIT
           " FOR UPDATE",
    .columns = record_columns
};

static const ln_stmt_t  not_held = {
    .name = "organization_edit_not_held",
    .sql = "SELECT CASE"
                 " WHEN NOT (" MAY_EDIT ") THEN 'forbidden'"
                 " ELSE 'stale'"
                 " END AS code"
           " FROM organization o"
           " WHERE o.id = :id",
    .columns = directory_refusal_columns
};

static const ln_stmt_t  update = {
    .name = "organization_edit_update",
    .sql = "UPDATE organization"
           " SET " DIRECTORY_VALUE("name", ":name") ","
               " " DIRECTORY_TEXT("uscc", ":uscc") ","
               " " DIRECTORY_VALUE("region_id", ":region_id") ","
               " " DIRECTORY_TEXT("address", ":address") ","
               " location_quality = COALESCE(:location_quality,"
                   " IF(:location.given,"
                      " IF(:location.longitude IS NULL, 'unknown', 'exact'),"
                      " location_quality)),"
               " longitude = IF(:location.given,"
                              " :location.longitude, longitude),"
               " latitude = IF(:location.given,"
                             " :location.latitude, latitude),"
               " " DIRECTORY_TEXT("opening_hours", ":hours") ","
               " " DIRECTORY_TEXT("phone", ":phones") ","
               " " DIRECTORY_VALUE("phone_private", ":phone_private") ","
               " " DIRECTORY_NULLABLE("established_on", ":established_on") ","
               " " DIRECTORY_VALUE("status", ":status") ","
               " last_verified_on = COALESCE(:last_verified_on,"
                                           " " DIRECTORY_TODAY "),"
               " version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :id"
             " AND version = :version"
};

static const ln_stmt_t  types_off = {
    .name = "organization_edit_types_off",
    .sql = "DELETE FROM organization_hat"
           " WHERE organization_id = :id"
};

static const ln_stmt_t  types_on = {
    .name = "organization_edit_types_on",
    .sql = "INSERT INTO organization_hat"
           " (organization_id,"
            " type_id,"
            " position)"
           " SELECT :id,"
                  " y.id,"
                  " FIND_IN_SET(y.code, " DIRECTORY_CODES(":types") ") - 1"
           " FROM organization_type y"
           " WHERE FIND_IN_SET(y.code, " DIRECTORY_CODES(":types") ")"
};

static const ln_stmt_t  areas_off = {
    .name = "organization_edit_areas_off",
    .sql = "DELETE FROM organization_area"
           " WHERE organization_id = :id"
};

static const ln_stmt_t  areas_on = {
    .name = "organization_edit_areas_on",
    .sql = "INSERT INTO organization_area"
           " (organization_id,"
            " area_id)"
           " SELECT :id,"
                  " a.id"
           " FROM practice_area a"
           " WHERE FIND_IN_SET(a.code, " DIRECTORY_CODES(":areas") ")"
};

static const ln_stmt_t  now = {
    .name = "organization_edit_now",
    .sql = "SELECT " LN_RECORD_ORGANIZATION
           " FROM organization o"
           " WHERE o.id = :id",
    .columns = record_columns
};

static const ln_stmt_t  correct = {
    .name = "organization_edit_correct",
    .sql = DIRECTORY_CORRECT("organization",
               DIRECTORY_FIELD("name")
               DIRECTORY_AND_FIELD("types")
               DIRECTORY_AND_FIELD("uscc")
               DIRECTORY_AND_FIELD("region")
               DIRECTORY_AND_FIELD("address")
               DIRECTORY_AND_FIELD("longitude")
               DIRECTORY_AND_FIELD("latitude")
               DIRECTORY_AND_FIELD("location_quality")
               DIRECTORY_AND_FIELD("opening_hours")
               DIRECTORY_AND_FIELD("phone")
               DIRECTORY_AND_FIELD("phone_private")
               DIRECTORY_AND_FIELD("areas")
               DIRECTORY_AND_FIELD("established_on")
               DIRECTORY_AND_FIELD("status")
               DIRECTORY_AND_FIELD("last_verified_on"))
};

static const ln_stmt_t  agree = {
    .name = "organization_edit_agree",
    .sql = DIRECTORY_AGREE("organization")
};

const ln_step_t  directory_organization_edit[] = {
    { .stmt = &held, .name = "held", .otherwise = &not_held },
    { .stmt = &update },
    { .stmt = &types_off, .when = "types", .optional = 1 },
    { .stmt = &types_on, .when = "types" },
    { .stmt = &areas_off, .when = "areas", .optional = 1 },
    { .stmt = &areas_on, .when = "areas", .optional = 1 },
    { .stmt = &now, .name = "now" },
    { .stmt = &correct, .optional = 1 },
    { .stmt = &agree, .optional = 1 },
    { .stmt = &directory_organization_words,
      .check = directory_organization_said },
    DIRECTORY_REFRESH(organization),
    DIRECTORY_FOLLOW(organization),
    { .stmt = NULL }
};


/* The entry as staff see it. */

static const ln_column_t  entry_columns[] = {
    { .name = "id", .type = LN_ID },
    { .name = "version", .type = LN_INTEGER },
    { .name = "name", .type = LN_STRING },
    { .name = "types", .type = LN_STRING, .nullable = 1,
      .summary = "Codes, with blanks between" },
    { .name = "uscc", .type = LN_STRING, .nullable = 1 },
    { .name = "region.code", .type = LN_STRING },
    { .name = "region.full_name", .type = LN_STRING },
    { .name = "address", .type = LN_STRING, .nullable = 1 },
    { .name = "longitude", .type = LN_NUMBER, .nullable = 1 },
    { .name = "latitude", .type = LN_NUMBER, .nullable = 1 },
    { .name = "location_quality", .type = LN_ENUM,
      .values = directory_location_qualities },
    { .name = "opening_hours", .type = LN_STRING, .nullable = 1,
      .summary = "As stored: JSON" },
    { .name = "phone", .type = LN_STRING, .nullable = 1,
      .summary = "Somebody's own number is masked" },
    { .name = "phone_private", .type = LN_BOOLEAN },
    { .name = "areas", .type = LN_STRING, .nullable = 1,
      .summary = "Codes, with blanks between" },
    { .name = "established_on", .type = LN_DATE, .nullable = 1 },
    { .name = "status", .type = LN_ENUM, .values = statuses },
    { .name = "source", .type = LN_STRING,
      .summary = "Who states the fields that nobody corrected" },
    { .name = "last_verified_on", .type = LN_DATE, .nullable = 1 },
    { .name = NULL }
};

#define ENTRY                                                                 \
    "SELECT o.id,"                                                            \
          " o.version,"                                                       \
          " o.name,"                                                          \
          " (SELECT GROUP_CONCAT(y.code ORDER BY h.position, y.id"            \
                               " SEPARATOR ' ')"                              \
           " FROM organization_hat h"                                         \
           " JOIN organization_type y ON y.id = h.type_id"                    \
           " WHERE h.organization_id = o.id) AS types,"                       \
          " o.uscc,"                                                          \
          " r.code AS `region.code`,"                                         \
          " r.full_name AS `region.full_name`,"                               \
          " o.address,"                                                       \
          " o.longitude,"                                                     \
          " o.latitude,"                                                      \
          " o.location_quality,"                                              \
          " o.opening_hours,"                                                 \
          " IF(o.phone_private, " LN_SQL_MASKED("o.phone") ", o.phone)"       \
          " AS phone,"                                                        \
          " o.phone_private,"                                                 \
          " (SELECT GROUP_CONCAT(a.code ORDER BY a.code SEPARATOR ' ')"       \
           " FROM organization_area oa"                                       \
           " JOIN practice_area a ON a.id = oa.area_id"                       \
           " WHERE oa.organization_id = o.id) AS areas,"                      \
          " o.established_on,"                                                \
          " o.status,"                                                        \
          " o.source,"                                                        \
          " o.last_verified_on"                                               \
    " FROM organization o"                                                    \
    " JOIN region r ON r.id = o.region_id"                                    \
    " WHERE o.id = :id"

const ln_stmt_t  directory_organization_edited = {
    .name = "organization_edited",
    .sql = ENTRY,
    .columns = entry_columns
};

const ln_stmt_t  directory_organization_entry = {
    .name = "organization_entry",
    .sql = ENTRY
             " AND " LN_IN_SCOPE_OF("o.region_id", "o.id"),
    .columns = entry_columns,
    .lane = LN_LANE_READ
};

const ln_stmt_t  directory_organization_corrections = {
    .name = "organization_corrections",
    .sql = DIRECTORY_CORRECTIONS
           " FROM organization o"
           " JOIN correction c ON c.row_id = o.id"
           " WHERE o.id = :id"
             " AND c.table_name = 'organization'"
             " AND " LN_IN_SCOPE_OF("o.region_id", "o.id")
           " ORDER BY c.field"
           " LIMIT 100",
    .columns = directory_correction_columns
};
