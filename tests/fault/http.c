
/*
 * A third party's feature that calls other servers for a request: what came of
 * it is the answer.
 */

#include <legalnet/ln.h>


static ngx_int_t
http_done(ln_request_t *lr, void *data, const ln_http_answer_t *answer)
{
    ngx_str_t  json;

    (void) data;

    json.data = ngx_pnalloc(ln_pool(lr), 256);
    if (json.data == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    json.len = ngx_sprintf(json.data,
                           "{\"result\":\"%s\",\"status\":%ui,\"length\":%uz,"
                           "\"first\":\"%*xs\"}",
                           answer->error, answer->status, answer->body.len,
                           ngx_min(answer->body.len, 8), answer->body.data)
               - json.data;

    return ln_respond_json(lr, NGX_HTTP_OK, &json);
}


static ngx_int_t
http_call(ln_request_t *lr)
{
    size_t              i;
    ngx_str_t           value;
    ln_http_call_t      call;
    ln_http_header_t    headers[3];

    ngx_memzero(&call, sizeof(ln_http_call_t));
    ngx_memzero(headers, sizeof(headers));

    call.target = ln_param(lr, "target")->string.len == 5 ? "other" : "one";
    call.url = ln_param(lr, "url")->string;
    call.timeout = ln_param(lr, "timeout")->integer;
    call.max = ln_param(lr, "max")->integer;
    call.method = NGX_HTTP_GET;
    call.headers = headers;

    headers[0].name = "X-Test";
    ngx_str_set(&headers[0].value, "yes");
    headers[1].name = "X-Empty";

    /* texts of curl end with zero */
    value = call.url;
    call.url.data = ngx_pcalloc(ln_pool(lr), value.len + 1);
    if (call.url.data == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    ngx_memcpy(call.url.data, value.data, value.len);

    if (ln_param(lr, "ca")->set) {
        value = ln_param(lr, "ca")->string;
        call.ca_file.len = value.len;
        call.ca_file.data = ngx_pcalloc(ln_pool(lr), value.len + 1);
        if (call.ca_file.data == NULL) {
            return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
        }

        ngx_memcpy(call.ca_file.data, value.data, value.len);
    }

    if (ln_param(lr, "post")->integer) {
        call.method = NGX_HTTP_POST;
        call.body.len = ln_param(lr, "post")->integer;
        call.body.data = ngx_pnalloc(ln_pool(lr), call.body.len);
        if (call.body.data == NULL) {
            return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
        }

        for (i = 0; i < call.body.len; i++) {
            call.body.data[i] = (u_char) ('a' + i % 26);
        }
    }

    return ln_http_send(lr, &call, http_done, NULL);
}


static const ln_param_t  http_in[] = {
    { .name = "url", .type = LN_STRING, .max = 200, .required = 1,
      .summary = "Whom to ask" },
    { .name = "target", .type = LN_STRING, .max = 10, .fallback = "one",
      .summary = "By which name" },
    { .name = "timeout", .type = LN_INTEGER, .min = 0, .max = 60000,
      .fallback = "0", .summary = "How long" },
    { .name = "max", .type = LN_INTEGER, .min = 0, .max = 10000000,
      .fallback = "0", .summary = "How much" },
    { .name = "post", .type = LN_INTEGER, .min = 0, .max = 3000000,
      .fallback = "0", .summary = "Octets to send" },
    { .name = "ca", .type = LN_STRING, .max = 200, .summary = "Whom to trust" },
    { .name = NULL }
};

static const ln_route_t  http_routes[] = {
    { .method = NGX_HTTP_GET, .path = "/api/v1/http/call",
      .needs = LN_PUBLIC, .params = http_in, .handler = http_call,
      .summary = "Calls another server" },
    { .path = NULL }
};

static const char *const  http_targets[] = { "one", "other", NULL };

static const ln_feature_t  http_feature = {
    .abi = LN_ABI,
    .layout = LN_LAYOUT,
    .name = "http",
    .migration = "0001",
    .routes = http_routes,
    .targets = http_targets
};


static ngx_int_t
ngx_http_asking_register(ngx_conf_t *cf)
{
    return ln_register(cf, &http_feature);
}


static ngx_http_module_t  ngx_http_asking_module_ctx = {
    ngx_http_asking_register,              /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_asking_module = {
    NGX_MODULE_V1,
    &ngx_http_asking_module_ctx,           /* module context */
    NULL,                                  /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};
