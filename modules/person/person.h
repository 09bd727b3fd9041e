
/*
 * Persons: whom the service is for.  What the files of this feature share.
 *
 *   ngx_http_legalnet_person_module.c   routes, jobs
 *   person_document.c   names and numbers on their way in
 *   person_me.c         one's own record, for whom one may act
 *   person_consent.c    privacy notices by version, and who agreed
 *   person_staff.c      records as a clerk finds, makes and opens them
 *   person_verify.c     identity at the counter, claim codes
 *   person_claim.c      POST /me/claim
 *   person_proxy.c      acting for another: asking, agreeing, ending
 *   person_authority.c  the same, at the counter
 *   person_log.c        who opened my record
 *   person_request.c    requests for one's data and for erasure
 *   person_export.c     all of one's data
 *   person_erase.c      the job that erases
 *
 * How sure it is who somebody is: 0 not at all, 1 phone, 2 self-declared, 3
 * identity provider, 4 counter.  From 3 on a document belongs to one record
 * (person.document_key), and only the counter changes it.
 */

#ifndef _PERSON_H_INCLUDED_
#define _PERSON_H_INCLUDED_


#include "ln.h"
#include "ln_text_identity.h"


#define PERSON_NAME_MAX      64    /* characters */
#define PERSON_REASON_MIN    2
#define PERSON_REASON_MAX    200
#define PERSON_EVIDENCE_MAX  150   /* characters; 600 octets hold them sealed */
#define PERSON_SELF_DECLARED "2"
#define PERSON_VERIFIED      "3"   /* and above */
#define PERSON_COUNTER       "4"

#define PERSON_CLAIM         16    /* characters of a claim code: 80 bits */
#define PERSON_LOCATOR       6     /* of them say which record */

/* The value of a rule today. */
#define PERSON_RULE(name)                                                     \
    "(SELECT r.value"                                                         \
    " FROM rule r"                                                            \
    " WHERE r.name = '" name "'"                                              \
      " AND r.valid_from <= DATE(UTC_TIMESTAMP(6) + INTERVAL 8 HOUR)"         \
    " ORDER BY r.valid_from DESC"                                             \
    " LIMIT 1)"

#define PERSON_INTERVAL(name)  "INTERVAL " PERSON_RULE(name) " SECOND"

/* The version of a document that one consents to now. */
#define PERSON_CURRENT(document)                                              \
    "(SELECT cn.version"                                                      \
    " FROM privacy_notice cn"                                                 \
    " WHERE cn.document = " document                                          \
      " AND cn.published_at <= UTC_TIMESTAMP(6)"                              \
    " ORDER BY cn.published_at DESC, cn.version DESC"                         \
    " LIMIT 1)"

/* A UUID as the audit trail writes it. */
#define PERSON_TEXT(id)                                                       \
    "LOWER(CONCAT_WS('-',"                                                    \
                   " SUBSTR(HEX(" id "), 1, 8),"                              \
                   " SUBSTR(HEX(" id "), 9, 4),"                              \
                   " SUBSTR(HEX(" id "), 13, 4),"                             \
                   " SUBSTR(HEX(" id "), 17, 4),"                             \
                   " SUBSTR(HEX(" id "), 21)))"

#define PERSON_REGION_ID                                                      \
    "(SELECT rr.id"                                                           \
     " FROM region rr"                                                        \
     " WHERE rr.code = :region)"

/* Was the code of a region that a number begins with ever in force? */
#define PERSON_DIVISION_KNOWN                                                 \
    "(:division IS NULL"                                                      \
     " OR EXISTS (SELECT 1"                                                   \
                " FROM division_code d"                                       \
                " WHERE d.code = :division)"                                  \
     " OR EXISTS (SELECT 1"                                                   \
                " FROM region dr"                                             \
                " WHERE dr.code = :division)"                                 \
     " OR EXISTS (SELECT 1"                                                   \
                " FROM region_code_history dh"                                \
                " WHERE dh.code = :division))"

/*
 * The records that a clerk reaches: of his regions, and those that are not yet
 * of any region when the paper lies before him, with its whole number.
 */
