
/*
 * One operation of the OpenAPI document: a route's parameters, its body, and
 * every answer that it can give.
 */

#include "ln_openapi.h"
#include "ln_compile.h"
#include "ln_idempotency.h"


typedef struct {
    ngx_uint_t    status;
    const char   *name;          /* of the component */
    const char   *description;
    const char   *headers;       /* JSON, or NULL */
} ln_openapi_problem_t;


static void ln_openapi_id(ln_json_t *json, const ln_endpoint_t *endpoint);
static void ln_openapi_parameters(ln_members_t *operation,
    const ln_endpoint_t *endpoint);
static void ln_openapi_parameter(ln_json_t *json, const ln_param_t *param);
static void ln_openapi_boolean(ln_json_t *json, ngx_uint_t yes);
static void ln_openapi_request(ln_members_t *operation,
    const ln_endpoint_t *endpoint);
static void ln_openapi_page(ln_members_t *responses, const char *page);
static void ln_openapi_responses(ngx_conf_t *cf, ln_members_t *operation,
    const ln_endpoint_t *endpoint);
static void ln_openapi_success(ngx_conf_t *cf, ln_members_t *responses,
    const ln_endpoint_t *endpoint);
static void ln_openapi_envelope(ngx_conf_t *cf, ln_json_t *json,
    const ln_endpoint_t *endpoint);
static ngx_uint_t ln_openapi_refuses(const ln_endpoint_t *endpoint,
    ngx_uint_t status);


#define LN_RETRY_HEADER                                                       \
    "{\"Retry-After\":{\"description\":\"Seconds until it is worth trying "  \
    "again.\",\"schema\":{\"type\":\"integer\",\"minimum\":1}}}"


static const ln_openapi_problem_t  ln_openapi_problems[] = {
    { 400, "Malformed", "The request or its body could not be read.", NULL },
    { 401, "SignInRequired", "Nobody is signed in, or the sign-in was refused.",
      NULL },
    { 403, "Forbidden", "The account lacks the permission, or a browser's "
      "cookie came with a change that another site asked for "
      "(`origin_refused`).", NULL },
    { 404, "NotFound", "Nothing of that key is there.", NULL },
    { 409, "Conflict", "What is there does not allow it; `code` says why.",
      NULL },
    { 412, "Stale", "It was changed since the version that was read.", NULL },
    { 413, "TooLarge", "The body is larger than 64 KiB.", NULL },
    { 415, "UnsupportedMediaType", "The body is not application/json.",
      NULL },
    { 422, "ValidationFailed", "Fields are wrong; `errors` names all of them. "
      "Also: an Idempotency-Key that came with another body.", NULL },
    { 428, "VersionRequired", "The version that was read is missing.", NULL },
    { 429, "TooManyRequests", "Too fast.", LN_RETRY_HEADER },
    { 500, "Internal", "Our fault; the log knows it by `request_id`.", NULL },
    { 503, "Unavailable", "The database is away, busy or being upgraded, or "
      "only reading is possible.", LN_RETRY_HEADER },
    { 504, "Timeout", "The database took too long.", NULL },
    { 0, NULL, NULL, NULL }
};


void
ln_openapi_operation(ngx_conf_t *cf, ln_json_t *json,
    const ln_endpoint_t *endpoint)
{
    ln_members_t  operation = { json, 0 };

    ln_json_text(json, "{");

    ln_openapi_cmember(&operation, "operationId");
    ln_openapi_id(json, endpoint);

    ln_openapi_cmember(&operation, "tags");
    ln_json_text(json, "[");
    ln_json_cstring(json, endpoint->feature->name);
    ln_json_text(json, "]");

    ln_openapi_text(&operation, "summary", endpoint->route->summary);
    ln_openapi_text(&operation, "description", endpoint->route->description);
    ln_openapi_text(&operation, "x-legalnet-needs", endpoint->route->needs);

    ln_openapi_cmember(&operation, "security");

    if (endpoint->public) {
        ln_json_text(json, "[]");

    } else {
        ln_json_text(json, "[{\"account\":[]}]");
    }

    ln_openapi_parameters(&operation, endpoint);
    ln_openapi_request(&operation, endpoint);
    ln_openapi_responses(cf, &operation, endpoint);

    ln_json_text(json, "}");
}


