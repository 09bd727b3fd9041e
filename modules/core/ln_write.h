
/*
 * The state of a write, between ln_write.c (the transaction) and
 * ln_write_answer.c (what the client is told).
 */

#ifndef _LN_WRITE_H_INCLUDED_
#define _LN_WRITE_H_INCLUDED_


#include "ln_idempotency.h"


typedef enum {
    LN_WRITE_BEGIN = 0,
    LN_WRITE_KEY,
    LN_WRITE_STEP,
    LN_WRITE_OTHERWISE,
    LN_WRITE_ANSWER,
    LN_WRITE_AUDIT,
    LN_WRITE_CHANGE,
    LN_WRITE_STORE,
    LN_WRITE_COMMIT,
    LN_WRITE_ROLLBACK,
    LN_WRITE_FIND,
    LN_WRITE_PAUSED
} ln_write_state_e;


/* What a rollback is followed by. */
typedef enum {
    LN_AFTER_NOTHING = 0,
    LN_AFTER_REPLAY,
    LN_AFTER_FIND,             /* the key is in use: give the stored answer */
    LN_AFTER_REFUSAL,          /* status and code */
    LN_AFTER_ANSWERED,         /* a check has answered already: rc */
    LN_AFTER_FAILURE           /* db */
} ln_write_after_e;


typedef struct {
    ln_request_t        *lr;           /* NULL: the request is gone */
    ln_app_t            *app;
    ln_endpoint_t       *endpoint;
    ngx_pool_t          *pool;
    ngx_http_cleanup_t  *cleanup;
    ln_tx_t             *tx;
    ln_write_state_e     state;
    ln_write_after_e     after;
    ngx_uint_t           attempt;
    ngx_event_t          timer;
    ln_key_t             key;

    ngx_uint_t           step;
    ngx_uint_t           element;      /* of .each */
    ngx_uint_t           touched;      /* rows selected by the step */
    ln_value_t          *rows[LN_MAX_STEPS];
    ln_json_t            json;
    ngx_str_t            body;
    ngx_str_t            location;
    ngx_str_t            subject;
    ngx_str_t            detail;       /* for the audit event */

    ngx_uint_t           status;       /* of a refusal */
    char                 code[64];
    ngx_int_t            rc;
    ln_db_rc_e           db;
} ln_write_t;


/* What the client will be told, before it is stored and committed. */
ngx_int_t ln_write_outcome(ln_write_t *write);

/* Sends it; the result is for ngx_http_finalize_request(). */
ngx_int_t ln_write_respond(ln_write_t *write, ngx_uint_t status,
    ngx_str_t *location, ngx_str_t *body);

/* The status of a refusal's code; 409 for a feature's own. */
ngx_uint_t ln_write_status(const char *code);


#endif /* _LN_WRITE_H_INCLUDED_ */
