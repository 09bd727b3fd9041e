
/*
 * Directives of the ways of signing in that ask other servers: what is wrong
 * is said at `nginx -t`, and secrets come from files.
 */

#include "auth_ways.h"


static char *auth_way_oidc(ngx_conf_t *cf, auth_oidc_conf_t *oidc);
static char *auth_way_options(ngx_conf_t *cf,
    const auth_way_option_t *options, void *way);
static char *auth_way_refuse(ngx_conf_t *cf, const char *what,
    ngx_str_t *value);
static char *auth_way_file(ngx_conf_t *cf, ngx_str_t *file);
static char *auth_way_secret(ngx_conf_t *cf, ngx_str_t *file,
    ngx_str_t *secret);
static char *auth_way_timeout(ngx_conf_t *cf, ngx_str_t *text,
    ngx_msec_t *ms);
static char *auth_way_url(ngx_conf_t *cf, const char *name, ngx_str_t *url,
    ngx_uint_t insecure);
static ngx_int_t auth_way_flag(ngx_conf_t *cf, ngx_str_t *text);
static ngx_uint_t auth_way_loopback(const u_char *p, const u_char *last);


static const auth_way_option_t  wechat_options[] = {
    { "app_id", offsetof(auth_wechat_conf_t, app_id), 1 },
    { "secret_file", offsetof(auth_wechat_conf_t, secret_file), 1 },
    { "platform", offsetof(auth_wechat_conf_t, platform), 0 },
    { "url", offsetof(auth_wechat_conf_t, url), 0 },
    { "ca_file", offsetof(auth_wechat_conf_t, ca_file), 0 },
    { "timeout", offsetof(auth_wechat_conf_t, timeout), 0 },
    { "insecure", offsetof(auth_wechat_conf_t, insecure), 0 },
    { NULL, 0, 0 }
};


static const auth_way_option_t  oidc_options[] = {
    { "issuer", offsetof(auth_oidc_conf_t, issuer), 1 },
    { "client_id", offsetof(auth_oidc_conf_t, client_id), 1 },
    { "secret_file", offsetof(auth_oidc_conf_t, secret_file), 1 },
    { "return", offsetof(auth_oidc_conf_t, back), 1 },
    { "label", offsetof(auth_oidc_conf_t, label), 0 },
    { "scope", offsetof(auth_oidc_conf_t, scope), 0 },
    { "auth", offsetof(auth_oidc_conf_t, auth), 0 },
    { "verified", offsetof(auth_oidc_conf_t, verified), 0 },
    { "verified_value", offsetof(auth_oidc_conf_t, value), 0 },
    { "name", offsetof(auth_oidc_conf_t, name), 0 },
    { "document", offsetof(auth_oidc_conf_t, document), 0 },
    { "ca_file", offsetof(auth_oidc_conf_t, ca_file), 0 },
    { "timeout", offsetof(auth_oidc_conf_t, timeout), 0 },
    { "insecure", offsetof(auth_oidc_conf_t, insecure), 0 },
    { NULL, 0, 0 }
};


