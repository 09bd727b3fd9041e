
/*
 * One's own record: what one declares oneself (assurance 2), until somebody
 * who has seen the paper knows better.
 */

#include "person.h"


static const ln_column_t  me_columns[] = {
    { .name = "id", .type = LN_UUID, .nullable = 1,
      .summary = "null: nothing was declared yet" },
    { .name = "kind", .type = LN_ENUM, .values = person_kinds },
    { .name = "name", .type = LN_SEALED, .seal = "person.name",
      .mask = LN_MASK_NAME, .nullable = 1 },
    { .name = "document_kind", .type = LN_ENUM, .values = person_documents,
      .nullable = 1 },
    { .name = "document_number", .type = LN_SEALED,
      .seal = "person.document_number", .mask = LN_MASK_ID_NUMBER,
      .nullable = 1 },
    { .name = "assurance", .type = LN_INTEGER,
      .summary = "How sure it is who this is: 0 not at all, 1 phone, 2 "
                 "self-declared, 3 identity provider, 4 counter" },
    { .name = "assured_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = "region.code", .type = LN_STRING, .nullable = 1 },
    { .name = "region.name", .type = LN_STRING, .nullable = 1 },
    { .name = "version", .type = LN_INTEGER,
      .summary = "0: nothing was declared yet" },
    { .name = NULL }
};

#define ME                                                                    \
    "SELECT p.id,"                                                            \
          " COALESCE(p.kind, 'natural') AS kind,"                             \
          " p.name,"                                                          \
          " p.document_kind,"                                                 \
          " p.document_number,"                                               \
          " COALESCE(p.assurance,"                                            \
                   " IF(a.phone_at IS NULL, 0, 1)) AS assurance,"             \
          " p.assured_at,"                                                    \
          " re.code AS `region.code`,"                                        \
          " re.full_name AS `region.name`,"                                   \
          " COALESCE(p.version, 0) AS version"                                \
    " FROM account a"

const ln_param_t  person_me_in[] = {
    LN_ACTING_FOR,
    { .name = NULL }
};

const ln_stmt_t  person_me = {
    .name = "person_me",
    .sql = ME
           " LEFT JOIN person p ON p.id = " LN_ACTING_PERSON("'*'")
           " LEFT JOIN region re ON re.id = p.region_id"
           " WHERE a.id = :self"
             " AND (:acting_for IS NULL OR p.id IS NOT NULL)",
    .columns = me_columns
};

const ln_stmt_t  person_declare_answer = {
    .name = "person_declare_answer",
    .sql = ME
           " JOIN person p ON p.id = a.person_id"
           " LEFT JOIN region re ON re.id = p.region_id"
           " WHERE a.id = :self",
    .columns = me_columns
};


const ln_param_t  person_declare_in[] = {
    PERSON_NAME,
    { PERSON_DOCUMENT_KIND, .in = LN_BODY,
      .summary = "Needs document_number; left out: as it was" },
    { PERSON_DOCUMENT_NUMBER, .in = LN_BODY,
      .summary = "Whole; needs the consent sensitive_data" },
    PERSON_REGION,
    PERSON_VERSION,
    PERSON_DOCUMENT_COMPUTED,
    { .name = "person", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};

static const ln_column_t  lookup_columns[] = {
    PERSON_KNOWN_COLUMNS,
    { .name = "person_id", .type = LN_UUID, .nullable = 1 },
    { .name = NULL }
};

const ln_stmt_t  person_declare_lookup = {
    .name = "person_declare_lookup",
    .sql = "SELECT " PERSON_KNOWN ","
                 " a.person_id"
           " FROM account a"
           " WHERE a.id = :self",
    .columns = lookup_columns
};


/* Two who declare at once: the second waits, and is stale. */

static const ln_column_t  mine_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "assurance", .type = LN_INTEGER },
    { .name = NULL }
};

const ln_stmt_t  person_mine = {
    .name = "person_mine",
    .sql = "SELECT a.id,"
                 " COALESCE(p.assurance,"
                          " IF(a.phone_at IS NULL, 0, 1)) AS assurance"
           " FROM account a"
           " LEFT JOIN person p ON p.id = a.person_id"
           " WHERE a.id = :self"
             " AND a.status = 'active'"
           " FOR UPDATE",
    .columns = mine_columns
};

