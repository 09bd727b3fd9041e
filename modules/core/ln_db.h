
/*
 * The database as the event loop sees it.
 *
 * An ln_db_t is one `legalnet_database` block.  In every worker it owns four
 * lanes of connections (ln_lane_e), each with its own number of connections,
 * waiting queue and deadline.  Connections are made by a pool thread, used by
 * the event loop, and never block it.
 *
 * Invariants:
 *   - a completion runs exactly once, never from inside the call that asked
 *     for it, and never after ln_op_detach();
 *   - arguments are copied: the caller's memory may go when the call returns;
 *   - rows are handed out one by one while the result is walked; a value is
 *     valid until the row handler returns;
 *   - a connection goes to the next waiter before the completion runs;
 *   - after a completion from a database event, whoever finalizes a request
 *     runs ngx_http_run_posted_requests() on its connection.
 *
 * Only ln_db_*.c include mysql.h.
 */

#ifndef _LN_DB_H_INCLUDED_
#define _LN_DB_H_INCLUDED_


#include "ln.h"
#include "ln_zone.h"


#define LN_DB_FOLD  16    /* IN (…): what waits leaves together */


/* Results of an operation.  NGX_OK is 0, NGX_ERROR -1. */
typedef enum {
    LN_DB_OK = 0,
    LN_DB_FAILED,         /* our bug or the schema's: 500, logged with SQL
                             error and statement name */
    LN_DB_UNAVAILABLE,    /* no connection, circuit open, queue full: 503 */
    LN_DB_TIMEOUT,        /* the lane's deadline passed: 504 */
    LN_DB_REPLAY,         /* 1213, 1205, 1047 … : roll back and do it again */
    LN_DB_DUPLICATE,      /* 1062 */
    LN_DB_REFUSED,        /* a CHECK or a foreign key: 4025, 3819, 1452, 1451 */
    LN_DB_UNKNOWN         /* COMMIT's answer was lost: both outcomes happen */
} ln_db_rc_e;


typedef struct ln_db_s       ln_db_t;        /* configuration and lanes */
typedef struct ln_db_conn_s  ln_db_conn_t;   /* private to ln_db_*.c */
typedef struct ln_op_s       ln_op_t;
typedef struct ln_tx_s       ln_tx_t;


/* A statement as the database gets it: made by ln_compile.c, constant. */
typedef struct {
    ngx_uint_t          id;         /* dense over all; equal text, equal id */
    ngx_str_t           name;       /* "directory.practitioner_get" */
    ngx_str_t           text;       /* with ? */
    ngx_str_t           folded;     /* = ? became IN (?×16); or empty */
    ngx_uint_t          nargs;
    const ln_column_t  *columns;    /* ends with .name == NULL; NULL: none */
    ngx_uint_t          ncolumns;
    ln_lane_e           lane;       /* never LN_LANE_DEFAULT */
} ln_sql_t;


/* NGX_OK, or NGX_ERROR to drop the remaining rows (done gets FAILED). */
typedef ngx_int_t (*ln_op_row_pt)(void *data, const ln_value_t *row);

typedef struct {
    ln_db_rc_e          rc;
    ngx_uint_t          rows;       /* handed out */
    uint64_t            affected;   /* found, not changed: CLIENT_FOUND_ROWS */
    ngx_uint_t          error;      /* MySQL's number, for the log */
} ln_db_result_t;

typedef void (*ln_op_done_pt)(void *data, const ln_db_result_t *result);


/*
 * One statement outside a transaction.  NULL when it cannot be taken now
 * (queue full, circuit open, no memory): answer 503.  With .folded, identical
 * (statement, key) that wait share one query and different keys travel
 * together; the row handler sees only its own key's rows.
 */
ln_op_t *ln_db_query(ln_db_t *db, const ln_sql_t *sql, const ln_value_t *args,
    ln_op_row_pt row, ln_op_done_pt done, void *data);

/* The asker went away: no row, no completion; the result is dropped. */
void ln_op_detach(ln_op_t *op);


/*
 * A transaction owns a connection of the write lane (autocommit=0) from
 * begin's completion (rc OK) until commit or rollback completes.  It ends, and
 * `tx` is gone, when commit completes with OK or rollback completes; nothing
 * else ends it.  After any completion but OK, DUPLICATE and REFUSED, begin's
 * and commit's too, only ln_tx_rollback() may follow (it completes OK).  One
 * call at a time.  A transaction is not detached: it is finished.
 */
ln_tx_t *ln_tx_begin(ln_db_t *db, ln_op_done_pt done, void *data);
void ln_tx_query(ln_tx_t *tx, const ln_sql_t *sql, const ln_value_t *args,
    ln_op_row_pt row, ln_op_done_pt done, void *data);
void ln_tx_commit(ln_tx_t *tx, ln_op_done_pt done, void *data);
void ln_tx_rollback(ln_tx_t *tx, ln_op_done_pt done, void *data);


/*
 * The `legalnet_database NAME { … }` block: parses into an ln_db_t that lives
 * in cf->pool and is appended to `databases` (array of ln_db_t *).
 */
char *ln_db_block(ngx_conf_t *cf, ngx_array_t *databases);
ngx_str_t *ln_db_name(ln_db_t *db);

/* Counts into that zone, at configuration time (ln_db_metric.c): lanes' size,
 * busy, waiting, wait time, prepares, retries, timeouts, connects, circuit. */
ngx_int_t ln_db_set_zone(ngx_conf_t *cf, ln_db_t *db, ln_zone_t *zone);

/* Statements of all databases: how many ids there are (after compiling). */
void ln_db_set_statements(ln_db_t *db, ngx_uint_t n);

/* init_process and exit_process of a worker. */
ngx_int_t ln_db_start(ngx_cycle_t *cycle, ln_db_t *db);
void ln_db_stop(ngx_cycle_t *cycle, ln_db_t *db);

/* The worker must quit: idle connections close, what waits is finished. */
void ln_db_quit(ln_db_t *db);

/* Whole seconds until it is worth asking again, for Retry-After; >= 1. */
ngx_uint_t ln_db_retry_after(ln_db_t *db);


#endif /* _LN_DB_H_INCLUDED_ */
