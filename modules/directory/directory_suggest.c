
/*
 * What people type: the tokens of a search, and what may be meant by the
 * letters typed so far.
 */

#include "directory.h"
#include "ln_text_prefix.h"


typedef size_t (*directory_query_pt)(ln_token_t out[LN_MAX_QUERY_TOKENS],
    const char *q, size_t len);


static ngx_int_t directory_tokens(ngx_pool_t *pool, const ln_value_t *in,
    ln_value_t *out, ngx_uint_t max, directory_query_pt query);


const ln_param_t  directory_suggest_in[] = {

    { .name = "q", .type = LN_STRING, .required = 1, .min = 1,
      .max = DIRECTORY_MAX_QUERY, .derive = directory_query_prefix,
      .derived = 1,
      .summary = "The letters so far: of a name, its pinyin or its initials" },

    { .name = "limit", .type = LN_INTEGER, .min = 1, .max = 10,
      .fallback = "10", .summary = "How many at most" },

    { .name = NULL }
};


static const char *const  kinds[] = {
    "area", "region", "organization", "practitioner", NULL
};

static const ln_column_t  suggest_columns[] = {
    { .name = "kind", .type = LN_ENUM, .values = kinds,
      .summary = "What it names" },
    { .name = "ref", .type = LN_STRING,
      .summary = "Its code, or its id" },
    { .name = "label", .type = LN_STRING },
    { .name = "detail", .type = LN_STRING, .nullable = 1,
      .summary = "Tells apart what has the same label" },
    { .name = NULL }
};


/*
 * The nearest keys of each weight.  One thing has up to two keys that begin
 * alike, its reading and its initials.
 */
#define SUGGESTED(weight)                                                     \
    "(SELECT weight_order,"                                                   \
           " prefix,"                                                         \
           " kind,"                                                           \
           " ref,"                                                            \
           " label,"                                                          \
           " detail"                                                          \
    " FROM suggestion FORCE INDEX (PRIMARY)"                                  \
    " WHERE weight_order = " weight                                           \
      " AND prefix LIKE CONCAT(:q.1, '%')"                                    \
      " AND :q.1 <> ''"                                                       \
    " ORDER BY prefix,"                                                       \
             " kind,"                                                         \
             " ref"                                                           \
    " LIMIT 20)"


const ln_stmt_t  directory_suggest = {
    .name = "suggest",
    .sql = "SELECT s.kind,"
                 " s.ref,"
                 " s.label,"
                 " s.detail"
           " FROM (" SUGGESTED("0")
                   " UNION ALL " SUGGESTED("11")
                   " UNION ALL " SUGGESTED("12")
                   " UNION ALL " SUGGESTED("13")
                   " UNION ALL " SUGGESTED("20")
                   " UNION ALL " SUGGESTED("21")
                   " UNION ALL " SUGGESTED("30") ") s"
           " GROUP BY s.kind,"
                    " s.ref,"
                    " s.label,"
                    " s.detail"
           " ORDER BY MIN(s.weight_order),"
                    " MIN(s.prefix),"
                    " s.kind,"
                    " s.ref"
           " LIMIT :limit",
    .columns = suggest_columns
};


ngx_int_t
directory_query_prefix(ngx_pool_t *pool, const ln_value_t *in, ln_value_t *out,
    ngx_uint_t max)
{
    char  *prefix;

    prefix = ngx_pnalloc(pool, LN_TOKEN_BYTES);
    if (prefix == NULL) {
        return NGX_ERROR;
    }

    out->type = LN_STRING;
    out->set = 1;
    out->string.data = (u_char *) prefix;
    out->string.len = ln_text_prefix_key(prefix,
                                         (const char *) in->string.data,
                                         in->string.len);
    return 1;
}


ngx_int_t
directory_practitioner_tokens(ngx_pool_t *pool, const ln_value_t *in,
    ln_value_t *out, ngx_uint_t max)
{
    return directory_tokens(pool, in, out, max, ln_text_query);
}


ngx_int_t
directory_organization_tokens(ngx_pool_t *pool, const ln_value_t *in,
    ln_value_t *out, ngx_uint_t max)
{
    return directory_tokens(pool, in, out, max, ln_text_query_organization);
}


static ngx_int_t
directory_tokens(ngx_pool_t *pool, const ln_value_t *in, ln_value_t *out,
    ngx_uint_t max, directory_query_pt query)
{
    size_t       i, n;
    ln_token_t  *tokens;

    tokens = ngx_palloc(pool, LN_MAX_QUERY_TOKENS * sizeof(ln_token_t));
    if (tokens == NULL) {
        return NGX_ERROR;
    }

    n = query(tokens, (const char *) in->string.data, in->string.len);

    if (n == 0) {
        /* nothing that could be looked for finds nothing, not everything */
        tokens[0].len = 0;
        n = 1;
    }

    n = ngx_min(n, max);

    for (i = 0; i < n; i++) {
        out[i].type = LN_STRING;
        out[i].string.data = (u_char *) tokens[i].text;
        out[i].string.len = tokens[i].len;
        out[i].set = 1;
    }

    return n;
}
