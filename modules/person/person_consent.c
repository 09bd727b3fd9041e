
/*
 * Privacy notices by version, who agreed to which, and who took it back.  A
 * version is never edited: a new one is a new row, and consent to an old one
 * is no consent to it.
 */

#include "person.h"


static const ln_column_t  notice_columns[] = {
    { .name = "document", .type = LN_STRING },
    { .name = "version", .type = LN_STRING },
    { .name = "published_at", .type = LN_INSTANT },
    { .name = "text_key", .type = LN_STRING,
      .summary = "Under which the pages hold its words" },
    { .name = "required", .type = LN_BOOLEAN,
      .summary = "Whoever has an account is asked for it" },
    { .name = NULL }
};

#define NOTICE                                                                \
    "SELECT n.document,"                                                      \
          " n.version,"                                                       \
          " n.published_at,"                                                  \
          " n.text_key,"                                                      \
          " n.required"

const ln_stmt_t  person_notices = {
    .name = "person_notices",
    .sql = NOTICE
           " FROM privacy_notice n"
           " WHERE n.version = " PERSON_CURRENT("n.document")
           " ORDER BY n.document"
           " LIMIT 50",
    .columns = notice_columns
};


/* One's own: what is in force, and all that one ever gave. */

const ln_param_t  person_consents_in[] = {
    { .name = NULL }
};

static const ln_column_t  standing_columns[] = {
    { .name = "document", .type = LN_STRING },
    { .name = "version", .type = LN_STRING },
    { .name = "published_at", .type = LN_INSTANT },
    { .name = "text_key", .type = LN_STRING },
    { .name = "required", .type = LN_BOOLEAN },
    { .name = "consent", .type = LN_UUID, .nullable = 1,
      .summary = "The consent that stands; null: there is none to this "
                 "version" },
    { .name = "given_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = "needs_consent", .type = LN_BOOLEAN,
      .summary = "It is required, and there is none" },
    { .name = NULL }
};

const ln_stmt_t  person_consents = {
    .name = "person_consents",
    .sql = NOTICE ","
                 " c.id AS consent,"
                 " c.given_at,"
                 " n.required = 1 AND c.id IS NULL AS needs_consent"
           " FROM privacy_notice n"
           " LEFT JOIN consent c ON c.account_id = :self"
                              " AND c.document = n.document"
                              " AND c.standing = n.version"
           " WHERE n.version = " PERSON_CURRENT("n.document")
           " ORDER BY n.document"
           " LIMIT 50",
    .columns = standing_columns
};

static const ln_column_t  given_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "document", .type = LN_STRING },
    { .name = "version", .type = LN_STRING },
    { .name = "given_at", .type = LN_INSTANT },
    { .name = "withdrawn_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = NULL }
};

#define GIVEN                                                                 \
    "SELECT c.id,"                                                            \
          " c.document,"                                                      \
          " c.document_version AS version,"                                   \
          " c.given_at,"                                                      \
          " c.withdrawn_at"                                                   \
    " FROM consent c"

static const ln_stmt_t  given = {
    .name = "person_consents_given",
    .sql = GIVEN
           " WHERE c.account_id = :self"
           " ORDER BY c.given_at DESC, c.id"
           " LIMIT 200",
    .columns = given_columns
};

const ln_also_t  person_consents_also[] = {
    { "given", NULL, &given, "All that one gave, the newest first" },
    { NULL, NULL, NULL, NULL }
};


const ln_param_t  person_consent_in[] = {

    { .name = "document", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 1, .max = 32, .summary = "What one agrees to" },

    { .name = "version", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 1, .max = 16, .summary = "The version that one has read" },

    { .name = NULL }
};

/* Given twice it is given once. */

static const ln_stmt_t  give = {
    .name = "person_consent_give",
    .sql = "INSERT INTO consent"
           " (id,"
            " account_id,"
            " document,"
            " document_version,"
            " given_at)"
           " SELECT :new_id,"
                  " :self,"
                  " n.document,"
                  " n.version,"
                  " UTC_TIMESTAMP(6)"
           " FROM privacy_notice n"
           " WHERE n.document = :document"
             " AND n.version = :version"
             " AND n.version = " PERSON_CURRENT("n.document")
           " ON DUPLICATE KEY UPDATE document_version = n.version"
};

static const ln_stmt_t  stands = {
    .name = "person_consent_stands",
    .sql = "SELECT c.id"
           " FROM consent c"
           " WHERE c.account_id = :self"
             " AND c.document = :document"
             " AND c.standing = :version"
             " AND c.standing = " PERSON_CURRENT(":document"),
    .columns = person_id_columns
};

static const ln_stmt_t  not_given = {
    .name = "person_consent_not_given",
    .sql = "SELECT IF(COUNT(*) = 0, 'not_found', 'old_version') AS code"
           " FROM privacy_notice n"
           " WHERE n.document = :document",
    .columns = person_code_columns
};

const ln_step_t  person_consent_steps[] = {
    { .stmt = &give, .optional = 1 },
    { .stmt = &stands, .otherwise = &not_given },
    { .stmt = NULL }
};

const ln_stmt_t  person_consent_answer = {
    .name = "person_consent_answer",
    .sql = GIVEN
           " WHERE c.account_id = :self"
             " AND c.document = :document"
             " AND c.standing = :version",
    .columns = given_columns
};


/*
 * Taken back: what rested on it goes too.  A number that one only declared is
 * removed; what an identity check found stays, because the law asks for it.
 */

const ln_param_t  person_withdraw_in[] = {
    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "The consent" },
    { .name = NULL }
};

static const ln_stmt_t  withdraw = {
    .name = "person_consent_withdraw",
    .sql = "UPDATE consent"
           " SET withdrawn_at = UTC_TIMESTAMP(6)"
           " WHERE id = :id"
             " AND account_id = :self"
             " AND withdrawn_at IS NULL"
};

static const ln_stmt_t  forget = {
    .name = "person_consent_forget",
    .sql = "UPDATE person p"
           " JOIN account a ON a.person_id = p.id"
           " JOIN consent c ON c.account_id = a.id"
           " SET p.document_kind = NULL,"
               " p.document_number = NULL,"
               " p.document_index = NULL,"
               " p.assurance = IF(a.phone_at IS NULL, 0, 1),"
               " p.assured_at = NULL,"
               " p.version = p.version + 1,"
               " p.updated_at = UTC_TIMESTAMP(6)"
           " WHERE a.id = :self"
             " AND c.id = :id"
             " AND c.document = 'sensitive_data'"
             " AND p.assurance < " PERSON_VERIFIED
};

static const ln_stmt_t  tell = {
    .name = "person_consent_tell",
    .sql = "INSERT INTO change_event"
           " (topic,"
            " subject,"
            " at)"
           " SELECT 'account',"
                  " LOWER(HEX(:self)),"
                  " UTC_TIMESTAMP(6)"
           " FROM consent c"
           " WHERE c.id = :id"
             " AND c.document = 'sensitive_data'"
};

const ln_step_t  person_withdraw_steps[] = {
    { .stmt = &withdraw },
    { .stmt = &forget, .optional = 1 },
    { .stmt = &tell, .optional = 1 },
    { .stmt = NULL }
};
