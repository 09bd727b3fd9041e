
/*
 * legalnet: public legal services inside nginx.  What nginx sees of core:
 * directives, configuration, and the life of a worker.
 */

#include "ln_core.h"
#include "ln_key.h"
#include "ln_cipher.h"
#include "ln_sealed.h"
#include "ln_http.h"


static ngx_int_t ln_preconfiguration(ngx_conf_t *cf);
static ngx_int_t ln_postconfiguration(ngx_conf_t *cf);
static ngx_int_t ln_postconfigure_app(ngx_conf_t *cf, ln_app_t *app);
static ngx_int_t ln_read_key(ngx_conf_t *cf, ln_app_t *app);
static void *ln_create_main_conf(ngx_conf_t *cf);
static void *ln_create_loc_conf(ngx_conf_t *cf);
static char *ln_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child);
static char *ln_database(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *ln_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *ln_on(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *ln_prefix(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static char *ln_features(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

static ngx_int_t ln_init_process(ngx_cycle_t *cycle);
static ngx_int_t ln_sentinel(ngx_cycle_t *cycle, ln_app_t *app);
static void ln_quit(ngx_event_t *ev);
static void ln_exit_process(ngx_cycle_t *cycle);


static ngx_conf_enum_t  ln_ciphers[] = {
    { ngx_string("aes-256-gcm"), LN_CIPHER_AES_GCM },
    { ngx_string("sm4-ctr"), LN_CIPHER_SM4_SM3 },
    { ngx_null_string, 0 }
};


static ngx_command_t  ln_commands[] = {

    { ngx_string("legalnet_database"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_BLOCK|NGX_CONF_TAKE1,
      ln_database,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("legalnet_zone"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ln_zone,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("legalnet_messages"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_array_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ln_app_t, messages_paths),
      NULL },

    { ngx_string("legalnet_key_file"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ln_app_t, key_file),
      NULL },

    { ngx_string("legalnet_keys"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ln_app_t, keys_path),
      NULL },

    { ngx_string("legalnet_cipher"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_enum_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(ln_app_t, cipher),
      &ln_ciphers },

    { ngx_string("legalnet"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ln_on,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("legalnet_prefix"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_TAKE1,
      ln_prefix,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("legalnet_features"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_1MORE,
      ln_features,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("legalnet_read_only"),
      NGX_HTTP_MAIN_CONF|NGX_HTTP_SRV_CONF|NGX_HTTP_LOC_CONF|NGX_CONF_FLAG,
      ngx_conf_set_flag_slot,
      NGX_HTTP_LOC_CONF_OFFSET,
      offsetof(ln_loc_conf_t, read_only),
      NULL },

    { ngx_string("legalnet_problem"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ln_problem_location,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("legalnet_health"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ln_operations_health,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("legalnet_ready"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ln_operations_ready,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("legalnet_metrics"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ln_operations_metrics,
      NGX_HTTP_LOC_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


static ngx_http_module_t  ln_module_ctx = {
    ln_preconfiguration,                   /* preconfiguration */
    ln_postconfiguration,                  /* postconfiguration */

    ln_create_main_conf,                   /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    ln_create_loc_conf,                    /* create location configuration */
    ln_merge_loc_conf                      /* merge location configuration */
};


ngx_module_t  ngx_http_legalnet_module = {
    NGX_MODULE_V1,
    &ln_module_ctx,                        /* module context */
    ln_commands,                           /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    ln_init_process,                       /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    ln_exit_process,                       /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ln_preconfiguration(ngx_conf_t *cf)
{
    ln_app_t  *app;

    app = ngx_http_conf_get_module_main_conf(cf, ngx_http_legalnet_module);

    if (ln_log_variables(cf, app) != NGX_OK) {
        return NGX_ERROR;
    }

    return ln_register(cf, &ln_core_feature);
}


static ngx_int_t
ln_postconfiguration(ngx_conf_t *cf)
{
    ln_app_t                   *app;
    ngx_http_handler_pt        *handler;
    ngx_http_core_main_conf_t  *cmcf;

    app = ngx_http_conf_get_module_main_conf(cf, ngx_http_legalnet_module);

    if (!app->used) {
        return NGX_OK;
    }

    cmcf = ngx_http_conf_get_module_main_conf(cf, ngx_http_core_module);

    handler = ngx_array_push(&cmcf->phases[NGX_HTTP_CONTENT_PHASE].handlers);
    if (handler == NULL) {
        return NGX_ERROR;
    }

    *handler = ln_handler;

    return ln_postconfigure_app(cf, app);
}


static ngx_int_t
ln_postconfigure_app(ngx_conf_t *cf, ln_app_t *app)
{
    ln_db_t     **databases;
    ngx_uint_t    i;

    if (app->zone == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: no \"legalnet_zone\" is defined");
        return NGX_ERROR;
    }

    if (ln_read_key(cf, app) != NGX_OK
        || ln_sealed_init(cf, app) != NGX_OK
        || ln_message_load(cf, app) != NGX_OK
        || ln_compile_app(cf, app) != NGX_OK
        || ln_router_build(cf, app) != NGX_OK
        || ln_write_init(cf, app) != NGX_OK
        || ln_operations_init(cf, app) != NGX_OK
        || ln_clock_init(cf, app) != NGX_OK
        || ln_task_init(cf, app) != NGX_OK
        || ln_measure_init(cf, app) != NGX_OK
        || ln_watch_init(cf, app) != NGX_OK
        || ln_http_init(cf, app) != NGX_OK
        || ln_openapi_build(cf, app) != NGX_OK
        || ln_log_init(cf, app) != NGX_OK)
    {
        return NGX_ERROR;
    }

    databases = app->databases.elts;

    for (i = 0; i < app->databases.nelts; i++) {
        ln_db_set_statements(databases[i], app->sqls.nelts);

        if (ln_db_set_zone(cf, databases[i], app->zone) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* The one secret of the configuration, and the keys that grow out of it. */

static ngx_int_t
ln_read_key(ngx_conf_t *cf, ln_app_t *app)
{
    u_char      buf[LN_MAX_KEY];
    ssize_t     n;
    ngx_fd_t    fd;
    ngx_int_t   rc;

    if (app->key_file.len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: no \"legalnet_key_file\" is defined");
        return NGX_ERROR;
    }

    if (ngx_conf_full_name(cf->cycle, &app->key_file, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    fd = ngx_open_file(app->key_file.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    n = (fd == NGX_INVALID_FILE) ? -1 : ngx_read_fd(fd, buf, sizeof(buf));

    if (n < LN_MIN_KEY) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, n == -1 ? ngx_errno : 0,
                           "legalnet: key file \"%V\" cannot be read or is "
                           "shorter than %d bytes", &app->key_file,
                           LN_MIN_KEY);
        rc = NGX_ERROR;

    } else {
        rc = ln_key_derive(buf, n, LN_PURPOSE_CURSOR, app->key_cursor)
             && ln_key_derive(buf, n, LN_PURPOSE_IDEMPOTENCY,
                              app->key_idempotency)
             && ln_key_derive(buf, n, LN_PURPOSE_AUDIT, app->key_audit)
             && ln_key_derive(buf, n, LN_PURPOSE_QUESTION, app->key_question)
             ? NGX_OK : NGX_ERROR;
    }

    if (fd != NGX_INVALID_FILE) {
        ngx_close_file(fd);
    }

    ngx_explicit_memzero(buf, sizeof(buf));

    return rc;
}


static void *
ln_create_main_conf(ngx_conf_t *cf)
{
    ln_app_t  *app;

    app = ngx_pcalloc(cf->pool, sizeof(ln_app_t));
    if (app == NULL) {
        return NULL;
    }

    app->messages_paths = NGX_CONF_UNSET_PTR;
    app->cipher = NGX_CONF_UNSET_UINT;

    if (ngx_array_init(&app->features, cf->pool, 8, sizeof(void *)) != NGX_OK
        || ngx_array_init(&app->endpoints, cf->pool, 64, sizeof(void *))
           != NGX_OK
        || ngx_array_init(&app->sqls, cf->pool, 64, sizeof(void *)) != NGX_OK
        || ngx_array_init(&app->databases, cf->pool, 2, sizeof(void *))
           != NGX_OK)
    {
        return NULL;
    }

    return app;
}


static void *
ln_create_loc_conf(ngx_conf_t *cf)
{
    ln_loc_conf_t  *conf;

    conf = ngx_pcalloc(cf->pool, sizeof(ln_loc_conf_t));
    if (conf == NULL) {
        return NULL;
    }

    conf->app = ngx_http_conf_get_module_main_conf(cf,
                                                   ngx_http_legalnet_module);
    conf->features = NGX_CONF_UNSET_PTR;
    conf->read_only = NGX_CONF_UNSET;

    return conf;
}


static char *
ln_merge_loc_conf(ngx_conf_t *cf, void *parent, void *child)
{
    ln_loc_conf_t *prev = parent;
    ln_loc_conf_t *conf = child;

    ln_db_t                   **databases;
    ngx_str_t                  *name;
    ngx_uint_t                  i;
    ngx_http_core_loc_conf_t   *clcf;

    ngx_conf_merge_str_value(conf->database, prev->database, "off");
    ngx_conf_merge_str_value(conf->prefix, prev->prefix, "");
    ngx_conf_merge_ptr_value(conf->features, prev->features, NULL);
    ngx_conf_merge_value(conf->read_only, prev->read_only, 0);

    if (ngx_strcmp(conf->database.data, "off") == 0) {
        conf->db = NULL;
        return NGX_CONF_OK;
    }

    databases = conf->app->databases.elts;

    for (i = 0; i < conf->app->databases.nelts; i++) {

        name = ln_db_name(databases[i]);

        if (name->len == conf->database.len
            && ngx_memcmp(name->data, conf->database.data, name->len) == 0)
        {
            conf->db = databases[i];
        }
    }

    if (conf->db == NULL) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: no \"legalnet_database %V\" is defined",
                           &conf->database);
        return NGX_CONF_ERROR;
    }

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->client_body_buffer_size = ngx_max(clcf->client_body_buffer_size,
                                            LN_MAX_JSON_BODY);

    return NGX_CONF_OK;
}


static char *
ln_database(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ln_app_t *app = conf;

    return ln_db_block(cf, &app->databases);
}


static char *
ln_zone(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ln_app_t *app = conf;

    ssize_t     size;
    ngx_str_t  *value;

    if (app->zone) {
        return "is duplicate";
    }

    value = cf->args->elts;
    size = ngx_parse_size(&value[1]);

    if (size < LN_ZONE_LEAST) {
        return "takes a size of 8m or more";
    }

    app->zone = ln_zone_add(cf, size, &ngx_http_legalnet_module);

    return app->zone ? NGX_CONF_OK : NGX_CONF_ERROR;
}


static char *
ln_on(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ln_loc_conf_t *llcf = conf;

    ngx_str_t  *value;

    if (llcf->database.data) {
        return "is duplicate";
    }

    value = cf->args->elts;
    llcf->database = value[1];

    if (ngx_strcmp(value[1].data, "off") != 0) {
        llcf->app->used = 1;
    }

    return NGX_CONF_OK;
}


static char *
ln_prefix(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ln_loc_conf_t *llcf = conf;

    ngx_str_t  *value;

    if (llcf->prefix.data) {
        return "is duplicate";
    }

    value = cf->args->elts;

    if (value[1].data[0] != '/') {
        return "takes a path that begins with \"/\"";
    }

    llcf->prefix = value[1];

    while (llcf->prefix.len && llcf->prefix.data[llcf->prefix.len - 1] == '/')
    {
        llcf->prefix.len--;
    }

    return NGX_CONF_OK;
}


static char *
ln_features(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ln_loc_conf_t *llcf = conf;

    ngx_str_t   *value, *name;
    ngx_uint_t   i;

    if (llcf->features != NGX_CONF_UNSET_PTR) {
        return "is duplicate";
    }

    llcf->features = ngx_array_create(cf->pool, cf->args->nelts,
                                      sizeof(ngx_str_t));
    if (llcf->features == NULL) {
        return NGX_CONF_ERROR;
    }

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        name = ngx_array_push(llcf->features);
        *name = value[i];
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ln_init_process(ngx_cycle_t *cycle)
{
    ln_app_t     *app;
    ln_db_t     **databases;
    ngx_uint_t    i;

    app = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_legalnet_module);

    if (app == NULL || !app->used
        || (ngx_process != NGX_PROCESS_WORKER
            && ngx_process != NGX_PROCESS_SINGLE))
    {
        return NGX_OK;
    }

    databases = app->databases.elts;

    for (i = 0; i < app->databases.nelts; i++) {
        if (ln_db_start(cycle, databases[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (ln_http_start(cycle, app) != NGX_OK
        || ln_operations_start(cycle, app) != NGX_OK
        || ln_clock_start(cycle, app) != NGX_OK)
    {
        return NGX_ERROR;
    }

    return ln_sentinel(cycle, app);
}


/*
 * A worker that must quit closes its idle connections.  One that belongs to
 * nobody tells us so: streams end, jobs stop, lanes drain.
 */

static ngx_int_t
ln_sentinel(ngx_cycle_t *cycle, ln_app_t *app)
{
    ngx_connection_t  *c;

    c = ngx_get_connection(0, cycle->log);
    if (c == NULL) {
        return NGX_ERROR;
    }

    c->fd = (ngx_socket_t) -2;     /* not closed, and not free */
    c->idle = 1;
    c->data = app;
    c->read->handler = ln_quit;
    c->read->log = cycle->log;

    return NGX_OK;
}


static void
ln_quit(ngx_event_t *ev)
{
    ln_app_t          *app;
    ln_db_t          **databases;
    ngx_uint_t         i;
    ngx_connection_t  *c;

    c = ev->data;
    app = c->data;

    c->fd = (ngx_socket_t) -1;
    ngx_free_connection(c);

    ln_clock_quit(app);

    databases = app->databases.elts;

    for (i = 0; i < app->databases.nelts; i++) {
        ln_db_quit(databases[i]);
    }
}


static void
ln_exit_process(ngx_cycle_t *cycle)
{
    ln_app_t     *app;
    ln_db_t     **databases;
    ngx_uint_t    i;

    app = ngx_http_cycle_get_module_main_conf(cycle, ngx_http_legalnet_module);

    if (app == NULL || !app->used) {
        return;
    }

    ln_http_stop(app);

    databases = app->databases.elts;

    for (i = 0; i < app->databases.nelts; i++) {
        ln_db_stop(cycle, databases[i]);
    }
}
