
/*
 * Searching organizations: the same three ways as for practitioners (see
 * directory_practitioner_search.c), but a row of the listing is clustered by
 * type or by area, so both together need a look-up.
 */

#include "directory_organization_sql.h"


#define BY_RANK  "l.rank_order, l.organization_id"

#define AFTER_RANK                                                            \
    " AND l.rank_order >= :cursor.1"                                          \
    " AND (l.rank_order > :cursor.1 OR l.organization_id > :cursor.2)"

#define BY_RELEVANCE  "t.weight_order, t.rank_order, t.organization_id"

#define AFTER_RELEVANCE                                                       \
    " AND t.weight_order >= :cursor.1"                                        \
    " AND (t.weight_order > :cursor.1"                                        \
         " OR t.rank_order > :cursor.2"                                       \
         " OR (t.rank_order = :cursor.2 AND t.organization_id > :cursor.3))"

/* Of rank and of distance alike: a number, then the id. */
static const ln_page_t  number_page[] = {
    { LN_INTEGER, "0" },
    { LN_ID, "0" },
    { 0, NULL }
};

static const ln_page_t  relevance_page[] = {
    { LN_INTEGER, "0" },
    { LN_INTEGER, "0" },
    { LN_ID, "0" },
    { 0, NULL }
};


#define ITEM                                                                  \
    { .name = "doc", .type = LN_DOC, .doc = directory_organization_item,      \
      .schema = "OrganizationItem" }

#define DISTANCE                                                              \
    { .name = "distance", .type = LN_INTEGER,                                 \
      .summary = "Metres to `near`" }

static const ln_column_t  list_columns[] = {
    ITEM,
    { .name = "cursor.1", .type = LN_INTEGER },
    { .name = "cursor.2", .type = LN_ID },
    { .name = NULL }
};

