
/*
 * The trail's rows: one for each act, written in the act's own transaction.
 * `at` is part of what the MAC covers, so it is known before the INSERT: the
 * database's clock as this node last heard it (ln_change.c), not the node's.
 */

#include "ln_clock.h"
#include "ln_audit_chain.h"


#define LN_MAX_ACTION   64     /* the columns of audit_event */
#define LN_MAX_SUBJECT  64
#define LN_MAX_TOPIC    32

#define LN_AUDIT_ARGS   9


static void ln_audit_at(ln_app_t *app, u_char at[LN_AUDIT_AT]);
static void ln_audit_text(ln_audit_text_t *text, ln_value_t *arg,
    const ngx_str_t *from, size_t max);


ngx_int_t
ln_audit_init(ngx_conf_t *cf, ln_clock_t *clock)
{
    clock->audit = ln_compile_own(cf, clock->app, "audit_insert",
        "INSERT INTO audit_event"
        " (id, at, account_id, action, subject_type, subject_id, request_id,"
        " detail, mac)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        NULL, LN_LANE_WRITE);

    return clock->audit ? NGX_OK : NGX_ERROR;
}


const ln_sql_t *
ln_audit_insert(ln_app_t *app, ngx_pool_t *pool, const ln_act_t *act,
    ln_value_t **args)
{
    u_char          *id, *at, *mac;
    ngx_str_t        account, request;
    ln_clock_t      *clock;
    ln_value_t      *arg;
    ln_audit_row_t   row;

    clock = app->clock;

    arg = ngx_pcalloc(pool, LN_AUDIT_ARGS * sizeof(ln_value_t));
    id = ngx_pnalloc(pool, LN_AUDIT_ID + LN_AUDIT_AT + LN_AUDIT_HASH);

    if (arg == NULL || id == NULL) {
        return NULL;
    }

    at = id + LN_AUDIT_ID;
    mac = at + LN_AUDIT_AT;

    ngx_memzero(&row, sizeof(ln_audit_row_t));

    ln_uuid7(id);
    ln_arg_uuid(&arg[0], id);
    row.id.data = id;
    row.id.length = LN_AUDIT_ID;

    ln_audit_at(app, at);
    ln_arg_string(&arg[1], at, LN_AUDIT_AT);
    row.at.data = at;
    row.at.length = LN_AUDIT_AT;

    if (act->principal && act->principal->signed_in) {
        account.data = act->principal->account;
        account.len = LN_AUDIT_ID;
        ln_audit_text(&row.account_id, &arg[2], &account, LN_AUDIT_ID);
        arg[2].type = LN_UUID;
    }

    request.data = act->request_id;
    request.len = LN_REQUEST_ID;

    ln_audit_text(&row.action, &arg[3], &act->action, LN_MAX_ACTION);
    ln_audit_text(&row.subject_type, &arg[4], &act->topic, LN_MAX_TOPIC);
    ln_audit_text(&row.subject_id, &arg[5], &act->subject, LN_MAX_SUBJECT);
    ln_audit_text(&row.request_id, &arg[6], &request, LN_REQUEST_ID);

    if (act->detail.len) {
        ln_audit_text(&row.detail, &arg[7], &act->detail, act->detail.len);
    }

    if (!ln_audit_mac(app->key_audit, &row, mac)) {
        return NULL;
    }

    ln_arg_string(&arg[8], mac, LN_AUDIT_HASH);
    arg[8].type = LN_UUID;

    *args = arg;

    return clock->audit;
}


/* The same bytes into the row and under its MAC, cut to the column. */

static void
ln_audit_text(ln_audit_text_t *text, ln_value_t *arg, const ngx_str_t *from,
    size_t max)
{
    size_t  length;

    length = ngx_min(from->len, max);

    ln_arg_string(arg, from->len ? from->data : (u_char *) "", length);

    text->data = arg->string.data;
    text->length = length;
}


static void
ln_audit_at(ln_app_t *app, u_char at[LN_AUDIT_AT])
{
    int64_t   usec;
    ngx_tm_t  tm;

    usec = ln_zone_now(app->zone);

    ngx_gmtime((time_t) (usec / 1000000), &tm);

    (void) ngx_snprintf(at, LN_AUDIT_AT, "%4d-%02d-%02d %02d:%02d:%02d.%06L",
                        tm.ngx_tm_year, tm.ngx_tm_mon, tm.ngx_tm_mday,
                        tm.ngx_tm_hour, tm.ngx_tm_min, tm.ngx_tm_sec,
                        usec % 1000000);
}
