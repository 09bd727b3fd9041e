
/*
 * Running what a connection has been given: prepare when it is not, execute,
 * store the rows, and on the write lane outside a transaction commit.  Each
 * of the library's calls may suspend; ln_conn_step() takes it up again.
 */

#include "ln_db_internal.h"


static void ln_conn_run_stmt(ln_db_conn_t *conn);
static ngx_int_t ln_stmt_get(ln_db_conn_t *conn);
static ngx_int_t ln_stmt_check(ln_db_conn_t *conn);
static void ln_stmt_mismatch(ln_db_conn_t *conn, const char *what,
    const char *found, const char *wanted);
static void ln_stmt_evict(ln_db_conn_t *conn, ngx_uint_t keep);
static int ln_conn_call(ln_db_conn_t *conn, int ready, int *failed);
static int ln_conn_call_state(ln_db_conn_t *conn, int ready, int *failed);
static ngx_uint_t ln_conn_next(ln_db_conn_t *conn);
static ngx_uint_t ln_conn_executed(ln_db_conn_t *conn);
static void ln_conn_error(ln_db_conn_t *conn);
static ngx_uint_t ln_conn_prepares_again(ln_db_conn_t *conn,
    unsigned int error);


/* conn->sql and conn->args stand; the operations are in conn->ops. */

void
ln_conn_run(ln_db_conn_t *conn)
{
    conn->prepared_again = 0;
    ln_conn_run_stmt(conn);
}


static void
ln_conn_run_stmt(ln_db_conn_t *conn)
{
    if (ln_stmt_get(conn) != NGX_OK) {
        ln_conn_lost(conn, LN_DB_FAILED, 0);
        return;
    }

    ln_conn_state(conn, conn->prepared->ready ? LN_CONN_EXECUTE
                                              : LN_CONN_PREPARE);
    ln_conn_step(conn, 0);
}


static ngx_int_t
ln_stmt_get(ln_db_conn_t *conn)
{
    ln_db_t        *db;
    ngx_uint_t      index;
    ln_prepared_t  *prepared;

    db = conn->lane->db;
    index = conn->sql->id * 2 + (conn->nkeys > 1);

    prepared = conn->by_id[index];

    if (prepared) {
        ngx_queue_remove(&prepared->lru);
        ngx_queue_insert_head(&conn->lru, &prepared->lru);
        conn->prepared = prepared;
        return NGX_OK;
    }

    if (conn->nprepared >= LN_DB_PREPARED) {
        ln_stmt_evict(conn, LN_DB_PREPARED - 1);
    }

    prepared = ngx_calloc(sizeof(ln_prepared_t), db->log);
    if (prepared == NULL) {
        return NGX_ERROR;
    }

    prepared->stmt = mysql_stmt_init(conn->mysql);
    if (prepared->stmt == NULL) {
        ngx_free(prepared);
        return NGX_ERROR;
    }

    prepared->index = index;
    ngx_queue_insert_head(&conn->lru, &prepared->lru);
    conn->by_id[index] = prepared;
    conn->nprepared++;
    conn->prepared = prepared;

    return NGX_OK;
}


/*
 * COM_STMT_CLOSE is nine bytes without an answer, sent while nothing else is
 * on its way: it cannot wait.
 */

void
ln_prepared_free(ln_db_conn_t *conn, ln_prepared_t *prepared)
{
    ngx_queue_remove(&prepared->lru);
    conn->by_id[prepared->index] = NULL;
    conn->nprepared--;

    if (conn->prepared == prepared) {
        conn->prepared = NULL;
    }

    (void) mysql_stmt_close(prepared->stmt);
    ngx_free(prepared);
}


/* The least recently used ones go. */

static void
ln_stmt_evict(ln_db_conn_t *conn, ngx_uint_t keep)
{
    ngx_queue_t  *q;

    while (conn->nprepared > keep) {
        q = ngx_queue_last(&conn->lru);
        ln_prepared_free(conn, ngx_queue_data(q, ln_prepared_t, lru));
    }
}


void
ln_conn_step(ln_db_conn_t *conn, int ready)
{
    int  failed;

    do {
        failed = 0;
        conn->want = ln_conn_call(conn, ready, &failed);

        if (conn->want) {
            return;
        }

        ready = 0;

        if (failed) {
            ln_conn_error(conn);
            return;
        }

        ln_circuit_answer(conn->lane->db, conn->host);

    } while (ln_conn_next(conn));
}


