
/*
 * The rotation.  Who stands first in a list changes all the time: nobody can
 * buy or keep a place, and anybody can check it (RANK).  A place holds for
 * seven days; the id decides on which day of the week it changes, so that a
 * night moves a seventh of the rows.
 *
 * A round takes the entry that waits longest and the next few by id that change
 * on the same day of the week, in the table of record and in all projections at
 * once: a search finds either all their old places or all their new ones.  It
 * is small because every row it moves stands on pages of its own, which may
 * have to be read first.  The day comes from the first step, so that midnight
 * cannot pass within a round.
 */

#include "directory.h"


#define BATCH   "98"         /* ids, every seventh: some 1,000 rows */

#define DAY  "CAST(:batch.day AS DATE)"

#define RANKED_ON(id)                                                         \
    DAY " - INTERVAL MOD(DATEDIFF(" DAY ", '1970-01-01') + " id ", 7) DAY"

#define RANK(id)                                                              \
    "CONV(LEFT(SHA2(CONCAT(" RANKED_ON(id) ", ':', " id "), 256), 6), 16, 10)"

#define DUE                                                                   \
    " WHERE ranked_on IS NULL"                                                \
       " OR ranked_on <= " DIRECTORY_TODAY " - INTERVAL 7 DAY"

#define IN_BATCH(id)                                                          \
    " WHERE " id " >= :batch.first"                                           \
      " AND " id " < :batch.first + " BATCH                                   \
      " AND MOD(" id ", 7) = MOD(:batch.first, 7)"

/* Who has his place already is not touched. */
#define MOVED(id)                                                             \
    IN_BATCH(id)                                                              \
      " AND rank_order <> " RANK(id)


static const ln_column_t  batch_columns[] = {
    { .name = "first", .type = LN_ID },
    { .name = "day", .type = LN_DATE },
    { .name = NULL }
};


static const ln_stmt_t  practitioner_batch = {
    .name = "rank_practitioner_batch",
    .sql = "SELECT id AS first,"
                 " " DIRECTORY_TODAY " AS day"
           " FROM practitioner"
             DUE
           " ORDER BY ranked_on,"
                    " id"
           " LIMIT 1",
    .columns = batch_columns
};


static const ln_stmt_t  practitioner_rank = {
    .name = "rank_practitioner",
    .sql = "UPDATE practitioner"
           " SET rank_order = " RANK("id") ","
               " ranked_on = " RANKED_ON("id")
             IN_BATCH("id")
};


static const ln_stmt_t  practitioner_listing = {
    .name = "rank_practitioner_listing",
    .sql = "UPDATE practitioner_listing"
           " SET rank_order = " RANK("practitioner_id")
             MOVED("practitioner_id")
};


static const ln_stmt_t  practitioner_place = {
    .name = "rank_practitioner_place",
    .sql = "UPDATE practitioner_place"
           " SET rank_order = " RANK("practitioner_id")
             MOVED("practitioner_id")
};


static const ln_stmt_t  practitioner_token = {
    .name = "rank_practitioner_token",
    .sql = "UPDATE practitioner_token"
           " SET rank_order = " RANK("practitioner_id")
             MOVED("practitioner_id")
};


const ln_step_t  directory_rank_practitioners[] = {
    { .stmt = &practitioner_batch, .name = "batch" },
    { .stmt = &practitioner_rank },
    { .stmt = &practitioner_listing, .optional = 1 },
    { .stmt = &practitioner_place, .optional = 1 },
    { .stmt = &practitioner_token, .optional = 1 },
    { .stmt = NULL }
};


static const ln_stmt_t  organization_batch = {
    .name = "rank_organization_batch",
    .sql = "SELECT id AS first,"
                 " " DIRECTORY_TODAY " AS day"
           " FROM organization"
             DUE
           " ORDER BY ranked_on,"
                    " id"
           " LIMIT 1",
    .columns = batch_columns
};


static const ln_stmt_t  organization_rank = {
    .name = "rank_organization",
    .sql = "UPDATE organization"
           " SET rank_order = " RANK("id") ","
               " ranked_on = " RANKED_ON("id")
             IN_BATCH("id")
};


static const ln_stmt_t  organization_listing = {
    .name = "rank_organization_listing",
    .sql = "UPDATE organization_listing"
           " SET rank_order = " RANK("organization_id")
             MOVED("organization_id")
};


static const ln_stmt_t  organization_place = {
    .name = "rank_organization_place",
    .sql = "UPDATE organization_place"
           " SET rank_order = " RANK("organization_id")
             MOVED("organization_id")
};


static const ln_stmt_t  organization_token = {
    .name = "rank_organization_token",
    .sql = "UPDATE organization_token"
           " SET rank_order = " RANK("organization_id")
             MOVED("organization_id")
};


const ln_step_t  directory_rank_organizations[] = {
    { .stmt = &organization_batch, .name = "batch" },
    { .stmt = &organization_rank },
    { .stmt = &organization_listing, .optional = 1 },
    { .stmt = &organization_place, .optional = 1 },
    { .stmt = &organization_token, .optional = 1 },
    { .stmt = NULL }
};
