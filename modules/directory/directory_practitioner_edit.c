
/*
 * PUT /practitioners/{id}: by the bureau's staff in their regions, by an
 * organization's manager of his own people.  Name, organization, region and
 * status are the bureau's alone.
 */

#include "directory_practitioner_edit.h"


static const char *const  sexes[] = { "male", "female", NULL };
static const char *const  statuses[] = { "active", "inactive", NULL };


const ln_param_t  directory_practitioner_edit_in[] = {

    { .name = "id", .type = LN_ID, .in = LN_PATH, .min = 1, .max = INT64_MAX,
      .required = 1, .summary = "The practitioner's id" },

    { .name = "version", .type = LN_INTEGER, .in = LN_VERSION, .required = 1,
      .summary = "The version that was read" },

    DIRECTORY_BASIS_PARAM,
    DIRECTORY_PROPOSABLE,

    { .name = "name", .type = LN_STRING, .in = LN_BODY, .min = 1, .max = 64,
      .summary = "His name" },

    { .name = "sex", .type = LN_ENUM, .in = LN_BODY, .values = sexes,
      .nullable = 1,
      .summary = "For whoever would rather speak with a woman, or a man; null "
                 "clears it" },

    { .name = "organization", .type = LN_ID, .in = LN_BODY, .min = 1,
      .max = INT64_MAX, .nullable = 1,
      .summary = "Where he is found; null: in none" },

    { .name = "region", .type = LN_STRING, .in = LN_BODY, .min = 6, .max = 12,
      .summary = "Code of his region" },

    { .name = "practicing_since", .type = LN_DATE, .in = LN_BODY,
      .nullable = 1, .summary = "The first day in practice; null clears it" },

    { .name = "status", .type = LN_ENUM, .in = LN_BODY, .values = statuses,
      .summary = "Only active ones are shown" },

    { .name = "last_verified_on", .type = LN_DATE, .in = LN_BODY,
      .summary = "Left out: today" },

    { .name = "region_id", .type = LN_ID, .in = LN_COMPUTED },
    { .name = "phones", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "practitioner", .type = LN_STRING, .in = LN_COMPUTED },
    DIRECTORY_REFRESH_PARAMS,
    { .name = NULL }
};


static const ln_column_t  lookup_columns[] = {
    { .name = "areas", .type = LN_INTEGER },
    { .name = "languages", .type = LN_INTEGER },
    { .name = "regions_served", .type = LN_INTEGER },
    { .name = "region", .type = LN_ID, .nullable = 1 },
    { .name = "organization", .type = LN_ID, .nullable = 1 },
    { .name = NULL }
};

const ln_stmt_t  directory_practitioner_edit_lookup = {
    .name = "practitioner_edit_lookup",
    .sql = "SELECT " DIRECTORY_KNOWN_CODES ","
                 " (SELECT id"
                  " FROM region"
                  " WHERE code = :region) AS region,"
                 " (SELECT id"
                  " FROM organization"
                  " WHERE id = :organization) AS organization",
    .columns = lookup_columns
};


ngx_int_t
directory_practitioner_edit_prepare(ln_request_t *lr, const ln_value_t *row)
{
    ngx_int_t  rc;

    rc = directory_proposable(lr, row);

    if (rc != NGX_OK) {
        return rc;
    }

    if (ln_param(lr, "region")->set) {

        if (!row[3].set) {
            return ln_fail_field(lr, "region", "unknown");
        }

        (void) ln_set_integer(lr, "region_id", row[3].integer);
    }

    if (ln_param(lr, "organization")->set && !row[4].set) {
        return ln_fail_field(lr, "organization", "unknown");
    }

    return directory_practitioner_is(lr, ln_param(lr, "id")->integer);
}


ngx_int_t
directory_proposable(ln_request_t *lr, const ln_value_t *known)
{
    ngx_int_t  rc;

    if ((rc = directory_edit_codes(lr, "areas", &known[0])) != NGX_OK
        || (rc = directory_edit_codes(lr, "languages", &known[1])) != NGX_OK
        || (rc = directory_edit_codes(lr, "regions_served", &known[2]))
           != NGX_OK)
    {
        return rc;
    }

    return directory_edit_phones(lr, "phone", "phones", 1);
}


