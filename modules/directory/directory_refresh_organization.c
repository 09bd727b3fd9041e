
/*
 * One organization's rows of the projections, from the tables of record, as
 * ln_projection.h makes those of all.
 */

#include "directory_refresh.h"
#include "ln_text_projection.h"


/* The row, and what comes of it by aggregates: always exactly one. */

#define ENTRY                                                                 \
    " FROM organization o"                                                    \
    " JOIN region r ON r.id = o.region_id"                                    \
    " JOIN (SELECT BIT_OR(1 << l.id) AS mask,"                                \
                 " " LN_SQL_ORGANIZATION_LANGUAGES " AS list"                 \
          " FROM practitioner p"                                              \
          " JOIN practitioner_language pl ON pl.practitioner_id = p.id"       \
          " JOIN language l ON l.id = pl.language_id"                         \
          " WHERE p.organization_id = :entry"                                 \
            " AND p.status = 'active') la"

#define TYPES                                                                 \
    " JOIN (SELECT " LN_SQL_TYPES " AS list"                                  \
          " FROM organization_hat oh"                                         \
          " JOIN organization_type y ON y.id = oh.type_id"                    \
          " WHERE oh.organization_id = :entry) ti"

#define AREAS                                                                 \
    " JOIN (SELECT " LN_SQL_ORGANIZATION_AREAS " AS list"                     \
          " FROM organization_area oa"                                        \
          " JOIN practice_area a ON a.id = oa.area_id"                        \
          " WHERE oa.organization_id = :entry) ar"

#define PLACES                                                                \
    " JOIN (SELECT " LN_SQL_OUTREACH_PLACES " AS list"                        \
          " FROM outreach_place x"                                            \
          " JOIN region v ON v.id = x.region_id"                              \
          " WHERE x.organization_id = :entry) pl"

#define STAFF                                                                 \
    " JOIN (SELECT COUNT(*) AS number"                                        \
          " FROM practitioner p"                                              \
          " WHERE p.organization_id = :entry"                                 \
            " AND p.status = 'active') st"

/* Under which type and area it stands. */
#define KEYS                                                                  \
    " JOIN (SELECT 0 AS type_id,"                                             \
                 " 0 AS area_id"                                              \
          " UNION"                                                            \
          " SELECT u.id,"                                                     \
                 " 0"                                                         \
          " FROM organization_hat oh"                                         \
          " JOIN organization_type y ON y.id = oh.type_id"                    \
          " JOIN organization_type u ON u.id IN (y.id, y.parent_id)"          \
          " WHERE oh.organization_id = :entry"                                \
          " UNION"                                                            \
          " SELECT 0,"                                                        \
                 " u.id"                                                      \
          " FROM organization_area oa"                                        \
          " JOIN practice_area a ON a.id = oa.area_id"                        \
          " JOIN practice_area u ON u.id IN (a.id, a.parent_id)"              \
          " WHERE oa.organization_id = :entry) k"

/* In which regions. */
#define REGIONS                                                               \
    " JOIN (SELECT 0 AS region_id"                                            \
          " UNION"                                                            \
          " SELECT c.ancestor_id"                                             \
          " FROM organization f"                                              \
          " JOIN region_closure c ON c.descendant_id = f.region_id"           \
          " WHERE f.id = :entry) g"

#define FOUND                                                                 \
    " WHERE o.id = :entry"                                                    \
      " AND o.status = 'active'"


const ln_stmt_t  directory_organization_words = {
    .name = "organization_words",
    .sql = "SELECT " DIRECTORY_ORGANIZATION_WORDS
           " FROM organization o"
           " WHERE o.id = :entry",
    .columns = directory_words_columns
};


const ln_stmt_t  directory_organization_gone[] = {

    { .name = "organization_gone_listing",
      .sql = "DELETE FROM organization_listing"
             " WHERE organization_id = :entry" },

    { .name = "organization_gone_place",
      .sql = "DELETE FROM organization_place"
             " WHERE organization_id = :entry" },

    { .name = "organization_gone_detail",
      .sql = "DELETE FROM organization_detail"
             " WHERE organization_id = :entry" },

    { .name = "organization_gone_token",
      .sql = "DELETE FROM organization_token"
             " WHERE organization_id = :entry" },

    { .name = "organization_gone_suggestion",
      .sql = "DELETE FROM suggestion"
             " WHERE kind = 'organization'"
               " AND ref = CAST(:entry AS CHAR)" }
};


const ln_stmt_t  directory_organization_made[] = {

    { .name = "organization_made_listing",
      .sql = "INSERT INTO organization_listing"
             " (type_id,"
              " area_id,"
              " region_id,"
              " rank_order,"
              " organization_id,"
              " language_mask)"
             " SELECT k.type_id,"
                    " k.area_id,"
                    " g.region_id,"
                    " o.rank_order,"
                    " o.id,"
                    " la.mask"
             ENTRY KEYS REGIONS FOUND },

    { .name = "organization_made_place",
      .sql = "INSERT INTO organization_place"
             " (type_id,"
              " area_id,"
              " latitude_band,"
              " longitude,"
              " organization_id,"
              " latitude,"
              " rank_order,"
              " language_mask)"
             " SELECT k.type_id,"
                    " k.area_id,"
                    " FLOOR(o.latitude * 20),"
                    " o.longitude,"
                    " o.id,"
                    " o.latitude,"
                    " o.rank_order,"
                    " la.mask"
             ENTRY KEYS FOUND
               " AND o.latitude IS NOT NULL" },

    { .name = "organization_made_detail",
      .sql = "INSERT INTO organization_detail"
             " (organization_id,"
              " item,"
              " doc)"
             " SELECT o.id,"
                    " IF(o.status = 'active',"
                       " " LN_SQL_ORGANIZATION_ITEM ","
                       " NULL),"
                    " " LN_SQL_ORGANIZATION_RECORD
             ENTRY TYPES AREAS PLACES STAFF
             " WHERE o.id = :entry" },

    { .name = "organization_made_token",
      .sql = "INSERT INTO organization_token"
             " (token,"
              " weight_order,"
              " rank_order,"
              " organization_id)"
             " SELECT j.word,"
                    " MIN(j.weight),"
                    " o.rank_order,"
                    " o.id"
             " FROM organization o"
             DIRECTORY_WORDS(":tokens")
             FOUND
             " GROUP BY j.word,"
                      " o.rank_order,"
                      " o.id" },

    { .name = "organization_made_suggestion",
      .sql = "INSERT INTO suggestion"
             " (weight_order,"
              " prefix,"
              " kind,"
              " ref,"
              " label,"
              " detail)"
             " SELECT 20 + j.weight,"
                    " j.word,"
                    " 'organization',"
                    " o.id,"
                    " o.name,"
                    " r.full_name"
             " FROM organization o"
             " JOIN region r ON r.id = o.region_id"
             DIRECTORY_WORDS(":prefixes")
             FOUND }
};


/* Its practitioners show its name, place and hours. */

const ln_stmt_t  directory_organization_follow = {
    .name = "organization_follow",
    .sql = "INSERT INTO practitioner_due"
           " (practitioner_id)"
           " SELECT p.id"
           " FROM practitioner p"
           " WHERE p.organization_id = :entry"
           " UNION"
           " SELECT q.practitioner_id"
           " FROM qualification q"
           " WHERE q.organization_id = :entry"
           " ON DUPLICATE KEY UPDATE claim = NULL"
};
