
/*
 * Rows that a job has claimed, each handed to the feature's handler, which may
 * call another server or a thread:
 *
 *     round     BEGIN, steps (claim), SELECT of the claimed rows, COMMIT
 *     each row  handler … answer … BEGIN, .settle, COMMIT
 *
 * The claim is committed before anything is done, and is settled after: who
 * dies in between leaves a claim that runs out, and the row is done again.
 * A worker that must quit finishes the rows that are under way and leaves the
 * others to their claims.
 */

#include "ln_clock.h"
#include "ln_question.h"
#include "ln_http.h"


#define LN_ITEM_ATTEMPTS  5
#define LN_ITEM_PAUSE     50         /* ms, doubled each time, with jitter */


/* All of it lies in the round's pool. */
struct ln_item_s {
    ln_run_t            *run;
    ln_request_t         lr;         /* for binding: no request behind it */
    ln_value_t         **rows;       /* the claimed one, then of the steps */
    ngx_uint_t           step;
    ngx_uint_t           attempt;
    ln_tx_t             *tx;
    ngx_event_t          timer;
    ln_db_rc_e           error;
    ln_item_done_pt      done;
    void                *data;
};


static ln_item_t *ln_item_new(ln_run_t *run, ln_value_t *row);
static void ln_item_returned(ln_item_t *item, ngx_int_t rc);
static void ln_item_answered(void *data, const ln_http_answer_t *answer);
static void ln_item_settle(ln_item_t *item);
static void ln_item_begun(void *data, const ln_db_result_t *result);
static void ln_item_step(ln_item_t *item);
static ngx_int_t ln_item_row(void *data, const ln_value_t *row);
static void ln_item_stepped(void *data, const ln_db_result_t *result);
static void ln_item_committed(void *data, const ln_db_result_t *result);
static void ln_item_undo(ln_item_t *item, ln_db_rc_e error);
static void ln_item_undone(void *data, const ln_db_result_t *result);
static void ln_item_again(ngx_event_t *ev);
static void ln_item_end(ln_item_t *item, ngx_uint_t settled);


void
ln_items_go(ln_run_t *run)
{
    ngx_uint_t   most;
    ln_item_t   *item;
    ln_value_t  *row;

    if (run->going) {
        return;
    }

    run->going = 1;
    most = ngx_max(run->work->job->at_once, 1);

    while (run->active < most && run->next < run->nitems
           && !ln_clock_stopped(run->on->clock))
    {
        row = run->items[run->next++];
        run->active++;

        item = ln_item_new(run, row);
        if (item == NULL) {
            run->active--;
            continue;
        }

        ln_item_returned(item, run->work->job->handler(item, row));
    }

    run->going = 0;

    if (run->active == 0) {
        ln_items_handled(run);
    }
}


static ln_item_t *
ln_item_new(ln_run_t *run, ln_value_t *row)
{
    ln_item_t      *item;
    ln_request_t   *lr;
    ln_endpoint_t  *settle;

    settle = run->work->settle;

    item = ngx_pcalloc(run->pool, sizeof(ln_item_t));
    if (item == NULL) {
        return NULL;
    }

    lr = &item->lr;
    item->run = run;
    item->rows = ngx_pcalloc(run->pool,
                             settle->nsteps * sizeof(ln_value_t *));

    lr->app = run->on->clock->app;
    lr->endpoint = settle;

    if (item->rows == NULL || ln_params_alloc(lr, run->pool) != NGX_OK) {
        return NULL;
    }

    ngx_memcpy(lr->new_id, run->new_id, 16);

    item->rows[0] = row;
    item->timer.handler = ln_item_again;
    item->timer.data = item;
    item->timer.log = ngx_cycle->log;

    return item;
}


static void
ln_item_returned(ln_item_t *item, ngx_int_t rc)
{
    switch (rc) {

    case NGX_OK:
        ln_item_settle(item);
        return;

    case NGX_DONE:
        return;

    default:
        ln_item_end(item, 0);
    }
}


ngx_int_t
ln_item_http(ln_item_t *item, const ln_http_call_t *call,
    ln_item_done_pt done, void *data)
{
    ln_http_e  why;

    item->done = done;
    item->data = data;

    return ln_http_call(item->lr.app, call, ln_item_answered, item, &why)
           ? NGX_DONE : NGX_DECLINED;
}


static void
ln_item_answered(void *data, const ln_http_answer_t *answer)
{
    ln_item_t *item = data;

    ln_item_resume(item, item->done(item, item->data, answer));
}


void
ln_item_resume(ln_item_t *item, ngx_int_t rc)
{
    ln_run_t  *run;

    run = item->run;

    ln_item_returned(item, rc);
    ln_items_go(run);
}


ln_app_t *
ln_item_app(ln_item_t *item)
{
    return item->lr.app;
}


ngx_pool_t *
ln_item_pool(ln_item_t *item)
{
    return item->run->pool;
}


ngx_int_t
ln_item_unseal(ln_item_t *item, const char *field, const ln_value_t *value,
    ngx_str_t *text)
{
    return ln_unseal_in(item->lr.app, item->run->pool, field, value, text);
}


