
/*
 * Idempotency-Key: a repeated request gets the first one's answer.
 *
 * The scope is the SHA-256 of principal, route and key.  The first statement
 * of the transaction inserts it with the digest of the body: a second request
 * waits there for the first, then meets 1062 and reads what the first stored.
 * A request without a key gets a scope of its own, so that a replay after a
 * lost COMMIT knows whether it landed.
 */

#ifndef _LN_IDEMPOTENCY_H_INCLUDED_
#define _LN_IDEMPOTENCY_H_INCLUDED_


#include "ln_core.h"
#include "ln_crypto.h"


#define LN_KEY_MIN         8       /* characters of an Idempotency-Key */
#define LN_KEY_MAX         64
#define LN_MAX_STORED      16384   /* bytes of a stored answer */
#define LN_KEY_HOURS       48


typedef struct {
    u_char       scope[LN_SHA256];
    u_char       body_digest[LN_SHA256];
    unsigned     used:1;           /* the route has keys */
    unsigned     given:1;          /* the client sent one */

    /* read back: a stored answer */
    unsigned     found:1;
    unsigned     same_body:1;
    ngx_uint_t   status;
    ngx_str_t    location;
    ngx_str_t    body;
} ln_key_t;


typedef struct {
    const ln_sql_t  *insert;
    const ln_sql_t  *store;
    const ln_sql_t  *find;
} ln_key_sqls_t;


ngx_int_t ln_key_init(ngx_conf_t *cf, ln_app_t *app, ln_key_sqls_t *sqls);

/* NGX_OK, or what ln_fail() returned: missing or malformed. */
ngx_int_t ln_key_read(ln_request_t *lr, ngx_str_t *body, ln_key_t *key);

/* Arguments of the three statements; memory from the pool. */
ln_value_t *ln_key_insert_args(ngx_pool_t *pool, const ln_key_t *key);
ln_value_t *ln_key_find_args(ngx_pool_t *pool, const ln_key_t *key);
ln_value_t *ln_key_store_args(ngx_pool_t *pool, ln_app_t *app,
    const ln_key_t *key, ngx_uint_t status, const ngx_str_t *location,
    const ngx_str_t *body);

/* A row of .find, opened into `key`; memory from the pool. */
ngx_int_t ln_key_found(ngx_pool_t *pool, ln_app_t *app, ln_key_t *key,
    const ln_value_t *row);


#endif /* _LN_IDEMPOTENCY_H_INCLUDED_ */
