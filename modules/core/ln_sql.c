
/*
 * Constant SQL with :names becomes text with ? and a list that says where
 * each value comes from.  Names inside quotes are left alone.
 */

#include "ln_compile.h"
#include "ln_sealed.h"


typedef struct {
    ngx_conf_t        *cf;
    ln_endpoint_t     *endpoint;
    const ln_stmt_t   *stmt;
    ngx_uint_t         step;           /* compiled steps before this one */
    ln_bind_t          binds[LN_MAX_BINDS];
    ngx_uint_t         nbinds;
    ngx_uint_t         ncursor;
    u_char            *text;
    u_char            *last;
} ln_sql_ctx_t;


static ngx_int_t ln_sql_text(ln_sql_ctx_t *ctx);
static ngx_int_t ln_sql_name(ln_sql_ctx_t *ctx, const char *name, size_t len);
static ngx_int_t ln_sql_plain(ln_sql_ctx_t *ctx, const char *name,
    size_t len);
static ngx_int_t ln_sql_dotted(ln_sql_ctx_t *ctx, const char *name,
    size_t len, size_t dot);
static ngx_int_t ln_sql_row(ln_sql_ctx_t *ctx, const char *name, size_t len,
    size_t dot);
static ngx_int_t ln_sql_place(ln_sql_ctx_t *ctx, ln_bind_e kind,
    ngx_uint_t index, ngx_uint_t place);
static ngx_int_t ln_sql_unknown(ln_sql_ctx_t *ctx, const char *name,
    size_t len);
static ln_sql_t *ln_sql_add(ngx_conf_t *cf, ln_app_t *app, ngx_str_t *text,
    const char *feature, const char *name, const ln_column_t *columns,
    ln_lane_e lane);
static ngx_int_t ln_sql_fold(ngx_conf_t *cf, ln_endpoint_t *endpoint,
    const ln_stmt_t *stmt, ln_sql_t *sql);
static ngx_int_t ln_sql_columns(ngx_conf_t *cf, ln_app_t *app,
    ln_endpoint_t *endpoint, const ln_stmt_t *stmt);
static const char *ln_sql_skip_quoted(const char *p);


ngx_int_t
ln_sql_compile(ngx_conf_t *cf, ln_app_t *app, ln_endpoint_t *endpoint,
    const ln_stmt_t *stmt, ln_lane_e lane, ngx_uint_t step, ln_call_t *call)
{
    ngx_str_t     text;
    ln_sql_ctx_t  ctx;

    if (stmt->name == NULL || stmt->sql == NULL) {
        return ln_refuse(cf, endpoint, "a statement lacks .name or .sql",
                         stmt->name);
    }

    ngx_memzero(&ctx, sizeof(ln_sql_ctx_t));

    ctx.cf = cf;
    ctx.endpoint = endpoint;
    ctx.stmt = stmt;
    ctx.step = step;

    ctx.text = ngx_pnalloc(cf->pool, ngx_strlen(stmt->sql)
                                     + 3 * LN_MAX_BINDS + 1);
    if (ctx.text == NULL) {
        return NGX_ERROR;
    }

    ctx.last = ctx.text;

    if (ln_sql_text(&ctx) != NGX_OK
        || ln_sql_columns(cf, app, endpoint, stmt) != NGX_OK)
    {
        return NGX_ERROR;
    }

    text.data = ctx.text;
    text.len = ctx.last - ctx.text;

    if (stmt->lane != LN_LANE_DEFAULT) {
        lane = stmt->lane;

    } else if (lane == LN_LANE_READ && stmt->key) {
        lane = LN_LANE_POINT;
    }

    call->stmt = stmt;

    /* the first page may have a statement of its own, without :cursor */
    while (stmt->page && stmt->page[call->ncursor].first) {
        call->ncursor++;
    }

    if (ctx.ncursor > call->ncursor) {
        return ln_refuse(cf, endpoint, "binds more of :cursor than .page has",
                         stmt->name);
    }

    call->sql = ln_sql_add(cf, app, &text, endpoint->feature->name, stmt->name,
                           stmt->columns, lane);
    if (call->sql == NULL) {
        return NGX_ERROR;
    }

    call->sql->nargs = ctx.nbinds;
    call->binds = ngx_palloc(cf->pool, (ctx.nbinds + 1) * sizeof(ln_bind_t));
    if (call->binds == NULL) {
        return NGX_ERROR;
    }

    ngx_memcpy(call->binds, ctx.binds, ctx.nbinds * sizeof(ln_bind_t));

    if (stmt->key && call->sql->folded.len == 0) {
        return ln_sql_fold(cf, endpoint, stmt, call->sql);
    }

    return NGX_OK;
}


