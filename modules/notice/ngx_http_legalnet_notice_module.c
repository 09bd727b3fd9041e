
/*
 * Notices: routes, jobs, measures and directives.  What they do is in the
 * files that notice.h lists.
 */

#include "notice.h"


static ngx_int_t notice_channels(ln_request_t *lr);
static ngx_int_t ngx_http_legalnet_notice_register(ngx_conf_t *cf);
static void *ngx_http_legalnet_notice_create_conf(ngx_conf_t *cf);
static char *ngx_http_legalnet_notice_init_conf(ngx_conf_t *cf, void *conf);
static ngx_int_t ngx_http_legalnet_notice_init(ngx_cycle_t *cycle);


static ngx_command_t  ngx_http_legalnet_notice_commands[] = {

    { ngx_string("legalnet_notice_gateway"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_2MORE,
      notice_gateway_conf,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("legalnet_notice_file"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(notice_conf_t, file),
      NULL },

      ngx_null_command
};


static const char *const  ways[] = { "gateway", "file", "none", NULL };

static const ln_column_t  channels_columns[] = {
    { .name = "sms", .type = LN_ENUM, .values = ways,
      .summary = "file: a demonstration, whose messages stand in a file" },
    { .name = NULL }
};


#define RETRY_RULE                                                            \
    "Only what failed: what expired is worthless, what was withheld is the "  \
    "person's wish. What failed a week ago has been erased."


static const ln_route_t  notice_routes[] = {

    { .method = NGX_HTTP_GET, .path = "/api/v1/notices/channels",
      .needs = LN_PUBLIC, .handler = notice_channels,
      .returns = channels_columns,
      .summary = "How this installation sends messages" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/contact",
      .needs = LN_SIGNED_IN, .stmt = &notice_contact,
      .summary = "How one may be reached" },

    { .method = NGX_HTTP_PUT, .path = "/api/v1/me/contact",
      .needs = LN_SIGNED_IN, .params = notice_contact_in,
      .before = notice_contact_before, .steps = notice_contact_steps,
      .subject = { "contact", "account" }, .answer = &notice_contact,
      .summary = "Say how one may be reached" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/admin/notices",
      .needs = "notice.read", .params = notice_list_in,
      .choose = notice_list, .list = 1,
      .summary = "Notices and what became of them" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/admin/notices/{id}/retry",
      .needs = "notice.retry", .params = notice_retry_in,
      .steps = notice_retry_steps, .subject = { "notice", "id" },
      .answer = &notice_retry_answer, .key = LN_KEY_OPTIONAL,
      .summary = "Send again what was given up",
      .description = RETRY_RULE },

    { .path = NULL }
};


#define SOON      500                /* ms */
#define LATER     5000
#define SELDOM    (10 * 60 * 1000)

static const ln_job_t  notice_jobs[] = {

    { .name = "send_urgent", .period = SOON, .peek = &notice_urgent_peek,
      .steps = notice_urgent_steps, .again = 8, .claimed = &notice_claimed,
      .handler = notice_handle, .results = notice_results,
      .settle = notice_settle, .at_once = 8 },

    { .name = "send", .period = SOON, .peek = &notice_due_peek,
      .steps = notice_due_steps, .again = 8, .claimed = &notice_claimed,
      .handler = notice_handle, .results = notice_results,
      .settle = notice_settle, .at_once = 8 },

    { .name = "expire", .period = LATER, .peek = &notice_expire_peek,
      .steps = notice_expire_steps, .again = 500 },

    { .name = "release", .period = LATER, .peek = &notice_release_peek,
      .steps = notice_release_steps, .again = 500 },

    { .name = "measure", .period = LATER, .peek = &notice_measure_peek,
      .peeked = notice_measured },

    { .name = "erase", .period = SELDOM, .steps = notice_erase_steps,
      .again = 500 },

    { .name = "tidy", .period = SELDOM, .steps = notice_tidy_steps,
      .again = 500 },

    { .name = NULL }
};


#define TOTAL       "legalnet_notices_total"
#define TOTAL_HELP  "Notices by what this node decided."

const ln_measure_t  notice_measures[] = {
    { LN_COUNTER, TOTAL, "outcome=\"sent\"", TOTAL_HELP },
    { LN_COUNTER, TOTAL, "outcome=\"failed\"", TOTAL_HELP },
    { LN_COUNTER, TOTAL, "outcome=\"withheld\"", TOTAL_HELP },
    { LN_COUNTER, TOTAL, "outcome=\"postponed\"", TOTAL_HELP },
    { LN_COUNTER, TOTAL, "outcome=\"again\"", TOTAL_HELP },
    { LN_HISTOGRAM, "legalnet_notice_wait_seconds", "",
      "Time from when a notice was due until it was sent." },
    { LN_GAUGE, "legalnet_notices_waiting", "",
      "Notices that are due, counted to 10,000." },
    { LN_GAUGE, "legalnet_notices_oldest_seconds", "",
      "How long the oldest of them is due." },
    { LN_GAUGE, "legalnet_notices_given_up", "",
      "Notices in the state failed, counted to 10,000." },
    { 0, NULL, NULL, NULL }
};


static const char *const  notice_pools[] = { "legalnet_io", NULL };
static const char *const  notice_targets[] = { "sms", NULL };


const ln_feature_t  notice_feature = {
    .abi = LN_ABI,
    .layout = LN_LAYOUT,
    .name = "notice",
    .migration = "0118",
    .routes = notice_routes,
    .jobs = notice_jobs,
    .pools = notice_pools,
    .targets = notice_targets,
    .measures = notice_measures
};


static ngx_http_module_t  ngx_http_legalnet_notice_module_ctx = {
    ngx_http_legalnet_notice_register,     /* preconfiguration */
    NULL,                                  /* postconfiguration */

    ngx_http_legalnet_notice_create_conf,  /* create main configuration */
    ngx_http_legalnet_notice_init_conf,    /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_legalnet_notice_module = {
    NGX_MODULE_V1,
    &ngx_http_legalnet_notice_module_ctx,  /* module context */
    ngx_http_legalnet_notice_commands,     /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    ngx_http_legalnet_notice_init,         /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_legalnet_notice_register(ngx_conf_t *cf)
{
    return ln_register(cf, &notice_feature);
}


static void *
ngx_http_legalnet_notice_create_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(notice_conf_t));
}


static char *
ngx_http_legalnet_notice_init_conf(ngx_conf_t *cf, void *data)
{
    notice_conf_t *conf = data;

    if (conf->file.data == NULL) {
        return NGX_CONF_OK;
    }

    if (conf->gateways) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: \"legalnet_notice_file\" is for a "
                           "demonstration, beside a gateway it must not stand");
        return NGX_CONF_ERROR;
    }

    if (conf->file.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: \"legalnet_notice_file\" names no file");
        return NGX_CONF_ERROR;
    }

    return ngx_conf_full_name(cf->cycle, &conf->file, 0) == NGX_OK
           ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static ngx_int_t
ngx_http_legalnet_notice_init(ngx_cycle_t *cycle)
{
    notice_conf_t  *conf;

    conf = ngx_http_cycle_get_module_main_conf(cycle,
                                            ngx_http_legalnet_notice_module);

    return conf ? notice_file_init(cycle, conf) : NGX_OK;
}


notice_conf_t *
notice_conf(void)
{
    return ngx_http_cycle_get_module_main_conf(ngx_cycle,
                                            ngx_http_legalnet_notice_module);
}


static ngx_int_t
notice_channels(ln_request_t *lr)
{
    notice_conf_t  *conf;

    static ngx_str_t  answers[] = {
        ngx_string("{\"sms\":\"gateway\"}"),
        ngx_string("{\"sms\":\"file\"}"),
        ngx_string("{\"sms\":\"none\"}")
    };

    conf = notice_conf();

    return ln_respond_json(lr, NGX_HTTP_OK,
                           conf->gateways ? &answers[0]
                           : conf->file.len ? &answers[1] : &answers[2]);
}
