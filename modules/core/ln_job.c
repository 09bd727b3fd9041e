
/*
 * A job, on one database.  A round is
 *
 *     peek     nothing to do?                      (if it has one)
 *     claim    BEGIN, UPDATE job …, COMMIT         no row: another node's turn
 *     work     BEGIN, steps, UPDATE job …, COMMIT  no row: the lease ran out
 *     record   BEGIN, UPDATE job …, COMMIT         after a failure
 *
 * The lease is given back in the transaction of the work itself, on condition
 * that it still holds: who was stopped for longer than LN_JOB_LEASE undoes his
 * work, so a round counts once whatever happens.
 */

#include "ln_clock.h"


static void ln_job_state(ln_run_t *run, ln_job_state_e state);
static void ln_job_rest(ln_run_t *run, ngx_msec_t delay);
static void ln_job_tick(ngx_event_t *ev);
static ngx_int_t ln_job_saw(void *data, const ln_value_t *row);
static void ln_job_peeked(void *data, const ln_db_result_t *result);
static void ln_job_begin(ln_run_t *run, ln_job_state_e state);
static void ln_job_begun(void *data, const ln_db_result_t *result);
static void ln_job_enrol(ln_run_t *run);
static void ln_job_enrolled(void *data, const ln_db_result_t *result);
static void ln_job_claim(ln_run_t *run);
static void ln_job_claimed(void *data, const ln_db_result_t *result);
static void ln_job_step(ln_run_t *run);
static ngx_int_t ln_job_row(void *data, const ln_value_t *row);
static void ln_job_stepped(void *data, const ln_db_result_t *result);
static void ln_job_finish(ln_run_t *run);
static void ln_job_finished(void *data, const ln_db_result_t *result);
static void ln_job_committed(void *data, const ln_db_result_t *result);
static void ln_job_give_up(ln_run_t *run, ln_db_rc_e error);
static void ln_job_undone(void *data, const ln_db_result_t *result);
static void ln_job_failed(ln_run_t *run);
static void ln_job_count(ln_run_t *run, ngx_int_t metric);


static const char *const  ln_job_states[LN_JOB_STATES] = {
    "resting", "peeking", "claiming", "working", "recording", "handling"
};

/* By ln_db_rc_e; for job.last_result and the log. */
static const char *const  ln_job_errors[] = {
    "ok", "statement failed", "database unavailable", "timeout",
    "deadlock or lost connection", "duplicate key", "refused by a constraint",
    "commit unknown"
};


ngx_int_t
ln_job_init(ngx_conf_t *cf, ln_clock_t *clock)
{
    clock->enrol = ln_compile_own(cf, clock->app, "job_enrol",
        "INSERT IGNORE INTO job (name) VALUES (?)", NULL, LN_LANE_WRITE);

    clock->claim = ln_compile_own(cf, clock->app, "job_claim",
        "UPDATE job"
        " SET holder = ?, until = UTC_TIMESTAMP(6) + INTERVAL ? SECOND"
        " WHERE name = ?"
        " AND (until IS NULL OR until < UTC_TIMESTAMP(6) OR holder = ?)"
        " AND (last_run IS NULL"
        " OR last_run <= UTC_TIMESTAMP(6) - INTERVAL ? MICROSECOND)",
        NULL, LN_LANE_WRITE);

    clock->finish = ln_compile_own(cf, clock->app, "job_finish",
        "UPDATE job"
        " SET until = NULL, last_run = UTC_TIMESTAMP(6), last_result = ?"
        " WHERE name = ? AND holder = ? AND until > UTC_TIMESTAMP(6)",
        NULL, LN_LANE_WRITE);

    return clock->enrol && clock->claim && clock->finish ? NGX_OK : NGX_ERROR;
}


void
ln_job_start(ln_run_t *run, ngx_msec_t delay)
{
    ngx_event_t  *ev;

    ev = &run->timer;
    ev->handler = ln_job_tick;
    ev->data = run;
    ev->log = ngx_cycle->log;
    ev->cancelable = 1;

    ngx_add_timer(ev, delay);
}


/* What is in a transaction ends by itself: the lanes drain. */

void
ln_job_stop(ln_run_t *run)
{
    if (run->timer.timer_set) {
        ngx_del_timer(&run->timer);
    }

    if (run->op) {
        ln_op_detach(run->op);
        run->op = NULL;
        ln_job_state(run, LN_JOB_RESTING);
    }
}


