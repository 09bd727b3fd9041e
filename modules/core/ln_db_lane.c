
/*
 * A lane: connections, the queue of what waits for one, and deadlines.
 *
 * An operation is in exactly one place (ln_op_place_e): it waits in its lane,
 * runs on a connection, or is finished and waits for db->settle to run its
 * completion.  Its timer runs from the question to the result.
 */

#include "ln_db_internal.h"


static ln_op_t *ln_op_create(ln_lane_t *lane, const ln_sql_t *sql,
    const ln_value_t *args, ln_op_done_pt done, void *data);
static void ln_op_leave(ln_op_t *op);
static void ln_lane_dispatch(ngx_event_t *ev);
static void ln_lane_take(ln_lane_t *lane, ln_db_conn_t *conn);
static void ln_lane_grow(ln_lane_t *lane);


ln_op_t *
ln_db_query(ln_db_t *db, const ln_sql_t *sql, const ln_value_t *args,
    ln_op_row_pt row, ln_op_done_pt done, void *data)
{
    ln_op_t  *op;

    op = ln_op_create(&db->lanes[sql->lane], sql, args, done, data);
    if (op == NULL) {
        return NULL;
    }

    op->row = row;

    ln_batch_prepare(op);

    if (ln_op_enqueue(op) != NGX_OK) {
        ngx_free(op);
        return NULL;
    }

    return op;
}


/* One piece of memory: the operation, its arguments, their texts. */

static ln_op_t *
ln_op_create(ln_lane_t *lane, const ln_sql_t *sql, const ln_value_t *args,
    ln_op_done_pt done, void *data)
{
    ln_op_t  *op;

    op = ngx_alloc(sizeof(ln_op_t) + ln_args_size(sql, args), lane->db->log);
    if (op == NULL) {
        return NULL;
    }

    ln_op_init(op, lane, LN_OP_QUERY, done, data);

    op->sql = sql;
    op->args = (ln_value_t *) (op + 1);
    ln_args_copy(op->args, sql, args);

    return op;
}


void
ln_op_init(ln_op_t *op, ln_lane_t *lane, ln_op_kind_e kind,
    ln_op_done_pt done, void *data)
{
    ngx_memzero(op, sizeof(ln_op_t));

    op->kind = kind;
    op->lane = lane;
    op->done = done;
    op->data = data;
    op->asked = ngx_current_msec;

    op->timer.handler = ln_op_timeout;
    op->timer.data = op;
    op->timer.log = lane->db->log;
}


/* NGX_DECLINED: it cannot be taken now. */

ngx_int_t
ln_op_enqueue(ln_op_t *op)
{
    ln_db_t    *db;
    ln_lane_t  *lane;

    lane = op->lane;
    db = lane->db;

    if (!db->started || db->open || lane->nwaiting >= lane->limit) {
        ln_lane_count(lane, LN_DB_M_REFUSED, 1);
        return NGX_DECLINED;
    }

    op->place = LN_OP_WAITING;
    ngx_queue_insert_tail(&lane->waiting, &op->queue);
    lane->nwaiting++;
    ln_lane_count(lane, LN_DB_M_WAITING, 1);

    ngx_add_timer(&op->timer, lane->timeout);
    ln_lane_wake(lane);

    return NGX_OK;
}


/* Its connection was lost: it goes first, with the deadline it has. */

void
ln_op_again(ln_op_t *op)
{
    ln_lane_t  *lane;

    lane = op->lane;

    if (op->done == NULL || lane->db->open) {
        ln_op_finish(op, LN_DB_UNAVAILABLE);
        return;
    }

    op->conn = NULL;
    op->place = LN_OP_WAITING;
    ngx_queue_insert_head(&lane->waiting, &op->queue);
    lane->nwaiting++;
    ln_lane_count(lane, LN_DB_M_WAITING, 1);
    ln_lane_count(lane, LN_DB_M_RETRIES, 1);

    ln_lane_wake(lane);
}


void
ln_op_detach(ln_op_t *op)
{
    op->row = NULL;
    op->done = NULL;

    switch (op->place) {

    case LN_OP_WAITING:
        ln_op_leave(op);
        ngx_del_timer(&op->timer);
        ngx_free(op);
        break;

    case LN_OP_FINISHED:
        ngx_queue_remove(&op->queue);
        ngx_free(op);
        break;

    default:
        /* running: the result is dropped, the deadline stays */
        break;
    }
}


static void
ln_op_leave(ln_op_t *op)
{
    ngx_queue_remove(&op->queue);
    op->lane->nwaiting--;
    ln_lane_count(op->lane, LN_DB_M_WAITING, -1);
}


/* `op` is in no queue any more; the rest of its result stands already. */

void
ln_op_finish(ln_op_t *op, ln_db_rc_e rc)
{
    ln_db_t  *db;

    db = op->lane->db;

    if (op->timer.timer_set) {
        ngx_del_timer(&op->timer);
    }

    ngx_log_debug3(NGX_LOG_DEBUG_EVENT, db->log, 0,
                   "legalnet db: op %p: %s, %M ms", op,
                   ln_rc_name(rc), ngx_current_msec - op->asked);

    op->result.rc = rc;
    op->conn = NULL;
    op->place = LN_OP_FINISHED;
    ngx_queue_insert_tail(&db->finished, &op->queue);

    ngx_post_event(&db->settle, &ngx_posted_events);
}


/* Completions run here and nowhere else. */

