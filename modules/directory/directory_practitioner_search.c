
/*
 * Searching practitioners.  Three ways to the rows, each the shortest for
 * what is asked:
 *
 *   LIST  the listing, clustered by (kind or area, region, rank)
 *   TEXT  the inverted table of the most selective token, clustered by
 *         (token, weight, rank)
 *   NEAR  the places in a box around the point
 *
 * and four orders, each total, so that a page begins exactly where the one
 * before ended.
 */

#include "directory_practitioner_sql.h"


#define YEARS_COLUMN                                                          \
    " GREATEST(TIMESTAMPDIFF(YEAR,"                                           \
    " NULLIF(l.practicing_since, DATE '9999-12-31'), " DIRECTORY_TODAY "),"   \
    " 0) AS years"


#define BY_YEARS  "l.practicing_since, l.rank_order, l.practitioner_id"

#define AFTER_YEARS                                                           \
    " AND l.practicing_since >= :cursor.1"                                    \
    " AND (l.practicing_since > :cursor.1"                                    \
         " OR l.rank_order > :cursor.2"                                       \
         " OR (l.rank_order = :cursor.2 AND l.practitioner_id > :cursor.3))"

#define YEARS_CURSOR                                                          \
    " l.practicing_since AS `cursor.1`,"                                      \
    " l.rank_order AS `cursor.2`,"                                            \
    " l.practitioner_id AS `cursor.3`"

static const ln_page_t  years_page[] = {
    { LN_DATE, "1000-01-01" },
    { LN_INTEGER, "0" },
    { LN_ID, "0" },
    { 0, NULL }
};


#define SELECTED  "d.item AS doc,"  YEARS_COLUMN ","

#define ITEM                                                                  \
    { .name = "doc", .type = LN_DOC, .doc = directory_practitioner_item,      \
      .schema = "PractitionerItem" },                                         \
    { .name = "years", .type = LN_INTEGER, .nullable = 1,                     \
      .summary = "Whole years in practice" }

#define DISTANCE                                                              \
    { .name = "distance", .type = LN_INTEGER,                                 \
      .summary = "Metres to `near`" }

static const ln_column_t  rank_columns[] = {
    ITEM,
    { .name = "cursor.1", .type = LN_INTEGER },
    { .name = "cursor.2", .type = LN_ID },
    { .name = NULL }
};

static const ln_column_t  years_columns[] = {
    ITEM,
    { .name = "cursor.1", .type = LN_DATE },
    { .name = "cursor.2", .type = LN_INTEGER },
    { .name = "cursor.3", .type = LN_ID },
    { .name = NULL }
};

static const ln_column_t  relevance_columns[] = {
    ITEM,
    { .name = "cursor.1", .type = LN_INTEGER },
    { .name = "cursor.2", .type = LN_INTEGER },
    { .name = "cursor.3", .type = LN_ID },
    { .name = NULL }
};

static const ln_column_t  near_columns[] = {
    ITEM,
    DISTANCE,
    { .name = "cursor.1", .type = LN_INTEGER },
    { .name = "cursor.2", .type = LN_ID },
    { .name = NULL }
};

static const ln_column_t  near_years_columns[] = {
    ITEM,
    DISTANCE,
    { .name = "cursor.1", .type = LN_DATE },
    { .name = "cursor.2", .type = LN_INTEGER },
    { .name = "cursor.3", .type = LN_ID },
    { .name = NULL }
};

static const ln_column_t  near_relevance_columns[] = {
    ITEM,
    DISTANCE,
    { .name = "cursor.1", .type = LN_INTEGER },
    { .name = "cursor.2", .type = LN_INTEGER },
    { .name = "cursor.3", .type = LN_ID },
    { .name = NULL }
};


/*
 * LIST: by kind when no area is given, else by the area.  Most people ask for
 * the first page of a region and an area or a kind: list_plain is that alone.
 */

#define LISTING  " FROM practitioner_listing l FORCE INDEX (PRIMARY)"

static const ln_stmt_t  list_plain = {
    .name = "practitioner_list_plain",
    .sql = "SELECT " SELECTED RANK_CURSOR
             LISTING
             ITEMS
           " WHERE l.kind_id = COALESCE(:type, 0)"
             " AND l.area_id = COALESCE(:area.1, 0)"
             " AND l.region_id = COALESCE(:region, 0)"
           " ORDER BY " BY_RANK
           " LIMIT :page",
    .columns = rank_columns,
    .page = directory_number_page
};


static const ln_stmt_t  list_rank = {
    .name = "practitioner_list_rank",
    .sql = "SELECT " SELECTED RANK_CURSOR
             LISTING
             ITEMS
             LIST
             AFTER_RANK
           " ORDER BY " BY_RANK
           " LIMIT :page",
    .columns = rank_columns,
    .page = directory_number_page
};


