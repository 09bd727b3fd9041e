
/*
 * Acting for another, at the counter: a clerk with proxy.confirm decides what
 * waits in his regions, or makes it for two who stand before him.  He notes
 * which paper he saw, and is neither of the two.
 */

#include "person.h"


static const char *const  states[] = { "waiting", "confirmed", "expired",
                                       "ended", NULL };


#define AUTHORITY_COLUMNS                                                     \
    { .name = "id", .type = LN_UUID },                                        \
    { .name = "person.id", .type = LN_UUID, .summary = "For whom" },          \
    { .name = "person.name", .type = LN_SEALED, .seal = "person.name",        \
      .mask = LN_MASK_NAME, .nullable = 1 },                                  \
    { .name = "person.assurance", .type = LN_INTEGER },                       \
    { .name = "proxy.id", .type = LN_UUID, .summary = "Who acts" },           \
    { .name = "proxy.name", .type = LN_SEALED, .seal = "person.name",         \
      .mask = LN_MASK_NAME, .nullable = 1 },                                  \
    { .name = "proxy.assurance", .type = LN_INTEGER },                        \
    { .name = "relation", .type = LN_ENUM, .values = person_relations },      \
    { .name = "scope", .type = LN_STRING },                                   \
    { .name = "evidence", .type = LN_SEALED,                                  \
      .seal = "person_proxy.evidence", .mask = LN_MASK_NONE, .nullable = 1 }, \
    { .name = "state", .type = LN_ENUM, .values = states },                   \
    { .name = "valid_to", .type = LN_INSTANT },                               \
    { .name = "created_at", .type = LN_INSTANT },                             \
    { .name = "version", .type = LN_INTEGER }

static const ln_column_t  listed_columns[] = {
    AUTHORITY_COLUMNS,
    { .name = "cursor.1", .type = LN_UUID },
    { .name = NULL }
};

static const ln_column_t  columns[] = {
    AUTHORITY_COLUMNS,
    { .name = NULL }
};

#define AUTHORITY                                                             \
    "SELECT x.id,"                                                            \
          " x.person_id AS `person.id`,"                                      \
          " p.name AS `person.name`,"                                         \
          " p.assurance AS `person.assurance`,"                               \
          " x.proxy_id AS `proxy.id`,"                                        \
          " q.name AS `proxy.name`,"                                          \
          " q.assurance AS `proxy.assurance`,"                                \
          " x.relation,"                                                      \
          " x.scope,"                                                         \
          " x.evidence,"                                                      \
          " " PERSON_PROXY_STATE("x") " AS state,"                            \
          " x.valid_to,"                                                      \
          " x.created_at,"                                                    \
          " x.version"

#define AUTHORITY_FROM                                                        \
    " FROM person_proxy x"                                                    \
    " JOIN person p ON p.id = x.person_id"                                    \
    " JOIN person q ON q.id = x.proxy_id"


const ln_param_t  person_authority_list_in[] = {
    { .name = "state", .type = LN_ENUM, .values = states,
      .summary = "Left out: all" },
    { .name = "person", .type = LN_UUID,
      .summary = "For or by this person" },
    PERSON_PAGE,
    { .name = NULL }
};

static const ln_page_t  page[] = {
    { LN_UUID, "ffffffff-ffff-ffff-ffff-ffffffffffff" },
    { 0, NULL }
};

static const ln_stmt_t  list = {
    .name = "person_authority_list",
    .sql = AUTHORITY ", x.id AS `cursor.1`"
           AUTHORITY_FROM
           " WHERE " LN_IN_SCOPE("x.region_id")
             " AND (:state IS NULL OR " PERSON_PROXY_STATE("x") " = :state)"
             " AND (:person IS NULL"
                  " OR :person IN (x.person_id, x.proxy_id))"
             " AND x.id < :cursor.1"
           " ORDER BY x.id DESC"
           " LIMIT :page",
    .columns = listed_columns,
    .page = page
};

const ln_choice_t  person_authority_list[] = {
    { NULL, &list }
};


/* Made at the counter: confirmed at once, the clerk has seen the paper. */

#define EVIDENCE                                                              \
    { .name = "evidence", .type = LN_STRING, .in = LN_BODY, .required = 1,    \
      .min = 2, .max = PERSON_EVIDENCE_MAX,                                   \
      .seal = "person_proxy.evidence",                                        \
      .summary = "Which paper was shown" }

const ln_param_t  person_authority_create_in[] = {
    { .name = "person", .type = LN_UUID, .in = LN_BODY, .required = 1,
      .summary = "For whom: a verified record" },
    { .name = "proxy", .type = LN_UUID, .in = LN_BODY, .required = 1,
      .summary = "Who acts: a verified record" },
    PERSON_PROXY_RELATION,
    PERSON_PROXY_SCOPE,
    PERSON_PROXY_UNTIL,
    EVIDENCE,
    { .name = NULL }
};

static const ln_column_t  lookup_columns[] = {
    { .name = "until_good", .type = LN_INTEGER },
    { .name = NULL }
};

const ln_stmt_t  person_authority_lookup = {
    .name = "person_authority_lookup",
    .sql = "SELECT " PERSON_UNTIL_GOOD " AS until_good",
    .columns = lookup_columns
};

ngx_int_t
person_authority_prepare(ln_request_t *lr, const ln_value_t *row)
{
    return row && row[0].integer ? NGX_OK
                                 : ln_fail_field(lr, "until", "bad_until");
}

#define NEITHER                                                               \
    "NOT EXISTS (SELECT 1"                                                    \
               " FROM account oa"                                             \
               " WHERE oa.id = :self"                                         \
                 " AND oa.person_id IN (p.id, q.id))"

