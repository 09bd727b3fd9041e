
/*
 * What the public reported about entries: staff look at it in their regions,
 * and say what they found.
 */

#include "directory_practitioner_edit.h"


static const char *const  statuses[] = { "open", "accepted", "declined", NULL };
static const char *const  outcomes[] = { "accepted", "declined", NULL };


const ln_param_t  directory_report_list_in[] = {

    { .name = "status", .type = LN_ENUM, .values = statuses,
      .fallback = "open", .summary = "open if not said" },

    { .name = "limit", .type = LN_INTEGER, .min = 1, .max = LN_MAX_PAGE,
      .fallback = "20", .summary = "Items on a page" },

    { .name = "cursor", .type = LN_CURSOR, .summary = "The page before's" },
    { .name = NULL }
};

const ln_param_t  directory_report_settle_in[] = {

    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "The report" },

    { .name = "outcome", .type = LN_ENUM, .in = LN_BODY, .required = 1,
      .values = outcomes, .summary = "accepted: the entry was wrong" },

    { .name = "answer", .type = LN_STRING, .in = LN_BODY, .max = 500,
      .summary = "What was found" },

    { .name = NULL }
};


#define REPORT_COLUMNS                                                        \
    { .name = "id", .type = LN_UUID },                                        \
    { .name = "organization.id", .type = LN_ID, .nullable = 1 },              \
    { .name = "organization.name", .type = LN_STRING, .nullable = 1 },        \
    { .name = "practitioner.id", .type = LN_ID, .nullable = 1 },              \
    { .name = "practitioner.name", .type = LN_STRING, .nullable = 1 },        \
    { .name = "field", .type = LN_STRING },                                   \
    { .name = "message", .type = LN_STRING },                                 \
    { .name = "status", .type = LN_ENUM, .values = statuses },                \
    { .name = "answer", .type = LN_STRING, .nullable = 1 },                   \
    { .name = "created_at", .type = LN_INSTANT },                             \
    { .name = "settled_at", .type = LN_INSTANT, .nullable = 1 }

static const ln_column_t  report_columns[] = {
    REPORT_COLUMNS,
    { .name = NULL }
};

static const ln_column_t  listed_columns[] = {
    REPORT_COLUMNS,
    { .name = "cursor.1", .type = LN_UUID },
    { .name = NULL }
};

#define REPORT                                                                \
    "SELECT e.id,"                                                            \
          " o.id AS `organization.id`,"                                       \
          " o.name AS `organization.name`,"                                   \
          " p.id AS `practitioner.id`,"                                       \
          " p.name AS `practitioner.name`,"                                   \
          " e.field,"                                                         \
          " e.message,"                                                       \
          " e.status,"                                                        \
          " e.answer,"                                                        \
          " e.created_at,"                                                    \
          " e.settled_at"

#define REPORT_FROM                                                           \
    " FROM entry_report e"                                                    \
    " LEFT JOIN organization o ON o.id = e.organization_id"                   \
    " LEFT JOIN practitioner p ON p.id = e.practitioner_id"

#define IN_SCOPE  LN_IN_SCOPE("COALESCE(o.region_id, p.region_id)")

static const ln_page_t  oldest[] = {
    { LN_UUID, "00000000-0000-0000-0000-000000000000" },
    { 0, NULL }
};

const ln_stmt_t  directory_report_list = {
    .name = "report_list",
    .sql = REPORT ","
                 " e.id AS `cursor.1`"
           REPORT_FROM
           " WHERE e.id > :cursor.1"
             " AND e.status = :status"
             " AND " IN_SCOPE
           " ORDER BY e.id"
           " LIMIT :page",
    .columns = listed_columns,
    .page = oldest
};


static const ln_stmt_t  settle = {
    .name = "report_settle",
    .sql = "UPDATE entry_report e"
           " LEFT JOIN organization o ON o.id = e.organization_id"
           " LEFT JOIN practitioner p ON p.id = e.practitioner_id"
           " SET e.status = :outcome,"
               " e.answer = :answer,"
               " e.settled_by = :self,"
               " e.settled_at = UTC_TIMESTAMP(6)"
           " WHERE e.id = :id"
             " AND e.status = 'open'"
             " AND " IN_SCOPE
};

static const ln_stmt_t  not_settled = {
    .name = "report_not_settled",
    .sql = "SELECT IF(" IN_SCOPE ", 'conflict', 'not_found') AS code"
           REPORT_FROM
           " WHERE e.id = :id",
    .columns = directory_refusal_columns
};

const ln_step_t  directory_report_settle[] = {
    { .stmt = &settle, .otherwise = &not_settled },
    { .stmt = NULL }
};

const ln_stmt_t  directory_report_settled = {
    .name = "report_settled",
    .sql = REPORT REPORT_FROM
           " WHERE e.id = :id",
    .columns = report_columns
};
