
/*
 * Paths to routes: a tree of path segments.  A literal segment wins over a
 * place; there is at most one place ({id}) below a node.
 */

#include "ln_core.h"


#define LN_METHODS       4


typedef struct ln_node_s  ln_node_t;

struct ln_node_s {
    ngx_str_t        segment;
    ln_node_t       *next;             /* the same parent's next literal */
    ln_node_t       *literals;
    ln_node_t       *place;
    ln_endpoint_t   *endpoints[LN_METHODS];
};


static const ngx_uint_t  ln_router_methods[LN_METHODS] = {
    NGX_HTTP_GET, NGX_HTTP_POST, NGX_HTTP_PUT, NGX_HTTP_DELETE
};


static ngx_int_t ln_router_add(ngx_conf_t *cf, ln_node_t *root,
    ln_endpoint_t *endpoint);
static ngx_int_t ln_router_segment(u_char **p, u_char *last,
    ngx_str_t *segment);
static ln_node_t *ln_router_literal(ln_node_t *node, ngx_str_t *segment);
static ngx_uint_t ln_router_method(ngx_uint_t method);


ngx_int_t
ln_router_build(ngx_conf_t *cf, ln_app_t *app)
{
    ngx_uint_t       i;
    ln_node_t       *root;
    ln_endpoint_t  **endpoints;

    root = ngx_pcalloc(cf->pool, sizeof(ln_node_t));
    if (root == NULL) {
        return NGX_ERROR;
    }

    endpoints = app->endpoints.elts;

    for (i = 0; i < app->endpoints.nelts; i++) {
        if (ln_router_add(cf, root, endpoints[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    app->router = root;

    return NGX_OK;
}


static ngx_int_t
ln_router_add(ngx_conf_t *cf, ln_node_t *root, ln_endpoint_t *endpoint)
{
    u_char          *p, *last;
    ngx_str_t        segment;
    ln_node_t       *node, *child;
    ngx_uint_t       place;
    ln_endpoint_t  **slot;

    node = root;
    p = (u_char *) endpoint->route->path;
    last = p + ngx_strlen(p);

    while (ln_router_segment(&p, last, &segment) == NGX_OK) {

        place = (segment.len && segment.data[0] == '{');
        child = place ? node->place : ln_router_literal(node, &segment);

        if (child == NULL) {
            child = ngx_pcalloc(cf->pool, sizeof(ln_node_t));
            if (child == NULL) {
                return NGX_ERROR;
            }

            child->segment = segment;

            if (place) {
                node->place = child;

            } else {
                child->next = node->literals;
                node->literals = child;
            }
        }

        node = child;
    }

    slot = &node->endpoints[ln_router_method(endpoint->route->method)];

    if (*slot) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: route \"%V\" of \"%s\" is a duplicate "
                           "of \"%V\" of \"%s\"",
                           &endpoint->name, endpoint->feature->name,
                           &(*slot)->name, (*slot)->feature->name);
        return NGX_ERROR;
    }

    *slot = endpoint;

    return NGX_OK;
}


ngx_int_t
ln_router_find(ln_app_t *app, ngx_uint_t method, ngx_str_t *path,
    ln_endpoint_t **endpoint, ngx_str_t *values, ngx_uint_t *allow)
{
    u_char      *p, *last;
    ngx_str_t    segment;
    ln_node_t   *node, *child;
    ngx_uint_t   i, n;

    node = app->router;
    p = path->data;
    last = p + path->len;
    n = 0;

    while (ln_router_segment(&p, last, &segment) == NGX_OK) {

        child = ln_router_literal(node, &segment);

        if (child == NULL) {
            child = node->place;

            if (child == NULL || segment.len == 0 || n == 8) {
                return NGX_DECLINED;
            }

            values[n++] = segment;
        }

        node = child;
    }

    *allow = 0;

    for (i = 0; i < LN_METHODS; i++) {
        if (node->endpoints[i]) {
            *allow |= ln_router_methods[i];
        }
    }

    if (*allow == 0) {
        return NGX_DECLINED;
    }

    i = ln_router_method(NGX_HTTP_GET);

    if (node->endpoints[i] && node->endpoints[i]->route->page == NULL) {
        *allow |= NGX_HTTP_HEAD;

        if (method == NGX_HTTP_HEAD) {
            method = NGX_HTTP_GET;
        }
    }

    *endpoint = (*allow & method) ? node->endpoints[ln_router_method(method)]
                                  : NULL;

    return *endpoint ? NGX_OK : NGX_HTTP_NOT_ALLOWED;
}


/* "/a/b": a, b.  "/a/": a and an empty one, which no route has. */

static ngx_int_t
ln_router_segment(u_char **p, u_char *last, ngx_str_t *segment)
{
    u_char  *q;

    if (*p == last || **p != '/') {
        return NGX_DONE;
    }

    segment->data = *p + 1;
    q = ngx_strlchr(segment->data, last, '/');
    segment->len = (q ? q : last) - segment->data;
    *p = segment->data + segment->len;

    return NGX_OK;
}


static ln_node_t *
ln_router_literal(ln_node_t *node, ngx_str_t *segment)
{
    ln_node_t  *child;

    for (child = node->literals; child; child = child->next) {

        if (child->segment.len == segment->len
            && ngx_memcmp(child->segment.data, segment->data, segment->len)
               == 0)
        {
            return child;
        }
    }

    return NULL;
}


static ngx_uint_t
ln_router_method(ngx_uint_t method)
{
    ngx_uint_t  i;

    for (i = 0; i < LN_METHODS - 1; i++) {
        if (ln_router_methods[i] == method) {
            break;
        }
    }

    return i;
}
