
/*
 * Part of ln.h: what does not happen on the event loop: work in threads, and
 * calls of other servers.
 */

#ifndef _LN_OUTSIDE_H_INCLUDED_
#define _LN_OUTSIDE_H_INCLUDED_


/*
 * Work that takes long or waits, in a thread: hashing a password in
 * "legalnet_cpu", files in "legalnet_io" (the feature's .pools names them).
 *
 * `work` touches `data` only: no request, no pool, no log.  `done` runs on the
 * event loop afterwards and returns what a .handler returns (NGX_OK: answered;
 * NGX_DONE: something else is under way; or what ln_fail() returned).  `data`
 * is memory of ln_pool(lr), which stays until the thread has ended.  When the
 * client went away meanwhile, `done` is not called.
 *
 * NGX_DONE: it is under way, return that.  Else what ln_fail() returned: 503
 * `busy` when the pool's queue is full.
 */
typedef void (*ln_task_work_pt)(void *data);
typedef ngx_int_t (*ln_task_done_pt)(ln_request_t *lr, void *data);

ngx_int_t ln_task(ln_request_t *lr, const char *pool, ln_task_work_pt work,
    ln_task_done_pt done, void *data);

/*
 * The same from a job's .handler or a `done` of it; `data` is memory of
 * ln_item_pool().  NGX_DONE, or NGX_DECLINED when the queue is full: return
 * that.
 */
typedef ngx_int_t (*ln_item_tasked_pt)(ln_item_t *item, void *data);

ngx_int_t ln_item_task(ln_item_t *item, const char *pool,
    ln_task_work_pt work, ln_item_tasked_pt done, void *data);


/*
 * A call of another server (a gateway, WeChat, an identity provider).
 *
 * .target   one of the feature's .targets: at most 16 calls of one run at a
 *           time in a worker, and /metrics counts by it.
 * .url      ends with a zero byte; http or https.  Redirects are answers, not
 *           followed; proxies of the environment are not used.
 * .timeout  ms for all of it, name to last byte; 0: 5000.
 * .max      bytes of the answer's body; 0: 65536.
 * .ca_file  ends with a zero byte; empty: the system's.  A certificate that it
 *           does not know, or of another name, is LN_HTTP_UNTRUSTED.
 *
 * What is given is copied.  Neither URL nor bodies are logged.
 */
typedef struct {
    const char              *name;
    ngx_str_t                value;
} ln_http_header_t;

typedef struct {
    const char              *target;
    ngx_uint_t               method;     /* NGX_HTTP_GET, POST, PUT, DELETE */
    ngx_str_t                url;
    const ln_http_header_t  *headers;    /* ends with .name == NULL; or NULL */
    ngx_str_t                body;
    ngx_msec_t               timeout;
    size_t                   max;
    ngx_str_t                ca_file;
} ln_http_call_t;

typedef enum {
    LN_HTTP_OK = 0,       /* an answer: of any status, whole */
    LN_HTTP_BUSY,         /* too many calls of that target already */
    LN_HTTP_UNREACHABLE,  /* no such name, nobody there: nothing was sent */
    LN_HTTP_UNTRUSTED,    /* TLS failed: nothing was sent */
    LN_HTTP_TIMEOUT,      /* it may or may not have been done there */
    LN_HTTP_TOO_LARGE,    /* likewise */
    LN_HTTP_BROKEN,       /* likewise: no HTTP, or cut off */
    LN_HTTP_RESULTS
} ln_http_e;

typedef struct {
    ln_http_e                rc;
    ngx_uint_t               status;     /* LN_HTTP_OK: 200 … */
    int64_t                  retry_after;    /* s, of Retry-After; 0: none */
    ngx_str_t                type;       /* Content-Type */
    ngx_str_t                body;       /* copy what is kept */
    const char              *error;      /* rc's name, for logs and rows */
} ln_http_answer_t;

/*
 * From .prepare, a handler or a `done`.  `done` runs on the event loop once it
 * is over, well or not, and returns what a .handler returns; when the client
 * went away the call is given up and `done` does not run.
 *
 * NGX_DONE: it is under way, return that.  Else what ln_fail() returned: 503
 * `busy`, or 500 (out of memory, an URL that is none).
 */
typedef ngx_int_t (*ln_http_done_pt)(ln_request_t *lr, void *data,
    const ln_http_answer_t *answer);

ngx_int_t ln_http_send(ln_request_t *lr, const ln_http_call_t *call,
    ln_http_done_pt done, void *data);

/*
 * From a job's .handler or a `done` of it: NGX_DONE, or NGX_DECLINED when it
 * could not be started (too many calls, an URL that is none): return that.
 */
typedef ngx_int_t (*ln_item_done_pt)(ln_item_t *item, void *data,
    const ln_http_answer_t *answer);

ngx_int_t ln_item_http(ln_item_t *item, const ln_http_call_t *call,
    ln_item_done_pt done, void *data);


#endif /* _LN_OUTSIDE_H_INCLUDED_ */
