
/*
 * Regions: provinces, cities, counties (GB/T 2260), streets and villages.
 */

#include "directory.h"


#define REGION_COLUMNS                                                        \
    " r.code,"                                                                \
    " r.name,"                                                                \
    " r.level,"                                                               \
    " p.code AS parent_code,"                                                 \
    " r.full_name,"                                                           \
    " EXISTS (SELECT 1"                                                       \
            " FROM region c"                                                  \
            " WHERE c.parent_id = r.id) AS has_children"

/* Regions in force, from the cursor on; codes are unique, so order is total. */
#define REGION_PAGE                                                           \
    " AND r.code > :cursor.1"                                                 \
    " AND (r.valid_to IS NULL OR r.valid_to >= " DIRECTORY_TODAY ")"          \
    " ORDER BY r.code"                                                        \
    " LIMIT :page"


static const ln_column_t  region_id_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = "id", .type = LN_ID },
    { .name = NULL }
};


const ln_stmt_t  directory_region_id = {
    .name = "region_id",
    .sql = "SELECT code,"
                 " id"
           " FROM region"
           " WHERE code = :key",
    .columns = region_id_columns,
    .key = "key"
};


const ln_param_t  directory_region_list_in[] = {

    { .name = "parent", .type = LN_STRING, .min = 6, .max = 12,
      .resolve = &directory_region_id,
      .summary = "Code of the region above: its direct children, or, with "
                 "`level`, all of that level below it",
      .example = "330300" },

    { .name = "level", .type = LN_INTEGER, .min = 1, .max = 5,
      .summary = "1 province, 2 city, 3 county or district, 4 street or town, "
                 "5 village or community" },

    { .name = "q", .type = LN_STRING, .min = 1, .max = DIRECTORY_MAX_QUERY,
      .summary = "Part of the name, or the beginning of its pinyin or "
                 "initials" },

    DIRECTORY_PAGE_PARAMS,
    { .name = NULL }
};


static const ln_column_t  region_list_columns[] = {
    { .name = "code", .type = LN_STRING,
      .summary = "6 digits (GB/T 2260), 9 for a street or town, 12 for a "
                 "village or community" },
    { .name = "name", .type = LN_STRING },
    { .name = "level", .type = LN_INTEGER },
    { .name = "parent_code", .type = LN_STRING, .nullable = 1 },
    { .name = "full_name", .type = LN_STRING,
      .summary = "From the province down" },
    { .name = "has_children", .type = LN_BOOLEAN },
    { .name = "cursor.1", .type = LN_STRING },
    { .name = NULL }
};

static const ln_page_t  region_page[] = {
    { LN_STRING, "0" },
    { 0, NULL }
};


static const ln_stmt_t  region_below = {
    .name = "region_below",
    .sql = "SELECT" REGION_COLUMNS ","
                 " r.code AS `cursor.1`"
           " FROM region_closure a"
           " JOIN region r ON r.id = a.descendant_id"
           " LEFT JOIN region p ON p.id = r.parent_id"
           " WHERE a.ancestor_id = :parent"
             " AND a.depth > 0"
             " AND r.level = :level"
             REGION_PAGE,
    .columns = region_list_columns,
    .page = region_page
};


static const ln_stmt_t  region_children = {
    .name = "region_children",
    .sql = "SELECT" REGION_COLUMNS ","
                 " r.code AS `cursor.1`"
           " FROM region r"
           " LEFT JOIN region p ON p.id = r.parent_id"
           " WHERE r.parent_id = :parent"
             REGION_PAGE,
    .columns = region_list_columns,
    .page = region_page
};


static const ln_stmt_t  region_level = {
    .name = "region_level",
    .sql = "SELECT" REGION_COLUMNS ","
                 " r.code AS `cursor.1`"
           " FROM region r"
           " LEFT JOIN region p ON p.id = r.parent_id"
           " WHERE r.level = :level"
             REGION_PAGE,
    .columns = region_list_columns,
    .page = region_page
};