/* GET /api/v1/legal-aid/{id} is get_legal_aid_by_id. */

static void
ln_openapi_id(ln_json_t *json, const ln_endpoint_t *endpoint)
{
    u_char      *p, name[256];
    const char  *c;

    c = ln_method_name(endpoint->route->method);
    p = ngx_cpymem(name, c, ngx_strlen(c));
    ngx_strlow(name, name, p - name);

    c = endpoint->route->path + sizeof("/api") - 1;

    if (ngx_strncmp(c, "/v1/", 4) == 0) {
        c += 3;
    }

    for ( /* void */ ; *c && p < name + sizeof(name) - 4; c++) {

        switch (*c) {

        case '{':
            p = ngx_cpymem(p, "by_", 3);
            break;

        case '}':
            break;

        case '/':
        case '-':
        case '.':
            *p++ = '_';
            break;

        default:
            *p++ = *c;
        }
    }

    *p = '\0';
    ln_json_cstring(json, (char *) name);
}


static void
ln_openapi_parameters(ln_members_t *operation, const ln_endpoint_t *endpoint)
{
    ln_json_t         *json;
    ngx_uint_t         n;
    const ln_param_t  *param;

    json = operation->json;
    n = 0;

    ln_openapi_cmember(operation, "parameters");
    ln_json_text(json, "[");

    for (param = endpoint->route->params; param && param->name; param++) {

        if (param->in != LN_BODY && param->in != LN_COMPUTED) {
            ln_json_raw(json, ",", n++ ? 1 : 0);
            ln_openapi_parameter(json, param);
        }
    }

    if (endpoint->route->key != LN_KEY_NONE) {
        ln_json_raw(json, ",", n ? 1 : 0);
        ln_json_text(json, "{\"name\":\"Idempotency-Key\",\"in\":\"header\","
                           "\"description\":\"The same key and body are done "
                           "once, however often they are sent.\","
                           "\"required\":");
        ln_openapi_boolean(json, endpoint->route->key == LN_KEY_REQUIRED);
        ln_json_text(json, ",\"schema\":{\"type\":\"string\",\"minLength\":");
        ln_json_integer(json, LN_KEY_MIN);
        ln_json_text(json, ",\"maxLength\":");
        ln_json_integer(json, LN_KEY_MAX);
        ln_json_text(json, "}}");
    }

    ln_json_text(json, "]");
}


static void
ln_openapi_parameter(ln_json_t *json, const ln_param_t *param)
{
    ln_members_t  members = { json, 0 };

    static const char *const  in[] = {
        "query", "path", "body", "header", "header"
    };

    ln_json_text(json, "{");
    ln_openapi_text(&members, "name",
                    param->in == LN_VERSION ? "If-Match" : param->name);
    ln_openapi_text(&members, "in", in[param->in]);
    ln_openapi_text(&members, "description", param->summary);
    ln_openapi_cmember(&members, "required");
    ln_openapi_boolean(json, param->in == LN_PATH
                             || (param->required && param->in != LN_VERSION));
    ln_openapi_cmember(&members, "schema");

    if (param->in == LN_VERSION) {
        ln_json_text(json, "{\"type\":\"string\","
                           "\"examples\":[\"\\\"7\\\"\"]}");

    } else if (param->arity > 1) {
        ln_json_text(json, "{\"type\":\"array\",\"maxItems\":");
        ln_json_integer(json, param->arity);
        ln_json_text(json, ",\"items\":");
        ln_openapi_param(json, param);
        ln_json_text(json, "}");

    } else {
        ln_openapi_param(json, param);
    }

    ln_json_text(json, "}");
}


static void
ln_openapi_boolean(ln_json_t *json, ngx_uint_t yes)
{
    ln_json_raw(json, yes ? "true" : "false", yes ? 4 : 5);
}


