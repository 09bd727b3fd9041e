
/*
 * Signing in at an identity provider (OpenID Connect, code flow), or binding
 * that sign-in to one's account: what their routes share.
 *
 * While the browser is there, all that we know of it is in one cookie of ours:
 *
 *     <random> "." <until> "." <where to go afterwards, base64>
 *         "." <the session that binds, base64, or nothing> "." <device>
 *
 * From it and a key of the server come `state` (of the whole cookie), `nonce`
 * and the verifier of PKCE (of the random part).  So nothing is stored, the
 * cookie alone tells nothing, and an answer of the provider is good only in
 * the browser that began, for ten minutes.
 */

#ifndef _AUTH_OIDC_H_INCLUDED_
#define _AUTH_OIDC_H_INCLUDED_


#include "auth_ways.h"
#include "auth_code.h"
#include "auth_jwks.h"

#include <jansson.h>


#define AUTH_AWAY_LIFE   600       /* s, to sign in at the provider */
#define AUTH_AWAY_PATH   256       /* characters of the way back */
#define AUTH_AWAY_COOKIE  (AUTH_VERIFIER + 1 + 20 + 1                         \
                           + AUTH_BASE64(AUTH_AWAY_PATH) + 1                  \
                           + AUTH_BASE64(16) + 1 + AUTH_DEVICE_MAX)


typedef struct {
    u_char       cookie[AUTH_AWAY_COOKIE];
    size_t       ncookie;
    u_char       path[AUTH_AWAY_PATH];
    size_t       npath;
    u_char       device[AUTH_DEVICE_MAX];  /* its cookie does not come along */
    size_t       ndevice;
    u_char       session[16];              /* whose account will have it */
    unsigned     binds:1;                  /* else he signs in */
    u_char       state[AUTH_VERIFIER];
    u_char       nonce[AUTH_VERIFIER];
    u_char       verifier[AUTH_VERIFIER];
} auth_away_t;

/* That of the request's cookie; NGX_DECLINED: none that holds. */
ngx_int_t auth_away_read(ln_request_t *lr, auth_away_t *away);
/* That of a cookie's text, whose `state` the caller compares. */
ngx_int_t auth_away_parse(ln_request_t *lr, const ngx_str_t *text,
    auth_away_t *away);
/* A path of the portal's own: nothing that a browser takes elsewhere. */
ngx_uint_t auth_away_path(const ngx_str_t *path);
/* 303 to it, behind the prefix. */
ngx_int_t auth_away_go(ln_request_t *lr, const void *path, size_t n);
/*
 * Sets the cookie; the provider's address to go to, and from there to that
 * path of the portal.  `session`: whose account it will be bound to, or NULL.
 */
ngx_int_t auth_away_begin(ln_request_t *lr, const ngx_str_t *path,
    const u_char *session, ngx_str_t *url);


/*
 * auth_oidc_provider.c: what the provider says of itself, kept for an hour.
 * `next` goes on as a `done` does, at once or when it was fetched.
 */
struct auth_oidc_state_s {
    ngx_pool_t     *pool;              /* of the texts below */
    ngx_str_t       authorization;
    ngx_str_t       token;
    ngx_str_t       jwks;
    unsigned        says_issuer:1;     /* RFC 9207: every answer has `iss` */
    time_t          fetched;           /* 0: never */
    auth_jwks_t     keys;
    time_t          keys_fetched;
    time_t          keys_asked;
};

typedef ngx_int_t (*auth_oidc_next_pt)(ln_request_t *lr, void *data);

ngx_int_t auth_oidc_discover(ln_request_t *lr, auth_oidc_next_pt next,
    void *data);
/* Fetches the keys; NGX_DECLINED: they were, less than a minute ago. */
ngx_int_t auth_oidc_keys(ln_request_t *lr, auth_oidc_next_pt next,
    void *data);
ngx_uint_t auth_oidc_keys_old(const auth_oidc_state_t *state);
/* 303 to the page: the provider cannot be asked. */
ngx_int_t auth_oidc_away(ln_request_t *lr);


/*
 * auth_oidc_redeem.c: for a code, the claims of the ID token that the provider
 * gives: sets subject, subject_index and what auth_oidc_person.c does.
 */
typedef struct {
    auth_away_t     away;
    ngx_str_t       code;
    ngx_str_t       token;             /* ID token */
    unsigned        again:1;           /* the keys were fetched for it */
} auth_back_t;

/* What it and auth_oidc_person.c set of a sign-in, and of the person. */
#define AUTH_OIDC_CLAIMS                                                      \
    { .name = "issuer", .type = LN_STRING, .in = LN_COMPUTED },               \
    { .name = "subject", .type = LN_STRING, .in = LN_COMPUTED },              \
    { .name = "verified", .type = LN_STRING, .in = LN_COMPUTED },             \
    { .name = "person_act", .type = LN_STRING, .in = LN_COMPUTED },           \
    { .name = "person", .type = LN_UUID, .in = LN_COMPUTED },                 \
    { .name = "person_name", .type = LN_STRING, .in = LN_COMPUTED,            \
      .seal = "person.name" },                                                \
    { .name = "number", .type = LN_STRING, .in = LN_COMPUTED,                 \
      .seal = "person.document_number" },                                     \
    { .name = "document_index", .type = LN_BYTES, .in = LN_COMPUTED },        \
    { .name = "subject_index", .type = LN_BYTES, .in = LN_COMPUTED }

ngx_int_t auth_oidc_redeem(ln_request_t *lr, auth_back_t *back);
/* The words of the log are ours: what a provider says may be anything. */
void auth_oidc_log(ln_request_t *lr, const char *why);
/* auth_oidc_bind.c: on from the return to a page of ours; NGX_AGAIN. */
ngx_int_t auth_oidc_hand_over(ln_request_t *lr, auth_back_t *back,
    const char *refusal);


/*
 * auth_oidc_person.c: who he is, when the provider knows it: sets `verified`
 * and what the steps bind, if it may be believed.
 */
extern const ln_stmt_t  auth_oidc_holder;
extern const ln_stmt_t  auth_oidc_make;
extern const ln_stmt_t  auth_oidc_raise;
extern const ln_stmt_t  auth_oidc_attach;

ngx_int_t auth_oidc_whose(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_oidc_person_claims(ln_request_t *lr, const json_t *claims);


#endif /* _AUTH_OIDC_H_INCLUDED_ */