ln_sql_t *
ln_compile_own(ngx_conf_t *cf, ln_app_t *app, const char *name,
    const char *text, const ln_column_t *columns, ln_lane_e lane)
{
    ngx_str_t    s;
    ln_sql_t    *sql;
    const char  *p;

    s.data = (u_char *) text;
    s.len = ngx_strlen(text);

    sql = ln_sql_add(cf, app, &s, "core", name, columns, lane);
    if (sql == NULL) {
        return NULL;
    }

    sql->nargs = 0;

    for (p = text; *p; p++) {

        if (*p == '\'' || *p == '"' || *p == '`') {
            p = ln_sql_skip_quoted(p);

        } else if (*p == '?') {
            sql->nargs++;
        }
    }

    return sql;
}


static ngx_int_t
ln_sql_text(ln_sql_ctx_t *ctx)
{
    const char  *p, *end;

    for (p = ctx->stmt->sql; *p; p = end) {

        end = p + 1;

        if (*p == '\'' || *p == '"' || *p == '`') {
            end = ln_sql_skip_quoted(p) + 1;

        } else if (*p == ':' && ((p[1] >= 'a' && p[1] <= 'z') || p[1] == '_'))
        {
            while ((*end >= 'a' && *end <= 'z') || (*end >= '0' && *end <= '9')
                   || *end == '_' || *end == '.')
            {
                end++;
            }

            if (ln_sql_name(ctx, p + 1, end - p - 1) != NGX_OK) {
                return NGX_ERROR;
            }

            continue;
        }

        ctx->last = ngx_cpymem(ctx->last, p, end - p);
    }

    return NGX_OK;
}


/* The closing quote, or the last character of a text that lacks it. */

static const char *
ln_sql_skip_quoted(const char *p)
{
    char  quote;

    for (quote = *p++; *p && *p != quote; p++) { /* void */ }

    return *p ? p : p - 1;
}


static ngx_int_t
ln_sql_name(ln_sql_ctx_t *ctx, const char *name, size_t len)
{
    const char  *dot;

    dot = memchr(name, '.', len);

    return dot ? ln_sql_dotted(ctx, name, len, dot - name)
               : ln_sql_plain(ctx, name, len);
}