static void
ln_openapi_request(ln_members_t *operation, const ln_endpoint_t *endpoint)
{
    ngx_uint_t         body, required;
    const ln_param_t  *param;

    body = 0;
    required = 0;

    for (param = endpoint->route->params; param && param->name; param++) {
        body |= (param->in == LN_BODY);
        required |= (param->in == LN_BODY && param->required);
    }

    if (!body) {
        return;
    }

    ln_openapi_cmember(operation, "requestBody");
    ln_json_text(operation->json, "{\"required\":");
    ln_openapi_boolean(operation->json, required);
    ln_json_text(operation->json, ",\"content\":{\"application/json\":{"
                                  "\"schema\":");
    ln_openapi_body(operation->json, endpoint->route->params, 0);
    ln_json_text(operation->json, "}}}");
}


static void
ln_openapi_responses(ngx_conf_t *cf, ln_members_t *operation,
    const ln_endpoint_t *endpoint)
{
    u_char                       status[NGX_INT_T_LEN];
    ln_members_t                 responses = { operation->json, 0 };
    const ln_openapi_problem_t  *problem;

    ln_openapi_cmember(operation, "responses");
    ln_json_text(operation->json, "{");

    if (endpoint->route->page) {
        ln_openapi_page(&responses, endpoint->route->page);
        ln_json_text(operation->json, "}");
        return;
    }

    ln_openapi_success(cf, &responses, endpoint);

    for (problem = ln_openapi_problems; problem->status; problem++) {

        if (!ln_openapi_refuses(endpoint, problem->status)) {
            continue;
        }

        ln_openapi_member(&responses, (char *) status,
                          ngx_sprintf(status, "%ui", problem->status)
                          - status);
        ln_json_text(operation->json,
                     "{\"$ref\":\"#/components/responses/");
        ln_json_raw(operation->json, problem->name,
                    ngx_strlen(problem->name));
        ln_json_text(operation->json, "\"}");
    }

    ln_json_text(operation->json, "}");
}


/* A browser is sent on, whatever happened. */

static void
ln_openapi_page(ln_members_t *responses, const char *page)
{
    ln_json_t  *json;

    json = responses->json;

    ln_openapi_cmember(responses, "303");
    ln_json_text(json, "{\"description\":\"Where the browser goes; after a "
                       "refusal ");
    ln_json_raw(json, page, ngx_strlen(page));
    ln_json_text(json, "?error=code\",\"headers\":{\"Location\":{"
                       "\"schema\":{\"type\":\"string\","
                       "\"format\":\"uri-reference\"}}}}");
}


static void
ln_openapi_success(ngx_conf_t *cf, ln_members_t *responses,
    const ln_endpoint_t *endpoint)
{
    ln_json_t          *json;
    const ln_route_t   *route;
    const ln_column_t  *columns;

    json = responses->json;
    route = endpoint->route;
    columns = ln_openapi_columns(cf, route);

    if (route->location) {
        ln_openapi_cmember(responses, "201");
        ln_json_text(json, "{\"description\":\"Created\",\"headers\":{"
                           "\"Location\":{\"schema\":{\"type\":\"string\","
                           "\"format\":\"uri-reference\"}}}");

    } else if (columns || route->handler) {
        ln_openapi_cmember(responses, "200");
        ln_json_text(json, "{\"description\":\"Success\"");

    } else {
        ln_openapi_cmember(responses, "204");
        ln_json_text(json, "{\"description\":\"Done\"}");
        return;
    }

    if (columns) {
        ln_json_text(json, ",\"content\":{\"application/json\":{\"schema\":");

        if (route->list) {
            ln_openapi_envelope(cf, json, endpoint);

        } else {
            ln_openapi_row(json, columns);
        }

        ln_json_text(json, "}}");

    } else if (route->handler) {
        ln_json_text(json, ",\"content\":{\"application/json\":{\"schema\":"
                           "{\"type\":\"object\"}}}");

    } else if (strstr(route->location, "{new_id}")) {
        ln_json_text(json, ",\"content\":{\"application/json\":{\"schema\":"
                           "{\"type\":\"object\",\"properties\":{\"id\":{"
                           "\"type\":\"string\",\"format\":\"uuid\"}},"
                           "\"required\":[\"id\"]}}}");
    }

    ln_json_text(json, "}");

    if (route->method == NGX_HTTP_GET && endpoint->public
        && (route->cache.topic || route->handler))
    {
        ln_openapi_cmember(responses, "304");
        ln_json_text(json, "{\"description\":\"If-None-Match still holds\"}");
    }
}


