
/*
 * A third party's feature that sends: each row of a table is posted to its
 * address, and what came of it is written down.
 */

#include <legalnet/ln.h>


static ngx_int_t
sending_answered(ln_item_t *item, void *data, const ln_http_answer_t *answer)
{
    (void) data;

    if (ln_item_set_string(item, "outcome", answer->error,
                           ngx_strlen(answer->error)) != NGX_OK
        || ln_item_set_integer(item, "status", answer->status) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    if (answer->rc == LN_HTTP_OK && answer->status == NGX_HTTP_OK
        && ln_item_set_integer(item, "sent", 1) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    return NGX_OK;
}


static ngx_int_t
sending_handle(ln_item_t *item, const ln_value_t *row)
{
    ln_http_call_t  call;

    if (row[2].string.len == 0) {

        /* nobody to ask: settled at once */
        return ln_item_set_string(item, "outcome", "nowhere", 7) == NGX_OK
               && ln_item_set_integer(item, "sent", 1) == NGX_OK
               ? NGX_OK : NGX_DECLINED;
    }

    ngx_memzero(&call, sizeof(ln_http_call_t));

    call.target = "gateway";
    call.method = NGX_HTTP_POST;
    call.timeout = 2000;
    call.body = row[1].string;
    call.url.data = ngx_pcalloc(ln_item_pool(item), row[2].string.len + 1);

    if (call.url.data == NULL) {
        return NGX_DECLINED;
    }

    ngx_memcpy(call.url.data, row[2].string.data, row[2].string.len);

    return ln_item_http(item, &call, sending_answered, NULL);
}


static const ln_stmt_t  sending_claim = {
    .name = "claim",
    .sql = "UPDATE sending"
           " SET claim = :new_id,"
           " claimed_until = UTC_TIMESTAMP(6) + INTERVAL 4 SECOND,"
           " tries = tries + 1"
           " WHERE sent = 0"
           " AND (claimed_until IS NULL OR claimed_until < UTC_TIMESTAMP(6))"
           " ORDER BY id"
           " LIMIT 8"
};

static const ln_column_t  sending_columns[] = {
    { .name = "id", .type = LN_ID },
    { .name = "body", .type = LN_STRING },
    { .name = "url", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  sending_claimed = {
    .name = "claimed",
    .sql = "SELECT s.id, s.body, s.url"
           " FROM sending s"
           " WHERE s.claim = :new_id"
           " ORDER BY s.id",
    .columns = sending_columns
};

static const ln_param_t  sending_results[] = {
    { .name = "outcome", .type = LN_STRING, .in = LN_COMPUTED, .max = 20,
      .summary = "What came of it" },
    { .name = "status", .type = LN_INTEGER, .in = LN_COMPUTED,
      .summary = "Of the answer" },
    { .name = "sent", .type = LN_INTEGER, .in = LN_COMPUTED,
      .summary = "It was taken" },
    { .name = NULL }
};

static const ln_step_t  sending_settle[] = {
    { .stmt = &(const ln_stmt_t) {
          .name = "settle",
          .sql = "UPDATE sending"
                 " SET outcome = :outcome, status = :status,"
                 " sent = COALESCE(:sent, 0), claim = NULL,"
                 " claimed_until = NULL"
                 " WHERE id = :row.id"
                 " AND claim = :new_id" } },
    { .stmt = &(const ln_stmt_t) {
          .name = "log",
          .sql = "INSERT INTO sending_log (sending_id)"
                 " VALUES (:row.id)" },
      .when = "sent" },
    { .stmt = NULL }
};

static const ln_step_t  sending_steps[] = {
    { .stmt = &sending_claim },
    { .stmt = NULL }
};

static const ln_job_t  sending_jobs[] = {
    { .name = "send", .period = 500, .steps = sending_steps, .again = 8,
#if !defined(SENDING_HALF)
      .claimed = &sending_claimed,
#endif
      .handler = sending_handle, .results = sending_results,
      .settle = sending_settle, .at_once = 3 },
    { .name = NULL }
};

static const char *const  sending_targets[] = { "gateway", NULL };

static const ln_feature_t  sending_feature = {
    .abi = LN_ABI,
    .layout = LN_LAYOUT,
    .name = "sending",
    .migration = "9003",
    .jobs = sending_jobs,
    .targets = sending_targets
};


static ngx_int_t
ngx_http_sending_register(ngx_conf_t *cf)
{
    return ln_register(cf, &sending_feature);
}


static ngx_http_module_t  ngx_http_sending_module_ctx = {
    ngx_http_sending_register,             /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_sending_module = {
    NGX_MODULE_V1,
    &ngx_http_sending_module_ctx,          /* module context */
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
