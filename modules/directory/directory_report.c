
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


/* Only what the public can see can be reported. */

static const ln_stmt_t  organization_entry = {
    .name = "report_organization_entry",
    .sql = "SELECT organization_id AS id"
           " FROM organization_detail"
           " WHERE organization_id = :id",
    .columns = entry_columns
};


static const ln_stmt_t  practitioner_entry = {
    .name = "report_practitioner_entry",
    .sql = "SELECT practitioner_id AS id"
           " FROM practitioner_detail"
           " WHERE practitioner_id = :id",
    .columns = entry_columns
};


/*
 * Somebody who floods an entry fills this many rows a day and no more; what
 * has been looked at no longer counts.
 */

static const ln_stmt_t  organization_insert = {
    .name = "report_organization_insert",
    .sql = "INSERT INTO entry_report"
           " (id,"
            " organization_id,"
            " field,"
            " message,"
            " status,"
            " created_at)"
           " SELECT :new_id,"
                  " d.organization_id,"
                  " :field,"
                  " :message,"
                  " 'open',"
                  " UTC_TIMESTAMP(6)"
           " FROM organization_detail d"
           " WHERE d.organization_id = :id"
             " AND (SELECT COUNT(*)"
                   " FROM entry_report e"
                   " WHERE e.organization_id = :id"
                     " AND e.status = 'open'"
                     " AND e.created_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY)"
                 " < " DIRECTORY_MAX_REPORTS
};


static const ln_stmt_t  practitioner_insert = {
    .name = "report_practitioner_insert",
    .sql = "INSERT INTO entry_report"
           " (id,"
            " practitioner_id,"
            " field,"
            " message,"
            " status,"
            " created_at)"
           " SELECT :new_id,"
                  " d.practitioner_id,"
                  " :field,"
                  " :message,"
                  " 'open',"
                  " UTC_TIMESTAMP(6)"
           " FROM practitioner_detail d"
           " WHERE d.practitioner_id = :id"
             " AND (SELECT COUNT(*)"
                   " FROM entry_report e"
                   " WHERE e.practitioner_id = :id"
                     " AND e.status = 'open'"
                     " AND e.created_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY)"
                 " < " DIRECTORY_MAX_REPORTS
};


static const ln_stmt_t  enough = {
    .name = "report_enough",
    .sql = "SELECT 'reported_enough' AS code",
    .columns = refusal_columns
};


const ln_step_t  directory_organization_report[] = {
    { .stmt = &organization_entry, .name = "entry" },
    { .stmt = &organization_insert, .otherwise = &enough },
    { .stmt = NULL }
};


const ln_step_t  directory_practitioner_report[] = {
    { .stmt = &practitioner_entry, .name = "entry" },
    { .stmt = &practitioner_insert, .otherwise = &enough },
    { .stmt = NULL }
};


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
