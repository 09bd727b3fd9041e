
/*
 * Accounts, sessions and rights: the routes, all of them.  What they take, ask
 * and give is in the file of their resource.
 */

#include "auth.h"


static ngx_int_t ngx_http_legalnet_auth_register(ngx_conf_t *cf);
static void *ngx_http_legalnet_auth_create_conf(ngx_conf_t *cf);
static char *ngx_http_legalnet_auth_init_conf(ngx_conf_t *cf, void *conf);


static ngx_command_t  ngx_http_legalnet_auth_commands[] = {

    { ngx_string("legalnet_issuer"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      ngx_conf_set_str_slot,
      NGX_HTTP_MAIN_CONF_OFFSET,
      offsetof(auth_conf_t, issuer),
      NULL },

    { ngx_string("legalnet_origin"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_TAKE1,
      auth_origin_directive,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("legalnet_wechat"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      auth_wechat_directive,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

    { ngx_string("legalnet_oidc"),
      NGX_HTTP_MAIN_CONF|NGX_CONF_1MORE,
      auth_oidc_directive,
      NGX_HTTP_MAIN_CONF_OFFSET,
      0,
      NULL },

      ngx_null_command
};


#define CODE_RULE                                                             \
    "Six digits, good for five minutes and five tries; a new one ends the "   \
    "one before. The answer is the same whether or not the phone has an "     \
    "account."

#define SIGN_IN_RULE                                                          \
    "With `phone` and `code`, or with `password` and `phone` (staff: "        \
    "`name`). Whoever proves a phone for the first time has an account from " \
    "then on. Every refusal is 401 `sign_in_refused`, whatever its reason."

#define REFRESH_RULE                                                          \
    "Each refresh token is good for one use; using it again ends the "        \
    "session, except that the same device may repeat the request for a few "  \
    "seconds when it did not get the answer."


#define OIDC_RULE                                                             \
    "Good in the browser that began, for ten minutes and once. Then it is "   \
    "signed in by cookies, as by a sign-in with `transport` cookie, and goes "\
    "where `return` said."

#define BIND_RULE                                                             \
    "The browser goes to `url` and comes back to the page `return`, with the "\
    "fragment `oidc_back`; then POST /me/oidc binds. Or the fragment is the " \
    "code of a refusal."

#define BOUND_RULE                                                            \
    "By the page that the browser came back to, in the session that began "   \
    "and within ten minutes. 409 `oidc_bound_elsewhere`: the person whom the "\
    "provider names has another account here."

#define WECHAT_RULE                                                           \
    "An openid that is bound to no account is 409 `wechat_unbound`: then "    \
    "again, with a new `code`, and with `phone` and the `sms_code` that was " \
    "sent to it with the purpose `bind`. It is bound to the account of that " \
    "phone, which is opened if there is none. Tokens are as those of a "      \
    "sign-in with `transport` body."


#define FACTOR_RULE                                                           \
    "The second step of a sign-in whose answer had a `factor`: the code of "  \
    "an authenticator or a recovery code, each good once. New tokens, with "  \
    "all rights; they are in cookies when the request was."


static const ln_route_t  auth_routes[] = {

    { .method = NGX_HTTP_POST, .path = "/api/v1/auth/codes",
      .needs = LN_PUBLIC, .params = auth_codes_in,
      .before = auth_codes_before, .steps = auth_codes_steps,
      .finish = auth_codes_finish, .returns = auth_codes_columns,
      .subject = { "login_code", "new_id" },
      .summary = "Ask for a one-time code by text message",
      .description = CODE_RULE },

    { .method = NGX_HTTP_POST, .path = "/api/v1/auth/sessions",
      .needs = LN_PUBLIC, .params = auth_sign_in_in,
      .before = auth_sign_in_before, .lookup = &auth_sign_in_lookup,
      .prepare = auth_sign_in_prepare, .steps = auth_sign_in_steps,
      .finish = auth_sign_in_finish, .returns = auth_tokens_columns,
      .subject = { "sign_in", "new_id" },
      .summary = "Sign in", .description = SIGN_IN_RULE },

    { .method = NGX_HTTP_GET, .path = "/api/v1/auth/ways",
      .needs = LN_PUBLIC, .handler = auth_ways_handler,
      .returns = auth_ways_columns,
      .summary = "Which ways of signing in there are here" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/auth/oidc/start",
      .needs = LN_PUBLIC, .params = auth_oidc_start_in,
      .handler = auth_oidc_start, .page = "/sign-in",
      .summary = "Go to the identity provider and sign in there" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/auth/oidc/return",
      .needs = LN_PUBLIC, .params = auth_oidc_return_in,
      .before = auth_oidc_return_before, .lookup = &auth_place_lookup,
      .prepare = auth_oidc_return_prepare, .steps = auth_oidc_return_steps,
      .finish = auth_oidc_return_finish, .page = "/sign-in",
      .subject = { "sign_in", "new_id" },
      .summary = "Where the identity provider sends the browser back to",
      .description = OIDC_RULE },

    { .method = NGX_HTTP_POST, .path = "/api/v1/auth/wechat",
      .needs = LN_PUBLIC, .params = auth_wechat_in,
      .before = auth_wechat_before, .lookup = &auth_place_lookup,
      .prepare = auth_wechat_prepare, .steps = auth_wechat_steps,
      .finish = auth_wechat_finish, .returns = auth_tokens_columns,
      .subject = { "sign_in", "new_id" },
      .summary = "Sign in in the mini-program of WeChat",
      .description = WECHAT_RULE },

    { .method = NGX_HTTP_POST, .path = "/api/v1/auth/refresh",
      .needs = LN_PUBLIC, .params = auth_refresh_in,
      .before = auth_refresh_before, .lookup = &auth_refresh_lookup,
      .prepare = auth_refresh_prepare, .steps = auth_refresh_steps,
      .finish = auth_refresh_finish, .returns = auth_tokens_columns,
      .subject = { "refresh", "session" },
      .summary = "Renew the tokens of a session",
      .description = REFRESH_RULE },

    { .method = NGX_HTTP_POST, .path = "/api/v1/auth/sign-out",
      .needs = LN_PUBLIC, .params = auth_sign_out_in,
      .before = auth_refresh_before, .lookup = &auth_refresh_lookup,
      .prepare = auth_sign_out_prepare, .steps = auth_sign_out_steps,
      .finish = auth_sign_out_finish, .subject = { "session", "session" },
      .summary = "Sign out: end the session of a refresh token" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/auth/unlock",
      .needs = LN_PUBLIC, .params = auth_unlock_in,
      .before = auth_refresh_before, .lookup = &auth_unlock_lookup,
      .prepare = auth_unlock_prepare, .steps = auth_unlock_steps,
      .finish = auth_unlock_finish, .returns = auth_tokens_columns,
      .subject = { "refresh", "session" },
      .summary = "Go on with a session that locked because it was not used" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/auth/factor",
      .needs = LN_SIGNED_IN, .params = auth_factor_in,
      .before = auth_factor_start, .lookup = &auth_factor_lookup,
      .prepare = auth_factor_prepare, .steps = auth_factor_steps,
      .finish = auth_factor_finish, .returns = auth_tokens_columns,
      .subject = { "factor", "session" },
      .summary = "Prove the second factor", .description = FACTOR_RULE },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/totp",
      .needs = LN_SIGNED_IN, .params = auth_totp_begin_in,
      .lookup = &auth_factor_lookup, .prepare = auth_totp_begin_prepare,
      .steps = auth_totp_begin_steps, .finish = auth_totp_begin_finish,
      .returns = auth_totp_begin_columns, .subject = { "factor", "account" },
      .summary = "Begin to use an authenticator: its secret" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/totp/confirm",
      .needs = LN_SIGNED_IN, .params = auth_totp_confirm_in,
      .before = auth_factor_before, .lookup = &auth_factor_lookup,
      .prepare = auth_totp_confirm_prepare, .steps = auth_totp_confirm_steps,
      .finish = auth_totp_codes_finish, .returns = auth_totp_codes_columns,
      .subject = { "factor", "account" },
      .summary = "Confirm it by a first code: from then on it is asked for" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/totp/remove",
      .needs = LN_SIGNED_IN, .params = auth_totp_remove_in,
      .before = auth_factor_before, .lookup = &auth_factor_lookup,
      .prepare = auth_totp_remove_prepare, .steps = auth_totp_remove_steps,
      .finish = auth_totp_remove_finish, .subject = { "factor", "account" },
      .summary = "Stop using the authenticator" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/recovery-codes",
      .needs = LN_SIGNED_IN, .params = auth_recovery_codes_in,
      .before = auth_factor_before, .lookup = &auth_factor_lookup,
      .prepare = auth_recovery_codes_prepare,
      .steps = auth_recovery_codes_steps, .finish = auth_totp_codes_finish,
      .returns = auth_totp_codes_columns, .subject = { "factor", "account" },
      .summary = "Ten new recovery codes; the old ones are over" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/certificates",
      .needs = LN_SIGNED_IN, .params = auth_certificate_bind_in,
      .before = auth_certificate_bind_before,
      .steps = auth_certificate_bind_steps, .finish = auth_certificate_done,
      .subject = { "factor", "account" },
      .summary = "Staff: bind the client certificate of this connection" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/certificates",
      .needs = LN_SIGNED_IN, .stmt = &auth_certificates, .list = 1,
      .summary = "Client certificates that are bound to one's account" },

    { .method = NGX_HTTP_DELETE, .path = "/api/v1/me/certificates/{serial}",
      .needs = LN_SIGNED_IN, .params = auth_certificate_end_in,
      .before = auth_sessions_end_before,
      .steps = auth_certificate_end_steps, .finish = auth_certificate_done,
      .subject = { "factor", "account" },
      .summary = "Unbind one" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me", .needs = LN_SIGNED_IN,
      .params = auth_me_in, .before = auth_session, .stmt = &auth_me,
      .summary = "Who is signed in" },

    { .method = NGX_HTTP_PUT, .path = "/api/v1/me", .needs = LN_SIGNED_IN,
      .params = auth_me_put_in, .before = auth_me_put_before,
      .steps = auth_me_put_steps, .subject = { "profile", "account" },
      .answer = &auth_me, .summary = "Change one's own settings" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/phone",
      .needs = LN_SIGNED_IN, .params = auth_my_phone_in,
      .before = auth_my_phone_before, .lookup = &auth_my_phone_lookup,
      .prepare = auth_my_phone_prepare, .steps = auth_my_phone_steps,
      .finish = auth_my_phone_finish, .subject = { "phone", "account" },
      .summary = "Change one's phone number; the old one is told" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/grants",
      .needs = LN_SIGNED_IN, .params = auth_me_in, .before = auth_session,
      .stmt = &auth_my_grants, .list = 1, .also = auth_my_grants_also,
      .summary = "One's own roles, and what they allow" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/identities",
      .needs = LN_SIGNED_IN, .stmt = &auth_identities, .list = 1,
      .summary = "Which other sign-ins lead to one's account" },

    { .method = NGX_HTTP_DELETE, .path = "/api/v1/me/identities/{kind}",
      .needs = LN_SIGNED_IN, .params = auth_identity_in,
      .steps = auth_identity_end_steps, .subject = { "identity", "kind" },
      .summary = "End the binding; not of the last way to sign in" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/wechat",
      .needs = LN_SIGNED_IN, .params = auth_wechat_mine_in,
      .prepare = auth_wechat_mine_prepare, .steps = auth_wechat_mine_steps,
      .finish = auth_wechat_mine_finish, .subject = { "identity", "account" },
      .summary = "Bind one's WeChat to the account that is signed in" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/oidc/start",
      .needs = LN_SIGNED_IN, .params = auth_oidc_bind_start_in,
      .handler = auth_oidc_bind_start,
      .returns = auth_oidc_bind_start_columns,
      .summary = "Begin to bind the identity provider's sign-in",
      .description = BIND_RULE },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/oidc",
      .needs = LN_SIGNED_IN, .params = auth_oidc_bind_in,
      .before = auth_oidc_bind_before, .prepare = auth_oidc_bind_prepare,
      .steps = auth_oidc_bind_steps, .finish = auth_oidc_bind_finish,
      .subject = { "identity", "account" },
      .summary = "Bind it to the account that is signed in",
      .description = BOUND_RULE },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/sessions",
      .needs = LN_SIGNED_IN, .params = auth_sessions_in,
      .before = auth_session, .stmt = &auth_sessions, .list = 1,
      .summary = "Where one is signed in" },

    { .method = NGX_HTTP_DELETE, .path = "/api/v1/me/sessions",
      .needs = LN_SIGNED_IN, .params = auth_sessions_end_in,
      .before = auth_sessions_end_before, .steps = auth_sessions_end_steps,
      .subject = { "account", "account" },
      .summary = "End all of one's sessions but this one" },

    { .method = NGX_HTTP_DELETE, .path = "/api/v1/me/sessions/{id}",
      .needs = LN_SIGNED_IN, .params = auth_session_end_in,
      .steps = auth_session_end_steps, .subject = { "session", "id" },
      .summary = "End one of one's own sessions" },

    { .method = NGX_HTTP_PUT, .path = "/api/v1/me/password",
      .needs = LN_SIGNED_IN, .params = auth_my_password_in,
      .before = auth_my_password_before, .lookup = &auth_my_password_lookup,
      .prepare = auth_my_password_prepare, .steps = auth_my_password_steps,
      .finish = auth_my_password_finish,
      .subject = { "password", "account" },
      .summary = "Set or change one's password; all other sessions end" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/admin/accounts",
      .needs = "account.read", .params = auth_account_list_in,
      .choose = auth_account_list, .list = 1, .summary = "Accounts" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/admin/accounts/{id}",
      .needs = "account.read", .params = auth_account_get_in,
      .stmt = &auth_account_get, .summary = "One account" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/admin/accounts",
      .needs = "account.create", .params = auth_account_create_in,
      .prepare = auth_account_create_prepare,
      .steps = auth_account_create_steps,
      .finish = auth_account_create_finish,
      .returns = auth_account_created_columns,
      .subject = { "account", "new_id" },
      .summary = "Open an account of staff" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/admin/accounts/{id}/disable",
      .needs = "account.disable", .params = auth_account_status_in,
      .steps = auth_account_disable_steps, .subject = { "account", "id" },
      .answer = &auth_account_answer,
      .summary = "Disable an account: it is out at once, everywhere" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/admin/accounts/{id}/enable",
      .needs = "account.disable", .params = auth_account_status_in,
      .steps = auth_account_enable_steps, .subject = { "account", "id" },
      .answer = &auth_account_answer, .summary = "Enable it again" },

    { .method = NGX_HTTP_POST,
      .path = "/api/v1/admin/accounts/{id}/certificates",
      .needs = "account.reset", .params = auth_certificate_admin_in,
      .before = auth_certificate_admin_before,
      .steps = auth_certificate_admin_steps, .subject = { "account", "id" },
      .summary = "Bind a client certificate to an account of staff" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/admin/accounts/{id}/reset",
      .needs = "account.reset", .params = auth_reset_in,
      .lookup = &auth_reset_lookup, .prepare = auth_reset_prepare,
      .steps = auth_reset_steps, .finish = auth_reset_finish,
      .returns = auth_reset_columns, .subject = { "account", "id" },
      .summary = "A new first password; sessions and second factors end" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/admin/grants",
      .needs = "grant.read", .params = auth_grant_list_in,
      .stmt = &auth_grant_list, .list = 1,
      .summary = "Grants, also past ones" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/admin/grants",
      .needs = "grant.write", .params = auth_grant_create_in,
      .steps = auth_grant_create_steps, .subject = { "account", "account" },
      .answer = &auth_grant_answer, .key = LN_KEY_REQUIRED,
      .summary = "Grant a role" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/admin/grants/{id}/revoke",
      .needs = "grant.write", .params = auth_grant_revoke_in,
      .steps = auth_grant_revoke_steps, .subject = { "grant", "id" },
      .summary = "Revoke a grant" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/admin/roles",
      .needs = "role.read", .stmt = &auth_role_list, .list = 1,
      .summary = "Roles and what they allow" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/admin/permissions",
      .needs = "role.read", .stmt = &auth_permission_list, .list = 1,
      .summary = "Every act that somebody may be allowed" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/admin/roles",
      .needs = "role.write", .params = auth_role_create_in,
      .lookup = &auth_role_create_lookup, .prepare = auth_role_prepare,
      .steps = auth_role_create_steps, .subject = { "role", "code" },
      .answer = &auth_role_created, .key = LN_KEY_OPTIONAL,
      .summary = "Make a role" },

    { .method = NGX_HTTP_PUT, .path = "/api/v1/admin/roles/{id}",
      .needs = "role.write", .params = auth_role_edit_in,
      .lookup = &auth_role_edit_lookup, .prepare = auth_role_prepare,
      .steps = auth_role_edit_steps, .subject = { "role", "id" },
      .answer = &auth_role_edited,
      .summary = "Edit a role: whoever holds it needs new tokens" },

    { .method = NGX_HTTP_DELETE, .path = "/api/v1/admin/roles/{id}",
      .needs = "role.write", .params = auth_role_delete_in,
      .steps = auth_role_delete_steps, .subject = { "role", "id" },
      .summary = "Delete a role that nobody has ever held" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/admin/rules",
      .needs = "rule.read", .params = auth_rule_list_in,
      .stmt = &auth_rule_list, .list = 1,
      .summary = "Limits and periods, as they were, are and will be" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/admin/rules",
      .needs = "rule.write", .params = auth_rule_create_in,
      .steps = auth_rule_create_steps, .subject = { "rule", "name" },
      .answer = &auth_rule_created, .key = LN_KEY_OPTIONAL,
      .summary = "A rule's value from a day on" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/admin/why",
      .needs = "grant.read", .params = auth_why_in, .stmt = &auth_why,
      .list = 1,
      .summary = "Why somebody may do something, or not: every grant that "
                 "speaks of it" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/admin/audit-events",
      .needs = "audit.read", .params = auth_audit_list_in,
      .choose = auth_audit_list, .list = 1, .summary = "The audit trail" },

    { .path = NULL }
};


#define PERIOD  (10 * 60 * 1000)  /* ms */

static const ln_job_t  auth_jobs[] = {

    { .name = "tidy_codes", .period = PERIOD, .steps = auth_tidy_codes,
      .again = 1000 },

    { .name = "tidy_attempts", .period = PERIOD, .steps = auth_tidy_attempts,
      .again = 1000 },

    { .name = "tidy_turns", .period = PERIOD, .steps = auth_tidy_turns,
      .again = 1000 },

    { .name = "tidy_sessions", .period = PERIOD, .steps = auth_tidy_sessions,
      .again = 1000 },

    { .name = NULL }
};


static const char *const  auth_pools[] = { "legalnet_cpu", NULL };
static const char *const  auth_targets[] = { "wechat", "oidc", NULL };
static const char *const  auth_watches[] = { "account", "session", NULL };


static const ln_feature_t  auth_feature = {
    .abi = LN_ABI,
    .layout = LN_LAYOUT,
    .name = "auth",
    .migration = "0123",
    .routes = auth_routes,
    .jobs = auth_jobs,
    .authenticate = auth_authenticate,
    .permitted = auth_permitted,
    .pools = auth_pools,
    .targets = auth_targets,
    .watches = auth_watches
};


static ngx_http_module_t  ngx_http_legalnet_auth_module_ctx = {
    ngx_http_legalnet_auth_register,       /* preconfiguration */
    NULL,                                  /* postconfiguration */

    ngx_http_legalnet_auth_create_conf,    /* create main configuration */
    ngx_http_legalnet_auth_init_conf,      /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_legalnet_auth_module = {
    NGX_MODULE_V1,
    &ngx_http_legalnet_auth_module_ctx,    /* module context */
    ngx_http_legalnet_auth_commands,       /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    auth_oidc_init,                        /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    auth_oidc_exit,                        /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_legalnet_auth_register(ngx_conf_t *cf)
{
    return ln_register(cf, &auth_feature);
}


auth_conf_t *
auth_conf(ngx_http_request_t *r)
{
    return ngx_http_get_module_main_conf(r, ngx_http_legalnet_auth_module);
}


static void *
ngx_http_legalnet_auth_create_conf(ngx_conf_t *cf)
{
    return ngx_pcalloc(cf->pool, sizeof(auth_conf_t));
}


static char *
ngx_http_legalnet_auth_init_conf(ngx_conf_t *cf, void *conf)
{
    auth_conf_t  *auth = conf;

    if (auth->issuer.data == NULL) {
        ngx_str_set(&auth->issuer, "legalnet");
    }

    return NGX_CONF_OK;
}
