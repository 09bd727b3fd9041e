
/*
 * The clockwork runs in one worker of a node, the first, and there only once
 * the schema has what every feature needs.  Each database has its own.
 */

#include "ln_clock.h"


#define LN_MAX_HOLDER  64            /* job.holder */
#define LN_MAX_JOB     64            /* job.name */


static ngx_int_t ln_clock_jobs(ngx_conf_t *cf, ln_clock_t *clock,
    const ln_feature_t *feature);
static ngx_int_t ln_clock_check(ngx_conf_t *cf, const ln_feature_t *feature,
    const ln_job_t *job);
static ngx_int_t ln_clock_metrics(ngx_conf_t *cf, ln_clock_t *clock,
    ln_work_t *work);
static ngx_int_t ln_clock_item_metrics(ln_clock_t *clock, ln_work_t *work);
static ngx_int_t ln_clock_holder(ngx_cycle_t *cycle, ln_clock_t *clock);
static void ln_clock_look(ngx_event_t *ev);
static void ln_clock_looked(void *data, const ln_db_result_t *result);
static ngx_int_t ln_clock_begin(ln_clock_db_t *on);


static const ln_step_t  ln_clock_change_steps[] = {
    { .stmt = &(const ln_stmt_t) {
          .name = "change_tidy",
          /* the newest stays, so that a lower one means another database */
          .sql = "DELETE FROM change_event"
                 " WHERE at < UTC_TIMESTAMP(6) - INTERVAL 1 HOUR"
                 " AND seq < (SELECT newest.seq"
                 " FROM (SELECT MAX(seq) AS seq FROM change_event) newest)"
                 " ORDER BY at, seq"
                 " LIMIT 1000" } },
    { .stmt = NULL }
};

static const ln_step_t  ln_clock_idempotency_steps[] = {
    { .stmt = &(const ln_stmt_t) {
          .name = "idempotency_tidy",
          .sql = "DELETE FROM idempotency"
                 " WHERE created_at < UTC_TIMESTAMP(6) - INTERVAL 48 HOUR"
                 " ORDER BY created_at, scope"
                 " LIMIT 1000" } },
    { .stmt = NULL }
};

static const ln_job_t  ln_clock_own_jobs[] = {
    { .name = "change_tidy", .period = 10 * 60 * 1000,
      .steps = ln_clock_change_steps, .again = 1000 },
    { .name = "idempotency_tidy", .period = 60 * 60 * 1000,
      .steps = ln_clock_idempotency_steps, .again = 1000 },
    { .name = NULL }
};

/* Not registered: core's routes are another file's. */
static const ln_feature_t  ln_clock_feature = {
    .abi = LN_ABI,
    .layout = LN_LAYOUT,
    .name = "core",
    .jobs = ln_clock_own_jobs
};


