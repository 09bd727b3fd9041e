
/*
 * Other servers that say who somebody is: how they are configured, and what
 * signing in by them shares.
 */

#ifndef _AUTH_WAYS_H_INCLUDED_
#define _AUTH_WAYS_H_INCLUDED_


#include "auth.h"


#define AUTH_WAY_SECRET   4096     /* octets of a secret's file */
#define AUTH_WAY_TIMEOUT  5000     /* ms, when the directive says nothing */
#define AUTH_WAY_ISSUER   128      /* as long as account_identity.issuer */


/* The value of `legalnet_wechat`; every text ends with a zero byte. */
struct auth_wechat_conf_s {
    ngx_str_t       app_id;
    ngx_str_t       platform;          /* whose apps share their unionids */
    ngx_str_t       secret_file;
    ngx_str_t       url;
    ngx_str_t       ca_file;
    ngx_str_t       timeout;
    ngx_str_t       insecure;
    ngx_str_t       secret;
    ngx_msec_t      ms;
};


/* What a provider says of itself, as this worker has it. */
typedef struct auth_oidc_state_s  auth_oidc_state_t;

/* The value of `legalnet_oidc`, likewise. */
struct auth_oidc_conf_s {
    ngx_str_t            issuer;
    ngx_str_t            client_id;
    ngx_str_t            secret_file;
    ngx_str_t            back;         /* our own address, as registered */
    ngx_str_t            label;
    ngx_str_t            scope;
    ngx_str_t            auth;         /* basic or post */
    ngx_str_t            verified;     /* claim that must be true … */
    ngx_str_t            value;        /* or say this … */
    ngx_str_t            name;         /* … for these to be believed */
    ngx_str_t            document;
    ngx_str_t            ca_file;
    ngx_str_t            timeout;
    ngx_str_t            insecure;
    ngx_str_t            discovery;    /* an URL */
    ngx_str_t            secret;
    ngx_msec_t           ms;
    auth_oidc_state_t   *state;
    unsigned             http:1;       /* insecure */
    unsigned             post:1;
};


/* "name=value" of a directive goes into the text at the offset. */
typedef struct {
    const char     *name;
    size_t          offset;
    unsigned        required:1;
} auth_way_option_t;


/* https, or http to this machine where that is allowed. */
ngx_uint_t auth_way_secure(const ngx_str_t *url, ngx_uint_t insecure);

/* "name=value" with what may not stand in a URL escaped, behind p. */
u_char *auth_way_escape(u_char *p, const char *name, const void *value,
    size_t n);
/* Bytes that it takes at most. */
#define AUTH_WAY_ESCAPED(name, n)  (sizeof(name) + 3 * (n))


#endif /* _AUTH_WAYS_H_INCLUDED_ */
