
/*
 * At the counter: the clerk has the paper before him.  What it says counts
 * from then on (assurance 4), and one document is of one verified record only:
 * a UNIQUE key decides, also between two counters at the same moment.
 *
 * Then he may hand out a claim code, with which the person takes the record
 * over.  The code is shown once; its first part says which record, the hash of
 * the whole stands in the database.
 */

#include "person.h"

#include <openssl/rand.h>


static const char  alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";


#define PERSON_ID                                                             \
    { .name = "id", .type = LN_UUID, .in = LN_PATH, .required = 1,            \
      .summary = "The record" }

const ln_param_t  person_verify_in[] = {
    PERSON_ID,
    PERSON_NAME,
    { PERSON_DOCUMENT_KIND, .in = LN_BODY, .required = 1,
      .summary = "The paper that was shown" },
    { PERSON_DOCUMENT_NUMBER, .in = LN_BODY, .required = 1,
      .summary = "As it says" },
    { .name = "accept_division", .type = LN_BOOLEAN, .in = LN_BODY,
      .summary = "The paper is genuine though nobody knows the region's code "
                 "in its number" },
    PERSON_REGION,
    PERSON_VERSION,
    PERSON_DOCUMENT_COMPUTED,
    { .name = NULL }
};

ngx_int_t
person_verify_prepare(ln_request_t *lr, const ln_value_t *row)
{
    if (row && row[1].integer && ln_param(lr, "accept_division")->integer) {
        return NGX_OK;
    }

    return person_are_known(lr, row);
}

#define NOT_MINE(p)                                                           \
    "NOT EXISTS (SELECT 1"                                                    \
               " FROM account oa"                                             \
               " WHERE oa.id = :self"                                         \
                 " AND oa.person_id = " p ".id)"

#define REACHED                                                               \
    PERSON_REACHED_BY_PAPER("p")                                              \
    " AND (p.region_id IS NOT NULL"                                           \
         " OR " LN_IN_SCOPE(PERSON_REGION_ID) ")"

static const ln_stmt_t  verify = {
    .name = "person_verify",
    .sql = "UPDATE person p"
           " SET p.name = :name,"
               " p.kind = IF(:document_kind = 'uscc', 'legal', 'natural'),"
               " p.region_id = COALESCE(p.region_id, " PERSON_REGION_ID "),"
               " p.document_kind = :document_kind,"
               " p.document_number = :number,"
               " p.document_index = :document_index,"
               " p.assurance = " PERSON_COUNTER ","
               " p.assured_at = UTC_TIMESTAMP(6),"
               " p.assured_by = :self,"
               " p.version = p.version + 1,"
               " p.updated_at = UTC_TIMESTAMP(6)"
           " WHERE p.id = :id"
             " AND p.version = :version"
             " AND " REACHED
             " AND " NOT_MINE("p")
};

static const ln_stmt_t  not_verified = {
    .name = "person_not_verified",
    .sql = "SELECT CASE"
                 " WHEN NOT (" REACHED ") THEN 'not_found'"
                 " WHEN NOT " NOT_MINE("p") " THEN 'own_person'"
                 " WHEN p.version <> :version THEN 'stale'"
                 " ELSE 'document_taken'"
                 " END AS code"
           " FROM person p"
           " WHERE p.id = :id",
    .columns = person_code_columns
};

/* Whoever is signed in to it is surer than his token says. */

static const ln_stmt_t  tell = {
    .name = "person_verified_tell",
    .sql = "INSERT INTO change_event"
           " (topic,"
            " subject,"
            " at)"
           " SELECT 'account',"
                  " LOWER(HEX(a.id)),"
                  " UTC_TIMESTAMP(6)"
           " FROM account a"
           " WHERE a.person_id = :id"
};

const ln_step_t  person_verify_steps[] = {
    { .stmt = &verify, .otherwise = &not_verified },
    { .stmt = &tell, .optional = 1 },
    { .stmt = NULL }
};


/* The claim code */

const ln_param_t  person_code_in[] = {
    PERSON_ID,
    { .name = "locator", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = "claim_hash", .type = LN_BYTES, .in = LN_COMPUTED },
    { .name = "claim_code", .type = LN_STRING, .in = LN_COMPUTED },
    { .name = NULL }
};