static void
ln_job_state(ln_run_t *run, ln_job_state_e state)
{
    ngx_log_debug3(NGX_LOG_DEBUG_HTTP, ngx_cycle->log, 0,
                   "legalnet job %V: %s to %s", &run->work->name,
                   ln_job_states[run->state], ln_job_states[state]);

    run->state = state;
}


static ngx_msec_t
ln_job_interval(const ln_work_t *work)
{
    return ngx_min(work->period, LN_JOB_TICK);
}


static void
ln_job_rest(ln_run_t *run, ngx_msec_t delay)
{
    if (run->pool) {
        ngx_destroy_pool(run->pool);
        run->pool = NULL;
    }

    run->tx = NULL;
    run->rows = NULL;

    ln_job_state(run, LN_JOB_RESTING);

    if (!ln_clock_stopped(run->on->clock)) {
        ngx_add_timer(&run->timer, delay);
    }
}


static void
ln_job_tick(ngx_event_t *ev)
{
    ln_run_t  *run;

    run = ev->data;

    if (ln_clock_stopped(run->on->clock)) {
        return;
    }

    run->error = LN_DB_OK;
    run->began = ngx_current_msec;
    run->rest = ln_job_interval(run->work);

    if (run->work->peek == NULL) {
        ln_job_begin(run, LN_JOB_CLAIMING);
        return;
    }

    ln_job_state(run, LN_JOB_PEEKING);

    run->selected = 0;
    run->op = ln_db_query(run->on->db, run->work->peek, NULL, ln_job_saw,
                          ln_job_peeked, run);

    if (run->op == NULL) {
        ln_job_rest(run, run->rest);
    }
}


static ngx_int_t
ln_job_saw(void *data, const ln_value_t *row)
{
    ln_run_t *run = data;

    const ln_job_t  *job;

    job = run->work->job;

    if (run->selected++ == 0 && job && job->peeked) {
        job->peeked(row);
    }

    return NGX_OK;
}


static void
ln_job_peeked(void *data, const ln_db_result_t *result)
{
    ln_run_t *run = data;

    run->op = NULL;

    if (result->rc == LN_DB_OK && run->selected
        && (run->work->steps || run->work->work))
    {
        ln_job_begin(run, LN_JOB_CLAIMING);
        return;
    }

    ln_job_rest(run, result->rc == LN_DB_FAILED ? LN_JOB_WRONG : run->rest);
}


static void
ln_job_begin(ln_run_t *run, ln_job_state_e state)
{
    ln_job_state(run, state);

    run->tx = ln_tx_begin(run->on->db, ln_job_begun, run);

    if (run->tx == NULL) {
        ln_job_rest(run, run->rest);
    }
}


static void
ln_job_begun(void *data, const ln_db_result_t *result)
{
    ln_run_t *run = data;

    if (result->rc != LN_DB_OK) {
        /* the transaction never was, but its memory is */
        ln_job_give_up(run, LN_DB_OK);
        return;
    }

    switch (run->state) {

    case LN_JOB_CLAIMING:
        ln_job_enrol(run);
        return;

    case LN_JOB_RECORDING:
        ln_job_finish(run);
        return;

    default:
        break;
    }

    if (run->work->work) {
        run->work->work(run);
        return;
    }

    ln_job_step(run);
}


/* Once in a worker's life the row is made, if nobody has. */

static void
ln_job_enrol(ln_run_t *run)
{
    ln_value_t  arg;

    if (run->enrolled) {
        ln_job_claim(run);
        return;
    }

    ln_arg_string(&arg, run->work->name.data, run->work->name.len);
    ln_tx_query(run->tx, run->on->clock->enrol, &arg, NULL, ln_job_enrolled,
                run);
}


static void
ln_job_enrolled(void *data, const ln_db_result_t *result)
{
    ln_run_t *run = data;

    if (result->rc != LN_DB_OK) {
        ln_job_give_up(run, result->rc);
        return;
    }

    ln_job_claim(run);
}


static void
ln_job_claim(ln_run_t *run)
{
    int64_t       due;
    ngx_str_t    *holder;
    ln_value_t    args[5];

    holder = &run->on->clock->holder;

    /* half an interval early rather than a whole one late */
    due = run->repeat ? 0 : (int64_t) (run->work->period
                                       - ln_job_interval(run->work) / 2);

    ln_arg_string(&args[0], holder->data, holder->len);
    ln_arg_integer(&args[1], LN_JOB_LEASE);
    ln_arg_string(&args[2], run->work->name.data, run->work->name.len);
    ln_arg_string(&args[3], holder->data, holder->len);
    ln_arg_integer(&args[4], due * 1000);

    ln_tx_query(run->tx, run->on->clock->claim, args, NULL, ln_job_claimed,
                run);
}


