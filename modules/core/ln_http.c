
/*
 * Asking other servers: libcurl's multi socket interface in nginx's event loop.
 * The only file that includes curl.h.
 *
 * curl says which sockets it wants to hear of (ln_http_socket) and when it
 * wants to be called (ln_http_timer); nginx's events call it back
 * (ln_http_act).  Names are resolved in curl's own threads.  A call that ends
 * while its name is being resolved leaves that thread behind
 * (CURLOPT_QUICK_EXIT): without it curl waits for the thread, and the loop with
 * it.
 *
 * Every call has a deadline of its own that covers all of it, name to last
 * byte, so a server that drips is as dead as one that is silent.  The deadline
 * is not cancelable: a worker that must quit ends its calls first.
 *
 * An URL may hold secrets (WeChat's does): none is logged.
 */

#include "ln_core.h"
#include "ln_http.h"

#include <openssl/crypto.h>
#include <curl/curl.h>


#define LN_HTTP_DEFAULT    5000          /* ms, when the caller says nothing */
#define LN_HTTP_CONNECT    3000          /* ms of it for name, TCP and TLS */
#define LN_HTTP_MOST       (64 * 1024)   /* bytes of a body, likewise */
#define LN_HTTP_HEAD       (32 * 1024)   /* bytes of all headers */
#define LN_HTTP_AT_ONCE    16            /* calls to one target */
#define LN_HTTP_KEPT       16L           /* idle connections of a worker */
#define LN_HTTP_TYPE       64


/* curl in this worker. */
struct ln_http_loop_s {
    ln_app_t             *app;
    CURLM                *multi;         /* NULL: not in this process */
    ngx_event_t           timer;
    ngx_queue_t           calls;
};

struct ln_http_s {
    ln_http_loop_t       *loop;
    ln_http_target_t     *target;
    CURL                 *easy;
    struct curl_slist    *headers;
    ngx_queue_t           queue;
    ngx_event_t           deadline;
    ngx_msec_t            began;
    ngx_pool_t           *pool;
    u_char               *body;
    size_t                length;
    size_t                size;
    size_t                max;
    size_t                head;
    ln_http_ended_pt      ended;
    void                 *data;
    unsigned              too_large:1;
};


static int ln_http_socket(CURL *easy, curl_socket_t fd, int what, void *data,
    void *socket);
static int ln_http_watch(ngx_connection_t *c, int what);
static int ln_http_timer(CURLM *multi, long ms, void *data);
static void ln_http_timeout(ngx_event_t *ev);
static void ln_http_readable(ngx_event_t *ev);
static void ln_http_writable(ngx_event_t *ev);
static void ln_http_act(ln_http_loop_t *loop, curl_socket_t fd, int events);
static ngx_int_t ln_http_options(ln_http_t *http, const ln_http_call_t *call);
static ngx_int_t ln_http_headers(ln_http_t *http, const ln_http_call_t *call);
static size_t ln_http_head(char *data, size_t size, size_t n, void *http);
static size_t ln_http_body(char *data, size_t size, size_t n, void *http);
static void ln_http_late(ngx_event_t *ev);
static void ln_http_end(ln_http_t *http, ln_http_e rc, const char *error);
static ln_http_e ln_http_result(ln_http_t *http, CURLcode code);
static void ln_http_free(ln_http_t *http);


