
/*
 * Calls of other servers for core's own files: requests
 * (ln_http_request.c) and jobs (ln_job_item.c).
 */

#ifndef _LN_HTTP_H_INCLUDED_
#define _LN_HTTP_H_INCLUDED_


#include "ln_core.h"


typedef struct ln_http_s  ln_http_t;

/* Runs exactly once, from an event; the answer is gone when it returns. */
typedef void (*ln_http_ended_pt)(void *data, const ln_http_answer_t *answer);


typedef struct {
    ngx_str_t             name;
    ngx_uint_t            running;
    ngx_int_t             metric_running;
    ngx_int_t             metric_results[LN_HTTP_RESULTS];
    ngx_int_t             metric_time;
} ln_http_target_t;


/* ln_http_target.c: the targets that features name, at configuration time. */
ln_http_target_t *ln_http_target(ln_app_t *app, const char *name);
const char *ln_http_result_name(ln_http_e rc);
ngx_int_t ln_http_init(ngx_conf_t *cf, ln_app_t *app);

/* init_process and exit_process of a worker. */
ngx_int_t ln_http_start(ngx_cycle_t *cycle, ln_app_t *app);
void ln_http_stop(ln_app_t *app);

/* NULL: `why` says LN_HTTP_BUSY or LN_HTTP_BROKEN, `ended` never runs. */
ln_http_t *ln_http_call(ln_app_t *app, const ln_http_call_t *call,
    ln_http_ended_pt ended, void *data, ln_http_e *why);

/* The asker went away: `ended` does not run. */
void ln_http_cancel(ln_http_t *http);


#endif /* _LN_HTTP_H_INCLUDED_ */
