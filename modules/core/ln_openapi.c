
/*
 * The OpenAPI 3.1 document, from the same tables that the requests are checked
 * against.  It is written once, when nginx starts, in the order in which the
 * features registered; only the location's prefix is put in when it is asked
 * for.
 */

#include "ln_openapi.h"
#include "ln_compile.h"
#include "ln_crypto.h"
#include "ln_idempotency.h"


#define LN_MAX_OPENAPI  (4 * 1024 * 1024)  /* a thousand routes */


typedef struct {
    ngx_uint_t    status;
    const char   *name;          /* of the component */
    const char   *description;
    const char   *headers;       /* JSON, or NULL */
} ln_openapi_problem_t;


static ngx_int_t ln_openapi_handler(ln_request_t *lr);
static ngx_int_t ln_openapi_etag(ln_request_t *lr, ngx_str_t *server);
static void ln_openapi_paths(ngx_conf_t *cf, ln_json_t *json, ln_app_t *app);
static void ln_openapi_operation(ngx_conf_t *cf, ln_json_t *json,
    const ln_endpoint_t *endpoint);
static void ln_openapi_method(ln_members_t *methods,
    const ln_endpoint_t *endpoint);
static void ln_openapi_boolean(ln_json_t *json, ngx_uint_t yes);
static void ln_openapi_id(ln_json_t *json, const ln_endpoint_t *endpoint);
static void ln_openapi_parameters(ln_members_t *operation,
    const ln_endpoint_t *endpoint);
static void ln_openapi_parameter(ln_json_t *json, const ln_param_t *param);
static void ln_openapi_request(ln_members_t *operation,
    const ln_endpoint_t *endpoint);
static void ln_openapi_responses(ngx_conf_t *cf, ln_members_t *operation,
    const ln_endpoint_t *endpoint);
static void ln_openapi_success(ngx_conf_t *cf, ln_members_t *responses,
    const ln_endpoint_t *endpoint);
static void ln_openapi_envelope(ngx_conf_t *cf, ln_json_t *json,
    const ln_endpoint_t *endpoint);
static ngx_uint_t ln_openapi_refuses(const ln_endpoint_t *endpoint,
    ngx_uint_t status);
static const ln_column_t *ln_openapi_columns(ngx_conf_t *cf,
    const ln_route_t *route);
static void ln_openapi_components(ngx_conf_t *cf, ln_json_t *json,
    ln_app_t *app);
static void ln_openapi_tags(ln_json_t *json, ln_app_t *app);


static const ln_route_t  ln_core_routes[] = {

    { .method = NGX_HTTP_GET, .path = "/api/v1/openapi.json",
      .needs = LN_PUBLIC,
      .handler = ln_openapi_handler,
      .summary = "This document" },

    { .path = NULL }
};


const ln_feature_t  ln_core_feature = {
    .abi = LN_ABI,
    .layout = LN_LAYOUT,
    .name = "core",
    .migration = "0006",
    .routes = ln_core_routes
};


#define LN_RETRY_HEADER                                                       \
    "{\"Retry-After\":{\"description\":\"Seconds until it is worth trying "  \
    "again.\",\"schema\":{\"type\":\"integer\",\"minimum\":1}}}"