ngx_int_t
ln_http_start(ngx_cycle_t *cycle, ln_app_t *app)
{
    ln_http_loop_t  *loop;

    if (app->targets.nelts == 0) {
        return NGX_OK;
    }

    loop = ngx_pcalloc(cycle->pool, sizeof(ln_http_loop_t));
    if (loop == NULL) {
        return NGX_ERROR;
    }

    loop->app = app;
    app->http = loop;

    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return NGX_ERROR;
    }

    loop->multi = curl_multi_init();
    if (loop->multi == NULL) {
        return NGX_ERROR;
    }

    ngx_queue_init(&loop->calls);

    loop->timer.handler = ln_http_timeout;
    loop->timer.data = loop;
    loop->timer.log = cycle->log;
    loop->timer.cancelable = 1;

    (void) curl_multi_setopt(loop->multi, CURLMOPT_SOCKETFUNCTION,
                             ln_http_socket);
    (void) curl_multi_setopt(loop->multi, CURLMOPT_SOCKETDATA, loop);
    (void) curl_multi_setopt(loop->multi, CURLMOPT_TIMERFUNCTION,
                             ln_http_timer);
    (void) curl_multi_setopt(loop->multi, CURLMOPT_TIMERDATA, loop);
    (void) curl_multi_setopt(loop->multi, CURLMOPT_MAXCONNECTS, LN_HTTP_KEPT);
    (void) curl_multi_setopt(loop->multi, CURLMOPT_PIPELINING,
                             CURLPIPE_NOTHING);

    return NGX_OK;
}


/* The worker exits: who asked is gone. */

void
ln_http_stop(ln_app_t *app)
{
    ngx_queue_t     *q;
    ln_http_loop_t  *loop;

    loop = app->http;

    if (loop == NULL || loop->multi == NULL) {
        return;
    }

    while (!ngx_queue_empty(&loop->calls)) {
        q = ngx_queue_head(&loop->calls);
        ln_http_free(ngx_queue_data(q, ln_http_t, queue));
    }

    (void) curl_multi_cleanup(loop->multi);
    loop->multi = NULL;

    curl_global_cleanup();
}


/* curl's sockets in nginx's events */

static int
ln_http_socket(CURL *easy, curl_socket_t fd, int what, void *data,
    void *socket)
{
    ngx_connection_t *c = socket;

    ln_http_loop_t  *loop;

    (void) easy;

    loop = data;

    if (c == NULL) {

        if (what == CURL_POLL_REMOVE) {
            return 0;
        }

        c = ngx_get_connection(fd, ngx_cycle->log);
        if (c == NULL) {
            return -1;
        }

        c->data = loop;
        c->read->handler = ln_http_readable;
        c->read->log = ngx_cycle->log;
        c->write->handler = ln_http_writable;
        c->write->log = ngx_cycle->log;

        (void) curl_multi_assign(loop->multi, fd, c);
    }

    if (ln_http_watch(c, what) != 0) {
        return -1;
    }

    if (what == CURL_POLL_REMOVE) {
        (void) curl_multi_assign(loop->multi, fd, NULL);
        ngx_free_connection(c);
        c->fd = (ngx_socket_t) -1;
    }

    return 0;
}


/* Level events: curl reads as much as it likes. */

static int
ln_http_watch(ngx_connection_t *c, int what)
{
    ngx_uint_t  in, out;
    ngx_int_t   rc;

    in = (what == CURL_POLL_IN || what == CURL_POLL_INOUT);
    out = (what == CURL_POLL_OUT || what == CURL_POLL_INOUT);
    rc = NGX_OK;

    if (in && !c->read->active) {
        rc |= ngx_add_event(c->read, NGX_READ_EVENT, NGX_LEVEL_EVENT);
    }

    if (out && !c->write->active) {
        rc |= ngx_add_event(c->write, NGX_WRITE_EVENT, NGX_LEVEL_EVENT);
    }

    if (!in && c->read->active) {
        rc |= ngx_del_event(c->read, NGX_READ_EVENT, 0);
    }

    if (!out && c->write->active) {
        rc |= ngx_del_event(c->write, NGX_WRITE_EVENT, 0);
    }

    return rc == NGX_OK ? 0 : -1;
}


static int
ln_http_timer(CURLM *multi, long ms, void *data)
{
    ln_http_loop_t *loop = data;

    (void) multi;

    /* nginx keeps a timer that is nearly right: this one must be */
    if (loop->timer.timer_set) {
        ngx_del_timer(&loop->timer);
    }

    if (ms >= 0) {
        ngx_add_timer(&loop->timer, (ngx_msec_t) ms);
    }

    return 0;
}