#define PERSON_REACHED(p)                                                     \
    p ".erased_at IS NULL"                                                    \
    " AND " LN_IN_SCOPE(p ".region_id")

#define PERSON_REACHED_BY_PAPER(p)                                            \
    p ".erased_at IS NULL"                                                    \
    " AND (" p ".region_id IS NULL"                                           \
         " AND " p ".document_index = :document_index"                        \
         " OR " LN_IN_SCOPE(p ".region_id") ")"


/* An authority: where it stands, and whether it holds at this moment. */
#define PERSON_PROXY_STATE(x)                                                 \
    "CASE"                                                                    \
    " WHEN " x ".ended_at IS NOT NULL THEN 'ended'"                           \
    " WHEN " x ".valid_to <= UTC_TIMESTAMP(6) THEN 'expired'"                 \
    " WHEN " x ".confirmed_at IS NULL THEN 'waiting'"                         \
    " ELSE 'confirmed'"                                                       \
    " END"

#define PERSON_PROXY_HOLDS(x)                                                 \
    x ".confirmed_at IS NOT NULL"                                             \
    " AND " x ".ended_at IS NULL"                                             \
    " AND " x ".valid_from <= UTC_TIMESTAMP(6)"                               \
    " AND " x ".valid_to > UTC_TIMESTAMP(6)"

/* `until` is the last day in Asia/Shanghai: the end of it, in UTC. */
#define PERSON_UNTIL  "CAST(:until AS DATETIME(6)) + INTERVAL 16 HOUR"

#define PERSON_UNTIL_GOOD                                                     \
    "(" PERSON_UNTIL " > UTC_TIMESTAMP(6)"                                    \
     " AND " PERSON_UNTIL " <= UTC_TIMESTAMP(6) + INTERVAL 1 DAY"             \
                             " + " PERSON_INTERVAL("proxy.longest") ")"

#define PERSON_PROXY_RELATION                                                 \
    { .name = "relation", .type = LN_ENUM, .in = LN_BODY, .required = 1,      \
      .values = person_relations, .summary = "What the proxy is to him" }

#define PERSON_PROXY_SCOPE                                                    \
    { .name = "scope", .type = LN_STRING, .in = LN_BODY, .min = 1,            \
      .max = 32, .fallback = "*",                                             \
      .summary = "Line of business; *: every one" }

#define PERSON_PROXY_UNTIL                                                    \
    { .name = "until", .type = LN_DATE, .in = LN_BODY, .required = 1,         \
      .summary = "The last day, within five years" }

#define PERSON_PROXY_TERMS                                                    \
    PERSON_PROXY_RELATION,                                                    \
    PERSON_PROXY_SCOPE,                                                       \
    PERSON_PROXY_UNTIL,                                                       \
    { .name = "evidence", .type = LN_STRING, .in = LN_BODY, .min = 2,         \
      .max = PERSON_EVIDENCE_MAX, .seal = "person_proxy.evidence",            \
      .summary = "Which paper there is" }


/* For a notice of an authority to one of the two. */
#define PERSON_NOTICE_COMPUTED                                                \
    { .name = "notice", .type = LN_UUID, .in = LN_COMPUTED },                 \
    { .name = "account", .type = LN_UUID, .in = LN_COMPUTED },                \
    { .name = "recipient", .type = LN_STRING, .in = LN_COMPUTED,              \
      .seal = "outbox.recipient" }

#define PERSON_NOTIFY(template)                                               \
    "INSERT INTO outbox"                                                      \
    " (id,"                                                                   \
     " template,"                                                             \
     " account_id,"                                                           \
     " recipient,"                                                            \
     " due_at,"                                                               \
     " created_at,"                                                           \
     " updated_at)"                                                           \
    " VALUES"                                                                 \
    " (:notice,"                                                              \
     " '" template "',"                                                       \
     " :account,"                                                             \
     " :recipient,"                                                           \
     " UTC_TIMESTAMP(6),"                                                     \
     " UTC_TIMESTAMP(6),"                                                     \
     " UTC_TIMESTAMP(6))"