static const ln_stmt_t  list_years = {
    .name = "practitioner_list_years",
    .sql = PAGE_OF(SELECTED YEARS_CURSOR,
                   "l.practicing_since",
                   LISTING
                   LIST
                   AFTER_YEARS,
                   BY_YEARS),
    .columns = years_columns,
    .page = years_page
};


/* TEXT */

#define FOUND(items)                                                          \
    TEXT(DIRECTORY_ONE_AREA, items)                                           \
    KIND("l")                                                                 \
    AREAS("l", "practitioner_listing")

static const ln_stmt_t  text_relevance = {
    .name = "practitioner_text_relevance",
    .sql = "SELECT " SELECTED RELEVANCE_CURSOR("t")
             FOUND(ITEMS)
             AFTER_RELEVANCE
           " ORDER BY " BY_RELEVANCE
           " LIMIT :page",
    .columns = relevance_columns,
    .page = directory_relevance_page
};


static const ln_stmt_t  text_rank = {
    .name = "practitioner_text_rank",
    .sql = PAGE_OF(SELECTED RANK_CURSOR,
                   "l.practicing_since",
                   FOUND("")
                   AFTER_RANK,
                   BY_RANK),
    .columns = rank_columns,
    .page = directory_number_page
};


static const ln_stmt_t  text_years = {
    .name = "practitioner_text_years",
    .sql = PAGE_OF(SELECTED YEARS_CURSOR,
                   "l.practicing_since",
                   FOUND("")
                   AFTER_YEARS,
                   BY_YEARS),
    .columns = years_columns,
    .page = years_page
};


/* NEAR */

#define STANDING                                                              \
    PLACES(DIRECTORY_ONE_AREA)                                                \
    KIND("l")                                                                 \
    AREAS("l", "practitioner_place")                                          \
    HAS_TOKEN("l", ":q.1")

#define PLACE_KEYS                                                            \
    "l.practicing_since,"                                                     \
    " " DIRECTORY_DISTANCE("l") " AS distance"


static const ln_stmt_t  near_first = {
    .name = "practitioner_near_first",
    .sql = NEAREST(""),
    .columns = near_columns,
    .page = directory_number_page
};


static const ln_stmt_t  near_distance = {
    .name = "practitioner_near_distance",
    .sql = NEAREST(FARTHER),
    .columns = near_columns,
    .page = directory_number_page
};


static const ln_stmt_t  near_rank = {
    .name = "practitioner_near_rank",
    .sql = PAGE_OF(SELECTED " l.distance," RANK_CURSOR,
                   PLACE_KEYS,
                   STANDING
                   AFTER_RANK
                   " HAVING distance <= :radius * 1000",
                   BY_RANK),
    .columns = near_columns,
    .page = directory_number_page
};


static const ln_stmt_t  near_years = {
    .name = "practitioner_near_years",
    .sql = PAGE_OF(SELECTED " l.distance," YEARS_CURSOR,
                   PLACE_KEYS,
                   STANDING
                   AFTER_YEARS
                   " HAVING distance <= :radius * 1000",
                   BY_YEARS),
    .columns = near_years_columns,
    .page = years_page
};


static const ln_stmt_t  near_relevance = {
    .name = "practitioner_near_relevance",
    .sql = PAGE_OF(SELECTED " l.distance," RELEVANCE_CURSOR("l"),
                   WEIGHT ", " PLACE_KEYS,
                   STANDING
                   " HAVING distance <= :radius * 1000"
                      AFTER_WEIGHT,
                   "weight_order, " BY_RANK),
    .columns = near_relevance_columns,
    .page = directory_relevance_page
};


const ln_choice_t  directory_practitioner_list[] = {
    { "near sort=rank",        &near_rank },
    { "near sort=years",       &near_years },
    { "near q sort=relevance", &near_relevance },
    { "sort=relevance q",      &text_relevance },
    { "sort=relevance",        NULL },
    { "near cursor",           &near_distance },
    { "near",                  &near_first },
    { "sort=distance",         NULL },
    { "q sort=rank",           &text_rank },
    { "q sort=years",          &text_years },
    { "q",                     &text_relevance },
    { "sort=years",            &list_years },
    { "area type",             &list_rank },
    { "area.2",                &list_rank },
    { "language",              &list_rank },
    { "legal_aid",             &list_rank },
    { "sex",                   &list_rank },
    { "min_years",             &list_rank },
    { "cursor",                &list_rank },
    { NULL,                    &list_plain }
};
