
/*
 * The operator's gateways, in the order of the configuration: the first that
 * does not rest is asked, and when it does not take the notice the next, each
 * once a try.  One that failed rests for a while, longer each time, or for as
 * long as it wished (Retry-After); when all rest the notice waits, and that is
 * no try.  README.md has the protocol.
 */

#include "notice.h"

#include <sys/stat.h>


#define TARGET       "sms"
#define ANSWER_MOST  4096            /* bytes */
#define REST         1               /* s, doubled with every failure */
#define REST_MOST    60
#define WISH_MOST    3600            /* s: longer is not believed */


static char *notice_gateway_option(ngx_conf_t *cf, notice_gateway_t *gateway,
    ngx_str_t *option);
static char *notice_gateway_url(ngx_conf_t *cf, notice_gateway_t *gateway,
    ngx_str_t *url);
static char *notice_gateway_key(ngx_conf_t *cf, notice_gateway_t *gateway);
static ngx_int_t notice_gateway_next(ln_item_t *item, notice_t *notice);
static ngx_int_t notice_gateway_ask(ln_item_t *item, notice_t *notice,
    notice_gateway_t *gateway);
static ngx_int_t notice_gateway_answered(ln_item_t *item, void *data,
    const ln_http_answer_t *answer);
static void notice_gateway_down(notice_gateway_t *gateway,
    const ln_http_answer_t *answer);
static ngx_uint_t notice_gateway_rests(notice_gateway_t *gateway);


/* legalnet_notice_gateway NAME URL key_file=PATH [ca_file=PATH] [timeout=T] */