static void
ln_http_timeout(ngx_event_t *ev)
{
    ln_http_act(ev->data, CURL_SOCKET_TIMEOUT, 0);
}


static void
ln_http_readable(ngx_event_t *ev)
{
    ngx_connection_t  *c;

    c = ev->data;

    ln_http_act(c->data, c->fd, CURL_CSELECT_IN);
}


static void
ln_http_writable(ngx_event_t *ev)
{
    ngx_connection_t  *c;

    c = ev->data;

    ln_http_act(c->data, c->fd, CURL_CSELECT_OUT);
}


/*
 * Threads that curl starts for names inherit the signal mask: signals are for
 * the thread of the event loop alone.
 */

static void
ln_http_act(ln_http_loop_t *loop, curl_socket_t fd, int events)
{
    int         running, left;
    CURL       *easy;
    CURLMsg    *message;
    sigset_t    all, before;
    CURLcode    code;
    ln_http_t  *http;

    (void) sigfillset(&all);
    (void) pthread_sigmask(SIG_BLOCK, &all, &before);
    (void) curl_multi_socket_action(loop->multi, fd, events, &running);
    (void) pthread_sigmask(SIG_SETMASK, &before, NULL);

    while ((message = curl_multi_info_read(loop->multi, &left)) != NULL) {

        if (message->msg != CURLMSG_DONE) {
            continue;
        }

        easy = message->easy_handle;
        code = message->data.result;
        http = NULL;

        (void) curl_easy_getinfo(easy, CURLINFO_PRIVATE, &http);

        ln_http_end(http, ln_http_result(http, code),
                    curl_easy_strerror(code));
    }
}


/* A call */

ln_http_t *
ln_http_call(ln_app_t *app, const ln_http_call_t *call,
    ln_http_ended_pt ended, void *data, ln_http_e *why)
{
    ngx_pool_t        *pool;
    ln_http_t         *http;
    ln_http_loop_t    *loop;
    ln_http_target_t  *target;

    loop = app->http;
    target = ln_http_target(app, call->target);
    *why = LN_HTTP_BROKEN;

    if (target == NULL || loop == NULL) {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "legalnet: no feature names the target \"%s\"",
                      call->target);
        return NULL;
    }

    if (target->running >= LN_HTTP_AT_ONCE) {
        *why = LN_HTTP_BUSY;
        ln_zone_count(app->zone, target->metric_results[LN_HTTP_BUSY], 1);
        return NULL;
    }

    pool = ngx_create_pool(1024, ngx_cycle->log);
    if (pool == NULL) {
        return NULL;
    }

    http = ngx_pcalloc(pool, sizeof(ln_http_t));
    if (http == NULL) {
        ngx_destroy_pool(pool);
        return NULL;
    }

    http->loop = loop;
    http->target = target;
    http->pool = pool;
    http->max = call->max ? call->max : LN_HTTP_MOST;
    http->ended = ended;
    http->data = data;
    http->began = ngx_current_msec;
    http->deadline.handler = ln_http_late;
    http->deadline.data = http;
    http->deadline.log = ngx_cycle->log;
    http->easy = curl_easy_init();

    target->running++;
    ln_zone_count(app->zone, target->metric_running, 1);
    ngx_queue_insert_tail(&loop->calls, &http->queue);

    if (http->easy == NULL || ln_http_options(http, call) != NGX_OK
        || curl_multi_add_handle(loop->multi, http->easy) != CURLM_OK)
    {
        ln_zone_count(app->zone, target->metric_results[LN_HTTP_BROKEN], 1);
        ln_http_free(http);
        return NULL;
    }

    ngx_add_timer(&http->deadline,
                  call->timeout ? call->timeout : LN_HTTP_DEFAULT);

    return http;
}


