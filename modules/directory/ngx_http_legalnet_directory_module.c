
/*
 * The directory's endpoints and jobs, all of them.  What they take, ask and
 * give is in the file of their resource.
 */

#include "directory_edit.h"


#define RANK_RULE                                                             \
    "The order `rank` is neutral: nobody can buy or keep a place, and "       \
    "everybody can recompute it. Every entry gets a new place every seven "   \
    "days: it is the number made of the first six hexadecimal digits of "     \
    "SHA-256 over the day the seven began, a colon and the id "               \
    "(`2026-11-18:4711`); smaller stands first, and the id decides between "  \
    "equals. The seven days of an entry begin when the number of days since " \
    "1970-01-01 (Asia/Shanghai) plus its id is a multiple of seven."

#define PAGE_RULE                                                             \
    " `next` leads to the next page; every order is total, so pages neither " \
    "repeat nor drop an entry while nothing changes."

#define FACET_RULE                                                            \
    " With facets=true, `types` and `areas` count how many the same search "  \
    "would find for each type, or each area, in place of the one it names; "  \
    "they count to 1,000, and `more` says that there are more."


#define REPORT_RULE                                                           \
    "Anybody may; neither who it was nor how to reach him is stored. An "     \
    "entry takes " DIRECTORY_MAX_REPORTS " unanswered reports a day, then "   \
    "409 `reported_enough`."


#define EDIT_RULE                                                             \
    "Left out members stay as they are. Searches find the change at once; "   \
    "what other entries show of it follows within seconds. A field that was " \
    "edited stands against imports until its source says something new."


static ngx_int_t ngx_http_legalnet_directory_register(ngx_conf_t *cf);


static const ln_route_t  directory_routes[] = {

    { .method = NGX_HTTP_GET, .path = "/api/v1/regions",
      .needs = LN_PUBLIC, .params = directory_region_list_in,
      .choose = directory_region_list, .list = 1, .cache = { "region" },
      .summary = "Regions: provinces, cities, counties, streets, villages",
      .description = "In the order of their codes. Without a condition all of "
                     "them, from the provinces on." },

    { .method = NGX_HTTP_GET, .path = "/api/v1/regions/{code}",
      .needs = LN_PUBLIC, .params = directory_region_get_in,
      .stmt = &directory_region_get, .cache = { "region" },
      .summary = "One region, also an abolished one, with its path" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/practice-areas",
      .needs = LN_PUBLIC, .stmt = &directory_area_list, .list = 1,
      .cache = { "directory" },
      .summary = "What a matter may be about, with the words people use" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/organization-types",
      .needs = LN_PUBLIC, .stmt = &directory_type_list, .list = 1,
      .cache = { "directory" },
      .summary = "Types of organizations and sites" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/languages",
      .needs = LN_PUBLIC, .stmt = &directory_language_list, .list = 1,
      .cache = { "directory" },
      .summary = "Languages and dialects that somebody may be served in" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/qualification-kinds",
      .needs = LN_PUBLIC, .stmt = &directory_kind_list, .list = 1,
      .cache = { "directory" },
      .summary = "What a practitioner may be: lawyer, notary, mediator ..." },

    { .method = NGX_HTTP_GET, .path = "/api/v1/organizations",
      .needs = LN_PUBLIC, .params = directory_organization_list_in,
      .choose = directory_organization_list, .list = 1,
      .also = directory_organization_facets, .cache = { "organization" },
      .summary = "Search organizations",
      .description = RANK_RULE PAGE_RULE FACET_RULE },

    { .method = NGX_HTTP_GET, .path = "/api/v1/organizations/{id}",
      .needs = LN_PUBLIC, .params = directory_organization_get_in,
      .stmt = &directory_organization_get, .cache = { "organization", "id" },
      .summary = "One organization's public record" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/organizations/{id}/entry",
      .needs = "directory.edit", .params = directory_organization_get_in,
      .stmt = &directory_organization_entry,
      .summary = "An organization's entry for whoever edits it" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/organizations/{id}/corrections",
      .needs = "directory.edit", .params = directory_organization_get_in,
      .stmt = &directory_organization_corrections, .list = 1,
      .summary = "Fields of the entry that staff corrected" },

    { .method = NGX_HTTP_PUT, .path = "/api/v1/organizations/{id}",
      .needs = "directory.edit", .params = directory_organization_edit_in,
      .lookup = &directory_organization_edit_lookup,
      .prepare = directory_organization_edit_prepare,
      .steps = directory_organization_edit,
      .subject = { "organization", "id" },
      .answer = &directory_organization_edited,
      .summary = "Edit an organization's entry", .description = EDIT_RULE },

    { .method = NGX_HTTP_GET, .path = "/api/v1/practitioners",
      .needs = LN_PUBLIC, .params = directory_practitioner_list_in,
      .choose = directory_practitioner_list, .list = 1,
      .also = directory_practitioner_facets, .cache = { "practitioner" },
      .summary = "Search practitioners",
      .description = RANK_RULE PAGE_RULE FACET_RULE },

    { .method = NGX_HTTP_GET, .path = "/api/v1/practitioners/{id}",
      .needs = LN_PUBLIC, .params = directory_practitioner_get_in,
      .stmt = &directory_practitioner_get, .cache = { "practitioner", "id" },
      .summary = "One practitioner's public record, with the history of his "
                 "qualifications" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/suggest",
      .needs = LN_PUBLIC, .params = directory_suggest_in,
      .stmt = &directory_suggest, .list = 1, .cache = { "directory" },
      .summary = "What may be meant by the letters typed so far" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/organizations/{id}/reports",
      .needs = LN_PUBLIC, .params = directory_report_in,
      .steps = directory_organization_report, .key = LN_KEY_REQUIRED,
      .subject = { "entry_report", "new_id" },
      .answer = &directory_report_answer,
      .summary = "Report an error in an organization's entry",
      .description = REPORT_RULE },

    { .method = NGX_HTTP_POST, .path = "/api/v1/practitioners/{id}/reports",
      .needs = LN_PUBLIC, .params = directory_report_in,
      .steps = directory_practitioner_report, .key = LN_KEY_REQUIRED,
      .subject = { "entry_report", "new_id" },
      .answer = &directory_report_answer,
      .summary = "Report an error in a practitioner's entry",
      .description = REPORT_RULE },

    { .path = NULL }
};


