
/*
 * Features and the checks of their tables.  Whatever is wrong with a table is
 * an [emerg] at `nginx -t` that names feature, route and name.
 */

#include "ln_core.h"
#include "ln_compile.h"


static ngx_int_t ln_register_routes(ngx_conf_t *cf, ln_app_t *app,
    const ln_feature_t *feature);
static ngx_int_t ln_check_route(ngx_conf_t *cf, ln_endpoint_t *endpoint);
static ngx_int_t ln_check_work(ngx_conf_t *cf, ln_endpoint_t *endpoint);
static ngx_int_t ln_check_params(ngx_conf_t *cf, ln_endpoint_t *endpoint);
static ngx_int_t ln_check_computed(ngx_conf_t *cf, ln_endpoint_t *endpoint,
    const ln_param_t *param);
static ngx_int_t ln_check_path(ngx_conf_t *cf, ln_endpoint_t *endpoint);
static ngx_int_t ln_check_param(ngx_conf_t *cf, ln_endpoint_t *endpoint,
    const ln_param_t *param);


ngx_int_t
ln_register(ngx_conf_t *cf, const ln_feature_t *feature)
{
    ln_app_t             *app;
    ngx_uint_t            i;
    const ln_feature_t  **features, **slot;

    app = ngx_http_conf_get_module_main_conf(cf, ngx_http_legalnet_module);

    if (feature->abi != LN_ABI || feature->layout != LN_LAYOUT) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: feature \"%s\" was built for ABI %ui "
                           "(layout %uz), this is ABI %d (layout %uz): build "
                           "it again against the installed ln.h",
                           feature->name ? feature->name : "?",
                           feature->abi, feature->layout,
                           LN_ABI, (size_t) LN_LAYOUT);
        return NGX_ERROR;
    }

    features = app->features.elts;

    for (i = 0; i < app->features.nelts; i++) {

        if (ngx_strcmp(features[i]->name, feature->name) == 0) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "legalnet: feature \"%s\" is registered twice",
                               feature->name);
            return NGX_ERROR;
        }
    }

    if (feature->authenticate) {

        if (app->authenticate) {
            ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                               "legalnet: feature \"%s\" is the second that "
                               "wants to authenticate", feature->name);
            return NGX_ERROR;
        }

        app->authenticate = feature->authenticate;
        app->permitted = feature->permitted;
    }

    slot = ngx_array_push(&app->features);
    if (slot == NULL) {
        return NGX_ERROR;
    }

    *slot = feature;

    return NGX_OK;
}


/* All features' tables, once the configuration has been read. */

