
/*
 * GET /auth/ways: which ways of signing in there are here.  And what those that
 * ask other servers have in common.
 */

#include "auth_ways.h"


const ln_column_t  auth_ways_columns[] = {
    { .name = "code", .type = LN_BOOLEAN,
      .summary = "A code sent to a phone" },
    { .name = "password", .type = LN_BOOLEAN },
    { .name = "wechat", .type = LN_BOOLEAN,
      .summary = "In the mini-program" },
    { .name = "oidc", .type = LN_BOOLEAN,
      .summary = "By the portal's own sign-in: /auth/oidc/start" },
    { .name = "oidc_label", .type = LN_STRING, .nullable = 1,
      .summary = "What people call it" },
    { .name = NULL }
};


static const ln_column_t  lookup_columns[] = {
    { .name = "place", .type = LN_INTEGER },
    { .name = "place_most", .type = LN_INTEGER },
    { .name = "delay_most", .type = LN_INTEGER },
    { .name = NULL }
};

const ln_stmt_t  auth_place_lookup = {
    .name = "auth_place_lookup",
    .sql = "SELECT COUNT(*) AS place,"
                 " " AUTH_RULE("sign_in.address_failures") " AS place_most,"
                 " " AUTH_RULE("sign_in.delay_most") " AS delay_most"
           " FROM sign_in_attempt p"
           " WHERE p.address_index = :address_index"
             " AND p.accepted = 0"
             " AND p.at > UTC_TIMESTAMP(6)"
             " - " AUTH_INTERVAL("sign_in.window"),
    .columns = lookup_columns
};


ngx_int_t
auth_place_throttle(ln_request_t *lr, const ln_value_t *row)
{
    if (row == NULL) {
        return auth_broken(lr);
    }

    return row[0].integer < row[1].integer
           ? NGX_OK : auth_too_many(lr, "too_many_tries", row[2].integer);
}


ngx_int_t
auth_ways_handler(ln_request_t *lr)
{
    u_char       *p;
    size_t        n;
    ngx_str_t     json, *label;
    auth_conf_t  *conf;

    conf = auth_conf(ln_http_request(lr));
    label = conf->oidc ? &conf->oidc->label : NULL;
    n = label ? label->len + ngx_escape_json(NULL, label->data, label->len)
              : 0;

    json.data = ngx_pnalloc(ln_pool(lr), n + 128);
    if (json.data == NULL) {
        return auth_broken(lr);
    }

    p = ngx_sprintf(json.data,
                    "{\"code\":true,\"password\":true,\"wechat\":%s,"
                    "\"oidc\":%s,\"oidc_label\":",
                    conf->wechat ? "true" : "false",
                    conf->oidc ? "true" : "false");

    if (n) {
        *p++ = '"';
        p = (u_char *) ngx_escape_json(p, label->data, label->len);
        *p++ = '"';

    } else {
        p = ngx_cpymem(p, "null", 4);
    }

    *p++ = '}';
    json.len = p - json.data;

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
