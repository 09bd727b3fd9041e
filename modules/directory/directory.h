
/*
 * The directory: regions, vocabularies, organizations and practitioners, open
 * to everybody.  Every resource has its own file of tables; the module's file
 * lists the routes.
 *
 * Searches read projections: practitioner_listing, _place, _token and the
 * organizations' like, whose keys are in the order of a page, so that it costs
 * as many rows as it shows; and _detail, which has the items as JSON.
 */

#ifndef _DIRECTORY_H_INCLUDED_
#define _DIRECTORY_H_INCLUDED_


#include "ln.h"


#define DIRECTORY_MAX_QUERY    64     /* characters; more is no name */
#define DIRECTORY_MAX_RADIUS   100    /* km */
#define DIRECTORY_MAX_MESSAGE  1000   /* characters of a report */
#define DIRECTORY_MAX_REPORTS  "20"   /* of one entry, open, within a day */


/* The day in Asia/Shanghai; connections speak UTC. */
#define DIRECTORY_TODAY  "DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR)"

/* The area that a search names, when it is one: rows of it are clustered. */
#define DIRECTORY_ONE_AREA                                                    \
    "IF(GREATEST(:area) = LEAST(:area), :area.1, 0)"

/*
 * A look-up a row, by a scalar subquery: EXISTS would be turned into a list of
 * everybody, made anew by every search.
 */
#define DIRECTORY_LOOK_UP(from, where)                                        \
    "1 = (SELECT 1 FROM " from " WHERE " where " LIMIT 1)"

/*
 * Metres to the point :near over a sphere of the mean radius (IUGG), rounded,
 * so that a cursor can name a distance exactly.
 */
#define DIRECTORY_DISTANCE(row)                                               \
    "ROUND(12742017.6 * ASIN(SQRT("                                           \
    "POW(SIN(RADIANS(" row ".latitude - :near.latitude) / 2), 2)"             \
    " + COS(RADIANS(:near.latitude)) * COS(RADIANS(" row ".latitude))"        \
    " * POW(SIN(RADIANS(" row ".longitude - :near.longitude) / 2), 2))))"

/*
 * The box around that circle, in bands of 1/20 degree: a degree of latitude
 * is 111.2 km, one of longitude shrinks with the cosine.  China is far from
 * the date line and the poles, where this would be wrong.
 */
#define DIRECTORY_BOX(row)                                                    \
    row ".latitude_band BETWEEN"                                              \
    " FLOOR((:near.latitude - :radius / 111.1) * 20)"                         \
    " AND FLOOR((:near.latitude + :radius / 111.1) * 20)"                     \
    " AND " row ".longitude BETWEEN"                                          \
    " :near.longitude - :radius / 111.1 / COS(RADIANS(:near.latitude))"       \
    " AND :near.longitude + :radius / 111.1 / COS(RADIANS(:near.latitude))"


/*
 * An entry of a facet: `n` things of the term `f`, counted to FACET_MAX.  The
 * LIMIT around a count that is a subquery keeps the server from merging it
 * and counting again for every mention.
 */
#define DIRECTORY_FACET_MAX  "1000"

#define DIRECTORY_FACET                                                       \
    "SELECT f.code,"                                                          \
          " f.name,"                                                          \
          " LEAST(f.n, " DIRECTORY_FACET_MAX ") AS count,"                    \
          " f.n > " DIRECTORY_FACET_MAX " AS more"                            \
    " FROM ("

#define DIRECTORY_FACET_ORDER                                                 \
    " LIMIT 1000) f"                                                          \
    " WHERE f.n > 0"                                                          \
    " ORDER BY f.first,"                                                      \
             " f.second,"                                                     \
             " f.code"

/* Counts the rows, but reads at most one more than FACET_MAX twice. */
#define DIRECTORY_COUNT(from)                                                 \
    " IF(1 = (SELECT 1" from " LIMIT 1 OFFSET " DIRECTORY_FACET_MAX "),"      \
       " " DIRECTORY_FACET_MAX " + 1,"                                        \
       " (SELECT COUNT(*)" from ")) AS n"

