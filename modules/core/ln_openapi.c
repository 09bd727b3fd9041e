
/*
 * The OpenAPI 3.1 document, from the same tables that the requests are checked
 * against.  It is written once, when nginx starts, in the order in which the
 * features registered; only the location's prefix is put in when it is asked
 * for.
 */

#include "ln_openapi.h"
#include "ln_compile.h"
#include "ln_crypto.h"


#define LN_MAX_OPENAPI  (4 * 1024 * 1024)  /* a thousand routes */


static ngx_int_t ln_openapi_handler(ln_request_t *lr);
static ngx_int_t ln_openapi_etag(ln_request_t *lr, ngx_str_t *server);
static void ln_openapi_paths(ngx_conf_t *cf, ln_json_t *json, ln_app_t *app);
static void ln_openapi_method(ln_members_t *methods,
    const ln_endpoint_t *endpoint);
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
    uint32_t   crc;
    ngx_str_t  value;

    crc = ngx_crc32_short(server->data, server->len);

    value.data = ngx_pnalloc(lr->r->pool, lr->app->openapi_digest.len + 10);
    if (value.data == NULL) {
        return NGX_ERROR;
    }

    value.len = ngx_sprintf(value.data, "\"%V%08xD\"",
                            &lr->app->openapi_digest, crc)
                - value.data;

    lr->r->headers_out.etag = ln_header(lr->r, "ETag", &value);

    return lr->r->headers_out.etag ? NGX_OK : NGX_ERROR;
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
ln_openapi_components(ngx_conf_t *cf, ln_json_t *json, ln_app_t *app)
{
    ngx_uint_t                    i;
    ngx_array_t                   seen;
    ln_members_t                  members = { json, 0 };
    ln_endpoint_t               **endpoints;
    const ln_also_t              *also;

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
    ln_openapi_problem_responses(json);
    ln_json_text(json, "}}");
}
