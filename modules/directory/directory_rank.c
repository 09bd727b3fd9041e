
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


/* The same for both; `things` are what the rotation is called by. */

#define ROTATION(thing, things)                                               \
                                                                              \
static const ln_stmt_t  thing##_batch = {                                     \
    .name = "rank_" #thing "_batch",                                          \
    .sql = "SELECT id AS first,"                                              \
                 " " DIRECTORY_TODAY " AS day"                                \
           " FROM " #thing                                                    \
             DUE                                                              \
           " ORDER BY ranked_on,"                                             \
                    " id"                                                     \
           " LIMIT 1",                                                        \
    .columns = batch_columns                                                  \
};                                                                            \
                                                                              \
static const ln_stmt_t  thing##_rank = {                                      \
    .name = "rank_" #thing,                                                   \
    .sql = "UPDATE " #thing                                                   \
           " SET rank_order = " RANK("id") ","                                \
               " ranked_on = " RANKED_ON("id")                                \
             IN_BATCH("id")                                                   \
};                                                                            \
                                                                              \
PROJECTION(thing, listing)                                                    \
PROJECTION(thing, place)                                                      \
PROJECTION(thing, token)                                                      \
                                                                              \
const ln_step_t  directory_rank_##things[] = {                                \
    { .stmt = &thing##_batch, .name = "batch" },                              \
    { .stmt = &thing##_rank },                                                \
    { .stmt = &thing##_listing, .optional = 1 },                              \
    { .stmt = &thing##_place, .optional = 1 },                                \
    { .stmt = &thing##_token, .optional = 1 },                                \
    { .stmt = NULL }                                                          \
};

#define PROJECTION(thing, what)                                               \
                                                                              \
static const ln_stmt_t  thing##_##what = {                                    \
    .name = "rank_" #thing "_" #what,                                         \
    .sql = "UPDATE " #thing "_" #what                                         \
           " SET rank_order = " RANK(#thing "_id")                            \
             MOVED(#thing "_id")                                              \
};


ROTATION(practitioner, practitioners)
ROTATION(organization, organizations)