char *
notice_gateway_conf(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    char              *why;
    ngx_str_t         *value;
    ngx_uint_t         i;
    notice_conf_t     *conf;
    notice_gateway_t  *gateway, *others;

    (void) cmd;

    conf = data;
    value = cf->args->elts;

    if (conf->gateways == NULL) {
        conf->gateways = ngx_array_create(cf->pool, NOTICE_GATEWAYS,
                                          sizeof(notice_gateway_t));
        if (conf->gateways == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    if (conf->gateways->nelts == NOTICE_GATEWAYS) {
        return "stands more often than there may be gateways";
    }

    others = conf->gateways->elts;

    for (i = 0; i < conf->gateways->nelts; i++) {
        if (others[i].name.len == value[1].len
            && ngx_memcmp(others[i].name.data, value[1].data, value[1].len)
               == 0)
        {
            return "has a name that stands twice";
        }
    }

    if (value[1].len == 0 || value[1].len > 32) {
        return "has a name that is empty or longer than 32 characters";
    }

    gateway = ngx_array_push(conf->gateways);
    ngx_memzero(gateway, sizeof(notice_gateway_t));

    gateway->name = value[1];
    gateway->timeout = NOTICE_TIMEOUT;

    why = notice_gateway_url(cf, gateway, &value[2]);

    for (i = 3; why == NGX_CONF_OK && i < cf->args->nelts; i++) {
        why = notice_gateway_option(cf, gateway, &value[i]);
    }

    return why == NGX_CONF_OK ? notice_gateway_key(cf, gateway) : why;
}


static char *
notice_gateway_url(ngx_conf_t *cf, notice_gateway_t *gateway, ngx_str_t *url)
{
    if (ngx_strncasecmp(url->data, (u_char *) "https://", 8) != 0
        && ngx_strncasecmp(url->data, (u_char *) "http://", 7) != 0)
    {
        return "needs an address that begins with https:// or http://";
    }

    gateway->url.data = ngx_pcalloc(cf->pool, url->len + 1);
    if (gateway->url.data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memcpy(gateway->url.data, url->data, url->len);
    gateway->url.len = url->len;

    return NGX_CONF_OK;
}


static char *
notice_gateway_option(ngx_conf_t *cf, notice_gateway_t *gateway,
    ngx_str_t *option)
{
    ngx_int_t   ms;
    ngx_str_t   text, *path;

    if (ngx_strncmp(option->data, "timeout=", 8) == 0) {
        text.data = option->data + 8;
        text.len = option->len - 8;
        ms = ngx_parse_time(&text, 0);

        if (ms == NGX_ERROR || ms < 1 || ms > NOTICE_MOST_TIME) {
            return "has a timeout that is none, or longer than 10s";
        }

        gateway->timeout = ms;

        return NGX_CONF_OK;
    }

    if (ngx_strncmp(option->data, "key_file=", 9) == 0) {
        path = &gateway->key_file;
        path->data = option->data + 9;
        path->len = option->len - 9;

    } else if (ngx_strncmp(option->data, "ca_file=", 8) == 0) {
        path = &gateway->ca_file;
        path->data = option->data + 8;
        path->len = option->len - 8;

    } else {
        return "has an option that is none of key_file=, ca_file=, timeout=";
    }

    return ngx_conf_full_name(cf->cycle, path, 1) == NGX_OK ? NGX_CONF_OK
                                                            : NGX_CONF_ERROR;
}


static char *
notice_gateway_key(ngx_conf_t *cf, notice_gateway_t *gateway)
{
    u_char           buf[NOTICE_KEY_MOST];
    ssize_t          n;
    ngx_fd_t         fd;
    struct stat      info;

    if (gateway->key_file.len == 0) {
        return "needs key_file=";
    }

    fd = ngx_open_file(gateway->key_file.data, NGX_FILE_RDONLY, NGX_FILE_OPEN,
                       0);
    n = fd == NGX_INVALID_FILE ? -1 : ngx_read_fd(fd, buf, sizeof(buf));

    if (n == -1 || fstat(fd, &info) == -1) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "legalnet: key file \"%V\" cannot be read",
                           &gateway->key_file);

    } else if (info.st_mode & (S_IRWXG|S_IRWXO)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: key file \"%V\" may be read by others, "
                           "its mode must be 600", &gateway->key_file);
        n = -1;

    } else {

        /* an editor's newline is not part of it */
        while (n > 0 && (buf[n - 1] == '\n' || buf[n - 1] == '\r')) {
            n--;
        }

        if (n < NOTICE_KEY_LEAST) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "legalnet: key file \"%V\" is shorter than %d "
                               "bytes", &gateway->key_file, NOTICE_KEY_LEAST);
            n = -1;
        }
    }

    if (fd != NGX_INVALID_FILE) {
        ngx_close_file(fd);
    }

    if (n > 0) {
        gateway->key.len = n;
        gateway->key.data = ngx_pnalloc(cf->pool, n);

        if (gateway->key.data) {
            ngx_memcpy(gateway->key.data, buf, n);
        }
    }

    ngx_explicit_memzero(buf, sizeof(buf));

    return n > 0 && gateway->key.data ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* Sending */

ngx_int_t
notice_gateway_send(ln_item_t *item, notice_t *notice)
{
    ngx_uint_t         i;
    ngx_msec_int_t     left, least;
    notice_gateway_t  *gateways;

    gateways = notice->conf->gateways->elts;
    least = REST_MOST * 1000;

    for (i = 0; i < notice->conf->gateways->nelts; i++) {

        if (!notice_gateway_rests(&gateways[i])) {
            return notice_gateway_next(item, notice);
        }

        left = (ngx_msec_int_t) (gateways[i].until - ngx_current_msec);
        least = ngx_min(least, left);
    }

    return notice_postponed(item, "gateway_down", ngx_max(least, 100));
}


static ngx_int_t
notice_gateway_next(ln_item_t *item, notice_t *notice)
{
    notice_gateway_t  *gateway;

    while (notice->gateway < notice->conf->gateways->nelts) {

        gateway = notice->conf->gateways->elts;
        gateway += notice->gateway++;

        if (!notice_gateway_rests(gateway)) {
            return notice_gateway_ask(item, notice, gateway);
        }
    }

    return notice_failed(item, notice->row, notice->reason);
}