char *
auth_wechat_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    auth_conf_t *conf = data;

    ngx_int_t            insecure;
    auth_wechat_conf_t  *wechat;

    if (conf->wechat) {
        return "is duplicate";
    }

    wechat = ngx_pcalloc(cf->pool, sizeof(auth_wechat_conf_t));

    if (wechat == NULL
        || auth_way_options(cf, wechat_options, wechat) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    if (wechat->url.len == 0) {
        ngx_str_set(&wechat->url, "https://api.weixin.qq.com");
    }

    if (wechat->platform.len == 0) {
        wechat->platform = wechat->app_id;
    }

    if (wechat->app_id.len > AUTH_WAY_ISSUER
        || wechat->platform.len > AUTH_WAY_ISSUER)
    {
        return auth_way_refuse(cf, "too long:", &wechat->app_id);
    }

    insecure = auth_way_flag(cf, &wechat->insecure);

    if (insecure == NGX_ERROR
        || auth_way_url(cf, "url", &wechat->url, insecure) != NGX_CONF_OK
        || auth_way_file(cf, &wechat->ca_file) != NGX_CONF_OK
        || auth_way_timeout(cf, &wechat->timeout, &wechat->ms) != NGX_CONF_OK
        || auth_way_secret(cf, &wechat->secret_file, &wechat->secret)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    conf->wechat = wechat;

    return NGX_CONF_OK;
}


char *
auth_oidc_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    auth_conf_t *conf = data;

    ngx_int_t          insecure;
    auth_oidc_conf_t  *oidc;

    if (conf->oidc) {
        return "is duplicate";
    }

    oidc = ngx_pcalloc(cf->pool, sizeof(auth_oidc_conf_t));

    if (oidc == NULL
        || auth_way_options(cf, oidc_options, oidc) != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    insecure = auth_way_flag(cf, &oidc->insecure);
    oidc->http = (insecure == 1);
    oidc->discovery = oidc->issuer;

    if (insecure == NGX_ERROR
        || auth_way_url(cf, "issuer", &oidc->discovery, insecure)
           != NGX_CONF_OK
        || auth_way_url(cf, "return", &oidc->back, insecure) != NGX_CONF_OK
        || auth_way_file(cf, &oidc->ca_file) != NGX_CONF_OK
        || auth_way_timeout(cf, &oidc->timeout, &oidc->ms) != NGX_CONF_OK
        || auth_way_secret(cf, &oidc->secret_file, &oidc->secret)
           != NGX_CONF_OK)
    {
        return NGX_CONF_ERROR;
    }

    conf->oidc = oidc;

    return auth_way_oidc(cf, oidc);
}


static char *
auth_way_oidc(ngx_conf_t *cf, auth_oidc_conf_t *oidc)
{
    static const u_char  path[] = "/.well-known/openid-configuration";

    u_char      *p;
    ngx_str_t    end = ngx_string("/api/v1/auth/oidc/return");

    if (oidc->issuer.len > AUTH_WAY_ISSUER) {
        return auth_way_refuse(cf, "too long:", &oidc->issuer);
    }

    if (oidc->back.len <= end.len
        || ngx_memcmp(oidc->back.data + oidc->back.len - end.len, end.data,
                      end.len) != 0)
    {
        return auth_way_refuse(cf, "does not end with "
                               "/api/v1/auth/oidc/return:", &oidc->back);
    }

    oidc->post = oidc->auth.len == 4
                 && ngx_strncmp(oidc->auth.data, "post", 4) == 0;

    if (oidc->auth.len && !oidc->post
        && (oidc->auth.len != 5
            || ngx_strncmp(oidc->auth.data, "basic", 5) != 0))
    {
        return auth_way_refuse(cf, "neither basic nor post:", &oidc->auth);
    }

    if ((oidc->verified.len == 0) != (oidc->name.len == 0)
        || (oidc->document.len && oidc->name.len == 0))
    {
        return auth_way_refuse(cf, "verified= and name= belong together:",
                               oidc->name.len ? &oidc->name
                                              : &oidc->verified);
    }

    if (oidc->label.len == 0) {
        ngx_str_set(&oidc->label, "OpenID Connect");
    }

    if (oidc->scope.len == 0) {
        ngx_str_set(&oidc->scope, "openid");
    }

    p = ngx_pnalloc(cf->pool, oidc->discovery.len + sizeof(path));
    if (p == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memcpy(p, oidc->discovery.data, oidc->discovery.len);
    ngx_memcpy(p + oidc->discovery.len, path, sizeof(path));
    oidc->discovery.data = p;
    oidc->discovery.len += sizeof(path) - 1;

    return NGX_CONF_OK;
}


static char *
auth_way_refuse(ngx_conf_t *cf, const char *what, ngx_str_t *value)
{
    ngx_str_t  *directive;

    directive = cf->args->elts;

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0, "\"%V\": %s \"%V\"", directive,
                       what, value);
    return NGX_CONF_ERROR;
}


static char *
auth_way_options(ngx_conf_t *cf, const auth_way_option_t *options, void *way)
{
    size_t                    n;
    ngx_str_t                *value, *field, name;
    ngx_uint_t                i;
    const auth_way_option_t  *option;

    value = cf->args->elts;

    for (i = 1; i < cf->args->nelts; i++) {

        for (option = options; option->name; option++) {
            n = ngx_strlen(option->name);

            if (value[i].len > n && value[i].data[n] == '='
                && ngx_strncmp(value[i].data, option->name, n) == 0)
            {
                break;
            }
        }

        if (option->name == NULL) {
            return auth_way_refuse(cf, "unknown option", &value[i]);
        }

        field = (ngx_str_t *) ((u_char *) way + option->offset);

        if (field->data) {
            return auth_way_refuse(cf, "twice", &value[i]);
        }

        field->data = value[i].data + ngx_strlen(option->name) + 1;
        field->len = value[i].len - ngx_strlen(option->name) - 1;
    }

    for (option = options; option->name; option++) {
        field = (ngx_str_t *) ((u_char *) way + option->offset);

        if ((option->required || field->data) && field->len == 0) {
            name.data = (u_char *) option->name;
            name.len = ngx_strlen(option->name);
            return auth_way_refuse(cf, "no value of", &name);
        }
    }

    return NGX_CONF_OK;
}


static char *
auth_way_file(ngx_conf_t *cf, ngx_str_t *file)
{
    ngx_file_info_t  fi;

    if (file->len == 0) {
        return NGX_CONF_OK;
    }

    if (ngx_conf_full_name(cf->cycle, file, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    return ngx_file_info(file->data, &fi) == NGX_FILE_ERROR
           ? auth_way_refuse(cf, "there is no file", file) : NGX_CONF_OK;
}


static char *
auth_way_secret(ngx_conf_t *cf, ngx_str_t *file, ngx_str_t *secret)
{
    ssize_t           n;
    ngx_fd_t          fd;
    ngx_file_info_t   fi;

    if (ngx_conf_full_name(cf->cycle, file, 1) != NGX_OK) {
        return NGX_CONF_ERROR;
    }

    secret->data = ngx_pcalloc(cf->pool, AUTH_WAY_SECRET);
    fd = ngx_open_file(file->data, NGX_FILE_RDONLY, NGX_FILE_OPEN, 0);

    if (secret->data == NULL || fd == NGX_INVALID_FILE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           ngx_open_file_n " \"%V\" failed", file);
        return NGX_CONF_ERROR;
    }

    if (ngx_fd_info(fd, &fi) != NGX_FILE_ERROR && (fi.st_mode & 077)) {
        ngx_conf_log_error(NGX_LOG_WARN, cf, 0,
                           "\"%V\" can be read by others: chmod 600", file);
    }

    n = ngx_read_fd(fd, secret->data, AUTH_WAY_SECRET - 1);
    (void) ngx_close_file(fd);

    secret->len = ngx_max(n, 0);
    secret->len = ngx_strlchr(secret->data, secret->data + secret->len, '\n')
                  ? (size_t) ((u_char *) ngx_strchr(secret->data, '\n')
                              - secret->data)
                  : secret->len;

    return secret->len ? NGX_CONF_OK
                       : auth_way_refuse(cf, "no secret in", file);
}


static char *
auth_way_timeout(ngx_conf_t *cf, ngx_str_t *text, ngx_msec_t *ms)
{
    ngx_int_t  n;

    *ms = AUTH_WAY_TIMEOUT;

    if (text->len) {
        n = ngx_parse_time(text, 0);

        if (n == NGX_ERROR || n < 1 || n > 60000) {
            return auth_way_refuse(cf, "no time from 1ms to 60s:", text);
        }

        *ms = n;
    }

    return NGX_CONF_OK;
}


static char *
auth_way_url(ngx_conf_t *cf, const char *name, ngx_str_t *url,
    ngx_uint_t insecure)
{
    u_char     *p;
    ngx_str_t   text;

    for (p = url->data; p < url->data + url->len; p++) {
        if (*p <= ' ' || *p > '~' || *p == '?' || *p == '#' || *p == '@') {
            return auth_way_refuse(cf, "no plain address:", url);
        }
    }

    while (url->len && url->data[url->len - 1] == '/') {
        url->len--;
    }

    text.len = url->len;
    text.data = ngx_pcalloc(cf->pool, url->len + 1);
    if (text.data == NULL) {
        return NGX_CONF_ERROR;
    }

    ngx_memcpy(text.data, url->data, url->len);
    *url = text;

    if (!auth_way_secure(url, insecure)) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "\"%s=%V\" does not begin with https://", name,
                           url);
        return NGX_CONF_ERROR;
    }

    return NGX_CONF_OK;
}