static int
ln_conn_call(ln_db_conn_t *conn, int ready, int *failed)
{
    int  want;

    ln_tls_clear(conn->lane->db);
    want = ln_conn_call_state(conn, ready, failed);
    ln_tls_clear(conn->lane->db);

    return want;
}


/* The library's call of this state, begun or taken up again. */

static int
ln_conn_call_state(ln_db_conn_t *conn, int ready, int *failed)
{
    int           want;
    my_bool       no;
    ngx_str_t    *text;
    MYSQL_STMT   *stmt;

    no = 0;
    stmt = conn->prepared ? conn->prepared->stmt : NULL;

    switch (conn->state) {

    case LN_CONN_PREPARE:
        if (conn->want) {
            return mysql_stmt_prepare_cont(failed, stmt, ready);
        }

        ln_lane_count(conn->lane, LN_DB_M_PREPARES, 1);
        text = (ngx_str_t *) (conn->nkeys > 1 ? &conn->sql->folded
                                              : &conn->sql->text);
        return mysql_stmt_prepare_start(failed, stmt, (char *) text->data,
                                        text->len);

    case LN_CONN_EXECUTE:
        if (conn->want) {
            return mysql_stmt_execute_cont(failed, stmt, ready);
        }

        if (ln_args_bind(conn) != NGX_OK) {
            *failed = 1;
            return 0;
        }

        return mysql_stmt_execute_start(failed, stmt);

    case LN_CONN_STORE:
        if (conn->want) {
            return mysql_stmt_store_result_cont(failed, stmt, ready);
        }

        return mysql_stmt_store_result_start(failed, stmt);

    case LN_CONN_COMMIT:
        want = conn->want ? mysql_commit_cont(&no, conn->mysql, ready)
                          : mysql_commit_start(&no, conn->mysql);
        *failed = no;
        return want;

    case LN_CONN_ROLLBACK:
        want = conn->want ? mysql_rollback_cont(&no, conn->mysql, ready)
                          : mysql_rollback_start(&no, conn->mysql);
        *failed = no;
        return want;

    default:
        return 0;
    }
}


/* The call is through; 1 when another one follows at once. */

static ngx_uint_t
ln_conn_next(ln_db_conn_t *conn)
{
    MYSQL_STMT  *stmt;

    stmt = conn->prepared ? conn->prepared->stmt : NULL;

    switch (conn->state) {

    case LN_CONN_PREPARE:
        if (ln_stmt_check(conn) != NGX_OK) {
            conn->result.rc = LN_DB_FAILED;
            return ln_conn_executed(conn);
        }

        conn->prepared->ready = 1;
        ln_conn_state(conn, LN_CONN_EXECUTE);
        return 1;

    case LN_CONN_EXECUTE:
        if (mysql_stmt_field_count(stmt)) {
            ln_conn_state(conn, LN_CONN_STORE);
            return 1;
        }

        conn->result.affected = mysql_stmt_affected_rows(stmt);
        return ln_conn_executed(conn);

    case LN_CONN_STORE:
        conn->result.affected = mysql_stmt_num_rows(stmt);

        if (ln_rows_walk(conn) != NGX_OK) {
            conn->result.rc = LN_DB_FAILED;
        }

        (void) mysql_stmt_free_result(stmt);
        return ln_conn_executed(conn);

    default:
        /* COMMIT, ROLLBACK */
        ln_tx_left(conn);
        ln_conn_finish(conn);
        return 0;
    }
}


/* The write lane has no autocommit: a lone statement gets its COMMIT here. */

static ngx_uint_t
ln_conn_executed(ln_db_conn_t *conn)
{
    ln_lane_t  *lane;

    lane = conn->lane;

    if (conn->tx || lane != &lane->db->lanes[LN_LANE_WRITE]) {
        ln_conn_finish(conn);
        return 0;
    }

    ln_conn_state(conn, conn->result.rc == LN_DB_OK ? LN_CONN_COMMIT
                                                    : LN_CONN_ROLLBACK);
    return 1;
}


