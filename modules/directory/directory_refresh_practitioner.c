
/*
 * One practitioner's rows of the projections, from the tables of record, as
 * ln_projection.h makes those of all.
 */

#include "directory_refresh.h"
#include "ln_text_projection.h"


/* The row, and what comes of it by aggregates: always exactly one. */

#define ENTRY                                                                 \
    " FROM practitioner p"                                                    \
    " JOIN region r ON r.id = p.region_id"                                    \
    " LEFT JOIN organization o ON o.id = p.organization_id"                   \
    " JOIN (SELECT " LN_SQL_TITLE_MASK " AS mask,"                            \
                 " " LN_SQL_TITLES " AS list,"                                \
                 " " LN_SQL_TITLES_WHOLE " AS detail"                         \
          " FROM qualification q"                                             \
          " JOIN qualification_kind k ON k.id = q.kind_id"                    \
          " LEFT JOIN organization o ON o.id = q.organization_id"             \
          " WHERE q.practitioner_id = :entry) ti"                             \
    " JOIN (SELECT BIT_OR(1 << l.id) AS mask,"                                \
                 " " LN_SQL_PRACTITIONER_LANGUAGES " AS list"                 \
          " FROM practitioner_language pl"                                    \
          " JOIN language l ON l.id = pl.language_id"                         \
          " WHERE pl.practitioner_id = :entry) la"

#define AREAS                                                                 \
    " JOIN (SELECT " LN_SQL_PRACTITIONER_AREAS " AS list"                     \
          " FROM practitioner_area pa"                                        \
          " JOIN practice_area a ON a.id = pa.area_id"                        \
          " WHERE pa.practitioner_id = :entry) ar"

#define SERVED                                                                \
    " JOIN (SELECT " LN_SQL_REGIONS_SERVED " AS list"                         \
          " FROM practitioner_region pr"                                      \
          " JOIN region v ON v.id = pr.region_id"                             \
          " WHERE pr.practitioner_id = :entry) pl"                            \
    " LEFT JOIN region h ON h.id = o.region_id"

/* Under which kind and area he stands. */
#define AREA_KEYS                                                             \
          " SELECT 0,"                                                        \
                 " u.id"                                                      \
          " FROM practitioner_area pa"                                        \
          " JOIN practice_area a ON a.id = pa.area_id"                        \
          " JOIN practice_area u ON u.id IN (a.id, a.parent_id)"              \
          " WHERE pa.practitioner_id = :entry) k"

#define KEYS                                                                  \
    " JOIN (SELECT 0 AS kind_id,"                                             \
                 " 0 AS area_id"                                              \
          " UNION"                                                            \
          " SELECT q.kind_id,"                                                \
                 " 0"                                                         \
          " FROM qualification q"                                             \
          " WHERE q.practitioner_id = :entry"                                 \
            " AND " LN_SQL_CURRENT("q")                                       \
          " UNION"                                                            \
          AREA_KEYS

#define PLACE_KEYS                                                            \
    " JOIN (SELECT 0 AS kind_id,"                                             \
                 " 0 AS area_id"                                              \
          " UNION"                                                            \
          AREA_KEYS

/* In which regions: his own, those he serves, and all that contain them. */
#define REGIONS                                                               \
    " JOIN (SELECT 0 AS region_id"                                            \
          " UNION"                                                            \
          " SELECT c.ancestor_id"                                             \
          " FROM practitioner f"                                              \
          " JOIN region_closure c ON c.descendant_id = f.region_id"           \
          " WHERE f.id = :entry"                                              \
          " UNION"                                                            \
          " SELECT c.ancestor_id"                                             \
          " FROM practitioner_region pr"                                      \
          " JOIN region_closure c ON c.descendant_id = pr.region_id"          \
          " WHERE pr.practitioner_id = :entry) g"

#define LISTED                                                                \
      " AND p.status = 'active'"                                              \
      " AND ti.mask <> 0"

#define FOUND                                                                 \
    " WHERE p.id = :entry"                                                    \
    LISTED

/* As FOUND, without the lists. */
#define CURRENT                                                               \
    " WHERE p.id = :entry"                                                    \
      " AND p.status = 'active'"                                              \
      " AND EXISTS (SELECT 1"                                                 \
                  " FROM qualification q"                                     \
                  " WHERE q.practitioner_id = :entry"                         \
                    " AND " LN_SQL_CURRENT("q") ")"


const ln_stmt_t  directory_practitioner_words = {
    .name = "practitioner_words",
    .sql = "SELECT " DIRECTORY_PRACTITIONER_WORDS
           " FROM practitioner p"
           " WHERE p.id = :entry",
    .columns = directory_words_columns
};


