
/*
 * Records as a clerk finds, makes and opens them: of the regions that his
 * grants cover.  A list shows no more than is needed to choose; opening a
 * record, masked or clear, is an audit event, which its person sees.
 */

#include "person.h"


#define LISTED                                                                \
    { .name = "id", .type = LN_UUID },                                        \
    { .name = "kind", .type = LN_ENUM, .values = person_kinds },              \
    { .name = "name", .type = LN_SEALED, .seal = "person.name",               \
      .mask = LN_MASK_NAME, .nullable = 1 },                                  \
    { .name = "document_kind", .type = LN_ENUM, .values = person_documents,   \
      .nullable = 1 },                                                        \
    { .name = "document_number", .type = LN_SEALED,                           \
      .seal = "person.document_number", .mask = LN_MASK_ID_NUMBER,            \
      .nullable = 1 },                                                        \
    { .name = "assurance", .type = LN_INTEGER },                              \
    { .name = "region.code", .type = LN_STRING, .nullable = 1 },              \
    { .name = "region.name", .type = LN_STRING, .nullable = 1 },              \
    { .name = "has_account", .type = LN_BOOLEAN },                            \
    { .name = "created_at", .type = LN_INSTANT },                             \
    { .name = "version", .type = LN_INTEGER }

static const ln_column_t  listed_columns[] = {
    LISTED,
    { .name = "cursor.1", .type = LN_UUID },
    { .name = NULL }
};

static const ln_column_t  opened_columns[] = {
    LISTED,
    { .name = "assured_at", .type = LN_INSTANT, .nullable = 1 },
    { .name = "claimed_at", .type = LN_INSTANT, .nullable = 1,
      .summary = "When its person took it over by a claim code" },
    { .name = "phone", .type = LN_SEALED, .seal = "account.phone",
      .mask = LN_MASK_PHONE, .nullable = 1, .summary = "Of the account" },
    { .name = NULL }
};

#define RECORD                                                                \
    "SELECT p.id,"                                                            \
          " p.kind,"                                                          \
          " p.name,"                                                          \
          " p.document_kind,"                                                 \
          " p.document_number,"                                               \
          " p.assurance,"                                                     \
          " re.code AS `region.code`,"                                        \
          " re.full_name AS `region.name`,"                                   \
          " EXISTS (SELECT 1"                                                 \
                  " FROM account ha"                                          \
                  " WHERE ha.person_id = p.id"                                \
                    " AND ha.status <> 'closed') AS has_account,"             \
          " p.created_at,"                                                    \
          " p.version"

#define RECORD_FROM                                                           \
    " FROM person p"                                                          \
    " LEFT JOIN region re ON re.id = p.region_id"


const ln_param_t  person_list_in[] = {
    { PERSON_DOCUMENT_KIND, .fallback = "identity_card",
      .summary = "Of document_number" },
    { PERSON_DOCUMENT_NUMBER,
      .summary = "Whose document has this number, whole; of identity cards "
                 "also the old one of 15 digits" },
    { .name = "phone", .type = LN_STRING, .min = 5, .max = 32,
      .seal = "account.phone", .summary = "Whose account has this phone" },
    PERSON_PAGE,
    PERSON_DOCUMENT_COMPUTED,
    { .name = NULL }
};

static const ln_page_t  page[] = {
    { LN_UUID, "ffffffff-ffff-ffff-ffff-ffffffffffff" },
    { 0, NULL }
};

#define NEWEST_FIRST                                                          \
    " AND p.id < :cursor.1"                                                   \
    " ORDER BY p.id DESC"                                                     \
    " LIMIT :page"

static const ln_stmt_t  by_document = {
    .name = "person_by_document",
    .sql = RECORD ", p.id AS `cursor.1`"
           RECORD_FROM
           " WHERE p.document_index = :document_index"
             " AND p.erased_at IS NULL"
             " AND (p.region_id IS NULL"
                  " OR " LN_IN_SCOPE("p.region_id") ")"
             NEWEST_FIRST,
    .columns = listed_columns,
    .page = page
};

static const ln_stmt_t  by_phone = {
    .name = "person_by_phone",
    .sql = RECORD ", p.id AS `cursor.1`"
           RECORD_FROM
           " JOIN account a ON a.person_id = p.id"
           " WHERE a.phone_index = :phone.index"
             " AND " PERSON_REACHED("p")
             NEWEST_FIRST,
    .columns = listed_columns,
    .page = page
};

