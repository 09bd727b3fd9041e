
/*
 * Practitioners: lawyers, notaries, mediators …  One person, several
 * qualifications.  The searches' statements are in
 * directory_practitioner_search.c.
 */

#include "directory.h"


static const char *const  sexes[] = { "male", "female", NULL };

static const char *const  sorts[] = {
    "rank", "distance", "years", "relevance", NULL
};

const char *const  directory_qualification_statuses[] = {
    "active", "suspended", "cancelled", "revoked", NULL
};


const ln_param_t  directory_practitioner_list_in[] = {

    { .name = "q", .type = LN_STRING, .min = 1, .max = DIRECTORY_MAX_QUERY,
      .derive = directory_practitioner_tokens, .derived = 6,
      .summary = "Name or a part of it, firm, practice area; Chinese, pinyin "
                 "or initials. Every word must be found" },

    { .name = "region", .type = LN_STRING, .min = 6, .max = 12,
      .resolve = &directory_region_id,
      .summary = "Code of a region: who belongs to it or serves it, or a "
                 "region below it",
      .example = "330300" },

    { .name = "type", .type = LN_STRING, .min = 1, .max = 48,
      .resolve = &directory_kind_id,
      .summary = "Code of a qualification kind that is in force",
      .example = "lawyer" },

    { .name = "area", .type = LN_STRING, .min = 1, .max = 48,
      .arity = LN_MAX_ARITY, .resolve = &directory_area_id,
      .summary = "Code of a practice area, with the areas below it; of "
                 "several, any one is enough",
      .example = "labor" },

    { .name = "language", .type = LN_STRING, .min = 1, .max = 35,
      .resolve = &directory_language_id,
      .summary = "Code of a language (BCP 47)", .example = "ii" },

    { .name = "legal_aid", .type = LN_BOOLEAN,
      .summary = "Whether legal aid cases are taken" },

    { .name = "sex", .type = LN_ENUM, .values = sexes,
      .summary = "For whoever would rather speak with a woman, or a man" },

    { .name = "min_years", .type = LN_INTEGER, .min = 0, .max = 80,
      .summary = "At least so many whole years in practice" },

    { .name = "near", .type = LN_POINT,
      .summary = "Only within `radius` of this point",
      .example = "120.6994,27.9943" },

    { .name = "radius", .type = LN_NUMBER, .min = 1,
      .max = DIRECTORY_MAX_RADIUS, .fallback = "50",
      .summary = "Kilometres around `near`" },

    { .name = "sort", .type = LN_ENUM, .values = sorts,
      .summary = "Default: distance with `near`, else relevance with `q`, "
                 "else rank. distance needs `near`, relevance needs `q`" },

    { .name = "facets", .type = LN_BOOLEAN,
      .summary = "Also count what the search finds by type and by area" },

    DIRECTORY_PAGE_PARAMS,
    { .name = NULL }
};


const ln_column_t  directory_organization_name[] = {
    { .name = "id", .type = LN_ID },
    { .name = "name", .type = LN_STRING },
    { .name = NULL }
};


/* An item of a list, rendered into the projections. */

const ln_column_t  directory_practitioner_item[] = {
    { .name = "id", .type = LN_ID },
    { .name = "name", .type = LN_STRING },
    { .name = "sex", .type = LN_ENUM, .values = sexes, .nullable = 1 },
    { .name = "organization", .type = LN_DOC, .nullable = 1,
      .doc = directory_organization_name, .schema = "OrganizationName" },
    { .name = "region.code", .type = LN_STRING },
    { .name = "region.full_name", .type = LN_STRING },
    { .name = "qualifications[].kind", .type = LN_STRING },
    { .name = "qualifications[].kind_name", .type = LN_STRING },
    { .name = "qualifications[].status", .type = LN_ENUM,
      .values = directory_qualification_statuses },
    { .name = "areas[].code", .type = LN_STRING },
    { .name = "areas[].name", .type = LN_STRING },
    { .name = "languages[].code", .type = LN_STRING },
    { .name = "languages[].name", .type = LN_STRING },
    { .name = "legal_aid", .type = LN_BOOLEAN },
    { .name = NULL }
};


