
/*
 * A connection's life in the event loop.  Its state changes in one place,
 * ln_conn_state(); it is closed in one place, ln_conn_close().
 */

#include "ln_db_internal.h"
#include <openssl/err.h>


static void ln_conn_event(ngx_event_t *ev);
static void ln_conn_idle_event(ln_db_conn_t *conn, ngx_event_t *ev);
static void ln_conn_take_ops(ln_db_conn_t *conn, ngx_queue_t *ops);
static void ln_conn_detach(ln_db_conn_t *conn);


static const char *const  ln_conn_names[] = {
    "closed", "connecting", "idle", "owned", "prepare", "execute", "store",
    "commit", "rollback"
};

_Static_assert(sizeof(ln_conn_names) / sizeof(ln_conn_names[0])
               == LN_CONN_STATES, "a name for every state");


void
ln_conn_state(ln_db_conn_t *conn, ln_conn_state_e state)
{
    ngx_int_t   open, busy;
    ln_lane_t  *lane;

    lane = conn->lane;

    ngx_log_debug4(NGX_LOG_DEBUG_EVENT, lane->db->log, 0,
                   "legalnet db: %s %p: %s -> %s", lane->name, conn,
                   ln_conn_names[conn->state], ln_conn_names[state]);

    open = (state >= LN_CONN_IDLE) - (conn->state >= LN_CONN_IDLE);
    busy = (state > LN_CONN_IDLE) - (conn->state > LN_CONN_IDLE);

    if (open) {
        ln_lane_count(lane, LN_DB_M_CONNECTIONS, open);
    }

    if (busy) {
        ln_lane_count(lane, LN_DB_M_BUSY, busy);
    }

    if (conn->state == LN_CONN_IDLE) {
        ngx_queue_remove(&conn->queue);
    }

    if (state == LN_CONN_IDLE) {
        ngx_queue_insert_head(&lane->idle, &conn->queue);
    }

    conn->used = ngx_current_msec;

    /* what is idle is closed by nginx itself when the worker must quit */
    if (conn->c) {
        conn->c->idle = (state == LN_CONN_IDLE);
    }

    conn->state = state;
}


/* The library's socket becomes an nginx connection. */

ngx_int_t
ln_conn_attach(ln_db_conn_t *conn)
{
    int                fd;
    ngx_log_t         *log;
    ngx_connection_t  *c;

    log = conn->lane->db->log;
    fd = mysql_get_socket(conn->mysql);

    /* The connector leaves TLS sockets blocking after connect; SSL_read would
     * hold the worker for the whole query (tests/fault/test_db_tls.py). */
    if (ngx_nonblocking(fd) == -1) {
        ngx_log_error(NGX_LOG_ALERT, log, ngx_socket_errno,
                      ngx_nonblocking_n " failed");
        return NGX_ERROR;
    }

    if (fcntl(fd, F_SETFD, FD_CLOEXEC) == -1) {
        ngx_log_error(NGX_LOG_ALERT, log, ngx_errno,
                      "fcntl(FD_CLOEXEC) failed");
        return NGX_ERROR;
    }

    c = ngx_get_connection(fd, log);
    if (c == NULL) {
        return NGX_ERROR;
    }

    c->data = conn;
    c->log = log;
    c->read->log = log;
    c->write->log = log;
    c->read->handler = ln_conn_event;
    c->write->handler = ln_conn_event;
    c->number = ngx_atomic_fetch_add(ngx_connection_counter, 1);

    if (ngx_add_conn(c) != NGX_OK) {
        ngx_free_connection(c);
        c->fd = (ngx_socket_t) -1;
        return NGX_ERROR;
    }

    conn->c = c;
    conn->born = ngx_current_msec;
    conn->want = 0;

    return NGX_OK;
}


/*
 * The library yields only after EAGAIN, so an edge that nobody waits for is
 * never missed; epoll reports HUP and ERR to both handlers.
 */

static void
ln_conn_event(ngx_event_t *ev)
{
    int                ready;
    ngx_connection_t  *c;
    ln_db_conn_t      *conn;

    c = ev->data;
    conn = c->data;

    if (conn->state == LN_CONN_IDLE) {
        ln_conn_idle_event(conn, ev);
        return;
    }

    if (c->close && c->error) {
        /* worker_shutdown_timeout */
        ln_conn_lost(conn, LN_DB_UNAVAILABLE, 0);
        return;
    }

    ready = ev->write ? MYSQL_WAIT_WRITE : MYSQL_WAIT_READ;

    if (conn->want & ready) {
        ln_conn_step(conn, ready);
    }
}


/* Nobody asked anything: whatever comes is the server's good-bye. */

static void
ln_conn_idle_event(ln_db_conn_t *conn, ngx_event_t *ev)
{
    u_char   byte;
    ssize_t  n;

    if (conn->c->close) {
        ln_conn_close(conn);
        return;
    }

    if (ev->write) {
        return;
    }

    n = recv(conn->c->fd, &byte, 1, MSG_PEEK);

    if (n == -1 && ngx_socket_errno == NGX_EAGAIN) {
        return;
    }

    ngx_log_error(NGX_LOG_INFO, conn->lane->db->log, 0,
                  "database \"%V\": %V closed an idle connection",
                  &conn->lane->db->name, &conn->host->name);

    ln_conn_close(conn);
}


/* All that ran has its result: the next one gets the connection first. */

