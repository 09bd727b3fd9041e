
/*
 * A write: the route's steps as one transaction, with its audit and change
 * rows and the stored answer inside it.
 *
 *     begin, key, steps …, answer, audit, change, store, commit
 *
 * Core replays the whole list after a deadlock or a lost connection.  A lost
 * answer to COMMIT is replayed as well: the key's row then proves what
 * happened.  The client may go away at any time: what was begun is finished,
 * and who repeats the request with its key gets the answer.
 *
 * The state has a pool of its own, so that it may outlive the request.
 */

#include "ln_write.h"
#include "ln_question.h"


#define LN_WRITE_ATTEMPTS  6
#define LN_WRITE_PAUSE     8       /* ms, doubled each time, with jitter */
#define LN_MAX_ANSWER      (256 * 1024)


static void ln_write_begin(ln_write_t *write);
static void ln_write_go(ln_write_t *write, ln_write_state_e state);
static void ln_write_query(ln_write_t *write, const ln_sql_t *sql,
    const ln_value_t *args);
static void ln_write_call(ln_write_t *write, const ln_call_t *call);
static void ln_write_step(ln_write_t *write);
static ngx_int_t ln_write_skip(ln_write_t *write);
static ngx_int_t ln_write_row(void *data, const ln_value_t *row);
static ngx_int_t ln_write_keep(ln_write_t *write, const ln_value_t *row);
static void ln_write_done(void *data, const ln_db_result_t *result);
static void ln_write_trouble(ln_write_t *write, ln_db_rc_e rc);
static void ln_write_stepped(ln_write_t *write,
    const ln_db_result_t *result, ngx_uint_t duplicate);
static void ln_write_next(ln_write_t *write);
static ngx_int_t ln_write_committed(ln_write_t *write);
static void ln_write_refuse(ln_write_t *write, const char *code);
static void ln_write_rollback(ln_write_t *write, ln_write_after_e after);
static void ln_write_rolled_back(ln_write_t *write);
static void ln_write_replay(ln_write_t *write);
static void ln_write_timer(ngx_event_t *ev);
static void ln_write_find(ln_write_t *write);
static void ln_write_found(ln_write_t *write);
static void ln_write_end(ln_write_t *write, ngx_int_t rc);
static void ln_write_destroy(ln_write_t *write);
static void ln_write_cleanup(void *data);


static ln_key_sqls_t  ln_write_keys;


static const char *const  ln_write_states[] = {
    "begin", "key", "step", "otherwise", "answer", "audit", "change", "store",
    "commit", "rollback", "find", "paused"
};


ngx_int_t
ln_write_init(ngx_conf_t *cf, ln_app_t *app)
{
    return ln_key_init(cf, app, &ln_write_keys);
}


