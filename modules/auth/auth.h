
/*
 * Accounts, sessions and rights: what the files of this feature share.
 *
 *   ngx_http_legalnet_auth_module.c   routes, jobs, directives
 *   auth_principal.c     who is asking: the two slots of core
 *   auth_http.c          cookies, origin, device, address
 *   auth_issue.c         tokens of a session and the answer that carries them
 *   auth_codes.c         POST /auth/codes
 *   auth_sign_in.c       POST /auth/sessions
 *   auth_refresh.c       POST /auth/refresh, /auth/sign-out
 *   auth_ways.c auth_ways_conf.c   GET /auth/ways; directives of other servers
 *   auth_wechat.c auth_wechat_answer.c   POST /auth/wechat
 *   auth_unlock.c        POST /auth/unlock
 *   auth_factor.c        POST /auth/factor, see auth_factor.h
 *   auth_totp.c          one's own authenticator and recovery codes
 *   auth_bound.c         what is bound to one's own account
 *   auth_oidc.c auth_oidc_provider.c auth_oidc_return.c auth_oidc_redeem.c
 *   auth_oidc_person.c   GET /auth/oidc/…
 *   auth_oidc_bind.c     POST /me/oidc…
 *   auth_jwks.c auth_id_token.c   keys and tokens of others, pure C
 *   auth_certificate.c   client certificates as a second factor
 *   auth_me.c            one's own account and sessions
 *   auth_my_password.c   PUT /me/password
 *   auth_proof.c         the password once more, and notices: see auth_proof.h
 *   auth_my_phone.c      POST /me/phone
 *   auth_reset.c         POST /admin/accounts/{id}/reset
 *   auth_account.c auth_grant.c auth_role.c auth_rule.c auth_audit.c
 *                        for administrators
 *   auth_tidy.c          jobs that remove what has served its time
 *   auth_encode.c auth_token.c auth_code.c auth_password.c auth_identity.c
 *   auth_cookie.c auth_known.c auth_x509.c   pure C
 */

#ifndef _AUTH_H_INCLUDED_
#define _AUTH_H_INCLUDED_


#include "ln.h"
#include "auth_encode.h"
#include "auth_token.h"
#include "auth_known.h"
#include "auth_cookie.h"


#define AUTH_DEVICE_MIN   16       /* characters that a device calls itself */
#define AUTH_DEVICE_MAX   64
#define AUTH_REFRESH      43       /* characters of 256 random bits */
#define AUTH_DEVICE_LIFE  31536000 /* s: a browser that comes once a year */

/* The value of a rule today, and as an interval. */
#define AUTH_RULE(name)                                                       \
    "(SELECT r.value"                                                         \
    " FROM rule r"                                                            \
    " WHERE r.name = '" name "'"                                              \
      " AND r.valid_from <= DATE(UTC_TIMESTAMP(6) + INTERVAL 8 HOUR)"         \
    " ORDER BY r.valid_from DESC"                                             \
    " LIMIT 1)"

#define AUTH_INTERVAL(name)  "INTERVAL " AUTH_RULE(name) " SECOND"

/* A grant that holds at this moment. */
#define AUTH_GRANT_HOLDS(g)                                                   \
    g ".revoked_at IS NULL"                                                   \
    " AND " g ".valid_from <= UTC_TIMESTAMP(6)"                               \
    " AND (" g ".valid_to IS NULL OR " g ".valid_to > UTC_TIMESTAMP(6))"

/*
 * The act is allowed everywhere: for what belongs to no region.  The token's
 * scope said yes already, up to 15 minutes ago.
 */
#define AUTH_ALLOWED                                                          \
    "EXISTS (SELECT 1"                                                        \
           " FROM access_grant ag"                                            \
           " JOIN role_permission ap ON ap.role_id = ag.role_id"              \
           " WHERE ag.account_id = :self"                                     \
             " AND ap.permission = :permission"                               \
             " AND ag.region_id IS NULL"                                      \
             " AND ag.organization_id IS NULL"                                \
             " AND " AUTH_GRANT_HOLDS("ag") ")"


