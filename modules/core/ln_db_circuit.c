
/*
 * Hosts are tried in their order; one that failed is left alone for a while
 * (back-off, doubled each time, with jitter).  After some failures in a row
 * the circuit opens: questions are refused at once, what waits is failed, and
 * one connection at a time probes until the database is back.
 *
 * A failure is a round of connecting that found no host, or a deadline that
 * passed while the database said nothing at all to anybody.
 */

#include "ln_db_internal.h"


static void ln_host_clamp(ln_db_t *db);
static ngx_uint_t ln_circuit_probing(ln_db_t *db);
static void ln_circuit_probe(ln_db_t *db);


/* ms until `when`; 0 when it has passed. */
#define ln_circuit_left(when)                                                 \
    ((ngx_msec_int_t) ((when) - ngx_current_msec) > 0                         \
     ? (ngx_msec_t) ((when) - ngx_current_msec) : 0)


ln_db_host_t *
ln_host_pick(ln_db_t *db)
{
    ngx_uint_t     i;
    ln_db_host_t  *hosts;

    hosts = db->hosts.elts;

    for (i = 0; i < db->hosts.nelts; i++) {
        if (hosts[i].delay == 0 || ln_circuit_left(hosts[i].retry_at) == 0) {
            return &hosts[i];
        }
    }

    return NULL;
}


void
ln_host_failed(ln_db_t *db, ln_db_host_t *host)
{
    if (host->delay && ln_circuit_left(host->retry_at)) {
        /* one of several connections that failed together */
        ln_circuit_schedule(db);
        return;
    }

    if (host->delay) {
        host->delay = ngx_min(host->delay * 2, LN_DB_BACKOFF_MAX);

    } else if (db->hosts.nelts > 1) {
        /* one that hangs costs whoever tries it a whole connect_timeout */
        host->delay = LN_DB_BACKOFF_HOST;

    } else {
        host->delay = LN_DB_BACKOFF;
    }

    host->retry_at = ngx_current_msec + host->delay / 2
                     + (ngx_msec_t) ngx_random() % (host->delay / 2 + 1);

    if (ln_host_pick(db) == NULL) {
        ln_host_clamp(db);
        ln_circuit_failure(db);
    }

    ln_circuit_schedule(db);
}


/* A dead host is seldom tried while another works, often when none does. */

static void
ln_host_clamp(ln_db_t *db)
{
    ngx_uint_t     i;
    ngx_msec_t     left;
    ln_db_host_t  *hosts;

    hosts = db->hosts.elts;

    for (i = 0; i < db->hosts.nelts; i++) {
        left = ln_circuit_left(hosts[i].retry_at);

        hosts[i].delay = ngx_min(hosts[i].delay, db->backoff_max);
        hosts[i].retry_at = ngx_current_msec
                            + ngx_min(left, db->backoff_max);
    }
}


/* It takes connections but is of no use: what is idle there would fail too. */

void
ln_host_leave(ln_db_t *db, ln_db_host_t *host)
{
    ngx_uint_t     i, n;
    ln_db_conn_t  *conn;

    ln_host_failed(db, host);

    for (i = LN_LANE_POINT; i < LN_LANES; i++) {
        for (n = 0; n < db->lanes[i].connections; n++) {
            conn = &db->lanes[i].conns[n];

            if (conn->state == LN_CONN_IDLE && conn->host == host) {
                ln_conn_close(conn);
            }
        }
    }
}


void
ln_host_well(ln_db_t *db, ln_db_host_t *host)
{
    host->delay = 0;
    ln_circuit_answer(db, host);
}


void
ln_circuit_failure(ln_db_t *db)
{
    ngx_uint_t  i;

    if (db->open || ++db->failures < db->failures_max) {
        return;
    }

    db->open = 1;
    ln_circuit_count(db, 1);

    ngx_log_error(NGX_LOG_ERR, db->log, 0,
                  "database \"%V\" is away: %ui failures in a row, "
                  "questions are refused until it answers",
                  &db->name, db->failures);

    for (i = LN_LANE_POINT; i < LN_LANES; i++) {
        ln_lane_fail_waiting(&db->lanes[i], LN_DB_UNAVAILABLE);
    }

    ln_circuit_schedule(db);
}


