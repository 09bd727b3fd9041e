
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

    { .path = NULL }
};


static const ln_feature_t  person_feature = {
    .abi = LN_ABI,
    .layout = LN_LAYOUT,
    .name = "person",
    .migration = "0107",
    .routes = person_routes
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
