
/*
 * Sealing: committed rows that no seal covers yet, in the order of their ids,
 * get the next one.  The rows are read without locking (READ COMMITTED) and
 * then marked one by one, so that a writer is neither waited for nor made to
 * wait; what commits meanwhile is the next seal's.  The primary key of
 * audit_seal decides between two sealers.
 */

#include "ln_clock.h"
#include "ln_audit_chain.h"


#define LN_SEAL_PERIOD  1000     /* ms: with the look before it, at most 2 s */
#define LN_SEAL_MARK    60       /* rows marked by one statement */
#define LN_SEAL_MOST    480      /* of one seal: eight such statements */

#define LN_TEN_PLACES   "?, ?, ?, ?, ?, ?, ?, ?, ?, ?"


typedef struct {
    u_char            id[LN_AUDIT_ID];
    u_char            mac[LN_AUDIT_HASH];
} ln_seal_row_t;

typedef struct {
    ln_audit_seal_t   previous;
    ln_audit_seal_t   seal;
    u_char            at[LN_AUDIT_AT];
    ngx_uint_t        nrows;
    ngx_uint_t        marked;
    ngx_uint_t        marking;      /* by the statement under way */
    ln_seal_row_t     rows[LN_SEAL_MOST];
} ln_seal_work_t;


static void ln_seal_run(ln_run_t *run);
static ngx_int_t ln_seal_last_row(void *data, const ln_value_t *row);
static void ln_seal_last_done(void *data, const ln_db_result_t *result);
static ngx_int_t ln_seal_waiting_row(void *data, const ln_value_t *row);
static void ln_seal_waiting_done(void *data, const ln_db_result_t *result);
static ngx_int_t ln_seal_make(ln_run_t *run, ln_seal_work_t *work);
static void ln_seal_insert(ln_run_t *run, ln_seal_work_t *work);
static void ln_seal_inserted(void *data, const ln_db_result_t *result);
static void ln_seal_mark(ln_run_t *run, ln_seal_work_t *work);
static void ln_seal_marked(void *data, const ln_db_result_t *result);


static const ln_column_t  ln_seal_peek_columns[] = {
    { .name = "id", .type = LN_STRING },
    { .name = NULL }
};

static const ln_column_t  ln_seal_last_columns[] = {
    { .name = "at", .type = LN_STRING },
    { .name = "seq", .type = LN_ID, .nullable = 1 },
    { .name = "sha256", .type = LN_STRING, .nullable = 1 },
    { .name = "sm3", .type = LN_STRING, .nullable = 1 },
    { .name = NULL }
};

static const ln_column_t  ln_seal_waiting_columns[] = {
    { .name = "id", .type = LN_STRING },
    { .name = "mac", .type = LN_STRING },
    { .name = NULL }
};


ngx_int_t
ln_seal_init(ngx_conf_t *cf, ln_clock_t *clock)
{
    ln_sql_t        *peek;
    ln_work_t       *work;
    ln_seal_conf_t  *conf;

    conf = &clock->seal;

    work = ln_clock_job(cf, clock, "core", "audit_seal", LN_SEAL_PERIOD);
    if (work == NULL) {
        return NGX_ERROR;
    }

    peek = ln_compile_own(cf, clock->app, "seal_peek",
        "SELECT HEX(id) AS id"
        " FROM audit_event"
        " WHERE sealed_seq IS NULL"
        " LIMIT 1",
        ln_seal_peek_columns, LN_LANE_POINT);

    /* always one row, for the time */
    conf->last = ln_compile_own(cf, clock->app, "seal_last",
        "SELECT DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%d %H:%i:%s.%f') AS at,"
        " s.seq AS seq,"
        " HEX(s.sha256) AS sha256,"
        " HEX(s.sm3) AS sm3"
        " FROM (SELECT MAX(seq) AS seq FROM audit_seal) m"
        " LEFT JOIN audit_seal s ON s.seq = m.seq",
        ln_seal_last_columns, LN_LANE_WRITE);

    conf->waiting = ln_compile_own(cf, clock->app, "seal_waiting",
        "SELECT HEX(id) AS id,"
        " HEX(mac) AS mac"
        " FROM audit_event"
        " WHERE sealed_seq IS NULL"
        " ORDER BY audit_event.id"
        " LIMIT 480",
        ln_seal_waiting_columns, LN_LANE_WRITE);

    conf->insert = ln_compile_own(cf, clock->app, "seal_insert",
        "INSERT INTO audit_seal"
        " (seq, at, first_id, last_id, events, sha256, sm3)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        NULL, LN_LANE_WRITE);

    conf->mark = ln_compile_own(cf, clock->app, "seal_mark",
        "UPDATE audit_event"
        " SET sealed_seq = ?"
        " WHERE sealed_seq IS NULL"
        " AND id IN (" LN_TEN_PLACES ", " LN_TEN_PLACES ", " LN_TEN_PLACES
        ", " LN_TEN_PLACES ", " LN_TEN_PLACES ", " LN_TEN_PLACES ")",
        NULL, LN_LANE_WRITE);

    if (peek == NULL || conf->last == NULL || conf->waiting == NULL
        || conf->insert == NULL || conf->mark == NULL)
    {
        return NGX_ERROR;
    }

    work->peek = peek;
    work->work = ln_seal_run;
    work->again = LN_SEAL_MOST;

    return NGX_OK;
}


static void
ln_seal_run(ln_run_t *run)
{
    ln_seal_work_t  *work;

    work = ngx_pcalloc(run->pool, sizeof(ln_seal_work_t));
    if (work == NULL) {
        ln_job_worked(run, LN_DB_FAILED, 0);
        return;
    }

    run->data = work;

    ln_tx_query(run->tx, run->on->clock->seal.last, NULL, ln_seal_last_row,
                ln_seal_last_done, run);
}


static ngx_int_t
ln_seal_last_row(void *data, const ln_value_t *row)
{
    ln_run_t *run = data;

    ln_seal_work_t  *work;

    work = run->data;

    if (row[0].string.len != LN_AUDIT_AT) {
        return NGX_ERROR;
    }

    ngx_memcpy(work->at, row[0].string.data, LN_AUDIT_AT);

    if (!row[1].set) {
        return NGX_OK;
    }

    work->previous.seq = (uint64_t) row[1].integer;

    return ln_audit_unhex(work->previous.sha256, LN_AUDIT_HASH,
                          row[2].string.data, row[2].string.len)
           && ln_audit_unhex(work->previous.sm3, LN_AUDIT_HASH,
                             row[3].string.data, row[3].string.len)
           ? NGX_OK : NGX_ERROR;
}


static void
ln_seal_last_done(void *data, const ln_db_result_t *result)
{
    ln_run_t *run = data;

    if (result->rc != LN_DB_OK) {
        ln_job_worked(run, result->rc, 0);
        return;
    }

    ln_tx_query(run->tx, run->on->clock->seal.waiting, NULL,
                ln_seal_waiting_row, ln_seal_waiting_done, run);
}


static ngx_int_t
ln_seal_waiting_row(void *data, const ln_value_t *row)
{
    ln_run_t *run = data;

    ln_seal_row_t   *to;
    ln_seal_work_t  *work;

    work = run->data;

    if (work->nrows == LN_SEAL_MOST) {
        return NGX_ERROR;
    }

    to = &work->rows[work->nrows++];

    return ln_audit_unhex(to->id, LN_AUDIT_ID, row[0].string.data,
                          row[0].string.len)
           && ln_audit_unhex(to->mac, LN_AUDIT_HASH, row[1].string.data,
                             row[1].string.len)
           ? NGX_OK : NGX_ERROR;
}


static void
ln_seal_waiting_done(void *data, const ln_db_result_t *result)
{
    ln_run_t *run = data;

    ln_seal_work_t  *work;

    work = run->data;

    if (result->rc != LN_DB_OK || work->nrows == 0) {
        ln_job_worked(run, result->rc, 0);
        return;
    }

    if (ln_seal_make(run, work) != NGX_OK) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "legalnet: the hash of an audit seal failed");
        ln_job_worked(run, LN_DB_FAILED, 0);
        return;
    }

    ln_seal_insert(run, work);
}


