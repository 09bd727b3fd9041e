
/*
 * The block `legalnet_database NAME { … }`.  Its directives are rows of a
 * table; what is wrong is said at `nginx -t` with the directive and the value.
 * The password comes from a file, so that `nginx -T` does not print it.
 */

#include "ln_db_internal.h"


#define LN_DB_PORT           3306
#define LN_DB_MAX_PASSWORD   4096
#define LN_DB_MAX_LANE       64      /* connections; workers multiply it */
#define LN_DB_MAX_QUEUE      65536


typedef struct {
    const char  *name;
    ngx_uint_t   min;
    ngx_uint_t   max;
    char      *(*set)(ngx_conf_t *cf, ln_db_t *db, void *field);
    size_t       offset;
} ln_db_directive_t;


static char *ln_db_directive(ngx_conf_t *cf, ngx_command_t *dummy,
    void *conf);
static char *ln_db_conf_host(ngx_conf_t *cf, ln_db_t *db, void *field);
static char *ln_db_conf_str(ngx_conf_t *cf, ln_db_t *db, void *field);
static char *ln_db_conf_password(ngx_conf_t *cf, ln_db_t *db, void *field);
static ngx_int_t ln_db_read_password(ngx_conf_t *cf, ngx_str_t *path,
    ngx_fd_t fd, ngx_str_t *password);
static char *ln_db_conf_flag(ngx_conf_t *cf, ln_db_t *db, void *field);
static char *ln_db_conf_path(ngx_conf_t *cf, ln_db_t *db, void *field);
static char *ln_db_conf_time(ngx_conf_t *cf, ln_db_t *db, void *field);
static char *ln_db_conf_lane(ngx_conf_t *cf, ln_db_t *db, void *field);
static char *ln_db_conf_circuit(ngx_conf_t *cf, ln_db_t *db, void *field);
static ngx_int_t ln_db_option(ngx_str_t *arg, const char *name,
    ngx_str_t *value);
static char *ln_db_conf_error(ngx_conf_t *cf, const char *what,
    ngx_str_t *value);
static void ln_db_conf_init(ln_db_t *db);
static char *ln_db_conf_check(ngx_conf_t *cf, ln_db_t *db);


static const ln_db_directive_t  ln_db_directives[] = {
    { "host", 1, 8, ln_db_conf_host, 0 },
    { "database", 1, 1, ln_db_conf_str, offsetof(ln_db_t, database) },
    { "user", 1, 1, ln_db_conf_str, offsetof(ln_db_t, user) },
    { "password_file", 1, 1, ln_db_conf_password, 0 },
    { "tls", 1, 1, ln_db_conf_flag, offsetof(ln_db_t, tls) },
    { "tls_ca", 1, 1, ln_db_conf_path, offsetof(ln_db_t, tls_ca) },
    { "tls_verify", 1, 1, ln_db_conf_flag, offsetof(ln_db_t, tls_verify) },
    { "connect_timeout", 1, 1, ln_db_conf_time,
      offsetof(ln_db_t, connect_timeout) },
    { "lane", 2, 4, ln_db_conf_lane, 0 },
    { "circuit", 1, 2, ln_db_conf_circuit, 0 },
    { NULL, 0, 0, NULL, 0 }
};


/* What a lane is unless the configuration says otherwise. */
static const struct {
    const char  *name;
    ngx_uint_t   connections;
    ngx_uint_t   limit;
    ngx_msec_t   timeout;
} ln_db_lanes[] = {
    { "default", 0, 0, 0 },
    { "point", 1, 1024, 2000 },
    { "read", 4, 256, 2000 },
    { "write", 8, 256, 5000 },
    { "report", 1, 16, 30000 }
};

_Static_assert(sizeof(ln_db_lanes) / sizeof(ln_db_lanes[0]) == LN_LANES,
               "a row for every lane");


