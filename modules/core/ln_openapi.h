
/*
 * Between ln_openapi.c, which writes the document, ln_openapi_operation.c,
 * which writes what it says of a route, and ln_openapi_schema.c, which writes
 * JSON Schemas of what comes in and goes out.
 */

#ifndef _LN_OPENAPI_H_INCLUDED_
#define _LN_OPENAPI_H_INCLUDED_


#include "ln_core.h"


/* A list of members, with its commas. */
typedef struct {
    ln_json_t   *json;
    ngx_uint_t   n;
} ln_members_t;

/* ln_openapi_operation.c */
void ln_openapi_operation(ngx_conf_t *cf, ln_json_t *json,
    const ln_endpoint_t *endpoint);
/* The columns of a successful answer; NULL: none, or a handler's. */
const ln_column_t *ln_openapi_columns(ngx_conf_t *cf,
    const ln_route_t *route);
/* The refusals, as components that operations refer to. */
void ln_openapi_problem_responses(ln_json_t *json);

/* Begins a member: the comma, its name and the colon. */
void ln_openapi_member(ln_members_t *members, const char *name, size_t len);
#define ln_openapi_cmember(members, name)                                     \
    ln_openapi_member(members, name, ngx_strlen(name))
/* A member that is a text. */
void ln_openapi_text(ln_members_t *members, const char *name,
    const char *text);

/* The schema of a parameter, of one value of a repeated one. */
void ln_openapi_param(ln_json_t *json, const ln_param_t *param);

/* The schema of a request body, or of an element of an array in it. */
void ln_openapi_body(ln_json_t *json, const ln_param_t *params,
    ngx_uint_t element);

/* The schema of a row. */
void ln_openapi_row(ln_json_t *json, const ln_column_t *columns);

/* Columns of any of the choices; what not all have may be absent. */
const ln_column_t *ln_openapi_union(ngx_pool_t *pool,
    const ln_choice_t *choices);

/* Documents with a name become components, each once. */
void ln_openapi_documents(ln_members_t *members, ngx_array_t *seen,
    const ln_column_t *columns);


#endif /* _LN_OPENAPI_H_INCLUDED_ */
