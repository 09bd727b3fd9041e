
/*
 * Persons: the routes, all of them.  What they take, ask and give is in the
 * file of their resource.
 */

#include "person.h"


static ngx_int_t ngx_http_legalnet_person_register(ngx_conf_t *cf);


#define DECLARE_RULE                                                          \
    "What is declared so counts as self-declared (assurance 2). A number of " \
    "an identity card is checked by GB 11643 and against the codes that "     \
    "regions have had. What a counter has verified only a counter changes: "  \
    "409 `person_verified`."


#define ASK_RULE                                                              \
    "The answer is the same whether or not such a person is known here. A "   \
    "relative or an agent is confirmed by the person himself or at a "        \
    "counter, a guardian at a counter only."

#define CLAIM_RULE                                                            \
    "A code is good for five tries. What one declared oneself gives way to "  \
    "the counter's record, unless it names another document (409 "            \
    "`other_document`) or was verified too (409 `already_verified`)."

#define REQUEST_RULE                                                          \
    "Within 15 minutes after a sign-in, else 409 `sign_in_again`. An export " \
    "can be fetched for seven days. Erasure waits for 15 days, then closes "  \
    "the account."


static const ln_route_t  person_routes[] = {

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/person",
      .needs = LN_SIGNED_IN, .params = person_me_in, .stmt = &person_me,
      .summary = "One's own record, or that of somebody one may act for" },

    { .method = NGX_HTTP_PUT, .path = "/api/v1/me/person",
      .needs = LN_SIGNED_IN, .params = person_declare_in,
      .before = person_document, .lookup = &person_declare_lookup,
      .prepare = person_declare_prepare, .steps = person_declare_steps,
      .subject = { "person", "person", NULL },
      .answer = &person_declare_answer,
      .summary = "Declare one's name and document",
      .description = DECLARE_RULE },

    { .method = NGX_HTTP_GET, .path = "/api/v1/privacy-notices",
      .needs = LN_PUBLIC, .stmt = &person_notices, .list = 1,
      .summary = "What people consent to, in the versions in force" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/consents",
      .needs = LN_SIGNED_IN, .stmt = &person_consents, .list = 1,
      .also = person_consents_also,
      .summary = "What one consents to, which of it one was not asked yet, "
                 "and what one gave" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/consents",
      .needs = LN_SIGNED_IN, .params = person_consent_in,
      .steps = person_consent_steps, .subject = { "consent", "new_id", NULL },
      .answer = &person_consent_answer,
      .summary = "Agree to a document in the version in force" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/consents/{id}/withdraw",
      .needs = LN_SIGNED_IN, .params = person_withdraw_in,
      .steps = person_withdraw_steps, .subject = { "consent", "id", NULL },
      .summary = "Take it back; a number that one only declared goes too" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/persons",
      .needs = LN_SIGNED_IN, .stmt = &person_acting, .list = 1,
      .summary = "For whom one may act: oneself first" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/proxies",
      .needs = LN_SIGNED_IN, .stmt = &person_proxies, .list = 1,
      .summary = "For whom one acts, and who acts for one; also what waits" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/proxies",
      .needs = LN_SIGNED_IN, .params = person_proxy_ask_in,
      .before = person_document, .lookup = &person_proxy_ask_lookup,
      .prepare = person_proxy_ask_prepare, .steps = person_proxy_ask_steps,
      .key = LN_KEY_OPTIONAL, .subject = { "person", "person", "relation" },
      .answer = &person_proxy_asked,
      .summary = "Ask to act for another", .description = ASK_RULE },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/proxies/{id}/confirm",
      .needs = LN_SIGNED_IN, .params = person_proxy_agree_in,
      .lookup = &person_proxy_hears, .prepare = person_proxy_hears_prepare,
      .steps = person_proxy_agree_steps, .subject = { "proxy", "id", NULL },
      .summary = "Let somebody act for oneself who asked for it" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/proxies/{id}/end",
      .needs = LN_SIGNED_IN, .params = person_proxy_id_in,
      .steps = person_proxy_end_steps, .subject = { "proxy", "id", NULL },
      .summary = "End or refuse it, from either side" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/claim",
      .needs = LN_SIGNED_IN, .params = person_claim_in,
      .before = person_claim_before, .lookup = &person_claim_lookup,
      .prepare = person_claim_prepare, .steps = person_claim_steps,
      .finish = person_claim_finish, .returns = person_claimed_columns,
      .subject = { "person", "person", NULL },
      .summary = "Take over the record that a counter made of oneself",
      .description = CLAIM_RULE },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/access-log",
      .needs = LN_SIGNED_IN, .params = person_log_in, .stmt = &person_log,
      .list = 1, .summary = "Who opened or changed one's record, and why" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/data-requests",
      .needs = LN_SIGNED_IN, .stmt = &person_requests, .list = 1,
      .summary = "One's requests for export and erasure" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/data-requests",
      .needs = LN_SIGNED_IN, .params = person_request_in,
      .before = person_session, .steps = person_request_steps,
      .key = LN_KEY_OPTIONAL, .subject = { "data_request", "new_id", "kind" },
      .answer = &person_request_answer,
      .summary = "Ask for all of one's data, or for their erasure",
      .description = REQUEST_RULE },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/data-requests/{id}/cancel",
      .needs = LN_SIGNED_IN, .params = person_request_id_in,
      .steps = person_request_cancel_steps,
      .subject = { "data_request", "id", NULL },
      .summary = "Cancel an erasure that waits" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/data-requests/{id}/export",
      .needs = LN_SIGNED_IN, .params = person_export_in,
      .before = person_session, .lookup = &person_export_lookup,
      .prepare = person_export_prepare, .stmt = &person_export, .list = 1,
      .also = person_export_also, .summary = "All of one's data" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/persons",
      .needs = "person.read", .params = person_list_in,
      .before = person_document_sought, .choose = person_list, .list = 1,
      .summary = "Records of one's regions, the newest first" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/persons",
      .needs = "person.create", .params = person_create_in,
      .before = person_document, .lookup = &person_known,
      .prepare = person_are_known, .steps = person_create_steps,
      .key = LN_KEY_REQUIRED, .subject = { "person", "new_id", NULL },
      .answer = &person_created, .location = "/api/v1/persons/{new_id}",
      .summary = "A record of somebody who has no account" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/persons/{id}",
      .needs = "person.read", .params = person_open_in,
      .before = person_open_before, .steps = person_open_steps,
      .subject = { "person", "id", "reason" }, .answer = &person_opened,
      .summary = "Open a record, masked; its person sees that" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/persons/{id}/clear",
      .needs = "person.read_clear", .params = person_clear_in,
      .before = person_open_before, .steps = person_open_steps,
      .subject = { "person", "id", "reason" }, .answer = &person_opened,
      .clear = "person.read_clear",
      .summary = "Open a record unmasked, with a reason; its person sees "
                 "both" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/persons/{id}/verify",
      .needs = "person.verify", .params = person_verify_in,
      .before = person_document, .lookup = &person_known,
      .prepare = person_verify_prepare, .steps = person_verify_steps,
      .subject = { "person", "id", NULL }, .answer = &person_opened,
      .summary = "Say that one has seen the person's paper" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/persons/{id}/claim-code",
      .needs = "person.create", .params = person_code_in,
      .before = person_code_before, .steps = person_code_steps,
      .finish = person_code_finish, .returns = person_claim_code_columns,
      .subject = { "person", "id", NULL },
      .summary = "A code with which the person takes the record over" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/proxies",
      .needs = "proxy.confirm", .params = person_authority_list_in,
      .choose = person_authority_list, .list = 1,
      .summary = "Who acts for whom, or asks to, in one's regions" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/proxies",
      .needs = "proxy.confirm", .params = person_authority_create_in,
      .lookup = &person_authority_lookup,
      .prepare = person_authority_prepare,
      .steps = person_authority_create_steps, .key = LN_KEY_REQUIRED,
      .subject = { "person", "person", "proxy relation" },
      .answer = &person_authority_created,
      .summary = "Let one verified person act for another" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/proxies/{id}/confirm",
      .needs = "proxy.confirm", .params = person_authority_confirm_in,
      .lookup = &person_proxy_hears, .prepare = person_proxy_hears_prepare,
      .steps = person_authority_confirm_steps,
      .subject = { "proxy", "id", NULL }, .answer = &person_authority_answer,
      .summary = "Confirm it: one has seen the paper" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/proxies/{id}/end",
      .needs = "proxy.confirm", .params = person_proxy_id_in,
      .steps = person_authority_end_steps, .subject = { "proxy", "id", NULL },
      .summary = "End or refuse it" },

    { .path = NULL }
};


#define PERIOD  (60 * 1000)  /* ms */

static const ln_job_t  person_jobs[] = {

    { .name = "erase", .period = PERIOD, .steps = person_erase_steps,
      .peek = &person_erase_peek, .again = 1 },

    { .name = NULL }
};


static const ln_feature_t  person_feature = {
    .abi = LN_ABI,
    .layout = LN_LAYOUT,
    .name = "person",
    .migration = "0109",
    .routes = person_routes,
    .jobs = person_jobs
};


static ngx_http_module_t  ngx_http_legalnet_person_module_ctx = {
    ngx_http_legalnet_person_register,     /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_legalnet_person_module = {
    NGX_MODULE_V1,
    &ngx_http_legalnet_person_module_ctx,  /* module context */
    NULL,                                  /* module directives */
    NGX_HTTP_MODULE,                       /* module type */
    NULL,                                  /* init master */
    NULL,                                  /* init module */
    NULL,                                  /* init process */
    NULL,                                  /* init thread */
    NULL,                                  /* exit thread */
    NULL,                                  /* exit process */
    NULL,                                  /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_legalnet_person_register(ngx_conf_t *cf)
{
    return ln_register(cf, &person_feature);
}