char *
ln_db_block(ngx_conf_t *cf, ngx_array_t *databases)
{
    char         *rv;
    ln_db_t      *db, **dbs;
    ngx_str_t    *value, threads;
    ngx_uint_t    i;
    ngx_conf_t    save;

    value = cf->args->elts;
    dbs = databases->elts;

    for (i = 0; i < databases->nelts; i++) {
        if (dbs[i]->name.len == value[1].len
            && ngx_strncmp(dbs[i]->name.data, value[1].data, value[1].len)
               == 0)
        {
            return ln_db_conf_error(cf, "duplicate", &value[1]);
        }
    }

    db = ngx_pcalloc(cf->pool, sizeof(ln_db_t));
    dbs = ngx_array_push(databases);

    if (db == NULL || dbs == NULL
        || ngx_array_init(&db->hosts, cf->pool, 2, sizeof(ln_db_host_t))
           != NGX_OK)
    {
        return NGX_CONF_ERROR;
    }

    *dbs = db;
    db->name = value[1];
    ln_db_conf_init(db);

    /* threads that only connect, or nginx's own when none are set apart */
    ngx_str_set(&threads, "legalnet_db");
    db->threads = ngx_thread_pool_get((ngx_cycle_t *) cf->cycle, &threads);

    if (db->threads == NULL) {
        db->threads = ngx_thread_pool_add(cf, NULL);
        if (db->threads == NULL) {
            return NGX_CONF_ERROR;
        }
    }

    save = *cf;
    cf->handler = ln_db_directive;
    cf->handler_conf = (char *) db;

    rv = ngx_conf_parse(cf, NULL);

    *cf = save;

    if (rv != NGX_CONF_OK) {
        return rv;
    }

    return ln_db_conf_check(cf, db);
}


static void
ln_db_conf_init(ln_db_t *db)
{
    ln_lane_t   *lane;
    ngx_uint_t   i;

    db->tls = NGX_CONF_UNSET;
    db->tls_verify = NGX_CONF_UNSET;
    db->connect_timeout = NGX_CONF_UNSET_MSEC;
    db->failures_max = 3;
    db->backoff_max = 800;

    for (i = 0; i < LN_LANES; i++) {
        lane = &db->lanes[i];
        lane->db = db;
        lane->name = ln_db_lanes[i].name;
        lane->connections = ln_db_lanes[i].connections;
        lane->limit = ln_db_lanes[i].limit;
        lane->timeout = ln_db_lanes[i].timeout;
    }
}


static char *
ln_db_directive(ngx_conf_t *cf, ngx_command_t *dummy, void *conf)
{
    ln_db_t                  *db;
    ngx_str_t                *value;
    const ln_db_directive_t  *d;

    db = conf;
    value = cf->args->elts;

    for (d = ln_db_directives; d->name; d++) {
        if (ngx_strcmp(d->name, value[0].data) != 0) {
            continue;
        }

        if (cf->args->nelts - 1 < d->min || cf->args->nelts - 1 > d->max) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "invalid number of arguments in \"%V\"",
                               &value[0]);
            return NGX_CONF_ERROR;
        }

        return d->set(cf, db, (char *) db + d->offset);
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "unknown directive \"%V\" in \"legalnet_database\"",
                       &value[0]);
    return NGX_CONF_ERROR;
}


/* host unix:/path; host name; host name:port; host [address]:port; several */

static char *
ln_db_conf_host(ngx_conf_t *cf, ln_db_t *db, void *field)
{
    ngx_url_t      u;
    ngx_str_t     *value;
    ngx_uint_t     i;
    ln_db_host_t  *host;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {
        ngx_memzero(&u, sizeof(ngx_url_t));
        u.url = value[i];
        u.default_port = LN_DB_PORT;
        u.no_resolve = 1;

        if (ngx_parse_url(cf->pool, &u) != NGX_OK) {
            return ln_db_conf_error(cf, u.err ? u.err : "invalid",
                                    &value[i]);
        }

        host = ngx_array_push(&db->hosts);
        if (host == NULL) {
            return NGX_CONF_ERROR;
        }

        ngx_memzero(host, sizeof(ln_db_host_t));
        host->name = value[i];

        if (u.family == AF_UNIX) {
            host->socket = (char *) value[i].data + sizeof("unix:") - 1;
            continue;
        }

        host->port = u.port;
        host->host = ngx_pnalloc(cf->pool, u.host.len + 1);
        if (host->host == NULL) {
            return NGX_CONF_ERROR;
        }

        (void) ngx_cpystrn((u_char *) host->host, u.host.data,
                           u.host.len + 1);
    }

    return NGX_CONF_OK;
}


