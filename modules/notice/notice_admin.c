
/*
 * What became of the notices, newest first, for administrators: never what
 * they say, and of whom they went to no more than a mask.
 */

#include "notice.h"


static const char *const  states[] = {
    "waiting", "sending", "sent", "failed", "expired", "withheld", NULL
};

const ln_param_t  notice_list_in[] = {

    { .name = "state", .type = LN_ENUM, .values = states,
      .summary = "What became of it" },

    { .name = "template", .type = LN_STRING, .min = 1, .max = 32,
      .summary = "What kind of notice" },

    { .name = "account", .type = LN_UUID, .summary = "To whom" },

    { .name = "limit", .type = LN_INTEGER, .min = 1, .max = LN_MAX_PAGE,
      .fallback = "20", .summary = "Items on a page" },

    { .name = "cursor", .type = LN_CURSOR, .summary = "The page before's" },
    { .name = NULL }
};

static const ln_column_t  columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "template", .type = LN_STRING },
    { .name = "state", .type = LN_ENUM, .values = states },
    { .name = "reason", .type = LN_STRING, .nullable = 1,
      .summary = "Why it was not sent, the last time" },
    { .name = "tries", .type = LN_INTEGER },
    { .name = "recipient", .type = LN_SEALED, .seal = "outbox.recipient",
      .mask = LN_MASK_PHONE, .nullable = 1,
      .summary = "null: the number of the account" },
    { .name = "account", .type = LN_UUID, .nullable = 1 },
    { .name = "gateway", .type = LN_STRING, .nullable = 1,
      .summary = "Who took it" },
    { .name = "provider_id", .type = LN_STRING, .nullable = 1,
      .summary = "What he calls it" },
    { .name = "wording", .type = LN_STRING, .nullable = 1,
      .summary = "plain, or neutral: nothing says who we are" },
    { .name = "version", .type = LN_INTEGER, .nullable = 1,
      .summary = "Of the text" },
    { .name = "created_at", .type = LN_INSTANT },
    { .name = "due_at", .type = LN_INSTANT },
    { .name = "expires_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = "sent_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = "cursor.1", .type = LN_UUID },
    { .name = NULL }
};

static const ln_page_t  page[] = {
    { LN_UUID, "ffffffff-ffff-ffff-ffff-ffffffffffff" },
    { 0, NULL }
};

#define NOTICE                                                                \
    "SELECT o.id,"                                                            \
          " o.template,"                                                      \
          " o.state,"                                                         \
          " o.reason,"                                                        \
          " o.tries,"                                                         \
          " o.recipient,"                                                     \
          " o.account_id AS account,"                                         \
          " o.gateway,"                                                       \
          " o.provider_id,"                                                   \
          " o.wording,"                                                       \
          " t.version,"                                                       \
          " o.created_at,"                                                    \
          " o.due_at,"                                                        \
          " o.expires_at,"                                                    \
          " o.sent_at,"                                                       \
          " o.id AS `cursor.1`"                                               \
    " FROM outbox o"                                                          \
    " LEFT JOIN notice_template t ON t.id = o.template_id"

#define LISTED(first)                                                         \
    NOTICE                                                                    \
    " WHERE o.id < :cursor.1"                                                 \
      " AND " first                                                           \
      " AND (:state IS NULL OR o.state = :state)"                             \
      " AND (:template IS NULL OR o.template = :template)"                    \
      " AND (:account IS NULL OR o.account_id = :account)"                    \
      " AND " LN_IN_SCOPE("NULL")                                             \
    " ORDER BY o.id DESC"                                                     \
    " LIMIT :page"

static const ln_stmt_t  of_account = {
    .name = "notice_list_of_account",
    .sql = LISTED("o.account_id = :account"),
    .columns = columns,
    .page = page,
    .lane = LN_LANE_REPORT
};

static const ln_stmt_t  of_state = {
    .name = "notice_list_of_state",
    .sql = LISTED("o.state = :state"),
    .columns = columns,
    .page = page,
    .lane = LN_LANE_REPORT
};

static const ln_stmt_t  of_template = {
    .name = "notice_list_of_template",
    .sql = LISTED("o.template = :template"),
    .columns = columns,
    .page = page,
    .lane = LN_LANE_REPORT
};

static const ln_stmt_t  of_all = {
    .name = "notice_list_of_all",
    .sql = LISTED("1 = 1"),
    .columns = columns,
    .page = page,
    .lane = LN_LANE_REPORT
};

const ln_choice_t  notice_list[] = {
    { "account", &of_account },
    { "state", &of_state },
    { "template", &of_template },
    { NULL, &of_all }
};


/*
 * Only what was given up goes again: what expired is worthless, and what was
 * withheld is what the person wished.
 */

const ln_param_t  notice_retry_in[] = {
    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "The notice" },
    { .name = NULL }
};

static const ln_stmt_t  retry = {
    .name = "notice_retry",
    .sql = "UPDATE outbox"
           " SET state = 'waiting',"
               " tries = 0,"
               " due_at = UTC_TIMESTAMP(6),"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :id"
             " AND state = 'failed'"
             " AND (reason IS NULL OR reason <> 'erased')"
             " AND (expires_at IS NULL OR expires_at > UTC_TIMESTAMP(6))"
             " AND " LN_IN_SCOPE("NULL")
};

static const ln_column_t  code_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  not_retried = {
    .name = "notice_not_retried",
    .sql = "SELECT IF(COUNT(*) = 0 OR NOT " LN_IN_SCOPE("NULL") ","
                    " 'not_found',"
                    " 'conflict') AS code"
           " FROM outbox o"
           " WHERE o.id = :id",
    .columns = code_columns
};

const ln_step_t  notice_retry_steps[] = {
    { .stmt = &retry, .otherwise = &not_retried },
    { .stmt = NULL }
};

const ln_stmt_t  notice_retry_answer = {
    .name = "notice_retry_answer",
    .sql = NOTICE
           " WHERE o.id = :id",
    .columns = columns
};
