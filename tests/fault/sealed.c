
/*
 * A third party's feature that stores personal data: encrypted, found by
 * blind indexes, shown masked, and clear to whom may.
 */

#include <legalnet/ln.h>


static const ln_column_t  sealed_columns[] = {
    { .name = "name", .type = LN_SEALED, .seal = "sealed_person.name",
      .mask = LN_MASK_NAME },
    { .name = "phone", .type = LN_SEALED, .seal = "sealed_person.phone",
      .mask = LN_MASK_PHONE },
    { .name = "id_number", .type = LN_SEALED, .nullable = 1,
      .seal = "sealed_person.id_number", .mask = LN_MASK_ID_NUMBER },
    { .name = NULL }
};

#define SEALED_SELECT                                                         \
    "SELECT p.name, p.phone, p.id_number"                                     \
    " FROM sealed_person p"

static const ln_stmt_t  sealed_find = {
    .name = "find",
    .sql = SEALED_SELECT " WHERE p.phone_index = :phone.index",
    .columns = sealed_columns
};

static const ln_step_t  sealed_add_steps[] = {
    { .stmt = &(const ln_stmt_t) {
          .name = "add",
          .sql = "INSERT INTO sealed_person"
                 " (id, name, phone, phone_index, id_number)"
                 " VALUES (:new_id, :name, :phone, :phone.index,"
                 " :id_number)" } },
    { .stmt = NULL }
};

static const ln_step_t  sealed_reveal_steps[] = {
    { .stmt = &(const ln_stmt_t) {
          .name = "reveal",
          .sql = SEALED_SELECT " WHERE p.phone_index = :phone.index",
          .columns = sealed_columns } },
    { .stmt = NULL }
};

#define SEALED_PHONE(where)                                                   \
    { .name = "phone", .type = LN_STRING, .in = where, .min = 7, .max = 20,   \
      .required = 1, .seal = "sealed_person.phone",                           \
      .summary = "A phone number" }

static const ln_param_t  sealed_find_in[] = {
    SEALED_PHONE(LN_QUERY),
    { .name = NULL }
};

static const ln_param_t  sealed_reveal_in[] = {
    SEALED_PHONE(LN_BODY),
    { .name = NULL }
};

static const ln_param_t  sealed_add_in[] = {
    SEALED_PHONE(LN_BODY),
    { .name = "name", .type = LN_STRING, .in = LN_BODY, .min = 1, .max = 50,
      .required = 1, .seal = "sealed_person.name", .summary = "A name" },
    { .name = "id_number", .type = LN_STRING, .in = LN_BODY, .max = 30,
      .seal = "sealed_person.id_number", .summary = "An ID number" },
    { .name = NULL }
};

static const ln_route_t  sealed_routes[] = {
    { .method = NGX_HTTP_POST, .path = "/api/v1/sealed",
      .needs = LN_PUBLIC, .params = sealed_add_in, .steps = sealed_add_steps,
      .subject = { "sealed", "new_id" }, .summary = "Stores" },
    { .method = NGX_HTTP_GET, .path = "/api/v1/sealed",
      .needs = LN_PUBLIC, .params = sealed_find_in, .stmt = &sealed_find,
      .summary = "Finds" },
    { .method = NGX_HTTP_POST, .path = "/api/v1/sealed/reveal",
      .needs = LN_PUBLIC, .params = sealed_reveal_in,
      .steps = sealed_reveal_steps, .answer = &sealed_find,
      .subject = { "sealed", NULL }, .clear = "sealed.clear",
      .summary = "Shows it clear to whom may see it" },
#if defined(SEALED_CACHED)
    { .method = NGX_HTTP_GET, .path = "/api/v1/sealed/cached",
      .needs = LN_PUBLIC, .params = sealed_find_in, .stmt = &sealed_find,
      .cache = { "sealed" }, .summary = "A mistake" },
#endif
#if defined(SEALED_UNSEEN)
    { .method = NGX_HTTP_GET, .path = "/api/v1/sealed/unseen",
      .needs = LN_PUBLIC, .params = sealed_find_in, .stmt = &sealed_find,
      .clear = "sealed.clear", .summary = "A mistake" },
#endif
    { .path = NULL }
};


/* Signed in is who says X-Clerk, and a clerk may see all when he says yes. */

static ngx_int_t
sealed_authenticate(ngx_http_request_t *r, ln_principal_t *principal)
{
    ngx_uint_t         n;
    ngx_table_elt_t   *header;
    ngx_list_part_t   *part;

    static ngx_str_t  yes = ngx_string("yes");
    static ngx_str_t  no = ngx_string("no");

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        for (n = 0; n < part->nelts; n++) {

            header = (ngx_table_elt_t *) part->elts + n;

            if (ngx_strncasecmp(header->key.data, (u_char *) "X-Clerk", 8)
                == 0)
            {
                principal->signed_in = 1;
                principal->claims = header->value.data[0] == 'y' ? &yes : &no;
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
sealed_permitted(const ln_principal_t *principal, ngx_str_t *permission)
{
    ngx_str_t  *says = principal->claims;

    return says && says->len == 3 && permission->len == 12
           && ngx_strncmp(permission->data, "sealed.clear", 12) == 0
           ? NGX_OK : NGX_DECLINED;
}


static const ln_feature_t  sealed_feature = {
    .abi = LN_ABI,
    .layout = LN_LAYOUT,
    .name = "sealed",
    .migration = "0001",
    .routes = sealed_routes,
    .authenticate = sealed_authenticate,
    .permitted = sealed_permitted
};


static ngx_int_t
ngx_http_sealed_register(ngx_conf_t *cf)
{
    return ln_register(cf, &sealed_feature);
}


static ngx_http_module_t  ngx_http_sealed_module_ctx = {
    ngx_http_sealed_register,              /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_sealed_module = {
    NGX_MODULE_V1,
    &ngx_http_sealed_module_ctx,           /* module context */
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
