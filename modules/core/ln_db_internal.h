
/*
 * The database's inside: what ln_db_*.c share and nobody else sees.
 *
 *   ln_db_conf.c     the block `legalnet_database`
 *   ln_db_worker.c   start, housekeeping and stop of a worker
 *   ln_db_lane.c     questions, the waiting queue, deadlines, completions
 *   ln_db_batch.c    what waits on the point lane leaves together
 *   ln_db_conn.c     a connection's life and its one state function
 *   ln_db_connect.c  connecting and session setup, in a thread of the pool
 *   ln_db_stmt.c     running a statement step by step, prepared statements
 *   ln_db_bind.c     values to binds
 *   ln_db_row.c      rows to values
 *   ln_db_tx.c       transactions
 *   ln_db_circuit.c  hosts, back-off, failing fast
 *   ln_db_error.c    what an error number means, and what of it is logged
 *   ln_db_metric.c   counters in shared memory
 *
 * Nothing here calls its asker back: finished operations are put into
 * db->finished, and one posted event runs their completions.  Nothing starts
 * inside the asker's call either: a lane's posted event does, so all that one
 * round of the event loop asks can leave as one batch.
 */

#ifndef _LN_DB_INTERNAL_H_INCLUDED_
#define _LN_DB_INTERNAL_H_INCLUDED_


#include "ln_db.h"
#include "ln_zone.h"
#include <ngx_event.h>
#include <ngx_thread_pool.h>
#include <mysql.h>


#define LN_DB_PREPARED      64       /* statements kept by a connection */
#define LN_DB_TEXT          4096     /* longer texts are fetched once more */
#define LN_DB_KEEP_TEXT     (1024 * 1024)  /* a larger buffer is given back */
#define LN_DB_TRIES         3        /* a read whose connection is lost */
#define LN_DB_IDLE          60000    /* ms until an idle connection closes */
#define LN_DB_LIFE          600000   /* ms; then it may go to a better host */
#define LN_DB_TIDY          5000     /* ms between two looks at the idle */
#define LN_DB_UNWIND        16       /* a suspended call ends in one or two */
#define LN_DB_BACKOFF       100      /* ms, the first; it doubles */
#define LN_DB_BACKOFF_HOST  5000     /* ms, the first of one among several */
#define LN_DB_BACKOFF_MAX   60000    /* ms, while another host works */


typedef enum {
    LN_CONN_CLOSED = 0,
    LN_CONN_CONNECTING,     /* belongs to a thread of the pool */
    LN_CONN_IDLE,
    LN_CONN_OWNED,          /* by a transaction, between two calls */
    LN_CONN_PREPARE,
    LN_CONN_EXECUTE,
    LN_CONN_STORE,
    LN_CONN_COMMIT,
    LN_CONN_ROLLBACK,
    LN_CONN_STATES
} ln_conn_state_e;


typedef enum {
    LN_OP_QUERY = 0,
    LN_OP_BEGIN,
    LN_OP_COMMIT,
    LN_OP_ROLLBACK
} ln_op_kind_e;


typedef enum {
    LN_OP_NEW = 0,
    LN_OP_WAITING,          /* in lane->waiting or lane->owned */
    LN_OP_RUNNING,          /* in conn->ops */
    LN_OP_FINISHED          /* in db->finished */
} ln_op_place_e;


typedef struct {
    ngx_str_t               name;        /* as configured */
    char                   *host;        /* NULL: a unix socket */
    char                   *socket;
    unsigned int            port;

    /* in this worker */
    ngx_msec_t              retry_at;    /* 0: may be tried at any time */
    ngx_msec_t              delay;       /* 0: nothing is wrong with it */
    ngx_msec_t              answered;    /* when it last spoke */
} ln_db_host_t;


typedef enum {
    LN_DB_M_CONNECTIONS = 0,
    LN_DB_M_BUSY,
    LN_DB_M_WAITING,
    LN_DB_M_WAIT,
    LN_DB_M_QUERIES,
    LN_DB_M_PREPARES,
    LN_DB_M_RETRIES,
    LN_DB_M_TIMEOUTS,
    LN_DB_M_REFUSED,
    LN_DB_M_CONNECTS,
    LN_DB_M_CONNECT_ERRORS,
    LN_DB_M_LANE            /* how many a lane has */
} ln_db_metric_e;


