
/*
 * What search reads of one entry, made anew in the transaction that changed
 * it.  Steps bind three computed parameters: `entry`, the id; `tokens` and
 * `prefixes`, which the check behind a _words statement sets:
 *
 *     { .stmt = &directory_organization_words,
 *       .check = directory_organization_made },
 *     DIRECTORY_REFRESH(organization),
 *
 * The whole tables are made by the program `legalnet` from the same
 * expressions (ln_projection.h); a test holds both against each other.
 */

#ifndef _DIRECTORY_REFRESH_H_INCLUDED_
#define _DIRECTORY_REFRESH_H_INCLUDED_


#include "directory.h"


#define DIRECTORY_REFRESH_PARAMS                                              \
    { .name = "entry", .type = LN_ID, .in = LN_COMPUTED },                    \
    { .name = "tokens", .type = LN_STRING, .in = LN_COMPUTED },               \
    { .name = "prefixes", .type = LN_STRING, .in = LN_COMPUTED }

/*
 * The words of a parameter as rows j(word, weight).  It is hexadecimal: one
 * record of 42 octets a word, its weight, its length and its text; so neither
 * server has to read all of it for each of its words.
 */
#define DIRECTORY_WORD      42
#define DIRECTORY_MAX_WORDS 4096   /* as many numbers as there are below */

#define DIRECTORY_DIGIT                                                       \
    "(SELECT 0 AS n"                                                          \
    " UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3"               \
    " UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6"               \
    " UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9"               \
    " UNION ALL SELECT 10 UNION ALL SELECT 11 UNION ALL SELECT 12"            \
    " UNION ALL SELECT 13 UNION ALL SELECT 14 UNION ALL SELECT 15)"

#define DIRECTORY_WORDS(param)                                                \
    " JOIN (SELECT CONVERT(SUBSTRING(b.words, i.n + 3,"                       \
                                   " ORD(SUBSTRING(b.words, i.n + 2, 1)))"    \
                         " USING utf8mb4) COLLATE utf8mb4_bin AS word,"       \
                 " ORD(SUBSTRING(b.words, i.n + 1, 1)) AS weight"             \
          " FROM (SELECT UNHEX(" param ") AS words"                           \
                " LIMIT 1) b"                                                 \
          " JOIN (SELECT (x.n + 16 * y.n + 256 * z.n) * 42 AS n"              \
                " FROM " DIRECTORY_DIGIT " x"                                 \
                " JOIN " DIRECTORY_DIGIT " y"                                 \
                " JOIN " DIRECTORY_DIGIT " z) i"                              \
          " WHERE i.n < LENGTH(b.words)) j"

/* Eleven steps. */
#define DIRECTORY_REFRESH(thing)                                              \
    { .stmt = &directory_##thing##_gone[0], .optional = 1 },                  \
    { .stmt = &directory_##thing##_gone[1], .optional = 1 },                  \
    { .stmt = &directory_##thing##_gone[2], .optional = 1 },                  \
    { .stmt = &directory_##thing##_gone[3], .optional = 1 },                  \
    { .stmt = &directory_##thing##_gone[4], .optional = 1 },                  \
    { .stmt = &directory_##thing##_made[0], .optional = 1 },                  \
    { .stmt = &directory_##thing##_made[1], .optional = 1 },                  \
    { .stmt = &directory_##thing##_made[2], .optional = 1 },                  \
    { .stmt = &directory_##thing##_made[3], .optional = 1 },                  \
    { .stmt = &directory_##thing##_made[4], .optional = 1 },                  \
    { .stmt = &directory_changed }

/* The last step of an edit: who else shows what has changed follows. */
#define DIRECTORY_FOLLOW(thing)                                               \
    { .stmt = &directory_##thing##_follow, .optional = 1 }


/* What a _words statement selects, for the two functions below. */
enum {
    DIRECTORY_WORDS_ID = 0, DIRECTORY_WORDS_NAME, DIRECTORY_WORDS_MORE,
    DIRECTORY_WORDS_AREAS
};

#define DIRECTORY_WORDS_COLUMNS                                               \
    { .name = "id", .type = LN_ID },                                          \
    { .name = "name", .type = LN_STRING },                                    \
    { .name = "more", .type = LN_STRING, .nullable = 1 },                     \
    { .name = "areas", .type = LN_STRING, .nullable = 1 }

/* The columns above, of the row o with the id :entry or of a list of rows. */
#define DIRECTORY_ORGANIZATION_WORDS                                          \
    "o.id,"                                                                   \
    " o.name,"                                                                \
    " (SELECT GROUP_CONCAT(y.name SEPARATOR '\x1e')"                          \
       " FROM organization_hat oh"                                            \
       " JOIN organization_type y ON y.id = oh.type_id"                       \
       " WHERE oh.organization_id = o.id) AS more,"                           \
    " (SELECT GROUP_CONCAT(DISTINCT u.name, '\x1f', u.plain"                  \
                         " SEPARATOR '\x1e')"                                 \
       " FROM organization_area oa"                                           \
       " JOIN practice_area a ON a.id = oa.area_id"                           \
       " JOIN practice_area u ON u.id IN (a.id, a.parent_id)"                 \
       " WHERE oa.organization_id = o.id) AS areas"

#define DIRECTORY_PRACTITIONER_WORDS                                          \
    "p.id,"                                                                   \
    " p.name,"                                                                \
    " (SELECT e.name"                                                         \
       " FROM organization e"                                                 \
       " WHERE e.id = p.organization_id) AS more,"                            \
    " (SELECT GROUP_CONCAT(DISTINCT u.name, '\x1f', u.plain"                  \
                         " SEPARATOR '\x1e')"                                 \
       " FROM practitioner_area pa"                                           \
       " JOIN practice_area a ON a.id = pa.area_id"                           \
       " JOIN practice_area u ON u.id IN (a.id, a.parent_id)"                 \
       " WHERE pa.practitioner_id = p.id) AS areas"


#pragma GCC visibility push(hidden)

/* directory_refresh_organization.c, directory_refresh_practitioner.c */
extern const ln_stmt_t    directory_organization_words;
extern const ln_stmt_t    directory_organization_gone[5];
extern const ln_stmt_t    directory_organization_made[5];
extern const ln_stmt_t    directory_organization_follow;
extern const ln_stmt_t    directory_practitioner_words;
extern const ln_stmt_t    directory_practitioner_gone[5];
extern const ln_stmt_t    directory_practitioner_made[5];
extern const ln_stmt_t    directory_practitioner_follow;

/* directory_refresh.c */
extern const ln_stmt_t    directory_changed;
extern const ln_column_t  directory_words_columns[];
ngx_int_t directory_organization_said(ln_request_t *lr, const ln_value_t *row);
ngx_int_t directory_practitioner_said(ln_request_t *lr, const ln_value_t *row);

/* Who follows, as jobs. */
extern const ln_param_t   directory_follow_results[];
extern const ln_step_t    directory_follow_organizations[];
extern const ln_stmt_t    directory_follow_organizations_claimed;
extern const ln_step_t    directory_follow_organizations_settle[];
ngx_int_t directory_follow_organization(ln_item_t *item,
    const ln_value_t *row);
extern const ln_step_t    directory_follow_practitioners[];
extern const ln_stmt_t    directory_follow_practitioners_claimed;
extern const ln_step_t    directory_follow_practitioners_settle[];
ngx_int_t directory_follow_practitioner(ln_item_t *item,
    const ln_value_t *row);

#pragma GCC visibility pop


#endif /* _DIRECTORY_REFRESH_H_INCLUDED_ */
