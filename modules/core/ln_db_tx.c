
/*
 * Transactions: a connection of the write lane, lent from begin to the end.
 * autocommit is 0 there, so that begin is only the connection's turn.
 */

#include "ln_db_internal.h"


static void ln_tx_call(ln_tx_t *tx, ln_op_kind_e kind, const ln_sql_t *sql,
    ln_op_row_pt row, ln_op_done_pt done, void *data);


ln_tx_t *
ln_tx_begin(ln_db_t *db, ln_op_done_pt done, void *data)
{
    ln_tx_t  *tx;

    tx = ngx_calloc(sizeof(ln_tx_t), db->log);
    if (tx == NULL) {
        return NULL;
    }

    tx->db = db;

    ln_op_init(&tx->op, &db->lanes[LN_LANE_WRITE], LN_OP_BEGIN, done, data);
    tx->op.tx = tx;

    if (ln_op_enqueue(&tx->op) != NGX_OK) {
        ngx_free(tx);
        return NULL;
    }

    return tx;
}


/* Its turn has come. */

void
ln_tx_begun(ln_op_t *op, ln_db_conn_t *conn)
{
    op->tx->conn = conn;
    conn->tx = op->tx;

    ngx_queue_remove(&op->queue);
    ln_conn_state(conn, LN_CONN_OWNED);
    ln_op_finish(op, LN_DB_OK);
}


void
ln_tx_query(ln_tx_t *tx, const ln_sql_t *sql, const ln_value_t *args,
    ln_op_row_pt row, ln_op_done_pt done, void *data)
{
    ngx_free(tx->args);

    tx->args = ngx_alloc(ln_args_size(sql, args) + 1, tx->db->log);

    if (tx->args) {
        ln_args_copy(tx->args, sql, args);
    }

    ln_tx_call(tx, LN_OP_QUERY, sql, row, done, data);
}


void
ln_tx_commit(ln_tx_t *tx, ln_op_done_pt done, void *data)
{
    ln_tx_call(tx, LN_OP_COMMIT, NULL, NULL, done, data);
}


void
ln_tx_rollback(ln_tx_t *tx, ln_op_done_pt done, void *data)
{
    ln_tx_call(tx, LN_OP_ROLLBACK, NULL, NULL, done, data);
}


static void
ln_tx_call(ln_tx_t *tx, ln_op_kind_e kind, const ln_sql_t *sql,
    ln_op_row_pt row, ln_op_done_pt done, void *data)
{
    ln_op_t    *op;
    ln_lane_t  *lane;

    op = &tx->op;
    lane = &tx->db->lanes[LN_LANE_WRITE];

    ln_op_init(op, lane, kind, done, data);

    op->tx = tx;
    op->sql = sql;
    op->args = tx->args;
    op->row = row;
    op->place = LN_OP_RUNNING;

    ngx_queue_insert_tail(&lane->owned, &op->queue);
    ln_lane_wake(lane);
}


/* From the lane's event: the call of a transaction begins. */

void
ln_tx_run(ln_op_t *op)
{
    ln_db_conn_t  *conn;

    conn = op->tx->conn;

    if (conn == NULL) {
        /* lost with all it had done */
        ln_op_finish(op, op->kind == LN_OP_ROLLBACK ? LN_DB_OK
                                                    : LN_DB_REPLAY);
        return;
    }

    if (op->kind == LN_OP_QUERY && op->args == NULL) {
        ln_op_finish(op, LN_DB_FAILED);
        return;
    }

    op->conn = conn;
    ngx_queue_insert_tail(&conn->ops, &op->queue);
    ngx_add_timer(&op->timer, op->lane->timeout);

    ngx_memzero(&conn->result, sizeof(ln_db_result_t));
    conn->sql = op->sql;
    conn->args = op->args;
    conn->nkeys = 0;

    ln_lane_count(op->lane, LN_DB_M_QUERIES, 1);

    if (op->kind == LN_OP_QUERY) {
        ln_conn_run(conn);
        return;
    }

    ln_conn_state(conn, op->kind == LN_OP_COMMIT ? LN_CONN_COMMIT
                                                 : LN_CONN_ROLLBACK);
    ln_conn_step(conn, 0);
}


/* COMMIT or ROLLBACK is through: the connection is everybody's again. */

void
ln_tx_left(ln_db_conn_t *conn)
{
    if (conn->tx) {
        conn->tx->conn = NULL;
        conn->tx = NULL;
    }
}


/* A transaction is gone after its COMMIT, or after a rollback. */

ngx_uint_t
ln_tx_ends(ln_op_t *op)
{
    return op->kind == LN_OP_ROLLBACK
           || (op->kind == LN_OP_COMMIT && op->result.rc == LN_DB_OK);
}


void
ln_tx_free(ln_tx_t *tx)
{
    ngx_free(tx->args);
    ngx_free(tx);
}
