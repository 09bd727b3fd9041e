
/*
 * POST /me/claim: a person takes over the record that a clerk made for him.
 *
 * When both exist, the record of the counter stays, because somebody has seen
 * the paper: what one only declared oneself gives way and is erased, if it
 * names the same document or none; who acts for whom moves over.  Another
 * document, or two verified records, are for a counter to sort out.
 *
 * A wrong code counts, on the record whose locator it has and on the account,
 * so it is committed, and the answer is given after COMMIT.  Who lost that
 * answer repeats: to him who has taken it the used code says so again.
 */

#include "person.h"


const ln_param_t  person_claim_in[] = {

    { .name = "claim_code", .type = LN_STRING, .in = LN_BODY, .required = 1,
      .min = PERSON_CLAIM, .max = 2 * PERSON_CLAIM,
      .summary = "As the counter gave it, in any case, with or without "
                 "hyphens" },

    { .name = "locator", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "claim_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "person", .type = LN_UUID, .in = LN_COMPUTED },
    { .name = NULL }
};


/* What people read wrong is what was meant: O is 0, I and L are 1. */

ngx_int_t
person_claim_before(ln_request_t *lr)
{
    u_char             c, *code, hash[32];
    size_t             i, n;
    ngx_str_t          text;
    const ln_value_t  *given;

    given = ln_param(lr, "claim_code");
    code = ngx_pnalloc(ln_pool(lr), PERSON_CLAIM);

    if (code == NULL) {
        return person_broken(lr);
    }

    for (i = 0, n = 0; i < given->string.len; i++) {
        c = ngx_toupper(given->string.data[i]);

        if (c == '-' || c == ' ') {
            continue;
        }

        c = c == 'O' ? '0' : (c == 'I' || c == 'L') ? '1' : c;

        if (n == PERSON_CLAIM
            || !((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')))
        {
            return ln_fail_field(lr, "claim_code", "bad_claim_code");
        }

        code[n++] = c;
    }

    if (n != PERSON_CLAIM) {
        return ln_fail_field(lr, "claim_code", "bad_claim_code");
    }

    text.data = code;
    text.len = PERSON_CLAIM;

    return person_hash(lr, "claim", &text, hash) == NGX_OK
           && person_set_bytes(lr, "claim_hash", hash, 32) == NGX_OK
           && ln_set_string(lr, "locator", code, PERSON_LOCATOR) == NGX_OK
           ? NGX_OK : person_broken(lr);
}


/* For the audit event only: a try is told of the record it was made on. */

const ln_stmt_t  person_claim_lookup = {
    .name = "person_claim_lookup",
    .sql = "SELECT p.id"
           " FROM person p"
           " WHERE p.claim_locator = :locator",
    .columns = person_id_columns
};

ngx_int_t
person_claim_prepare(ln_request_t *lr, const ln_value_t *row)
{
    return row == NULL
           || person_set_uuid(lr, "person", row[0].string.data) == NGX_OK
           ? NGX_OK : person_broken(lr);
}


static const ln_column_t  mine_columns[] = {
    { .name = "person", .type = LN_UUID, .nullable = 1 },
    { .name = "assurance", .type = LN_INTEGER, .nullable = 1 },
    { .name = "document", .type = LN_BYTES, .nullable = 1 },
    { .name = "exhausted", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_stmt_t  mine = {
    .name = "person_claim_mine",
    .sql = "SELECT a.person_id AS person,"
                 " p.assurance,"
                 " p.document_index AS document,"
                 " (SELECT COUNT(*)"
                  " FROM sign_in_attempt t"
                  " WHERE t.subject_index = a.id"
                    " AND t.method = 'claim'"
                    " AND t.at > UTC_TIMESTAMP(6) - INTERVAL 1 DAY)"
                 " >= " PERSON_RULE("person.claim_account") " AS exhausted"
           " FROM account a"
           " LEFT JOIN person p ON p.id = a.person_id"
           " WHERE a.id = :self"
             " AND a.status = 'active'"
           " FOR UPDATE",
    .columns = mine_columns
};

static ngx_int_t
person_claim_check(ln_request_t *lr, const ln_value_t *row)
{
    return row[3].integer ? ln_fail(lr, NGX_HTTP_TOO_MANY_REQUESTS,
                                    "too_many_claims")
                          : NGX_OK;
}

/* Of two who have the code the second waits here, and finds it used. */

static const ln_stmt_t  try = {
    .name = "person_claim_try",
    .sql = "UPDATE person"
           " SET claimed_by = IF(claim_hash = :claim_hash, :new_id, NULL),"
               " claim_tries = claim_tries + 1"
           " WHERE claim_locator = :locator"
             " AND claimed_at IS NULL"
             " AND erased_at IS NULL"
             " AND claim_expires_at > UTC_TIMESTAMP(6)"
             " AND claim_tries < " PERSON_RULE("person.claim_tries")
};

static const ln_column_t  taken_columns[] = {
    { .name = "id", .type = LN_UUID },
    { .name = "assurance", .type = LN_INTEGER },
    { .name = "has_account", .type = LN_INTEGER },
    { .name = "verified", .type = LN_INTEGER },
    { .name = "other", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_stmt_t  taken = {
    .name = "person_claim_taken",
    .sql = "SELECT p.id,"
                 " p.assurance,"
                 " EXISTS (SELECT 1"
                         " FROM account a"
                         " WHERE a.person_id = p.id"
                           " AND a.id <> :self"
                           " AND a.status <> 'closed') AS has_account,"
                 " COALESCE(:mine.assurance, 0) >= " PERSON_VERIFIED
                 " AND NOT p.id <=> :mine.person AS verified,"
                 " COALESCE(:mine.document <> p.document_index, 0) AS other"
           " FROM person p"
           " WHERE p.claim_locator = :locator"
             " AND p.claim_hash = :claim_hash"
             " AND (p.claimed_by = :new_id"
                  " OR p.claimed_at IS NOT NULL AND p.id = :mine.person)",
    .columns = taken_columns
};

static ngx_int_t
person_claim_judge(ln_request_t *lr, const ln_value_t *row)
{
    const char  *code;

    if (!row[0].set) {
        return NGX_OK;
    }

    code = row[2].integer ? "has_account"
           : row[3].integer ? "already_verified"
           : row[4].integer ? "other_document" : NULL;

    return code ? ln_fail(lr, NGX_HTTP_CONFLICT, code) : NGX_OK;
}

static const ln_stmt_t  wrong = {
    .name = "person_claim_wrong",
    .sql = "INSERT INTO sign_in_attempt"
           " (id,"
            " at,"
            " method,"
            " subject_index,"
            " address_index,"
            " account_id,"
            " accepted)"
           " SELECT :new_id,"
                  " UTC_TIMESTAMP(6),"
                  " 'claim',"
                  " a.id,"
                  " REPEAT(CHAR(0), 16),"
                  " a.id,"
                  " 0"
           " FROM account a"
           " WHERE a.id = :self"
             " AND :taken.id IS NULL"
};

static const ln_stmt_t  attach = {
    .name = "person_claim_attach",
    .sql = "UPDATE account"
           " SET person_id = :taken.id,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :self"
             " AND :taken.id IS NOT NULL"
};

/* What the record has already stays; the rest of the old one's ends. */

static const ln_stmt_t  move = {
    .name = "person_claim_move",
    .sql = "UPDATE IGNORE person_proxy"
           " SET proxy_id = IF(proxy_id = :mine.person, :taken.id, proxy_id),"
               " person_id = IF(person_id = :mine.person, :taken.id,"
                              " person_id)"
           " WHERE (proxy_id = :mine.person OR person_id = :mine.person)"
             " AND :taken.id <> :mine.person"
};

static const ln_stmt_t  end_rest = {
    .name = "person_claim_end_rest",
    .sql = "UPDATE person_proxy"
           " SET ended_at = UTC_TIMESTAMP(6),"
               " ended_by = :self"
           " WHERE (proxy_id = :mine.person OR person_id = :mine.person)"
             " AND ended_at IS NULL"
             " AND :taken.id <> :mine.person"
};

static const ln_stmt_t  give_way = {
    .name = "person_claim_give_way",
    .sql = "UPDATE person"
           " SET name = NULL,"
               " document_kind = NULL,"
               " document_number = NULL,"
               " document_index = NULL,"
               " assurance = 0,"
               " merged_into = :taken.id,"
               " erased_at = UTC_TIMESTAMP(6),"
               " version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :mine.person"
             " AND :taken.id <> :mine.person"
};

static const ln_stmt_t  used = {
    .name = "person_claim_used",
    .sql = "UPDATE person"
           " SET claimed_at = UTC_TIMESTAMP(6),"
               " version = version + 1,"
               " updated_at = UTC_TIMESTAMP(6)"
           " WHERE id = :taken.id"
             " AND claimed_at IS NULL"
};

static const ln_stmt_t  tell = {
    .name = "person_claim_tell",
    .sql = "INSERT INTO change_event"
           " (topic,"
            " subject,"
            " at)"
           " SELECT 'account',"
                  " LOWER(HEX(a.id)),"
                  " UTC_TIMESTAMP(6)"
           " FROM account a"
           " WHERE a.id = :self"
             " AND :taken.id IS NOT NULL"
};

const ln_step_t  person_claim_steps[] = {
    { .stmt = &mine, .name = "mine", .check = person_claim_check },
    { .stmt = &try, .optional = 1 },
    { .stmt = &taken, .name = "taken", .optional = 1,
      .check = person_claim_judge },
    { .stmt = &wrong, .optional = 1 },
    { .stmt = &attach, .optional = 1 },
    { .stmt = &move, .optional = 1 },
    { .stmt = &end_rest, .optional = 1 },
    { .stmt = &give_way, .optional = 1 },
    { .stmt = &used, .optional = 1 },
    { .stmt = &tell, .optional = 1 },
    { .stmt = NULL }
};


const ln_column_t  person_claimed_columns[] = {
    { .name = "id", .type = LN_UUID, .summary = "The record" },
    { .name = "assurance", .type = LN_INTEGER },
    { .name = NULL }
};

ngx_int_t
person_claim_finish(ln_request_t *lr)
{
    u_char            *p;
    ngx_str_t          json;
    const ln_value_t  *row;

    row = ln_step_row(lr, "taken");

    if (row == NULL) {
        return ln_fail(lr, NGX_HTTP_CONFLICT, "claim_refused");
    }

    json.data = ngx_pnalloc(ln_pool(lr), 96);
    if (json.data == NULL) {
        return person_broken(lr);
    }

    p = ngx_cpymem(json.data, "{\"id\":\"", 7);
    p = ln_uuid_print(p, row[0].string.data);
    p = ngx_sprintf(p, "\",\"assurance\":%L}", row[1].integer);
    json.len = p - json.data;

    return ln_respond_json(lr, NGX_HTTP_OK, &json);
}