typedef struct auth_wechat_conf_s  auth_wechat_conf_t;
typedef struct auth_oidc_conf_s    auth_oidc_conf_t;

typedef struct {
    ngx_str_t            issuer;
    ngx_str_t            site;         /* host of `legalnet_origin`, or empty */
    unsigned             site_https:1;
    auth_wechat_conf_t  *wechat;       /* NULL: not offered */
    auth_oidc_conf_t    *oidc;         /* likewise */
    auth_known_t        *known;        /* of this worker; NULL: no token yet */
} auth_conf_t;

/* What one request knows beside its parameters. */
typedef struct {
    auth_token_t    token;             /* the principal's */
    ngx_str_t       device;            /* what the device calls itself */
    unsigned        device_new:1;      /* a browser that must be told */
    unsigned        by_cookie:1;
    u_char          refresh[AUTH_REFRESH];
    u_char          session[16];
    u_char          account[16];
    void           *work;              /* of a thread's task */
    int64_t         wait;              /* s, after too many failures */
    unsigned        right:1;           /* the password that was asked for */
} auth_ctx_t;


extern ngx_module_t  ngx_http_legalnet_auth_module;


/* ngx_http_legalnet_auth_module.c */
auth_conf_t *auth_conf(ngx_http_request_t *r);

/* auth_http.c */
auth_ctx_t *auth_ctx(ngx_http_request_t *r);
ngx_str_t *auth_header(ngx_http_request_t *r, const char *name);
ngx_int_t auth_header_add(ngx_http_request_t *r, const char *name,
    ngx_str_t *value);
/* NGX_OK, NGX_DECLINED: not there, or twice. */
ngx_int_t auth_cookie_read(ngx_http_request_t *r, const char *name,
    ngx_str_t *value);
typedef enum {
    AUTH_ACCESS = 0, AUTH_REFRESHING, AUTH_DEVICE,
    AUTH_AWAY,                         /* at the identity provider meanwhile */
    AUTH_BINDING                       /* back from there, and not done yet */
} auth_cookie_kind;
const char *auth_cookie_name(ngx_http_request_t *r, auth_cookie_kind kind);
ngx_int_t auth_cookie_write(ngx_http_request_t *r, auth_cookie_kind kind,
    const void *value, size_t len, long seconds);
char *auth_origin_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data);
/* Did a page of ours send this? */
ngx_uint_t auth_origin_ours(ngx_http_request_t *r);
/* Sets address_index and device_index; `transport` may be NULL. */
ngx_int_t auth_place(ln_request_t *lr, ngx_uint_t cookie);
/* A keyed hash of 16 or 32 octets, from the pool, as a computed parameter. */
ngx_int_t auth_set_index(ln_request_t *lr, const char *name,
    const char *field, const ngx_str_t *text);
ngx_int_t auth_set_uuid(ln_request_t *lr, const char *name,
    const u_char id[16]);
ngx_int_t auth_set_bytes(ln_request_t *lr, const char *name, const void *data,
    size_t len);
ngx_int_t auth_set_text(ln_request_t *lr, const char *name, const char *text);
ngx_uint_t auth_param_is(ln_request_t *lr, const char *name,
    const char *text);
/* Keys of our own, one a purpose; only while a request is there. */
ngx_int_t auth_secret(ln_request_t *lr, const char *purpose, u_char key[32]);
ngx_int_t auth_broken(ln_request_t *lr);      /* 500 */
/* 429 with Retry-After. */
ngx_int_t auth_too_many(ln_request_t *lr, const char *code, int64_t seconds);

/* auth_principal.c */
ngx_int_t auth_authenticate(ngx_http_request_t *r, ln_principal_t *principal);
ngx_int_t auth_permitted(const ln_principal_t *principal,
    ngx_str_t *permission);
void auth_token_rules(ngx_http_request_t *r, auth_token_rules_t *rules);
/* .before of routes that bind :session, the one that is asking. */
ngx_int_t auth_session(ln_request_t *lr);

