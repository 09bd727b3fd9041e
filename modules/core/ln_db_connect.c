
/*
 * Connecting blocks: name lookup, TLS, authentication.  A thread of the pool
 * does it with the library's plain calls, and the session's setup right after;
 * then the handle belongs to the event loop.
 */

#define LN_MAY_WAIT_FOR_DATABASE  1

#include "ln_db_internal.h"


#define LN_DB_ERROR_TEXT  256


/* What the thread reads and writes; nobody else does meanwhile. */
typedef struct {
    MYSQL           *mysql;
    ln_db_t         *db;
    ln_lane_t       *lane;
    ln_db_host_t    *host;
    unsigned int     error;
    u_char           text[LN_DB_ERROR_TEXT];
} ln_connect_t;


static ngx_int_t ln_connect_options(ln_connect_t *ctx);
static void ln_connect_thread(void *data, ngx_log_t *log);
static int ln_connect_session(ln_connect_t *ctx);
static void ln_connect_done(ngx_event_t *ev);
static void ln_connect_failed(ln_db_conn_t *conn, ln_connect_t *ctx);


/*
 * Words are compared bytewise on either server, days and instants are UTC, and
 * a value that does not fit is an error.
 */
static const char  *ln_connect_setup[] = {
    "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
    "SET SESSION time_zone = '+00:00',"
    " sql_mode = 'STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_IN_DATE,"
    "NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',"
    " innodb_lock_wait_timeout = 2,"
    " group_concat_max_len = 1048576",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    NULL
};


ngx_thread_task_t *
ln_connect_task(ngx_pool_t *pool)
{
    return ngx_thread_task_alloc(pool, sizeof(ln_connect_t));
}


/* NGX_OK: under way; NGX_DECLINED: no host may be tried now. */

ngx_int_t
ln_conn_connect(ln_db_conn_t *conn)
{
    ln_db_t       *db;
    ln_db_host_t  *host;
    ln_connect_t  *ctx;

    db = conn->lane->db;

    host = ln_host_pick(db);
    if (host == NULL) {
        return NGX_DECLINED;
    }

    ctx = conn->task->ctx;
    ngx_memzero(ctx, sizeof(ln_connect_t));

    ctx->db = db;
    ctx->lane = conn->lane;
    ctx->host = host;
    ctx->mysql = mysql_init(NULL);

    if (ctx->mysql == NULL) {
        return NGX_ERROR;
    }

    conn->mysql = ctx->mysql;
    conn->host = host;

    conn->task->handler = ln_connect_thread;
    conn->task->event.handler = ln_connect_done;
    conn->task->event.data = conn;

    if (ln_connect_options(ctx) != NGX_OK
        || ngx_thread_task_post(db->threads, conn->task) != NGX_OK)
    {
        mysql_close(conn->mysql);
        conn->mysql = NULL;
        return NGX_ERROR;
    }

    ln_conn_state(conn, LN_CONN_CONNECTING);

    return NGX_OK;
}


static ngx_int_t
ln_connect_options(ln_connect_t *ctx)
{
    int            rc;
    MYSQL         *mysql;
    ln_db_t       *db;
    my_bool        on, off, verify;
    unsigned int   seconds, protocol, none;

    mysql = ctx->mysql;
    db = ctx->db;

    on = 1;
    off = 0;
    none = 0;
    verify = (my_bool) db->tls_verify;
    seconds = (unsigned int) ((db->connect_timeout + 999) / 1000);
    protocol = ctx->host->host ? MYSQL_PROTOCOL_TCP : MYSQL_PROTOCOL_SOCKET;

    /* the timeouts bound the thread; the event loop has its own timers */
    rc = mysql_options(mysql, MYSQL_OPT_NONBLOCK, NULL);
    rc |= mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
    rc |= mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &seconds);
    rc |= mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &seconds);
    rc |= mysql_options(mysql, MYSQL_OPT_PROTOCOL, &protocol);
    rc |= mysql_options(mysql, MYSQL_OPT_RECONNECT, &off);
    rc |= mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &none);
    rc |= mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");

    if (db->tls) {
        rc |= mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &on);
        rc |= mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);

        if (db->tls_ca.len) {
            rc |= mysql_options(mysql, MYSQL_OPT_SSL_CA, db->tls_ca.data);
        }
    }

    return rc ? NGX_ERROR : NGX_OK;
}