static char *
ln_db_conf_str(ngx_conf_t *cf, ln_db_t *db, void *field)
{
    ngx_str_t  *value, *str;

    value = cf->args->elts;
    str = field;

    if (str->data) {
        return ln_db_conf_error(cf, "duplicate", &value[1]);
    }

    *str = value[1];

    return NGX_CONF_OK;
}


static char *
ln_db_conf_path(ngx_conf_t *cf, ln_db_t *db, void *field)
{
    ngx_str_t  *path;

    if (ln_db_conf_str(cf, db, field) != NGX_CONF_OK) {
        return NGX_CONF_ERROR;
    }

    path = field;

    if (ngx_conf_full_name(cf->cycle, path, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    if (access((char *) path->data, R_OK) == -1) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "cannot read \"%V\"", path);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static char *
ln_db_conf_password(ngx_conf_t *cf, ln_db_t *db, void *field)
{
    ngx_fd_t          fd;
    ngx_int_t         rc;
    ngx_str_t        *value, path;
    ngx_file_info_t   fi;

    value = cf->args->elts;
    path = value[1];

    if (db->password.data) {
        return ln_db_conf_error(cf, "duplicate", &value[1]);
    }

    if (ngx_conf_full_name(cf->cycle, &path, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    fd = ngx_open_file(path.data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);
    if (fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", &path);
        return NGX_CONF_ERROR;
    }

    if (ngx_fd_info(fd, &fi) != NGX_FILE_ERROR && (fi.st_mode & 077)) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%V\" can be read by others: chmod 600", &path);
    }

    rc = ln_db_read_password(cf, &path, fd, &db->password);

    if (ngx_close_file(fd) == NGX_FILE_ERROR) {
        ngx_conf_log_error(NGX_LOG_ALERT, cf, ngx_errno,
                           ngx_close_file_n " \"%V\" failed", &path);
    }

    return rc == NGX_OK ? NGX_CONF_OK : NGX_CONF_ERROR;
}


/* The first line. */

static ngx_int_t
ln_db_read_password(ngx_conf_t *cf, ngx_str_t *path, ngx_fd_t fd,
    ngx_str_t *password)
{
    u_char   *p;
    ssize_t   n;

    p = ngx_pcalloc(cf->pool, LN_DB_MAX_PASSWORD + 1);
    if (p == NULL) {
        return NGX_ERROR;
    }

    n = ngx_read_fd(fd, p, LN_DB_MAX_PASSWORD);

    if (n == -1) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_read_fd_n " \"%V\" failed", path);
        return NGX_ERROR;
    }

    password->data = p;
    password->len = strcspn((char *) p, "\r\n");
    p[password->len] = '\0';

    if (password->len == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\" is empty", path);
        return NGX_ERROR;
    }

    return NGX_OK;
}


static char *
ln_db_conf_flag(ngx_conf_t *cf, ln_db_t *db, void *field)
{
    ngx_str_t   *value;
    ngx_flag_t  *flag;

    value = cf->args->elts;
    flag = field;

    if (*flag != NGX_CONF_UNSET) {
        return ln_db_conf_error(cf, "duplicate", &value[1]);
    }

    if (ngx_strcmp(value[1].data, "on") == 0) {
        *flag = 1;
        return NGX_CONF_OK;
    }

    if (ngx_strcmp(value[1].data, "off") == 0) {
        *flag = 0;
        return NGX_CONF_OK;
    }

    return ln_db_conf_error(cf, "neither \"on\" nor \"off\"", &value[1]);
}


static char *
ln_db_conf_time(ngx_conf_t *cf, ln_db_t *db, void *field)
{
    ngx_int_t    ms;
    ngx_str_t   *value;
    ngx_msec_t  *time;

    value = cf->args->elts;
    time = field;

    ms = ngx_parse_time(&value[1], 0);

    if (ms == NGX_ERROR || ms == 0) {
        return ln_db_conf_error(cf, "invalid time", &value[1]);
    }

    *time = ms;

    return NGX_CONF_OK;
}


/* lane NAME [connections=N] [queue=N] [timeout=TIME] */