/* auth_issue.c */
extern const ln_stmt_t    auth_scope_stmt;      /* binds :account, :session */
extern const ln_column_t  auth_tokens_columns[];
/* A new refresh token: sets refresh_hash. */
ngx_int_t auth_refresh_new(ln_request_t *lr);
/* Answers with tokens, from the step `scope`; account and session of ctx. */
ngx_int_t auth_issue(ln_request_t *lr, ngx_uint_t status, ngx_uint_t cookie);
/* The same as cookies only, for who answers otherwise: NGX_OK. */
ngx_int_t auth_issue_cookies(ln_request_t *lr);
void auth_cookies_clear(ngx_http_request_t *r);

/*
 * auth_sign_in.c: seconds that are left of the pause after too many failures,
 * from five columns of a look-up that stand together in this order.
 */
enum {
    AUTH_FAILURES = 0, AUTH_SINCE, AUTH_FREE, AUTH_DELAY, AUTH_DELAY_MOST
};

int64_t auth_wait(const ln_value_t *row);

/*
 * auth_proof.c: attempts at :subject_index go one after the other from here
 * to COMMIT, so that what is counted next is true.
 */
extern const ln_stmt_t    auth_turn;

/* What every way of signing in writes: steps that bind the same names. */
extern const ln_stmt_t    auth_open_account;
extern const ln_stmt_t    auth_open_session;
extern const ln_stmt_t    auth_first_refresh;
extern const ln_stmt_t    auth_attempt;

/* The tables, each in its resource's file. */
extern const ln_param_t   auth_codes_in[];
extern const ln_step_t    auth_codes_steps[];
extern const ln_column_t  auth_codes_columns[];
ngx_int_t auth_codes_before(ln_request_t *lr);
ngx_int_t auth_codes_finish(ln_request_t *lr);

extern const ln_param_t   auth_sign_in_in[];
extern const ln_stmt_t    auth_sign_in_lookup;
extern const ln_step_t    auth_sign_in_steps[];
ngx_int_t auth_sign_in_before(ln_request_t *lr);
ngx_int_t auth_sign_in_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_sign_in_finish(ln_request_t *lr);

/* auth_ways.h has more */
extern const ln_column_t  auth_ways_columns[];
ngx_int_t auth_ways_handler(ln_request_t *lr);
char *auth_wechat_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data);

extern const ln_stmt_t    auth_place_lookup;
ngx_int_t auth_place_throttle(ln_request_t *lr, const ln_value_t *row);

char *auth_oidc_directive(ngx_conf_t *cf, ngx_command_t *cmd, void *data);
ngx_int_t auth_oidc_init(ngx_cycle_t *cycle);
void auth_oidc_exit(ngx_cycle_t *cycle);
extern const ln_param_t   auth_oidc_start_in[];
ngx_int_t auth_oidc_start(ln_request_t *lr);
extern const ln_param_t   auth_oidc_return_in[];
extern const ln_step_t    auth_oidc_return_steps[];
ngx_int_t auth_oidc_return_before(ln_request_t *lr);
ngx_int_t auth_oidc_return_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_oidc_return_finish(ln_request_t *lr);
extern const ln_param_t   auth_oidc_bind_start_in[];
extern const ln_column_t  auth_oidc_bind_start_columns[];
ngx_int_t auth_oidc_bind_start(ln_request_t *lr);
extern const ln_param_t   auth_oidc_bind_in[];
extern const ln_step_t    auth_oidc_bind_steps[];
ngx_int_t auth_oidc_bind_before(ln_request_t *lr);
ngx_int_t auth_oidc_bind_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_oidc_bind_finish(ln_request_t *lr);

extern const ln_param_t   auth_wechat_in[];
extern const ln_step_t    auth_wechat_steps[];
ngx_int_t auth_wechat_before(ln_request_t *lr);
ngx_int_t auth_wechat_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_wechat_finish(ln_request_t *lr);
/* Sets openid, unionid, app, platform and asked=yes; or outcome. */
ngx_int_t auth_wechat_ask(ln_request_t *lr);
extern const ln_stmt_t    auth_wechat_bind_openid;
extern const ln_stmt_t    auth_wechat_bind_unionid;