const ln_stmt_t  directory_practitioner_gone[] = {

    { .name = "practitioner_gone_listing",
      .sql = "DELETE FROM practitioner_listing"
             " WHERE practitioner_id = :entry" },

    { .name = "practitioner_gone_place",
      .sql = "DELETE FROM practitioner_place"
             " WHERE practitioner_id = :entry" },

    { .name = "practitioner_gone_detail",
      .sql = "DELETE FROM practitioner_detail"
             " WHERE practitioner_id = :entry" },

    { .name = "practitioner_gone_token",
      .sql = "DELETE FROM practitioner_token"
             " WHERE practitioner_id = :entry" },

    { .name = "practitioner_gone_suggestion",
      .sql = "DELETE FROM suggestion"
             " WHERE kind = 'practitioner'"
               " AND ref = CAST(:entry AS CHAR)" }
};


const ln_stmt_t  directory_practitioner_made[] = {

    { .name = "practitioner_made_listing",
      .sql = "INSERT INTO practitioner_listing"
             " (kind_id,"
              " area_id,"
              " region_id,"
              " rank_order,"
              " practitioner_id,"
              " kind_mask,"
              " language_mask,"
              " sex,"
              " legal_aid,"
              " practicing_since)"
             " SELECT k.kind_id,"
                    " k.area_id,"
                    " g.region_id,"
                    " p.rank_order,"
                    " p.id,"
                    " ti.mask,"
                    " la.mask,"
                    " p.sex,"
                    " p.legal_aid,"
                    " IFNULL(p.practicing_since, '9999-12-31')"
             ENTRY KEYS REGIONS FOUND },

    { .name = "practitioner_made_place",
      .sql = "INSERT INTO practitioner_place"
             " (area_id,"
              " latitude_band,"
              " longitude,"
              " practitioner_id,"
              " latitude,"
              " rank_order,"
              " kind_mask,"
              " language_mask,"
              " sex,"
              " legal_aid,"
              " practicing_since)"
             " SELECT k.area_id,"
                    " FLOOR(o.latitude * 20),"
                    " o.longitude,"
                    " p.id,"
                    " o.latitude,"
                    " p.rank_order,"
                    " ti.mask,"
                    " la.mask,"
                    " p.sex,"
                    " p.legal_aid,"
                    " IFNULL(p.practicing_since, '9999-12-31')"
             ENTRY PLACE_KEYS FOUND
               " AND o.latitude IS NOT NULL" },

    { .name = "practitioner_made_detail",
      .sql = "INSERT INTO practitioner_detail"
             " (practitioner_id,"
              " item,"
              " doc)"
             " SELECT p.id,"
                    " IF(ti.mask <> 0,"
                       " " LN_SQL_PRACTITIONER_ITEM ","
                       " NULL),"
                    " " LN_SQL_PRACTITIONER_RECORD
             ENTRY AREAS SERVED
             " WHERE p.id = :entry"
               " AND p.status = 'active'" },

    { .name = "practitioner_made_token",
      .sql = "INSERT INTO practitioner_token"
             " (token,"
              " weight_order,"
              " rank_order,"
              " practitioner_id)"
             " SELECT j.word,"
                    " MIN(j.weight),"
                    " p.rank_order,"
                    " p.id"
             " FROM practitioner p"
             DIRECTORY_WORDS(":tokens")
             CURRENT
             " GROUP BY j.word,"
                      " p.rank_order,"
                      " p.id" },

    { .name = "practitioner_made_suggestion",
      .sql = "INSERT INTO suggestion"
             " (weight_order,"
              " prefix,"
              " kind,"
              " ref,"
              " label,"
              " detail)"
             " SELECT 30 + j.weight,"
                    " j.word,"
                    " 'practitioner',"
                    " p.id,"
                    " p.name,"
                    " IFNULL(o.name, r.full_name)"
             " FROM practitioner p"
             " JOIN region r ON r.id = p.region_id"
             " LEFT JOIN organization o ON o.id = p.organization_id"
             DIRECTORY_WORDS(":prefixes")
             CURRENT }
};


/* His organization shows how many there are, and their languages. */

const ln_stmt_t  directory_practitioner_follow = {
    .name = "practitioner_follow",
    .sql = "INSERT INTO organization_due"
           " (organization_id)"
           " SELECT p.organization_id"
           " FROM practitioner p"
           " WHERE p.id = :entry"
             " AND p.organization_id IS NOT NULL"
           " ON DUPLICATE KEY UPDATE claim = NULL"
};
