
/*
 * What a write tells its client: status, Location, body.  Made inside the
 * transaction, stored with it, sent after it.
 */

#include "ln_write.h"


#define LN_MAX_DETAIL  4096    /* of an audit event */


static ngx_str_t ln_write_subject(ln_write_t *write);
static ngx_int_t ln_write_detail(ln_write_t *write);
static ngx_int_t ln_write_location(ln_write_t *write);


ngx_int_t
ln_write_outcome(ln_write_t *write)
{
    u_char  *p;

    ngx_str_null(&write->body);
    write->subject = ln_write_subject(write);

    if (ln_write_detail(write) != NGX_OK) {
        return NGX_ERROR;
    }

    if (write->endpoint->answer.stmt) {

        if (ln_json_flat(&write->json, &write->body) != NGX_OK) {
            return NGX_ERROR;
        }

    } else if (write->endpoint->route->location
               && strstr(write->endpoint->route->location, "{new_id}"))
    {
        p = ngx_pnalloc(write->pool, sizeof("{\"id\":\"\"}") + 36);
        if (p == NULL) {
            return NGX_ERROR;
        }

        write->body.data = p;
        p = ngx_cpymem(p, "{\"id\":\"", 7);
        p = ln_uuid_print(p, write->lr->new_id);
        p = ngx_cpymem(p, "\"}", 2);
        write->body.len = p - write->body.data;
    }

    write->status = write->endpoint->route->location ? NGX_HTTP_CREATED
                    : write->body.len ? NGX_HTTP_OK : NGX_HTTP_NO_CONTENT;

    return ln_write_location(write);
}


static ngx_str_t
ln_write_subject(ln_write_t *write)
{
    ngx_str_t          text;
    const u_char      *id;
    const ln_value_t  *value;

    ngx_str_null(&text);
    id = NULL;

    if (write->endpoint->subject == LN_SUBJECT_NEW_ID) {
        id = write->lr->new_id;

    } else if (write->endpoint->subject >= 0) {
        value = ln_values(write->lr, write->endpoint->subject);
        text = value->string;

        if (value->type == LN_UUID) {
            id = value->string.data;
        }
    }

    if (id) {
        text.data = ngx_pnalloc(write->pool, 36);
        text.len = text.data ? (size_t) (ln_uuid_print(text.data, id)
                                         - text.data) : 0;
    }

    return text;
}


/* {"assurance":2,"reason":"…"}: nothing of who signs in only now. */

static ngx_int_t
ln_write_detail(ln_write_t *write)
{
    ln_json_t          json;
    ngx_uint_t         i, *index;
    ln_request_t      *lr;
    ngx_array_t       *detail;
    const ln_value_t  *value;

    lr = write->lr;
    detail = write->endpoint->detail;
    ngx_str_null(&write->detail);

    if (!lr->principal.assured) {
        return NGX_OK;
    }

    ln_json_init(&json, write->pool, LN_MAX_DETAIL);
    ln_json_text(&json, "{\"assurance\":");
    ln_json_integer(&json, lr->principal.assurance);

    for (i = 0; detail && i < detail->nelts; i++) {
        index = (ngx_uint_t *) detail->elts + i;
        value = ln_values(lr, *index);

        if (lr->given[*index]) {
            ln_json_text(&json, ",");
            ln_json_cstring(&json, write->endpoint->route->params[*index].name);
            ln_json_text(&json, ":");
            ln_json_value(&json, value);
        }
    }

    ln_json_text(&json, "}");

    return ln_json_flat(&json, &write->detail);
}


/* "/api/v1/notes/{new_id}", behind the prefix. */

static ngx_int_t
ln_write_location(ln_write_t *write)
{
    u_char      *p;
    ngx_str_t    prefix;
    const char  *template, *place;

    template = write->endpoint->route->location;
    ngx_str_null(&write->location);

    if (template == NULL) {
        return NGX_OK;
    }

    prefix = write->lr->conf->prefix;

    p = ngx_pnalloc(write->pool, prefix.len + ngx_strlen(template) + 36);
    if (p == NULL) {
        return NGX_ERROR;
    }

    write->location.data = p;
    p = ngx_cpymem(p, prefix.data, prefix.len);

    place = strstr(template, "{new_id}");

    if (place) {
        p = ngx_cpymem(p, template, place - template);
        p = ln_uuid_print(p, write->lr->new_id);
        template = place + sizeof("{new_id}") - 1;
    }

    p = ngx_cpymem(p, template, ngx_strlen(template));
    write->location.len = p - write->location.data;

    return NGX_OK;
}


ngx_int_t
ln_write_respond(ln_write_t *write, ngx_uint_t status, ngx_str_t *location,
    ngx_str_t *body)
{
    ngx_str_t      copy;
    ln_request_t  *lr;

    lr = write->lr;

    if (location->len) {
        copy.len = location->len;
        copy.data = ngx_pstrdup(lr->r->pool, location);

        if (copy.data == NULL || ln_header(lr->r, "Location", &copy) == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }
    }

    copy.len = body->len;
    copy.data = body->len ? ngx_pstrdup(lr->r->pool, body) : NULL;

    if (body->len && copy.data == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ln_respond_json(lr, status, &copy);
}


ngx_uint_t
ln_write_status(const char *code)
{
    static const struct {
        const char  *code;
        ngx_uint_t   status;
    } statuses[] = {
        { "not_found", NGX_HTTP_NOT_FOUND },
        { "stale",     NGX_HTTP_PRECONDITION_FAILED },
        { "forbidden", NGX_HTTP_FORBIDDEN },
        { "too_many_requests", NGX_HTTP_TOO_MANY_REQUESTS }
    };

    ngx_uint_t  i;

    for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        if (ngx_strcmp(statuses[i].code, code) == 0) {
            return statuses[i].status;
        }
    }

    return NGX_HTTP_CONFLICT;
}