/* Terms of two levels in the vocabulary's order, a parent before its own. */
#define DIRECTORY_TERM(row, parent)                                           \
    " " row ".code,"                                                          \
    " " row ".name,"                                                          \
    " COALESCE(" parent ".position, " row ".position) AS first,"              \
    " IF(" parent ".id IS NULL, 0, " row ".position) AS second,"


/*
 * The page of a list.  Whoever wants more than LN_MAX_PAGE items gets that
 * many, and the answer's `limit` says so.
 */
#define DIRECTORY_PAGE_PARAMS                                                 \
    { .name = "limit", .type = LN_INTEGER, .min = 1, .max = INT32_MAX,        \
      .fallback = "20",                                                       \
      .summary = "Items on a page; more than 100 are answered with 100" },    \
    { .name = "cursor", .type = LN_CURSOR,                                    \
      .summary = "The `next` of the page before" }


/* nginx opens modules with RTLD_GLOBAL: what is here is this module's own. */
#pragma GCC visibility push(hidden)

/* directory_region.c */
extern const ln_stmt_t    directory_region_id;
extern const ln_param_t   directory_region_list_in[];
extern const ln_choice_t  directory_region_list[];
extern const ln_param_t   directory_region_get_in[];
extern const ln_stmt_t    directory_region_get;

/* directory_vocabulary.c */
extern const ln_stmt_t    directory_area_id;
extern const ln_stmt_t    directory_type_id;
extern const ln_stmt_t    directory_language_id;
extern const ln_stmt_t    directory_kind_id;
extern const ln_stmt_t    directory_area_list;
extern const ln_stmt_t    directory_type_list;
extern const ln_stmt_t    directory_language_list;
extern const ln_stmt_t    directory_kind_list;
extern const ln_column_t  directory_term_columns[];

/* directory_organization.c, directory_practitioner.c: what comes in and out */
extern const char *const  directory_location_qualities[];
extern const ln_param_t   directory_organization_list_in[];
extern const ln_param_t   directory_organization_get_in[];
extern const ln_stmt_t    directory_organization_get;
extern const ln_column_t  directory_organization_item[];
extern const ln_param_t   directory_practitioner_list_in[];
extern const ln_param_t   directory_practitioner_get_in[];
extern const ln_stmt_t    directory_practitioner_get;
extern const ln_column_t  directory_practitioner_item[];
extern const ln_column_t  directory_organization_name[];
extern const char *const  directory_qualification_statuses[];

/* directory_search.c */
extern const ln_page_t    directory_number_page[];
extern const ln_page_t    directory_relevance_page[];
extern const ln_column_t  directory_facet_columns[];

/* directory_organization_search.c, directory_practitioner_search.c */
extern const ln_choice_t  directory_organization_list[];
extern const ln_choice_t  directory_practitioner_list[];

/* directory_organization_facet.c, directory_practitioner_facet.c */
extern const ln_also_t    directory_organization_facets[];
extern const ln_also_t    directory_practitioner_facets[];

/* directory_suggest.c */
extern const ln_param_t   directory_suggest_in[];
extern const ln_stmt_t    directory_suggest;
ngx_int_t directory_query_prefix(ngx_pool_t *pool, const ln_value_t *in,
    ln_value_t *out, ngx_uint_t max);
ngx_int_t directory_practitioner_tokens(ngx_pool_t *pool, const ln_value_t *in,
    ln_value_t *out, ngx_uint_t max);
ngx_int_t directory_organization_tokens(ngx_pool_t *pool, const ln_value_t *in,
    ln_value_t *out, ngx_uint_t max);

/* directory_report.c */
extern const ln_param_t   directory_report_in[];
extern const ln_step_t    directory_organization_report[];
extern const ln_step_t    directory_practitioner_report[];
extern const ln_stmt_t    directory_report_answer;

/* directory_rank.c, directory_lapse.c: jobs */
extern const ln_step_t    directory_rank_practitioners[];
extern const ln_step_t    directory_rank_organizations[];
extern const ln_step_t    directory_lapse[];

#pragma GCC visibility pop


#endif /* _DIRECTORY_H_INCLUDED_ */
