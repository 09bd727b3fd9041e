
/*
 * A third party's feature of jobs only: one that beats, one that drains a
 * queue in batches, one whose steps build on each other, one that fails.
 */

#include <legalnet/ln.h>


static const ln_stmt_t  ticks_beat = {
    .name = "beat",
    .sql = "INSERT INTO tick_beat (at, id)"
           " VALUES (UTC_TIMESTAMP(6), :new_id)"
};

static const ln_stmt_t  ticks_drain = {
    .name = "drain",
    .sql = "DELETE FROM tick_queue ORDER BY id LIMIT 10"
};

static const ln_column_t  ticks_pick_columns[] = {
    { .name = "id", .type = LN_ID },
    { .name = "name", .type = LN_STRING },
    { .name = NULL }
};

static const ln_stmt_t  ticks_pick = {
    .name = "pick",
    .sql = "SELECT id, name FROM tick_task WHERE done IS NULL"
           " ORDER BY id LIMIT 1",
    .columns = ticks_pick_columns
};

static const ln_stmt_t  ticks_do = {
    .name = "do",
    .sql = "UPDATE tick_task SET done = CONCAT(:task.name, ' done')"
           " WHERE id = :task.id AND done IS NULL"
};

#if defined(TICKS_SLOW)

static const ln_column_t  ticks_wait_columns[] = {
    { .name = "slept", .type = LN_INTEGER },
    { .name = NULL }
};

static const ln_stmt_t  ticks_wait = {
    .name = "wait",
    .sql = "SELECT SLEEP(3) AS slept",
    .columns = ticks_wait_columns
};

#endif


static const ln_step_t  ticks_beat_steps[] = {
    { .stmt = &ticks_beat },
#if defined(TICKS_SLOW)
    { .stmt = &ticks_wait },
#endif
    { .stmt = NULL }
};

static const ln_step_t  ticks_drain_steps[] = {
    { .stmt = &ticks_drain },
    { .stmt = NULL }
};

static const ln_step_t  ticks_task_steps[] = {
    { .stmt = &ticks_pick, .name = "task" },
    { .stmt = &ticks_do },
    { .stmt = NULL }
};

#if defined(TICKS_FAIL)

static const ln_stmt_t  ticks_fail = {
    .name = "fail",
    .sql = "INSERT INTO tick_beat (at, id)"
           " SELECT at, id FROM tick_beat ORDER BY at LIMIT 1"
};

/* Its first step is undone with the second. */
static const ln_step_t  ticks_fail_steps[] = {
    { .stmt = &ticks_drain, .optional = 1 },
    { .stmt = &ticks_fail },
    { .stmt = NULL }
};

#endif


static const ln_job_t  ticks_jobs[] = {
    { .name = "beat", .period = 2000, .steps = ticks_beat_steps },
#if !defined(TICKS_FAIL)
    { .name = "drain", .period = 1000, .steps = ticks_drain_steps,
      .again = 10 },
#else
    { .name = "fail", .period = 1000, .steps = ticks_fail_steps },
#endif
    { .name = "task", .period = 1000, .steps = ticks_task_steps, .again = 1 },
    { .name = NULL }
};

static const ln_feature_t  ticks_feature = {
    .abi = LN_ABI,
    .layout = LN_LAYOUT,
    .name = "ticks",
    .migration = "9002",
    .jobs = ticks_jobs
};


static ngx_int_t
ngx_http_ticks_register(ngx_conf_t *cf)
{
    return ln_register(cf, &ticks_feature);
}


static ngx_http_module_t  ngx_http_ticks_module_ctx = {
    ngx_http_ticks_register,               /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_ticks_module = {
    NGX_MODULE_V1,
    &ngx_http_ticks_module_ctx,            /* module context */
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
