
/* A database in a worker: start, housekeeping, quit, stop. */

#include "ln_db_internal.h"


static ngx_int_t ln_db_start_lane(ngx_cycle_t *cycle, ln_lane_t *lane);
static void ln_db_tidy(ngx_event_t *ev);
static void ln_db_tidy_conn(ln_db_conn_t *conn);
static void ln_db_stop_conn(ln_db_conn_t *conn);
static void ln_db_drop(ngx_queue_t *queue);


/* The library's own memory is there once in a worker, for all databases. */
static ngx_uint_t  ln_db_users;


ngx_str_t *
ln_db_name(ln_db_t *db)
{
    return &db->name;
}


void
ln_db_set_statements(ln_db_t *db, ngx_uint_t n)
{
    db->nstatements = n;
}


ngx_int_t
ln_db_start(ngx_cycle_t *cycle, ln_db_t *db)
{
    ngx_uint_t  i;

    if (ngx_process != NGX_PROCESS_WORKER && ngx_process != NGX_PROCESS_SINGLE)
    {
        return NGX_OK;
    }

    if (ngx_add_conn == NULL) {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, 0,
                      "legalnet_database works with \"use epoll\" only");
        return NGX_ERROR;
    }

    if (ln_db_users++ == 0 && mysql_library_init(0, NULL, NULL) != 0) {
        return NGX_ERROR;
    }

    db->log = cycle->log;
    db->answered = ngx_current_msec;

    db->mismatched = ngx_pcalloc(cycle->pool, db->nstatements + 1);
    if (db->mismatched == NULL) {
        return NGX_ERROR;
    }

    ngx_queue_init(&db->finished);

    db->settle.handler = ln_db_settle;
    db->settle.data = db;
    db->settle.log = db->log;

    /* housekeeping does not keep a worker that must quit */
    db->tidy.handler = ln_db_tidy;
    db->tidy.data = db;
    db->tidy.log = db->log;
    db->tidy.cancelable = 1;

    db->retry.handler = ln_circuit_retry;
    db->retry.data = db;
    db->retry.log = db->log;
    db->retry.cancelable = 1;

    for (i = LN_LANE_POINT; i < LN_LANES; i++) {
        if (ln_db_start_lane(cycle, &db->lanes[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    ngx_add_timer(&db->tidy, LN_DB_TIDY);
    db->started = 1;

    return NGX_OK;
}


static ngx_int_t
ln_db_start_lane(ngx_cycle_t *cycle, ln_lane_t *lane)
{
    ngx_uint_t     i;
    ln_db_conn_t  *conn;

    ln_lane_start(lane);

    lane->conns = ngx_pcalloc(cycle->pool,
                              lane->connections * sizeof(ln_db_conn_t));
    if (lane->conns == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < lane->connections; i++) {
        conn = &lane->conns[i];
        conn->lane = lane;
        ngx_queue_init(&conn->ops);
        ngx_queue_init(&conn->lru);

        conn->task = ln_connect_task(cycle->pool);

        conn->by_id = ngx_pcalloc(cycle->pool, (lane->db->nstatements + 1) * 2
                                               * sizeof(ln_prepared_t *));

        if (conn->task == NULL || conn->by_id == NULL) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/*
 * What nobody needs any more closes; what is old closes when it is idle, so
 * that after a failure connections find their way back to the first host.
 */

static void
ln_db_tidy(ngx_event_t *ev)
{
    ln_db_t     *db;
    ngx_uint_t   i, n;

    db = ev->data;

    for (i = LN_LANE_POINT; i < LN_LANES; i++) {
        for (n = 0; n < db->lanes[i].connections; n++) {
            ln_db_tidy_conn(&db->lanes[i].conns[n]);
        }
    }

    if (db->row.capacity > LN_DB_KEEP_TEXT) {
        ngx_free(db->row.text);
        db->row.text = NULL;
        db->row.capacity = 0;
    }

    if (!ngx_exiting) {
        ngx_add_timer(&db->tidy, LN_DB_TIDY);
    }
}


static void
ln_db_tidy_conn(ln_db_conn_t *conn)
{
    ngx_msec_t  unused;

    unused = ngx_current_msec - conn->used;

    if (conn->state == LN_CONN_IDLE
        && (unused > LN_DB_IDLE || ngx_current_msec - conn->born > LN_DB_LIFE))
    {
        ln_conn_close(conn);
        return;
    }

    if (conn->state == LN_CONN_OWNED && unused > LN_DB_IDLE) {
        ngx_log_error(NGX_LOG_ALERT, conn->lane->db->log, 0,
                      "a transaction was begun and forgotten");
        ln_conn_close(conn);
    }
}


/* Running operations go on; ln_conn_release() closes behind the last. */

void
ln_db_quit(ln_db_t *db)
{
    ngx_uint_t     i;
    ln_lane_t     *lane;
    ngx_queue_t   *q;

    db->quit = 1;

    for (i = LN_LANE_POINT; i < LN_LANES; i++) {
        lane = &db->lanes[i];

        if (!db->started || !ngx_queue_empty(&lane->waiting)) {
            continue;
        }

        while (!ngx_queue_empty(&lane->idle)) {
            q = ngx_queue_head(&lane->idle);
            ln_conn_close(ngx_queue_data(q, ln_db_conn_t, queue));
        }
    }
}


/* The worker exits: its pool threads have ended before. */

void
ln_db_stop(ngx_cycle_t *cycle, ln_db_t *db)
{
    ngx_uint_t   i, n;
    ln_lane_t   *lane;

    if (!db->started) {
        return;
    }

    db->started = 0;

    ln_db_drop(&db->finished);

    for (i = LN_LANE_POINT; i < LN_LANES; i++) {
        lane = &db->lanes[i];

        ln_db_drop(&lane->waiting);
        ln_db_drop(&lane->owned);

        for (n = 0; n < lane->connections; n++) {
            ln_db_stop_conn(&lane->conns[n]);
        }
    }

    if (db->open) {
        ln_circuit_count(db, -1);
    }

    ngx_free(db->row.binds);
    ngx_free(db->row.cells);
    ngx_free(db->row.values);
    ngx_free(db->row.text);
    ngx_free(db->binds);

    if (--ln_db_users == 0) {
        mysql_library_end();
    }
}


static void
ln_db_stop_conn(ln_db_conn_t *conn)
{
    ln_tx_t  *tx;

    if (conn->state == LN_CONN_CLOSED) {
        return;
    }

    tx = conn->tx;

    ln_conn_close(conn);
    ln_db_drop(&conn->ops);

    if (tx) {
        ln_tx_free(tx);
    }
}


/* Their askers are gone already; a transaction goes with its connection. */

static void
ln_db_drop(ngx_queue_t *queue)
{
    ln_op_t      *op;
    ngx_queue_t  *q;

    while (!ngx_queue_empty(queue)) {
        q = ngx_queue_head(queue);
        ngx_queue_remove(q);

        op = ngx_queue_data(q, ln_op_t, queue);

        if (op->tx == NULL) {
            ngx_free(op);

        } else if (op->tx->conn == NULL) {
            ln_tx_free(op->tx);
        }
    }
}
