
/*
 * Editing practitioners: what the edit by staff, the confirmation of a
 * proposal and the end of a qualification share.
 */

#ifndef _DIRECTORY_PRACTITIONER_EDIT_H_INCLUDED_
#define _DIRECTORY_PRACTITIONER_EDIT_H_INCLUDED_


#include "directory_edit.h"
#include "ln_text_projection.h"
#include "ln_text_record.h"


#define DIRECTORY_PRACTITIONER_RECORD                                         \
    { .name = "name", .type = LN_STRING },                                    \
    { .name = "sex", .type = LN_STRING, .nullable = 1 },                      \
    { .name = "organization", .type = LN_STRING, .nullable = 1 },             \
    { .name = "region", .type = LN_STRING },                                  \
    { .name = "qualifications", .type = LN_STRING, .nullable = 1 },           \
    { .name = "areas", .type = LN_STRING, .nullable = 1 },                    \
    { .name = "languages", .type = LN_STRING, .nullable = 1 },                \
    { .name = "regions_served", .type = LN_STRING, .nullable = 1 },           \
    { .name = "legal_aid", .type = LN_STRING },                               \
    { .name = "practicing_since", .type = LN_STRING, .nullable = 1 },         \
    { .name = "phone", .type = LN_STRING, .nullable = 1 },                    \
    { .name = "introduction", .type = LN_STRING, .nullable = 1 },             \
    { .name = "status", .type = LN_STRING },                                  \
    { .name = "last_verified_on", .type = LN_STRING, .nullable = 1 }

/* Codes of a list of p's, with blanks between. */
#define DIRECTORY_AREAS_OF                                                    \
    "(SELECT GROUP_CONCAT(a.code ORDER BY pa.position, a.id SEPARATOR ' ')"   \
     " FROM practitioner_area pa"                                             \
     " JOIN practice_area a ON a.id = pa.area_id"                             \
     " WHERE pa.practitioner_id = p.id)"

#define DIRECTORY_LANGUAGES_OF                                                \
    "(SELECT GROUP_CONCAT(l.code ORDER BY l.code SEPARATOR ' ')"              \
     " FROM practitioner_language pl"                                         \
     " JOIN language l ON l.id = pl.language_id"                              \
     " WHERE pl.practitioner_id = p.id)"

#define DIRECTORY_REGIONS_SERVED_OF                                           \
    "(SELECT GROUP_CONCAT(v.code ORDER BY v.code SEPARATOR ' ')"              \
     " FROM practitioner_region pr"                                           \
     " JOIN region v ON v.id = pr.region_id"                                  \
     " WHERE pr.practitioner_id = p.id)"

/* How many of the codes are known: the columns areas, languages, regions. */
#define DIRECTORY_KNOWN_CODES                                                 \
    "(SELECT COUNT(*)"                                                        \
     " FROM practice_area"                                                    \
     " WHERE FIND_IN_SET(code, " DIRECTORY_CODES(":areas") ")) AS areas,"     \
    " (SELECT COUNT(*)"                                                       \
     " FROM language"                                                         \
     " WHERE FIND_IN_SET(code, " DIRECTORY_CODES(":languages") "))"           \
    " AS languages,"                                                          \
    " (SELECT COUNT(*)"                                                       \
     " FROM region"                                                           \
     " WHERE FIND_IN_SET(code, " DIRECTORY_CODES(":regions_served") "))"      \
    " AS regions_served"

#define DIRECTORY_PROPOSABLE                                                  \
    { .name = "areas", .type = LN_STRING, .in = LN_BODY,                      \
      .max = DIRECTORY_MAX_CODES,                                             \
      .summary = "Codes of practice areas, the strongest first, with blanks " \
                 "between. What is left out stays as it is" },                \
                                                                              \
    { .name = "languages", .type = LN_STRING, .in = LN_BODY,                  \
      .max = DIRECTORY_MAX_CODES,                                             \
      .summary = "Codes of languages, with blanks between" },                 \
                                                                              \
    { .name = "regions_served", .type = LN_STRING, .in = LN_BODY,             \
      .max = DIRECTORY_MAX_CODES,                                             \
      .summary = "Codes of the regions served besides his own, with blanks "  \
                 "between" },                                                 \
                                                                              \
    { .name = "legal_aid", .type = LN_BOOLEAN, .in = LN_BODY,                 \
      .summary = "Whether legal aid cases are taken" },                       \
                                                                              \
    { .name = "phone", .type = LN_STRING, .in = LN_BODY, .max = 40,           \
      .summary = "Private, shown masked; an empty text clears it" },          \
                                                                              \
    { .name = "introduction", .type = LN_STRING, .in = LN_BODY, .max = 2000,  \
      .summary = "An empty text clears it" }

