
/*
 * From a checked table row to what a request walks through: choices, steps,
 * subjects, and where every value comes from.
 */

#include "ln_compile.h"
#include "ln_sealed.h"


static ngx_int_t ln_compile_slots(ngx_conf_t *cf, ln_endpoint_t *endpoint);
static ngx_int_t ln_compile_choices(ngx_conf_t *cf, ln_app_t *app,
    ln_endpoint_t *endpoint);
static ngx_int_t ln_compile_also(ngx_conf_t *cf, ln_app_t *app,
    ln_endpoint_t *endpoint);
static ngx_int_t ln_compile_resolve(ngx_conf_t *cf, ln_app_t *app,
    ln_endpoint_t *endpoint);
static ngx_int_t ln_compile_detail(ngx_conf_t *cf, ln_endpoint_t *endpoint);
static ngx_int_t ln_compile_steps(ngx_conf_t *cf, ln_app_t *app,
    ln_endpoint_t *endpoint);
static ngx_int_t ln_compile_subject(ngx_conf_t *cf, ln_endpoint_t *endpoint);
static const ln_step_t *ln_job_steps(ngx_conf_t *cf, const ln_step_t *steps,
    const ln_stmt_t *first, const ln_stmt_t *last);
static ngx_int_t ln_compile_when(ngx_conf_t *cf, ln_endpoint_t *endpoint,
    const char *when, ln_chosen_t *chosen);
static void ln_bind_place(const ln_scope_t *scope, const ln_bind_t *bind,
    ln_value_t *arg);
static void ln_bind_own(const ln_scope_t *scope, const ln_bind_t *bind,
    ln_value_t *arg);


