
/*
 * The clockwork's inside: what ln_clock.c, ln_job.c, ln_change.c, ln_audit.c
 * and ln_seal.c share.
 *
 *   ln_clock.c    what runs in which worker, once the schema is there
 *   ln_job.c      a job: lease, transaction, record
 *   ln_job_item.c  the rows that it hands to a feature's handler
 *   ln_change.c   what changed elsewhere
 *   ln_audit.c    rows of the trail, at every write
 *   ln_seal.c     the job that seals them
 */

#ifndef _LN_CLOCK_H_INCLUDED_
#define _LN_CLOCK_H_INCLUDED_


#include "ln_core.h"
#include "ln_schema.h"


#define LN_CLOCK_LOOK   1000     /* ms between two looks at the schema */
#define LN_CLOCK_STAGGER 100     /* ms between the starts of two jobs */
#define LN_JOB_LEASE    60       /* s; no transaction of a job lasts longer */
#define LN_JOB_ITEMS    256      /* rows of one round that are handled */
#define LN_JOB_TICK     30000    /* ms: how often a rare job is looked at */
#define LN_JOB_AFTER    5000     /* ms, after a failure that may pass */
#define LN_JOB_WRONG    30000    /* ms, after one that is a bug */


typedef struct ln_clock_s     ln_clock_t;
typedef struct ln_clock_db_s  ln_clock_db_t;
typedef struct ln_run_s       ln_run_t;
typedef struct ln_change_s    ln_change_t;

/* Does the work inside run->tx and then calls ln_job_worked(). */
typedef void (*ln_work_pt)(ln_run_t *run);

/* A job, compiled: steps, or a function of core's own. */
typedef struct {
    ngx_str_t            name;         /* "directory.rank" */
    const ln_job_t      *job;          /* NULL: core's own work */
    ln_endpoint_t       *settle;       /* of .handler: .claimed, .settle … */
    ngx_msec_t           period;
    ngx_uint_t           again;
    ln_do_t             *steps;
    ngx_uint_t           nsteps;
    ln_work_pt           work;
    const ln_sql_t      *peek;         /* selects no row: nothing to do */
    ngx_int_t            metric_ok;
    ngx_int_t            metric_failed;
    ngx_int_t            metric_time;
    ngx_int_t            metric_settled;
    ngx_int_t            metric_left;
} ln_work_t;


typedef enum {
    LN_JOB_RESTING = 0,
    LN_JOB_PEEKING,
    LN_JOB_CLAIMING,
    LN_JOB_WORKING,
    LN_JOB_RECORDING,    /* that it failed */
    LN_JOB_HANDLING,     /* ln_job_item.c has the claimed rows */
    LN_JOB_STATES
} ln_job_state_e;

/* A job on one database, in this worker. */
struct ln_run_s {
    ln_clock_db_t       *on;
    const ln_work_t     *work;
    ngx_event_t          timer;
    ln_job_state_e       state;
    ln_op_t             *op;
    ln_tx_t             *tx;
    ngx_pool_t          *pool;         /* of one round */
    ln_value_t         **rows;         /* of the steps so far, or NULL */
    ngx_uint_t           step;
    uint64_t             touched;      /* by the first step */
    uint64_t             selected;     /* rows of the running statement */
    ngx_msec_t           began;
    ngx_msec_t           rest;
    ln_db_rc_e           error;
    void                *data;         /* of ln_work_pt, in the pool */
    u_char               new_id[16];
    u_char               result[64];
    ln_value_t         **items;        /* the rows of .claimed */
    ngx_uint_t           nitems;
    ngx_uint_t           next;
    ngx_uint_t           active;       /* handed out, not yet settled */
    unsigned             going:1;
    unsigned             enrolled:1;   /* its row is there */
    unsigned             mine:1;       /* the lease */
    unsigned             repeat:1;     /* more is waiting: do not ask if due */
};


/* The statements of ln_change.c, and what it counts. */
typedef struct {
    ln_sql_t            *insert;
    ln_sql_t            *clock;
    ln_sql_t            *since;
    ln_sql_t            *rows;
    ln_sql_t            *look;
    ngx_int_t            metric_polls;
    ngx_int_t            metric_failures;
    ngx_int_t            metric_changes;
    ngx_int_t            metric_flushes;
} ln_change_conf_t;

typedef struct {
    ln_sql_t            *last;
    ln_sql_t            *waiting;
    ln_sql_t            *insert;
    ln_sql_t            *mark;
} ln_seal_conf_t;

struct ln_clock_s {
    ln_app_t            *app;
    ngx_array_t          works;        /* ln_work_t */
    ln_sql_t            *enrol;
    ln_sql_t            *claim;
    ln_sql_t            *finish;
    ln_sql_t            *audit;
    ln_change_conf_t     change;
    ln_seal_conf_t       seal;

    /* in this worker */
    ngx_str_t            holder;       /* of leases */
    ln_clock_db_t       *dbs;
    unsigned             started:1;
    unsigned             quit:1;
};

struct ln_clock_db_s {
    ln_look_t            look;         /* first: ln_schema_look() fills it */
    ln_clock_t          *clock;
    ln_db_t             *db;
    ngx_uint_t           index;
    ngx_event_t          timer;
    ln_op_t             *op;
    ln_run_t            *runs;         /* one a job; NULL until it may run */
    ln_change_t         *change;
};


/* ln_clock.c: what is compiled, for the SQL of ln_compile_own(). */
ln_work_t *ln_clock_job(ngx_conf_t *cf, ln_clock_t *clock,
    const char *feature, const char *name, ngx_msec_t period);
ngx_uint_t ln_clock_stopped(ln_clock_t *clock);

/* ln_job.c */
ngx_int_t ln_job_init(ngx_conf_t *cf, ln_clock_t *clock);
void ln_job_start(ln_run_t *run, ngx_msec_t delay);
void ln_job_stop(ln_run_t *run);
/* Ends a round's work: what it did, or the error that undoes it. */
void ln_job_worked(ln_run_t *run, ln_db_rc_e rc, uint64_t touched);
/* A row that outlives its statement; NULL: out of memory. */
ln_value_t *ln_job_copy(ngx_pool_t *pool, const ln_value_t *row,
    ngx_uint_t n);

/* ln_job_item.c: hands out the claimed rows, as many as may be under way;
 * ln_items_handled() (ln_job.c) when none is left. */
void ln_items_go(ln_run_t *run);
void ln_items_handled(ln_run_t *run);

/* For ln_task.c: a row's task has ended; rc as of a .handler. */
ln_app_t *ln_item_app(ln_item_t *item);
void ln_item_resume(ln_item_t *item, ngx_int_t rc);

/* ln_change.c */
ngx_int_t ln_change_init(ngx_conf_t *cf, ln_clock_t *clock);
ngx_int_t ln_change_start(ln_clock_db_t *on, ngx_cycle_t *cycle);
void ln_change_stop(ln_change_t *change);

/* ln_audit.c, ln_seal.c */
ngx_int_t ln_audit_init(ngx_conf_t *cf, ln_clock_t *clock);
ngx_int_t ln_seal_init(ngx_conf_t *cf, ln_clock_t *clock);


/* Arguments of statements. */
void ln_arg_string(ln_value_t *arg, const u_char *data, size_t length);
void ln_arg_integer(ln_value_t *arg, int64_t n);
void ln_arg_uuid(ln_value_t *arg, const u_char id[16]);


#endif /* _LN_CLOCK_H_INCLUDED_ */