/* Of what hangs on the row: steps that run when it is given. */
#define DIRECTORY_PRACTITIONER_LISTS                                          \
    { .stmt = &directory_practitioner_lists[0], .when = "areas",              \
      .optional = 1 },                                                        \
    { .stmt = &directory_practitioner_lists[1], .when = "areas",              \
      .optional = 1 },                                                        \
    { .stmt = &directory_practitioner_lists[2], .when = "languages",          \
      .optional = 1 },                                                        \
    { .stmt = &directory_practitioner_lists[3], .when = "languages",          \
      .optional = 1 },                                                        \
    { .stmt = &directory_practitioner_lists[4], .when = "regions_served",     \
      .optional = 1 },                                                        \
    { .stmt = &directory_practitioner_lists[5], .when = "regions_served",     \
      .optional = 1 }


#pragma GCC visibility push(hidden)

/* directory_practitioner_edit.c */
extern const ln_param_t   directory_practitioner_edit_in[];
extern const ln_stmt_t    directory_practitioner_edit_lookup;
ngx_int_t directory_practitioner_edit_prepare(ln_request_t *lr,
    const ln_value_t *row);
extern const ln_step_t    directory_practitioner_edit[];
extern const ln_stmt_t    directory_practitioner_lists[6];
extern const ln_stmt_t    directory_practitioner_now;
extern const ln_stmt_t    directory_practitioner_correct;
extern const ln_stmt_t    directory_practitioner_agree;
extern const ln_stmt_t    directory_practitioner_event;
/* 422 of what is given and wrong; sets `phones`. */
ngx_int_t directory_proposable(ln_request_t *lr, const ln_value_t *known);
/* Sets `entry`, and `practitioner` as text. */
ngx_int_t directory_practitioner_is(ln_request_t *lr, int64_t id);

/* directory_practitioner_entry.c */
extern const ln_stmt_t    directory_practitioner_edited;
extern const ln_stmt_t    directory_practitioner_entry;
extern const ln_stmt_t    directory_practitioner_corrections;

/* directory_qualification.c */
extern const ln_param_t   directory_qualification_stop_in[];
extern const ln_step_t    directory_qualification_stop[];
extern const ln_stmt_t    directory_qualification_stopped;

/* directory_link.c */
extern const ln_param_t   directory_link_in[];
extern const ln_step_t    directory_link[];
extern const ln_param_t   directory_unlink_in[];
extern const ln_step_t    directory_unlink[];
extern const ln_stmt_t    directory_my_entries;

/* directory_proposal.c */
extern const ln_param_t   directory_propose_in[];
extern const ln_stmt_t    directory_propose_lookup;
ngx_int_t directory_propose_prepare(ln_request_t *lr, const ln_value_t *row);
extern const ln_step_t    directory_propose[];
extern const ln_stmt_t    directory_proposal_answer;
extern const ln_param_t   directory_proposal_list_in[];
extern const ln_choice_t  directory_proposal_list[];
extern const ln_param_t   directory_my_proposals_in[];
extern const ln_stmt_t    directory_my_proposals;
extern const ln_param_t   directory_proposal_withdraw_in[];
extern const ln_step_t    directory_proposal_withdraw[];

/* directory_proposal_decide.c */
extern const ln_param_t   directory_proposal_confirm_in[];
extern const ln_step_t    directory_proposal_confirm[];
extern const ln_param_t   directory_proposal_refuse_in[];
extern const ln_step_t    directory_proposal_refuse[];
extern const ln_stmt_t    directory_proposal_settled;

/* directory_report_settle.c */
extern const ln_param_t   directory_report_list_in[];
extern const ln_stmt_t    directory_report_list;
extern const ln_param_t   directory_report_settle_in[];
extern const ln_step_t    directory_report_settle[];
extern const ln_stmt_t    directory_report_settled;

#pragma GCC visibility pop


#endif /* _DIRECTORY_PRACTITIONER_EDIT_H_INCLUDED_ */
