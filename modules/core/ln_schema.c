
/*
 * Does the schema have what the features need?  Each worker asks once it has
 * started, and then every second while something is missing; until it is there
 * the API answers 503 migrations_missing.  While nothing is known yet (the
 * first milliseconds, a database that is away) requests pass, and what they
 * meet speaks for itself.
 */

#include "ln_schema.h"


#define LN_SCHEMA_AGAIN   1000         /* ms between two looks */


/* What this worker knows of a database. */

typedef struct {
    ln_look_t      look;               /* first: rows are given to it */
    ln_db_t       *db;
    unsigned       asking:1;
    unsigned       complete:1;
    unsigned       missing:1;
} ln_schema_t;

typedef struct {
    ln_app_t      *app;
    ln_sql_t      *versions;
    ln_schema_t   *schemas;            /* one a database */
    ngx_event_t    timer;
} ln_operations_t;


static void ln_schema_timer(ngx_event_t *ev);
static void ln_schema_ask(ln_operations_t *operations, ln_schema_t *schema);
static ngx_int_t ln_schema_row(void *data, const ln_value_t *row);
static void ln_schema_done(void *data, const ln_db_result_t *result);


static const ln_column_t  ln_version_columns[] = {
    { .name = "version", .type = LN_STRING },
    { .name = NULL }
};


ngx_int_t
ln_operations_init(ngx_conf_t *cf, ln_app_t *app)
{
    ln_db_t          **databases;
    ngx_uint_t         i;
    ln_operations_t   *operations;

    operations = ngx_pcalloc(cf->pool, sizeof(ln_operations_t));
    if (operations == NULL) {
        return NGX_ERROR;
    }

    operations->app = app;
    operations->versions = ln_compile_own(cf, app, "migrations",
                                          "SELECT version"
                                          " FROM schema_migrations",
                                          ln_version_columns, LN_LANE_READ);
    operations->schemas = ngx_pcalloc(cf->pool, app->databases.nelts
                                                * sizeof(ln_schema_t));

    if (operations->versions == NULL || operations->schemas == NULL) {
        return NGX_ERROR;
    }

    databases = app->databases.elts;

    for (i = 0; i < app->databases.nelts; i++) {
        operations->schemas[i].db = databases[i];
    }

    app->operations = operations;

    return NGX_OK;
}


ngx_int_t
ln_operations_start(ngx_cycle_t *cycle, ln_app_t *app)
{
    ngx_event_t      *ev;
    ln_operations_t  *operations;

    operations = app->operations;

    ev = &operations->timer;
    ev->handler = ln_schema_timer;
    ev->data = operations;
    ev->log = cycle->log;
    ev->cancelable = 1;

    ngx_add_timer(ev, 1);

    return NGX_OK;
}


/* Every second, until all is there; a quitting worker does not wait for it. */

static void
ln_schema_timer(ngx_event_t *ev)
{
    ngx_uint_t        i, incomplete;
    ln_operations_t  *operations;

    operations = ev->data;
    incomplete = 0;

    for (i = 0; i < operations->app->databases.nelts; i++) {

        if (!operations->schemas[i].complete) {
            ln_schema_ask(operations, &operations->schemas[i]);
            incomplete = 1;
        }
    }

    if (incomplete) {
        ngx_add_timer(ev, LN_SCHEMA_AGAIN);
    }
}


ngx_int_t
ln_operations_migrated(ln_request_t *lr)
{
    ln_schema_t      *schema;
    ln_operations_t  *operations;

    operations = lr->app->operations;

    for (schema = operations->schemas;
         schema->db != lr->conf->db;
         schema++)
    {
        /* every location's database is one of them */
    }

    if (schema->complete) {
        return NGX_OK;
    }

    if (schema->missing) {
        return ln_fail(lr, NGX_HTTP_SERVICE_UNAVAILABLE,
                       "migrations_missing");
    }

    return NGX_OK;
}


static void
ln_schema_ask(ln_operations_t *operations, ln_schema_t *schema)
{
    if (schema->asking) {
        return;
    }

    schema->asking = (ln_schema_look(operations->app, schema->db,
                                     ln_schema_done, schema) != NULL);
}


ln_op_t *
ln_schema_look(ln_app_t *app, ln_db_t *db, ln_op_done_pt done, void *data)
{
    ln_look_t        *look;
    ln_operations_t  *operations;

    look = data;
    look->app = app;
    look->seen = 0;
    look->length = 0;

    operations = app->operations;

    return ln_db_query(db, operations->versions, NULL, ln_schema_row, done,
                       data);
}


static ngx_int_t
ln_schema_row(void *data, const ln_value_t *row)
{
    ln_look_t *look = data;

    ngx_uint_t            i;
    const ngx_str_t      *version;
    const ln_feature_t  **features;

    version = &row[0].string;
    features = look->app->features.elts;

    for (i = 0; i < look->app->features.nelts; i++) {

        if (features[i]->migration
            && ngx_strlen(features[i]->migration) == version->len
            && ngx_strncmp(features[i]->migration, version->data,
                           version->len) == 0)
        {
            look->seen |= (uint64_t) 1 << i;
        }
    }

    if (version->len <= LN_MAX_VERSION
        && ngx_memn2cmp(version->data, look->highest, version->len,
                        look->length) > 0)
    {
        ngx_memcpy(look->highest, version->data, version->len);
        look->length = version->len;
    }

    return NGX_OK;
}


static void
ln_schema_done(void *data, const ln_db_result_t *result)
{
    ln_schema_t *schema = data;

    schema->asking = 0;

    if (result->rc == LN_DB_OK) {
        schema->complete = (ln_schema_complete(&schema->look, NULL)
                            == NGX_OK);
        schema->missing = !schema->complete;
        return;
    }

    /* not even the table that lists them, or no right to read it */
    if (result->rc == LN_DB_FAILED) {
        schema->missing = 1;
    }
}


ngx_int_t
ln_schema_complete(const ln_look_t *look, ln_json_t *json)
{
    ngx_int_t             rc;
    ngx_uint_t            i;
    const ln_feature_t  **features;

    rc = NGX_OK;
    features = look->app->features.elts;

    for (i = 0; i < look->app->features.nelts; i++) {

        if (features[i]->migration == NULL
            || (look->seen & ((uint64_t) 1 << i)))
        {
            continue;
        }

        if (json) {
            ln_json_raw(json, ",", rc == NGX_OK ? 0 : 1);
            ln_json_text(json, "{\"feature\":");
            ln_json_cstring(json, features[i]->name);
            ln_json_text(json, ",\"migration\":");
            ln_json_cstring(json, features[i]->migration);
            ln_json_text(json, "}");
        }

        rc = NGX_DECLINED;
    }

    return rc;
}
