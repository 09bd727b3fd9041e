
/*
 * What changed elsewhere: once a second the first worker of a node reads the
 * new rows of change_event and bumps the shared versions.  Which rows are new
 * is decided in ln_change_window.c.
 *
 * After a failure, and in a new worker, reading starts again at the newest row
 * that is older than the pause and the window: to bump a change twice costs a
 * look into the database, to miss one costs the truth.  After so long a pause
 * that rows may have been tidied away, everything cached is stale.
 *
 * More than LN_CHANGE_MOST at once (an import) are not followed one by one: all
 * is stale, and again each second until what was skipped has surely committed.
 *
 * Watched topics (ln_watch.c) need more than counters: their times.  A node
 * that starts looks back over the life of a token, and while rows are skipped
 * each round looks back for the watched ones among them.
 */

#include "ln_clock.h"
#include "ln_change_window.h"


#define LN_CHANGE_PERIOD  1000       /* ms */
#define LN_CHANGE_WRONG   30000      /* ms, after a failure that is a bug */
#define LN_CHANGE_PAUSE   1800000    /* ms: half of what change_tidy keeps */
#define LN_CHANGE_ROWS    1000       /* by one statement, see its LIMIT */
#define LN_CHANGE_MOST    20000      /* in one round, 20 ms of the database */
#define LN_CHANGE_LOOK    (16 * 60)  /* s: a token's 15 minutes, and a skew */
#define LN_CHANGE_MISSED  60         /* s: twice the age of a transaction */


struct ln_change_s {
    ln_clock_db_t   *on;
    ngx_event_t      timer;
    ln_op_t         *op;
    uint64_t         start;          /* what ln_change_since() found */
    uint64_t         highest;        /* in the table */
    uint64_t         last;           /* of the rows being read */
    ngx_uint_t       rows;
    unsigned         following:1;    /* the window is good */
    unsigned         full:1;
    ngx_uint_t       look;           /* s: how far back; 0: not to look */
    ngx_msec_t       flushing;       /* until then all is stale; 0: not */
    ln_window_t      window;
};


static ngx_int_t ln_change_metrics(ln_change_conf_t *conf, ln_zone_t *zone);
static void ln_change_tick(ngx_event_t *ev);
static void ln_change_ask(ln_change_t *change, const ln_sql_t *sql,
    const ln_value_t *args, ln_op_row_pt row, ln_op_done_pt done);
static void ln_change_since(ln_change_t *change);
static ngx_int_t ln_change_since_row(void *data, const ln_value_t *row);
static void ln_change_since_done(void *data, const ln_db_result_t *result);
static void ln_change_clock(ln_change_t *change);
static ngx_int_t ln_change_clock_row(void *data, const ln_value_t *row);
static void ln_change_clock_done(void *data, const ln_db_result_t *result);
static void ln_change_read(ln_change_t *change, uint64_t from);
static ngx_int_t ln_change_row(void *data, const ln_value_t *row);
static void ln_change_read_done(void *data, const ln_db_result_t *result);
static void ln_change_skip(ln_change_t *change, uint64_t to);
static void ln_change_followed(ln_change_t *change);
static void ln_change_look(ln_change_t *change, uint64_t from);
static ngx_int_t ln_change_look_row(void *data, const ln_value_t *row);
static void ln_change_looked(void *data, const ln_db_result_t *result);
static void ln_change_ended(ln_change_t *change);
static void ln_change_failed(ln_change_t *change, ln_db_rc_e rc);
static void ln_change_flush(ln_change_t *change, const char *why);


static const ln_column_t  ln_change_clock_columns[] = {
    { .name = "now", .type = LN_INTEGER },
    { .name = "high", .type = LN_ID },
    { .name = NULL }
};

static const ln_column_t  ln_change_since_columns[] = {
    { .name = "seq", .type = LN_ID },
    { .name = NULL }
};

static const ln_column_t  ln_change_columns[] = {
    { .name = "seq", .type = LN_ID },
    { .name = "topic", .type = LN_STRING },
    { .name = "subject", .type = LN_STRING },
    { .name = "at", .type = LN_INTEGER },
    { .name = NULL }
};