ngx_int_t
directory_practitioner_is(ln_request_t *lr, int64_t id)
{
    u_char  *text, *last;

    text = ngx_pnalloc(ln_pool(lr), NGX_INT64_LEN);
    if (text == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    last = ngx_sprintf(text, "%L", id);
    (void) ln_set_string(lr, "practitioner", text, last - text);

    return ln_set_integer(lr, "entry", id);
}


static const ln_column_t  record_columns[] = {
    DIRECTORY_PRACTITIONER_RECORD,
    { .name = NULL }
};


#define MAY_EDIT                                                              \
    LN_IN_SCOPE_OF("p.region_id", "p.organization_id")                        \
    " AND (COALESCE(:name, :region, :status) IS NULL"                         \
         " AND NOT :organization.given"                                       \
         " OR " LN_IN_SCOPE("p.region_id") ")"                                \
    " AND (:region_id IS NULL OR " LN_IN_SCOPE(":region_id") ")"

static const ln_stmt_t  held = {
    .name = "practitioner_edit_held",
    .sql = "SELECT " LN_RECORD_PRACTITIONER
           " FROM practitioner p"
           " WHERE p.id = :id"
             " AND p.version = :version"
             " AND " MAY_EDIT
           " FOR UPDATE",
    .columns = record_columns
};

static const ln_stmt_t  not_held = {
    .name = "practitioner_edit_not_held",
    .sql = "SELECT CASE"
                 " WHEN NOT (" MAY_EDIT ") THEN 'forbidden'"
                 " ELSE 'stale'"
                 " END AS code"
           " FROM practitioner p"
           " WHERE p.id = :id",
    .columns = directory_refusal_columns
};

static const ln_stmt_t  update = {
    .name = "practitioner_edit_update",
    .sql = "UPDATE practitioner"
           " SET " DIRECTORY_VALUE("name", ":name") ","
               " " DIRECTORY_NULLABLE("sex", ":sex") ","
               " " DIRECTORY_NULLABLE("organization_id", ":organization") ","
               " " DIRECTORY_VALUE("region_id", ":region_id") ","
               " " DIRECTORY_VALUE("legal_aid", ":legal_aid") ","
               " " DIRECTORY_NULLABLE("practicing_since",
                                      ":practicing_since") ","
               " " DIRECTORY_TEXT("phone", ":phones") ","
               " " DIRECTORY_TEXT("introduction", ":introduction") ","
               " " DIRECTORY_VALUE("status", ":status") ","
               " last_verified_on = COALESCE(:last_verified_on,"
                                           " " DIRECTORY_TODAY "),"
               " version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :id"
             " AND version = :version"
};

const ln_stmt_t  directory_practitioner_lists[] = {

    { .name = "practitioner_areas_off",
      .sql = "DELETE FROM practitioner_area"
             " WHERE practitioner_id = :entry" },

    { .name = "practitioner_areas_on",
      .sql = "INSERT INTO practitioner_area"
             " (practitioner_id,"
              " area_id,"
              " position)"
             " SELECT :entry,"
                    " v.id,"
                    " FIND_IN_SET(v.code,"
                                " " DIRECTORY_CODES(":areas") ") - 1"
             " FROM practice_area v"
             " WHERE FIND_IN_SET(v.code, " DIRECTORY_CODES(":areas") ")" },

    { .name = "practitioner_languages_off",
      .sql = "DELETE FROM practitioner_language"
             " WHERE practitioner_id = :entry" },

    { .name = "practitioner_languages_on",
      .sql = "INSERT INTO practitioner_language"
             " (practitioner_id,"
              " language_id)"
             " SELECT :entry,"
                    " v.id"
             " FROM language v"
             " WHERE FIND_IN_SET(v.code, " DIRECTORY_CODES(":languages") ")" },

    { .name = "practitioner_regions_served_off",
      .sql = "DELETE FROM practitioner_region"
             " WHERE practitioner_id = :entry" },

    { .name = "practitioner_regions_served_on",
      .sql = "INSERT INTO practitioner_region"
             " (practitioner_id,"
              " region_id)"
             " SELECT :entry,"
                    " v.id"
             " FROM region v"
             " WHERE FIND_IN_SET(v.code,"
                               " " DIRECTORY_CODES(":regions_served") ")" }
};

const ln_stmt_t  directory_practitioner_now = {
    .name = "practitioner_edit_now",
    .sql = "SELECT " LN_RECORD_PRACTITIONER
           " FROM practitioner p"
           " WHERE p.id = :entry",
    .columns = record_columns
};

const ln_stmt_t  directory_practitioner_correct = {
    .name = "practitioner_edit_correct",
    .sql = DIRECTORY_CORRECT("practitioner",
               DIRECTORY_FIELD("name")
               DIRECTORY_AND_FIELD("sex")
               DIRECTORY_AND_FIELD("organization")
               DIRECTORY_AND_FIELD("region")
               DIRECTORY_AND_FIELD("qualifications")
               DIRECTORY_AND_FIELD("areas")
               DIRECTORY_AND_FIELD("languages")
               DIRECTORY_AND_FIELD("regions_served")
               DIRECTORY_AND_FIELD("legal_aid")
               DIRECTORY_AND_FIELD("practicing_since")
               DIRECTORY_AND_FIELD("phone")
               DIRECTORY_AND_FIELD("introduction")
               DIRECTORY_AND_FIELD("status")
               DIRECTORY_AND_FIELD("last_verified_on"))
};

const ln_stmt_t  directory_practitioner_agree = {
    .name = "practitioner_edit_agree",
    .sql = DIRECTORY_AGREE("practitioner")
};

/* The organization that he leaves follows too, if he does. */

const ln_step_t  directory_practitioner_edit[] = {
    { .stmt = &held, .name = "held", .otherwise = &not_held },
    DIRECTORY_FOLLOW(practitioner),
    { .stmt = &update },
    DIRECTORY_PRACTITIONER_LISTS,
    { .stmt = &directory_practitioner_now, .name = "now" },
    { .stmt = &directory_practitioner_correct, .optional = 1 },
    { .stmt = &directory_practitioner_agree, .optional = 1 },
    { .stmt = &directory_practitioner_words,
      .check = directory_practitioner_said },
    DIRECTORY_REFRESH(practitioner),
    DIRECTORY_FOLLOW(practitioner),
    { .stmt = NULL }
};


/* Of routes whose subject is something else. */

const ln_stmt_t  directory_practitioner_event = {
    .name = "practitioner_event",
    .sql = "INSERT INTO change_event"
           " (topic,"
            " subject,"
            " at)"
           " VALUES"
           " ('practitioner',"
            " :practitioner,"
            " UTC_TIMESTAMP(6))"
};
