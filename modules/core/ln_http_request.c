
/*
 * Calls of other servers on behalf of a request: it waits, and goes on with
 * what came of the call.  The client that goes away takes its call with it.
 */

#include "ln_core.h"
#include "ln_http.h"


/* A call on behalf of a request, in its pool. */
typedef struct {
    ln_request_t         *lr;
    ln_http_t            *http;
    ngx_http_cleanup_t   *cleanup;
    ln_http_done_pt       done;
    void                 *data;
} ln_http_asker_t;


static void ln_http_answered(void *data, const ln_http_answer_t *answer);
static void ln_http_gone(void *data);


ngx_int_t
ln_http_send(ln_request_t *lr, const ln_http_call_t *call,
    ln_http_done_pt done, void *data)
{
    ln_http_e             why;
    ln_http_asker_t      *asker;
    ngx_http_cleanup_t   *cln;

    asker = ngx_pcalloc(lr->r->pool, sizeof(ln_http_asker_t));
    cln = ngx_http_cleanup_add(lr->r, 0);

    if (asker == NULL || cln == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    asker->lr = lr;
    asker->cleanup = cln;
    asker->done = done;
    asker->data = data;

    asker->http = ln_http_call(lr->app, call, ln_http_answered, asker, &why);

    if (asker->http == NULL) {
        return why == LN_HTTP_BUSY
               ? ln_fail(lr, NGX_HTTP_SERVICE_UNAVAILABLE, "busy")
               : ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    cln->handler = ln_http_gone;
    cln->data = asker;

    lr->r->main->count++;
    lr->r->read_event_handler = ngx_http_test_reading;
    lr->r->write_event_handler = ngx_http_request_empty_handler;

    return NGX_DONE;
}


static void
ln_http_answered(void *data, const ln_http_answer_t *answer)
{
    ln_http_asker_t *asker = data;

    ln_request_t  *lr;

    lr = asker->lr;

    asker->http = NULL;
    asker->cleanup->handler = NULL;
    lr->r->read_event_handler = ngx_http_block_reading;

    ln_resume(lr, asker->done(lr, asker->data, answer));
}


static void
ln_http_gone(void *data)
{
    ln_http_asker_t *asker = data;

    if (asker->http) {
        ln_http_cancel(asker->http);
        asker->http = NULL;
    }
}
