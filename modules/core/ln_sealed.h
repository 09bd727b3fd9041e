
/*
 * Between ln_sealed.c and core's other files: where sealed parameters are
 * bound and sealed columns rendered.
 */

#ifndef _LN_SEALED_H_INCLUDED_
#define _LN_SEALED_H_INCLUDED_


#include "ln_core.h"


/* Reads `legalnet_keys` before anything is compiled; [emerg] names the file. */
ngx_int_t ln_sealed_init(ngx_conf_t *cf, ln_app_t *app);

/* Checks at `nginx -t`. */
ngx_int_t ln_sealed_param(ngx_conf_t *cf, ln_app_t *app,
    ln_endpoint_t *endpoint, const ln_param_t *param);
ngx_int_t ln_sealed_column(ngx_conf_t *cf, ln_app_t *app,
    ln_endpoint_t *endpoint, const ln_column_t *column);

/* :phone and :phone.index of a parameter that has .seal. */
void ln_sealed_bind(ln_request_t *lr, ngx_uint_t index, ln_value_t *arg);
void ln_sealed_bind_index(ln_request_t *lr, ngx_uint_t index,
    ln_value_t *arg);

/* The member's value: masked, clear, or null when it does not open. */
void ln_sealed_render(ln_json_t *json, const ln_column_t *column,
    const ln_value_t *value);


#endif /* _LN_SEALED_H_INCLUDED_ */
