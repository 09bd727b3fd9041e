
/*
 * Searching organizations: the same three ways as for practitioners (see
 * directory_practitioner_search.c), but a row of the listing is clustered by
 * type or by area, so both together need a look-up.
 */

#include "directory_organization_sql.h"


#define SELECTED  "d.item AS doc,"

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

#define LISTING  " FROM organization_listing l FORCE INDEX (PRIMARY)"

static const ln_stmt_t  list_plain = {
    .name = "organization_list_plain",
    .sql = "SELECT " SELECTED RANK_CURSOR
             LISTING
             ITEMS
           " WHERE l.type_id = COALESCE(:type, 0)"
             " AND l.area_id = COALESCE(:area.1, 0)"
             " AND l.region_id = COALESCE(:region, 0)"
           " ORDER BY " BY_RANK
           " LIMIT :page",
    .columns = list_columns,
    .page = directory_number_page
};


static const ln_stmt_t  list_rank = {
    .name = "organization_list_rank",
    .sql = "SELECT " SELECTED RANK_CURSOR
             LISTING
             ITEMS
           " WHERE " LEADING_KEY("l")
             " AND l.region_id = COALESCE(:region, 0)"
             TRAITS("l")
             TYPE("l")
             AREAS("l")
             AFTER_RANK
           " ORDER BY " BY_RANK
           " LIMIT :page",
    .columns = list_columns,
    .page = directory_number_page
};


/* TEXT */

#define FOUND(items)                                                          \
    TEXT(LEADING_KEY("l"), items)                                             \
    TYPE("l")                                                                 \
    AREAS("l")

static const ln_stmt_t  text_relevance = {
    .name = "organization_text_relevance",
    .sql = "SELECT " SELECTED RELEVANCE_CURSOR("t")
             FOUND(ITEMS)
             AFTER_RELEVANCE
           " ORDER BY " BY_RELEVANCE
           " LIMIT :page",
    .columns = text_columns,
    .page = directory_relevance_page
};


static const ln_stmt_t  text_rank = {
    .name = "organization_text_rank",
    .sql = PAGE_OF(SELECTED RANK_CURSOR,
                   "t.weight_order",
                   FOUND("")
                   AFTER_RANK,
                   BY_RANK),
    .columns = list_columns,
    .page = directory_number_page
};


/* NEAR */

#define STANDING                                                              \
    PLACES(LEADING_KEY("l"))                                                  \
    TYPE("l")                                                                 \
    AREAS("l")                                                                \
    HAS_TOKEN("l", ":q.1")

#define PLACE_KEYS  DIRECTORY_DISTANCE("l") " AS distance"


static const ln_stmt_t  near_first = {
    .name = "organization_near_first",
    .sql = NEAREST(""),
    .columns = near_columns,
    .page = directory_number_page
};


static const ln_stmt_t  near_distance = {
    .name = "organization_near_distance",
    .sql = NEAREST(FARTHER),
    .columns = near_columns,
    .page = directory_number_page
};


static const ln_stmt_t  near_rank = {
    .name = "organization_near_rank",
    .sql = PAGE_OF(SELECTED " l.distance," RANK_CURSOR,
                   PLACE_KEYS,
                   STANDING
                   AFTER_RANK
                   " HAVING distance <= :radius * 1000",
                   BY_RANK),
    .columns = near_columns,
    .page = directory_number_page
};


static const ln_stmt_t  near_relevance = {
    .name = "organization_near_relevance",
    .sql = PAGE_OF(SELECTED " l.distance," RELEVANCE_CURSOR("l"),
                   WEIGHT ", " PLACE_KEYS,
                   STANDING
                   " HAVING distance <= :radius * 1000"
                      AFTER_WEIGHT,
                   "weight_order, " BY_RANK),
    .columns = near_text_columns,
    .page = directory_relevance_page
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
