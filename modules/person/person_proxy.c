
/*
 * Acting for another, as citizens see it.  Who wants to act asks and names the
 * person by name and document; whether such a person is known here the answer
 * does not tell.  A relative or an agent is confirmed by the person himself or
 * by a clerk, a guardian by a clerk only; nobody confirms for himself.  Either
 * side ends it at any time.
 *
 * Asked for somebody who has no verified record here, a record is made of what
 * was said (assurance 0), which a clerk verifies before he confirms.
 */

#include "person.h"


static const char *const  sides[] = { "proxy", "person", NULL };
static const char *const  states[] = { "waiting", "confirmed", "expired",
                                       "ended", NULL };


static const ln_column_t  proxy_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "side", .type = LN_ENUM, .values = sides,
      .summary = "proxy: one acts oneself; person: somebody acts for one" },
    { .name = "person.id", .type = LN_UUID, .summary = "For whom" },
    { .name = "person.name", .type = LN_SEALED, .seal = "person.name",
      .mask = LN_MASK_NAME, .nullable = 1 },
    { .name = "proxy.name", .type = LN_SEALED, .seal = "person.name",
      .mask = LN_MASK_NONE, .nullable = 1,
      .summary = "Who acts: whole, to the person who decides" },
    { .name = "relation", .type = LN_ENUM, .values = person_relations },
    { .name = "scope", .type = LN_STRING,
      .summary = "Line of business; *: every one" },
    { .name = "state", .type = LN_ENUM, .values = states },
    { .name = "may_confirm", .type = LN_BOOLEAN,
      .summary = "It waits for oneself" },
    { .name = "valid_to", .type = LN_INSTANT,
      .summary = "The first instant without it" },
    { .name = "created_at", .type = LN_INSTANT },
    { .name = NULL }
};

#define PROXY                                                                 \
    "SELECT x.id,"                                                            \
          " IF(x.proxy_id = a.person_id, 'proxy', 'person') AS side,"         \
          " x.person_id AS `person.id`,"                                      \
          " p.name AS `person.name`,"                                         \
          " IF(x.proxy_id = a.person_id, NULL, q.name) AS `proxy.name`,"      \
          " x.relation,"                                                      \
          " x.scope,"                                                         \
          " " PERSON_PROXY_STATE("x") " AS state,"                            \
          " " PERSON_PROXY_STATE("x") " = 'waiting'"                          \
          " AND x.person_id = a.person_id"                                    \
          " AND x.relation <> 'guardian' AS may_confirm,"                     \
          " x.valid_to,"                                                      \
          " x.created_at"                                                     \
    " FROM account a"

#define PROXY_SIDES                                                           \
    " JOIN person p ON p.id = x.person_id"                                    \
    " JOIN person q ON q.id = x.proxy_id"                                     \
    " WHERE a.id = :self"

const ln_param_t  person_proxies_in[] = {
    { .name = NULL }
};

const ln_stmt_t  person_proxies = {
    .name = "person_proxies",
    .sql = PROXY
           " JOIN person_proxy x ON a.person_id IN (x.person_id, x.proxy_id)"
           PROXY_SIDES
           " ORDER BY x.created_at DESC, x.id"
           " LIMIT 200",
    .columns = proxy_columns
};


/* For whom one may act now: oneself first. */

static const ln_column_t  acting_columns[] = {
    { .name = "id", .type = LN_UUID,
      .summary = "What acting_for takes" },
    { .name = "name", .type = LN_SEALED, .seal = "person.name",
      .mask = LN_MASK_NAME, .nullable = 1 },
    { .name = "self", .type = LN_BOOLEAN },
    { .name = "relation", .type = LN_ENUM, .values = person_relations,
      .nullable = 1 },
    { .name = "scope", .type = LN_STRING },
    { .name = "valid_to", .type = LN_INSTANT, .nullable = 1 },
    { .name = NULL }
};

