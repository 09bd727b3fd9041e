
/*
 * GET /auth/oidc/start: away to the identity provider, and how we know the
 * browser again when it comes back.
 */

#include "auth_oidc.h"


#define OIDC_SLACK  256                /* names of parameters, and the ends */


static ngx_int_t away_new(ln_request_t *lr, const ngx_str_t *path,
    const u_char *session, auth_away_t *away);
static ngx_int_t away_parts(auth_away_t *away, int64_t now);
static ngx_int_t away_session(auth_away_t *away, const u_char *p, size_t n);
static ngx_int_t away_secrets(ln_request_t *lr, auth_away_t *away);
static ngx_int_t oidc_go(ln_request_t *lr, void *data);


const ln_param_t  auth_oidc_start_in[] = {

    { .name = "return", .type = LN_STRING, .in = LN_QUERY, .min = 1,
      .max = AUTH_AWAY_PATH, .fallback = "/",
      .summary = "Where to go afterwards: a path of the portal",
      .example = "/me" },

    { .name = NULL }
};


/*
 * Browsers take a backslash for a slash, "//host" for another host, and ".."
 * out of the folder where the portal is mounted; the API is no page.
 */

ngx_uint_t
auth_away_path(const ngx_str_t *path)
{
    u_char      *p, *last;
    ngx_uint_t   query;

    p = path->data;
    last = p + path->len;
    query = 0;

    if (path->len == 0 || path->len > AUTH_AWAY_PATH || *p != '/'
        || (path->len >= 5 && ngx_strncasecmp(p, (u_char *) "/api/", 5) == 0))
    {
        return 0;
    }

    for ( /* void */ ; p < last; p++) {

        if (*p <= ' ' || *p > '~' || *p == '\\') {
            return 0;
        }

        query |= (*p == '?' || *p == '#');

        if (!query
            && (*p == '%' || *p == ':'
                || (*p == '/' && p + 1 < last
                    && (p[1] == '/' || p[1] == '.'))))
        {
            return 0;
        }
    }

    return 1;
}


ngx_int_t
auth_away_go(ln_request_t *lr, const void *path, size_t n)
{
    u_char              *api;
    ngx_str_t            location;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);
    api = ngx_strnstr(r->uri.data, "/api/v1/", r->uri.len);

    location.data = ngx_pnalloc(r->pool, r->uri.len + n);
    if (location.data == NULL) {
        return auth_broken(lr);
    }

    location.len = api ? (size_t) (api - r->uri.data) : 0;
    ngx_memcpy(location.data, r->uri.data, location.len);
    ngx_memcpy(location.data + location.len, path, n);
    location.len += n;

    return auth_header_add(r, "Location", &location) == NGX_OK
           ? ln_respond_json(lr, NGX_HTTP_SEE_OTHER, NULL) : auth_broken(lr);
}


static ngx_int_t
away_new(ln_request_t *lr, const ngx_str_t *path, const u_char *session,
    auth_away_t *away)
{
    u_char              *p;
    ngx_str_t            device;
    unsigned char        octets[32];
    ngx_http_request_t  *r;

    r = ln_http_request(lr);

    if (!auth_random(octets, sizeof(octets))) {
        return NGX_ERROR;
    }

    p = away->cookie;
    p += auth_base64_encode(octets, sizeof(octets), (char *) p);
    p = ngx_sprintf(p, ".%L.", ln_now(r) / 1000000 + AUTH_AWAY_LIFE);
    p += auth_base64_encode(path->data, path->len, (char *) p);
    *p++ = '.';

    if (session) {
        p += auth_base64_encode(session, 16, (char *) p);
    }

    *p++ = '.';

    if (auth_cookie_read(r, auth_cookie_name(r, AUTH_DEVICE), &device)
        == NGX_OK
        && device.len >= AUTH_DEVICE_MIN && device.len <= AUTH_DEVICE_MAX)
    {
        p = ngx_cpymem(p, device.data, device.len);
    }

    away->ncookie = p - away->cookie;
    auth_wipe(octets, sizeof(octets));

    return away_secrets(lr, away);
}


ngx_int_t
auth_away_read(ln_request_t *lr, auth_away_t *away)
{
    ngx_str_t            value;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);

    return auth_cookie_read(r, auth_cookie_name(r, AUTH_AWAY), &value)
           == NGX_OK
           ? auth_away_parse(lr, &value, away) : NGX_DECLINED;
}


ngx_int_t
auth_away_parse(ln_request_t *lr, const ngx_str_t *text, auth_away_t *away)
{
    if (text->len > AUTH_AWAY_COOKIE) {
        return NGX_DECLINED;
    }

    away->ncookie = text->len;
    ngx_memcpy(away->cookie, text->data, text->len);

    return away_parts(away, ln_now(ln_http_request(lr)) / 1000000) == NGX_OK
           ? away_secrets(lr, away) : NGX_DECLINED;
}