ngx_int_t
ln_clock_init(ngx_conf_t *cf, ln_app_t *app)
{
    ngx_uint_t            i;
    ln_clock_t           *clock;
    const ln_feature_t  **features;

    clock = ngx_pcalloc(cf->pool, sizeof(ln_clock_t));
    if (clock == NULL) {
        return NGX_ERROR;
    }

    clock->app = app;
    app->clock = clock;

    if (ngx_array_init(&clock->works, cf->pool, 8, sizeof(ln_work_t))
        != NGX_OK
        || ln_job_init(cf, clock) != NGX_OK
        || ln_change_init(cf, clock) != NGX_OK
        || ln_audit_init(cf, clock) != NGX_OK
        || ln_seal_init(cf, clock) != NGX_OK
        || ln_clock_jobs(cf, clock, &ln_clock_feature) != NGX_OK)
    {
        return NGX_ERROR;
    }

    features = app->features.elts;

    for (i = 0; i < app->features.nelts; i++) {
        if (ln_clock_jobs(cf, clock, features[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_clock_jobs(ngx_conf_t *cf, ln_clock_t *clock, const ln_feature_t *feature)
{
    ln_work_t       *work;
    const ln_job_t  *job;

    for (job = feature->jobs; job && job->name; job++) {

        if (ln_clock_check(cf, feature, job) != NGX_OK) {
            return NGX_ERROR;
        }

        work = ln_clock_job(cf, clock, feature->name, job->name, job->period);
        if (work == NULL) {
            return NGX_ERROR;
        }

        work->job = job;
        work->again = job->again;

        if (job->peek) {
            work->peek = ln_compile_own(cf, clock->app, job->peek->name,
                                        job->peek->sql, job->peek->columns,
                                        job->peek->lane ? job->peek->lane
                                                        : LN_LANE_READ);
            if (work->peek == NULL) {
                return NGX_ERROR;
            }
        }

        if (ln_compile_job(cf, clock->app, feature, job, &work->steps,
                           &work->nsteps)
            != NGX_OK
            || ln_compile_settle(cf, clock->app, feature, job, &work->settle)
               != NGX_OK
            || ln_clock_item_metrics(clock, work) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_clock_check(ngx_conf_t *cf, const ln_feature_t *feature,
    const ln_job_t *job)
{
    ngx_uint_t        i;
    const ln_step_t  *step;

    if (job->period == 0
        || (job->steps == NULL && (job->peeked == NULL || job->handler))
        || (job->peek ? job->peek->columns == NULL : job->peeked != NULL))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: feature \"%s\", job \"%s\": "
                           "it needs a .period, and .steps or .peek (with "
                           "columns) and .peeked", feature->name, job->name);
        return NGX_ERROR;
    }

    if ((job->handler != NULL) != (job->claimed != NULL)
        || (job->handler != NULL) != (job->settle != NULL)
        || (job->claimed && job->claimed->columns == NULL))
    {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: feature \"%s\", job \"%s\": "
                           ".handler, .claimed (with columns) and .settle "
                           "go together", feature->name, job->name);
        return NGX_ERROR;
    }

    for (step = job->steps, i = 0; step && step->stmt; step++, i++) {

        if (i == LN_MAX_STEPS || step->check || step->each
            || step->otherwise)
        {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "legalnet: feature \"%s\", job \"%s\": "
                               "a step of a job has no .check, .each or "
                               ".otherwise, and there are at most %d",
                               feature->name, job->name, LN_MAX_STEPS);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ln_work_t *
ln_clock_job(ngx_conf_t *cf, ln_clock_t *clock, const char *feature,
    const char *name, ngx_msec_t period)
{
    size_t      len;
    ln_work_t  *work;

    len = ngx_strlen(feature) + 1 + ngx_strlen(name);

    if (len > LN_MAX_JOB) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: feature \"%s\", job \"%s\": "
                           "the name is too long", feature, name);
        return NULL;
    }

    work = ngx_array_push(&clock->works);
    if (work == NULL) {
        return NULL;
    }

    ngx_memzero(work, sizeof(ln_work_t));

    work->name.data = ngx_pnalloc(cf->pool, len);
    if (work->name.data == NULL) {
        return NULL;
    }

    work->name.len = ngx_sprintf(work->name.data, "%s.%s", feature, name)
                     - work->name.data;
    work->period = period;

    return ln_clock_metrics(cf, clock, work) == NGX_OK ? work : NULL;
}


static ngx_int_t
ln_clock_metrics(ngx_conf_t *cf, ln_clock_t *clock, ln_work_t *work)
{
    u_char                    *p, *last;
    u_char                     labels[2 * LN_MAX_JOB + 64];
    ln_zone_t                 *zone;
    static const ngx_str_t     ok = ngx_string("ok");
    static const ngx_str_t     failed = ngx_string("failed");
    static const char          runs[] = "legalnet_job_runs_total";
    static const char          help[] = "Rounds of a job on this node.";

    zone = clock->app->zone;
    last = labels + sizeof(labels) - 1;

    p = ln_zone_label(labels, labels, last, "job", &work->name);
    *p = '\0';
    work->metric_time = ln_zone_metric(zone, LN_HISTOGRAM,
                                       "legalnet_job_duration_seconds",
                                       "Time of a round that was claimed.",
                                       (char *) labels);

    *ln_zone_label(labels, p, last, "result", &ok) = '\0';
    work->metric_ok = ln_zone_metric(zone, LN_COUNTER, runs, help,
                                     (char *) labels);

    *ln_zone_label(labels, p, last, "result", &failed) = '\0';
    work->metric_failed = ln_zone_metric(zone, LN_COUNTER, runs, help,
                                         (char *) labels);

    if (work->metric_failed == NGX_ERROR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: no room for the metrics of job \"%V\"",
                           &work->name);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static ngx_int_t
ln_clock_item_metrics(ln_clock_t *clock, ln_work_t *work)
{
    u_char                    *p, *last;
    u_char                     labels[2 * LN_MAX_JOB + 64];
    ln_zone_t                 *zone;
    static const ngx_str_t     settled = ngx_string("settled");
    static const ngx_str_t     left = ngx_string("left");
    static const char          items[] = "legalnet_job_items_total";
    static const char          help[] = "Rows that a job's handler had.";

    if (work->settle == NULL) {
        return NGX_OK;
    }

    zone = clock->app->zone;
    last = labels + sizeof(labels) - 1;
    p = ln_zone_label(labels, labels, last, "job", &work->name);

    *ln_zone_label(labels, p, last, "result", &settled) = '\0';
    work->metric_settled = ln_zone_metric(zone, LN_COUNTER, items, help,
                                          (char *) labels);

    *ln_zone_label(labels, p, last, "result", &left) = '\0';
    work->metric_left = ln_zone_metric(zone, LN_COUNTER, items, help,
                                       (char *) labels);

    return work->metric_left == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


ngx_int_t
ln_clock_start(ngx_cycle_t *cycle, ln_app_t *app)
{
    ln_db_t        **databases;
    ngx_uint_t       i;
    ln_clock_t      *clock;
    ln_clock_db_t   *on;

    clock = app->clock;

    /* the cache manager and loader are no workers, whatever their number */
    if (ngx_worker != 0
        || (ngx_process != NGX_PROCESS_WORKER
            && ngx_process != NGX_PROCESS_SINGLE))
    {
        return NGX_OK;
    }

    if (ln_clock_holder(cycle, clock) != NGX_OK) {
        return NGX_ERROR;
    }

    clock->dbs = ngx_pcalloc(cycle->pool,
                             app->databases.nelts * sizeof(ln_clock_db_t));
    if (clock->dbs == NULL) {
        return NGX_ERROR;
    }

    databases = app->databases.elts;

    for (i = 0; i < app->databases.nelts; i++) {
        on = &clock->dbs[i];
        on->clock = clock;
        on->db = databases[i];
        on->index = i;
        on->timer.handler = ln_clock_look;
        on->timer.data = on;
        on->timer.log = cycle->log;
        on->timer.cancelable = 1;

        ngx_add_timer(&on->timer, 1);
    }

    clock->started = 1;

    return NGX_OK;
}


/* Host, process and a random part: two containers may share the first two. */

static ngx_int_t
ln_clock_holder(ngx_cycle_t *cycle, ln_clock_t *clock)
{
    u_char     *p, id[16];
    ngx_str_t   host;

    p = ngx_pnalloc(cycle->pool, LN_MAX_HOLDER);
    if (p == NULL) {
        return NGX_ERROR;
    }

    ln_uuid7(id);

    host = cycle->hostname;
    host.len = ngx_min(host.len, 32);

    clock->holder.data = p;
    p = ngx_slprintf(p, p + LN_MAX_HOLDER - 8, "%V/%P/", &host, ngx_pid);
    p = ngx_hex_dump(p, id + 12, 4);
    clock->holder.len = p - clock->holder.data;

    return NGX_OK;
}


ngx_uint_t
ln_clock_stopped(ln_clock_t *clock)
{
    return clock->quit || ngx_exiting || ngx_terminate || ngx_quit;
}


void
ln_clock_quit(ln_app_t *app)
{
    ngx_uint_t      i, j;
    ln_clock_t     *clock;
    ln_clock_db_t  *on;

    clock = app->clock;

    if (clock == NULL || !clock->started || clock->quit) {
        return;
    }

    clock->quit = 1;

    for (i = 0; i < app->databases.nelts; i++) {
        on = &clock->dbs[i];

        if (on->timer.timer_set) {
            ngx_del_timer(&on->timer);
        }

        if (on->op) {
            ln_op_detach(on->op);
            on->op = NULL;
        }

        if (on->change) {
            ln_change_stop(on->change);
        }

        for (j = 0; on->runs && j < clock->works.nelts; j++) {
            ln_job_stop(&on->runs[j]);
        }
    }
}


static void
ln_clock_look(ngx_event_t *ev)
{
    ln_clock_db_t  *on;

    on = ev->data;

    if (ln_clock_stopped(on->clock)) {
        return;
    }

    on->op = ln_schema_look(on->clock->app, on->db, ln_clock_looked, on);

    if (on->op == NULL) {
        ngx_add_timer(ev, LN_CLOCK_LOOK);
    }
}


static void
ln_clock_looked(void *data, const ln_db_result_t *result)
{
    ln_clock_db_t *on = data;

    on->op = NULL;

    if (ln_clock_stopped(on->clock)) {
        return;
    }

    if (result->rc == LN_DB_OK
        && ln_schema_complete(&on->look, NULL) == NGX_OK
        && ln_clock_begin(on) == NGX_OK)
    {
        return;
    }

    ngx_add_timer(&on->timer, LN_CLOCK_LOOK);
}


static ngx_int_t
ln_clock_begin(ln_clock_db_t *on)
{
    ngx_uint_t    i;
    ln_run_t     *runs;
    ln_work_t    *works;
    ln_clock_t   *clock;
    ngx_cycle_t  *cycle;

    clock = on->clock;
    cycle = (ngx_cycle_t *) ngx_cycle;

    runs = ngx_pcalloc(cycle->pool, clock->works.nelts * sizeof(ln_run_t));
    if (runs == NULL || ln_change_start(on, cycle) != NGX_OK) {
        return NGX_ERROR;
    }

    works = clock->works.elts;

    for (i = 0; i < clock->works.nelts; i++) {
        runs[i].on = on;
        runs[i].work = &works[i];

        /* one after the other: they need not open a connection each */
        ln_job_start(&runs[i], 1 + i * LN_CLOCK_STAGGER);
    }

    on->runs = runs;

    return NGX_OK;
}


void
ln_arg_string(ln_value_t *arg, const u_char *data, size_t length)
{
    ngx_memzero(arg, sizeof(ln_value_t));
    arg->type = LN_STRING;
    arg->string.data = (u_char *) data;
    arg->string.len = length;
    arg->set = 1;
}


void
ln_arg_integer(ln_value_t *arg, int64_t n)
{
    ngx_memzero(arg, sizeof(ln_value_t));
    arg->type = LN_INTEGER;
    arg->integer = n;
    arg->set = 1;
}


void
ln_arg_uuid(ln_value_t *arg, const u_char id[16])
{
    ln_arg_string(arg, id, 16);
    arg->type = LN_UUID;
}
