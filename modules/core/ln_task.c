
/*
 * Work that would hold the event loop up (hashing a password, writing files)
 * in a thread of one of nginx's pools, on behalf of a request or a job's row.
 *
 * The request's memory stays while its task is under way (r->main->blocked),
 * whatever becomes of the client.  A client that goes away is noticed: what
 * waits in the queue runs all the same, but its `done` is not called.  A timer
 * that is not cancelable keeps a worker that must quit until its tasks ended.
 *
 * nginx's queue has a limit and says so with an error line each time.  The
 * number of tasks under way when it did so first is remembered, and from then
 * on what is more is refused here, silently and counted.
 */

#include "ln_clock.h"
#include <ngx_thread_pool.h>
#include <sys/syscall.h>


#define LN_TASK_WATCH  60000         /* ms: a task that lasts longer is told */

/* hashing lets the event loop go first, and is interrupted for it at once */
#define LN_TASK_NICE   10
#define LN_TASK_SLICE  100000000     /* ns: the most that Linux takes */


/* As sched_setattr(2) has it; the C library names it only since glibc 2.41. */
typedef struct {
    uint32_t                size;
    uint32_t                policy;
    uint64_t                flags;
    int32_t                 nice;
    uint32_t                priority;
    uint64_t                runtime;   /* ns; of common policies the slice */
    uint64_t                deadline;
    uint64_t                period;
} ln_task_sched_t;

typedef struct {
    ngx_str_t               name;
    ngx_thread_pool_t      *threads;
    ngx_uint_t              nice;
    ngx_int_t               metric_running;
    ngx_int_t               metric_done;
    ngx_int_t               metric_gone;
    ngx_int_t               metric_refused;
    ngx_int_t               metric_wait;
    ngx_int_t               metric_time;

    /* in this worker */
    ngx_uint_t              pending;
    ngx_uint_t              limit;     /* 0: not met yet */
} ln_task_pool_t;

typedef struct {
    ln_request_t           *lr;        /* NULL: the request is gone */
    ngx_http_request_t     *r;         /* NULL: of a row */
    ngx_http_cleanup_t     *cleanup;
    ln_task_done_pt         done;
    ln_item_t              *item;
    ln_item_tasked_pt       tasked;
    ln_zone_t              *zone;
    ln_task_pool_t         *pool;
    ln_task_work_pt         work;
    void                   *data;
    ngx_event_t             watch;
    struct timespec         posted;
    struct timespec         began;
    struct timespec         ended;
} ln_task_t;


static ngx_int_t ln_task_pool_add(ngx_conf_t *cf, ln_app_t *app,
    const char *name);
static ngx_int_t ln_task_metrics(ln_task_pool_t *pool, ln_zone_t *zone);
static ln_task_pool_t *ln_task_pool(ln_app_t *app, const char *name);
static ln_task_pool_t *ln_task_named(ln_app_t *app, const char *name);
static ngx_thread_task_t *ln_task_new(ln_app_t *app, ngx_pool_t *memory,
    ln_task_pool_t *pool, ln_task_work_pt work, void *data);
static ngx_int_t ln_task_post(ngx_thread_task_t *thread);
static void ln_task_thread(void *data, ngx_log_t *log);
static void ln_task_nice(void);
static void ln_task_ended(ngx_event_t *ev);
static uint64_t ln_task_usec(const struct timespec *from,
    const struct timespec *to);
static void ln_task_watch(ngx_event_t *ev);
static void ln_task_cleanup(void *data);