static const ln_stmt_t  consented = {
    .name = "person_consented",
    .sql = "SELECT c.id"
           " FROM consent c"
           " WHERE c.account_id = :self"
             " AND c.document = 'sensitive_data'"
             " AND c.standing = " PERSON_CURRENT("'sensitive_data'"),
    .columns = person_id_columns
};

static const ln_stmt_t  consent_missing = {
    .name = "person_consent_missing",
    .sql = "SELECT 'consent_missing' AS code",
    .columns = person_code_columns
};

static const ln_stmt_t  begin = {
    .name = "person_begin",
    .sql = "INSERT INTO person"
           " (id,"
            " version,"
            " created_at,"
            " updated_at)"
           " SELECT :person,"
                  " 0,"
                  " UTC_TIMESTAMP(6),"
                  " UTC_TIMESTAMP(6)"
           " FROM account a"
           " WHERE a.id = :self"
             " AND a.person_id IS NULL"
};

static const ln_stmt_t  attach = {
    .name = "person_attach",
    .sql = "UPDATE account"
           " SET person_id = :person,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :self"
             " AND person_id IS NULL"
             " AND EXISTS (SELECT 1"
                         " FROM person p"
                         " WHERE p.id = :person)"
};

static const ln_stmt_t  declare = {
    .name = "person_declare",
    .sql = "UPDATE person p"
           " JOIN account a ON a.person_id = p.id"
           " SET p.name = :name,"
               " p.kind = IF(COALESCE(:document_kind, p.document_kind)"
                           " = 'uscc', 'legal', 'natural'),"
               " p.assurance = IF(COALESCE(:document_index,"
                                         " p.document_index) IS NOT NULL,"
                                " " PERSON_SELF_DECLARED ","
                                " IF(a.phone_at IS NULL, 0, 1)),"
               " p.assured_at = UTC_TIMESTAMP(6),"
               " p.document_kind = COALESCE(:document_kind,"
                                          " p.document_kind),"
               " p.document_number = COALESCE(:number, p.document_number),"
               " p.document_index = COALESCE(:document_index,"
                                           " p.document_index),"
               " p.region_id = COALESCE(" PERSON_REGION_ID ", p.region_id),"
               " p.version = p.version + 1,"
               " p.updated_at = UTC_TIMESTAMP(6)"
           " WHERE a.id = :self"
             " AND p.version = :version"
             " AND p.assurance < " PERSON_VERIFIED
};

static const ln_stmt_t  not_declared = {
    .name = "person_not_declared",
    .sql = "SELECT IF(p.assurance >= " PERSON_VERIFIED ","
                    " 'person_verified', 'stale') AS code"
           " FROM person p"
           " JOIN account a ON a.person_id = p.id"
           " WHERE a.id = :self",
    .columns = person_code_columns
};

static const ln_stmt_t  tell = {
    .name = "person_declared_tell",
    .sql = "INSERT INTO change_event"
           " (topic,"
            " subject,"
            " at)"
           " SELECT 'account',"
                  " LOWER(HEX(a.id)),"
                  " UTC_TIMESTAMP(6)"
           " FROM account a"
           " JOIN person p ON p.id = a.person_id"
           " WHERE a.id = :self"
             " AND p.assurance <> :mine.assurance"
};

const ln_step_t  person_declare_steps[] = {
    { .stmt = &person_mine, .name = "mine" },
    { .stmt = &consented, .when = "document_number",
      .otherwise = &consent_missing },
    { .stmt = &begin, .optional = 1 },
    { .stmt = &attach, .optional = 1 },
    { .stmt = &declare, .otherwise = &not_declared },
    { .stmt = &tell, .optional = 1 },
    { .stmt = NULL }
};


/* The audit event names the record, also one that comes with this request. */

ngx_int_t
person_declare_prepare(ln_request_t *lr, const ln_value_t *row)
{
    u_char     id[16];
    ngx_int_t  rc;

    rc = person_are_known(lr, row);

    if (rc != NGX_OK) {
        return rc;
    }

    ln_uuid7(id);

    return person_set_uuid(lr, "person", row[2].set ? row[2].string.data : id)
           == NGX_OK ? NGX_OK : person_broken(lr);
}