ngx_int_t
person_code_before(ln_request_t *lr)
{
    u_char     octets[PERSON_CLAIM], *code, hash[32];
    ngx_str_t  text;
    ngx_uint_t i;

    code = ngx_pnalloc(ln_pool(lr), PERSON_CLAIM);

    if (code == NULL || RAND_bytes(octets, PERSON_CLAIM) != 1) {
        return person_broken(lr);
    }

    for (i = 0; i < PERSON_CLAIM; i++) {
        code[i] = alphabet[octets[i] % 32];
    }

    text.data = code;
    text.len = PERSON_CLAIM;

    return person_hash(lr, "claim", &text, hash) == NGX_OK
           && person_set_bytes(lr, "claim_hash", hash, 32) == NGX_OK
           && ln_set_string(lr, "locator", code, PERSON_LOCATOR) == NGX_OK
           && ln_set_string(lr, "claim_code", code, PERSON_CLAIM) == NGX_OK
           ? NGX_OK : person_broken(lr);
}

static const ln_column_t  lifetime_columns[] = {
    { .name = "seconds", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_stmt_t  lifetime = {
    .name = "person_code_lifetime",
    .sql = "SELECT " PERSON_RULE("person.claim") " AS seconds",
    .columns = lifetime_columns
};

#define NO_ACCOUNT                                                            \
    "NOT EXISTS (SELECT 1"                                                    \
               " FROM account a"                                              \
               " WHERE a.person_id = p.id"                                    \
                 " AND a.status <> 'closed')"

static const ln_stmt_t  hand_out = {
    .name = "person_code_hand_out",
    .sql = "UPDATE person p"
           " SET p.claim_locator = :locator,"
               " p.claim_hash = :claim_hash,"
               " p.claim_tries = 0,"
               " p.claimed_by = NULL,"
               " p.claimed_at = NULL,"
               " p.claim_expires_at = UTC_TIMESTAMP(6)"
                                    " + " PERSON_INTERVAL("person.claim") ","
               " p.updated_at = UTC_TIMESTAMP(6)"
           " WHERE p.id = :id"
             " AND p.assurance >= " PERSON_VERIFIED
             " AND " PERSON_REACHED("p")
             " AND " NO_ACCOUNT
};

static const ln_stmt_t  not_handed_out = {
    .name = "person_code_not_handed_out",
    .sql = "SELECT CASE"
                 " WHEN NOT (" PERSON_REACHED("p") ") THEN 'not_found'"
                 " WHEN NOT " NO_ACCOUNT " THEN 'has_account'"
                 " WHEN p.assurance < " PERSON_VERIFIED
                 " THEN 'not_verified'"
                 " ELSE 'conflict'"
                 " END AS code"
           " FROM person p"
           " WHERE p.id = :id",
    .columns = person_code_columns
};

const ln_step_t  person_code_steps[] = {
    { .stmt = &lifetime, .name = "lifetime" },
    { .stmt = &hand_out, .otherwise = &not_handed_out },
    { .stmt = NULL }
};

const ln_column_t  person_claim_code_columns[] = {
    { .name = "claim_code", .type = LN_STRING,
      .summary = "Shown this once; a new one ends the one before" },
    { .name = "expires_in", .type = LN_INTEGER, .summary = "Seconds" },
    { .name = NULL }
};

ngx_int_t
person_code_finish(ln_request_t *lr)
{
    u_char            *code;
    ngx_str_t          json;
    const ln_value_t  *seconds;

    seconds = ln_step_row(lr, "lifetime");
    code = ln_param(lr, "claim_code")->string.data;
    json.data = ngx_pnalloc(ln_pool(lr), 128);

    if (seconds == NULL || json.data == NULL) {
        return person_broken(lr);
    }

    json.len = ngx_sprintf(json.data,
                           "{\"claim_code\":\"%*s-%*s-%*s\","
                           "\"expires_in\":%L}",
                           (size_t) 6, code, (size_t) 5, code + 6, (size_t) 5,
                           code + 11, seconds[0].integer)
               - json.data;

    return ln_respond_json(lr, NGX_HTTP_OK, &json);
}
