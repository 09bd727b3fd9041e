
/*
 * Qualifications end by themselves: the day after valid_to nobody is found by
 * them any more, though no import said so.  A round takes one that search still
 * shows, and takes it, or whoever has no other, out of the projections; his
 * record stays, with its dates.  One that begins on a day to come is shown by
 * the first import or reindex after that day.
 */

#include "directory.h"


static const ln_column_t  lapsed_columns[] = {
    { .name = "id", .type = LN_ID },
    { .name = "kind", .type = LN_INTEGER },
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};


static const ln_stmt_t  lapsed = {
    .name = "lapsed",
    .sql = "SELECT l.practitioner_id AS id,"
                 " l.kind_id AS kind,"
                 " k.code"
           " FROM qualification q"
           " JOIN qualification_kind k ON k.id = q.kind_id"
           " JOIN practitioner_listing l"
               " ON l.practitioner_id = q.practitioner_id"
              " AND l.kind_id = q.kind_id"
              " AND l.area_id = 0"
              " AND l.region_id = 0"
           " WHERE q.status = 'active'"
             " AND q.valid_to < " DIRECTORY_TODAY
             " AND NOT EXISTS (SELECT 1"
                             " FROM qualification c"
                             " WHERE c.practitioner_id = q.practitioner_id"
                               " AND c.kind_id = q.kind_id"
                               " AND c.status = 'active'"
                               " AND (c.valid_from IS NULL"
                                  " OR c.valid_from <= " DIRECTORY_TODAY ")"
                               " AND (c.valid_to IS NULL"
                                  " OR c.valid_to >= " DIRECTORY_TODAY "))"
           " LIMIT 1",
    .columns = lapsed_columns
};


static const ln_stmt_t  lapsed_kind = {
    .name = "lapsed_kind",
    .sql = "DELETE FROM practitioner_listing"
           " WHERE practitioner_id = :lapsed.id"
             " AND kind_id = :lapsed.kind"
};


static const ln_stmt_t  lapsed_listing = {
    .name = "lapsed_listing",
    .sql = "UPDATE practitioner_listing"
           " SET kind_mask = kind_mask & ~(1 << :lapsed.kind)"
           " WHERE practitioner_id = :lapsed.id"
};


/* An item names its kinds; there is one entry of each kind in force. */

static const ln_stmt_t  lapsed_item = {
    .name = "lapsed_item",
    .sql = "UPDATE practitioner_detail"
           " SET item = COALESCE("
                   "JSON_REMOVE(item, REPLACE(JSON_UNQUOTE("
                       "JSON_SEARCH(item, 'one', :lapsed.code, NULL,"
                                  " '$.qualifications[*].kind')),"
                       " '.kind', '')),"
                   " item)"
           " WHERE practitioner_id = :lapsed.id"
};


static const ln_stmt_t  lapsed_place = {
    .name = "lapsed_place",
    .sql = "UPDATE practitioner_place"
           " SET kind_mask = kind_mask & ~(1 << :lapsed.kind)"
           " WHERE practitioner_id = :lapsed.id"
};


/* Whoever has none left is not found at all. */

static const ln_stmt_t  without_listing = {
    .name = "lapsed_without_listing",
    .sql = "DELETE FROM practitioner_listing"
           " WHERE practitioner_id = :lapsed.id"
             " AND kind_mask = 0"
};


static const ln_stmt_t  without_place = {
    .name = "lapsed_without_place",
    .sql = "DELETE FROM practitioner_place"
           " WHERE practitioner_id = :lapsed.id"
             " AND kind_mask = 0"
};


#define NOT_LISTED                                                            \
    " AND NOT EXISTS (SELECT 1"                                               \
                    " FROM practitioner_listing l"                            \
                    " WHERE l.practitioner_id = :lapsed.id)"

static const ln_stmt_t  without_token = {
    .name = "lapsed_without_token",
    .sql = "DELETE FROM practitioner_token"
           " WHERE practitioner_id = :lapsed.id"
             NOT_LISTED
};


static const ln_stmt_t  without_suggestion = {
    .name = "lapsed_without_suggestion",
    .sql = "DELETE FROM suggestion"
           " WHERE kind = 'practitioner'"
             " AND ref = CAST(:lapsed.id AS CHAR)"
             NOT_LISTED
};


static const ln_stmt_t  lapsed_event = {
    .name = "lapsed_event",
    .sql = "INSERT INTO change_event"
           " (topic,"
            " subject,"
            " at)"
           " VALUES"
           " ('practitioner',"
            " CAST(:lapsed.id AS CHAR),"
            " UTC_TIMESTAMP(6))"
};


const ln_step_t  directory_lapse[] = {
    { .stmt = &lapsed, .name = "lapsed" },
    { .stmt = &lapsed_kind },
    { .stmt = &lapsed_listing, .optional = 1 },
    { .stmt = &lapsed_item, .optional = 1 },
    { .stmt = &lapsed_place, .optional = 1 },
    { .stmt = &without_listing, .optional = 1 },
    { .stmt = &without_place, .optional = 1 },
    { .stmt = &without_token, .optional = 1 },
    { .stmt = &without_suggestion, .optional = 1 },
    { .stmt = &lapsed_event },
    { .stmt = NULL }
};
