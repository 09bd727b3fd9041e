
/* Between ln_register.c, which checks tables, and ln_compile.c. */

#ifndef _LN_COMPILE_H_INCLUDED_
#define _LN_COMPILE_H_INCLUDED_


#include "ln_core.h"


const char *ln_method_name(ngx_uint_t method);

/* [emerg] "feature …, route …: what "name""; returns NGX_ERROR. */
ngx_int_t ln_refuse(ngx_conf_t *cf, ln_endpoint_t *endpoint,
    const char *what, const char *name);

ngx_int_t ln_compile_endpoint(ngx_conf_t *cf, ln_app_t *app,
    ln_endpoint_t *endpoint);

/* ln_sql.c: one statement's text; names are resolved against `endpoint`. */
ngx_int_t ln_sql_compile(ngx_conf_t *cf, ln_app_t *app,
    ln_endpoint_t *endpoint, const ln_stmt_t *stmt, ln_lane_e lane,
    ngx_uint_t step, ln_call_t *call);

/* As that, for the .resolve statement of the parameter: its key is :key. */
ngx_int_t ln_sql_resolve(ngx_conf_t *cf, ln_app_t *app,
    ln_endpoint_t *endpoint, const ln_stmt_t *stmt, ngx_uint_t param,
    ln_call_t *call);


#endif /* _LN_COMPILE_H_INCLUDED_ */
