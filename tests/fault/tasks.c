
/*
 * A third party's feature whose requests work in threads: one that sleeps
 * there, one that has two tasks after each other, one whose pool is small.
 */

#include <legalnet/ln.h>


typedef struct {
    int64_t     ms;
    int64_t     slept;
    unsigned    twice:1;
} tasks_sleep_t;


static void
tasks_work(void *data)
{
    tasks_sleep_t    *sleep = data;
    struct timespec   pause;

    pause.tv_sec = sleep->ms / 1000;
    pause.tv_nsec = sleep->ms % 1000 * 1000000;

    (void) nanosleep(&pause, NULL);

    sleep->slept += sleep->ms;
}


static ngx_int_t
tasks_done(ln_request_t *lr, void *data)
{
    tasks_sleep_t  *sleep = data;
    ngx_str_t       json;

    if (sleep->twice) {
        sleep->twice = 0;
        return ln_task(lr, "legalnet_io", tasks_work, tasks_done, sleep);
    }

    json.data = ngx_pnalloc(ln_pool(lr), 64);
    if (json.data == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    json.len = ngx_sprintf(json.data, "{\"slept\":%L}", sleep->slept)
               - json.data;

    return ln_respond_json(lr, NGX_HTTP_OK, &json);
}


static ngx_int_t
tasks_start(ln_request_t *lr, const char *pool, ngx_uint_t twice)
{
    tasks_sleep_t  *sleep;

    sleep = ngx_pcalloc(ln_pool(lr), sizeof(tasks_sleep_t));
    if (sleep == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    sleep->ms = ln_param(lr, "ms")->integer;
    sleep->twice = twice;

    return ln_task(lr, pool, tasks_work, tasks_done, sleep);
}


static ngx_int_t
tasks_once(ln_request_t *lr)
{
    return tasks_start(lr, "legalnet_cpu", 0);
}


static ngx_int_t
tasks_twice(ln_request_t *lr)
{
    return tasks_start(lr, "legalnet_cpu", 1);
}


static ngx_int_t
tasks_small(ln_request_t *lr)
{
    return tasks_start(lr, "small", 0);
}


static const ln_param_t  tasks_in[] = {
    { .name = "ms", .type = LN_INTEGER, .min = 0, .max = 60000,
      .fallback = "100", .summary = "How long" },
    { .name = NULL }
};

static const ln_route_t  tasks_routes[] = {
    { .method = NGX_HTTP_GET, .path = "/api/v1/tasks/once",
      .needs = LN_PUBLIC, .params = tasks_in, .handler = tasks_once,
      .summary = "Sleeps in a thread" },
    { .method = NGX_HTTP_GET, .path = "/api/v1/tasks/twice",
      .needs = LN_PUBLIC, .params = tasks_in, .handler = tasks_twice,
      .summary = "Sleeps in two threads, one after the other" },
    { .method = NGX_HTTP_GET, .path = "/api/v1/tasks/small",
      .needs = LN_PUBLIC, .params = tasks_in, .handler = tasks_small,
      .summary = "Sleeps in the one thread of a small pool" },
    { .path = NULL }
};

static const char *const  tasks_pools[] = {
    "legalnet_cpu", "legalnet_io", "small", NULL
};

static const ln_feature_t  tasks_feature = {
    .abi = LN_ABI,
    .layout = LN_LAYOUT,
    .name = "tasks",
    .migration = "0001",
    .routes = tasks_routes,
    .pools = tasks_pools
};


static ngx_int_t
ngx_http_tasks_register(ngx_conf_t *cf)
{
    return ln_register(cf, &tasks_feature);
}


static ngx_http_module_t  ngx_http_tasks_module_ctx = {
    ngx_http_tasks_register,               /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_tasks_module = {
    NGX_MODULE_V1,
    &ngx_http_tasks_module_ctx,            /* module context */
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