ngx_int_t
ln_task_init(ngx_conf_t *cf, ln_app_t *app)
{
    ngx_uint_t            i;
    const char *const    *name;
    const ln_feature_t  **features;

    if (ngx_array_init(&app->pools, cf->pool, 4, sizeof(ln_task_pool_t))
        != NGX_OK)
    {
        return NGX_ERROR;
    }

    features = app->features.elts;

    for (i = 0; i < app->features.nelts; i++) {

        for (name = features[i]->pools; name && *name; name++) {

            if (ln_task_pool(app, *name) == NULL
                && ln_task_pool_add(cf, app, *name) != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


/* One that no `thread_pool` directive defines is [emerg] by its name. */

static ngx_int_t
ln_task_pool_add(ngx_conf_t *cf, ln_app_t *app, const char *name)
{
    ln_task_pool_t  *pool;

    pool = ngx_array_push(&app->pools);
    if (pool == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(pool, sizeof(ln_task_pool_t));

    pool->name.data = (u_char *) name;
    pool->name.len = ngx_strlen(name);
    pool->nice = (ngx_strcmp(name, "legalnet_cpu") == 0);

    pool->threads = ngx_thread_pool_add(cf, &pool->name);

    if (pool->threads == NULL
        || ln_task_metrics(pool, app->zone) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ln_task_metrics(ln_task_pool_t *pool, ln_zone_t *zone)
{
    u_char             labels[128], *p, *last;
    ngx_uint_t         i;
    static const char  tasks[] = "legalnet_tasks_total";
    static const char  help[] = "Tasks for threads by what came of them.";

    static const ngx_str_t  results[] = {
        ngx_string("done"), ngx_string("gone"), ngx_string("refused")
    };

    ngx_int_t  *const  metrics[] = {
        &pool->metric_done, &pool->metric_gone, &pool->metric_refused
    };

    last = labels + sizeof(labels) - 1;
    p = ln_zone_label(labels, labels, last, "pool", &pool->name);
    *p = '\0';

    pool->metric_running = ln_zone_metric(zone, LN_GAUGE,
                                          "legalnet_tasks_running",
                                          "Tasks that wait or run.",
                                          (char *) labels);
    pool->metric_wait = ln_zone_metric(zone, LN_HISTOGRAM,
                                       "legalnet_task_wait_seconds",
                                       "Time until a thread took a task.",
                                       (char *) labels);
    pool->metric_time = ln_zone_metric(zone, LN_HISTOGRAM,
                                       "legalnet_task_duration_seconds",
                                       "Time that a thread had a task.",
                                       (char *) labels);

    for (i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
        *ln_zone_label(labels, p, last, "result", &results[i]) = '\0';
        *metrics[i] = ln_zone_metric(zone, LN_COUNTER, tasks, help,
                                     (char *) labels);
    }

    return pool->metric_refused == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


static ln_task_pool_t *
ln_task_pool(ln_app_t *app, const char *name)
{
    ngx_uint_t       i;
    ln_task_pool_t  *pools;

    pools = app->pools.elts;

    for (i = 0; i < app->pools.nelts; i++) {
        if (ngx_strcmp(pools[i].name.data, name) == 0) {
            return &pools[i];
        }
    }

    return NULL;
}


ngx_int_t
ln_task(ln_request_t *lr, const char *name, ln_task_work_pt work,
    ln_task_done_pt done, void *data)
{
    ln_task_t            *task;
    ln_task_pool_t       *pool;
    ngx_http_cleanup_t   *cln;
    ngx_thread_task_t    *thread;
    ngx_http_request_t   *r;

    r = lr->r;
    pool = ln_task_named(lr->app, name);

    if (pool == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    thread = ln_task_new(lr->app, r->pool, pool, work, data);
    cln = ngx_http_cleanup_add(r, 0);

    if (thread == NULL || cln == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    task = thread->ctx;
    task->lr = lr;
    task->r = r;
    task->cleanup = cln;
    task->done = done;

    if (ln_task_post(thread) != NGX_OK) {
        return ln_fail(lr, NGX_HTTP_SERVICE_UNAVAILABLE, "busy");
    }

    cln->handler = ln_task_cleanup;
    cln->data = task;

    r->main->blocked++;
    r->main->count++;
    r->read_event_handler = ngx_http_test_reading;
    r->write_event_handler = ngx_http_request_empty_handler;

    return NGX_DONE;
}


ngx_int_t
ln_item_task(ln_item_t *item, const char *name, ln_task_work_pt work,
    ln_item_tasked_pt done, void *data)
{
    ln_app_t           *app;
    ln_task_t          *task;
    ln_task_pool_t     *pool;
    ngx_thread_task_t  *thread;

    app = ln_item_app(item);
    pool = ln_task_named(app, name);

    if (pool == NULL) {
        return NGX_DECLINED;
    }

    thread = ln_task_new(app, ln_item_pool(item), pool, work, data);
    if (thread == NULL) {
        return NGX_DECLINED;
    }

    task = thread->ctx;
    task->item = item;
    task->tasked = done;

    return ln_task_post(thread) == NGX_OK ? NGX_DONE : NGX_DECLINED;
}


static ln_task_pool_t *
ln_task_named(ln_app_t *app, const char *name)
{
    ln_task_pool_t  *pool;

    pool = ln_task_pool(app, name);

    if (pool == NULL) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "legalnet: no feature names the thread pool \"%s\"",
                      name);
    }

    return pool;
}


static ngx_thread_task_t *
ln_task_new(ln_app_t *app, ngx_pool_t *memory, ln_task_pool_t *pool,
    ln_task_work_pt work, void *data)
{
    ln_task_t          *task;
    ngx_thread_task_t  *thread;

    thread = ngx_thread_task_alloc(memory, sizeof(ln_task_t));
    if (thread == NULL) {
        return NULL;
    }

    task = thread->ctx;
    task->zone = app->zone;
    task->pool = pool;
    task->work = work;
    task->data = data;
    task->watch.handler = ln_task_watch;
    task->watch.data = task;
    task->watch.log = ngx_cycle->log;

    thread->handler = ln_task_thread;
    thread->event.handler = ln_task_ended;
    thread->event.data = task;

    return thread;
}


/* NGX_BUSY: the queue is full. */

static ngx_int_t
ln_task_post(ngx_thread_task_t *thread)
{
    ln_task_t       *task;
    ln_task_pool_t  *pool;

    task = thread->ctx;
    pool = task->pool;

    if (pool->limit && pool->pending >= pool->limit) {
        ln_zone_count(task->zone, pool->metric_refused, 1);
        return NGX_BUSY;
    }

    (void) clock_gettime(CLOCK_MONOTONIC, &task->posted);

    if (ngx_thread_task_post(pool->threads, thread) != NGX_OK) {
        pool->limit = pool->pending;
        ln_zone_count(task->zone, pool->metric_refused, 1);
        return NGX_BUSY;
    }

    pool->pending++;
    ln_zone_count(task->zone, pool->metric_running, 1);
    ngx_add_timer(&task->watch, LN_TASK_WATCH);

    return NGX_OK;
}


/* In a thread: nothing of nginx is touched. */

static void
ln_task_thread(void *data, ngx_log_t *log)
{
    ln_task_t *task = data;

    (void) log;

    if (task->pool->nice) {
        ln_task_nice();
    }

    (void) clock_gettime(CLOCK_MONOTONIC, &task->began);
    task->work(task->data);
    (void) clock_gettime(CLOCK_MONOTONIC, &task->ended);
}


/*
 * On Linux a priority belongs to a thread; once is enough for its life.  Since
 * EEVDF (Linux 6.12) a thread that runs is not interrupted within its slice
 * but by one whose slice is shorter: with the default one the event loop would
 * wait for a hash until the next tick, up to 4 ms.  Older ones take no notice.
 */

static void
ln_task_nice(void)
{
    ln_task_sched_t                  sched;
    static _Thread_local ngx_uint_t  done;

    if (done) {
        return;
    }

    done = 1;

    if (syscall(SYS_sched_getattr, 0, &sched, sizeof(sched), 0) == -1) {
        return;
    }

    sched.nice += LN_TASK_NICE;
    sched.runtime = LN_TASK_SLICE;

    (void) syscall(SYS_sched_setattr, 0, &sched, 0);
}


static void
ln_task_ended(ngx_event_t *ev)
{
    ln_task_t           *task;
    ln_request_t        *lr;
    ln_task_pool_t      *pool;
    ngx_connection_t    *c;
    ngx_http_request_t  *r;

    task = ev->data;
    lr = task->lr;
    pool = task->pool;
    r = task->r;

    if (task->watch.timer_set) {
        ngx_del_timer(&task->watch);
    }

    if (--pool->pending == 0) {
        pool->limit = 0;
    }

    ln_zone_count(task->zone, pool->metric_running, -1);
    ln_zone_count(task->zone, lr || r == NULL ? pool->metric_done
                                              : pool->metric_gone, 1);
    ln_zone_observe(task->zone, pool->metric_wait,
                    ln_task_usec(&task->posted, &task->began));
    ln_zone_observe(task->zone, pool->metric_time,
                    ln_task_usec(&task->began, &task->ended));

    if (r == NULL) {
        ln_item_resume(task->item, task->tasked(task->item, task->data));
        return;
    }

    c = r->connection;
    r->main->blocked--;

    if (lr == NULL) {
        /* torn down meanwhile: what nginx left for this moment */
        r->write_event_handler(r);
        ngx_http_run_posted_requests(c);
        return;
    }

    task->cleanup->handler = NULL;
    r->read_event_handler = ngx_http_block_reading;

    ln_resume(lr, task->done(lr, task->data));
}


static uint64_t
ln_task_usec(const struct timespec *from, const struct timespec *to)
{
    int64_t  usec;

    usec = (int64_t) (to->tv_sec - from->tv_sec) * 1000000
           + (to->tv_nsec - from->tv_nsec) / 1000;

    return usec > 0 ? usec : 0;
}


static void
ln_task_watch(ngx_event_t *ev)
{
    ln_task_t  *task;

    task = ev->data;

    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                  "legalnet: a task of \"%V\" has not ended after %d s",
                  &task->pool->name, LN_TASK_WATCH / 1000);

    ngx_add_timer(ev, LN_TASK_WATCH);
}


static void
ln_task_cleanup(void *data)
{
    ln_task_t *task = data;

    task->lr = NULL;
}