/* The day may have changed: to ask costs next to nothing. */
#define PERIOD  (60 * 1000)  /* ms */
#define FOLLOW_PERIOD  1000

static const ln_job_t  directory_jobs[] = {

    { .name = "rank_practitioners", .period = PERIOD,
      .steps = directory_rank_practitioners, .again = 1 },

    { .name = "rank_organizations", .period = PERIOD,
      .steps = directory_rank_organizations, .again = 1 },

    /* reads the dates of all qualifications */
    { .name = "lapse", .period = 30 * PERIOD,
      .steps = directory_lapse, .again = 1 },

    /* somebody edited an entry, and others show something of it */
    { .name = "follow_organizations", .period = FOLLOW_PERIOD,
      .steps = directory_follow_organizations, .again = 50,
      .claimed = &directory_follow_organizations_claimed,
      .handler = directory_follow_organization,
      .results = directory_follow_results,
      .settle = directory_follow_organizations_settle, .at_once = 2 },

    { .name = "follow_practitioners", .period = FOLLOW_PERIOD,
      .steps = directory_follow_practitioners, .again = 50,
      .claimed = &directory_follow_practitioners_claimed,
      .handler = directory_follow_practitioner,
      .results = directory_follow_results,
      .settle = directory_follow_practitioners_settle, .at_once = 2 },

    { .name = NULL }
};


static const ln_feature_t  directory_feature = {
    .abi = LN_ABI,
    .layout = LN_LAYOUT,
    .name = "directory",
    .migration = "0113",
    .routes = directory_routes,
    .jobs = directory_jobs
};


static ngx_http_module_t  ngx_http_legalnet_directory_module_ctx = {
    ngx_http_legalnet_directory_register,  /* preconfiguration */
    NULL,                                  /* postconfiguration */

    NULL,                                  /* create main configuration */
    NULL,                                  /* init main configuration */

    NULL,                                  /* create server configuration */
    NULL,                                  /* merge server configuration */

    NULL,                                  /* create location configuration */
    NULL                                   /* merge location configuration */
};


ngx_module_t  ngx_http_legalnet_directory_module = {
    NGX_MODULE_V1,
    &ngx_http_legalnet_directory_module_ctx,  /* module context */
    NULL,                                     /* module directives */
    NGX_HTTP_MODULE,                          /* module type */
    NULL,                                     /* init master */
    NULL,                                     /* init module */
    NULL,                                     /* init process */
    NULL,                                     /* init thread */
    NULL,                                     /* exit thread */
    NULL,                                     /* exit process */
    NULL,                                     /* exit master */
    NGX_MODULE_V1_PADDING
};


static ngx_int_t
ngx_http_legalnet_directory_register(ngx_conf_t *cf)
{
    return ln_register(cf, &directory_feature);
}