static void
ln_job_claimed(void *data, const ln_db_result_t *result)
{
    ln_run_t *run = data;

    if (result->rc != LN_DB_OK) {
        ln_job_give_up(run, result->rc);
        return;
    }

    run->repeat = 0;
    run->mine = (result->affected != 0);

    if (!run->mine && run->enrolled) {
        ln_tx_rollback(run->tx, ln_job_undone, run);
        return;
    }

    ln_tx_commit(run->tx, ln_job_committed, run);
}


static void
ln_job_work(ln_run_t *run)
{
    ngx_uint_t  nsteps;

    nsteps = run->work->nsteps;

    run->step = 0;
    run->touched = 0;
    ln_uuid7(run->new_id);

    run->pool = ngx_create_pool(4096, ngx_cycle->log);
    if (run->pool) {
        run->rows = ngx_pcalloc(run->pool,
                                (nsteps + 1) * sizeof(ln_value_t *));
        run->items = run->work->settle == NULL ? run->rows
                     : ngx_palloc(run->pool,
                                  LN_JOB_ITEMS * sizeof(ln_value_t *));
    }

    run->nitems = 0;
    run->next = 0;

    if (run->rows == NULL || run->items == NULL) {
        ln_job_rest(run, LN_JOB_AFTER);
        return;
    }

    ln_job_begin(run, LN_JOB_WORKING);
}


static void
ln_job_step(ln_run_t *run)
{
    ln_scope_t        scope;
    ln_value_t        args[LN_MAX_BINDS];
    const ln_call_t  *call;

    if (run->step == run->work->nsteps) {
        ln_job_worked(run, LN_DB_OK, run->touched);
        return;
    }

    call = &run->work->steps[run->step].call;

    ngx_memzero(&scope, sizeof(ln_scope_t));
    scope.rows = run->rows;
    scope.new_id = run->new_id;

    ln_bind(&scope, call, args);

    run->selected = 0;
    ln_tx_query(run->tx, call->sql, args, ln_job_row, ln_job_stepped, run);
}


/* The first row of a step serves the later ones; the handler wants them all. */

static ngx_int_t
ln_job_row(void *data, const ln_value_t *row)
{
    ln_run_t *run = data;

    ngx_uint_t    n, all;
    ln_value_t   *copy;

    all = (run->work->settle && run->step == run->work->nsteps - 1);

    if (run->selected++ && !all) {
        return NGX_OK;
    }

    n = run->work->steps[run->step].call.sql->ncolumns;

    copy = ln_job_copy(run->pool, row, n);
    if (copy == NULL) {
        return NGX_ERROR;
    }

    if (!all) {
        run->rows[run->step] = copy;
        return NGX_OK;
    }

    if (run->nitems == LN_JOB_ITEMS) {
        return NGX_OK;      /* the others are left to their claims */
    }

    run->items[run->nitems++] = copy;

    return NGX_OK;
}


ln_value_t *
ln_job_copy(ngx_pool_t *pool, const ln_value_t *row, ngx_uint_t n)
{
    u_char      *p;
    ngx_uint_t   i;
    ln_value_t  *copy;

    copy = ngx_palloc(pool, n * sizeof(ln_value_t));
    if (copy == NULL) {
        return NULL;
    }

    for (i = 0; i < n; i++) {
        copy[i] = row[i];

        if (row[i].set && row[i].string.len) {
            p = ngx_pstrdup(pool, (ngx_str_t *) &row[i].string);
            if (p == NULL) {
                return NULL;
            }

            copy[i].string.data = p;
        }
    }

    return copy;
}


static void
ln_job_stepped(void *data, const ln_db_result_t *result)
{
    ln_run_t *run = data;

    uint64_t         touched;
    const ln_do_t   *step;

    if (result->rc != LN_DB_OK) {
        ln_job_give_up(run, result->rc);
        return;
    }

    step = &run->work->steps[run->step];
    touched = step->call.sql->columns ? run->selected : result->affected;

    if (run->step == 0) {
        run->touched = touched;
    }

    if (touched == 0 && !step->step->optional) {
        /* nothing there (any more): the rest has nothing to work on */
        ln_job_worked(run, LN_DB_OK, run->touched);
        return;
    }

    run->step++;
    ln_job_step(run);
}


