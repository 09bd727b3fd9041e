
/*
 * What a request says about where it comes from: cookies, origin, device,
 * address.  Of device and address only keyed hashes go further than this file.
 */

#include "auth.h"


static ngx_uint_t auth_https(ngx_http_request_t *r);
static ngx_int_t auth_device(ln_request_t *lr, ngx_uint_t cookie);
static ngx_int_t auth_address(ln_request_t *lr);


auth_ctx_t *
auth_ctx(ngx_http_request_t *r)
{
    auth_ctx_t  *ctx;

    ctx = ngx_http_get_module_ctx(r, ngx_http_legalnet_auth_module);

    if (ctx == NULL) {
        ctx = ngx_pcalloc(r->pool, sizeof(auth_ctx_t));
        ngx_http_set_ctx(r, ctx, ngx_http_legalnet_auth_module);
    }

    return ctx;
}


static ngx_table_elt_t *
auth_header_next(ngx_http_request_t *r, const char *name,
    ngx_list_part_t **part, ngx_uint_t *i)
{
    size_t            len;
    ngx_table_elt_t  *h;

    len = ngx_strlen(name);

    for ( /* void */ ; *part; *part = (*part)->next, *i = 0) {
        h = (*part)->elts;

        while (*i < (*part)->nelts) {
            h = (ngx_table_elt_t *) (*part)->elts + (*i)++;

            if (h->key.len == len
                && ngx_strncasecmp(h->key.data, (u_char *) name, len) == 0)
            {
                return h;
            }
        }
    }

    return NULL;
}


ngx_str_t *
auth_header(ngx_http_request_t *r, const char *name)
{
    ngx_uint_t        i;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    i = 0;
    part = &r->headers_in.headers.part;
    h = auth_header_next(r, name, &part, &i);

    return h ? &h->value : NULL;
}


ngx_int_t
auth_header_add(ngx_http_request_t *r, const char *name, ngx_str_t *value)
{
    ngx_table_elt_t  *h;

    h = ngx_list_push(&r->headers_out.headers);
    if (h == NULL) {
        return NGX_ERROR;
    }

    ngx_memzero(h, sizeof(ngx_table_elt_t));

    h->hash = 1;
    h->key.data = (u_char *) name;
    h->key.len = ngx_strlen(name);
    h->value = *value;

    return NGX_OK;
}


ngx_int_t
auth_cookie_read(ngx_http_request_t *r, const char *name, ngx_str_t *value)
{
    size_t            n;
    ngx_uint_t        i;
    const char       *text;
    auth_cookie_e     found;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *h;

    i = 0;
    n = 0;
    text = NULL;
    found = AUTH_COOKIE_ABSENT;
    part = &r->headers_in.headers.part;

    while ((h = auth_header_next(r, "Cookie", &part, &i)) != NULL) {
        found = auth_cookie_find((char *) h->value.data, h->value.len, name,
                                 found, &text, &n);
    }

    if (found != AUTH_COOKIE_FOUND || n == 0) {
        return NGX_DECLINED;
    }

    value->data = (u_char *) text;
    value->len = n;

    return NGX_OK;
}


/*
 * Behind a server that ends TLS neither the connection nor the Host header says
 * what the browser sees: the operator does.
 */

char *
auth_origin_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data)
{
    auth_conf_t *conf = data;

    u_char      *p, *last;
    ngx_str_t   *value;

    value = (ngx_str_t *) cf->args->elts + 1;

    if (conf->site.len) {
        return "is duplicate";
    }

    conf->site_https = ngx_strncasecmp(value->data, (u_char *) "https://", 8)
                       == 0;

    if (!conf->site_https
        && ngx_strncasecmp(value->data, (u_char *) "http://", 7) != 0)
    {
        return "begins with neither https:// nor http://";
    }

    conf->site.data = value->data + (conf->site_https ? 8 : 7);
    last = value->data + value->len;

    for (p = conf->site.data; p < last; p++) {
        if (*p <= ' ' || *p > '~' || ngx_strchr("/?#@,;\"\\", *p)) {
            return "is scheme, host and port only";
        }
    }

    conf->site.len = last - conf->site.data;

    return conf->site.len ? NGX_CONF_OK : "names no host";
}