const ln_stmt_t  person_acting = {
    .name = "person_acting",
    .sql = "SELECT p.id,"
                 " p.name,"
                 " p.id = a.person_id AS self,"
                 " x.relation,"
                 " COALESCE(x.scope, '*') AS scope,"
                 " x.valid_to"
           " FROM account a"
           " JOIN person p ON p.id = a.person_id"
                         " OR p.id IN (SELECT y.person_id"
                                     " FROM person_proxy y"
                                     " WHERE y.proxy_id = a.person_id)"
           " LEFT JOIN person_proxy x ON x.person_id = p.id"
                                   " AND x.proxy_id = a.person_id"
                                   " AND " PERSON_PROXY_HOLDS("x")
           " WHERE a.id = :self"
             " AND (p.id = a.person_id OR x.id IS NOT NULL)"
           " ORDER BY p.id = a.person_id DESC, x.created_at, x.id"
           " LIMIT 200",
    .columns = acting_columns
};


/* Asking */

const ln_param_t  person_proxy_ask_in[] = {
    PERSON_NAME,
    { PERSON_DOCUMENT_KIND, .in = LN_BODY, .required = 1,
      .summary = "Of the person" },
    { PERSON_DOCUMENT_NUMBER, .in = LN_BODY, .required = 1,
      .summary = "Of the person" },
    PERSON_PROXY_TERMS,
    PERSON_DOCUMENT_COMPUTED,
    { .name = "person", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = "unknown", .type = LN_INTEGER, .in = LN_COMPUTED },
    PERSON_NOTICE_COMPUTED,
    { .name = NULL }
};

static const ln_column_t  sought_columns[] = {
    { .name = "known", .type = LN_INTEGER },
    { .name = "until_good", .type = LN_INTEGER },
    { .name = "id", .type = LN_UUID, .nullable = 1 },
    { .name = "name", .type = LN_SEALED, .seal = "person.name",
      .nullable = 1 },
    { .name = "account", .type = LN_UUID, .nullable = 1 },
    { .name = "phone", .type = LN_SEALED, .seal = "account.phone",
      .nullable = 1 },
    { .name = NULL }
};

const ln_stmt_t  person_proxy_ask_lookup = {
    .name = "person_proxy_ask_lookup",
    .sql = "SELECT " PERSON_DIVISION_KNOWN " AS known,"
                 " " PERSON_UNTIL_GOOD " AS until_good,"
                 " p.id,"
                 " p.name,"
                 " a.id AS account,"
                 " a.phone"
           " FROM (SELECT 1 AS one) o"
           " LEFT JOIN person p ON p.document_index = :document_index"
                             " AND p.erased_at IS NULL"
                             " AND (p.document_key IS NOT NULL"
                                  " OR p.created_by = :self)"
           " LEFT JOIN account a ON a.person_id = p.id"
                              " AND a.status = 'active'"
           " ORDER BY p.document_key IS NULL, a.id"
           " LIMIT 1",
    .columns = sought_columns
};

/* He whom it concerns hears of it, when he can be reached. */

static ngx_int_t
person_proxy_notice(ln_request_t *lr, const ln_value_t *account,
    const ln_value_t *phone)
{
    u_char     id[16];
    ngx_str_t  text;

    if (!account->set || !phone->set) {
        return NGX_OK;
    }

    ln_uuid7(id);

    return ln_unseal(lr, "account.phone", phone, &text) == NGX_OK
           && person_set_uuid(lr, "notice", id) == NGX_OK
           && person_set_uuid(lr, "account", account->string.data) == NGX_OK
           && ln_set_string(lr, "recipient", text.data, text.len) == NGX_OK
           ? NGX_OK : NGX_ERROR;
}