static ngx_int_t
ln_http_options(ln_http_t *http, const ln_http_call_t *call)
{
    int          bad;
    CURL        *easy;
    ngx_msec_t   timeout;

    easy = http->easy;
    timeout = call->timeout ? call->timeout : LN_HTTP_DEFAULT;

    bad = ln_http_headers(http, call) != NGX_OK;

    bad |= curl_easy_setopt(easy, CURLOPT_PRIVATE, http);
    bad |= curl_easy_setopt(easy, CURLOPT_URL, (char *) call->url.data);
    bad |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    bad |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    bad |= curl_easy_setopt(easy, CURLOPT_PROXY, "");
    bad |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    bad |= curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
    bad |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
                            (long) CURL_HTTP_VERSION_1_1);
    bad |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                            (long) ngx_min(timeout, LN_HTTP_CONNECT));
    bad |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    bad |= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    /* reading the system's bundle takes 40 ms: once in a worker's life */
    bad |= curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, -1L);
    bad |= curl_easy_setopt(easy, CURLOPT_SSLVERSION,
                            (long) CURL_SSLVERSION_TLSv1_2);
    bad |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, ln_http_head);
    bad |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, http);
    bad |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ln_http_body);
    bad |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, http);

    if (call->ca_file.len) {
        bad |= curl_easy_setopt(easy, CURLOPT_CAINFO,
                                (char *) call->ca_file.data);
    }

    switch (call->method) {

    case NGX_HTTP_GET:
        break;

    case NGX_HTTP_POST:
        bad |= curl_easy_setopt(easy, CURLOPT_POST, 1L);
        break;

    case NGX_HTTP_PUT:
        bad |= curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PUT");
        break;

    case NGX_HTTP_DELETE:
        bad |= curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "DELETE");
        break;

    default:
        bad = 1;
    }

    if (call->method != NGX_HTTP_GET
        && (call->method == NGX_HTTP_POST || call->body.len))
    {
        bad |= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                                (curl_off_t) call->body.len);
        bad |= curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS,
                                call->body.len ? (char *) call->body.data
                                               : "");
    }

    return bad ? NGX_ERROR : NGX_OK;
}


static ngx_int_t
ln_http_headers(ln_http_t *http, const ln_http_call_t *call)
{
    u_char                  *p;
    const ln_http_header_t  *header;
    struct curl_slist       *list;

    /* no waiting for 100 Continue, no type that nobody gave */
    http->headers = curl_slist_append(NULL, "Expect:");

    for (header = call->headers; header && header->name; header++) {

        if (ngx_strlchr(header->value.data,
                        header->value.data + header->value.len, '\n')
            || ngx_strlchr(header->value.data,
                           header->value.data + header->value.len, '\r'))
        {
            return NGX_ERROR;
        }

        p = ngx_pnalloc(http->pool, ngx_strlen(header->name)
                                    + header->value.len + 3);
        if (p == NULL) {
            return NGX_ERROR;
        }

        /* curl takes "name:" for "not that one", "name;" for an empty value */
        ngx_sprintf(p, header->value.len ? "%s: %V%Z" : "%s;%V%Z",
                    header->name, &header->value);

        list = curl_slist_append(http->headers, (char *) p);
        ngx_explicit_memzero(p, ngx_strlen(p));

        if (list == NULL) {
            return NGX_ERROR;
        }

        http->headers = list;
    }

    return curl_easy_setopt(http->easy, CURLOPT_HTTPHEADER, http->headers)
           == CURLE_OK ? NGX_OK : NGX_ERROR;
}


static size_t
ln_http_head(char *data, size_t size, size_t n, void *data_http)
{
    ln_http_t *http = data_http;

    (void) data;

    http->head += size * n;

    if (http->head > LN_HTTP_HEAD) {
        http->too_large = 1;
        return 0;
    }

    return size * n;
}