ngx_int_t
ln_write_start(ln_request_t *lr)
{
    ngx_int_t            rc;
    ln_key_t             key;
    ngx_pool_t          *pool;
    ln_write_t          *write;
    ngx_http_cleanup_t  *cln;

    rc = ln_params_derive(lr);
    if (rc != NGX_OK) {
        return rc;
    }

    ln_uuid7(lr->new_id);

    rc = ln_key_read(lr, &lr->body, &key);
    if (rc != NGX_OK) {
        return rc;
    }

    cln = ngx_http_cleanup_add(lr->r, 0);
    pool = ngx_create_pool(4096, ngx_cycle->log);

    if (cln == NULL || pool == NULL) {
        if (pool) {
            ngx_destroy_pool(pool);
        }

        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    write = ngx_pcalloc(pool, sizeof(ln_write_t));
    if (write == NULL) {
        ngx_destroy_pool(pool);
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    write->lr = lr;
    write->app = lr->app;
    write->endpoint = lr->endpoint;
    write->pool = pool;
    write->key = key;
    write->cleanup = cln;
    write->timer.handler = ln_write_timer;
    write->timer.data = write;
    write->timer.log = ngx_cycle->log;

    cln->handler = ln_write_cleanup;
    cln->data = write;

    write->tx = ln_tx_begin(lr->conf->db, ln_write_done, write);

    if (write->tx == NULL) {
        ln_write_destroy(write);
        return ln_fail_db(lr, LN_DB_UNAVAILABLE);
    }

    lr->flow = write;

    /* A client that goes away does not stop what it has begun. */
    lr->r->main->count++;
    lr->r->read_event_handler = ngx_http_block_reading;
    lr->r->write_event_handler = ngx_http_request_empty_handler;

    return NGX_DONE;
}


static void
ln_write_begin(ln_write_t *write)
{
    write->state = LN_WRITE_BEGIN;
    write->tx = ln_tx_begin(write->lr->conf->db, ln_write_done, write);

    if (write->tx == NULL) {
        ln_write_end(write, ln_fail_db(write->lr, LN_DB_UNAVAILABLE));
    }
}


/* Every state but the pauses asks the database one thing. */

static void
ln_write_go(ln_write_t *write, ln_write_state_e state)
{
    ln_act_t          act;
    ln_value_t       *args;
    const ln_sql_t   *sql;

    ngx_log_debug2(NGX_LOG_DEBUG_HTTP, ngx_cycle->log, 0,
                   "legalnet write: %s -> %s",
                   ln_write_states[write->state], ln_write_states[state]);

    write->state = state;

    act.principal = &write->lr->principal;
    act.action = write->endpoint->name;
    act.topic = write->endpoint->topic;
    act.subject = write->subject;
    act.detail = write->detail;
    act.request_id = write->lr->id;

    args = NULL;

    switch (state) {

    case LN_WRITE_KEY:
        sql = ln_write_keys.insert;
        args = ln_key_insert_args(write->pool, &write->key);
        break;

    case LN_WRITE_ANSWER:
        ln_json_init(&write->json, write->pool, LN_MAX_ANSWER);
        write->json.lr = write->lr;
        write->touched = 0;
        ln_write_call(write, &write->endpoint->answer);
        return;

    case LN_WRITE_AUDIT:
        sql = ln_audit_insert(write->app, write->pool, &act, &args);
        break;

    case LN_WRITE_CHANGE:
        sql = ln_change_insert(write->app, write->pool, &act, &args);
        break;

    case LN_WRITE_STORE:
        sql = ln_write_keys.store;
        args = ln_key_store_args(write->pool, write->app, &write->key,
                                 write->status, &write->location,
                                 &write->body);
        break;

    default: /* LN_WRITE_COMMIT */
        ln_tx_commit(write->tx, ln_write_done, write);
        return;
    }

    if (sql == NULL || args == NULL) {
        ln_write_trouble(write, LN_DB_FAILED);
        return;
    }

    ln_write_query(write, sql, args);
}


static void
ln_write_query(ln_write_t *write, const ln_sql_t *sql, const ln_value_t *args)
{
    ln_tx_query(write->tx, sql, args, ln_write_row, ln_write_done, write);
}


static void
ln_write_call(ln_write_t *write, const ln_call_t *call)
{
    ln_do_t      *what;
    ln_value_t    args[LN_MAX_BINDS];
    ln_scope_t    scope;
    ngx_array_t  *array;

    scope.lr = write->lr;
    scope.rows = write->rows;
    scope.new_id = write->lr->new_id;
    scope.element = NULL;

    if (write->step < write->endpoint->nsteps) {
        what = &write->endpoint->steps[write->step];

        if (what->each >= 0) {
            array = write->lr->arrays[what->each];
            scope.element = (ln_value_t *) ((u_char *) array->elts
                                            + write->element * array->size);
        }
    }

    ln_bind(&scope, call, args);
    ln_write_query(write, call->sql, args);
}


/* The step at hand, or what comes after the last one. */

static void
ln_write_step(ln_write_t *write)
{
    ln_do_t      *what;
    ngx_array_t  *array;

    for ( /* void */ ; write->step < write->endpoint->nsteps; write->step++) {

        what = &write->endpoint->steps[write->step];
        array = (what->each >= 0) ? write->lr->arrays[what->each] : NULL;

        if ((what->each >= 0 && (array == NULL
                                 || write->element >= array->nelts))
            || !ln_question_holds(write->lr, &what->when))
        {
            if (ln_write_skip(write) != NGX_OK) {
                ln_write_trouble(write, LN_DB_FAILED);
                return;
            }

            continue;
        }

        write->state = LN_WRITE_STEP;
        write->touched = 0;
        ln_write_call(write, &what->call);
        return;
    }

    if (write->endpoint->answer.stmt) {
        ln_write_go(write, LN_WRITE_ANSWER);
        return;
    }

    if (ln_write_outcome(write) != NGX_OK) {
        ln_write_trouble(write, LN_DB_FAILED);
        return;
    }

    ln_write_go(write, LN_WRITE_AUDIT);
}


/* Nothing (more) to do here: a row that nobody selected reads as NULLs. */

static ngx_int_t
ln_write_skip(ln_write_t *write)
{
    write->element = 0;

    if (write->endpoint->steps[write->step].step->stmt->columns == NULL
        || write->rows[write->step])
    {
        return NGX_OK;
    }

    return ln_write_keep(write, NULL);
}


static ngx_int_t
ln_write_row(void *data, const ln_value_t *row)
{
    ln_write_t *write = data;

    size_t  len;

    if (write->lr == NULL || write->touched++) {
        return NGX_OK;
    }

    switch (write->state) {

    case LN_WRITE_STEP:
        return ln_write_keep(write, row);

    case LN_WRITE_OTHERWISE:
        len = ngx_min(row[0].string.len, sizeof(write->code) - 1);
        ngx_memcpy(write->code, row[0].string.data, len);
        write->code[len] = '\0';
        return NGX_OK;

    case LN_WRITE_FIND:
        return ln_key_found(write->pool, write->app, &write->key, row);

    default: /* LN_WRITE_ANSWER */
        ln_render_row(&write->json, write->endpoint->route->answer->columns,
                      row);
        return write->json.failed ? NGX_ERROR : NGX_OK;
    }
}


/* Later steps and checks read the first row of a SELECT. */

static ngx_int_t
ln_write_keep(ln_write_t *write, const ln_value_t *row)
{
    ngx_uint_t   i, n;
    ln_value_t  *copy;

    n = write->endpoint->steps[write->step].call.sql->ncolumns;

    copy = ngx_pcalloc(write->pool, n * sizeof(ln_value_t));
    if (copy == NULL) {
        return NGX_ERROR;
    }

    write->rows[write->step] = copy;

    for (i = 0; row && i < n; i++) {

        copy[i] = row[i];

        if (row[i].set && row[i].string.len) {
            copy[i].string.data = ngx_pstrdup(write->pool,
                                              (ngx_str_t *) &row[i].string);
            if (copy[i].string.data == NULL) {
                return NGX_ERROR;
            }
        }
    }

    return NGX_OK;
}


static void
ln_write_done(void *data, const ln_db_result_t *result)
{
    ln_write_t *write = data;

    if (write->state == LN_WRITE_ROLLBACK) {
        ln_write_rolled_back(write);
        return;
    }

    if (write->lr == NULL) {

        if (write->state == LN_WRITE_FIND
            || (write->state == LN_WRITE_COMMIT && result->rc == LN_DB_OK))
        {
            ln_write_destroy(write);
            return;
        }

        ln_write_rollback(write, LN_AFTER_NOTHING);
        return;
    }

    if (result->rc == LN_DB_DUPLICATE && write->state == LN_WRITE_KEY) {
        ln_write_rollback(write, LN_AFTER_FIND);
        return;
    }

    if (result->rc == LN_DB_DUPLICATE && write->state == LN_WRITE_STEP) {
        ln_write_stepped(write, result, 1);
        return;
    }

    if (result->rc != LN_DB_OK) {
        ln_write_trouble(write, result->rc);
        return;
    }

    if (write->state == LN_WRITE_STEP) {
        ln_write_stepped(write, result, 0);
        return;
    }

    ln_write_next(write);
}


static void
ln_write_next(ln_write_t *write)
{
    switch (write->state) {

    case LN_WRITE_BEGIN:
        if (write->key.used) {
            ln_write_go(write, LN_WRITE_KEY);
            return;
        }

        /* fall through */

    case LN_WRITE_KEY:
        write->step = 0;
        write->element = 0;
        ln_write_step(write);
        return;

    case LN_WRITE_OTHERWISE:
        ln_write_refuse(write, write->code[0] ? write->code : "not_found");
        return;

    case LN_WRITE_ANSWER:
        if (write->touched == 0 || ln_write_outcome(write) != NGX_OK) {
            ln_write_trouble(write, LN_DB_FAILED);
            return;
        }

        ln_write_go(write, LN_WRITE_AUDIT);
        return;

    case LN_WRITE_AUDIT:
        if (write->endpoint->route->method == NGX_HTTP_GET) {
            ln_write_go(write, LN_WRITE_COMMIT);
            return;
        }

        ln_write_go(write, LN_WRITE_CHANGE);
        return;

    case LN_WRITE_CHANGE:
        ln_write_go(write, write->key.used ? LN_WRITE_STORE
                                           : LN_WRITE_COMMIT);
        return;

    case LN_WRITE_STORE:
        ln_write_go(write, LN_WRITE_COMMIT);
        return;

    case LN_WRITE_FIND:
        ln_write_found(write);
        return;

    default: /* LN_WRITE_COMMIT: it stands */
        write->tx = NULL;

        if (write->endpoint->route->method != NGX_HTTP_GET) {
            ln_version_bump(write->app->zone, &write->endpoint->topic,
                            &write->subject, 0);
        }

        ln_write_end(write, ln_write_committed(write));
    }
}


static ngx_int_t
ln_write_committed(ln_write_t *write)
{
    if (write->endpoint->route->finish) {
        return write->endpoint->route->finish(write->lr);
    }

    return ln_write_respond(write, write->status, &write->location,
                            &write->body);
}


const ln_value_t *
ln_step_row(ln_request_t *lr, const char *step)
{
    ngx_uint_t   i;
    ln_write_t  *write;
    const char  *name;

    write = lr->flow;

    for (i = 0; write && i < write->endpoint->nsteps; i++) {

        name = write->endpoint->steps[i].step->name;

        if (name && ngx_strcmp(name, step) == 0) {
            return write->rows[i] && write->rows[i][0].set ? write->rows[i]
                                                           : NULL;
        }
    }

    return NULL;
}


static void
ln_write_stepped(ln_write_t *write, const ln_db_result_t *result,
    ngx_uint_t duplicate)
{
    ngx_int_t         rc;
    ln_do_t          *what;
    const ln_step_t  *step;

    what = &write->endpoint->steps[write->step];
    step = what->step;

    if (duplicate
        || (!step->optional
            && (step->stmt->columns ? result->rows : result->affected) == 0))
    {
        if (what->otherwise.stmt) {
            write->state = LN_WRITE_OTHERWISE;
            write->touched = 0;
            write->code[0] = '\0';
            ln_write_call(write, &what->otherwise);
            return;
        }

        ln_write_refuse(write, duplicate ? "conflict" : "not_found");
        return;
    }

    if (step->stmt->columns && result->rows == 0
        && ln_write_keep(write, NULL) != NGX_OK)
    {
        ln_write_trouble(write, LN_DB_FAILED);
        return;
    }

    if (step->check) {
        rc = step->check(write->lr, write->rows[write->step]);

        if (rc != NGX_OK) {
            write->rc = rc;
            ln_write_rollback(write, LN_AFTER_ANSWERED);
            return;
        }
    }

    if (what->each >= 0) {
        write->element++;

    } else {
        write->step++;
    }

    ln_write_step(write);
}


static void
ln_write_trouble(ln_write_t *write, ln_db_rc_e rc)
{
    ngx_uint_t  again;

    /* Without a key nobody could tell whether a lost COMMIT landed. */
    again = (rc == LN_DB_REPLAY || (rc == LN_DB_UNKNOWN && write->key.used));

    if (write->state == LN_WRITE_FIND) {
        write->tx = NULL;
        ln_write_end(write, ln_fail_db(write->lr, rc));
        return;
    }

    write->db = rc;
    ln_write_rollback(write, (again && ++write->attempt < LN_WRITE_ATTEMPTS)
                             ? LN_AFTER_REPLAY : LN_AFTER_FAILURE);
}


static void
ln_write_refuse(ln_write_t *write, const char *code)
{
    if (code != write->code) {
        ngx_cpystrn((u_char *) write->code, (u_char *) code,
                    sizeof(write->code));
    }

    write->status = ln_write_status(write->code);
    ln_write_rollback(write, LN_AFTER_REFUSAL);
}


static void
ln_write_rollback(ln_write_t *write, ln_write_after_e after)
{
    write->state = LN_WRITE_ROLLBACK;
    write->after = after;

    ln_tx_rollback(write->tx, ln_write_done, write);
}


static void
ln_write_rolled_back(ln_write_t *write)
{
    write->tx = NULL;

    if (write->lr == NULL) {
        ln_write_destroy(write);
        return;
    }

    switch (write->after) {

    case LN_AFTER_REPLAY:
        ln_write_replay(write);
        return;

    case LN_AFTER_FIND:
        ln_write_find(write);
        return;

    case LN_AFTER_REFUSAL:
        ln_write_end(write, ln_fail(write->lr, write->status, write->code));
        return;

    case LN_AFTER_ANSWERED:
        ln_write_end(write, write->rc);
        return;

    default: /* LN_AFTER_FAILURE */
        ln_write_end(write, ln_fail_db(write->lr, write->db));
    }
}


/* Jitter, so that two that met once do not meet again. */

static void
ln_write_replay(ln_write_t *write)
{
    ngx_msec_t  pause;

    pause = LN_WRITE_PAUSE << write->attempt;

    write->state = LN_WRITE_PAUSED;
    ngx_add_timer(&write->timer, pause / 2 + ngx_random() % pause);
}


static void
ln_write_timer(ngx_event_t *ev)
{
    ln_write_begin(ev->data);
}


/* The key is taken: whatever the first request was answered is the answer. */

static void
ln_write_find(ln_write_t *write)
{
    ln_op_t     *op;
    ln_value_t  *args;

    write->state = LN_WRITE_FIND;
    write->touched = 0;

    args = ln_key_find_args(write->pool, &write->key);

    op = args ? ln_db_query(write->lr->conf->db, ln_write_keys.find, args,
                            ln_write_row, ln_write_done, write)
              : NULL;

    if (op == NULL) {
        ln_write_end(write, ln_fail_db(write->lr, LN_DB_UNAVAILABLE));
    }
}


static void
ln_write_found(ln_write_t *write)
{
    ln_key_t  *key;

    key = &write->key;

    if (!key->found) {
        /* the one that held it was rolled back meanwhile: our turn */
        if (++write->attempt < LN_WRITE_ATTEMPTS) {
            ln_write_replay(write);
            return;
        }

        ln_write_end(write, ln_fail_db(write->lr, LN_DB_REPLAY));
        return;
    }

    if (!key->same_body) {
        ln_write_end(write, ln_fail(write->lr, 422, "idempotency_key_reused"));
        return;
    }

    ln_write_end(write, ln_write_respond(write, key->status, &key->location,
                                         &key->body));
}


static void
ln_write_end(ln_write_t *write, ngx_int_t rc)
{
    ln_request_t  *lr;

    lr = write->lr;
    lr->flow = NULL;

    ln_write_destroy(write);
    ln_finish(lr, rc);
}


static void
ln_write_destroy(ln_write_t *write)
{
    if (write->timer.timer_set) {
        ngx_del_timer(&write->timer);
    }

    if (write->lr) {
        write->cleanup->handler = NULL;
    }

    ngx_destroy_pool(write->pool);
}


/* nginx tears the request down: the transaction ends without it. */

static void
ln_write_cleanup(void *data)
{
    ln_write_t *write = data;

    write->lr = NULL;

    if (write->state == LN_WRITE_PAUSED) {
        ln_write_destroy(write);
    }
}
