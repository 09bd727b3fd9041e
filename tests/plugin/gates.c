
/*
 * A third party's feature that decides in C between a look-up and its steps:
 * a gate opens for who knows its word, and every try is written down.  The
 * word is compared in a thread, as a password's hash would be.
 *
 * One of the names below, defined before this file, makes one mistake.
 */

#include <legalnet/ln.h>


typedef struct {
    ngx_str_t    word;
    ngx_str_t    said;
    unsigned     known:1;
    unsigned     same:1;
} gates_try_t;


static void
gates_compare(void *data)
{
    gates_try_t *try = data;

    try->same = try->known && try->word.len == try->said.len
                && ngx_memcmp(try->word.data, try->said.data, try->word.len)
                   == 0;
}


static ngx_int_t
gates_compared(ln_request_t *lr, void *data)
{
    gates_try_t  *try = data;

    if (try->same && ln_set_integer(lr, "opened", 1) != NGX_OK) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    return NGX_OK;
}


static ngx_int_t
gates_prepare(ln_request_t *lr, const ln_value_t *row)
{
    gates_try_t  *try;

    if (ln_param(lr, "said")->string.data[0] == '!') {
        return ln_fail(lr, NGX_HTTP_FORBIDDEN, "forbidden");
    }

    try = ngx_pcalloc(ln_pool(lr), sizeof(gates_try_t));
    if (try == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    try->said = ln_param(lr, "said")->string;

    if (row) {
        try->known = 1;
        try->word.len = row[1].string.len;
        try->word.data = ngx_pstrdup(ln_pool(lr), (ngx_str_t *) &row[1].string);
    }

    return ln_task(lr, "legalnet_cpu", gates_compare, gates_compared, try);
}


static ngx_int_t
gates_finish(ln_request_t *lr)
{
    ngx_str_t          json;
    const ln_value_t  *tries;

    if (!ln_param(lr, "opened")->set) {
        return ln_fail(lr, NGX_HTTP_FORBIDDEN, "forbidden");
    }

    tries = ln_step_row(lr, "tries");

    json.data = ngx_pnalloc(ln_pool(lr), 64);
    if (json.data == NULL || tries == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    json.len = ngx_sprintf(json.data, "{\"tries\":%L}", tries[0].integer)
               - json.data;

    return ln_respond_json(lr, NGX_HTTP_OK, &json);
}


/* Of a GET: the answer's statement binds what was decided. */

static ngx_int_t
gates_double(ln_request_t *lr, const ln_value_t *row)
{
    (void) row;

    if (ln_set_integer(lr, "twice", 2 * ln_param(lr, "number")->integer)
        != NGX_OK)
    {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    return NGX_OK;
}


static const ln_param_t  gates_in[] = {
    { .name = "name", .type = LN_STRING, .in = LN_PATH, .min = 1, .max = 20,
      .summary = "Which gate" },
    { .name = "said", .type = LN_STRING, .in = LN_BODY, .min = 1, .max = 20,
      .required = 1, .summary = "Its word" },
    { .name = "opened", .type = LN_BOOLEAN, .in = LN_COMPUTED },
    { .name = NULL }
};

static const ln_param_t  gates_double_in[] = {
    { .name = "number", .type = LN_INTEGER, .min = 0, .max = 1000,
      .required = 1, .summary = "What is doubled" },
    { .name = "twice", .type = LN_INTEGER, .in = LN_COMPUTED },
    { .name = NULL }
};

static const ln_column_t  gates_word_out[] = {
    { .name = "name", .type = LN_STRING },
    { .name = "word", .type = LN_STRING },
    { .name = NULL }
};

static const ln_column_t  gates_tries_out[] = {
    { .name = "tries", .type = LN_INTEGER, .summary = "How many so far" },
    { .name = NULL }
};

static const ln_column_t  gates_double_out[] = {
    { .name = "twice", .type = LN_INTEGER, .summary = "Twice the number" },
    { .name = NULL }
};

static const ln_stmt_t  gates_word = {
    .name = "gates_word",
    .sql = "SELECT g.name, g.word FROM gate g WHERE g.name = :name",
    .columns = gates_word_out
};

static const ln_stmt_t  gates_try = {
    .name = "gates_try",
    .sql = "INSERT INTO gate_try (id, name, opened)"
           " VALUES (:new_id, :name, COALESCE(:opened, FALSE))"
};

static const ln_stmt_t  gates_open = {
    .name = "gates_open",
    .sql = "UPDATE gate SET opened = opened + 1 WHERE name = :name"
};

static const ln_stmt_t  gates_tries = {
    .name = "gates_tries",
    .sql = "SELECT COUNT(*) AS tries FROM gate_try WHERE name = :name",
    .columns = gates_tries_out
};

static const ln_stmt_t  gates_twice = {
    .name = "gates_twice",
    .sql = "SELECT :twice + 0 AS twice",
    .columns = gates_double_out
};

static const ln_step_t  gates_steps[] = {
    { .stmt = &gates_try },
#ifdef GATES_UNKNOWN_WHEN
    { .stmt = &gates_open, .when = "openned" },
#else
    { .stmt = &gates_open, .when = "opened" },
#endif
    { .stmt = &gates_tries, .name = "tries", .when = "opened" },
    { .stmt = NULL }
};

static const ln_route_t  gates_routes[] = {
    { .method = NGX_HTTP_POST, .path = "/api/v1/gates/{name}",
      .needs = LN_PUBLIC, .params = gates_in, .prepare = gates_prepare,
#ifdef GATES_LOOKUP_WITHOUT_ROWS
      .lookup = &gates_open,
#else
      .lookup = &gates_word,
#endif
#ifdef GATES_KEY
      .key = LN_KEY_REQUIRED,
#endif
      .steps = gates_steps, .finish = gates_finish,
      .returns = gates_tries_out, .subject = { "gate", "name" },
      .summary = "Try to open a gate" },
    { .method = NGX_HTTP_GET, .path = "/api/v1/doubles",
      .needs = LN_PUBLIC, .params = gates_double_in, .prepare = gates_double,
#ifdef GATES_CACHED
      .cache = { "gate", NULL },
#endif
      .stmt = &gates_twice, .summary = "Twice a number" },
    { .path = NULL }
};

static const char *const  gates_pools[] = { "legalnet_cpu", NULL };

static const ln_feature_t  gates_feature = {
    .abi = LN_ABI,
    .layout = LN_LAYOUT,
    .name = "gates",
    .migration = "0001",
    .routes = gates_routes,
    .pools = gates_pools
};


static ngx_int_t
ngx_http_gates_register(ngx_conf_t *cf)
{
    return ln_register(cf, &gates_feature);
}


static ngx_http_module_t  ngx_http_gates_module_ctx = {
    ngx_http_gates_register,               /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_gates_module = {
    NGX_MODULE_V1,
    &ngx_http_gates_module_ctx,            /* module context */
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
