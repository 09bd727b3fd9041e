
/*
 * How many organizations the same search would find for each type, or each
 * area, in place of the one it names.
 */

#include "directory_organization_sql.h"


/* Keys of rows that stand for any type, or any area. */
#define ONE_AREA_KEY(row)                                                     \
    row ".type_id = 0 AND " row ".area_id = " DIRECTORY_ONE_AREA

#define TYPE_KEY(row)                                                         \
    row ".type_id = COALESCE(:type, 0) AND " row ".area_id = 0"

#define TYPES_OF(select)                                                      \
    DIRECTORY_FACET                                                           \
        "SELECT" DIRECTORY_TERM("y", "u")                                     \
              " c.n"                                                          \
        " FROM (SELECT x.type_id,"                                            \
                     " COUNT(*) AS n"                                         \
              " FROM (SELECT l.organization_id" select ") m"                  \
              " JOIN organization_listing x"                                  \
                  " ON x.organization_id = m.organization_id"                 \
                 " AND x.type_id > 0"                                         \
                 " AND x.area_id = 0"                                         \
                 " AND x.region_id = 0"                                       \
              " GROUP BY x.type_id) c"                                        \
        " JOIN organization_type y ON y.id = c.type_id"                       \
        " LEFT JOIN organization_type u ON u.id = y.parent_id"                \
    DIRECTORY_FACET_ORDER


static const ln_stmt_t  types_listed = {
    .name = "organization_types_listed",
    .sql = DIRECTORY_FACET
               "SELECT" DIRECTORY_TERM("y", "u")
                     DIRECTORY_COUNT(
                         " FROM organization_listing l"
                         " WHERE l.type_id = y.id"
                           " AND l.area_id = 0"
                           " AND l.region_id = COALESCE(:region, 0)"
                           TRAITS("l"))
               " FROM organization_type y"
               " LEFT JOIN organization_type u ON u.id = y.parent_id"
           DIRECTORY_FACET_ORDER,
    .columns = directory_facet_columns
};


static const ln_stmt_t  types_by_area = {
    .name = "organization_types_by_area",
    .sql = TYPES_OF(
               " FROM organization_listing l"
               " WHERE " ONE_AREA_KEY("l")
                 " AND l.region_id = COALESCE(:region, 0)"
                 TRAITS("l")
                 AREAS("l")),
    .columns = directory_facet_columns,
    .lane = LN_LANE_REPORT
};


static const ln_stmt_t  types_by_text = {
    .name = "organization_types_by_text",
    .sql = TYPES_OF(
               TEXT(ONE_AREA_KEY("l"), "")
               AREAS("l")),
    .columns = directory_facet_columns,
    .lane = LN_LANE_REPORT
};


static const ln_stmt_t  types_near = {
    .name = "organization_types_near",
    .sql = TYPES_OF(
               PLACES(ONE_AREA_KEY("l"))
               HAS_TOKEN("l", ":q.1")
               AREAS("l")
               WITHIN),
    .columns = directory_facet_columns,
    .lane = LN_LANE_REPORT
};


static const ln_stmt_t  areas_listed = {
    .name = "organization_areas_listed",
    .sql = DIRECTORY_FACET
               "SELECT" DIRECTORY_TERM("a", "u")
                     DIRECTORY_COUNT(
                         " FROM organization_listing l"
                         " WHERE l.type_id = 0"
                           " AND l.area_id = a.id"
                           " AND l.region_id = COALESCE(:region, 0)"
                           TRAITS("l"))
               " FROM practice_area a"
               " LEFT JOIN practice_area u ON u.id = a.parent_id"
           DIRECTORY_FACET_ORDER,
    .columns = directory_facet_columns
};


static const ln_stmt_t  areas_by_type = {
    .name = "organization_areas_by_type",
    .sql = AREAS_OF(
               " FROM organization_listing l"
               " WHERE " TYPE_KEY("l")
                 " AND l.region_id = COALESCE(:region, 0)"
                 TRAITS("l")),
    .columns = directory_facet_columns,
    .lane = LN_LANE_REPORT
};


static const ln_stmt_t  areas_by_text = {
    .name = "organization_areas_by_text",
    .sql = AREAS_OF(
               TEXT(TYPE_KEY("l"), "")),
    .columns = directory_facet_columns,
    .lane = LN_LANE_REPORT
};


static const ln_stmt_t  areas_near = {
    .name = "organization_areas_near",
    .sql = AREAS_OF(
               PLACES(TYPE_KEY("l"))
               HAS_TOKEN("l", ":q.1")
               WITHIN),
    .columns = directory_facet_columns,
    .lane = LN_LANE_REPORT
};


const ln_also_t  directory_organization_facets[] = {

    { "types", "facets=true near", &types_near,
      "How many of each organization type" },
    { "types", "facets=true q", &types_by_text, NULL },
    { "types", "facets=true area", &types_by_area, NULL },
    { "types", "facets=true", &types_listed, NULL },

    { "areas", "facets=true near", &areas_near,
      "How many of each practice area" },
    { "areas", "facets=true q", &areas_by_text, NULL },
    { "areas", "facets=true type", &areas_by_type, NULL },
    { "areas", "facets=true", &areas_listed, NULL },

    { .name = NULL }
};
