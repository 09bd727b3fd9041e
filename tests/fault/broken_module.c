
/*
 * Deliberately broken: every request to a location with `broken_heap` reads
 * behind an allocation, with `broken_shift` shifts too far, with
 * `broken_leak` forgets memory.  It proves that the sanitizer lane catches what
 * it is there to catch.
 */

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


static char *ngx_http_broken(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
static ngx_int_t ngx_http_broken_heap(ngx_http_request_t *r);
static ngx_int_t ngx_http_broken_shift(ngx_http_request_t *r);
static ngx_int_t ngx_http_broken_leak(ngx_http_request_t *r);


static ngx_command_t  ngx_http_broken_commands[] = {

    { ngx_string("broken_heap"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_broken,
      0,
      0,
      ngx_http_broken_heap },

    { ngx_string("broken_shift"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_broken,
      0,
      0,
      ngx_http_broken_shift },

    { ngx_string("broken_leak"),
      NGX_HTTP_LOC_CONF|NGX_CONF_NOARGS,
      ngx_http_broken,
      0,
      0,
      ngx_http_broken_leak },

      ngx_null_command
};


static ngx_http_module_t  ngx_http_broken_ctx = {
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
};


ngx_module_t  ngx_http_broken_module = {
    NGX_MODULE_V1,
    &ngx_http_broken_ctx,
    ngx_http_broken_commands,
    NGX_HTTP_MODULE,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NGX_MODULE_V1_PADDING
};


static char *
ngx_http_broken(ngx_conf_t *cf, ngx_command_t *cmd, void *conf)
{
    ngx_http_core_loc_conf_t  *clcf;

    clcf = ngx_http_conf_get_module_loc_conf(cf, ngx_http_core_module);
    clcf->handler = (ngx_http_handler_pt) cmd->post;

    return NGX_CONF_OK;
}


static ngx_int_t
ngx_http_broken_heap(ngx_http_request_t *r)
{
    volatile u_char  *p;

    p = ngx_alloc(16, r->connection->log);
    if (p == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (p[16] == 0) {
        r->headers_out.content_length_n = 0;
    }

    ngx_free((void *) p);

    return NGX_HTTP_NO_CONTENT;
}


static ngx_int_t
ngx_http_broken_shift(ngx_http_request_t *r)
{
    volatile int  one = 1, bits = 40;

    return ((one << bits) == 7) ? NGX_ERROR : NGX_HTTP_NO_CONTENT;
}


static ngx_int_t
ngx_http_broken_leak(ngx_http_request_t *r)
{
    u_char      *p;
    ngx_uint_t   i;

    /* several: one may still be in a register when leaks are counted */
    for (i = 0; i < 16; i++) {
        p = ngx_alloc(64, r->connection->log);
        if (p == NULL) {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        *(volatile u_char *) p = 1;
    }

    return NGX_HTTP_NO_CONTENT;
}