static ngx_uint_t
auth_https(ngx_http_request_t *r)
{
    auth_conf_t  *conf;

    conf = auth_conf(r);

    if (conf->site.len) {
        return conf->site_https;
    }

#if (NGX_HTTP_SSL)
    return r->connection->ssl != NULL;
#else
    return 0;
#endif
}


/*
 * The prefixes are promises that browsers keep: __Host- may only be set for
 * the whole host over TLS; the refresh token has a path, so it is __Secure-.
 */

const char *
auth_cookie_name(ngx_http_request_t *r, auth_cookie_kind kind)
{
    static const char *const  names[][2] = {
        { "ln_at", "__Host-ln_at" },
        { "ln_rt", "__Secure-ln_rt" },
        { "ln_dv", "__Secure-ln_dv" },
        { "ln_oidc", "__Secure-ln_oidc" },
        { "ln_bind", "__Secure-ln_bind" }
    };

    return names[kind][auth_https(r) ? 1 : 0];
}


ngx_int_t
auth_cookie_write(ngx_http_request_t *r, auth_cookie_kind kind,
    const void *value, size_t len, long seconds)
{
    u_char         *api;
    ngx_str_t       text;
    auth_cookie_t   cookie;

    api = ngx_strnstr(r->uri.data, "/api/v1/", r->uri.len);

    ngx_memzero(&cookie, sizeof(auth_cookie_t));

    cookie.name = auth_cookie_name(r, kind);
    cookie.value = value;
    cookie.nvalue = len;
    cookie.seconds = seconds;
    cookie.secure = auth_https(r);
    cookie.prefix = (char *) r->uri.data;
    cookie.nprefix = (kind == AUTH_ACCESS || api == NULL)
                     ? 0 : (size_t) (api - r->uri.data);
    cookie.lax = (kind == AUTH_AWAY);
    cookie.path = (kind == AUTH_ACCESS) ? "/"
                  : (kind == AUTH_AWAY) ? "/api/v1/auth/oidc/"
                  : (kind == AUTH_BINDING) ? "/api/v1/me/oidc"
                                           : "/api/v1/auth/";

    text.data = ngx_pnalloc(r->pool, AUTH_COOKIE_MAX);
    if (text.data == NULL) {
        return NGX_ERROR;
    }

    text.len = auth_cookie_print(&cookie, (char *) text.data);

    return text.len ? auth_header_add(r, "Set-Cookie", &text) : NGX_ERROR;
}


/*
 * Browsers send Sec-Fetch-Site, or Origin with everything but GET and HEAD;
 * who sends neither is no browser, and has no business with cookies.
 */

ngx_uint_t
auth_origin_ours(ngx_http_request_t *r)
{
    ngx_str_t  *site, *origin, *host;

    site = auth_header(r, "Sec-Fetch-Site");
    origin = auth_header(r, "Origin");
    host = auth_conf(r)->site.len ? &auth_conf(r)->site
                                  : auth_header(r, "Host");

    if (site && !(site->len == 11
                  && ngx_strncmp(site->data, "same-origin", 11) == 0))
    {
        return 0;
    }

    if (origin == NULL) {
        return site != NULL;
    }

    return host && auth_origin_is((char *) origin->data, origin->len,
                                  auth_https(r) ? "https" : "http",
                                  (char *) host->data, host->len);
}


ngx_int_t
auth_place(ln_request_t *lr, ngx_uint_t cookie)
{
    if (auth_address(lr) != NGX_OK || auth_device(lr, cookie) != NGX_OK) {
        return auth_broken(lr);
    }

    return NGX_OK;
}


/* A browser is told a name by cookie; what is no browser says its own. */

