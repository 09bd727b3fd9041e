
/*
 * A third party's way to sign in, as simple as it can be: the header X-Token
 * holds "account uuid without hyphens, when it was issued in microseconds".
 * What is proven with it is when a node takes a token for stale.
 */

#include <legalnet/ln.h>


static ngx_int_t
revoked_authenticate(ngx_http_request_t *r, ln_principal_t *principal)
{
    u_char            *p;
    ngx_int_t          byte, issued, rc;
    ngx_uint_t         i, n;
    ngx_table_elt_t   *header;
    ngx_list_part_t   *part;

    header = NULL;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        for (n = 0; n < part->nelts; n++) {

            header = (ngx_table_elt_t *) part->elts + n;

            if (header->key.len == 7
                && ngx_strncasecmp(header->key.data, (u_char *) "X-Token", 7)
                   == 0)
            {
                goto found;
            }
        }
    }

    return NGX_OK;

found:

    if (header->value.len < 34) {
        return NGX_DECLINED;
    }

    p = header->value.data;

    for (i = 0; i < 16; i++) {
        byte = ngx_hextoi(p + 2 * i, 2);
        principal->account[i] = (u_char) byte;
    }

    issued = ngx_atoi(p + 33, header->value.len - 33);

    rc = ln_changed_since(r, "account", principal->account, issued);

    if (rc == NGX_DECLINED) {
        principal->refusal = LN_TOKEN_STALE;
    }

    principal->signed_in = (rc == NGX_OK);

    return rc;
}


/* The time, for tokens. */

static ngx_int_t
revoked_now(ln_request_t *lr)
{
    ngx_str_t  json;

    json.data = ngx_pnalloc(ln_pool(lr), 64);
    if (json.data == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    json.len = ngx_sprintf(json.data, "{\"now\":%L}",
                           ln_now(ln_http_request(lr)))
               - json.data;

    return ln_respond_json(lr, NGX_HTTP_OK, &json);
}


static ngx_int_t
revoked_me(ln_request_t *lr)
{
    ngx_str_t  json = ngx_string("{\"me\":true}");

    return ln_respond_json(lr, NGX_HTTP_OK, &json);
}


/* A feature that knows of a change which its steps have committed. */

static ngx_int_t
revoked_changed(ln_request_t *lr)
{
    ln_changed(ln_http_request(lr), "account",
               ln_param(lr, "id")->string.data);

    return revoked_now(lr);
}


static const ln_param_t  revoked_id[] = {
    { .name = "id", .type = LN_UUID, .in = LN_PATH,
      .summary = "The account" },
    { .name = NULL }
};

static const ln_step_t  revoked_steps[] = {
    { .stmt = &(const ln_stmt_t) {
          .name = "revoke",
          .sql = "INSERT INTO change_event"
                 " (topic, subject, at)"
                 " VALUES ('account', LOWER(HEX(:id)), UTC_TIMESTAMP(6))" } },
    { .stmt = NULL }
};

static const ln_route_t  revoked_routes[] = {
    { .method = NGX_HTTP_GET, .path = "/api/v1/revoked/now",
      .needs = LN_PUBLIC, .handler = revoked_now, .summary = "The time" },
    { .method = NGX_HTTP_GET, .path = "/api/v1/revoked/me",
      .needs = LN_SIGNED_IN, .handler = revoked_me, .summary = "Who" },
    { .method = NGX_HTTP_POST, .path = "/api/v1/revoked/{id}",
      .needs = LN_PUBLIC, .params = revoked_id, .steps = revoked_steps,
      .subject = { "other", "id" }, .summary = "Revokes" },
    { .method = NGX_HTTP_POST, .path = "/api/v1/revoked/{id}/changed",
      .needs = LN_PUBLIC, .params = revoked_id, .handler = revoked_changed,
      .summary = "Says that it has been revoked" },
    { .path = NULL }
};

static const char *const  revoked_watches[] = { "account", "session", NULL };

static const ln_feature_t  revoked_feature = {
    .abi = LN_ABI,
    .layout = LN_LAYOUT,
    .name = "revoked",
    .migration = "0001",
    .routes = revoked_routes,
    .authenticate = revoked_authenticate,
    .watches = revoked_watches
};


static ngx_int_t
ngx_http_revoked_register(ngx_conf_t *cf)
{
    return ln_register(cf, &revoked_feature);
}


static ngx_http_module_t  ngx_http_revoked_module_ctx = {
    ngx_http_revoked_register,             /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_revoked_module = {
    NGX_MODULE_V1,
    &ngx_http_revoked_module_ctx,          /* module context */
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