/* What says who somebody is, as parameters, and what C makes of it. */
#define PERSON_DOCUMENT_KIND                                                  \
    .name = "document_kind", .type = LN_ENUM, .values = person_documents

#define PERSON_DOCUMENT_NUMBER                                                \
    .name = "document_number", .type = LN_STRING, .min = 4,                   \
    .max = LN_PAPER_WRITTEN, .seal = "person.document_number"

#define PERSON_DOCUMENT_COMPUTED                                              \
    { .name = "number", .type = LN_STRING, .in = LN_COMPUTED,                 \
      .seal = "person.document_number" },                                     \
    { .name = "document_index", .type = LN_BYTES, .in = LN_COMPUTED },        \
    { .name = "division", .type = LN_STRING, .in = LN_COMPUTED }

#define PERSON_NAME                                                           \
    { .name = "name", .type = LN_STRING, .in = LN_BODY, .required = 1,        \
      .min = 1, .max = PERSON_NAME_MAX, .seal = "person.name",                \
      .summary = "As the paper says it" }

#define PERSON_REGION                                                         \
    { .name = "region", .type = LN_STRING, .in = LN_BODY, .min = 2,           \
      .max = 12,                                                              \
      .summary = "The region's code: whose clerks help" }

#define PERSON_VERSION                                                        \
    { .name = "version", .type = LN_INTEGER, .in = LN_VERSION,                \
      .required = 1, .summary = "The version that was read" }

#define PERSON_PAGE                                                           \
    { .name = "limit", .type = LN_INTEGER, .min = 1, .max = LN_MAX_PAGE,      \
      .fallback = "20", .summary = "Items on a page" },                       \
    { .name = "cursor", .type = LN_CURSOR, .summary = "The page before's" }


/* person_document.c */
extern const char *const  person_kinds[];
extern const char *const  person_documents[];
extern const char *const  person_relations[];
extern const ln_column_t  person_code_columns[];
extern const ln_column_t  person_id_columns[];
/* Of document_kind and document_number: number, document_index, division. */
ngx_int_t person_document(ln_request_t *lr);
/* The same for looking something up: old numbers too. */
ngx_int_t person_document_sought(ln_request_t *lr);
/* A look-up that begins with these two, and what it finds unknown. */
#define PERSON_KNOWN_COLUMNS                                                  \
    { .name = "known", .type = LN_INTEGER },                                  \
    { .name = "region_known", .type = LN_INTEGER }

#define PERSON_KNOWN                                                          \
    PERSON_DIVISION_KNOWN " AS known,"                                        \
    " (:region IS NULL"                                                       \
     " OR " PERSON_REGION_ID " IS NOT NULL) AS region_known"

extern const ln_stmt_t    person_known;
ngx_int_t person_are_known(ln_request_t *lr, const ln_value_t *row);
/* A reason tells what for, and nothing of anybody: no numbers in it. */
ngx_int_t person_reason(ln_request_t *lr, const char *name);
ngx_int_t person_broken(ln_request_t *lr);
ngx_int_t person_set_uuid(ln_request_t *lr, const char *name,
    const u_char id[16]);
ngx_int_t person_set_bytes(ln_request_t *lr, const char *name,
    const void *data, size_t len);
/* 32 octets that only this installation can make of a text. */
ngx_int_t person_hash(ln_request_t *lr, const char *purpose,
    const ngx_str_t *text, u_char hash[32]);
/* .before of routes that bind :session. */
ngx_int_t person_session(ln_request_t *lr);

/* The tables, each in its resource's file. */
extern const ln_param_t   person_me_in[];
extern const ln_stmt_t    person_me;
extern const ln_param_t   person_declare_in[];
extern const ln_stmt_t    person_declare_lookup;
extern const ln_step_t    person_declare_steps[];
extern const ln_stmt_t    person_declare_answer;
ngx_int_t person_declare_prepare(ln_request_t *lr, const ln_value_t *row);
extern const ln_stmt_t    person_mine;