void
ln_conn_finish(ln_db_conn_t *conn)
{
    ln_op_t         *op;
    ngx_queue_t      ops, *q;
    ln_db_result_t   result;

    result = conn->result;

    ln_conn_take_ops(conn, &ops);

    ln_conn_release(conn);

    while (!ngx_queue_empty(&ops)) {
        q = ngx_queue_head(&ops);
        ngx_queue_remove(q);

        op = ngx_queue_data(q, ln_op_t, queue);
        op->result.affected = result.affected;
        op->result.error = result.error;

        if (op->result.rc == LN_DB_OK) {
            op->result.rc = result.rc;
        }

        if (op->result.rc == LN_DB_REPLAY && op->tx == NULL) {
            /* the server has undone it */
            if (op->tries < LN_DB_TRIES) {
                ln_op_again(op);
                continue;
            }

            op->result.rc = LN_DB_UNAVAILABLE;
        }

        ln_op_finish(op, op->result.rc);
    }
}


static void
ln_conn_take_ops(ln_db_conn_t *conn, ngx_queue_t *ops)
{
    ngx_queue_init(ops);

    if (!ngx_queue_empty(&conn->ops)) {
        ngx_queue_add(ops, &conn->ops);
        ngx_queue_init(&conn->ops);
    }
}


/* It is a transaction's between two calls, or the next one's, or nobody's. */

void
ln_conn_release(ln_db_conn_t *conn)
{
    ln_lane_t  *lane;

    lane = conn->lane;

    conn->sql = NULL;
    conn->prepared = NULL;
    conn->nkeys = 0;

    if (conn->tx) {
        ln_conn_state(conn, LN_CONN_OWNED);
        return;
    }

    ln_conn_state(conn, LN_CONN_IDLE);

    if (!ngx_queue_empty(&lane->waiting)) {
        ln_lane_wake(lane);
        return;
    }

    if (lane->db->quit || ngx_exiting) {
        ln_conn_close(conn);
    }
}


/*
 * The connection is of no use: what ran on it gets rc, but what has changed
 * nothing is asked again elsewhere, and a lost COMMIT is unknown.
 */

void
ln_conn_lost(ln_db_conn_t *conn, ln_db_rc_e rc, ngx_uint_t error)
{
    ln_op_t          *op;
    ln_tx_t          *tx;
    ngx_uint_t        harmless;
    ngx_queue_t       ops, *q;

    tx = conn->tx;

    /* a SELECT, or a lone write before its COMMIT: nothing has happened yet */
    harmless = (conn->sql && conn->sql->columns)
               || conn->lane == &conn->lane->db->lanes[LN_LANE_WRITE];

    if (conn->state == LN_CONN_COMMIT) {
        rc = LN_DB_UNKNOWN;
    }

    if (conn->state == LN_CONN_ROLLBACK) {
        /* a closed connection is rolled back as well */
        rc = tx ? LN_DB_OK : conn->result.rc;
    }

    ln_conn_take_ops(conn, &ops);

    ln_conn_close(conn);
    ln_lane_wake(conn->lane);

    while (!ngx_queue_empty(&ops)) {
        q = ngx_queue_head(&ops);
        ngx_queue_remove(q);
        op = ngx_queue_data(q, ln_op_t, queue);

        op->result.rc = rc;
        op->result.error = error;

        if (rc == LN_DB_REPLAY && tx == NULL) {
            if (harmless && op->tries < LN_DB_TRIES) {
                ln_op_again(op);
                continue;
            }

            op->result.rc = harmless ? LN_DB_UNAVAILABLE : LN_DB_UNKNOWN;
        }

        ln_op_finish(op, op->result.rc);
    }
}


void
ln_conn_close(ln_db_conn_t *conn)
{
    MYSQL        *mysql;
    ngx_queue_t  *q;

    if (conn->want) {
        /* mid-statement: nothing more can be said on this connection */
        (void) shutdown(conn->c->fd, SHUT_RDWR);
    }

    ln_conn_detach(conn);
    ln_conn_unwind(conn);

    mysql = conn->mysql;
    conn->mysql = NULL;

    if (mysql) {
        mysql_close(mysql);
        ln_tls_clear(conn->lane->db);
    }

    /* after mysql_close() only memory is left of a statement */
    while (!ngx_queue_empty(&conn->lru)) {
        q = ngx_queue_head(&conn->lru);
        ln_prepared_free(conn, ngx_queue_data(q, ln_prepared_t, lru));
    }

    if (conn->tx) {
        conn->tx->conn = NULL;
        conn->tx = NULL;
    }

    conn->sql = NULL;
    conn->prepared = NULL;
    conn->nkeys = 0;

    ln_conn_state(conn, LN_CONN_CLOSED);
}


/*
 * The library closes the socket, and has already done so after an error: its
 * number may belong to a pool thread's new connection by now.  So epoll is not
 * told; it forgets a closed socket itself (NGX_CLOSE_EVENT).
 */

static void
ln_conn_detach(ln_db_conn_t *conn)
{
    ngx_connection_t  *c;

    c = conn->c;

    if (c == NULL) {
        return;
    }

    ngx_del_conn(c, NGX_CLOSE_EVENT);

    if (c->read->posted) {
        ngx_delete_posted_event(c->read);
    }

    if (c->write->posted) {
        ngx_delete_posted_event(c->write);
    }

    c->read->closed = 1;
    c->write->closed = 1;

    ngx_free_connection(c);
    c->fd = (ngx_socket_t) -1;

    conn->c = NULL;
}


/*
 * OpenSSL keeps one queue of errors for the thread, and SSL_get_error() takes
 * a stale one for the present call's: what a connection leaves there when it
 * dies would kill every other one at its next read, and the one after, and
 * make nginx's own TLS complain (tests/fault/test_db_delay.py).
 */

void
ln_tls_clear(ln_db_t *db)
{
    if (db->tls && ERR_peek_error()) {
        ERR_clear_error();
    }
}
