
/*
 * What nobody sends any more: notices that expired, claims of workers that
 * died, what has served its time.  And how many wait.
 */

#include "notice.h"


static const ln_column_t  peek_columns[] = {
    { .name = "waiting", .type = LN_INTEGER },
    { .name = NULL }
};

#define EXPIRED                                                               \
    " WHERE state = 'waiting'"                                                \
      " AND expires_at <= UTC_TIMESTAMP(6)"

#define ABANDONED                                                             \
    " WHERE state = 'sending'"                                                \
      " AND claimed_until < UTC_TIMESTAMP(6)"


const ln_stmt_t  notice_expire_peek = {
    .name = "notice_expire_peek",
    .sql = "SELECT 1 AS waiting"
           " FROM outbox"
           EXPIRED
           " LIMIT 1",
    .columns = peek_columns
};

static const ln_stmt_t  expire = {
    .name = "notice_expire",
    .sql = "UPDATE outbox FORCE INDEX (outbox_expiry)"
           " SET state = 'expired',"
               " params = NULL,"
               " updated_at = UTC_TIMESTAMP(6)"
           EXPIRED
           " ORDER BY state, expires_at"
           " LIMIT 500"
};

const ln_step_t  notice_expire_steps[] = {
    { .stmt = &expire },
    { .stmt = NULL }
};


const ln_stmt_t  notice_release_peek = {
    .name = "notice_release_peek",
    .sql = "SELECT 1 AS waiting"
           " FROM outbox"
           ABANDONED
           " LIMIT 1",
    .columns = peek_columns
};

static const ln_stmt_t  release = {
    .name = "notice_release",
    .sql = "UPDATE outbox FORCE INDEX (outbox_held)"
           " SET state = 'waiting',"
               " claim = NULL,"
               " claimed_until = NULL,"
               " reason = 'abandoned',"
               " updated_at = UTC_TIMESTAMP(6)"
           ABANDONED
           " ORDER BY state, claimed_until"
           " LIMIT 500"
};

const ln_step_t  notice_release_steps[] = {
    { .stmt = &release },
    { .stmt = NULL }
};


#define SERVED(state)                                                         \
    "DELETE FROM outbox"                                                      \
    " WHERE state = '" state "'"                                              \
      " AND updated_at < UTC_TIMESTAMP(6)"                                    \
                       " - INTERVAL " NOTICE_RULE("notice.keep") " SECOND"    \
    " ORDER BY state, updated_at"                                             \
    " LIMIT 500"

static const ln_stmt_t  tidy_sent = {
    .name = "notice_tidy_sent",
    .sql = SERVED("sent")
};

static const ln_stmt_t  tidy_failed = {
    .name = "notice_tidy_failed",
    .sql = SERVED("failed")
};

static const ln_stmt_t  tidy_expired = {
    .name = "notice_tidy_expired",
    .sql = SERVED("expired")
};

static const ln_stmt_t  tidy_withheld = {
    .name = "notice_tidy_withheld",
    .sql = SERVED("withheld")
};

const ln_step_t  notice_tidy_steps[] = {
    { .stmt = &tidy_sent, .optional = 1 },
    { .stmt = &tidy_failed, .optional = 1 },
    { .stmt = &tidy_expired, .optional = 1 },
    { .stmt = &tidy_withheld, .optional = 1 },
    { .stmt = NULL }
};


/* An administrator could have sent it again until now. */

static const ln_stmt_t  erase = {
    .name = "notice_erase",
    .sql = "UPDATE outbox"
           " SET params = NULL,"
               " reason = 'erased'"
           " WHERE state = 'failed'"
             " AND params IS NOT NULL"
             " AND updated_at < UTC_TIMESTAMP(6)"
                              " - INTERVAL " NOTICE_RULE("notice.keep_params")
                              " SECOND"
           " ORDER BY state, updated_at"
           " LIMIT 500"
};

const ln_step_t  notice_erase_steps[] = {
    { .stmt = &erase },
    { .stmt = NULL }
};


/* Measures: counted no further than tells that there are many. */

#define MANY  "10000"

#define HOW_MANY(where)                                                       \
    "(SELECT COUNT(*)"                                                        \
    " FROM (SELECT 1"                                                         \
          " FROM outbox"                                                      \
          " WHERE " where                                                     \
          " LIMIT " MANY ") counted)"

#define IS_DUE                                                                \
    "state IN ('waiting', 'sending')"                                         \
    " AND hurry IN (0, 1)"                                                    \
    " AND due_at <= UTC_TIMESTAMP(6)"

static const ln_column_t  measure_columns[] = {
    { .name = "waiting", .type = LN_INTEGER },
    { .name = "oldest", .type = LN_INTEGER },
    { .name = "given_up", .type = LN_INTEGER },
    { .name = NULL }
};

const ln_stmt_t  notice_measure_peek = {
    .name = "notice_measure",
    .sql = "SELECT " HOW_MANY(IS_DUE) " AS waiting,"
                 " COALESCE((SELECT TIMESTAMPDIFF(SECOND, MIN(due_at),"
                                                " UTC_TIMESTAMP(6))"
                           " FROM outbox"
                           " WHERE " IS_DUE "), 0) AS oldest,"
                 " " HOW_MANY("state = 'failed'") " AS given_up",
    .columns = measure_columns,
    .lane = LN_LANE_REPORT
};


void
notice_measured(const ln_value_t *row)
{
    ln_measure_set(&notice_feature, NOTICE_WAITING, row[0].integer);
    ln_measure_set(&notice_feature, NOTICE_OLDEST, row[1].integer);
    ln_measure_set(&notice_feature, NOTICE_GIVEN_UP, row[2].integer);
}