static ngx_int_t
ln_sql_plain(ln_sql_ctx_t *ctx, const char *name, size_t len)
{
    static const struct {
        const char  *name;
        ln_bind_e    kind;
    } own[] = {
        { "self",       LN_BIND_SELF },
        { "permission", LN_BIND_PERMISSION },
        { "new_id",     LN_BIND_NEW_ID },
        { "request_id", LN_BIND_REQUEST_ID },
        { "page",       LN_BIND_PAGE }
    };

    ngx_int_t          index;
    ngx_uint_t         i, arity;
    const ln_param_t  *param;

    for (i = 0; i < sizeof(own) / sizeof(own[0]); i++) {

        if (ngx_strlen(own[i].name) == len
            && ngx_strncmp(own[i].name, name, len) == 0)
        {
            if (ctx->endpoint->route->cache.topic
                && (own[i].kind == LN_BIND_SELF
                    || own[i].kind == LN_BIND_PERMISSION))
            {
                return ln_refuse(ctx->cf, ctx->endpoint, "has a .cache on a "
                                 "statement that binds :self or a scope",
                                 ctx->stmt->name);
            }

            return ln_sql_place(ctx, own[i].kind, 0, 0);
        }
    }

    index = ln_param_index(ctx->endpoint, name, len);

    if (index < 0) {
        return ln_sql_unknown(ctx, name, len);
    }

    param = &ctx->endpoint->route->params[index];

    if (param->type == LN_POINT || param->type == LN_ARRAY
        || param->type == LN_CURSOR)
    {
        return ln_sql_unknown(ctx, name, len);
    }

    if (param->seal) {
        return ln_sql_place(ctx, LN_BIND_SEALED, index, 0);
    }

    arity = ngx_max(param->arity, 1);

    for (i = 0; i < arity; i++) {

        if (i) {
            *ctx->last++ = ',';
            *ctx->last++ = ' ';
        }

        if (ln_sql_place(ctx, LN_BIND_PARAM, index, i) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_sql_dotted(ln_sql_ctx_t *ctx, const char *name, size_t len, size_t dot)
{
    size_t             rest;
    ngx_int_t          index, n;
    const char        *tail, *each;
    const ln_param_t  *param, *member;

    tail = name + dot + 1;
    rest = len - dot - 1;
    n = ngx_atoi((u_char *) tail, rest);

    if (dot == 6 && ngx_strncmp(name, "cursor", 6) == 0) {

        if (n < 1 || n > LN_MAX_ARITY || ctx->stmt->page == NULL) {
            return ln_sql_unknown(ctx, name, len);
        }

        ctx->ncursor = ngx_max(ctx->ncursor, (ngx_uint_t) n);
        return ln_sql_place(ctx, LN_BIND_CURSOR, 0, n - 1);
    }

    index = ln_param_index(ctx->endpoint, name, dot);

    if (index < 0) {
        return ln_sql_row(ctx, name, len, dot);
    }

    param = &ctx->endpoint->route->params[index];

    if (param->seal) {
        return rest == 5 && ngx_strncmp(tail, "index", 5) == 0
               ? ln_sql_place(ctx, LN_BIND_INDEX, index, 0)
               : ln_sql_unknown(ctx, name, len);
    }

    if (param->nullable && rest == 5 && ngx_strncmp(tail, "given", 5) == 0) {
        return ln_sql_place(ctx, LN_BIND_GIVEN, index, 0);
    }

    if (param->type == LN_POINT && rest == 8
        && ngx_strncmp(tail, "latitude", 8) == 0)
    {
        return ln_sql_place(ctx, LN_BIND_LATITUDE, index, 0);
    }

    if (param->type == LN_POINT && rest == 9
        && ngx_strncmp(tail, "longitude", 9) == 0)
    {
        return ln_sql_place(ctx, LN_BIND_LONGITUDE, index, 0);
    }

    if (n >= 1 && (ngx_uint_t) n <= param->arity) {
        return ln_sql_place(ctx, LN_BIND_PARAM, index, n - 1);
    }

    if (param->derived && n >= 1 && (ngx_uint_t) n <= param->derived) {
        return ln_sql_place(ctx, LN_BIND_DERIVED, index, n - 1);
    }

    each = ctx->endpoint->route->steps
           ? ctx->endpoint->route->steps[ctx->step].each : NULL;

    if (param->type == LN_ARRAY && each
        && ngx_strcmp(each, param->name) == 0)
    {
        for (member = param->members; member->name; member++) {

            if (ngx_strlen(member->name) == rest
                && ngx_strncmp(member->name, tail, rest) == 0)
            {
                return ln_sql_place(ctx, LN_BIND_MEMBER, index,
                                    member - param->members);
            }
        }
    }

    return ln_sql_unknown(ctx, name, len);
}


/* A column of an earlier step's row: :slot.capacity */

static ngx_int_t
ln_sql_row(ln_sql_ctx_t *ctx, const char *name, size_t len, size_t dot)
{
    size_t              rest;
    ngx_uint_t          i;
    const char         *tail;
    const ln_step_t    *step;
    const ln_column_t  *column;

    tail = name + dot + 1;
    rest = len - dot - 1;

    for (i = 0; i < ctx->step; i++) {

        step = ctx->endpoint->steps[i].step;

        if (step->name == NULL || step->stmt->columns == NULL
            || ngx_strlen(step->name) != dot
            || ngx_strncmp(step->name, name, dot) != 0)
        {
            continue;
        }

        for (column = step->stmt->columns; column->name; column++) {

            if (ngx_strlen(column->name) == rest
                && ngx_strncmp(column->name, tail, rest) == 0)
            {
                return ln_sql_place(ctx, LN_BIND_ROW, i,
                                    column - step->stmt->columns);
            }
        }
    }

    return ln_sql_unknown(ctx, name, len);
}


static ngx_int_t
ln_sql_place(ln_sql_ctx_t *ctx, ln_bind_e kind, ngx_uint_t index,
    ngx_uint_t place)
{
    ln_bind_t  *bind;

    if (ctx->nbinds == LN_MAX_BINDS) {
        return ln_refuse(ctx->cf, ctx->endpoint, "too many places in statement",
                         ctx->stmt->name);
    }

    bind = &ctx->binds[ctx->nbinds++];
    bind->kind = kind;
    bind->index = index;
    bind->place = place;

    *ctx->last++ = '?';

    return NGX_OK;
}


static ngx_int_t
ln_sql_unknown(ln_sql_ctx_t *ctx, const char *name, size_t len)
{
    ngx_conf_log_error(NGX_LOG_EMERG, ctx->cf, 0,
                       "legalnet: feature \"%s\", route \"%V\", statement "
                       "\"%s\": unknown name \":%*s\"",
                       ctx->endpoint->feature->name, &ctx->endpoint->name,
                       ctx->stmt->name, len, name);
    return NGX_ERROR;
}


/* Equal text with equal columns is one statement, prepared once. */

static ln_sql_t *
ln_sql_add(ngx_conf_t *cf, ln_app_t *app, ngx_str_t *text,
    const char *feature, const char *name, const ln_column_t *columns,
    ln_lane_e lane)
{
    size_t               len;
    ln_sql_t            *sql, **sqls;
    ngx_uint_t           i;
    const ln_column_t   *column;

    sqls = app->sqls.elts;

    for (i = 0; i < app->sqls.nelts; i++) {

        if (sqls[i]->columns == columns && sqls[i]->lane == lane
            && sqls[i]->text.len == text->len
            && ngx_memcmp(sqls[i]->text.data, text->data, text->len) == 0)
        {
            return sqls[i];
        }
    }

    sql = ngx_pcalloc(cf->pool, sizeof(ln_sql_t));
    sqls = ngx_array_push(&app->sqls);

    if (sql == NULL || sqls == NULL) {
        return NULL;
    }

    *sqls = sql;

    len = ngx_strlen(feature) + 1 + ngx_strlen(name);

    sql->name.data = ngx_pnalloc(cf->pool, len);
    if (sql->name.data == NULL) {
        return NULL;
    }

    sql->name.len = ngx_sprintf(sql->name.data, "%s.%s", feature, name)
                    - sql->name.data;
    sql->id = app->sqls.nelts - 1;
    sql->text = *text;
    sql->columns = columns;
    sql->lane = lane;

    for (column = columns; column && column->name; column++) {
        sql->ncolumns++;
    }

    return sql;
}


/* " = ?" of the one key becomes " IN (?, … ×16)". */

static ngx_int_t
ln_sql_fold(ngx_conf_t *cf, ln_endpoint_t *endpoint, const ln_stmt_t *stmt,
    ln_sql_t *sql)
{
    u_char      *p, *place, *last;
    ngx_int_t    index;
    ngx_uint_t   i;

    index = ln_param_index(endpoint, stmt->key, ngx_strlen(stmt->key));
    last = sql->text.data + sql->text.len;
    place = ngx_strnstr(sql->text.data, " = ?", sql->text.len);

    if (index < 0 || sql->nargs != 1 || place == NULL
        || stmt->columns == NULL)
    {
        return ln_refuse(cf, endpoint, "a statement with a .key binds that "
                         "parameter alone, once, as \" = :key\"", stmt->name);
    }

    p = ngx_pnalloc(cf->pool, sql->text.len + 6 + 3 * LN_DB_FOLD);
    if (p == NULL) {
        return NGX_ERROR;
    }

    sql->folded.data = p;

    p = ngx_cpymem(p, sql->text.data, place - sql->text.data);
    p = ngx_cpymem(p, " IN (", 5);

    for (i = 0; i < LN_DB_FOLD; i++) {
        p = ngx_sprintf(p, i ? ", ?" : "?");
    }

    *p++ = ')';
    place += 4;
    p = ngx_cpymem(p, place, last - place);

    sql->folded.len = p - sql->folded.data;

    return NGX_OK;
}


/* Columns of one object stand together; names are not given twice. */

static ngx_int_t
ln_sql_columns(ngx_conf_t *cf, ln_app_t *app, ln_endpoint_t *endpoint,
    const ln_stmt_t *stmt)
{
    size_t              len;
    const char         *dot;
    const ln_column_t  *a, *b;

    if (stmt->columns == NULL) {
        return NGX_OK;
    }

    for (a = stmt->columns; a->name; a++) {

        if (ln_sealed_column(cf, app, endpoint, a) != NGX_OK) {
            return NGX_ERROR;
        }

        dot = strchr(a->name, '.');
        len = dot ? (size_t) (dot - a->name + 1) : 0;

        for (b = stmt->columns; b < a; b++) {

            if (ngx_strcmp(a->name, b->name) == 0
                || (len && ngx_strncmp(a->name, b->name, len) == 0
                    && ngx_strncmp(a->name, a[-1].name, len) != 0))
            {
                return ln_refuse(cf, endpoint, "the columns of an object do "
                                 "not stand together, or twice:", a->name);
            }
        }
    }

    return NGX_OK;
}