const ln_column_t *
ln_openapi_columns(ngx_conf_t *cf, const ln_route_t *route)
{
    if (route->stmt) {
        return route->stmt->columns;
    }

    if (route->choose) {
        return ln_openapi_union(cf->pool, route->choose);
    }

    if (route->returns) {
        return route->returns;
    }

    return route->answer ? route->answer->columns : NULL;
}


static void
ln_openapi_envelope(ngx_conf_t *cf, ln_json_t *json,
    const ln_endpoint_t *endpoint)
{
    ln_members_t        members = { json, 0 };
    const ln_also_t    *also;
    const ln_route_t   *route;

    route = endpoint->route;

    ln_json_text(json, "{\"type\":\"object\",\"required\":[\"items\","
                       "\"next\"],\"properties\":{");

    ln_openapi_cmember(&members, "items");
    ln_json_text(json, "{\"type\":\"array\",\"items\":");
    ln_openapi_row(json, ln_openapi_columns(cf, route));
    ln_json_text(json, "}");

    ln_openapi_cmember(&members, "next");
    ln_json_text(json, "{\"type\":[\"string\",\"null\"]}");

    ln_openapi_cmember(&members, "limit");
    ln_json_text(json, "{\"type\":\"integer\",\"minimum\":1}");

    for (also = route->also; also && also->name; also++) {

        if (also > route->also && ngx_strcmp(also->name, also[-1].name) == 0) {
            continue;
        }

        ln_openapi_cmember(&members, also->name);
        ln_json_text(json, "{\"type\":\"array\",\"items\":");
        ln_openapi_row(json, also->stmt->columns);

        if (also->summary) {
            ln_json_text(json, ",\"description\":");
            ln_json_cstring(json, also->summary);
        }

        ln_json_text(json, "}");
    }

    ln_json_text(json, "}}");
}


/* Which problems this route can answer with. */

static ngx_uint_t
ln_openapi_refuses(const ln_endpoint_t *endpoint, ngx_uint_t status)
{
    ngx_uint_t         body, write;
    const ln_route_t  *route;

    route = endpoint->route;
    write = (route->method != NGX_HTTP_GET);
    body = (route->method == NGX_HTTP_POST || route->method == NGX_HTTP_PUT);

    switch (status) {

    case 401:
        return !endpoint->public || route->finish != NULL;

    case 403:
        /* who authenticates may refuse any write that a cookie vouches for */
        return write || (!endpoint->public && !endpoint->signed_in)
               || route->finish != NULL;

    case 404:
        return !route->list || route->lookup != NULL;

    case 409:
        return write || route->steps != NULL || route->lookup != NULL;

    case 412:
    case 428:
        return endpoint->version >= 0;

    case 413:
    case 415:
        return body;

    default:
        return 1;
    }
}


void
ln_openapi_problem_responses(ln_json_t *json)
{
    ln_members_t                 members = { json, 0 };
    const ln_openapi_problem_t  *problem;

    for (problem = ln_openapi_problems; problem->status; problem++) {
        ln_openapi_cmember(&members, problem->name);
        ln_json_text(json, "{\"description\":");
        ln_json_cstring(json, problem->description);

        if (problem->headers) {
            ln_json_text(json, ",\"headers\":");
            ln_json_raw(json, problem->headers, ngx_strlen(problem->headers));
        }

        ln_json_text(json, ",\"content\":{\"application/problem+json\":{"
                           "\"schema\":{\"$ref\":"
                           "\"#/components/schemas/Problem\"}}}}");
    }
}
