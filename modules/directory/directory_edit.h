
/*
 * Editing the directory: who may touch which entry, and what is remembered of
 * it, so that the next import does not undo it.
 *
 * A member that is left out stays as it is; an empty text clears a text, null
 * what is none.  The first step of an edit locks the entry and reads it as
 * `held`, the last one before search is refreshed reads it again as `now`:
 * every field that differs becomes a row of `correction`.  An import
 * (modules/tool) leaves such a field alone for as long as its source says what
 * it said when the field was corrected; once the source says something else,
 * the source wins and the import reports it.
 */

#ifndef _DIRECTORY_EDIT_H_INCLUDED_
#define _DIRECTORY_EDIT_H_INCLUDED_


#include "directory_refresh.h"


#define DIRECTORY_MAX_CODES  600    /* characters of a list of codes */

/* `codes` of a parameter, with blanks between, as FIND_IN_SET wants them. */
#define DIRECTORY_CODES(param)  "REPLACE(" param ", ' ', ',')"

/* A text that is left out stays, an empty one clears. */
#define DIRECTORY_TEXT(column, param)                                         \
    column " = IF(" param " IS NULL, " column ", NULLIF(" param ", ''))"

#define DIRECTORY_VALUE(column, param)                                        \
    column " = COALESCE(" param ", " column ")"

/* What is left out stays, a null clears. */
#define DIRECTORY_NULLABLE(column, param)                                     \
    column " = IF(" param ".given, " param ", " column ")"

#define DIRECTORY_BASIS_PARAM                                                 \
    { .name = "basis", .type = LN_STRING, .in = LN_BODY, .required = 1,       \
      .min = 2, .max = 255,                                                   \
      .summary = "Whence it is known: a call, a licence, a decision" }

#define DIRECTORY_FIELD(field)                                                \
    "SELECT '" field "' AS field,"                                            \
          " :held." field " AS source_value,"                                 \
          " :now." field " AS value"

#define DIRECTORY_AND_FIELD(field)  " UNION ALL " DIRECTORY_FIELD(field)

/* What differs between the steps `held` and `now`. */
#define DIRECTORY_CORRECT(thing, fields)                                      \
    "INSERT INTO correction"                                                  \
    " (table_name,"                                                           \
     " row_id,"                                                               \
     " field,"                                                                \
     " source_value,"                                                         \
     " value,"                                                                \
     " basis,"                                                                \
     " account_id,"                                                           \
     " at)"                                                                   \
    " SELECT '" thing "',"                                                    \
           " :entry,"                                                         \
           " f.field,"                                                        \
           " f.source_value,"                                                 \
           " f.value,"                                                        \
           " :basis,"                                                         \
           " :self,"                                                          \
           " UTC_TIMESTAMP(6)"                                                \
    " FROM (" fields ") f"                                                    \
    " WHERE NOT (CAST(f.source_value AS BINARY)"                              \
               " <=> CAST(f.value AS BINARY))"                                \
    " ON DUPLICATE KEY UPDATE"                                                \
        " value = VALUES(value),"                                             \
        " basis = VALUES(basis),"                                             \
        " account_id = VALUES(account_id),"                                   \
        " at = VALUES(at)"

/* What says again what the source says is no correction any more. */
#define DIRECTORY_AGREE(thing)                                                \
    "DELETE FROM correction"                                                  \
    " WHERE table_name = '" thing "'"                                         \
      " AND row_id = :entry"                                                  \
      " AND value <=> source_value"

#define DIRECTORY_CORRECTIONS                                                 \
    "SELECT c.field,"                                                         \
          " IF(c.field = 'phone', NULL, c.source_value) AS source_value,"     \
          " IF(c.field = 'phone', NULL, c.value) AS value,"                   \
          " c.basis,"                                                         \
          " c.account_id AS account,"                                         \
          " c.at"


#pragma GCC visibility push(hidden)

/* directory_edit.c */
extern const ln_column_t  directory_refusal_columns[];
extern const ln_column_t  directory_correction_columns[];
/* NGX_OK, or 422 of that parameter. */
ngx_int_t directory_edit_codes(ln_request_t *lr, const char *param,
    const ln_value_t *known);
ngx_int_t directory_edit_phones(ln_request_t *lr, const char *param,
    const char *computed, ngx_uint_t most);
ngx_int_t directory_edit_hours(ln_request_t *lr, const char *param,
    const char *computed);
ngx_int_t directory_edit_clear(ln_request_t *lr, const char *param);

/* .prepare of routes whose computed parameters the first step's check sets. */
ngx_int_t directory_edit_later(ln_request_t *lr, const ln_value_t *row);

/* directory_hours.c: pure */
ngx_int_t directory_hours(const ngx_str_t *text, ngx_pool_t *pool,
    ngx_str_t *json);

/* directory_organization_edit.c */
extern const ln_param_t   directory_organization_edit_in[];
extern const ln_stmt_t    directory_organization_edit_lookup;
ngx_int_t directory_organization_edit_prepare(ln_request_t *lr,
    const ln_value_t *row);
extern const ln_step_t    directory_organization_edit[];
extern const ln_stmt_t    directory_organization_edited;
extern const ln_stmt_t    directory_organization_entry;
extern const ln_stmt_t    directory_organization_corrections;

/* directory_place.c */
extern const ln_param_t   directory_place_open_in[];
extern const ln_param_t   directory_place_close_in[];
extern const ln_stmt_t    directory_place_lookup;
ngx_int_t directory_place_open_prepare(ln_request_t *lr,
    const ln_value_t *row);
ngx_int_t directory_place_close_prepare(ln_request_t *lr,
    const ln_value_t *row);
extern const ln_step_t    directory_place_open[];
extern const ln_step_t    directory_place_close[];
extern const ln_stmt_t    directory_place_list;

#pragma GCC visibility pop


#endif /* _DIRECTORY_EDIT_H_INCLUDED_ */