ngx_int_t
ln_compile_endpoint(ngx_conf_t *cf, ln_app_t *app, ln_endpoint_t *endpoint)
{
    const ln_param_t  *param;
    const ln_route_t  *route;

    route = endpoint->route;

    for (param = route->params; param && param->name; param++) {
        if (ln_sealed_param(cf, app, endpoint, param) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    if (route->clear && route->steps == NULL) {
        return ln_refuse(cf, endpoint, "shows what is sealed without .steps, "
                         "so without an audit event:", route->clear);
    }

    if (ln_compile_slots(cf, endpoint) != NGX_OK
        || ln_compile_resolve(cf, app, endpoint) != NGX_OK
        || ln_compile_subject(cf, endpoint) != NGX_OK
        || ln_compile_choices(cf, app, endpoint) != NGX_OK
        || ln_compile_also(cf, app, endpoint) != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (route->lookup
        && ln_sql_compile(cf, app, endpoint, route->lookup, LN_LANE_READ, 0,
                          &endpoint->lookup)
           != NGX_OK)
    {
        return NGX_ERROR;
    }

    if (route->steps == NULL) {
        return NGX_OK;
    }

    if (ln_compile_steps(cf, app, endpoint) != NGX_OK) {
        return NGX_ERROR;
    }

    if (route->answer) {
        return ln_sql_compile(cf, app, endpoint, route->answer, LN_LANE_WRITE,
                              endpoint->nsteps, &endpoint->answer);
    }

    return NGX_OK;
}


static ngx_int_t
ln_compile_slots(ngx_conf_t *cf, ln_endpoint_t *endpoint)
{
    ngx_uint_t         i;
    ln_slot_t         *slot;
    const ln_param_t  *param;

    if (endpoint->nparams == 0) {
        return NGX_OK;
    }

    endpoint->slots = ngx_pcalloc(cf->pool,
                                  endpoint->nparams * sizeof(ln_slot_t));
    if (endpoint->slots == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < endpoint->nparams; i++) {
        slot = &endpoint->slots[i];
        param = &endpoint->route->params[i];

        slot->name.data = (u_char *) param->name;
        slot->name.len = ngx_strlen(param->name);
        slot->first = endpoint->nvalues;

        endpoint->nvalues += ngx_max(param->arity, 1);
    }

    return NGX_OK;
}


ngx_int_t
ln_param_index(const ln_endpoint_t *endpoint, const char *name, size_t len)
{
    ngx_str_t   *known;
    ngx_uint_t   i;

    for (i = 0; i < endpoint->nparams; i++) {

        known = &endpoint->slots[i].name;

        if (known->len == len && ngx_memcmp(known->data, name, len) == 0) {
            return i;
        }
    }

    return -1;
}


static ngx_int_t
ln_compile_resolve(ngx_conf_t *cf, ln_app_t *app, ln_endpoint_t *endpoint)
{
    ngx_uint_t         i;
    const ln_stmt_t   *stmt;

    if (endpoint->nparams == 0) {
        return NGX_OK;
    }

    endpoint->resolve = ngx_pcalloc(cf->pool,
                                    endpoint->nparams * sizeof(ln_call_t));
    if (endpoint->resolve == NULL) {
        return NGX_ERROR;
    }

    for (i = 0; i < endpoint->nparams; i++) {

        stmt = endpoint->route->params[i].resolve;

        if (stmt == NULL) {
            continue;
        }

        if (stmt->columns == NULL || stmt->columns[0].name == NULL
            || stmt->columns[1].name == NULL
            || ngx_strcmp(stmt->columns[1].name, "id") != 0)
        {
            return ln_refuse(cf, endpoint, "a .resolve statement selects its "
                             "key and `id`:", stmt->name);
        }

        if (ln_sql_resolve(cf, app, endpoint, stmt, i, &endpoint->resolve[i])
            != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


ngx_int_t
ln_sql_resolve(ngx_conf_t *cf, ln_app_t *app, ln_endpoint_t *endpoint,
    const ln_stmt_t *stmt, ngx_uint_t param, ln_call_t *call)
{
    ln_param_t     *key;
    ln_route_t     *route;
    ln_endpoint_t  *own;

    if (stmt->key == NULL) {
        return ln_refuse(cf, endpoint, "a .resolve statement has a .key:",
                         stmt->name);
    }

    own = ngx_pcalloc(cf->pool, sizeof(ln_endpoint_t));
    route = ngx_pcalloc(cf->pool, sizeof(ln_route_t));
    key = ngx_pcalloc(cf->pool, 2 * sizeof(ln_param_t));

    if (own == NULL || route == NULL || key == NULL) {
        return NGX_ERROR;
    }

    key->name = stmt->key;
    key->type = endpoint->route->params[param].type;

    route->params = key;
    own->nparams = 1;
    own->route = route;
    own->feature = endpoint->feature;
    own->name = endpoint->name;

    if (ln_compile_slots(cf, own) != NGX_OK) {
        return NGX_ERROR;
    }

    return ln_sql_compile(cf, app, own, stmt, LN_LANE_READ, 0, call);
}


/* What the audit event tells of the parameters: nothing that is sealed. */

static ngx_int_t
ln_compile_detail(ngx_conf_t *cf, ln_endpoint_t *endpoint)
{
    size_t       len;
    ngx_int_t    index;
    ngx_uint_t  *place;
    const char  *name;

    name = endpoint->route->subject.detail;

    if (name == NULL) {
        return NGX_OK;
    }

    endpoint->detail = ngx_array_create(cf->pool, 4, sizeof(ngx_uint_t));
    if (endpoint->detail == NULL) {
        return NGX_ERROR;
    }

    for ( /* void */ ; *name; name += len + (name[len] == ' ')) {
        len = strcspn(name, " ");
        index = ln_param_index(endpoint, name, len);

        if (index < 0 || endpoint->route->params[index].seal
            || endpoint->route->params[index].type == LN_ARRAY)
        {
            return ln_refuse(cf, endpoint, "no such parameter, or one that "
                             "the audit trail must not tell:", name);
        }

        place = ngx_array_push(endpoint->detail);
        if (place == NULL) {
            return NGX_ERROR;
        }

        *place = (ngx_uint_t) index;
    }

    return NGX_OK;
}


/* The topic and the parameter that a cached answer or a write belongs to. */

static ngx_int_t
ln_compile_subject(ngx_conf_t *cf, ln_endpoint_t *endpoint)
{
    const char        *topic, *subject;
    const ln_route_t  *route;

    route = endpoint->route;
    endpoint->subject = -1;

    topic = route->cache.topic ? route->cache.topic : route->subject.topic;
    subject = route->cache.topic ? route->cache.subject
                                 : route->subject.subject;

    if (topic == NULL) {
        return NGX_OK;
    }

    endpoint->topic.data = (u_char *) topic;
    endpoint->topic.len = ngx_strlen(topic);

    if (ln_compile_detail(cf, endpoint) != NGX_OK) {
        return NGX_ERROR;
    }

    if (subject == NULL) {
        return NGX_OK;
    }

    if (route->cache.topic == NULL && ngx_strcmp(subject, "new_id") == 0) {
        endpoint->subject = LN_SUBJECT_NEW_ID;
        return NGX_OK;
    }

    endpoint->subject = ln_param_index(endpoint, subject,
                                       ngx_strlen(subject));
    if (endpoint->subject < 0) {
        return ln_refuse(cf, endpoint, "no such parameter as subject:",
                         subject);
    }

    return NGX_OK;
}


static ngx_int_t
ln_compile_choices(ngx_conf_t *cf, ln_app_t *app, ln_endpoint_t *endpoint)
{
    ln_choice_t         one;
    ngx_uint_t          n;
    ln_chosen_t        *chosen;
    const ln_choice_t  *choice, *choices;

    choices = endpoint->route->choose;

    if (endpoint->route->stmt) {
        one.when = NULL;
        one.stmt = endpoint->route->stmt;
        choices = &one;
    }

    if (choices == NULL) {
        return NGX_OK;
    }

    for (n = 1; choices[n - 1].when; n++) { /* void */ }

    endpoint->choices = ngx_pcalloc(cf->pool, n * sizeof(ln_chosen_t));
    if (endpoint->choices == NULL) {
        return NGX_ERROR;
    }

    endpoint->nchoices = n;
    chosen = endpoint->choices;

    for (choice = choices; n; choice++, chosen++, n--) {

        if (choice->when && choice->stmt == NULL) {

            /* a refusal: the question makes no sense */
            if (ln_compile_when(cf, endpoint, choice->when, chosen) != NGX_OK)
            {
                return NGX_ERROR;
            }

            continue;
        }

        if (choice->stmt == NULL || choice->stmt->columns == NULL) {
            return ln_refuse(cf, endpoint, "a statement of a GET has columns",
                             choice->stmt ? choice->stmt->name : NULL);
        }

        if (ln_compile_when(cf, endpoint, choice->when, chosen) != NGX_OK
            || ln_sql_compile(cf, app, endpoint, choice->stmt, LN_LANE_READ,
                              0, &chosen->call)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_compile_also(ngx_conf_t *cf, ln_app_t *app, ln_endpoint_t *endpoint)
{
    ngx_uint_t        n;
    ln_chosen_t      *chosen;
    const ln_also_t  *also;

    if (endpoint->route->also == NULL) {
        return NGX_OK;
    }

    for (n = 0; endpoint->route->also[n].name; n++) { /* void */ }

    endpoint->also = ngx_pcalloc(cf->pool, n * sizeof(ln_chosen_t));
    if (endpoint->also == NULL) {
        return NGX_ERROR;
    }

    endpoint->nalso = n;
    chosen = endpoint->also;

    for (also = endpoint->route->also; also->name; also++, chosen++) {

        chosen->also = also;

        if (also->stmt == NULL || also->stmt->columns == NULL) {
            return ln_refuse(cf, endpoint, "a statement of .also has columns:",
                             also->name);
        }

        if (ln_compile_when(cf, endpoint, also->when, chosen) != NGX_OK
            || ln_sql_compile(cf, app, endpoint, also->stmt, LN_LANE_READ, 0,
                              &chosen->call)
               != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


/* "q near": all of them given; "sort=years": equal; "q.2": at least two. */

static ngx_int_t
ln_compile_when(ngx_conf_t *cf, ln_endpoint_t *endpoint, const char *when,
    ln_chosen_t *chosen)
{
    size_t             len;
    ngx_int_t          index, n;
    ln_when_t         *term;
    const char        *p;
    const ln_param_t  *param;

    if (when == NULL) {
        return NGX_OK;
    }

    chosen->when = ngx_pcalloc(cf->pool, LN_MAX_ARITY * sizeof(ln_when_t));
    if (chosen->when == NULL) {
        return NGX_ERROR;
    }

    for (p = when; *p; p += len + strspn(p + len, " ")) {

        len = strcspn(p, " ");

        if (chosen->nwhen == LN_MAX_ARITY) {
            return ln_refuse(cf, endpoint, "too long:", when);
        }

        term = &chosen->when[chosen->nwhen++];

        index = ln_param_index(endpoint, p, strcspn(p, ".= "));
        if (index < 0) {
            return ln_refuse(cf, endpoint, "unknown name in", when);
        }

        term->param = index;
        p += strcspn(p, ".= ");
        len = strcspn(p, " ");

        if (*p == '.') {
            param = &endpoint->route->params[index];
            n = ngx_atoi((u_char *) p + 1, strspn(p + 1, "0123456789"));
            term->count = n;

            if (n < 1
                || term->count > ngx_max(param->derived, param->arity))
            {
                return ln_refuse(cf, endpoint, "unknown name in", when);
            }

        } else if (*p == '=') {
            term->equals.data = (u_char *) p + 1;
            term->equals.len = len - 1;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_compile_steps(ngx_conf_t *cf, ln_app_t *app, ln_endpoint_t *endpoint)
{
    ln_do_t          *what;
    ngx_uint_t        n;
    const ln_step_t  *step;

    for (n = 0; endpoint->route->steps[n].stmt; n++) { /* void */ }

    if (n == 0 || n > LN_MAX_STEPS) {
        return ln_refuse(cf, endpoint, "has no steps, or too many", NULL);
    }

    endpoint->steps = ngx_pcalloc(cf->pool, n * sizeof(ln_do_t));
    if (endpoint->steps == NULL) {
        return NGX_ERROR;
    }

    for (step = endpoint->route->steps; step->stmt; step++) {

        what = &endpoint->steps[endpoint->nsteps];
        what->step = step;
        what->each = -1;

        if (step->each) {
            what->each = ln_param_index(endpoint, step->each,
                                        ngx_strlen(step->each));
            if (what->each < 0
                || endpoint->route->params[what->each].type != LN_ARRAY)
            {
                return ln_refuse(cf, endpoint, "no such array:", step->each);
            }
        }

        if (ln_compile_when(cf, endpoint, step->when, &what->when) != NGX_OK
            || ln_sql_compile(cf, app, endpoint, step->stmt, LN_LANE_WRITE,
                              endpoint->nsteps, &what->call)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        if (step->otherwise
            && ln_sql_compile(cf, app, endpoint, step->otherwise,
                              LN_LANE_WRITE, endpoint->nsteps,
                              &what->otherwise)
               != NGX_OK)
        {
            return NGX_ERROR;
        }

        endpoint->nsteps++;
    }

    return NGX_OK;
}


ngx_int_t
ln_compile_job(ngx_conf_t *cf, ln_app_t *app, const ln_feature_t *feature,
    const ln_job_t *job, ln_do_t **steps, ngx_uint_t *nsteps)
{
    ln_route_t     *route;
    ln_endpoint_t  *endpoint;

    if (job->steps == NULL) {
        return NGX_OK;
    }

    endpoint = ngx_pcalloc(cf->pool, sizeof(ln_endpoint_t));
    route = ngx_pcalloc(cf->pool, sizeof(ln_route_t));

    if (endpoint == NULL || route == NULL) {
        return NGX_ERROR;
    }

    route->steps = ln_job_steps(cf, job->steps, NULL, job->claimed);
    endpoint->route = route;
    endpoint->feature = feature;
    endpoint->name.data = (u_char *) job->name;
    endpoint->name.len = ngx_strlen(job->name);

    if (route->steps == NULL || ln_compile_steps(cf, app, endpoint) != NGX_OK)
    {
        return NGX_ERROR;
    }

    *steps = endpoint->steps;
    *nsteps = endpoint->nsteps;

    return NGX_OK;
}


/* The steps, with the claimed rows before or behind them as the step `row`. */

static const ln_step_t *
ln_job_steps(ngx_conf_t *cf, const ln_step_t *steps, const ln_stmt_t *first,
    const ln_stmt_t *last)
{
    ngx_uint_t   n;
    ln_step_t   *list, *step;

    for (n = 0; steps[n].stmt; n++) { /* void */ }

    list = ngx_pcalloc(cf->pool, (n + 2) * sizeof(ln_step_t));
    if (list == NULL) {
        return NULL;
    }

    ngx_memcpy(list + (first != NULL), steps, n * sizeof(ln_step_t));

    step = first ? list : list + n;

    if (first || last) {
        step->stmt = first ? first : last;
        step->name = "row";
        step->optional = 1;
    }

    return list;
}


ngx_int_t
ln_compile_settle(ngx_conf_t *cf, ln_app_t *app, const ln_feature_t *feature,
    const ln_job_t *job, ln_endpoint_t **settle)
{
    ln_route_t        *route;
    ln_endpoint_t     *endpoint;
    const ln_step_t   *step;
    const ln_param_t  *param;

    if (job->handler == NULL) {
        return NGX_OK;
    }

    endpoint = ngx_pcalloc(cf->pool, sizeof(ln_endpoint_t));
    route = ngx_pcalloc(cf->pool, sizeof(ln_route_t));

    if (endpoint == NULL || route == NULL) {
        return NGX_ERROR;
    }

    route->steps = ln_job_steps(cf, job->settle, job->claimed, NULL);
    route->params = job->results;
    endpoint->route = route;
    endpoint->feature = feature;
    endpoint->name.data = (u_char *) job->name;
    endpoint->name.len = ngx_strlen(job->name);

    for (param = job->results; param && param->name; param++) {

        if (param->in != LN_COMPUTED || param->seal || param->arity > 1
            || param->type == LN_ARRAY)
        {
            return ln_refuse(cf, endpoint, "a result of a job is one plain "
                             "LN_COMPUTED:", param->name);
        }

        endpoint->nparams++;
    }

    for (step = job->settle; step->stmt; step++) {
        if (step->check || step->each || step->otherwise) {
            return ln_refuse(cf, endpoint, "a step of .settle has no .check, "
                             ".each or .otherwise:", step->stmt->name);
        }
    }

    if (route->steps == NULL || ln_compile_slots(cf, endpoint) != NGX_OK
        || ln_compile_steps(cf, app, endpoint) != NGX_OK)
    {
        return NGX_ERROR;
    }

    *settle = endpoint;

    return NGX_OK;
}


void
ln_bind(const ln_scope_t *scope, const ln_call_t *call, ln_value_t *args)
{
    ngx_uint_t  i;

    for (i = 0; i < call->sql->nargs; i++) {
        ln_bind_place(scope, &call->binds[i], &args[i]);
    }
}


static void
ln_bind_place(const ln_scope_t *scope, const ln_bind_t *bind, ln_value_t *arg)
{
    ngx_uint_t     n;
    ln_request_t  *lr;

    lr = scope->lr;

    switch (bind->kind) {

    case LN_BIND_PARAM:
        /* padded by repetition: IN (a, b, b, b) asks what IN (a, b) asks */
        n = lr->given[bind->index];
        n = (bind->place < n) ? bind->place : (n ? n - 1 : 0);
        *arg = ln_values(lr, bind->index)[n];
        return;

    case LN_BIND_SEALED:
        ln_sealed_bind(lr, bind->index, arg);
        return;

    case LN_BIND_INDEX:
        ln_sealed_bind_index(lr, bind->index, arg);
        return;

    case LN_BIND_GIVEN:
        ngx_memzero(arg, sizeof(ln_value_t));
        arg->type = LN_INTEGER;
        arg->integer = (lr->given[bind->index] != 0);
        arg->set = 1;
        return;

    case LN_BIND_DERIVED:
        n = lr->nderived[bind->index];

        if (bind->place < n) {
            *arg = lr->derived[bind->index * LN_MAX_DERIVED + bind->place];
            return;
        }

        ngx_memzero(arg, sizeof(ln_value_t));
        return;

    case LN_BIND_LATITUDE:
    case LN_BIND_LONGITUDE:
        *arg = *ln_values(lr, bind->index);
        arg->type = LN_NUMBER;

        if (bind->kind == LN_BIND_LATITUDE) {
            arg->number = arg->latitude;
        }

        return;

    case LN_BIND_ROW:
        *arg = scope->rows[bind->index][bind->place];
        return;

    case LN_BIND_MEMBER:
        *arg = scope->element[bind->place];
        return;

    case LN_BIND_CURSOR:
        *arg = lr->cursor[bind->place];
        return;

    default:
        ln_bind_own(scope, bind, arg);
    }
}


/* What core gives by itself: nothing that came with the request. */

static void
ln_bind_own(const ln_scope_t *scope, const ln_bind_t *bind, ln_value_t *arg)
{
    ln_request_t  *lr;

    lr = scope->lr;

    ngx_memzero(arg, sizeof(ln_value_t));

    switch (bind->kind) {

    case LN_BIND_SELF:
        arg->type = LN_UUID;
        arg->set = lr->principal.signed_in;
        arg->string.data = lr->principal.account;
        arg->string.len = 16;
        break;

    case LN_BIND_PERMISSION:
        arg->type = LN_STRING;
        arg->set = 1;
        arg->string = lr->endpoint->permission;
        break;

    case LN_BIND_NEW_ID:
        arg->type = LN_UUID;
        arg->set = 1;
        arg->string.data = (u_char *) scope->new_id;
        arg->string.len = 16;
        break;

    case LN_BIND_REQUEST_ID:
        arg->type = LN_STRING;
        arg->set = 1;
        arg->string.data = lr->id;
        arg->string.len = LN_REQUEST_ID;
        break;

    default: /* LN_BIND_PAGE */
        arg->type = LN_INTEGER;
        arg->set = 1;
        arg->integer = lr->page + 1;
    }
}