static void
ln_conn_error(ln_db_conn_t *conn)
{
    ngx_uint_t       commit;
    const char      *sqlstate, *message;
    unsigned int     error;
    ln_conn_state_e  state;

    state = conn->state;
    commit = (state == LN_CONN_COMMIT);

    if (commit || state == LN_CONN_ROLLBACK) {
        error = mysql_errno(conn->mysql);
        sqlstate = mysql_sqlstate(conn->mysql);
        message = mysql_error(conn->mysql);

    } else {
        error = mysql_stmt_errno(conn->prepared->stmt);
        sqlstate = mysql_stmt_sqlstate(conn->prepared->stmt);
        message = mysql_stmt_error(conn->prepared->stmt);
    }

    if (ln_conn_prepares_again(conn, error)) {
        conn->prepared_again = 1;
        ln_conn_run_stmt(conn);
        return;
    }

    ln_error_log(conn, error, sqlstate, message);

    conn->result.error = error;

    if (ln_error_lost(error)) {
        if (ln_error_host(error)) {
            ln_host_leave(conn->lane->db, conn->host);
        }

        ln_conn_lost(conn, ln_error_class(error, commit), error);
        return;
    }

    ln_circuit_answer(conn->lane->db, conn->host);

    if (commit || state == LN_CONN_ROLLBACK) {
        if (conn->result.rc == LN_DB_OK) {
            conn->result.rc = ln_error_class(error, commit);
        }

        ln_tx_left(conn);
        ln_conn_finish(conn);
        return;
    }

    conn->result.rc = ln_error_class(error, 0);

    if (state == LN_CONN_PREPARE) {
        ln_prepared_free(conn, conn->prepared);
    }

    if (ln_conn_executed(conn)) {
        ln_conn_step(conn, 0);
    }
}


/*
 * The server has forgotten the statement (1243), its tables have changed
 * (1615), or all sessions together have too many (1461): once more.
 */

static ngx_uint_t
ln_conn_prepares_again(ln_db_conn_t *conn, unsigned int error)
{
    if (conn->prepared == NULL || conn->prepared_again) {
        return 0;
    }

    if (error != 1243 && error != 1615 && error != 1461) {
        return 0;
    }

    ln_prepared_free(conn, conn->prepared);

    if (error == 1461) {
        ln_stmt_evict(conn, conn->nprepared / 2);
    }

    return 1;
}


/* The database must agree with the tables that the API is described by. */

static ngx_int_t
ln_stmt_check(ln_db_conn_t *conn)
{
    u_char           found[NGX_INT_T_LEN + 1], wanted[NGX_INT_T_LEN + 1];
    ngx_uint_t       i, n, nargs;
    MYSQL_STMT      *stmt;
    MYSQL_FIELD     *fields;
    const ln_sql_t  *sql;

    sql = conn->sql;
    stmt = conn->prepared->stmt;

    nargs = conn->nkeys > 1 ? LN_DB_FOLD : sql->nargs;
    n = mysql_stmt_param_count(stmt);

    if (n != nargs) {
        *ngx_sprintf(found, "%ui", n) = '\0';
        *ngx_sprintf(wanted, "%ui", nargs) = '\0';
        ln_stmt_mismatch(conn, "places", (char *) found, (char *) wanted);
        return NGX_ERROR;
    }

    if (sql->columns == NULL) {
        return NGX_OK;
    }

    n = mysql_stmt_field_count(stmt);

    if (n != sql->ncolumns) {
        *ngx_sprintf(found, "%ui", n) = '\0';
        *ngx_sprintf(wanted, "%ui", sql->ncolumns) = '\0';
        ln_stmt_mismatch(conn, "columns", (char *) found, (char *) wanted);
        return NGX_ERROR;
    }

    fields = mariadb_stmt_fetch_fields(stmt);

    for (i = 0; i < n; i++) {
        if (ngx_strcmp(fields[i].name, sql->columns[i].name) != 0) {
            ln_stmt_mismatch(conn, "column", fields[i].name,
                             sql->columns[i].name);
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* Our bug, the same in every request: said once a worker. */

static void
ln_stmt_mismatch(ln_db_conn_t *conn, const char *what, const char *found,
    const char *wanted)
{
    ln_db_t  *db;

    db = conn->lane->db;

    if (db->mismatched[conn->sql->id]) {
        return;
    }

    db->mismatched[conn->sql->id] = 1;

    ngx_log_error(NGX_LOG_ALERT, db->log, 0,
                  "statement \"%V\": %s \"%s\" in the database where \"%s\" "
                  "is declared", &conn->sql->name, what, found, wanted);
}


/* After shutdown() of its socket a suspended call runs to its end. */

void
ln_conn_unwind(ln_db_conn_t *conn)
{
    int         failed;
    ngx_uint_t  i;

    for (i = 0; conn->want && i < LN_DB_UNWIND; i++) {
        conn->want = ln_conn_call(conn, MYSQL_WAIT_READ|MYSQL_WAIT_TIMEOUT,
                                  &failed);
    }

    if (conn->want) {
        ngx_log_error(NGX_LOG_ALERT, conn->lane->db->log, 0,
                      "a suspended database call does not end");
        conn->want = 0;
    }
}
