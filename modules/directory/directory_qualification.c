
/*
 * POST /qualifications/{id}/stop: whoever stops practicing is out at once.  The
 * qualification is suspended, his account loses its grants (other nodes know
 * within two seconds, tokens that are out are stale by then), and no search
 * finds him by it any more.
 */

#include "directory_practitioner_edit.h"


const ln_param_t  directory_qualification_stop_in[] = {

    { .name = "id", .type = LN_ID, .in = LN_PATH, .min = 1, .max = INT64_MAX,
      .required = 1, .summary = "The qualification" },

    DIRECTORY_BASIS_PARAM,

    { .name = "practitioner", .type = LN_STRING, .in = LN_COMPUTED },
    DIRECTORY_REFRESH_PARAMS,
    { .name = NULL }
};


static const ln_column_t  held_columns[] = {
    { .name = "id", .type = LN_ID },
    DIRECTORY_PRACTITIONER_RECORD,
    { .name = NULL }
};

static const ln_stmt_t  held = {
    .name = "qualification_held",
    .sql = "SELECT p.id,"
                 " " LN_RECORD_PRACTITIONER
           " FROM qualification s"
           " JOIN practitioner p ON p.id = s.practitioner_id"
           " WHERE s.id = :id"
             " AND s.status = 'active'"
             " AND " LN_IN_SCOPE("p.region_id")
           " FOR UPDATE",
    .columns = held_columns
};

static const ln_stmt_t  not_held = {
    .name = "qualification_not_held",
    .sql = "SELECT CASE"
                 " WHEN NOT " LN_IN_SCOPE("p.region_id") " THEN 'forbidden'"
                 " ELSE 'conflict'"
                 " END AS code"
           " FROM qualification s"
           " JOIN practitioner p ON p.id = s.practitioner_id"
           " WHERE s.id = :id",
    .columns = directory_refusal_columns
};


static ngx_int_t
whose(ln_request_t *lr, const ln_value_t *row)
{
    return directory_practitioner_is(lr, row[0].integer);
}


static const ln_stmt_t  suspend = {
    .name = "qualification_suspend",
    .sql = "UPDATE qualification"
           " SET status = 'suspended',"
               " last_verified_on = " DIRECTORY_TODAY
           " WHERE id = :id"
             " AND status = 'active'"
};

static const ln_stmt_t  bump = {
    .name = "qualification_raise",
    .sql = "UPDATE practitioner"
           " SET version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :entry"
};

#define STANDING                                                              \
    " g.revoked_at IS NULL"                                                   \
    " AND (g.valid_to IS NULL OR g.valid_to > UTC_TIMESTAMP(6))"

static const ln_stmt_t  tell = {
    .name = "qualification_tell",
    .sql = "INSERT INTO change_event"
           " (topic,"
            " subject,"
            " at)"
           " SELECT DISTINCT 'account',"
                  " LOWER(HEX(g.account_id)),"
                  " UTC_TIMESTAMP(6)"
           " FROM practitioner_account l"
           " JOIN access_grant g ON g.account_id = l.account_id"
           " WHERE l.practitioner_id = :entry"
             " AND" STANDING
};

static const ln_stmt_t  end_grants = {
    .name = "qualification_end_grants",
    .sql = "UPDATE access_grant g"
           " JOIN practitioner_account l ON l.account_id = g.account_id"
           " SET g.revoked_at = UTC_TIMESTAMP(6),"
               " g.revoked_by = :self"
           " WHERE l.practitioner_id = :entry"
             " AND" STANDING
};

const ln_step_t  directory_qualification_stop[] = {
    { .stmt = &held, .name = "held", .otherwise = &not_held, .check = whose },
    { .stmt = &suspend },
    { .stmt = &bump },
    { .stmt = &directory_practitioner_now, .name = "now" },
    { .stmt = &directory_practitioner_correct, .optional = 1 },
    { .stmt = &directory_practitioner_agree, .optional = 1 },
    { .stmt = &tell, .optional = 1 },
    { .stmt = &end_grants, .optional = 1 },
    { .stmt = &directory_practitioner_words,
      .check = directory_practitioner_said },
    DIRECTORY_REFRESH(practitioner),
    { .stmt = NULL }
};


static const ln_column_t  stopped_columns[] = {
    { .name = "id", .type = LN_ID },
    { .name = "practitioner", .type = LN_ID },
    { .name = "kind", .type = LN_STRING },
    { .name = "status", .type = LN_STRING },
    { .name = NULL }
};

const ln_stmt_t  directory_qualification_stopped = {
    .name = "qualification_stopped",
    .sql = "SELECT q.id,"
                 " q.practitioner_id AS practitioner,"
                 " k.code AS kind,"
                 " q.status"
           " FROM qualification q"
           " JOIN qualification_kind k ON k.id = q.kind_id"
           " WHERE q.id = :id",
    .columns = stopped_columns
};
