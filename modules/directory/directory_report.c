
/*
 * "Report an error in this entry": anybody may, without signing in.  Neither
 * who he is nor how to reach him is stored.
 */

#include "directory.h"


static const char *const  fields[] = {
    "name", "address", "phone", "opening_hours", "location", "organization",
    "qualification", "areas", "languages", "closed", "other", NULL
};


const ln_param_t  directory_report_in[] = {

    { .name = "id", .type = LN_ID, .in = LN_PATH, .min = 1, .max = INT64_MAX,
      .required = 1, .summary = "The entry's id" },

    { .name = "field", .type = LN_ENUM, .in = LN_BODY, .required = 1,
      .values = fields, .summary = "What is wrong" },

    { .name = "message", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 2, .max = DIRECTORY_MAX_MESSAGE,
      .summary = "How it should be. Please no names or numbers of private "
                 "persons: nobody will call back" },

    { .name = NULL }
};


static const ln_column_t  entry_columns[] = {
    { .name = "id", .type = LN_ID },
    { .name = NULL }
};

static const ln_column_t  refusal_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = NULL }
};


static const ln_stmt_t  enough = {
    .name = "report_enough",
    .sql = "SELECT 'reported_enough' AS code",
    .columns = refusal_columns
};


/*
 * Only what the public can see can be reported.  Somebody who floods an entry
 * fills this many rows a day and no more; what has been looked at no longer
 * counts.
 */

#define REPORT(thing)                                                         \
                                                                              \
static const ln_stmt_t  thing##_entry = {                                     \
    .name = "report_" #thing "_entry",                                        \
    .sql = "SELECT " #thing "_id AS id"                                       \
           " FROM " #thing "_detail"                                          \
           " WHERE " #thing "_id = :id",                                      \
    .columns = entry_columns                                                  \
};                                                                            \
                                                                              \
static const ln_stmt_t  thing##_insert = {                                    \
    .name = "report_" #thing "_insert",                                       \
    .sql = "INSERT INTO entry_report"                                         \
           " (id,"                                                            \
            " " #thing "_id,"                                                 \
            " field,"                                                         \
            " message,"                                                       \
            " status,"                                                        \
            " created_at)"                                                    \
           " SELECT :new_id,"                                                 \
                  " d." #thing "_id,"                                         \
                  " :field,"                                                  \
                  " :message,"                                                \
                  " 'open',"                                                  \
                  " UTC_TIMESTAMP(6)"                                         \
           " FROM " #thing "_detail d"                                        \
           " WHERE d." #thing "_id = :id"                                     \
             " AND (SELECT COUNT(*)"                                          \
                   " FROM entry_report e"                                     \
                   " WHERE e." #thing "_id = :id"                             \
                     " AND e.status = 'open'"                                 \
                     " AND e.created_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY)" \
                 " < " DIRECTORY_MAX_REPORTS                                  \
};                                                                            \
                                                                              \
const ln_step_t  directory_##thing##_report[] = {                             \
    { .stmt = &thing##_entry, .name = "entry" },                              \
    { .stmt = &thing##_insert, .otherwise = &enough },                        \
    { .stmt = NULL }                                                          \
};


REPORT(organization)
REPORT(practitioner)


static const ln_column_t  answer_columns[] = {
    { .name = "id", .type = LN_UUID,
      .summary = "For whoever asks the office about this report" },
    { .name = "status", .type = LN_STRING },
    { .name = "created_at", .type = LN_INSTANT },
    { .name = NULL }
};


const ln_stmt_t  directory_report_answer = {
    .name = "report_answer",
    .sql = "SELECT id,"
                 " status,"
                 " created_at"
           " FROM entry_report"
           " WHERE id = :new_id",
    .columns = answer_columns
};
