
/*
 * How many practitioners the same search would find for each kind, or each
 * area, in place of the one it names.  Where the listing is clustered by the
 * term, counting stops early; elsewhere the whole result is counted, on the
 * lane that has time.
 */

#include "directory_practitioner_sql.h"


/* Kinds are bits of a mask; of masks there are few. */
#define KINDS                                                                 \
    DIRECTORY_FACET                                                           \
        "SELECT k.code,"                                                      \
              " k.name,"                                                      \
              " k.position AS first,"                                         \
              " 0 AS second,"                                                 \
              " CAST(SUM(m.n) AS SIGNED) AS n"                                \
        " FROM (SELECT l.kind_mask,"                                          \
                     " COUNT(*) AS n"

#define KINDS_END                                                             \
              " GROUP BY l.kind_mask) m"                                      \
        " JOIN qualification_kind k ON m.kind_mask & (1 << k.id)"             \
        " GROUP BY k.id,"                                                     \
                 " k.code,"                                                   \
                 " k.name,"                                                   \
                 " k.position"                                                \
    DIRECTORY_FACET_ORDER


static const ln_stmt_t  types_listed = {
    .name = "practitioner_types_listed",
    .sql = DIRECTORY_FACET
               "SELECT k.code,"
                     " k.name,"
                     " k.position AS first,"
                     " 0 AS second,"
                     DIRECTORY_COUNT(
                         " FROM practitioner_listing l"
                         " WHERE l.kind_id = k.id"
                           " AND l.area_id = 0"
                           " AND l.region_id = COALESCE(:region, 0)"
                           TRAITS("l"))
               " FROM qualification_kind k"
           DIRECTORY_FACET_ORDER,
    .columns = directory_facet_columns
};


static const ln_stmt_t  types_by_area = {
    .name = "practitioner_types_by_area",
    .sql = KINDS
               " FROM practitioner_listing l"
               " WHERE l.kind_id = 0"
                 " AND l.area_id = " DIRECTORY_ONE_AREA
                 " AND l.region_id = COALESCE(:region, 0)"
                 TRAITS("l")
                 AREAS("l", "practitioner_listing")
           KINDS_END,
    .columns = directory_facet_columns,
    .lane = LN_LANE_REPORT
};


static const ln_stmt_t  types_by_text = {
    .name = "practitioner_types_by_text",
    .sql = KINDS
               TEXT(DIRECTORY_ONE_AREA, "")
               AREAS("l", "practitioner_listing")
           KINDS_END,
    .columns = directory_facet_columns,
    .lane = LN_LANE_REPORT
};


static const ln_stmt_t  types_near = {
    .name = "practitioner_types_near",
    .sql = KINDS
               PLACES(DIRECTORY_ONE_AREA)
               HAS_TOKEN("l", ":q.1")
               AREAS("l", "practitioner_place")
               WITHIN
           KINDS_END,
    .columns = directory_facet_columns,
    .lane = LN_LANE_REPORT
};


static const ln_stmt_t  areas_listed = {
    .name = "practitioner_areas_listed",
    .sql = DIRECTORY_FACET
               "SELECT" DIRECTORY_TERM("a", "u")
                     DIRECTORY_COUNT(
                         " FROM practitioner_listing l"
                         " WHERE l.kind_id = 0"
                           " AND l.area_id = a.id"
                           " AND l.region_id = COALESCE(:region, 0)"
                           KIND("l")
                           TRAITS("l"))
               " FROM practice_area a"
               " LEFT JOIN practice_area u ON u.id = a.parent_id"
           DIRECTORY_FACET_ORDER,
    .columns = directory_facet_columns
};


static const ln_stmt_t  areas_by_text = {
    .name = "practitioner_areas_by_text",
    .sql = AREAS_OF(
               TEXT("0", "")
               KIND("l")),
    .columns = directory_facet_columns,
    .lane = LN_LANE_REPORT
};


static const ln_stmt_t  areas_near = {
    .name = "practitioner_areas_near",
    .sql = AREAS_OF(
               PLACES("0")
               HAS_TOKEN("l", ":q.1")
               KIND("l")
               WITHIN),
    .columns = directory_facet_columns,
    .lane = LN_LANE_REPORT
};


const ln_also_t  directory_practitioner_facets[] = {

    { "types", "facets=true near", &types_near,
      "How many of each qualification kind" },
    { "types", "facets=true q", &types_by_text, NULL },
    { "types", "facets=true area", &types_by_area, NULL },
    { "types", "facets=true", &types_listed, NULL },

    { "areas", "facets=true near", &areas_near,
      "How many of each practice area" },
    { "areas", "facets=true q", &areas_by_text, NULL },
    { "areas", "facets=true", &areas_listed, NULL },

    { .name = NULL }
};