ngx_int_t
person_proxy_ask_prepare(ln_request_t *lr, const ln_value_t *row)
{
    u_char             id[16];
    ngx_str_t          name;
    ngx_uint_t         found;
    const ln_value_t  *given;

    if (row == NULL) {
        return person_broken(lr);
    }

    if (row[0].integer == 0) {
        return ln_fail_field(lr, "document_number", "document_division");
    }

    if (row[1].integer == 0) {
        return ln_fail_field(lr, "until", "bad_until");
    }

    /* who knows the number only does not reach its owner */

    given = ln_param(lr, "name");
    found = row[2].set
            && ln_unseal(lr, "person.name", &row[3], &name) == NGX_OK
            && name.len == given->string.len
            && ngx_memcmp(name.data, given->string.data, name.len) == 0;

    ln_uuid7(id);

    if (found ? person_proxy_notice(lr, &row[4], &row[5]) != NGX_OK
              : ln_set_integer(lr, "unknown", 1) != NGX_OK)
    {
        return person_broken(lr);
    }

    return person_set_uuid(lr, "person", found ? row[2].string.data : id)
           == NGX_OK ? NGX_OK : person_broken(lr);
}

static const ln_column_t  own_columns[] = {
    { .name = "person", .type = LN_UUID },
    { .name = "region", .type = LN_ID, .nullable = 1 },
    { .name = "document", .type = LN_BYTES, .nullable = 1 },
    { .name = NULL }
};

static const ln_stmt_t  own = {
    .name = "person_proxy_own",
    .sql = "SELECT p.id AS person,"
                 " p.region_id AS region,"
                 " p.document_index AS document"
           " FROM account a"
           " JOIN person p ON p.id = a.person_id"
           " WHERE a.id = :self"
             " AND p.assurance >= " PERSON_SELF_DECLARED,
    .columns = own_columns
};

static const ln_stmt_t  too_low = {
    .name = "person_proxy_too_low",
    .sql = "SELECT 'assurance_too_low' AS code",
    .columns = person_code_columns
};

static const ln_stmt_t  name_him = {
    .name = "person_proxy_name_him",
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
           " VALUES"
           " (:person,"
            " IF(:document_kind = 'uscc', 'legal', 'natural'),"
            " :name,"
            " :document_kind,"
            " :number,"
            " :document_index,"
            " :own.region,"
            " :self,"
            " UTC_TIMESTAMP(6),"
            " UTC_TIMESTAMP(6))"
};

/* Whoever is asked for gets a notice: nobody is pestered by it. */

#define ASKED_TODAY                                                           \
    "(SELECT COUNT(*)"                                                        \
    " FROM person_proxy t"                                                    \
    " WHERE t.proxy_id = :own.person"                                         \
      " AND t.asked_by = :self"                                               \
      " AND t.created_at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY)"

static const ln_stmt_t  ask = {
    .name = "person_proxy_ask",
    .sql = "INSERT INTO person_proxy"
           " (id,"
            " person_id,"
            " proxy_id,"
            " relation,"
            " scope,"
            " valid_from,"
            " valid_to,"
            " evidence,"
            " asked_by,"
            " region_id,"
            " created_at)"
           " SELECT :new_id,"
                  " p.id,"
                  " :own.person,"
                  " :relation,"
                  " :scope,"
                  " UTC_TIMESTAMP(6),"
                  " " PERSON_UNTIL ","
                  " :evidence,"
                  " :self,"
                  " COALESCE(p.region_id, :own.region),"
                  " UTC_TIMESTAMP(6)"
           " FROM person p"
           " WHERE p.id = :person"
             " AND p.id <> :own.person"
             " AND (:own.document IS NULL"
                  " OR p.document_index <> :own.document)"
             " AND " ASKED_TODAY " < " PERSON_RULE("proxy.asked_day")
};

static const ln_stmt_t  not_asked = {
    .name = "person_proxy_not_asked",
    .sql = "SELECT CASE"
                 " WHEN p.id = :own.person"
                 " OR p.document_index = :own.document THEN 'own_person'"
                 " WHEN " ASKED_TODAY " >= " PERSON_RULE("proxy.asked_day")
                 " THEN 'too_many_requests'"
                 " ELSE 'proxy_exists'"
                 " END AS code"
           " FROM person p"
           " WHERE p.id = :person",
    .columns = person_code_columns
};

static const ln_stmt_t  notify = {
    .name = "person_proxy_notify",
    .sql = PERSON_NOTIFY("proxy_waiting")
};