static char *
ln_db_conf_lane(ngx_conf_t *cf, ln_db_t *db, void *field)
{
    ngx_int_t    n;
    ngx_str_t   *arg, value;
    ln_lane_t   *lane;
    ngx_uint_t   i;

    arg = cf->args->elts;
    lane = NULL;

    for (i = LN_LANE_POINT; i < LN_LANES; i++) {
        if (ngx_strcmp(arg[1].data, db->lanes[i].name) == 0) {
            lane = &db->lanes[i];
        }
    }

    if (lane == NULL) {
        return ln_db_conf_error(cf, "unknown lane", &arg[1]);
    }

    for (i = 2; i < cf->args->nelts; i++) {

        if (ln_db_option(&arg[i], "connections=", &value) == NGX_OK) {
            n = ngx_atoi(value.data, value.len);
            if (n < 1 || n > LN_DB_MAX_LANE) {
                return ln_db_conf_error(cf, "not between 1 and 64", &arg[i]);
            }

            lane->connections = n;
            continue;
        }

        if (ln_db_option(&arg[i], "queue=", &value) == NGX_OK) {
            n = ngx_atoi(value.data, value.len);
            if (n < 1 || n > LN_DB_MAX_QUEUE) {
                return ln_db_conf_error(cf, "not between 1 and 65536",
                                        &arg[i]);
            }

            lane->limit = n;
            continue;
        }

        if (ln_db_option(&arg[i], "timeout=", &value) == NGX_OK) {
            n = ngx_parse_time(&value, 0);
            if (n == NGX_ERROR || n == 0) {
                return ln_db_conf_error(cf, "invalid time", &arg[i]);
            }

            lane->timeout = n;
            continue;
        }

        return ln_db_conf_error(cf, "unknown parameter", &arg[i]);
    }

    return NGX_CONF_OK;
}


/* circuit [failures=N] [retry=TIME] */

static char *
ln_db_conf_circuit(ngx_conf_t *cf, ln_db_t *db, void *field)
{
    ngx_int_t    n;
    ngx_str_t   *arg, value;
    ngx_uint_t   i;

    arg = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        if (ln_db_option(&arg[i], "failures=", &value) == NGX_OK) {
            n = ngx_atoi(value.data, value.len);
            if (n < 1) {
                return ln_db_conf_error(cf, "invalid number", &arg[i]);
            }

            db->failures_max = n;
            continue;
        }

        if (ln_db_option(&arg[i], "retry=", &value) == NGX_OK) {
            n = ngx_parse_time(&value, 0);
            if (n == NGX_ERROR || n < LN_DB_BACKOFF) {
                return ln_db_conf_error(cf, "not a time of 100ms or more",
                                        &arg[i]);
            }

            db->backoff_max = n;
            continue;
        }

        return ln_db_conf_error(cf, "unknown parameter", &arg[i]);
    }

    return NGX_CONF_OK;
}


static ngx_int_t
ln_db_option(ngx_str_t *arg, const char *name, ngx_str_t *value)
{
    size_t  n;

    n = ngx_strlen(name);

    if (arg->len < n || ngx_strncmp(arg->data, name, n) != 0) {
        return NGX_DECLINED;
    }

    value->data = arg->data + n;
    value->len = arg->len - n;

    return NGX_OK;
}


static char *
ln_db_conf_error(ngx_conf_t *cf, const char *what, ngx_str_t *value)
{
    ngx_str_t  *directive;

    directive = cf->args->elts;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "%s: \"%V\" in \"%V\"", what,
                       value, directive);

    return NGX_CONF_ERROR;
}


static char *
ln_db_conf_check(ngx_conf_t *cf, ln_db_t *db)
{
    const char  *missing;

    missing = NULL;

    if (db->hosts.nelts == 0) {
        missing = "host";

    } else if (db->database.len == 0) {
        missing = "database";

    } else if (db->user.len == 0) {
        missing = "user";

    } else if (db->tls == 1 && db->tls_verify == 1 && db->tls_ca.len == 0) {
        missing = "tls_ca";
    }

    if (missing) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "no \"%s\" in \"legalnet_database %V\"", missing,
                           &db->name);
        return NGX_CONF_ERROR;
    }

    ngx_conf_init_value(db->tls, 0);
    ngx_conf_init_value(db->tls_verify, db->tls_ca.len != 0);
    ngx_conf_init_msec_value(db->connect_timeout, 3000);

    return NGX_CONF_OK;
}