extern const ln_param_t   auth_wechat_mine_in[];
extern const ln_step_t    auth_wechat_mine_steps[];
ngx_int_t auth_wechat_mine_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_wechat_mine_finish(ln_request_t *lr);
extern const ln_param_t   auth_identity_in[];
extern const ln_stmt_t    auth_identities;
extern const ln_step_t    auth_identity_end_steps[];

extern const ln_param_t   auth_refresh_in[];
extern const ln_stmt_t    auth_refresh_lookup;
extern const ln_step_t    auth_refresh_steps[];
extern const ln_stmt_t    auth_refresh_use;     /* all of :session */
extern const ln_stmt_t    auth_refresh_touch;   /* :session is in use */
/* What there is of :used_hash, locked, with these columns. */
extern const ln_stmt_t    auth_refresh_token;
enum {
    AUTH_TOKEN_SESSION = 0, AUTH_TOKEN_ACCOUNT, AUTH_TOKEN_LIVE,
    AUTH_TOKEN_IDLE, AUTH_TOKEN_PASSWORD, AUTH_TOKEN_USED, AUTH_TOKEN_AGAIN
};
/* 401; cookies that are good for nothing go. */
ngx_int_t auth_refresh_refused(ln_request_t *lr, const char *code);
ngx_int_t auth_refresh_before(ln_request_t *lr);
ngx_int_t auth_refresh_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_refresh_finish(ln_request_t *lr);

extern const ln_param_t   auth_sign_out_in[];
extern const ln_step_t    auth_sign_out_steps[];
ngx_int_t auth_sign_out_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_sign_out_finish(ln_request_t *lr);

extern const ln_param_t   auth_unlock_in[];
extern const ln_stmt_t    auth_unlock_lookup;
extern const ln_step_t    auth_unlock_steps[];
ngx_int_t auth_unlock_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_unlock_finish(ln_request_t *lr);

extern const ln_param_t   auth_factor_in[];
extern const ln_stmt_t    auth_factor_lookup;
extern const ln_step_t    auth_factor_steps[];
ngx_int_t auth_factor_start(ln_request_t *lr);
ngx_int_t auth_factor_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_factor_finish(ln_request_t *lr);

extern const ln_param_t   auth_totp_begin_in[];
extern const ln_step_t    auth_totp_begin_steps[];
extern const ln_column_t  auth_totp_begin_columns[];
ngx_int_t auth_totp_begin_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_totp_begin_finish(ln_request_t *lr);
extern const ln_param_t   auth_totp_confirm_in[];
extern const ln_step_t    auth_totp_confirm_steps[];
extern const ln_column_t  auth_totp_codes_columns[];
ngx_int_t auth_factor_before(ln_request_t *lr);
ngx_int_t auth_totp_confirm_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_totp_codes_finish(ln_request_t *lr);
extern const ln_param_t   auth_totp_remove_in[];
extern const ln_step_t    auth_totp_remove_steps[];
ngx_int_t auth_totp_remove_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_totp_remove_finish(ln_request_t *lr);
extern const ln_param_t   auth_recovery_codes_in[];
extern const ln_step_t    auth_recovery_codes_steps[];
ngx_int_t auth_recovery_codes_prepare(ln_request_t *lr,
    const ln_value_t *row);

extern const ln_param_t   auth_me_in[];
extern const ln_stmt_t    auth_me;
extern const ln_param_t   auth_me_put_in[];
extern const ln_step_t    auth_me_put_steps[];
ngx_int_t auth_me_put_before(ln_request_t *lr);
extern const ln_stmt_t    auth_my_grants;
extern const ln_also_t    auth_my_grants_also[];
extern const ln_param_t   auth_sessions_in[];
extern const ln_stmt_t    auth_sessions;
extern const ln_param_t   auth_session_end_in[];
extern const ln_step_t    auth_session_end_steps[];
extern const ln_param_t   auth_sessions_end_in[];
extern const ln_step_t    auth_sessions_end_steps[];
ngx_int_t auth_sessions_end_before(ln_request_t *lr);

extern const ln_param_t   auth_my_password_in[];
extern const ln_stmt_t    auth_my_password_lookup;
extern const ln_step_t    auth_my_password_steps[];
ngx_int_t auth_my_password_before(ln_request_t *lr);
ngx_int_t auth_my_password_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_my_password_finish(ln_request_t *lr);

