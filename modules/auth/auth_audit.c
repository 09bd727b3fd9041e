
/* The audit trail, for the audit administrator: newest first. */

#include "auth.h"


const ln_param_t  auth_audit_list_in[] = {

    { .name = "account", .type = LN_UUID, .summary = "Who did it" },

    { .name = "action", .type = LN_STRING, .min = 1, .max = 64,
      .summary = "What begins so, as POST /api/v1/auth" },

    { .name = "action_exact", .type = LN_STRING, .min = 1, .max = 64,
      .summary = "This very action, as POST /api/v1/auth/sessions" },

    { .name = "subject_type", .type = LN_STRING, .min = 1, .max = 32,
      .summary = "What kind of thing it was done to" },

    { .name = "subject_id", .type = LN_STRING, .min = 1, .max = 64,
      .summary = "Which one; needs subject_type" },

    { .name = "from", .type = LN_INSTANT, .summary = "Not before" },

    { .name = "to", .type = LN_INSTANT, .summary = "Before" },

    { .name = "limit", .type = LN_INTEGER, .min = 1, .max = LN_MAX_PAGE,
      .fallback = "20", .summary = "Items on a page" },

    { .name = "cursor", .type = LN_CURSOR, .summary = "The page before's" },
    { .name = NULL }
};

static const ln_column_t  columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "at", .type = LN_INSTANT },
    { .name = "account", .type = LN_UUID, .nullable = 1,
      .summary = "null: nobody was signed in" },
    { .name = "action", .type = LN_STRING },
    { .name = "subject.type", .type = LN_STRING },
    { .name = "subject.id", .type = LN_STRING },
    { .name = "request_id", .type = LN_STRING },
    { .name = "assurance", .type = LN_INTEGER, .nullable = 1,
      .summary = "How sure it was who acted; null: he had not signed in yet" },
    { .name = "reason", .type = LN_STRING, .nullable = 1,
      .summary = "What for, where the act asks for it" },
    { .name = "sealed", .type = LN_BOOLEAN,
      .summary = "It is in the chain, and cannot be changed unseen" },
    { .name = "cursor.1", .type = LN_UUID },
    { .name = NULL }
};

static const ln_page_t  page[] = {
    { LN_UUID, "ffffffff-ffff-ffff-ffff-ffffffffffff" },
    { 0, NULL }
};

/*
 * Ids are in the order of time (RFC 9562, version 7): those of an instant, an
 * hour to either side for clocks that disagree, so that a search by time reads
 * no more than that time.
 */
#define ID_AT(instant, hour)                                                  \
    "UNHEX(CONCAT(LPAD(HEX(CAST(UNIX_TIMESTAMP(" instant                      \
    " " hour " INTERVAL 1 HOUR) * 1000 AS UNSIGNED)), 12, '0'),"              \
    " REPEAT('0', 20)))"

#define EVENTS                                                                \
    "SELECT e.id,"                                                            \
          " e.at,"                                                            \
          " e.account_id AS account,"                                         \
          " e.action,"                                                        \
          " e.subject_type AS `subject.type`,"                                \
          " e.subject_id AS `subject.id`,"                                    \
          " e.request_id,"                                                    \
          " CAST(JSON_EXTRACT(e.detail, '$.assurance') AS SIGNED)"            \
          " AS assurance,"                                                    \
          " JSON_UNQUOTE(JSON_EXTRACT(e.detail, '$.reason')) AS reason,"      \
          " e.sealed_seq IS NOT NULL AS sealed,"                              \
          " e.id AS `cursor.1`"                                               \
    " FROM audit_event e"                                                     \
    " WHERE e.id < LEAST(:cursor.1, COALESCE(" ID_AT(":to", "+") ","          \
                                           " :cursor.1))"                     \
      " AND e.id >= COALESCE(" ID_AT(":from", "-") ", UNHEX('00'))"           \
      " AND (:account IS NULL OR e.account_id = :account)"                    \
      " AND (:action IS NULL"                                                 \
           " OR LEFT(e.action, CHAR_LENGTH(:action)) = :action)"              \
      " AND (:action_exact IS NULL OR e.action = :action_exact)"              \
      " AND (:subject_type IS NULL OR e.subject_type = :subject_type)"        \
      " AND (:from IS NULL OR e.at >= :from)"                                 \
      " AND (:to IS NULL OR e.at < :to)"                                      \
      " AND " AUTH_ALLOWED

static const ln_stmt_t  of_subject = {
    .name = "auth_audit_of_subject",
    .sql = EVENTS
             " AND e.subject_type = :subject_type"
             " AND e.subject_id = :subject_id"
           " ORDER BY e.id DESC"
           " LIMIT :page",
    .columns = columns,
    .page = page,
    .lane = LN_LANE_REPORT
};

static const ln_stmt_t  of_type = {
    .name = "auth_audit_of_type",
    .sql = EVENTS
             " AND e.subject_type = :subject_type"
           " ORDER BY e.id DESC"
           " LIMIT :page",
    .columns = columns,
    .page = page,
    .lane = LN_LANE_REPORT
};

static const ln_stmt_t  of_account = {
    .name = "auth_audit_of_account",
    .sql = EVENTS
             " AND e.account_id = :account"
           " ORDER BY e.id DESC"
           " LIMIT :page",
    .columns = columns,
    .page = page,
    .lane = LN_LANE_REPORT
};

static const ln_stmt_t  of_action = {
    .name = "auth_audit_of_action",
    .sql = EVENTS
             " AND e.action = :action_exact"
           " ORDER BY e.id DESC"
           " LIMIT :page",
    .columns = columns,
    .page = page,
    .lane = LN_LANE_REPORT
};

static const ln_stmt_t  of_all = {
    .name = "auth_audit_of_all",
    .sql = EVENTS
           " ORDER BY e.id DESC"
           " LIMIT :page",
    .columns = columns,
    .page = page,
    .lane = LN_LANE_REPORT
};

const ln_choice_t  auth_audit_list[] = {
    { "subject_type subject_id", &of_subject },
    { "subject_id", NULL },
    { "account", &of_account },
    { "action_exact", &of_action },
    { "subject_type", &of_type },
    { NULL, &of_all }
};