static ngx_int_t
notice_gateway_ask(ln_item_t *item, notice_t *notice,
    notice_gateway_t *gateway)
{
    u_char             *signature, *stamp;
    ln_http_call_t      call;
    ln_http_header_t    headers[5];

    ngx_memzero(&call, sizeof(ln_http_call_t));
    ngx_memzero(headers, sizeof(headers));

    signature = ngx_pnalloc(ln_item_pool(item), NOTICE_SIGNATURE);
    stamp = ngx_pnalloc(ln_item_pool(item), NGX_TIME_T_LEN);

    if (signature == NULL || stamp == NULL
        || !notice_sign(gateway->key.data, gateway->key.len, ngx_time(),
                        notice->message, notice->length, (char *) signature))
    {
        return NGX_DECLINED;
    }

    headers[0].name = "Content-Type";
    ngx_str_set(&headers[0].value, "application/json");
    headers[1].name = "Idempotency-Key";
    headers[1].value.data = (u_char *) notice->id;
    headers[1].value.len = ngx_strlen(notice->id);
    headers[2].name = "X-Legalnet-Timestamp";
    headers[2].value.data = stamp;
    headers[2].value.len = ngx_sprintf(stamp, "%T", ngx_time()) - stamp;
    headers[3].name = "X-Legalnet-Signature";
    headers[3].value.data = signature;
    headers[3].value.len = NOTICE_SIGNATURE;

    call.target = TARGET;
    call.method = NGX_HTTP_POST;
    call.url = gateway->url;
    call.headers = headers;
    call.body.data = (u_char *) notice->message;
    call.body.len = notice->length;
    call.timeout = gateway->timeout;
    call.max = ANSWER_MOST;
    call.ca_file = gateway->ca_file;

    return ln_item_http(item, &call, notice_gateway_answered, notice);
}


static ngx_int_t
notice_gateway_answered(ln_item_t *item, void *data,
    const ln_http_answer_t *answer)
{
    char               id[NOTICE_PROVIDER_ID + 1];
    notice_t          *notice = data;
    ngx_uint_t         told;
    notice_verdict_e   verdict;
    notice_gateway_t  *gateway;

    gateway = notice->conf->gateways->elts;
    gateway += notice->gateway - 1;

    told = answer->rc == LN_HTTP_OK
           && notice_answer((char *) answer->body.data, answer->body.len, id);

    verdict = answer->rc == LN_HTTP_OK
              ? notice_verdict(answer->status, told) : NOTICE_DOWN;

    if (verdict != NOTICE_DOWN) {
        gateway->failures = 0;
        gateway->resting = 0;
    }

    switch (verdict) {

    case NOTICE_TAKEN:
        return notice_sent(item, notice, &gateway->name, id);

    case NOTICE_REFUSED:
        return notice_ended(item, notice->row, "failed", "refused");

    default:
        notice->reason = answer->rc != LN_HTTP_OK ? answer->error
                         : answer->status >= 200 && answer->status < 300
                           ? "bad_answer" : "gateway_refused";

        if (verdict == NOTICE_DOWN) {
            notice_gateway_down(gateway, answer);
        }

        return notice_gateway_next(item, notice);
    }
}


/* What was under way together fails together: that is one failure. */

static void
notice_gateway_down(notice_gateway_t *gateway, const ln_http_answer_t *answer)
{
    int64_t     s;
    ngx_uint_t  rests;

    rests = notice_gateway_rests(gateway);

    if (rests && answer->retry_after == 0) {
        return;
    }

    s = REST << ngx_min(gateway->failures, 6);
    s = ngx_min(s, REST_MOST);
    s = ngx_max(s, ngx_min(answer->retry_after, WISH_MOST));

    gateway->failures += !rests;
    gateway->resting = 1;
    gateway->until = ngx_current_msec + (ngx_msec_t) s * 1000
                     + ngx_random() % 500;

    if (answer->rc == LN_HTTP_OK) {
        ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                      "legalnet: gateway \"%V\" answered %ui, it rests for "
                      "%L s", &gateway->name, answer->status, s);
        return;
    }

    ngx_log_error(NGX_LOG_WARN, ngx_cycle->log, 0,
                  "legalnet: gateway \"%V\": %s, it rests for %L s",
                  &gateway->name, answer->error, s);
}


static ngx_uint_t
notice_gateway_rests(notice_gateway_t *gateway)
{
    if (gateway->resting
        && (ngx_msec_int_t) (gateway->until - ngx_current_msec) <= 0)
    {
        gateway->resting = 0;
    }

    return gateway->resting;
}
