
/*
 * The directory's endpoints and jobs, all of them.  What they take, ask and
 * give is in the file of their resource.
 */

#include "directory_practitioner_edit.h"


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
    "Left out members stay as they are; an empty text, or null for what is "  \
    "no text, clears. Searches find the change at once; what other entries "  \
    "show of it follows within seconds. A field that was edited stands "      \
    "against imports until its source says something new."


#define STOP_RULE                                                             \
    "The qualification is suspended, the grants of the holder's account end " \
    "in the same transaction, and no search finds him by it any more. An "    \
    "import does not bring it back until its source says something new."

#define PROPOSAL_RULE                                                         \
    "The manager of the organization agrees first, then the bureau; without " \
    "a manager the bureau decides alone. Nobody decides on what is his own, " \
    "or twice. One proposal of the same fields waits at a time; it cannot be " \
    "confirmed (409 `proposal_stale`) when the entry says something else now."


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

    { .method = NGX_HTTP_GET, .path = "/api/v1/organizations/{id}/places",
      .needs = "directory.edit", .params = directory_organization_get_in,
      .stmt = &directory_place_list, .list = 1,
      .summary = "Its outreach places, for whoever edits them" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/organizations/{id}/places",
      .needs = "directory.edit", .params = directory_place_open_in,
      .lookup = &directory_place_lookup,
      .prepare = directory_place_open_prepare,
      .steps = directory_place_open, .key = LN_KEY_OPTIONAL,
      .subject = { "organization", "id" },
      .answer = &directory_organization_edited,
      .summary = "Open an outreach place" },

    { .method = NGX_HTTP_POST,
      .path = "/api/v1/organizations/{id}/places/close",
      .needs = "directory.edit", .params = directory_place_close_in,
      .prepare = directory_place_close_prepare,
      .steps = directory_place_close, .key = LN_KEY_OPTIONAL,
      .subject = { "organization", "id" },
      .answer = &directory_organization_edited,
      .summary = "Close an outreach place" },

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

    { .method = NGX_HTTP_GET, .path = "/api/v1/practitioners/{id}/entry",
      .needs = "directory.edit", .params = directory_practitioner_get_in,
      .stmt = &directory_practitioner_entry,
      .summary = "A practitioner's entry for whoever edits it" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/practitioners/{id}/corrections",
      .needs = "directory.edit", .params = directory_practitioner_get_in,
      .stmt = &directory_practitioner_corrections, .list = 1,
      .summary = "Fields of the entry that staff corrected" },

    { .method = NGX_HTTP_PUT, .path = "/api/v1/practitioners/{id}",
      .needs = "directory.edit", .params = directory_practitioner_edit_in,
      .lookup = &directory_practitioner_edit_lookup,
      .prepare = directory_practitioner_edit_prepare,
      .steps = directory_practitioner_edit,
      .subject = { "practitioner", "id" },
      .answer = &directory_practitioner_edited,
      .summary = "Edit a practitioner's entry", .description = EDIT_RULE },

    { .method = NGX_HTTP_POST, .path = "/api/v1/qualifications/{id}/stop",
      .needs = "qualification.stop", .params = directory_qualification_stop_in,
      .prepare = directory_edit_later,
      .steps = directory_qualification_stop, .key = LN_KEY_OPTIONAL,
      .subject = { "practitioner", "practitioner" },
      .answer = &directory_qualification_stopped,
      .summary = "Stop a qualification: its holder is out at once",
      .description = STOP_RULE },

    { .method = NGX_HTTP_PUT, .path = "/api/v1/practitioners/{id}/account",
      .needs = "directory.link", .params = directory_link_in,
      .steps = directory_link, .subject = { "practitioner", "id" },
      .summary = "Say which account is this practitioner's" },

    { .method = NGX_HTTP_DELETE, .path = "/api/v1/practitioners/{id}/account",
      .needs = "directory.link", .params = directory_unlink_in,
      .steps = directory_unlink, .subject = { "practitioner", "id" },
      .summary = "Take that back" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/entries",
      .needs = LN_SIGNED_IN, .stmt = &directory_my_entries, .list = 1,
      .summary = "The practitioner that one is, as was said of one's account" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/practitioners/{id}/proposals",
      .needs = "directory.propose", .params = directory_propose_in,
      .lookup = &directory_propose_lookup,
      .prepare = directory_propose_prepare, .steps = directory_propose,
      .key = LN_KEY_REQUIRED, .subject = { "proposal", "new_id" },
      .answer = &directory_proposal_answer,
      .summary = "Propose changes of one's own entry",
      .description = PROPOSAL_RULE },

    { .method = NGX_HTTP_GET, .path = "/api/v1/me/proposals",
      .needs = "directory.propose", .params = directory_my_proposals_in,
      .stmt = &directory_my_proposals, .list = 1,
      .summary = "What one has proposed, newest first" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/me/proposals/{id}/withdraw",
      .needs = "directory.propose", .params = directory_proposal_withdraw_in,
      .steps = directory_proposal_withdraw, .key = LN_KEY_OPTIONAL,
      .subject = { "proposal", "id" }, .answer = &directory_proposal_settled,
      .summary = "Take back what one has proposed, while nothing is decided" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/proposals",
      .needs = "directory.confirm", .params = directory_proposal_list_in,
      .choose = directory_proposal_list, .list = 1,
      .summary = "Proposals in one's scope, newest first" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/proposals/{id}/confirm",
      .needs = "directory.confirm", .params = directory_proposal_confirm_in,
      .prepare = directory_edit_later,
      .steps = directory_proposal_confirm, .key = LN_KEY_OPTIONAL,
      .subject = { "practitioner", "practitioner" },
      .answer = &directory_proposal_settled,
      .summary = "Agree on behalf of the organization, or confirm for good",
      .description = PROPOSAL_RULE },

    { .method = NGX_HTTP_POST, .path = "/api/v1/proposals/{id}/refuse",
      .needs = "directory.confirm", .params = directory_proposal_refuse_in,
      .steps = directory_proposal_refuse, .key = LN_KEY_OPTIONAL,
      .subject = { "proposal", "id" }, .answer = &directory_proposal_settled,
      .summary = "Refuse a proposal, with the reason",
      .description = "Whoever proposed it gets a notice, as when it is "
                     "confirmed for good" },

    { .method = NGX_HTTP_GET, .path = "/api/v1/entry-reports",
      .needs = "entry_report.settle", .params = directory_report_list_in,
      .stmt = &directory_report_list, .list = 1,
      .summary = "Errors that the public reported, oldest first" },

    { .method = NGX_HTTP_POST, .path = "/api/v1/entry-reports/{id}/settle",
      .needs = "entry_report.settle", .params = directory_report_settle_in,
      .steps = directory_report_settle, .key = LN_KEY_OPTIONAL,
      .subject = { "entry_report", "id" },
      .answer = &directory_report_settled,
      .summary = "Say what came of a report" },

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
    .migration = "0119",
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
