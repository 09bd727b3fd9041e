
/*
 * The job that erases, one request a round, in one transaction: killed
 * anywhere, it is as if it had not begun, and the next round does it.
 *
 * The account is closed and out on every node; what says who somebody is goes
 * from all tables.  What stays is without a name: that there was an account
 * and what was done through it (the audit trail, by the Cybersecurity Law), to
 * what was agreed and when, and the request itself, which proves the erasure.
 */

#include "person.h"


static const ln_column_t  due_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "account", .type = LN_UUID },
    { .name = "person", .type = LN_UUID, .nullable = 1 },
    { .name = NULL }
};

static const ln_stmt_t  due = {
    .name = "person_erase_due",
    .sql = "SELECT d.id,"
                 " a.id AS account,"
                 " a.person_id AS person"
           " FROM data_request d"
           " JOIN account a ON a.id = d.account_id"
           " WHERE d.state = 'waiting'"
             " AND d.due_at <= UTC_TIMESTAMP(6)"
           " ORDER BY d.due_at"
           " LIMIT 1"
           " FOR UPDATE",
    .columns = due_columns
};

static const ln_column_t  peek_columns[] = {
    { .name = "due", .type = LN_INTEGER },
    { .name = NULL }
};

const ln_stmt_t  person_erase_peek = {
    .name = "person_erase_peek",
    .sql = "SELECT 1 AS due"
           " FROM data_request d"
           " WHERE d.state = 'waiting'"
             " AND d.due_at <= UTC_TIMESTAMP(6)"
           " LIMIT 1",
    .columns = peek_columns
};

static const ln_stmt_t  done = {
    .name = "person_erase_done",
    .sql = "UPDATE data_request"
           " SET state = 'done',"
               " ended_at = UTC_TIMESTAMP(6)"
           " WHERE id = :due.id"
             " AND state = 'waiting'"
};

static const ln_stmt_t  exports = {
    .name = "person_erase_exports",
    .sql = "UPDATE data_request"
           " SET expires_at = UTC_TIMESTAMP(6)"
           " WHERE account_id = :due.account"
             " AND state = 'ready'"
             " AND expires_at > UTC_TIMESTAMP(6)"
};

static const ln_stmt_t  sessions = {
    .name = "person_erase_sessions",
    .sql = "UPDATE session"
           " SET ended_at = COALESCE(ended_at, UTC_TIMESTAMP(6)),"
               " ended_why = COALESCE(ended_why, 'disabled'),"
               " device_index = NULL,"
               " device_name = NULL"
           " WHERE account_id = :due.account"
};

static const ln_stmt_t  identities = {
    .name = "person_erase_identities",
    .sql = "DELETE FROM account_identity"
           " WHERE account_id = :due.account"
};

static const ln_stmt_t  totp = {
    .name = "person_erase_totp",
    .sql = "DELETE FROM totp_secret"
           " WHERE account_id = :due.account"
};

static const ln_stmt_t  recovery = {
    .name = "person_erase_recovery",
    .sql = "DELETE FROM recovery_code"
           " WHERE account_id = :due.account"
};

static const ln_stmt_t  passwords = {
    .name = "person_erase_passwords",
    .sql = "DELETE FROM password_history"
           " WHERE account_id = :due.account"
};

static const ln_stmt_t  contact = {
    .name = "person_erase_contact",
    .sql = "DELETE FROM contact_preference"
           " WHERE account_id = :due.account"
};

static const ln_stmt_t  notices = {
    .name = "person_erase_notices",
    .sql = "DELETE FROM outbox"
           " WHERE account_id = :due.account"
};

static const ln_stmt_t  consents = {
    .name = "person_erase_consents",
    .sql = "UPDATE consent"
           " SET withdrawn_at = UTC_TIMESTAMP(6)"
           " WHERE account_id = :due.account"
             " AND withdrawn_at IS NULL"
};

static const ln_stmt_t  proxies = {
    .name = "person_erase_proxies",
    .sql = "UPDATE person_proxy"
           " SET ended_at = COALESCE(ended_at, UTC_TIMESTAMP(6)),"
               " evidence = NULL"
           " WHERE person_id = :due.person"
              " OR proxy_id = :due.person"
};

static const ln_stmt_t  account = {
    .name = "person_erase_account",
    .sql = "UPDATE account"
           " SET status = 'closed',"
               " phone = NULL,"
               " phone_index = NULL,"
               " phone_at = NULL,"
               " password_hash = NULL,"
               " password_at = NULL,"
               " locale = NULL,"
               " version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :due.account"
};

/* His record, unless another account of his holds it; whom he only named. */

static const ln_stmt_t  person = {
    .name = "person_erase_person",
    .sql = "UPDATE person p"
           " SET p.name = NULL,"
               " p.document_kind = NULL,"
               " p.document_number = NULL,"
               " p.document_index = NULL,"
               " p.assurance = 0,"
               " p.assured_at = NULL,"
               " p.assured_by = NULL,"
               " p.region_id = NULL,"
               " p.claim_hash = NULL,"
               " p.claim_locator = NULL,"
               " p.erased_at = UTC_TIMESTAMP(6),"
               " p.version = p.version + 1,"
               " p.updated_at = UTC_TIMESTAMP(6)"
           " WHERE (p.id = :due.person"
                  " OR p.created_by = :due.account AND p.assurance = 0)"
             " AND NOT EXISTS (SELECT 1"
                             " FROM account a"
                             " WHERE a.person_id = p.id"
                               " AND a.status <> 'closed')"
};

static const ln_stmt_t  tell = {
    .name = "person_erase_tell",
    .sql = "INSERT INTO change_event"
           " (topic,"
            " subject,"
            " at)"
           " VALUES"
           " ('account',"
            " LOWER(HEX(:due.account)),"
            " UTC_TIMESTAMP(6))"
};

const ln_step_t  person_erase_steps[] = {
    { .stmt = &due, .name = "due" },
    { .stmt = &done },
    { .stmt = &exports, .optional = 1 },
    { .stmt = &sessions, .optional = 1 },
    { .stmt = &identities, .optional = 1 },
    { .stmt = &totp, .optional = 1 },
    { .stmt = &recovery, .optional = 1 },
    { .stmt = &passwords, .optional = 1 },
    { .stmt = &contact, .optional = 1 },
    { .stmt = &notices, .optional = 1 },
    { .stmt = &consents, .optional = 1 },
    { .stmt = &proxies, .optional = 1 },
    { .stmt = &account },
    { .stmt = &person, .optional = 1 },
    { .stmt = &tell },
    { .stmt = NULL }
};