static const ln_stmt_t  create = {
    .name = "person_authority_create",
    .sql = "INSERT INTO person_proxy"
           " (id,"
            " person_id,"
            " proxy_id,"
            " relation,"
            " scope,"
            " valid_from,"
            " valid_to,"
            " evidence,"
            " confirmed_by,"
            " confirmed_at,"
            " asked_by,"
            " region_id,"
            " created_at)"
           " SELECT :new_id,"
                  " p.id,"
                  " q.id,"
                  " :relation,"
                  " :scope,"
                  " UTC_TIMESTAMP(6),"
                  " " PERSON_UNTIL ","
                  " :evidence,"
                  " :self,"
                  " UTC_TIMESTAMP(6),"
                  " :self,"
                  " p.region_id,"
                  " UTC_TIMESTAMP(6)"
           " FROM person p"
           " JOIN person q ON q.id = :proxy"
           " WHERE p.id = :person"
             " AND p.id <> q.id"
             " AND p.assurance >= " PERSON_VERIFIED
             " AND q.assurance >= " PERSON_VERIFIED
             " AND " PERSON_REACHED("p")
             " AND " PERSON_REACHED("q")
             " AND " NEITHER
};

static const ln_stmt_t  not_created = {
    .name = "person_authority_not_created",
    .sql = "SELECT CASE"
                 " WHEN NOT (" PERSON_REACHED("p")
                 " AND " PERSON_REACHED("q") ") THEN 'not_found'"
                 " WHEN p.id = q.id OR NOT " NEITHER " THEN 'own_person'"
                 " WHEN LEAST(p.assurance, q.assurance) < " PERSON_VERIFIED
                 " THEN 'not_verified'"
                 " ELSE 'proxy_exists'"
                 " END AS code"
           " FROM person p"
           " JOIN person q ON q.id = :proxy"
           " WHERE p.id = :person",
    .columns = person_code_columns
};

const ln_step_t  person_authority_create_steps[] = {
    { .stmt = &create, .otherwise = &not_created },
    { .stmt = NULL }
};

const ln_stmt_t  person_authority_created = {
    .name = "person_authority_created",
    .sql = AUTHORITY
           AUTHORITY_FROM
           " WHERE x.id = :new_id",
    .columns = columns
};


/*
 * Confirmed: for a person whose document somebody has verified meanwhile under
 * another record, it is that one that is meant.
 */

const ln_param_t  person_authority_confirm_in[] = {
    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "The authority" },
    EVIDENCE,
    PERSON_VERSION,
    PERSON_NOTICE_COMPUTED,
    { .name = NULL }
};

#define MEANT                                                                 \
    " LEFT JOIN person v ON v.document_key = p.document_index"

static const ln_stmt_t  confirm = {
    .name = "person_authority_confirm",
    .sql = "UPDATE person_proxy x"
           " JOIN person p ON p.id = x.person_id"
           " JOIN person q ON q.id = x.proxy_id"
           MEANT
           " SET x.person_id = COALESCE(v.id, p.id),"
               " x.evidence = :evidence,"
               " x.confirmed_by = :self,"
               " x.confirmed_at = UTC_TIMESTAMP(6),"
               " x.version = x.version + 1"
           " WHERE x.id = :id"
             " AND x.version = :version"
             " AND " LN_IN_SCOPE("x.region_id")
             " AND " PERSON_PROXY_STATE("x") " = 'waiting'"
             " AND COALESCE(v.assurance, p.assurance) >= " PERSON_VERIFIED
             " AND q.assurance >= " PERSON_SELF_DECLARED
             " AND q.id <> COALESCE(v.id, p.id)"
             " AND " NEITHER
             " AND NOT EXISTS (SELECT 1"
                             " FROM account ob"
                             " WHERE ob.id = :self"
                               " AND ob.person_id = v.id)"
};

static const ln_stmt_t  not_confirmed = {
    .name = "person_authority_not_confirmed",
    .sql = "SELECT CASE"
                 " WHEN NOT " LN_IN_SCOPE("x.region_id") " THEN 'not_found'"
                 " WHEN x.version <> :version THEN 'stale'"
                 " WHEN " PERSON_PROXY_STATE("x") " <> 'waiting'"
                 " THEN 'conflict'"
                 " WHEN COALESCE(v.assurance, p.assurance)"
                 " < " PERSON_VERIFIED " THEN 'not_verified'"
                 " WHEN q.id = COALESCE(v.id, p.id) OR NOT " NEITHER
                 " OR EXISTS (SELECT 1"
                            " FROM account ob"
                            " WHERE ob.id = :self"
                              " AND ob.person_id = v.id)"
                 " THEN 'own_person'"
                 " ELSE 'proxy_exists'"
                 " END AS code"
           AUTHORITY_FROM
           MEANT
           " WHERE x.id = :id",
    .columns = person_code_columns
};

const ln_step_t  person_authority_confirm_steps[] = {
    { .stmt = &confirm, .otherwise = &not_confirmed },
    { .stmt = &person_proxy_hear, .when = "recipient" },
    { .stmt = NULL }
};

const ln_stmt_t  person_authority_answer = {
    .name = "person_authority_answer",
    .sql = AUTHORITY
           AUTHORITY_FROM
           " WHERE x.id = :id",
    .columns = columns
};

static const ln_stmt_t  end = {
    .name = "person_authority_end",
    .sql = "UPDATE person_proxy x"
           " SET x.ended_at = UTC_TIMESTAMP(6),"
               " x.ended_by = :self,"
               " x.version = x.version + 1"
           " WHERE x.id = :id"
             " AND x.ended_at IS NULL"
             " AND " LN_IN_SCOPE("x.region_id")
};

const ln_step_t  person_authority_end_steps[] = {
    { .stmt = &end },
    { .stmt = NULL }
};