typedef struct {
    ln_db_t                *db;
    const char             *name;
    ngx_uint_t              connections;
    ngx_uint_t              limit;       /* of the waiting queue */
    ngx_msec_t              timeout;
    ngx_int_t               metrics[LN_DB_M_LANE];

    /* in this worker */
    ln_db_conn_t           *conns;
    ngx_queue_t             idle;        /* the last used first */
    ngx_queue_t             waiting;
    ngx_uint_t              nwaiting;
    ngx_queue_t             owned;       /* calls of transactions */
    ngx_event_t             dispatch;
} ln_lane_t;


/* Where one row stands while it is walked; a worker needs only one. */
typedef struct {
    unsigned long           length;
    my_bool                 null;
    my_bool                 error;
    union {
        long long           integer;
        double              number;
        MYSQL_TIME          time;
    } u;
    u_char                  text[LN_DB_TEXT];
} ln_db_cell_t;

typedef struct {
    MYSQL_BIND             *binds;
    ln_db_cell_t           *cells;
    ln_value_t             *values;
    ngx_uint_t              size;        /* columns there is room for */
    u_char                 *text;        /* the row's texts over LN_DB_TEXT */
    size_t                  capacity;
} ln_db_row_t;


struct ln_db_s {
    ngx_str_t               name;
    ngx_array_t             hosts;       /* ln_db_host_t */
    ngx_str_t               database;
    ngx_str_t               user;
    ngx_str_t               password;
    ngx_str_t               tls_ca;
    ngx_flag_t              tls;
    ngx_flag_t              tls_verify;
    ngx_msec_t              connect_timeout;
    ngx_uint_t              failures_max;
    ngx_msec_t              backoff_max;
    ngx_thread_pool_t      *threads;
    ngx_uint_t              nstatements;
    ln_lane_t               lanes[LN_LANES];
    ln_zone_t              *zone;
    ngx_int_t               circuit_metric;

    /* in this worker */
    ngx_log_t              *log;
    ngx_queue_t             finished;
    ngx_event_t             settle;
    ngx_event_t             tidy;
    ngx_event_t             retry;
    ngx_uint_t              failures;    /* in a row */
    ngx_msec_t              answered;    /* when the database last spoke */
    ln_db_row_t             row;
    MYSQL_BIND             *binds;
    ngx_uint_t              nbinds;
    u_char                 *mismatched;  /* per statement: said so already */
    unsigned                open:1;      /* the circuit */
    unsigned                started:1;
    unsigned                quit:1;
};


typedef struct {
    ngx_queue_t             lru;
    MYSQL_STMT             *stmt;
    ngx_uint_t              index;
    unsigned                ready:1;
} ln_prepared_t;


struct ln_db_conn_s {
    ln_lane_t              *lane;
    ngx_queue_t             queue;       /* lane->idle */
    ln_conn_state_e         state;
    MYSQL                  *mysql;
    ngx_connection_t       *c;
    ln_db_host_t           *host;
    ngx_thread_task_t      *task;
    int                     want;        /* MYSQL_WAIT_*; 0: not suspended */
    ln_tx_t                *tx;

    /* what runs */
    ngx_queue_t             ops;
    ngx_uint_t              nkeys;       /* 0: not a folded question */
    ln_value_t              keys[LN_DB_FOLD];
    uint32_t                hashes[LN_DB_FOLD];
    const ln_sql_t         *sql;
    const ln_value_t       *args;
    ln_prepared_t          *prepared;
    ln_db_result_t          result;
    unsigned                prepared_again:1;

    ngx_queue_t             lru;
    ngx_uint_t              nprepared;
    ln_prepared_t         **by_id;       /* sql->id * 2 + folded */
    ngx_msec_t              born;
    ngx_msec_t              used;
};


struct ln_op_s {
    ngx_queue_t             queue;
    ln_op_kind_e            kind;
    ln_op_place_e           place;
    ln_lane_t              *lane;
    ln_db_conn_t           *conn;        /* while running */
    ln_tx_t                *tx;
    const ln_sql_t         *sql;
    ln_value_t             *args;
    uint32_t                hash;        /* of the key */
    unsigned                folds:1;     /* may travel with others */
    ngx_uint_t              tries;
    ngx_msec_t              asked;
    ngx_event_t             timer;       /* the deadline; not cancelable */
    ln_op_row_pt            row;
    ln_op_done_pt           done;
    void                   *data;
    ln_db_result_t          result;
};


struct ln_tx_s {
    ln_db_t                *db;
    ln_db_conn_t           *conn;        /* NULL: lost */
    ln_op_t                 op;          /* one call at a time */
    ln_value_t             *args;        /* its arguments' memory */
};