ngx_int_t
ln_change_init(ngx_conf_t *cf, ln_clock_t *clock)
{
    ln_change_conf_t  *conf;

    conf = &clock->change;

    conf->insert = ln_compile_own(cf, clock->app, "change_insert",
        "INSERT INTO change_event"
        " (topic, subject, at)"
        " VALUES (?, ?, UTC_TIMESTAMP(6))",
        NULL, LN_LANE_WRITE);

    /* not behind slow searches: the point lane answers in a moment */
    conf->clock = ln_compile_own(cf, clock->app, "change_clock",
        "SELECT CAST(UNIX_TIMESTAMP(UTC_TIMESTAMP(6)) * 1000000 AS SIGNED)"
        " AS now,"
        " COALESCE(MAX(seq), 0) AS high"
        " FROM change_event",
        ln_change_clock_columns, LN_LANE_POINT);

    conf->since = ln_compile_own(cf, clock->app, "change_since",
        "SELECT COALESCE("
        "(SELECT e.seq"
        " FROM change_event e"
        " WHERE e.at < UTC_TIMESTAMP(6) - INTERVAL ? SECOND"
        " ORDER BY e.at DESC, e.seq DESC"
        " LIMIT 1),"
        " (SELECT MIN(f.seq) - 1 FROM change_event f), 0) AS seq",
        ln_change_since_columns, LN_LANE_POINT);

    conf->rows = ln_compile_own(cf, clock->app, "change_rows",
        "SELECT seq,"
        " topic,"
        " subject,"
        " CAST(UNIX_TIMESTAMP(at) * 1000000 AS SIGNED) AS at"
        " FROM change_event"
        " WHERE seq > ?"
        " ORDER BY seq"
        " LIMIT 1000",
        ln_change_columns, LN_LANE_POINT);

    conf->look = ln_compile_own(cf, clock->app, "change_look",
        "SELECT seq,"
        " topic,"
        " subject,"
        " CAST(UNIX_TIMESTAMP(at) * 1000000 AS SIGNED) AS at"
        " FROM change_event"
        " WHERE at > UTC_TIMESTAMP(6) - INTERVAL ? SECOND"
        " AND seq > ?"
        " AND topic IN (?, ?, ?, ?)"
        " ORDER BY seq"
        " LIMIT 1000",
        ln_change_columns, LN_LANE_READ);

    if (conf->insert == NULL || conf->clock == NULL || conf->since == NULL
        || conf->rows == NULL || conf->look == NULL)
    {
        return NGX_ERROR;
    }

    return ln_change_metrics(conf, clock->app->zone);
}


static ngx_int_t
ln_change_metrics(ln_change_conf_t *conf, ln_zone_t *zone)
{
    static const char  polls[] = "legalnet_change_polls_total";
    static const char  help[] = "Looks at what other nodes changed.";

    conf->metric_polls = ln_zone_metric(zone, LN_COUNTER, polls, help,
                                        "result=\"ok\"");
    conf->metric_failures = ln_zone_metric(zone, LN_COUNTER, polls, help,
                                           "result=\"failed\"");
    conf->metric_changes = ln_zone_metric(zone, LN_COUNTER,
                                          "legalnet_changes_total",
                                          "Changes read from the database.",
                                          "");
    conf->metric_flushes = ln_zone_metric(zone, LN_COUNTER,
                                          "legalnet_cache_flushes_total",
                                          "How often all was made stale.",
                                          "");

    return conf->metric_flushes == NGX_ERROR ? NGX_ERROR : NGX_OK;
}


const ln_sql_t *
ln_change_insert(ln_app_t *app, ngx_pool_t *pool, const ln_act_t *act,
    ln_value_t **args)
{
    ln_clock_t  *clock;
    ln_value_t  *arg;

    clock = app->clock;

    arg = ngx_palloc(pool, 2 * sizeof(ln_value_t));
    if (arg == NULL) {
        return NULL;
    }

    ln_arg_string(&arg[0], act->topic.data, act->topic.len);

    if (act->subject.len) {
        ln_arg_string(&arg[1], act->subject.data, act->subject.len);
    } else {
        ln_arg_string(&arg[1], (u_char *) "*", 1);
    }

    *args = arg;

    return clock->change.insert;
}


ngx_int_t
ln_change_start(ln_clock_db_t *on, ngx_cycle_t *cycle)
{
    ngx_event_t  *ev;
    ln_change_t  *change;

    change = ngx_pcalloc(cycle->pool, sizeof(ln_change_t));
    if (change == NULL) {
        return NGX_ERROR;
    }

    change->on = on;
    on->change = change;

    ev = &change->timer;
    ev->handler = ln_change_tick;
    ev->data = change;
    ev->log = cycle->log;
    ev->cancelable = 1;

    ngx_add_timer(ev, 1);

    return NGX_OK;
}


void
ln_change_stop(ln_change_t *change)
{
    if (change->timer.timer_set) {
        ngx_del_timer(&change->timer);
    }

    if (change->op) {
        ln_op_detach(change->op);
        change->op = NULL;
    }
}