void
ln_db_settle(ngx_event_t *ev)
{
    void            *data;
    ln_db_t         *db;
    ln_op_t         *op;
    ln_tx_t         *ended;
    ngx_queue_t     *q;
    ln_op_done_pt    done;
    ln_db_result_t   result;

    db = ev->data;

    while (!ngx_queue_empty(&db->finished)) {
        q = ngx_queue_head(&db->finished);
        ngx_queue_remove(q);

        op = ngx_queue_data(q, ln_op_t, queue);
        done = op->done;
        data = op->data;
        result = op->result;
        ended = NULL;
        op->done = NULL;
        op->place = LN_OP_NEW;

        if (op->tx == NULL) {
            ngx_free(op);

        } else if (ln_tx_ends(op)) {
            ended = op->tx;
        }

        if (done) {
            done(data, &result);
        }

        if (ended) {
            ln_tx_free(ended);
        }
    }
}


void
ln_op_timeout(ngx_event_t *ev)
{
    ln_op_t       *op;
    ngx_str_t      name;
    ngx_msec_t     asked;
    ln_lane_t     *lane;
    ln_db_conn_t  *conn;
    ln_db_host_t  *host;

    op = ev->data;
    conn = op->conn;
    lane = op->lane;
    asked = op->asked;
    host = conn ? conn->host : NULL;

    ngx_str_set(&name, "transaction");

    if (op->sql) {
        name = op->sql->name;
    }

    ln_lane_count(lane, LN_DB_M_TIMEOUTS, 1);

    ngx_log_error(NGX_LOG_WARN, lane->db->log, 0,
                  "database \"%V\": \"%V\" %s on lane %s after %M ms",
                  &lane->db->name, &name,
                  conn ? "got no answer" : "got no connection", lane->name,
                  ngx_current_msec - asked);

    if (conn) {
        ln_conn_lost(conn, LN_DB_TIMEOUT, 0);

    } else {
        ln_op_leave(op);
        ln_op_finish(op, LN_DB_TIMEOUT);
    }

    ln_circuit_silence(lane->db, host, asked);
}


void
ln_lane_start(ln_lane_t *lane)
{
    ngx_queue_init(&lane->idle);
    ngx_queue_init(&lane->waiting);
    ngx_queue_init(&lane->owned);

    lane->nwaiting = 0;
    lane->dispatch.handler = ln_lane_dispatch;
    lane->dispatch.data = lane;
    lane->dispatch.log = lane->db->log;
}


void
ln_lane_wake(ln_lane_t *lane)
{
    ngx_post_event(&lane->dispatch, &ngx_posted_events);
}


static void
ln_lane_dispatch(ngx_event_t *ev)
{
    ln_lane_t     *lane;
    ngx_queue_t   *q;
    ln_db_conn_t  *conn;

    lane = ev->data;

    while (!ngx_queue_empty(&lane->owned)) {
        q = ngx_queue_head(&lane->owned);
        ngx_queue_remove(q);
        ln_tx_run(ngx_queue_data(q, ln_op_t, queue));
    }

    while (!ngx_queue_empty(&lane->waiting)) {

        if (ngx_queue_empty(&lane->idle)) {
            ln_lane_grow(lane);
            return;
        }

        conn = ngx_queue_data(ngx_queue_head(&lane->idle), ln_db_conn_t,
                              queue);
        ln_lane_take(lane, conn);
    }
}


/* The longest waiting one, and what can travel with it. */

static void
ln_lane_take(ln_lane_t *lane, ln_db_conn_t *conn)
{
    ln_op_t  *op;

    op = ngx_queue_data(ngx_queue_head(&lane->waiting), ln_op_t, queue);

    if (op->kind == LN_OP_BEGIN) {
        ln_op_start(op, conn);
        ln_tx_begun(op, conn);
        return;
    }

    conn->sql = op->sql;
    conn->args = op->args;
    conn->nkeys = 0;
    ngx_memzero(&conn->result, sizeof(ln_db_result_t));

    if (op->folds) {
        ln_batch_take(lane, conn);

    } else {
        ln_op_start(op, conn);
    }

    ln_lane_count(lane, LN_DB_M_QUERIES, 1);
    ln_conn_run(conn);
}


/* From the waiting queue to a connection. */

void
ln_op_start(ln_op_t *op, ln_db_conn_t *conn)
{
    ln_op_leave(op);
    ln_lane_waited(op->lane, ngx_current_msec - op->asked);

    op->conn = conn;
    op->place = LN_OP_RUNNING;
    op->tries++;
    ngx_memzero(&op->result, sizeof(ln_db_result_t));

    ngx_queue_insert_tail(&conn->ops, &op->queue);
}


/* One connection more for each that waits, as far as the lane goes. */

static void
ln_lane_grow(ln_lane_t *lane)
{
    ngx_uint_t     i, connecting;
    ln_db_conn_t  *conn;

    if (lane->db->open) {
        return;
    }

    connecting = 0;

    for (i = 0; i < lane->connections; i++) {
        if (lane->conns[i].state == LN_CONN_CONNECTING) {
            connecting++;
        }
    }

    for (i = 0; i < lane->connections && connecting < lane->nwaiting; i++) {
        conn = &lane->conns[i];

        if (conn->state == LN_CONN_CLOSED) {
            if (ln_conn_connect(conn) != NGX_OK) {
                ln_circuit_schedule(lane->db);
                return;
            }

            connecting++;
        }
    }
}


void
ln_lane_fail_waiting(ln_lane_t *lane, ln_db_rc_e rc)
{
    ln_op_t  *op;

    while (!ngx_queue_empty(&lane->waiting)) {
        op = ngx_queue_data(ngx_queue_head(&lane->waiting), ln_op_t, queue);

        ln_op_leave(op);
        ln_op_finish(op, rc);
    }
}