static const ln_stmt_t  by_region = {
    .name = "person_by_region",
    .sql = RECORD ", p.id AS `cursor.1`"
           RECORD_FROM
           " WHERE " PERSON_REACHED("p")
             NEWEST_FIRST,
    .columns = listed_columns,
    .page = page
};

const ln_choice_t  person_list[] = {
    { "document_index", &by_document },
    { "phone", &by_phone },
    { NULL, &by_region }
};


/* Opening one. */

#define PERSON_ID                                                             \
    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,            \
      .summary = "The record" }

const ln_param_t  person_open_in[] = {
    PERSON_ID,
    { .name = "reason", .type = LN_STRING, .min = PERSON_REASON_MIN,
      .max = PERSON_REASON_MAX,
      .summary = "What for; the person sees it" },
    { .name = NULL }
};

const ln_param_t  person_clear_in[] = {
    PERSON_ID,
    { .name = "reason", .type = LN_STRING, .required = 1,
      .min = PERSON_REASON_MIN, .max = PERSON_REASON_MAX,
      .summary = "What for; the person sees it" },
    { .name = NULL }
};

ngx_int_t
person_open_before(ln_request_t *lr)
{
    return person_reason(lr, "reason");
}

static const ln_stmt_t  reached = {
    .name = "person_reached",
    .sql = "SELECT p.id"
           " FROM person p"
           " WHERE p.id = :id"
             " AND " PERSON_REACHED("p"),
    .columns = person_id_columns
};

const ln_step_t  person_open_steps[] = {
    { .stmt = &reached },
    { .stmt = NULL }
};

#define OPENED                                                                \
    RECORD ","                                                                \
          " p.assured_at,"                                                    \
          " p.claimed_at,"                                                    \
          " (SELECT pa.phone"                                                 \
           " FROM account pa"                                                 \
           " WHERE pa.person_id = p.id"                                       \
             " AND pa.status = 'active'"                                      \
           " ORDER BY pa.id"                                                  \
           " LIMIT 1) AS phone"                                               \
    RECORD_FROM

const ln_stmt_t  person_opened = {
    .name = "person_opened",
    .sql = OPENED
           " WHERE p.id = :id",
    .columns = opened_columns
};


/* A new one, of somebody who has no account. */

const ln_param_t  person_create_in[] = {
    PERSON_NAME,
    { PERSON_DOCUMENT_KIND, .in = LN_BODY,
      .summary = "Needs document_number" },
    { PERSON_DOCUMENT_NUMBER, .in = LN_BODY,
      .summary = "As the paper says it; verify says that one has seen it" },
    { .name = "region", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = 2, .max = 12, .summary = "The region's code, of one's own" },
    PERSON_DOCUMENT_COMPUTED,
    { .name = NULL }
};

static const ln_stmt_t  create = {
    .name = "person_create",
    .sql = "INSERT INTO person"
           " (id,"
            " kind,"
            " name,"
            " document_kind,"
            " document_number,"
            " document_index,"
            " region_id,"
            " created_by,"
            " created_at,"
            " updated_at)"
           " SELECT :new_id,"
                  " IF(:document_kind = 'uscc', 'legal', 'natural'),"
                  " :name,"
                  " :document_kind,"
                  " :number,"
                  " :document_index,"
                  " cr.id,"
                  " :self,"
                  " UTC_TIMESTAMP(6),"
                  " UTC_TIMESTAMP(6)"
           " FROM region cr"
           " WHERE cr.code = :region"
             " AND " LN_IN_SCOPE("cr.id")
             " AND NOT EXISTS (SELECT 1"
                             " FROM person v"
                             " WHERE v.document_key = :document_index)"
};

static const ln_stmt_t  not_created = {
    .name = "person_not_created",
    .sql = "SELECT IF(" LN_IN_SCOPE(PERSON_REGION_ID) ","
                    " 'person_exists', 'forbidden') AS code",
    .columns = person_code_columns
};

const ln_step_t  person_create_steps[] = {
    { .stmt = &create, .otherwise = &not_created },
    { .stmt = NULL }
};

const ln_stmt_t  person_created = {
    .name = "person_created",
    .sql = OPENED
           " WHERE p.id = :new_id",
    .columns = opened_columns
};