/* ln_db_lane.c */
void ln_lane_start(ln_lane_t *lane);
void ln_lane_wake(ln_lane_t *lane);
void ln_lane_fail_waiting(ln_lane_t *lane, ln_db_rc_e rc);
ngx_int_t ln_op_enqueue(ln_op_t *op);
void ln_op_start(ln_op_t *op, ln_db_conn_t *conn);
void ln_op_again(ln_op_t *op);
void ln_op_init(ln_op_t *op, ln_lane_t *lane, ln_op_kind_e kind,
    ln_op_done_pt done, void *data);
void ln_op_finish(ln_op_t *op, ln_db_rc_e rc);
void ln_op_timeout(ngx_event_t *ev);
void ln_db_settle(ngx_event_t *ev);

/* ln_db_batch.c */
void ln_batch_take(ln_lane_t *lane, ln_db_conn_t *conn);
void ln_batch_prepare(ln_op_t *op);
void ln_batch_row(ln_db_conn_t *conn, const ln_value_t *row);

/* ln_db_conn.c */
void ln_conn_state(ln_db_conn_t *conn, ln_conn_state_e state);
ngx_int_t ln_conn_attach(ln_db_conn_t *conn);
void ln_conn_release(ln_db_conn_t *conn);
void ln_conn_close(ln_db_conn_t *conn);
void ln_conn_finish(ln_db_conn_t *conn);
void ln_tls_clear(ln_db_t *db);
void ln_conn_lost(ln_db_conn_t *conn, ln_db_rc_e rc, ngx_uint_t error);

/* ln_db_connect.c */
ngx_thread_task_t *ln_connect_task(ngx_pool_t *pool);
ngx_int_t ln_conn_connect(ln_db_conn_t *conn);

/* ln_db_stmt.c */
void ln_conn_run(ln_db_conn_t *conn);
void ln_conn_step(ln_db_conn_t *conn, int ready);
void ln_conn_unwind(ln_db_conn_t *conn);
void ln_prepared_free(ln_db_conn_t *conn, ln_prepared_t *prepared);

/* ln_db_bind.c */
size_t ln_args_size(const ln_sql_t *sql, const ln_value_t *args);
void ln_args_copy(ln_value_t *to, const ln_sql_t *sql,
    const ln_value_t *args);
ngx_int_t ln_args_bind(ln_db_conn_t *conn);

/* ln_db_row.c: NGX_OK, or NGX_ERROR with the statement's error set, or not */
ngx_int_t ln_rows_walk(ln_db_conn_t *conn);

/* ln_db_tx.c */
void ln_tx_begun(ln_op_t *op, ln_db_conn_t *conn);
void ln_tx_run(ln_op_t *op);
void ln_tx_left(ln_db_conn_t *conn);
ngx_uint_t ln_tx_ends(ln_op_t *op);
void ln_tx_free(ln_tx_t *tx);

/* ln_db_circuit.c */
ln_db_host_t *ln_host_pick(ln_db_t *db);
void ln_host_failed(ln_db_t *db, ln_db_host_t *host);
void ln_host_leave(ln_db_t *db, ln_db_host_t *host);
void ln_host_well(ln_db_t *db, ln_db_host_t *host);
void ln_circuit_failure(ln_db_t *db);
void ln_circuit_answer(ln_db_t *db, ln_db_host_t *host);
void ln_circuit_silence(ln_db_t *db, ln_db_host_t *host, ngx_msec_t since);
void ln_circuit_schedule(ln_db_t *db);
void ln_circuit_retry(ngx_event_t *ev);

/* ln_db_error.c */
ln_db_rc_e ln_error_class(unsigned int error, ngx_uint_t commit);
ngx_uint_t ln_error_lost(unsigned int error);
ngx_uint_t ln_error_host(unsigned int error);
void ln_error_log(ln_db_conn_t *conn, unsigned int error,
    const char *sqlstate, const char *message);
const char *ln_rc_name(ln_db_rc_e rc);

/* ln_db_metric.c */
void ln_lane_count(ln_lane_t *lane, ln_db_metric_e metric,
    ngx_atomic_int_t n);
void ln_lane_waited(ln_lane_t *lane, ngx_msec_t ms);
void ln_circuit_count(ln_db_t *db, ngx_atomic_int_t n);


#include "ln_banned.h"


#endif /* _LN_DB_INTERNAL_H_INCLUDED_ */