const ln_param_t  directory_practitioner_get_in[] = {
    { .name = "id", .type = LN_ID, .in = LN_PATH, .min = 1, .max = INT64_MAX,
      .required = 1, .summary = "The practitioner's id" },
    { .name = NULL }
};


static const ln_column_t  practitioner_organization_doc[] = {
    { .name = "id", .type = LN_ID },
    { .name = "name", .type = LN_STRING },
    { .name = "address", .type = LN_STRING, .nullable = 1 },
    { .name = "phone", .type = LN_STRING, .nullable = 1 },
    { .name = "opening_hours[].days[]", .type = LN_INTEGER,
      .summary = "1 is Monday" },
    { .name = "opening_hours[].opens", .type = LN_STRING },
    { .name = "opening_hours[].closes", .type = LN_STRING },
    { .name = "region.code", .type = LN_STRING },
    { .name = "region.full_name", .type = LN_STRING },
    { .name = "longitude", .type = LN_NUMBER, .nullable = 1 },
    { .name = "latitude", .type = LN_NUMBER, .nullable = 1 },
    { .name = "location_quality", .type = LN_ENUM,
      .values = directory_location_qualities },
    { .name = NULL }
};

static const ln_column_t  practitioner_doc[] = {
    { .name = "id", .type = LN_ID },
    { .name = "name", .type = LN_STRING },
    { .name = "sex", .type = LN_ENUM, .values = sexes, .nullable = 1 },
    { .name = "organization", .type = LN_DOC, .nullable = 1,
      .doc = practitioner_organization_doc,
      .schema = "PractitionerOrganization",
      .summary = "Where to find the practitioner" },
    { .name = "region.code", .type = LN_STRING },
    { .name = "region.full_name", .type = LN_STRING },
    { .name = "qualifications[].kind", .type = LN_STRING,
      .summary = "Those in force first, then the history" },
    { .name = "qualifications[].kind_name", .type = LN_STRING },
    { .name = "qualifications[].licence_number", .type = LN_STRING,
      .nullable = 1 },
    { .name = "qualifications[].status", .type = LN_ENUM,
      .values = directory_qualification_statuses },
    { .name = "qualifications[].organization", .type = LN_DOC, .nullable = 1,
      .doc = directory_organization_name, .schema = "OrganizationName",
      .summary = "Where it is practiced" },
    { .name = "qualifications[].valid_from", .type = LN_DATE, .nullable = 1 },
    { .name = "qualifications[].valid_to", .type = LN_DATE, .nullable = 1,
      .summary = "The last day" },
    { .name = "qualifications[].current", .type = LN_BOOLEAN,
      .summary = "In force on the day the record was made" },
    { .name = "qualifications[].source", .type = LN_STRING },
    { .name = "qualifications[].last_verified_on", .type = LN_DATE,
      .nullable = 1 },
    { .name = "areas[].code", .type = LN_STRING },
    { .name = "areas[].name", .type = LN_STRING },
    { .name = "languages[].code", .type = LN_STRING },
    { .name = "languages[].name", .type = LN_STRING },
    { .name = "regions_served[].code", .type = LN_STRING },
    { .name = "regions_served[].full_name", .type = LN_STRING },
    { .name = "legal_aid", .type = LN_BOOLEAN },
    { .name = "phone", .type = LN_STRING, .nullable = 1,
      .summary = "Masked: it is a person's own" },
    { .name = "introduction", .type = LN_STRING, .nullable = 1 },
    { .name = "practicing_since", .type = LN_DATE, .nullable = 1 },
    { .name = "source", .type = LN_STRING,
      .summary = "Who states this entry" },
    { .name = "last_verified_on", .type = LN_DATE, .nullable = 1 },
    { .name = NULL }
};

/* The key, for batches, is not shown: the document has it. */

static const ln_column_t  practitioner_get_columns[] = {
    { .name = "cursor.1", .type = LN_ID },
    { .name = "doc", .type = LN_DOC, .doc = practitioner_doc,
      .schema = "Practitioner" },
    { .name = NULL }
};


const ln_stmt_t  directory_practitioner_get = {
    .name = "practitioner_get",
    .sql = "SELECT practitioner_id AS `cursor.1`,"
                 " doc"
           " FROM practitioner_detail"
           " WHERE practitioner_id = :id",
    .columns = practitioner_get_columns,
    .key = "id"
};