const ln_step_t  person_proxy_ask_steps[] = {
    { .stmt = &own, .name = "own", .otherwise = &too_low },
    { .stmt = &name_him, .when = "unknown" },
    { .stmt = &ask, .otherwise = &not_asked },
    { .stmt = &notify, .when = "recipient" },
    { .stmt = NULL }
};

const ln_stmt_t  person_proxy_asked = {
    .name = "person_proxy_asked",
    .sql = PROXY
           " JOIN person_proxy x ON x.id = :new_id"
           PROXY_SIDES,
    .columns = proxy_columns
};


/* Deciding, and ending */

const ln_param_t  person_proxy_id_in[] = {
    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "The authority" },
    { .name = NULL }
};

const ln_param_t  person_proxy_agree_in[] = {
    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,
      .summary = "The authority" },
    PERSON_NOTICE_COMPUTED,
    { .name = NULL }
};

static const ln_column_t  hears_columns[] = {
    { .name = "account", .type = LN_UUID, .nullable = 1 },
    { .name = "phone", .type = LN_SEALED, .seal = "account.phone",
      .nullable = 1 },
    { .name = NULL }
};

const ln_stmt_t  person_proxy_hears = {
    .name = "person_proxy_hears",
    .sql = "SELECT a.id AS account,"
                 " a.phone"
           " FROM person_proxy x"
           " JOIN account a ON a.person_id = x.proxy_id"
           " WHERE x.id = :id"
             " AND a.status = 'active'"
           " ORDER BY a.id"
           " LIMIT 1",
    .columns = hears_columns
};

const ln_stmt_t  person_proxy_hear = {
    .name = "person_proxy_hear",
    .sql = PERSON_NOTIFY("proxy_confirmed")
};

ngx_int_t
person_proxy_hears_prepare(ln_request_t *lr, const ln_value_t *row)
{
    return row == NULL
           || person_proxy_notice(lr, &row[0], &row[1]) == NGX_OK
           ? NGX_OK : person_broken(lr);
}

static const ln_stmt_t  agree = {
    .name = "person_proxy_agree",
    .sql = "UPDATE person_proxy x"
           " JOIN account a ON a.person_id = x.person_id"
           " SET x.confirmed_by = :self,"
               " x.confirmed_at = UTC_TIMESTAMP(6),"
               " x.version = x.version + 1"
           " WHERE x.id = :id"
             " AND a.id = :self"
             " AND x.relation <> 'guardian'"
             " AND " PERSON_PROXY_STATE("x") " = 'waiting'"
};

static const ln_stmt_t  not_agreed = {
    .name = "person_proxy_not_agreed",
    .sql = "SELECT CASE"
                 " WHEN x.proxy_id = a.person_id THEN 'own_person'"
                 " WHEN " PERSON_PROXY_STATE("x") " <> 'waiting'"
                 " THEN 'conflict'"
                 " ELSE 'counter_needed'"
                 " END AS code"
           " FROM person_proxy x"
           " JOIN account a ON a.person_id IN (x.person_id, x.proxy_id)"
           " WHERE x.id = :id"
             " AND a.id = :self",
    .columns = person_code_columns
};

const ln_step_t  person_proxy_agree_steps[] = {
    { .stmt = &agree, .otherwise = &not_agreed },
    { .stmt = &person_proxy_hear, .when = "recipient" },
    { .stmt = NULL }
};

static const ln_stmt_t  end = {
    .name = "person_proxy_end",
    .sql = "UPDATE person_proxy x"
           " JOIN account a ON a.person_id IN (x.person_id, x.proxy_id)"
           " SET x.ended_at = UTC_TIMESTAMP(6),"
               " x.ended_by = :self,"
               " x.version = x.version + 1"
           " WHERE x.id = :id"
             " AND a.id = :self"
             " AND x.ended_at IS NULL"
};

const ln_step_t  person_proxy_end_steps[] = {
    { .stmt = &end },
    { .stmt = NULL }
};