static ngx_int_t
away_parts(auth_away_t *away, int64_t now)
{
    u_char     *until, *back, *session, *device, *last;
    time_t      seconds;
    ptrdiff_t   n;
    ngx_str_t   path;

    if (away->ncookie < AUTH_VERIFIER + 1
        || away->cookie[AUTH_VERIFIER] != '.')
    {
        return NGX_DECLINED;
    }

    until = away->cookie + AUTH_VERIFIER + 1;
    last = away->cookie + away->ncookie;
    back = ngx_strlchr(until, last, '.');
    session = back ? ngx_strlchr(back + 1, last, '.') : NULL;
    device = session ? ngx_strlchr(session + 1, last, '.') : NULL;

    if (device == NULL || last - device - 1 > AUTH_DEVICE_MAX
        || away_session(away, session + 1, device - session - 1) != NGX_OK)
    {
        return NGX_DECLINED;
    }

    seconds = ngx_atotm(until, back - until);
    n = auth_base64_decode((char *) back + 1, session - back - 1, away->path,
                           sizeof(away->path));

    path.data = away->path;
    path.len = n < 0 ? 0 : n;

    if (seconds == NGX_ERROR || seconds < now || !auth_away_path(&path)) {
        return NGX_DECLINED;
    }

    away->npath = path.len;
    away->ndevice = last - device - 1;
    ngx_memcpy(away->device, device + 1, away->ndevice);

    return NGX_OK;
}


static ngx_int_t
away_session(auth_away_t *away, const u_char *p, size_t n)
{
    away->binds = n > 0;

    return n == 0
           || auth_base64_decode((char *) p, n, away->session, 16) == 16
           ? NGX_OK : NGX_DECLINED;
}


/* `state` is the proof of the whole cookie; the others of its random part. */

static ngx_int_t
away_secrets(ln_request_t *lr, auth_away_t *away)
{
    u_char         key[AUTH_HASH];
    ngx_uint_t     i;
    unsigned char  hash[AUTH_HASH];

    const struct {
        const char  *label;
        size_t       n;
        u_char      *out;
    } secrets[] = {
        { "state",    away->ncookie, away->state },
        { "nonce",    AUTH_VERIFIER, away->nonce },
        { "verifier", AUTH_VERIFIER, away->verifier }
    };

    if (auth_secret(lr, "oidc", key) != NGX_OK) {
        return NGX_ERROR;
    }

    for (i = 0; i < 3; i++) {

        if (!auth_hmac(key, secrets[i].label, away->cookie, secrets[i].n,
                       hash))
        {
            return NGX_ERROR;
        }

        (void) auth_base64_encode(hash, AUTH_HASH, (char *) secrets[i].out);
    }

    auth_wipe(key, sizeof(key));
    auth_wipe(hash, sizeof(hash));

    return NGX_OK;
}


ngx_int_t
auth_oidc_start(ln_request_t *lr)
{
    const ln_value_t  *path;

    if (auth_conf(ln_http_request(lr))->oidc == NULL) {
        return ln_fail(lr, NGX_HTTP_NOT_FOUND, "way_not_offered");
    }

    path = ln_param(lr, "return");

    if (!auth_away_path(&path->string)) {
        return ln_fail_field(lr, "return", "bad_return");
    }

    return auth_oidc_discover(lr, oidc_go, NULL);
}


/*
 * Who binds is asked to prove himself at the provider even if somebody is
 * signed in there: it need not be him, on a machine that others use, too.
 */

ngx_int_t
auth_away_begin(ln_request_t *lr, const ngx_str_t *path, const u_char *session,
    ngx_str_t *url)
{
    char                 challenge[AUTH_VERIFIER];
    u_char              *p;
    ngx_str_t           *to;
    auth_away_t          away;
    auth_oidc_conf_t    *conf;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);
    conf = auth_conf(r)->oidc;
    to = &conf->state->authorization;

    url->data = ngx_pnalloc(r->pool, to->len + OIDC_SLACK
                                     + 3 * (conf->client_id.len
                                            + conf->back.len
                                            + conf->scope.len
                                            + 3 * AUTH_VERIFIER));

    if (url->data == NULL || away_new(lr, path, session, &away) != NGX_OK
        || !auth_verifier_challenge((char *) away.verifier, AUTH_VERIFIER,
                                    challenge)
        || auth_cookie_write(r, AUTH_AWAY, away.cookie, away.ncookie,
                             AUTH_AWAY_LIFE) != NGX_OK)
    {
        return auth_broken(lr);
    }

    p = ngx_cpymem(url->data, to->data, to->len);
    *p++ = ngx_strchr(to->data, '?') ? '&' : '?';
    p = ngx_cpymem(p, "response_type=code", 18);
    p = auth_way_escape(p, "&client_id", conf->client_id.data,
                        conf->client_id.len);
    p = auth_way_escape(p, "&redirect_uri", conf->back.data, conf->back.len);
    p = auth_way_escape(p, "&scope", conf->scope.data, conf->scope.len);
    p = auth_way_escape(p, "&state", away.state, AUTH_VERIFIER);
    p = auth_way_escape(p, "&nonce", away.nonce, AUTH_VERIFIER);
    p = auth_way_escape(p, "&code_challenge", challenge, AUTH_VERIFIER);
    p = ngx_cpymem(p, "&code_challenge_method=S256", 27);

    if (session) {
        p = ngx_cpymem(p, "&prompt=login", 13);
    }

    url->len = p - url->data;

    return NGX_OK;
}


static ngx_int_t
oidc_go(ln_request_t *lr, void *data)
{
    ngx_int_t            rc;
    ngx_str_t            url;
    ngx_http_request_t  *r;

    r = ln_http_request(lr);
    rc = auth_away_begin(lr, &ln_param(lr, "return")->string, NULL, &url);

    if (rc != NGX_OK) {
        return rc;
    }

    return auth_header_add(r, "Location", &url) == NGX_OK
           ? ln_respond_json(lr, NGX_HTTP_SEE_OTHER, NULL) : auth_broken(lr);
}
