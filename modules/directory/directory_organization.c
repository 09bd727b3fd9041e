
/*
 * Organizations: law firms, notary offices, mediation committees, legal aid
 * centers, service centers and stations …  One may wear several hats.  The
 * searches' statements are in directory_organization_search.c.
 */

#include "directory.h"


static const char *const  sorts[] = {
    "rank", "distance", "relevance", NULL
};

static const char *const  statuses[] = {
    "active", "suspended", "closed", NULL
};

const char *const  directory_location_qualities[] = {
    "exact", "street", "area", "default", "demo", "unknown", NULL
};


const ln_param_t  directory_organization_list_in[] = {

    { .name = "q", .type = LN_STRING, .min = 1, .max = DIRECTORY_MAX_QUERY,
      .derive = directory_organization_tokens, .derived = 6,
      .summary = "Name or a part of it, type, practice area; Chinese, pinyin "
                 "or initials. Every word must be found" },

    { .name = "region", .type = LN_STRING, .min = 6, .max = 12,
      .resolve = &directory_region_id,
      .summary = "Code of a region, with all regions below it",
      .example = "330300" },

    { .name = "type", .type = LN_STRING, .min = 1, .max = 48,
      .resolve = &directory_type_id,
      .summary = "Code of an organization type, with the types below it",
      .example = "law_firm" },

    { .name = "area", .type = LN_STRING, .min = 1, .max = 48,
      .arity = LN_MAX_ARITY, .resolve = &directory_area_id,
      .summary = "Code of a practice area, with the areas below it; of "
                 "several, any one is enough",
      .example = "labor" },

    { .name = "language", .type = LN_STRING, .min = 1, .max = 35,
      .resolve = &directory_language_id,
      .summary = "Code of a language (BCP 47) that somebody there serves in",
      .example = "ii" },

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


/* An item of a list, rendered into the projections. */

const ln_column_t  directory_organization_item[] = {
    { .name = "id", .type = LN_ID },
    { .name = "name", .type = LN_STRING },
    { .name = "types[].code", .type = LN_STRING },
    { .name = "types[].name", .type = LN_STRING },
    { .name = "region.code", .type = LN_STRING },
    { .name = "region.full_name", .type = LN_STRING },
    { .name = "address", .type = LN_STRING, .nullable = 1 },
    { .name = "phone", .type = LN_STRING, .nullable = 1,
      .summary = "Somebody's own number is masked" },
    { .name = "longitude", .type = LN_NUMBER, .nullable = 1,
      .summary = "WGS-84" },
    { .name = "latitude", .type = LN_NUMBER, .nullable = 1,
      .summary = "WGS-84" },
    { .name = "location_quality", .type = LN_ENUM,
      .values = directory_location_qualities,
      .summary = "How far the coordinates can be trusted" },
    { .name = "opening_hours[].days[]", .type = LN_INTEGER,
      .summary = "1 is Monday" },
    { .name = "opening_hours[].opens", .type = LN_STRING },
    { .name = "opening_hours[].closes", .type = LN_STRING },
    { .name = NULL }
};


const ln_param_t  directory_organization_get_in[] = {
    { .name = "id", .type = LN_ID, .in = LN_PATH, .min = 1, .max = INT64_MAX,
      .required = 1, .summary = "The organization's id" },
    { .name = NULL }
};


static const ln_column_t  organization_doc[] = {
    { .name = "id", .type = LN_ID },
    { .name = "name", .type = LN_STRING },
    { .name = "types[].code", .type = LN_STRING },
    { .name = "types[].name", .type = LN_STRING },
    { .name = "uscc", .type = LN_STRING, .nullable = 1,
      .summary = "Unified social credit code (GB 32100)" },
    { .name = "region.code", .type = LN_STRING },
    { .name = "region.full_name", .type = LN_STRING },
    { .name = "address", .type = LN_STRING, .nullable = 1 },
    { .name = "phone", .type = LN_STRING, .nullable = 1,
      .summary = "Somebody's own number is masked" },
    { .name = "longitude", .type = LN_NUMBER, .nullable = 1 },
    { .name = "latitude", .type = LN_NUMBER, .nullable = 1 },
    { .name = "location_quality", .type = LN_ENUM,
      .values = directory_location_qualities },
    { .name = "opening_hours[].days[]", .type = LN_INTEGER,
      .summary = "1 is Monday" },
    { .name = "opening_hours[].opens", .type = LN_STRING },
    { .name = "opening_hours[].closes", .type = LN_STRING },
    { .name = "areas[].code", .type = LN_STRING },
    { .name = "areas[].name", .type = LN_STRING },
    { .name = "languages[].code", .type = LN_STRING },
    { .name = "languages[].name", .type = LN_STRING },
    { .name = "outreach_places[].name", .type = LN_STRING,
      .summary = "Where it is present at times, apart from its office" },
    { .name = "outreach_places[].region.code", .type = LN_STRING },
    { .name = "outreach_places[].region.full_name", .type = LN_STRING },
    { .name = "outreach_places[].address", .type = LN_STRING, .nullable = 1 },
    { .name = "outreach_places[].longitude", .type = LN_NUMBER,
      .nullable = 1 },
    { .name = "outreach_places[].latitude", .type = LN_NUMBER,
      .nullable = 1 },
    { .name = "outreach_places[].schedule", .type = LN_STRING,
      .nullable = 1 },
    { .name = "outreach_places[].phone", .type = LN_STRING, .nullable = 1 },
    { .name = "established_on", .type = LN_DATE, .nullable = 1 },
    { .name = "status", .type = LN_ENUM, .values = statuses,
      .summary = "Only active ones are found by searching" },
    { .name = "source", .type = LN_STRING,
      .summary = "Who states this entry" },
    { .name = "last_verified_on", .type = LN_DATE, .nullable = 1 },
    { .name = "practitioner_count", .type = LN_INTEGER },
    { .name = NULL }
};

/* The key, for batches, is not shown: the document has it. */

static const ln_column_t  organization_get_columns[] = {
    { .name = "cursor.1", .type = LN_ID },
    { .name = "doc", .type = LN_DOC, .doc = organization_doc,
      .schema = "Organization" },
    { .name = NULL }
};


const ln_stmt_t  directory_organization_get = {
    .name = "organization_get",
    .sql = "SELECT organization_id AS `cursor.1`,"
                 " doc"
           " FROM organization_detail"
           " WHERE organization_id = :id",
    .columns = organization_get_columns,
    .key = "id"
};