extern const ln_param_t   auth_certificate_bind_in[];
extern const ln_step_t    auth_certificate_bind_steps[];
ngx_int_t auth_certificate_bind_before(ln_request_t *lr);
ngx_int_t auth_certificate_done(ln_request_t *lr);
extern const ln_stmt_t    auth_certificates;
extern const ln_param_t   auth_certificate_end_in[];
extern const ln_step_t    auth_certificate_end_steps[];
extern const ln_param_t   auth_certificate_admin_in[];
extern const ln_step_t    auth_certificate_admin_steps[];
ngx_int_t auth_certificate_admin_before(ln_request_t *lr);

extern const ln_param_t   auth_my_phone_in[];
extern const ln_stmt_t    auth_my_phone_lookup;
extern const ln_step_t    auth_my_phone_steps[];
ngx_int_t auth_my_phone_before(ln_request_t *lr);
ngx_int_t auth_my_phone_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_my_phone_finish(ln_request_t *lr);

extern const ln_param_t   auth_reset_in[];
extern const ln_stmt_t    auth_reset_lookup;
extern const ln_step_t    auth_reset_steps[];
extern const ln_column_t  auth_reset_columns[];
ngx_int_t auth_reset_prepare(ln_request_t *lr, const ln_value_t *row);
ngx_int_t auth_reset_finish(ln_request_t *lr);

extern const ln_param_t   auth_account_list_in[];
extern const ln_choice_t  auth_account_list[];
extern const ln_param_t   auth_account_get_in[];
extern const ln_stmt_t    auth_account_get;
extern const ln_param_t   auth_account_create_in[];
extern const ln_step_t    auth_account_create_steps[];
ngx_int_t auth_account_create_prepare(ln_request_t *lr,
    const ln_value_t *row);
ngx_int_t auth_account_create_finish(ln_request_t *lr);
extern const ln_column_t  auth_account_created_columns[];
extern const ln_param_t   auth_account_status_in[];
extern const ln_step_t    auth_account_disable_steps[];
extern const ln_step_t    auth_account_enable_steps[];
extern const ln_stmt_t    auth_account_answer;

extern const ln_param_t   auth_grant_list_in[];
extern const ln_stmt_t    auth_grant_list;
extern const ln_param_t   auth_grant_create_in[];
extern const ln_step_t    auth_grant_create_steps[];
extern const ln_stmt_t    auth_grant_answer;
extern const ln_param_t   auth_grant_revoke_in[];
extern const ln_step_t    auth_grant_revoke_steps[];
extern const ln_param_t   auth_why_in[];
extern const ln_stmt_t    auth_why;

extern const ln_stmt_t    auth_permission_list;
extern const ln_stmt_t    auth_role_list;
extern const ln_param_t   auth_role_create_in[];
extern const ln_stmt_t    auth_role_create_lookup;
extern const ln_step_t    auth_role_create_steps[];
extern const ln_stmt_t    auth_role_created;
extern const ln_param_t   auth_role_edit_in[];
extern const ln_stmt_t    auth_role_edit_lookup;
extern const ln_step_t    auth_role_edit_steps[];
extern const ln_stmt_t    auth_role_edited;
extern const ln_param_t   auth_role_delete_in[];
extern const ln_step_t    auth_role_delete_steps[];
ngx_int_t auth_role_prepare(ln_request_t *lr, const ln_value_t *row);

extern const ln_param_t   auth_rule_list_in[];
extern const ln_stmt_t    auth_rule_list;
extern const ln_param_t   auth_rule_create_in[];
extern const ln_step_t    auth_rule_create_steps[];
extern const ln_stmt_t    auth_rule_created;

extern const ln_param_t   auth_audit_list_in[];
extern const ln_choice_t  auth_audit_list[];

extern const ln_step_t    auth_tidy_codes[];
extern const ln_step_t    auth_tidy_attempts[];
extern const ln_step_t    auth_tidy_turns[];
extern const ln_step_t    auth_tidy_sessions[];


#endif /* _AUTH_H_INCLUDED_ */