static const ln_stmt_t  region_all = {
    .name = "region_all",
    .sql = "SELECT" REGION_COLUMNS ","
                 " r.code AS `cursor.1`"
           " FROM region r"
           " LEFT JOIN region p ON p.id = r.parent_id"
           " WHERE r.level > 0"
             REGION_PAGE,
    .columns = region_list_columns,
    .page = region_page
};


/* U+10FFFF stands behind all that begins with :q. */
#define REGION_WORDS                                                          \
    " FROM (SELECT DISTINCT region_id"                                        \
          " FROM region_word"                                                 \
          " WHERE word >= LOWER(:q)"                                          \
            " AND word < CONCAT(LOWER(:q), _utf8mb4 X'F48FBFBF')) w"

static const ln_stmt_t  region_found = {
    .name = "region_found",
    .sql = "SELECT" REGION_COLUMNS ","
                 " r.code AS `cursor.1`"
           " FROM (SELECT r.id,"
                        " r.code"
                    REGION_WORDS
                  " STRAIGHT_JOIN region r ON r.id = w.region_id"
                  " WHERE (:level IS NULL OR r.level = :level)"
                    " AND (:parent IS NULL"
                         " OR :level IS NULL AND r.parent_id = :parent"
                         " OR :level IS NOT NULL"
                            " AND " DIRECTORY_LOOK_UP("region_closure a",
                                    "a.ancestor_id = :parent"
                                    " AND a.descendant_id = r.id"
                                    " AND a.depth > 0") ")"
                    REGION_PAGE ") f"
           " STRAIGHT_JOIN region r ON r.id = f.id"
           " LEFT JOIN region p ON p.id = r.parent_id"
           " ORDER BY r.code",
    .columns = region_list_columns,
    .page = region_page
};


const ln_choice_t  directory_region_list[] = {
    { "q",            &region_found },
    { "parent level", &region_below },
    { "parent",       &region_children },
    { "level",        &region_level },
    { NULL,           &region_all }
};


const ln_param_t  directory_region_get_in[] = {
    { .name = "code", .type = LN_STRING, .in = LN_PATH, .min = 6, .max = 12,
      .required = 1, .summary = "The region's code", .example = "330302" },
    { .name = NULL }
};


static const ln_column_t  region_path_doc[] = {
    { .name = "[].code", .type = LN_STRING },
    { .name = "[].name", .type = LN_STRING },
    { .name = "[].level", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_column_t  region_get_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = "name", .type = LN_STRING },
    { .name = "level", .type = LN_INTEGER },
    { .name = "parent_code", .type = LN_STRING, .nullable = 1 },
    { .name = "full_name", .type = LN_STRING },
    { .name = "has_children", .type = LN_BOOLEAN },
    { .name = "valid_from", .type = LN_DATE, .nullable = 1 },
    { .name = "valid_to", .type = LN_DATE, .nullable = 1,
      .summary = "The last day of an abolished region" },
    { .name = "path", .type = LN_DOC, .doc = region_path_doc,
      .schema = "RegionPath",
      .summary = "From the province down to the region itself" },
    { .name = NULL }
};


const ln_stmt_t  directory_region_get = {
    .name = "region_get",
    .sql = "SELECT" REGION_COLUMNS ","
                 " r.valid_from,"
                 " r.valid_to,"
                 " (SELECT CONCAT('[', GROUP_CONCAT("
                          "JSON_OBJECT('code', u.code,"
                                     " 'name', u.name,"
                                     " 'level', u.level)"
                          " ORDER BY u.level SEPARATOR ','), ']')"
                    " FROM region_closure a"
                    " JOIN region u ON u.id = a.ancestor_id"
                    " WHERE a.descendant_id = r.id) AS path"
           " FROM region r"
           " LEFT JOIN region p ON p.id = r.parent_id"
           " WHERE r.code = :code",
    .columns = region_get_columns,
    .key = "code"
};
