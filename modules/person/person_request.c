
/*
 * What one may ask for by law: all of one's own data (Personal Information
 * Protection Law, article 45) and their erasure (article 47).
 *
 * An export is read from the tables when it is fetched, so no copy of anybody's
 * clear data lies about; it can be fetched for seven days, by this account
 * only, and within a short while after a sign-in.  Erasure waits, so that it
 * can be canceled; person_erase.c carries it out.
 */

#include "person.h"


static const char *const  kinds[] = { "export", "erasure", NULL };
static const char *const  states[] = { "ready", "expired", "waiting", "done",
                                       "canceled", NULL };


static const ln_column_t  request_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "kind", .type = LN_ENUM, .values = kinds },
    { .name = "state", .type = LN_ENUM, .values = states },
    { .name = "due_at", .type = LN_INSTANT, .nullable = 1,
      .summary = "Of an erasure: when it happens unless it is canceled" },
    { .name = "expires_at", .type = LN_INSTANT, .nullable = 1,
      .summary = "Of an export: until when it can be fetched" },
    { .name = "ended_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = "kept", .type = LN_STRING, .nullable = 1,
      .summary = "Of an erasure: why the audit trail stays" },
    { .name = "created_at", .type = LN_INSTANT },
    { .name = NULL }
};

#define REQUEST                                                               \
    "SELECT d.id,"                                                            \
          " d.kind,"                                                          \
          " IF(d.state = 'ready' AND d.expires_at <= UTC_TIMESTAMP(6),"       \
             " 'expired', d.state) AS state,"                                 \
          " d.due_at,"                                                        \
          " d.expires_at,"                                                    \
          " d.ended_at,"                                                      \
          " IF(d.kind = 'erasure',"                                           \
             " (SELECT r.basis"                                               \
              " FROM rule r"                                                  \
              " WHERE r.name = 'audit.keep'"                                  \
                " AND r.valid_from <= DATE(UTC_TIMESTAMP(6)"                  \
                                         " + INTERVAL 8 HOUR)"                \
              " ORDER BY r.valid_from DESC"                                   \
              " LIMIT 1), NULL) AS kept,"                                     \
          " d.created_at"                                                     \
    " FROM data_request d"

const ln_stmt_t  person_requests = {
    .name = "person_requests",
    .sql = REQUEST
           " WHERE d.account_id = :self"
           " ORDER BY d.created_at DESC, d.id"
           " LIMIT 100",
    .columns = request_columns
};


/* Asking */

const ln_param_t  person_request_in[] = {
    { .name = "kind", .type = LN_ENUM, .in = LN_BODY, .required = 1,
      .values = kinds, .summary = "What one asks for" },
    { .name = "session", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};

#define FRESH                                                                 \
    "EXISTS (SELECT 1"                                                        \
           " FROM session fs"                                                 \
           " WHERE fs.id = :session"                                          \
             " AND fs.account_id = :self"                                     \
             " AND fs.created_at > UTC_TIMESTAMP(6)"                          \
                                 " - " PERSON_INTERVAL("person.fresh") ")"

static const ln_stmt_t  allowed = {
    .name = "person_request_allowed",
    .sql = "SELECT a.id"
           " FROM account a"
           " WHERE a.id = :self"
             " AND (:kind <> 'erasure' OR a.kind = 'citizen')"
             " AND " FRESH,
    .columns = person_id_columns
};

static const ln_stmt_t  not_allowed = {
    .name = "person_request_not_allowed",
    .sql = "SELECT IF(" FRESH ", 'staff_account', 'sign_in_again') AS code",
    .columns = person_code_columns
};

static const ln_stmt_t  create = {
    .name = "person_request_create",
    .sql = "INSERT INTO data_request"
           " (id,"
            " account_id,"
            " kind,"
            " state,"
            " due_at,"
            " expires_at,"
            " created_at)"
           " VALUES"
           " (:new_id,"
            " :self,"
            " :kind,"
            " IF(:kind = 'erasure', 'waiting', 'ready'),"
            " IF(:kind = 'erasure',"
               " UTC_TIMESTAMP(6) + " PERSON_INTERVAL("person.erasure_wait")
               ", NULL),"
            " IF(:kind = 'export',"
               " UTC_TIMESTAMP(6) + " PERSON_INTERVAL("person.export")
               ", NULL),"
            " UTC_TIMESTAMP(6))"
};

static const ln_stmt_t  not_created = {
    .name = "person_request_not_created",
    .sql = "SELECT 'erasure_waiting' AS code",
    .columns = person_code_columns
};

const ln_step_t  person_request_steps[] = {
    { .stmt = &allowed, .otherwise = &not_allowed },
    { .stmt = &create, .otherwise = &not_created },
    { .stmt = NULL }
};

const ln_stmt_t  person_request_answer = {
    .name = "person_request_answer",
    .sql = REQUEST
           " WHERE d.id = :new_id",
    .columns = request_columns
};


/* Canceling */

const ln_param_t  person_request_id_in[] = {
    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "The request" },
    { .name = NULL }
};

static const ln_stmt_t  cancel = {
    .name = "person_request_cancel",
    .sql = "UPDATE data_request"
           " SET state = 'canceled',"
               " ended_at = UTC_TIMESTAMP(6)"
           " WHERE id = :id"
             " AND account_id = :self"
             " AND state = 'waiting'"
};

static const ln_stmt_t  not_canceled = {
    .name = "person_request_not_canceled",
    .sql = "SELECT IF(COUNT(*) = 0, 'not_found', 'conflict') AS code"
           " FROM data_request"
           " WHERE id = :id"
             " AND account_id = :self",
    .columns = person_code_columns
};

const ln_step_t  person_request_cancel_steps[] = {
    { .stmt = &cancel, .otherwise = &not_canceled },
    { .stmt = NULL }
};