static ln_zone_t *
ln_change_zone(ln_change_t *change)
{
    return change->on->clock->app->zone;
}


static void
ln_change_tick(ngx_event_t *ev)
{
    ln_change_t  *change;

    change = ev->data;

    if (ln_clock_stopped(change->on->clock)) {
        return;
    }

    if (change->following) {
        ln_change_clock(change);
        return;
    }

    ln_change_since(change);
}


static void
ln_change_ask(ln_change_t *change, const ln_sql_t *sql,
    const ln_value_t *args, ln_op_row_pt row, ln_op_done_pt done)
{
    change->op = ln_db_query(change->on->db, sql, args, row, done, change);

    if (change->op == NULL) {
        ln_change_failed(change, LN_DB_UNAVAILABLE);
    }
}


static void
ln_change_since(ln_change_t *change)
{
    ngx_msec_t  polled, pause;
    ln_value_t  arg;

    polled = ln_zone_polled(ln_change_zone(change), change->on->index);
    pause = ngx_current_msec - polled;

    if (polled == 0 || pause > LN_CHANGE_PAUSE) {
        ln_change_flush(change, polled ? "changes were not read for long"
                                       : NULL);
        ln_watch_ready_set(ln_change_zone(change), change->on->index, 0);
        pause = 0;
    }

    if (!ln_watch_ready(ln_change_zone(change), change->on->index)) {
        change->look = LN_CHANGE_LOOK;
    }

    ln_arg_integer(&arg, (int64_t) (pause + LN_WINDOW_AGE) / 1000 + 1);

    ln_change_ask(change, change->on->clock->change.since, &arg,
                  ln_change_since_row, ln_change_since_done);
}


static ngx_int_t
ln_change_since_row(void *data, const ln_value_t *row)
{
    ln_change_t *change = data;

    change->start = (uint64_t) row[0].integer;

    return NGX_OK;
}


static void
ln_change_since_done(void *data, const ln_db_result_t *result)
{
    ln_change_t *change = data;

    change->op = NULL;

    if (result->rc != LN_DB_OK || result->rows == 0) {
        ln_change_failed(change, result->rc);
        return;
    }

    ln_window_start(&change->window, change->start);
    change->full = 0;
    change->following = 1;

    ln_change_clock(change);
}


static void
ln_change_clock(ln_change_t *change)
{
    ln_change_ask(change, change->on->clock->change.clock, NULL,
                  ln_change_clock_row, ln_change_clock_done);
}


static ngx_int_t
ln_change_clock_row(void *data, const ln_value_t *row)
{
    ln_change_t *change = data;

    struct timeval  tv;

    ngx_gettimeofday(&tv);

    ln_zone_clock_set(ln_change_zone(change),
                      row[0].integer
                      - ((int64_t) tv.tv_sec * 1000000 + tv.tv_usec));

    change->highest = (uint64_t) row[1].integer;

    return NGX_OK;
}


static void
ln_change_clock_done(void *data, const ln_db_result_t *result)
{
    ln_change_t *change = data;

    change->op = NULL;

    if (result->rc != LN_DB_OK || result->rows == 0) {
        ln_change_failed(change, result->rc);
        return;
    }

    if (change->highest < change->window.high) {
        /* the newest row is never tidied away: this is another database */
        ln_change_flush(change, "the database went back in time");
        change->following = 0;
        ln_change_ended(change);
        return;
    }

    if (change->highest - change->window.high > LN_CHANGE_MOST) {
        ln_change_skip(change, change->highest);
        return;
    }

    if (change->highest == change->window.low) {
        ln_change_followed(change);
        return;
    }

    ln_change_read(change, change->window.low);
}


static void
ln_change_read(ln_change_t *change, uint64_t from)
{
    ln_value_t  arg;

    ln_arg_integer(&arg, (int64_t) from);

    change->rows = 0;

    ln_change_ask(change, change->on->clock->change.rows, &arg, ln_change_row,
                  ln_change_read_done);
}


static ngx_int_t
ln_change_row(void *data, const ln_value_t *row)
{
    ln_change_t *change = data;

    ngx_str_t  topic, subject;

    change->rows++;
    change->last = (uint64_t) row[0].integer;

    switch (ln_window_see(&change->window, change->last)) {

    case LN_WINDOW_KNOWN:
        return NGX_OK;

    case LN_WINDOW_FULL:
        change->full = 1;
        return NGX_OK;

    default:
        break;
    }

    topic = row[1].string;
    subject = row[2].string;

    ln_version_bump(ln_change_zone(change), &topic, &subject, row[3].integer);
    ln_zone_count(ln_change_zone(change),
                  change->on->clock->change.metric_changes, 1);

    return NGX_OK;
}