ngx_int_t
ln_item_set(ln_item_t *item, const char *name, const ln_value_t *value)
{
    ngx_int_t       index;
    ln_value_t     *place;
    ln_endpoint_t  *settle;

    settle = item->lr.endpoint;
    index = ln_param_index(settle, name, ngx_strlen(name));

    if (index < 0) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "legalnet: \"%s\" is no result of job %V", name,
                      &settle->name);
        return NGX_ERROR;
    }

    place = ln_values(&item->lr, index);

    *place = *value;
    place->type = settle->route->params[index].type;
    place->set = 1;
    item->lr.given[index] = 1;

    if (value->string.len) {
        place->string.data = ngx_pstrdup(item->run->pool,
                                         (ngx_str_t *) &value->string);
        if (place->string.data == NULL) {
            place->set = 0;
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ln_item_set_string(ln_item_t *item, const char *name, const void *data,
    size_t len)
{
    ln_value_t  value;

    ln_arg_string(&value, data, len);

    return ln_item_set(item, name, &value);
}


ngx_int_t
ln_item_set_integer(ln_item_t *item, const char *name, int64_t n)
{
    ln_value_t  value;

    ln_arg_integer(&value, n);

    return ln_item_set(item, name, &value);
}


/* The transaction of the settling */

static void
ln_item_settle(ln_item_t *item)
{
    item->error = LN_DB_OK;
    item->step = 1;
    item->tx = ln_tx_begin(item->run->on->db, ln_item_begun, item);

    if (item->tx == NULL) {
        item->error = LN_DB_UNAVAILABLE;
        ln_item_undone(item, NULL);
    }
}


static void
ln_item_begun(void *data, const ln_db_result_t *result)
{
    ln_item_t *item = data;

    if (result->rc != LN_DB_OK) {
        ln_item_undo(item, result->rc);
        return;
    }

    ln_item_step(item);
}


static void
ln_item_step(ln_item_t *item)
{
    ln_do_t     *what;
    ln_value_t   args[LN_MAX_BINDS];
    ln_scope_t   scope;

    while (item->step < item->lr.endpoint->nsteps) {

        what = &item->lr.endpoint->steps[item->step];

        if (!ln_question_holds(&item->lr, &what->when)) {
            item->step++;
            continue;
        }

        ngx_memzero(&scope, sizeof(ln_scope_t));
        scope.lr = &item->lr;
        scope.rows = item->rows;
        scope.new_id = item->lr.new_id;

        ln_bind(&scope, &what->call, args);
        ln_tx_query(item->tx, what->call.sql, args, ln_item_row,
                    ln_item_stepped, item);
        return;
    }

    ln_tx_commit(item->tx, ln_item_committed, item);
}


static ngx_int_t
ln_item_row(void *data, const ln_value_t *row)
{
    ln_item_t *item = data;

    ngx_uint_t  n;

    if (item->rows[item->step]) {
        return NGX_OK;
    }

    n = item->lr.endpoint->steps[item->step].call.sql->ncolumns;
    item->rows[item->step] = ln_job_copy(item->run->pool, row, n);

    return item->rows[item->step] ? NGX_OK : NGX_ERROR;
}


static void
ln_item_stepped(void *data, const ln_db_result_t *result)
{
    ln_item_t *item = data;

    const ln_step_t  *step;

    if (result->rc != LN_DB_OK) {
        ln_item_undo(item, result->rc);
        return;
    }

    step = item->lr.endpoint->steps[item->step].step;

    if (!step->optional
        && (step->stmt->columns ? result->rows : result->affected) == 0)
    {
        /* the claim ran out meanwhile: somebody else has the row now */
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "legalnet: job \"%V\": a row was settled too late",
                      &item->run->work->name);
        ln_item_undo(item, LN_DB_OK);
        return;
    }

    item->step++;
    ln_item_step(item);
}


static void
ln_item_committed(void *data, const ln_db_result_t *result)
{
    ln_item_t *item = data;

    if (result->rc != LN_DB_OK) {
        ln_item_undo(item, result->rc);
        return;
    }

    item->tx = NULL;
    ln_item_end(item, 1);
    ln_items_go(item->run);
}


static void
ln_item_undo(ln_item_t *item, ln_db_rc_e error)
{
    item->error = error;

    ln_tx_rollback(item->tx, ln_item_undone, item);
}


/* What was done cannot be undone there: to settle it is tried again. */

static void
ln_item_undone(void *data, const ln_db_result_t *result)
{
    ln_item_t *item = data;

    ngx_msec_t  pause;

    (void) result;

    item->tx = NULL;
    ngx_memzero(&item->rows[1],
                (item->lr.endpoint->nsteps - 1) * sizeof(ln_value_t *));

    if (item->error != LN_DB_OK && item->error != LN_DB_FAILED
        && item->error != LN_DB_DUPLICATE && item->error != LN_DB_REFUSED
        && ++item->attempt < LN_ITEM_ATTEMPTS)
    {
        pause = LN_ITEM_PAUSE << item->attempt;
        ngx_add_timer(&item->timer, pause / 2 + ngx_random() % pause);
        return;
    }

    if (item->error != LN_DB_OK) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, 0,
                      "legalnet: job \"%V\": what was done for a row could "
                      "not be written, it will be done again",
                      &item->run->work->name);
    }

    ln_item_end(item, 0);
    ln_items_go(item->run);
}


static void
ln_item_again(ngx_event_t *ev)
{
    ln_item_settle(ev->data);
}


/* The caller goes on with the round: here it may be in the middle of it. */

static void
ln_item_end(ln_item_t *item, ngx_uint_t settled)
{
    ln_run_t  *run;

    run = item->run;

    ln_zone_count(run->on->clock->app->zone,
                  settled ? run->work->metric_settled : run->work->metric_left,
                  1);
    run->active--;
}