static ngx_int_t
auth_way_flag(ngx_conf_t *cf, ngx_str_t *text)
{
    if (text->len == 2 && ngx_strncmp(text->data, "on", 2) == 0) {
        return 1;
    }

    if (text->len == 0
        || (text->len == 3 && ngx_strncmp(text->data, "off", 3) == 0))
    {
        return 0;
    }

    (void) auth_way_refuse(cf, "neither on nor off:", text);

    return NGX_ERROR;
}


ngx_uint_t
auth_way_secure(const ngx_str_t *url, ngx_uint_t insecure)
{
    if (url->len > 8 && ngx_strncmp(url->data, "https://", 8) == 0) {
        return 1;
    }

    return insecure && url->len > 7
           && ngx_strncmp(url->data, "http://", 7) == 0
           && auth_way_loopback(url->data + 7, url->data + url->len);
}


static ngx_uint_t
auth_way_loopback(const u_char *p, const u_char *last)
{
    static const ngx_str_t  names[] = {
        ngx_string("127.0.0.1"), ngx_string("[::1]"), ngx_string("localhost")
    };

    size_t      n;
    ngx_uint_t  i;

    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        n = names[i].len;

        if ((size_t) (last - p) >= n
            && ngx_strncmp(p, names[i].data, n) == 0
            && (p + n == last || p[n] == ':' || p[n] == '/'))
        {
            return 1;
        }
    }

    return 0;
}