static const ln_column_t  text_columns[] = {
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

static const ln_column_t  near_text_columns[] = {
    ITEM,
    DISTANCE,
    { .name = "cursor.1", .type = LN_INTEGER },
    { .name = "cursor.2", .type = LN_INTEGER },
    { .name = "cursor.3", .type = LN_ID },
    { .name = NULL }
};


/* LIST: list_plain is the first page of a region and an area or a type. */

static const ln_stmt_t  list_plain = {
    .name = "organization_list_plain",
    .sql = "SELECT l.doc,"
                 " l.rank_order AS `cursor.1`,"
                 " l.organization_id AS `cursor.2`"
           " FROM organization_listing l FORCE INDEX (PRIMARY)"
           " WHERE l.type_id = COALESCE(:type, 0)"
             " AND l.area_id = COALESCE(:area.1, 0)"
             " AND l.region_id = COALESCE(:region, 0)"
           " ORDER BY " BY_RANK
           " LIMIT :page",
    .columns = list_columns,
    .page = number_page
};


static const ln_stmt_t  list_rank = {
    .name = "organization_list_rank",
    .sql = "SELECT l.doc,"
                 " l.rank_order AS `cursor.1`,"
                 " l.organization_id AS `cursor.2`"
           " FROM organization_listing l FORCE INDEX (PRIMARY)"
           " WHERE " LEADING_KEY("l")
             " AND l.region_id = COALESCE(:region, 0)"
             TRAITS("l")
             TYPE("l")
             AREAS("l")
             AFTER_RANK
           " ORDER BY " BY_RANK
           " LIMIT :page",
    .columns = list_columns,
    .page = number_page
};


/* TEXT */

static const ln_stmt_t  text_relevance = {
    .name = "organization_text_relevance",
    .sql = "SELECT l.doc,"
                 " t.weight_order AS `cursor.1`,"
                 " t.rank_order AS `cursor.2`,"
                 " t.organization_id AS `cursor.3`"
             TEXT(LEADING_KEY("l"))
             TYPE("l")
             AREAS("l")
             AFTER_RELEVANCE
           " ORDER BY " BY_RELEVANCE
           " LIMIT :page",
    .columns = text_columns,
    .page = relevance_page
};


static const ln_stmt_t  text_rank = {
    .name = "organization_text_rank",
    .sql = "SELECT l.doc,"
                 " l.rank_order AS `cursor.1`,"
                 " l.organization_id AS `cursor.2`"
             TEXT(LEADING_KEY("l"))
             TYPE("l")
             AREAS("l")
             AFTER_RANK
           " ORDER BY " BY_RANK
           " LIMIT :page",
    .columns = list_columns,
    .page = number_page
};


/* NEAR */

#define NEAR_ITEMS                                                            \
    " STRAIGHT_JOIN organization_listing i FORCE INDEX (PRIMARY)"             \
        " ON i.type_id = 0"                                                   \
       " AND i.area_id = 0"                                                   \
       " AND i.region_id = 0"                                                 \
       " AND i.rank_order = l.rank_order"                                     \
       " AND i.organization_id = l.organization_id"

/* A distance costs more than all else: the first page computes it less. */
#define NEAREST(after)                                                        \
    "SELECT i.doc,"                                                           \
          " l.distance,"                                                      \
          " l.distance AS `cursor.1`,"                                        \
          " l.organization_id AS `cursor.2`"                                  \
    " FROM (SELECT l.organization_id,"                                        \
                 " l.rank_order,"                                             \
                 " " DIRECTORY_DISTANCE("l") " AS distance"                   \
           " FROM organization_place l"                                       \
             NEAR(LEADING_KEY("l"))                                           \
             TYPE("l")                                                        \
             AREAS("l")                                                       \
             HAS_TOKEN("l", ":q.1")                                           \
           " HAVING distance <= :radius * 1000"                               \
              after                                                           \
           " ORDER BY distance, l.organization_id"                            \
           " LIMIT :page) l"                                                  \
      NEAR_ITEMS                                                              \
    " ORDER BY l.distance, l.organization_id"


static const ln_stmt_t  near_first = {
    .name = "organization_near_first",
    .sql = NEAREST(""),
    .columns = near_columns,
    .page = number_page
};


static const ln_stmt_t  near_distance = {
    .name = "organization_near_distance",
    .sql = NEAREST(" AND distance >= :cursor.1"
                   " AND (distance > :cursor.1"
                        " OR l.organization_id > :cursor.2)"),
    .columns = near_columns,
    .page = number_page
};


static const ln_stmt_t  near_rank = {
    .name = "organization_near_rank",
    .sql = "SELECT i.doc,"
                 " l.distance,"
                 " l.rank_order AS `cursor.1`,"
                 " l.organization_id AS `cursor.2`"
           " FROM (SELECT l.organization_id,"
                        " l.rank_order,"
                        " " DIRECTORY_DISTANCE("l") " AS distance"
                  " FROM organization_place l"
                    NEAR(LEADING_KEY("l"))
                    TYPE("l")
                    AREAS("l")
                    HAS_TOKEN("l", ":q.1")
                    AFTER_RANK
                  " HAVING distance <= :radius * 1000"
                  " ORDER BY " BY_RANK
                  " LIMIT :page) l"
             NEAR_ITEMS
           " ORDER BY " BY_RANK,
    .columns = near_columns,
    .page = number_page
};


static const ln_stmt_t  near_relevance = {
    .name = "organization_near_relevance",
    .sql = "SELECT i.doc,"
                 " l.distance,"
                 " l.weight_order AS `cursor.1`,"
                 " l.rank_order AS `cursor.2`,"
                 " l.organization_id AS `cursor.3`"
           " FROM (SELECT t.weight_order,"
                        " t.organization_id,"
                        " t.rank_order,"
                        " " DIRECTORY_DISTANCE("l") " AS distance"
                  " FROM organization_place l"
                  " JOIN organization_token t"
                      " ON t.token = :q.1"
                     " AND t.organization_id = l.organization_id"
                    NEAR(LEADING_KEY("l"))
                    TYPE("l")
                    AREAS("l")
                    AFTER_RELEVANCE
                  " HAVING distance <= :radius * 1000"
                  " ORDER BY " BY_RELEVANCE
                  " LIMIT :page) l"
             NEAR_ITEMS
           " ORDER BY l.weight_order, " BY_RANK,
    .columns = near_text_columns,
    .page = relevance_page
};


const ln_choice_t  directory_organization_list[] = {
    { "near sort=rank",        &near_rank },
    { "near q sort=relevance", &near_relevance },
    { "sort=relevance q",      &text_relevance },
    { "sort=relevance",        NULL },
    { "near cursor",           &near_distance },
    { "near",                  &near_first },
    { "sort=distance",         NULL },
    { "q sort=rank",           &text_rank },
    { "q",                     &text_relevance },
    { "area type",             &list_rank },
    { "area.2",                &list_rank },
    { "language",              &list_rank },
    { "cursor",                &list_rank },
    { NULL,                    &list_plain }
};