void
ln_job_worked(ln_run_t *run, ln_db_rc_e rc, uint64_t touched)
{
    if (rc != LN_DB_OK) {
        ln_job_give_up(run, rc);
        return;
    }

    run->touched = touched;
    ln_job_finish(run);
}


static void
ln_job_finish(ln_run_t *run)
{
    u_char      *p;
    ngx_str_t   *holder;
    ln_value_t   args[3];

    holder = &run->on->clock->holder;

    if (run->error == LN_DB_OK) {
        p = ngx_snprintf(run->result, sizeof(run->result), "ok, %uL",
                         run->touched);
    } else {
        p = ngx_snprintf(run->result, sizeof(run->result), "failed: %s",
                         ln_job_errors[run->error]);
    }

    ln_arg_string(&args[0], run->result, p - run->result);
    ln_arg_string(&args[1], run->work->name.data, run->work->name.len);
    ln_arg_string(&args[2], holder->data, holder->len);

    ln_tx_query(run->tx, run->on->clock->finish, args, NULL, ln_job_finished,
                run);
}


static void
ln_job_finished(void *data, const ln_db_result_t *result)
{
    ln_run_t *run = data;

    if (result->rc != LN_DB_OK) {
        ln_job_give_up(run, result->rc);
        return;
    }

    if (result->affected == 0) {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "legalnet: job \"%V\" lost its lease and was undone",
                      &run->work->name);
        ln_tx_rollback(run->tx, ln_job_undone, run);
        return;
    }

    ln_tx_commit(run->tx, ln_job_committed, run);
}


static void
ln_job_committed(void *data, const ln_db_result_t *result)
{
    ln_run_t *run = data;

    if (result->rc != LN_DB_OK) {
        ln_job_give_up(run, result->rc);
        return;
    }

    run->tx = NULL;

    switch (run->state) {

    case LN_JOB_CLAIMING:
        run->enrolled = 1;

        if (run->mine) {
            ln_job_work(run);
            return;
        }

        ln_job_rest(run, run->rest);
        return;

    case LN_JOB_WORKING:
        ln_job_count(run, run->work->metric_ok);

        if (run->nitems) {
            ln_job_state(run, LN_JOB_HANDLING);
            ln_items_go(run);
            return;
        }

        ln_items_handled(run);
        return;

    default:
        ln_job_rest(run, run->rest);
        return;
    }
}


/* The round has ended, with all that it claimed. */

void
ln_items_handled(ln_run_t *run)
{
    if (run->work->again && run->touched >= run->work->again) {
        run->repeat = 1;
        ln_job_rest(run, 1);
        return;
    }

    ln_job_rest(run, run->rest);
}


static void
ln_job_give_up(ln_run_t *run, ln_db_rc_e error)
{
    run->error = error;

    ln_tx_rollback(run->tx, ln_job_undone, run);
}


static void
ln_job_undone(void *data, const ln_db_result_t *result)
{
    ln_run_t *run = data;

    (void) result;

    run->tx = NULL;

    if (run->error != LN_DB_OK && run->state != LN_JOB_RECORDING) {
        ln_job_failed(run);
        return;
    }

    ln_job_rest(run, run->rest);
}


static void
ln_job_failed(ln_run_t *run)
{
    ngx_msec_t  least;

    least = (run->error == LN_DB_FAILED) ? LN_JOB_WRONG : LN_JOB_AFTER;
    run->rest = ngx_max(run->rest, least);

    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                  "legalnet: job \"%V\" failed: %s, again in %M ms",
                  &run->work->name, ln_job_errors[run->error], run->rest);

    if (run->state != LN_JOB_WORKING) {
        ln_job_rest(run, run->rest);
        return;
    }

    ln_job_count(run, run->work->metric_failed);
    ln_job_begin(run, LN_JOB_RECORDING);
}


static void
ln_job_count(ln_run_t *run, ngx_int_t metric)
{
    ln_zone_t  *zone;

    zone = run->on->clock->app->zone;

    ln_zone_count(zone, metric, 1);
    ln_zone_observe(zone, run->work->metric_time,
                    (uint64_t) (ngx_current_msec - run->began) * 1000);
}