static ngx_int_t
ln_seal_make(ln_run_t *run, ln_seal_work_t *work)
{
    ngx_uint_t         i;
    ln_audit_chain_t   chain;

    ln_audit_chain_start(&chain, work->previous.seq ? &work->previous : NULL);

    for (i = 0; i < work->nrows; i++) {
        ln_audit_chain_add(&chain, work->rows[i].id, work->rows[i].mac);
    }

    return ln_audit_chain_end(&chain, run->on->clock->app->key_audit,
                              work->at, &work->seal)
           ? NGX_OK : NGX_ERROR;
}


static void
ln_seal_insert(ln_run_t *run, ln_seal_work_t *work)
{
    ln_value_t        args[7];
    ln_audit_seal_t  *seal;

    seal = &work->seal;

    ln_arg_integer(&args[0], (int64_t) seal->seq);
    ln_arg_string(&args[1], seal->at, LN_AUDIT_AT);
    ln_arg_uuid(&args[2], seal->first_id);
    ln_arg_uuid(&args[3], seal->last_id);
    ln_arg_integer(&args[4], seal->events);
    ln_arg_string(&args[5], seal->sha256, LN_AUDIT_HASH);
    ln_arg_string(&args[6], seal->sm3, LN_AUDIT_HASH);

    /* bytes, not text */
    args[5].type = LN_UUID;
    args[6].type = LN_UUID;

    ln_tx_query(run->tx, run->on->clock->seal.insert, args, NULL,
                ln_seal_inserted, run);
}


static void
ln_seal_inserted(void *data, const ln_db_result_t *result)
{
    ln_run_t *run = data;

    if (result->rc != LN_DB_OK) {
        ln_job_worked(run, result->rc, 0);
        return;
    }

    ln_seal_mark(run, run->data);
}


static void
ln_seal_mark(ln_run_t *run, ln_seal_work_t *work)
{
    ngx_uint_t  i, left;
    ln_value_t  args[1 + LN_SEAL_MARK];

    left = work->nrows - work->marked;

    if (left == 0) {
        ln_job_worked(run, LN_DB_OK, work->nrows);
        return;
    }

    work->marking = ngx_min(left, LN_SEAL_MARK);

    ln_arg_integer(&args[0], (int64_t) work->seal.seq);

    /* the last one fills the places that are left */
    for (i = 0; i < LN_SEAL_MARK; i++) {
        ln_arg_uuid(&args[1 + i],
                    work->rows[work->marked
                               + ngx_min(i, work->marking - 1)].id);
    }

    ln_tx_query(run->tx, run->on->clock->seal.mark, args, NULL,
                ln_seal_marked, run);
}


static void
ln_seal_marked(void *data, const ln_db_result_t *result)
{
    ln_run_t *run = data;

    ln_seal_work_t  *work;

    work = run->data;

    if (result->rc != LN_DB_OK) {
        ln_job_worked(run, result->rc, 0);
        return;
    }

    if (result->affected != work->marking) {
        /* somebody took rows away between reading and marking them */
        ln_job_worked(run, LN_DB_REPLAY, 0);
        return;
    }

    work->marked += work->marking;
    ln_seal_mark(run, work);
}