extern const ln_stmt_t    person_notices;
extern const ln_stmt_t    person_consents;
extern const ln_also_t    person_consents_also[];
extern const ln_param_t   person_consents_in[];
extern const ln_param_t   person_consent_in[];
extern const ln_step_t    person_consent_steps[];
extern const ln_stmt_t    person_consent_answer;
extern const ln_param_t   person_withdraw_in[];
extern const ln_step_t    person_withdraw_steps[];

extern const ln_param_t   person_list_in[];
extern const ln_choice_t  person_list[];
extern const ln_param_t   person_open_in[];
extern const ln_param_t   person_clear_in[];
ngx_int_t person_open_before(ln_request_t *lr);
extern const ln_step_t    person_open_steps[];
extern const ln_stmt_t    person_opened;
extern const ln_param_t   person_create_in[];
extern const ln_step_t    person_create_steps[];
extern const ln_stmt_t    person_created;

extern const ln_param_t   person_verify_in[];
ngx_int_t person_verify_prepare(ln_request_t *lr, const ln_value_t *row);
extern const ln_step_t    person_verify_steps[];
extern const ln_param_t   person_code_in[];
ngx_int_t person_code_before(ln_request_t *lr);
extern const ln_step_t    person_code_steps[];
extern const ln_column_t  person_claim_code_columns[];
ngx_int_t person_code_finish(ln_request_t *lr);

extern const ln_param_t   person_claim_in[];
ngx_int_t person_claim_before(ln_request_t *lr);
extern const ln_stmt_t    person_claim_lookup;
ngx_int_t person_claim_prepare(ln_request_t *lr, const ln_value_t *row);
extern const ln_step_t    person_claim_steps[];
extern const ln_column_t  person_claimed_columns[];
ngx_int_t person_claim_finish(ln_request_t *lr);

extern const ln_param_t   person_proxies_in[];
extern const ln_stmt_t    person_proxies;
extern const ln_stmt_t    person_acting;
extern const ln_param_t   person_proxy_ask_in[];
extern const ln_stmt_t    person_proxy_ask_lookup;
ngx_int_t person_proxy_ask_prepare(ln_request_t *lr, const ln_value_t *row);
extern const ln_step_t    person_proxy_ask_steps[];
extern const ln_stmt_t    person_proxy_asked;
extern const ln_param_t   person_proxy_id_in[];
extern const ln_param_t   person_proxy_agree_in[];
extern const ln_step_t    person_proxy_agree_steps[];
/* Who acts hears that he may: a look-up of {id}, and what prepares it. */
extern const ln_stmt_t    person_proxy_hears;
extern const ln_stmt_t    person_proxy_hear;
ngx_int_t person_proxy_hears_prepare(ln_request_t *lr, const ln_value_t *row);
extern const ln_step_t    person_proxy_end_steps[];

extern const ln_param_t   person_authority_list_in[];
extern const ln_choice_t  person_authority_list[];
extern const ln_param_t   person_authority_create_in[];
extern const ln_stmt_t    person_authority_lookup;
ngx_int_t person_authority_prepare(ln_request_t *lr, const ln_value_t *row);
extern const ln_step_t    person_authority_create_steps[];
extern const ln_stmt_t    person_authority_created;
extern const ln_param_t   person_authority_confirm_in[];
extern const ln_step_t    person_authority_confirm_steps[];
extern const ln_step_t    person_authority_end_steps[];
extern const ln_stmt_t    person_authority_answer;

extern const ln_param_t   person_log_in[];
extern const ln_stmt_t    person_log;

extern const ln_param_t   person_request_in[];
extern const ln_step_t    person_request_steps[];
extern const ln_stmt_t    person_request_answer;
extern const ln_stmt_t    person_requests;
extern const ln_param_t   person_request_id_in[];
extern const ln_step_t    person_request_cancel_steps[];
extern const ln_param_t   person_export_in[];
extern const ln_stmt_t    person_export_lookup;
ngx_int_t person_export_prepare(ln_request_t *lr, const ln_value_t *row);
extern const ln_stmt_t    person_export;
extern const ln_also_t    person_export_also[];

extern const ln_stmt_t    person_erase_peek;
extern const ln_step_t    person_erase_steps[];


#endif /* _PERSON_H_INCLUDED_ */