static ngx_int_t
auth_device(ln_request_t *lr, ngx_uint_t cookie)
{
    u_char               octets[32];
    ngx_str_t            value;
    auth_ctx_t          *ctx;
    const ln_value_t    *device;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);
    ctx = auth_ctx(r);
    device = ln_param(lr, "device");

    if (ctx == NULL) {
        return NGX_ERROR;
    }

    if (device->set) {
        ctx->device = device->string;

    } else if (auth_cookie_read(r, auth_cookie_name(r, AUTH_DEVICE), &value)
               == NGX_OK
               && value.len >= AUTH_DEVICE_MIN && value.len <= AUTH_DEVICE_MAX)
    {
        ctx->device = value;

    } else if (cookie) {
        ctx->device.data = ngx_pnalloc(r->pool, AUTH_BASE64(32));

        if (ctx->device.data == NULL || !auth_random(octets, 32)) {
            return NGX_ERROR;
        }

        ctx->device.len = auth_base64_encode(octets, 32,
                                             (char *) ctx->device.data);
        ctx->device_new = 1;
    }

    return ctx->device.len ? auth_set_index(lr, "device_index",
                                            "session.device", &ctx->device)
                           : NGX_OK;
}


static ngx_int_t
auth_address(ln_request_t *lr)
{
    u_char               hex[2 * AUTH_ADDRESS];
    ngx_str_t            text;
    unsigned char        address[AUTH_ADDRESS];
    struct sockaddr     *sa;
    struct sockaddr_in  *sin;

#if (NGX_HAVE_INET6)
    struct sockaddr_in6  *sin6;
#endif

    ngx_memzero(address, sizeof(address));
    sa = ln_http_request(lr)->connection->sockaddr;

    if (sa->sa_family == AF_INET) {
        sin = (struct sockaddr_in *) sa;
        auth_address_v4((unsigned char *) &sin->sin_addr, address);
    }

#if (NGX_HAVE_INET6)
    if (sa->sa_family == AF_INET6) {
        sin6 = (struct sockaddr_in6 *) sa;
        auth_address_v6(sin6->sin6_addr.s6_addr, address);
    }
#endif

    text.data = hex;
    text.len = ngx_hex_dump(hex, address, AUTH_ADDRESS) - hex;

    return auth_set_index(lr, "address_index", "session.address", &text);
}


ngx_int_t
auth_set_index(ln_request_t *lr, const char *name, const char *field,
    const ngx_str_t *text)
{
    u_char  index[16];

    if (ln_blind(lr, field, text, index) != NGX_OK) {
        return NGX_ERROR;
    }

    return auth_set_bytes(lr, name, index, 16);
}


ngx_int_t
auth_set_bytes(ln_request_t *lr, const char *name, const void *data,
    size_t len)
{
    u_char  *copy;

    copy = ngx_pnalloc(ln_pool(lr), len ? len : 1);
    if (copy == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(copy, data, len);

    return ln_set_string(lr, name, copy, len);
}


ngx_int_t
auth_set_uuid(ln_request_t *lr, const char *name, const u_char id[16])
{
    return auth_set_bytes(lr, name, id, 16);
}


ngx_int_t
auth_set_text(ln_request_t *lr, const char *name, const char *text)
{
    return ln_set_string(lr, name, text, ngx_strlen(text));
}


ngx_uint_t
auth_param_is(ln_request_t *lr, const char *name, const char *text)
{
    const ln_value_t  *value;

    value = ln_param(lr, name);

    return value->set && value->string.len == ngx_strlen(text)
           && ngx_memcmp(value->string.data, text, value->string.len) == 0;
}


ngx_int_t
auth_secret(ln_request_t *lr, const char *purpose, u_char key[32])
{
    ngx_str_t  text;

    text.data = (u_char *) purpose;
    text.len = ngx_strlen(purpose);

    return ln_blind(lr, "auth.secret.first", &text, key) == NGX_OK
           && ln_blind(lr, "auth.secret.second", &text, key + 16) == NGX_OK
           ? NGX_OK : NGX_ERROR;
}


ngx_int_t
auth_broken(ln_request_t *lr)
{
    return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
}


ngx_int_t
auth_too_many(ln_request_t *lr, const char *code, int64_t seconds)
{
    ngx_str_t  text;

    text.data = ngx_pnalloc(ln_pool(lr), NGX_INT64_LEN);

    if (text.data) {
        text.len = ngx_sprintf(text.data, "%L", ngx_max(seconds, 1))
                   - text.data;
        (void) auth_header_add(ln_http_request(lr), "Retry-After", &text);
    }

    return ln_fail(lr, NGX_HTTP_TOO_MANY_REQUESTS, code);
}
