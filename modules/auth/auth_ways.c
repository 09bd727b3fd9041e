
/* GET /auth/ways: which ways of signing in there are here. */

#include "auth_ways.h"


const ln_column_t  auth_ways_columns[] = {
    { .name = "code", .type = LN_BOOLEAN,
      .summary = "A code sent to a phone" },
    { .name = "password", .type = LN_BOOLEAN },
    { .name = "wechat", .type = LN_BOOLEAN,
      .summary = "In the mini-program" },
    { .name = NULL }
};


ngx_int_t
auth_ways_handler(ln_request_t *lr)
{
    ngx_str_t     json;
    auth_conf_t  *conf;

    conf = auth_conf(ln_http_request(lr));

    json.data = ngx_pnalloc(ln_pool(lr), 64);
    if (json.data == NULL) {
        return auth_broken(lr);
    }

    json.len = ngx_sprintf(json.data,
                           "{\"code\":true,\"password\":true,\"wechat\":%s}",
                           conf->wechat ? "true" : "false")
               - json.data;

    return ln_respond_json(lr, NGX_HTTP_OK, &json);
}


u_char *
auth_way_escape(u_char *p, const char *name, const void *value, size_t n)
{
    p = ngx_cpymem(p, name, ngx_strlen(name));
    *p++ = '=';

    return (u_char *) ngx_escape_uri(p, (u_char *) value, n,
                                     NGX_ESCAPE_URI_COMPONENT);
}