static void
ln_change_read_done(void *data, const ln_db_result_t *result)
{
    ln_change_t *change = data;

    change->op = NULL;

    if (result->rc != LN_DB_OK) {
        ln_change_failed(change, result->rc);
        return;
    }

    if (change->full) {
        ln_change_skip(change, change->last);
        return;
    }

    if (change->rows == LN_CHANGE_ROWS) {
        ln_change_read(change, change->last);
        return;
    }

    ln_change_followed(change);
}


static void
ln_change_skip(ln_change_t *change, uint64_t to)
{
    ln_window_start(&change->window, to);
    change->full = 0;

    if (change->flushing == 0) {
        ngx_log_error(NGX_LOG_NOTICE, ngx_cycle->log, 0,
                      "legalnet: too many changes to follow, "
                      "nothing is cached for longer than a second");
    }

    change->flushing = ngx_max(1, ngx_current_msec + LN_WINDOW_AGE);

    ln_change_followed(change);
}


/* The counters are right; the times of watched topics may need a look. */

static void
ln_change_followed(ln_change_t *change)
{
    ngx_uint_t  watched;

    (void) ln_watch_topics(ln_change_zone(change), &watched);

    if (change->flushing) {
        change->look = ngx_max(change->look, LN_CHANGE_MISSED);
    }

    if (change->look && watched) {
        ln_change_look(change, 0);
        return;
    }

    ln_change_ended(change);
}


static void
ln_change_look(ln_change_t *change, uint64_t from)
{
    ngx_uint_t        i, n;
    ln_value_t        args[2 + LN_WATCH_TOPICS];
    const ngx_str_t  *topics;

    topics = ln_watch_topics(ln_change_zone(change), &n);

    ln_arg_integer(&args[0], change->look);
    ln_arg_integer(&args[1], (int64_t) from);

    for (i = 0; i < LN_WATCH_TOPICS; i++) {
        ln_arg_string(&args[2 + i], topics[ngx_min(i, n - 1)].data,
                      topics[ngx_min(i, n - 1)].len);
    }

    change->rows = 0;

    ln_change_ask(change, change->on->clock->change.look, args,
                  ln_change_look_row, ln_change_looked);
}


static ngx_int_t
ln_change_look_row(void *data, const ln_value_t *row)
{
    ln_change_t *change = data;

    change->rows++;
    change->last = (uint64_t) row[0].integer;

    ln_watch_note(ln_change_zone(change), &row[1].string, &row[2].string,
                  row[3].integer);

    return NGX_OK;
}


static void
ln_change_looked(void *data, const ln_db_result_t *result)
{
    ln_change_t *change = data;

    change->op = NULL;

    if (result->rc != LN_DB_OK) {
        ln_change_failed(change, result->rc);
        return;
    }

    if (change->rows == LN_CHANGE_ROWS) {
        ln_change_look(change, change->last);
        return;
    }

    if (change->look >= LN_CHANGE_LOOK) {
        ln_watch_ready_set(ln_change_zone(change), change->on->index, 1);
    }

    change->look = 0;
    ln_change_ended(change);
}


/* A round that read all there is. */

static void
ln_change_ended(ln_change_t *change)
{
    ln_zone_t  *zone;

    zone = ln_change_zone(change);

    if (change->flushing) {
        ln_change_flush(change, NULL);

        if ((ngx_msec_int_t) (ngx_current_msec - change->flushing) >= 0) {
            change->flushing = 0;
        }
    }

    ln_window_round(&change->window, ngx_current_msec);
    ln_zone_polled_set(zone, change->on->index);
    ln_zone_count(zone, change->on->clock->change.metric_polls, 1);

    if (!ln_clock_stopped(change->on->clock)) {
        ngx_add_timer(&change->timer, LN_CHANGE_PERIOD);
    }
}


static void
ln_change_failed(ln_change_t *change, ln_db_rc_e rc)
{
    change->following = 0;

    ln_zone_count(ln_change_zone(change),
                  change->on->clock->change.metric_failures, 1);

    if (!ln_clock_stopped(change->on->clock)) {
        ngx_add_timer(&change->timer, rc == LN_DB_FAILED ? LN_CHANGE_WRONG
                                                         : LN_CHANGE_PERIOD);
    }
}


static void
ln_change_flush(ln_change_t *change, const char *why)
{
    ln_version_bump_all(ln_change_zone(change));
    ln_zone_count(ln_change_zone(change),
                  change->on->clock->change.metric_flushes, 1);

    if (why) {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "legalnet: everything cached is stale: %s", why);
    }
}