static size_t
ln_http_body(char *data, size_t size, size_t n, void *data_http)
{
    ln_http_t *http = data_http;

    u_char  *p;
    size_t   length;

    n *= size;
    length = http->length + n;

    if (length > http->max) {
        http->too_large = 1;
        return n ? 0 : 1;
    }

    if (length > http->size) {
        size = ngx_min(ngx_max(length, 2 * http->size), http->max);

        p = ngx_alloc(size, ngx_cycle->log);
        if (p == NULL) {
            return 0;
        }

        if (http->body) {
            ngx_memcpy(p, http->body, http->length);
            OPENSSL_cleanse(http->body, http->length);
            ngx_free(http->body);
        }

        http->body = p;
        http->size = size;
    }

    ngx_memcpy(http->body + http->length, data, n);
    http->length = length;

    return n;
}


static void
ln_http_late(ngx_event_t *ev)
{
    ln_http_end(ev->data, LN_HTTP_TIMEOUT, "its time is over");
}


static ln_http_e
ln_http_result(ln_http_t *http, CURLcode code)
{
    if (http->too_large) {
        return LN_HTTP_TOO_LARGE;
    }

    switch (code) {

    case CURLE_OK:
        return LN_HTTP_OK;

    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
        return LN_HTTP_UNREACHABLE;

    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
        return LN_HTTP_UNTRUSTED;

    case CURLE_OPERATION_TIMEDOUT:
        return LN_HTTP_TIMEOUT;

    default:
        return LN_HTTP_BROKEN;
    }
}


/* Once: what was the call's is gone when `ended` returns. */

static void
ln_http_end(ln_http_t *http, ln_http_e rc, const char *error)
{
    long               status;
    char              *type;
    curl_off_t         wait;
    ln_http_target_t  *target;
    ln_http_answer_t   answer;
    ln_http_ended_pt   ended;

    ngx_memzero(&answer, sizeof(ln_http_answer_t));

    target = http->target;
    answer.rc = rc;
    answer.error = ln_http_result_name(rc);

    if (rc == LN_HTTP_OK) {
        status = 0;
        type = NULL;
        wait = 0;
        (void) curl_easy_getinfo(http->easy, CURLINFO_RESPONSE_CODE, &status);
        (void) curl_easy_getinfo(http->easy, CURLINFO_RETRY_AFTER, &wait);
        (void) curl_easy_getinfo(http->easy, CURLINFO_CONTENT_TYPE, &type);

        answer.status = (ngx_uint_t) status;
        answer.retry_after = ngx_max(wait, 0);
        answer.type.data = (u_char *) (type ? type : "");
        answer.type.len = ngx_strlen(answer.type.data);
        answer.body.data = http->body ? http->body : (u_char *) "";
        answer.body.len = http->length;

    } else {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "legalnet: call of \"%V\" failed: %s, %s",
                      &target->name, answer.error, error);
    }

    ln_zone_count(http->loop->app->zone, target->metric_results[rc], 1);
    ln_zone_observe(http->loop->app->zone, target->metric_time,
                    (uint64_t) (ngx_current_msec - http->began) * 1000);

    ended = http->ended;
    http->ended = NULL;

    ended(http->data, &answer);

    ln_http_free(http);
}


void
ln_http_cancel(ln_http_t *http)
{
    if (http->ended) {
        ln_http_free(http);
    }
}


static void
ln_http_free(ln_http_t *http)
{
    if (http->deadline.timer_set) {
        ngx_del_timer(&http->deadline);
    }

    if (http->easy) {
        (void) curl_multi_remove_handle(http->loop->multi, http->easy);
        curl_easy_cleanup(http->easy);
    }

    curl_slist_free_all(http->headers);

    if (http->body) {
        OPENSSL_cleanse(http->body, http->length);
        ngx_free(http->body);
    }

    ngx_queue_remove(&http->queue);
    http->target->running--;
    ln_zone_count(http->loop->app->zone, http->target->metric_running, -1);

    ngx_destroy_pool(http->pool);
}