/* The database has said something: it is there. */

void
ln_circuit_answer(ln_db_t *db, ln_db_host_t *host)
{
    host->answered = ngx_current_msec;
    db->answered = ngx_current_msec;
    db->failures = 0;

    if (!db->open) {
        return;
    }

    db->open = 0;
    ln_circuit_count(db, -1);

    ngx_log_error(NGX_LOG_NOTICE, db->log, 0, "database \"%V\" is back",
                  &db->name);
}


/*
 * A deadline has passed for a question of that time.  When its host has said
 * nothing since to anybody, the next host is asked; a slow statement alone
 * tells nothing.
 */

void
ln_circuit_silence(ln_db_t *db, ln_db_host_t *host, ngx_msec_t since)
{
    if (host && db->hosts.nelts > 1) {
        if ((ngx_msec_int_t) (host->answered - since) <= 0) {
            ln_host_leave(db, host);
        }

        return;
    }

    if ((ngx_msec_int_t) (db->answered - since) <= 0) {
        ln_circuit_failure(db);
    }
}


void
ln_circuit_schedule(ln_db_t *db)
{
    ngx_uint_t     i;
    ngx_msec_t     left;
    ln_db_host_t  *hosts;

    if (db->retry.timer_set) {
        return;
    }

    hosts = db->hosts.elts;
    left = db->backoff_max;

    for (i = 0; i < db->hosts.nelts; i++) {
        left = ngx_min(left, hosts[i].delay
                             ? ln_circuit_left(hosts[i].retry_at) : 0);
    }

    ngx_add_timer(&db->retry, ngx_max(left, 10));
}


/* Housekeeping: while the circuit is closed this only wakes who waits. */

void
ln_circuit_retry(ngx_event_t *ev)
{
    ln_db_t     *db;
    ngx_uint_t   i;

    db = ev->data;

    if (db->open) {
        ln_circuit_probe(db);
        return;
    }

    for (i = LN_LANE_POINT; i < LN_LANES; i++) {
        if (!ngx_queue_empty(&db->lanes[i].waiting)) {
            ln_lane_wake(&db->lanes[i]);
        }
    }
}


static ngx_uint_t
ln_circuit_probing(ln_db_t *db)
{
    ngx_uint_t  i, n;

    for (i = LN_LANE_POINT; i < LN_LANES; i++) {
        for (n = 0; n < db->lanes[i].connections; n++) {
            if (db->lanes[i].conns[n].state == LN_CONN_CONNECTING) {
                return 1;
            }
        }
    }

    return 0;
}


static void
ln_circuit_probe(ln_db_t *db)
{
    ngx_uint_t     i, n;
    ln_lane_t     *lane;
    ln_db_conn_t  *conn, *spare;

    if (db->quit || ngx_exiting) {
        return;
    }

    if (ln_circuit_probing(db)) {
        ngx_add_timer(&db->retry, LN_DB_BACKOFF);
        return;
    }

    spare = NULL;

    for (i = LN_LANE_POINT; i < LN_LANES; i++) {
        lane = &db->lanes[i];

        for (n = 0; n < lane->connections; n++) {
            conn = &lane->conns[n];

            if (conn->state == LN_CONN_IDLE) {
                /* it was silent or may be: a fresh one tells */
                spare = conn;
            }

            if (conn->state != LN_CONN_CLOSED) {
                continue;
            }

            if (ln_conn_connect(conn) != NGX_OK) {
                ln_circuit_schedule(db);
            }

            return;
        }
    }

    if (spare) {
        ln_conn_close(spare);
    }

    ngx_add_timer(&db->retry, LN_DB_BACKOFF);
}


ngx_uint_t
ln_db_retry_after(ln_db_t *db)
{
    ngx_msec_t  left;

    left = 0;

    if (db->open && db->retry.timer_set) {
        left = ln_circuit_left(db->retry.timer.key);
    }

    return (left + 999) / 1000 + (left == 0);
}