ngx_int_t
ln_compile_app(ngx_conf_t *cf, ln_app_t *app)
{
    ngx_uint_t            i;
    const ln_feature_t  **features;

    features = app->features.elts;

    for (i = 0; i < app->features.nelts; i++) {

        if (features[i]->routes
            && ln_register_routes(cf, app, features[i]) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_register_routes(ngx_conf_t *cf, ln_app_t *app, const ln_feature_t *feature)
{
    size_t              len;
    const char         *method;
    ln_endpoint_t      *endpoint, **slot;
    const ln_route_t   *route;
    const ln_param_t   *param;

    for (route = feature->routes; route->path; route++) {

        endpoint = ngx_pcalloc(cf->pool, sizeof(ln_endpoint_t));
        slot = ngx_array_push(&app->endpoints);

        if (endpoint == NULL || slot == NULL) {
            return NGX_ERROR;
        }

        *slot = endpoint;

        endpoint->route = route;
        endpoint->feature = feature;
        endpoint->index = app->endpoints.nelts - 1;

        method = ln_method_name(route->method);
        len = ngx_strlen(method) + 1 + ngx_strlen(route->path);

        endpoint->name.data = ngx_pnalloc(cf->pool, len);
        if (endpoint->name.data == NULL) {
            return NGX_ERROR;
        }

        endpoint->name.len = ngx_sprintf(endpoint->name.data, "%s %s", method,
                                         route->path) - endpoint->name.data;

        for (param = route->params; param && param->name; param++) {
            endpoint->nparams++;
        }

        if (ln_check_route(cf, endpoint) != NGX_OK
            || ln_compile_endpoint(cf, app, endpoint) != NGX_OK)
        {
            return NGX_ERROR;
        }
    }

    return NGX_OK;
}


const char *
ln_method_name(ngx_uint_t method)
{
    switch (method) {

    case NGX_HTTP_GET:
        return "GET";

    case NGX_HTTP_POST:
        return "POST";

    case NGX_HTTP_PUT:
        return "PUT";

    case NGX_HTTP_DELETE:
        return "DELETE";

    default:
        return "?";
    }
}


ngx_int_t
ln_refuse(ngx_conf_t *cf, ln_endpoint_t *endpoint, const char *what,
    const char *name)
{
    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "legalnet: feature \"%s\", route \"%V\": %s%s%s%s",
                       endpoint->feature->name, &endpoint->name, what,
                       name ? " \"" : "", name ? name : "", name ? "\"" : "");
    return NGX_ERROR;
}


static ngx_int_t
ln_check_route(ngx_conf_t *cf, ln_endpoint_t *endpoint)
{
    const ln_route_t  *route;

    route = endpoint->route;

    if (ln_method_name(route->method)[0] == '?') {
        return ln_refuse(cf, endpoint, "is not GET, POST, PUT or DELETE",
                         NULL);
    }

    if (ngx_strncmp(route->path, "/api/", 5) != 0) {
        return ln_refuse(cf, endpoint, "its path does not begin with /api/",
                         NULL);
    }

    if (route->needs == NULL || route->needs[0] == '\0') {
        return ln_refuse(cf, endpoint, "does not say what it .needs", NULL);
    }

    if (route->summary == NULL) {
        return ln_refuse(cf, endpoint, "has no .summary", NULL);
    }

    endpoint->public = (ngx_strcmp(route->needs, LN_PUBLIC) == 0);
    endpoint->signed_in = (ngx_strcmp(route->needs, LN_SIGNED_IN) == 0);
    endpoint->permission.data = (u_char *) route->needs;
    endpoint->permission.len = ngx_strlen(route->needs);

    if (ln_check_work(cf, endpoint) != NGX_OK) {
        return NGX_ERROR;
    }

    if (ln_check_params(cf, endpoint) != NGX_OK) {
        return NGX_ERROR;
    }

    return ln_check_path(cf, endpoint);
}


static ngx_int_t
ln_check_work(ngx_conf_t *cf, ln_endpoint_t *endpoint)
{
    ngx_uint_t         works;
    const ln_route_t  *route;

    route = endpoint->route;

    works = (route->stmt != NULL) + (route->choose != NULL)
            + (route->steps != NULL) + (route->handler != NULL);

    if (works != 1) {
        return ln_refuse(cf, endpoint, "needs exactly one of .stmt, .choose, "
                         ".steps and .handler", NULL);
    }

    if (route->method == NGX_HTTP_GET) {

        if (route->key != LN_KEY_NONE
            || (route->steps && route->answer == NULL && route->page == NULL))
        {
            return ln_refuse(cf, endpoint, "a GET has no .key, and with "
                             ".steps an .answer or a .page", NULL);
        }

    } else if (route->stmt || route->choose || route->cache.topic) {
        return ln_refuse(cf, endpoint, "only a GET has .stmt, .choose or "
                         ".cache", NULL);
    }

    if (route->steps && route->subject.topic == NULL) {
        return ln_refuse(cf, endpoint, "a write names its .subject, for the "
                         "audit trail", NULL);
    }

    if ((route->lookup && (route->prepare == NULL
                           || route->lookup->columns == NULL))
        || ((route->prepare || route->before) && route->cache.topic))
    {
        return ln_refuse(cf, endpoint, "a .lookup selects for its .prepare, "
                         "and what has one has no .cache", NULL);
    }

    if (route->finish
        && (route->steps == NULL || route->answer || route->location
            || route->key != LN_KEY_NONE))
    {
        return ln_refuse(cf, endpoint, "a .finish ends .steps, without "
                         ".answer, .location and .key", NULL);
    }

    if (route->page
        && (route->method != NGX_HTTP_GET || !endpoint->public
            || !(route->handler || route->finish) || route->returns))
    {
        return ln_refuse(cf, endpoint, "a .page is of a public GET with a "
                         ".handler or a .finish, and without .returns", NULL);
    }

    if (route->returns && route->handler == NULL && route->finish == NULL) {
        return ln_refuse(cf, endpoint, ".returns describes a .handler or a "
                         ".finish", NULL);
    }

    if (route->cache.topic && !endpoint->public) {
        return ln_refuse(cf, endpoint, "only what is public has a .cache",
                         NULL);
    }

    return NGX_OK;
}


static ngx_int_t
ln_check_params(ngx_conf_t *cf, ln_endpoint_t *endpoint)
{
    ngx_uint_t         i, j;
    const ln_param_t  *params, *member;

    params = endpoint->route->params;
    endpoint->version = -1;

    if (endpoint->nparams > LN_MAX_PARAMS) {
        return ln_refuse(cf, endpoint, "has too many parameters", NULL);
    }

    for (i = 0; i < endpoint->nparams; i++) {

        if (ln_check_param(cf, endpoint, &params[i]) != NGX_OK) {
            return NGX_ERROR;
        }

        for (member = params[i].members; member && member->name; member++) {
            if (ln_check_param(cf, endpoint, member) != NGX_OK) {
                return NGX_ERROR;
            }
        }

        for (j = 0; j < i; j++) {
            if (ngx_strcmp(params[i].name, params[j].name) == 0) {
                return ln_refuse(cf, endpoint, "has twice the parameter",
                                 params[i].name);
            }
        }

        if (params[i].in == LN_VERSION) {
            endpoint->version = i;
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_check_param(ngx_conf_t *cf, ln_endpoint_t *endpoint,
    const ln_param_t *param)
{
    if (param->in == LN_COMPUTED) {
        return ln_check_computed(cf, endpoint, param);
    }

    if (param->type == LN_BYTES) {
        return ln_refuse(cf, endpoint, "octets do not come from a client: "
                         "parameter", param->name);
    }

    if (param->summary == NULL) {
        return ln_refuse(cf, endpoint, "no .summary of parameter",
                         param->name);
    }

    if (param->arity > LN_MAX_ARITY || param->derived > LN_MAX_DERIVED
        || (param->derive != NULL) != (param->derived != 0))
    {
        return ln_refuse(cf, endpoint, "wrong .arity or .derived of parameter",
                         param->name);
    }

    if ((param->type == LN_ENUM) != (param->values != NULL)) {
        return ln_refuse(cf, endpoint, "an LN_ENUM, and only it, has .values: "
                         "parameter", param->name);
    }

    if ((param->type == LN_ARRAY) != (param->members != NULL)
        || (param->type == LN_ARRAY && param->in != LN_BODY))
    {
        return ln_refuse(cf, endpoint, "an LN_ARRAY, and only it, has .members "
                         "and stands in the body: parameter", param->name);
    }

    if ((param->type == LN_STRING || param->type == LN_ARRAY)
        && param->max <= 0)
    {
        return ln_refuse(cf, endpoint, "no .max of parameter", param->name);
    }

    if (param->in == LN_BODY && endpoint->route->method == NGX_HTTP_GET) {
        return ln_refuse(cf, endpoint, "a GET has no body for parameter",
                         param->name);
    }

    if (param->nullable
        && (param->in != LN_BODY || param->type == LN_ARRAY || param->arity
            || param->seal || param->fallback || param->resolve
            || param->derive))
    {
        return ln_refuse(cf, endpoint, "what may be null is one plain member "
                         "of the body: parameter", param->name);
    }

    if (param->in == LN_VERSION && param->type != LN_INTEGER) {
        return ln_refuse(cf, endpoint, "a version is an LN_INTEGER: parameter",
                         param->name);
    }

    return NGX_OK;
}


static ngx_int_t
ln_check_computed(ngx_conf_t *cf, ln_endpoint_t *endpoint,
    const ln_param_t *param)
{
    if (endpoint->route->prepare == NULL && endpoint->route->before == NULL) {
        return ln_refuse(cf, endpoint, "no .prepare for the computed "
                         "parameter", param->name);
    }

    if (param->type == LN_POINT || param->type == LN_ARRAY
        || param->type == LN_CURSOR || param->arity || param->fallback
        || param->required || param->nullable || param->resolve
        || param->derive)
    {
        return ln_refuse(cf, endpoint, "a computed parameter is one plain "
                         "value:", param->name);
    }

    return NGX_OK;
}


/* Every {place} is an LN_PATH parameter, in the same order, and conversely. */

static ngx_int_t
ln_check_path(ngx_conf_t *cf, ln_endpoint_t *endpoint)
{
    size_t             len;
    const char        *p, *end;
    const ln_param_t  *param, *last;

    param = endpoint->route->params;
    last = param + endpoint->nparams;

    for (p = strchr(endpoint->route->path, '{'); p; p = strchr(end, '{')) {

        end = strchr(p, '}');
        if (end == NULL) {
            return ln_refuse(cf, endpoint, "has an open { in its path", NULL);
        }

        len = end - p - 1;

        while (param < last && param->in != LN_PATH) {
            param++;
        }

        if (param == last || ngx_strlen(param->name) != len
            || ngx_strncmp(param->name, p + 1, len) != 0)
        {
            return ln_refuse(cf, endpoint, "its path and its LN_PATH "
                             "parameters differ", NULL);
        }

        param++;
    }

    for ( /* void */ ; param < last; param++) {
        if (param->in == LN_PATH) {
            return ln_refuse(cf, endpoint, "its path lacks the parameter",
                             param->name);
        }
    }

    return NGX_OK;
}