static const ln_openapi_problem_t  ln_openapi_problems[] = {
    { 400, "Malformed", "The request or its body could not be read.", NULL },
    { 401, "SignInRequired", "Nobody is signed in.", NULL },
    { 403, "Forbidden", "The account lacks the permission.", NULL },
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


static const char  ln_openapi_problem_schema[] =
    "{\"type\":\"object\",\"description\":\"RFC 9457. Act on `code`; show "
    "`title` and `detail`.\",\"properties\":{"
    "\"type\":{\"type\":\"string\",\"format\":\"uri\","
        "\"examples\":[\"urn:legalnet:problem:validation_failed\"]},"
    "\"title\":{\"type\":\"string\"},"
    "\"status\":{\"type\":\"integer\"},"
    "\"code\":{\"type\":\"string\",\"examples\":[\"validation_failed\"]},"
    "\"detail\":{\"type\":\"string\"},"
    "\"request_id\":{\"type\":\"string\",\"pattern\":\"^[0-9a-f]{32}$\"},"
    "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
        "\"properties\":{\"name\":{\"type\":\"string\"},"
        "\"in\":{\"type\":\"string\",\"enum\":[\"query\",\"path\",\"body\","
            "\"header\"]},"
        "\"code\":{\"type\":\"string\"},\"message\":{\"type\":\"string\"}},"
        "\"required\":[\"name\",\"in\",\"code\",\"message\"]}}},"
    "\"required\":[\"type\",\"title\",\"status\",\"code\",\"request_id\"]}";


/* The document with the location's prefix as its server. */

static ngx_int_t
ln_openapi_handler(ln_request_t *lr)
{
    static ngx_str_t  type = ngx_string("application/json");
    static ngx_str_t  root = ngx_string("/");

    u_char       *split;
    ln_json_t     json;
    ngx_str_t     parts[3], *whole, *server;
    ngx_uint_t    i;
    ngx_buf_t    *b;
    ngx_chain_t   chain[3];

    server = lr->conf->prefix.len ? &lr->conf->prefix : &root;
    whole = &lr->app->openapi;
    split = whole->data + lr->app->openapi_server;

    ln_json_init(&json, lr->r->pool, LN_MAX_OPENAPI);
    ln_json_string(&json, server);

    parts[0].data = whole->data;
    parts[0].len = split - whole->data;
    parts[2].data = split;
    parts[2].len = whole->len - parts[0].len;

    if (ln_json_flat(&json, &parts[1]) != NGX_OK
        || ln_openapi_etag(lr, server) != NGX_OK)
    {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    for (i = 0; i < 3; i++) {

        b = ngx_calloc_buf(lr->r->pool);
        if (b == NULL) {
            return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
        }

        b->pos = parts[i].data;
        b->last = parts[i].data + parts[i].len;
        b->memory = 1;

        chain[i].buf = b;
        chain[i].next = (i < 2) ? &chain[i + 1] : NULL;
    }

    return ln_respond(lr, NGX_HTTP_OK, &type, chain,
                      whole->len + parts[1].len);
}


static ngx_int_t
ln_openapi_etag(ln_request_t *lr, ngx_str_t *server)
{
    uint32_t          crc;
    ngx_table_elt_t  *header;

    crc = ngx_crc32_short(server->data, server->len);

    header = ngx_list_push(&lr->r->headers_out.headers);
    if (header == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(header, sizeof(ngx_table_elt_t));
    ngx_str_set(&header->key, "ETag");

    header->value.data = ngx_pnalloc(lr->r->pool,
                                     lr->app->openapi_digest.len + 10);
    if (header->value.data == NULL) {
        return NGX_ERROR;
    }

    header->hash = 1;
    header->value.len = ngx_sprintf(header->value.data, "\"%V%08xD\"",
                                    &lr->app->openapi_digest, crc)
                        - header->value.data;

    lr->r->headers_out.etag = header;

    return NGX_OK;
}


ngx_int_t
ln_openapi_build(ngx_conf_t *cf, ln_app_t *app)
{
    u_char     digest[LN_SHA256];
    ln_json_t  json;

    ln_json_init(&json, cf->pool, LN_MAX_OPENAPI);

    ln_json_text(&json, "{\"openapi\":\"3.1.0\",\"info\":{"
                        "\"title\":\"legalnet\",\"version\":\"" LN_RELEASE
                        "\",\"summary\":\"Public legal services\","
                        "\"description\":\"Ids are strings. Instants are UTC, "
                        "days are in Asia/Shanghai. Clients ignore members "
                        "they do not know. Unknown parameters are refused. "
                        "Lists hold `items` and `next`, the cursor of the "
                        "page that follows, or null.\","
                        "\"license\":{\"name\":\"Apache-2.0\","
                        "\"identifier\":\"Apache-2.0\"}},"
                        "\"servers\":[{\"url\":");

    app->openapi_server = json.length;

    ln_json_text(&json, ",\"description\":\"Here\"}],");

    ln_openapi_tags(&json, app);
    ln_openapi_paths(cf, &json, app);
    ln_openapi_components(cf, &json, app);

    ln_json_text(&json, "}\n");

    if (ln_json_flat(&json, &app->openapi) != NGX_OK
        || ln_sha256(&app->openapi, 1, digest) != NGX_OK)
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: the OpenAPI document cannot be made");
        return NGX_ERROR;
    }

    app->openapi_digest.len = 16;
    app->openapi_digest.data = ngx_pnalloc(cf->pool, 16);
    if (app->openapi_digest.data == NULL) {
        return NGX_ERROR;
    }

    ngx_hex_dump(app->openapi_digest.data, digest, 8);

    return NGX_OK;
}


static void
ln_openapi_tags(ln_json_t *json, ln_app_t *app)
{
    ngx_uint_t            i;
    const ln_feature_t  **features;

    features = app->features.elts;

    ln_json_text(json, "\"tags\":[");

    for (i = 0; i < app->features.nelts; i++) {
        ln_json_raw(json, ",", i ? 1 : 0);
        ln_json_text(json, "{\"name\":");
        ln_json_cstring(json, features[i]->name);
        ln_json_text(json, "}");
    }

    ln_json_text(json, "],");
}


/* Routes of one path stand together, at the place of the first. */

static void
ln_openapi_paths(ngx_conf_t *cf, ln_json_t *json, ln_app_t *app)
{
    ngx_uint_t       i, j;
    ln_members_t     paths = { json, 0 };
    ln_members_t     methods = { json, 0 };
    ln_endpoint_t  **endpoints;

    endpoints = app->endpoints.elts;

    ln_json_text(json, "\"paths\":{");

    for (i = 0; i < app->endpoints.nelts; i++) {

        for (j = 0; j < i; j++) {
            if (ngx_strcmp(endpoints[i]->route->path,
                           endpoints[j]->route->path) == 0)
            {
                break;
            }
        }

        if (j < i) {
            continue;
        }

        ln_openapi_cmember(&paths, endpoints[i]->route->path);
        ln_json_text(json, "{");

        for (methods.n = 0; j < app->endpoints.nelts; j++) {

            if (ngx_strcmp(endpoints[i]->route->path,
                           endpoints[j]->route->path) == 0)
            {
                ln_openapi_method(&methods, endpoints[j]);
                ln_openapi_operation(cf, json, endpoints[j]);
            }
        }

        ln_json_text(json, "}");
    }

    ln_json_text(json, "},");
}


static void
ln_openapi_method(ln_members_t *methods, const ln_endpoint_t *endpoint)
{
    u_char      lower[8];
    size_t      len;
    const char *name;

    name = ln_method_name(endpoint->route->method);
    len = ngx_strlen(name);

    ngx_strlow(lower, (u_char *) name, len);
    ln_openapi_member(methods, (char *) lower, len);
}


static void
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

        if (param->in != LN_BODY) {
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
        ln_json_text(json, "{\"type\":\"string\",\"examples\":[\"\\\"7\\\"\"]}");

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


static const ln_column_t *
ln_openapi_columns(ngx_conf_t *cf, const ln_route_t *route)
{
    if (route->stmt) {
        return route->stmt->columns;
    }

    if (route->choose) {
        return ln_openapi_union(cf->pool, route->choose);
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
        return !endpoint->public;

    case 403:
        return !endpoint->public && !endpoint->signed_in;

    case 404:
        return !route->list;

    case 409:
        return write;

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


static void
ln_openapi_components(ngx_conf_t *cf, ln_json_t *json, ln_app_t *app)
{
    ngx_uint_t                    i;
    ngx_array_t                   seen;
    ln_members_t                  members = { json, 0 };
    ln_endpoint_t               **endpoints;
    const ln_also_t              *also;
    const ln_openapi_problem_t   *problem;

    if (ngx_array_init(&seen, cf->pool, 16, sizeof(char *)) != NGX_OK) {
        json->failed = 1;
        return;
    }

    ln_json_text(json, "\"components\":{\"securitySchemes\":{\"account\":{"
                       "\"type\":\"http\",\"scheme\":\"bearer\"}},"
                       "\"schemas\":{");

    ln_openapi_cmember(&members, "Problem");
    ln_json_text(json, ln_openapi_problem_schema);

    endpoints = app->endpoints.elts;

    for (i = 0; i < app->endpoints.nelts; i++) {

        ln_openapi_documents(&members, &seen,
                             ln_openapi_columns(cf, endpoints[i]->route));

        for (also = endpoints[i]->route->also; also && also->name; also++) {
            ln_openapi_documents(&members, &seen, also->stmt->columns);
        }
    }

    ln_json_text(json, "},\"responses\":{");
    members.n = 0;

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

    ln_json_text(json, "}}");
}