static void
ln_connect_thread(void *data, ngx_log_t *log)
{
    MYSQL         *mysql;
    ln_connect_t  *ctx = data;

    if (mysql_thread_init() != 0) {
        ctx->error = 2008;
        return;
    }

    mysql = mysql_real_connect(ctx->mysql, ctx->host->host,
                               (char *) ctx->db->user.data,
                               (char *) ctx->db->password.data,
                               (char *) ctx->db->database.data,
                               ctx->host->port, ctx->host->socket,
                               CLIENT_FOUND_ROWS);

    if (mysql == NULL || ln_connect_session(ctx) != 0) {
        ctx->error = mysql_errno(ctx->mysql);
        (void) ngx_cpystrn(ctx->text, (u_char *) mysql_error(ctx->mysql),
                           LN_DB_ERROR_TEXT);

        if (ctx->error == 0) {
            ctx->error = 2000;
        }
    }

    mysql_thread_end();
}


static int
ln_connect_session(ln_connect_t *ctx)
{
    u_char        *last;
    MYSQL         *mysql;
    u_char         text[128];
    ngx_msec_t     timeout;
    const char   **p;

    mysql = ctx->mysql;
    timeout = ctx->lane->timeout;

    for (p = ln_connect_setup; *p; p++) {
        if (mysql_real_query(mysql, *p, ngx_strlen(*p)) != 0) {
            return -1;
        }
    }

    /* the server gives up on a statement when the lane would */
    if (mariadb_connection(mysql)) {
        last = ngx_sprintf(text, "SET SESSION max_statement_time = %M.%03M",
                           timeout / 1000, timeout % 1000);
    } else {
        last = ngx_sprintf(text, "SET SESSION max_execution_time = %M",
                           timeout);
    }

    if (mysql_real_query(mysql, (char *) text, last - text) != 0) {
        return -1;
    }

    if (ctx->lane == &ctx->db->lanes[LN_LANE_WRITE]) {
        return mysql_autocommit(mysql, 0);
    }

    return 0;
}


static void
ln_connect_done(ngx_event_t *ev)
{
    ln_db_conn_t  *conn;
    ln_connect_t  *ctx;

    conn = ev->data;
    ctx = conn->task->ctx;

    if (ctx->error == 0 && ln_conn_attach(conn) != NGX_OK) {
        ctx->error = 2000;
    }

    if (ctx->error) {
        ln_connect_failed(conn, ctx);
        return;
    }

    ln_lane_count(conn->lane, LN_DB_M_CONNECTS, 1);
    ln_host_well(conn->lane->db, conn->host);

    ngx_log_debug3(NGX_LOG_DEBUG_EVENT, conn->lane->db->log, 0,
                   "legalnet db: connected to %V, fd:%d, cipher:%s",
                   &conn->host->name, conn->c->fd,
                   mysql_get_ssl_cipher(conn->mysql)
                   ? mysql_get_ssl_cipher(conn->mysql) : "none");

    ln_conn_release(conn);
}


static void
ln_connect_failed(ln_db_conn_t *conn, ln_connect_t *ctx)
{
    ln_db_t     *db;
    ngx_uint_t   level;

    db = conn->lane->db;

    ln_lane_count(conn->lane, LN_DB_M_CONNECT_ERRORS, 1);

    /* while the circuit is open its own line has told what is wrong */
    level = db->open ? NGX_LOG_INFO : NGX_LOG_WARN;

    ngx_log_error(level, db->log, 0,
                  "database \"%V\": no connection to %V: error %ui %s",
                  &db->name, &ctx->host->name, (ngx_uint_t) ctx->error,
                  ctx->text);

    ln_conn_close(conn);
    ln_host_failed(db, ctx->host);
    ln_lane_wake(conn->lane);
}
