
/*
 * Core's own view of itself: compiled routes, the state of a request, and the
 * doors between core's files.  Features include ln.h only.
 *
 *   ngx_http_legalnet_module.c   directives, life of a worker
 *   ln_handler.c                 a request's way to its route
 *   ln_flow.c                    look-up and preparation before its work
 *   ln_register.c                features and their checks at `nginx -t`
 *   ln_compile.c                 :names to ?, routes to bindings
 *   ln_router.c                  path to route
 *   ln_param.c ln_body.c         what comes in, every bad field named at once
 *   ln_read.c                    GET: cache, statement, rows, answer
 *   ln_write.c ln_idempotency.c  steps, replay, stored answers
 *   ln_json.c ln_render.c        rows to JSON, straight into buffers
 *   ln_problem.c ln_message.c    errors as RFC 9457, texts from catalogues
 *   ln_cursor.c                  opaque keyset cursors with a MAC
 *   ln_openapi.c                 the document, from the same tables
 *   ln_db_*.c                    see ln_db.h
 *   ln_zone.c ln_cache.c …       see ln_zone.h
 *   ln_clock.c ln_job.c ln_job_item.c   what runs by itself, see ln_clock.h
 *   ln_http.c ln_http_request.c  calls of other servers, by libcurl
 *   ln_task.c                    work in threads on behalf of a request
 *   ln_measure.c                 what features count
 *   ln_sealed.c ln_cipher.c ln_key_ring.c   personal data, and its keys
 *   ln_watch.c                   when something last changed: revoked tokens
 *   ln_change.c ln_audit.c ln_seal.c   truth across nodes, trail
 *   ln_key.c ln_hash.c ln_audit_chain.c ln_cache_store.c
 *   ln_change_window.c           pure
 *   ln_operations.c              /healthz, /readyz, /metrics
 *   ln_log.c                     what may stand in a log
 */

#ifndef _LN_CORE_H_INCLUDED_
#define _LN_CORE_H_INCLUDED_


#include "ln.h"
#include "ln_db.h"
#include "ln_zone.h"


#define LN_RELEASE        "0.1.0"
#define LN_MAX_BINDS      96      /* places in one statement, arity counted */
#define LN_MAX_PARAMS     32
#define LN_MAX_ERRORS     LN_MAX_PARAMS
#define LN_MAX_ROWS_BYTES (4 * 1024 * 1024)  /* an answer larger is a bug */
#define LN_REQUEST_ID     32
#define LN_MAX_CURSOR     512     /* characters of an opaque cursor */


/* Where a `?` gets its value. */

typedef enum {
    LN_BIND_PARAM = 0,     /* index: parameter; place: 0… of a repeated one */
    LN_BIND_SEALED,        /* index: parameter */
    LN_BIND_INDEX,         /* its blind index */
    LN_BIND_GIVEN,         /* index: parameter; 1 or 0 */
    LN_BIND_DERIVED,       /* index: parameter; place: which derived value */
    LN_BIND_LATITUDE,      /* index: an LN_POINT parameter */
    LN_BIND_LONGITUDE,
    LN_BIND_ROW,           /* index: step; place: column of its row */
    LN_BIND_MEMBER,        /* index: parameter (array); place: member */
    LN_BIND_CURSOR,        /* place: 0… */
    LN_BIND_SELF,
    LN_BIND_PERMISSION,
    LN_BIND_NEW_ID,
    LN_BIND_REQUEST_ID,
    LN_BIND_PAGE
} ln_bind_e;

typedef struct {
    ln_bind_e           kind;
    ngx_uint_t          index;
    ngx_uint_t          place;
} ln_bind_t;

/* A statement of a route: the SQL and where its values come from. */
typedef struct {
    const ln_stmt_t    *stmt;
    ln_sql_t           *sql;
    ln_bind_t          *binds;         /* sql->nargs of them */
    ngx_uint_t          ncursor;
} ln_call_t;

/* A `when`: presence of a parameter, of so many values, or equality. */
typedef struct {
    ngx_uint_t          param;
    ngx_uint_t          count;         /* at least so many, or derived; 0: 1 */
    ngx_str_t           equals;        /* or empty */
} ln_when_t;

typedef struct {
    ln_when_t          *when;
    ngx_uint_t          nwhen;         /* 0: always */
    ln_call_t           call;
    const ln_also_t    *also;          /* for the calls of .also */
} ln_chosen_t;

typedef struct {
    const ln_step_t    *step;
    ln_call_t           call;
    ln_call_t           otherwise;     /* .stmt NULL: none */
    ngx_int_t           each;          /* parameter index, or -1 */
    ln_chosen_t         when;          /* its .when alone */
} ln_do_t;

/* Of a parameter: where its values stand in a request's. */
typedef struct {
    ngx_str_t           name;
    ngx_uint_t          first;
} ln_slot_t;

typedef struct ln_app_s     ln_app_t;
typedef struct ln_sealed_s  ln_sealed_t;
typedef struct ln_http_loop_s  ln_http_loop_t;

/* A compiled route. */
typedef struct {
    const ln_route_t    *route;
    const ln_feature_t  *feature;
    ngx_uint_t           index;        /* in app->endpoints */
    ngx_str_t            name;         /* "GET /api/v1/regions/{code}" */
    ngx_uint_t           nparams;
    ln_slot_t           *slots;        /* per parameter */
    ngx_uint_t           nvalues;      /* in all slots */
    ln_call_t           *resolve;      /* per parameter; .stmt NULL: none */
    ln_call_t            lookup;       /* .stmt NULL: none */
    ln_chosen_t         *choices;
    ngx_uint_t           nchoices;
    ln_chosen_t         *also;
    ngx_uint_t           nalso;
    ln_do_t             *steps;
    ngx_uint_t           nsteps;
    ln_call_t            answer;
    ngx_str_t            permission;
    unsigned             public:1;
    unsigned             signed_in:1;
    ngx_str_t            topic;        /* of .cache or .subject */
    ngx_array_t         *detail;       /* ngx_uint_t: parameters; or NULL */
    ngx_int_t            subject;      /* parameter index, -1 none,
                                          LN_SUBJECT_NEW_ID */
    ngx_int_t            version;      /* the LN_VERSION parameter, or -1 */
    ngx_int_t            metric_ok;    /* first of 6: 2xx … 5xx, see ln_log.c */
    ngx_int_t            metric_time;
} ln_endpoint_t;

#define LN_SUBJECT_NEW_ID  (-2)


/* Everything that features registered: http-wide. */
struct ln_app_s {
    ngx_array_t          features;     /* const ln_feature_t * */
    ngx_array_t          endpoints;    /* ln_endpoint_t * */
    ngx_array_t          sqls;         /* ln_sql_t * */
    ngx_array_t          databases;    /* ln_db_t * */
    ngx_array_t          pools;        /* ln_task.c: of threads */
    ngx_array_t          targets;      /* ln_http_target_t */
    ngx_array_t          measures;     /* ln_measure.c: of features */
    void                *router;
    ln_zone_t           *zone;
    ngx_array_t         *messages_paths;   /* ngx_str_t, folders */
    void                *messages;     /* ln_message.c */
    ngx_str_t            key_file;
    u_char               key_cursor[32];       /* derived by HKDF */
    u_char               key_idempotency[32];
    u_char               key_audit[32];
    u_char               key_question[32];     /* the first half of it */
    ngx_str_t            keys_path;
    ngx_uint_t           cipher;       /* ln_cipher_e */
    ln_sealed_t         *sealed;       /* NULL: no legalnet_keys */
    ln_authenticate_pt   authenticate;
    ln_permitted_pt      permitted;
    ngx_str_t            openapi;      /* rendered once, at start */
    size_t               openapi_server;   /* where the prefix goes in it */
    ngx_str_t            openapi_digest;
    ngx_int_t            request_id;   /* index of $request_id */
    ngx_int_t            route;        /* index of $legalnet_route */
    ngx_int_t            metric_none;  /* as ln_endpoint_t.metric_ok, for
                                          requests that found no route */
    void                *operations;   /* ln_operations.c */
    ngx_flag_t           used;         /* some location says `legalnet` */
    ln_http_loop_t      *http;         /* in this worker; NULL: no targets */
    void                *clock;        /* ln_job.c's state in this worker */
};

typedef struct {
    ln_app_t            *app;
    ngx_str_t            database;     /* its name; "off" */
    ln_db_t             *db;
    ngx_str_t            prefix;       /* "/legal", cut from the URI */
    ngx_array_t         *features;     /* ngx_str_t; NGX_CONF_UNSET_PTR: all */
    ngx_flag_t           read_only;
    unsigned             problem:1;    /* legalnet_problem, not inherited */
} ln_loc_conf_t;


/* One field's trouble; `code` is a key of the message catalogue. */
typedef struct {
    ngx_str_t            name;
    ln_source_e          in;
    const char          *code;
    int64_t              min;          /* shown in the text where it fits */
    int64_t              max;
} ln_field_error_t;


/* The state of a request: r's context for the core module. */
struct ln_request_s {
    ngx_http_request_t  *r;
    ln_app_t            *app;
    ln_loc_conf_t       *conf;
    ln_endpoint_t       *endpoint;     /* NULL until routed */
    ngx_str_t            path;         /* without the prefix */
    u_char               id[LN_REQUEST_ID];
    ln_principal_t       principal;
    ngx_str_t            path_values[8];

    ln_value_t          *places;       /* of values, see ln_values() */
    ln_value_t          *derived;      /* nparams × LN_MAX_DERIVED, or NULL */
    ngx_uint_t          *given;        /* how many values each has */
    ngx_uint_t          *nderived;
    ngx_array_t        **arrays;       /* LN_ARRAY: ln_value_t[nmembers] each */
    ln_value_t          *cursor;       /* ncursor of the chosen statement */
    ngx_uint_t           page;         /* asked for */
    u_char               new_id[16];

    ngx_array_t          errors;       /* ln_field_error_t */
    ngx_str_t            body;
    void                *flow;         /* ln_read.c's or ln_write.c's */
    unsigned             preparing:1;
    unsigned             answered:1;
};


extern ngx_module_t  ngx_http_legalnet_module;

/* The values of a parameter: as many as its arity, given[] of them set (but the
   null of a .nullable one is given, too). */
#define ln_values(lr, index)                                                  \
    (&(lr)->places[(lr)->endpoint->slots[index].first])

#define ln_request_get(r)                                                     \
    ((ln_request_t *) ngx_http_get_module_ctx(r, ngx_http_legalnet_module))


/* ln_handler.c: the content phase. */
ngx_int_t ln_handler(ngx_http_request_t *r);

/* ln_register.c, ln_compile.c: the tables, checked; [emerg] names the place. */
ngx_int_t ln_compile_app(ngx_conf_t *cf, ln_app_t *app);

/*
 * Where the values of a statement's places come from.  lr may be NULL (jobs);
 * `rows` are the first rows of earlier steps, `element` the members of the
 * current element of .each.
 */
typedef struct {
    ln_request_t        *lr;
    ln_value_t         **rows;
    const ln_value_t    *element;
    const u_char        *new_id;
} ln_scope_t;

void ln_bind(const ln_scope_t *scope, const ln_call_t *call,
    ln_value_t *args);                 /* call->sql->nargs of them */

/* ln_compile.c: the steps of a job, with .each and .otherwise refused. */
ngx_int_t ln_compile_job(ngx_conf_t *cf, ln_app_t *app,
    const ln_feature_t *feature, const ln_job_t *job, ln_do_t **steps,
    ngx_uint_t *nsteps);

/* Its .claimed as the row's step, and .settle; NULL when it has no .handler. */
ngx_int_t ln_compile_settle(ngx_conf_t *cf, ln_app_t *app,
    const ln_feature_t *feature, const ln_job_t *job, ln_endpoint_t **settle);

/*
 * ln_compile.c: one statement for core's own use (change events, audit …),
 * which binds only its arguments in order: `?` stands in the text already.
 */
ln_sql_t *ln_compile_own(ngx_conf_t *cf, ln_app_t *app, const char *name,
    const char *text, const ln_column_t *columns, ln_lane_e lane);

/* ln_router.c */
ngx_int_t ln_router_build(ngx_conf_t *cf, ln_app_t *app);
/* NGX_OK; NGX_DECLINED 404; NGX_HTTP_NOT_ALLOWED with `allow` (a bit set). */
ngx_int_t ln_router_find(ln_app_t *app, ngx_uint_t method, ngx_str_t *path,
    ln_endpoint_t **endpoint, ngx_str_t *values, ngx_uint_t *allow);

/* ln_param.c, ln_body.c: NGX_OK, or what ln_fail() returned. */
ngx_int_t ln_params_read(ln_request_t *lr, ngx_str_t *body);
ngx_int_t ln_body_read(ln_request_t *lr, ngx_str_t *body);
/* Places for the values of lr->endpoint's parameters. */
ngx_int_t ln_params_alloc(ln_request_t *lr, ngx_pool_t *pool);
void ln_param_take(ln_request_t *lr, ngx_uint_t index, const ngx_str_t *text);
/* The derived values: for statements alone, so not before one is needed. */
ngx_int_t ln_params_derive(ln_request_t *lr);
ngx_uint_t ln_field_failed(ln_request_t *lr, const char *name);
/* The first header of that name, in any case; NULL: not sent. */
ngx_str_t *ln_header_find(ngx_http_request_t *r, const char *name);

/* The parameter of that name in the route's table, or -1. */
ngx_int_t ln_param_index(const ln_endpoint_t *endpoint, const char *name,
    size_t len);

/* ln_flow.c: the route's work, its parameters being there. */
ngx_int_t ln_flow_start(ln_request_t *lr);

/* ln_read.c, ln_write.c */
ngx_int_t ln_read_start(ln_request_t *lr);
ngx_int_t ln_write_start(ln_request_t *lr);
/* Compiles the statements of stored answers. */
ngx_int_t ln_write_init(ngx_conf_t *cf, ln_app_t *app);

/*
 * ln_problem.c: problem+json, RFC 9457.  ln_fail*() answer at once and never
 * return NGX_OK, so that a check's refusal is told from its consent; what they
 * return may be given to ngx_http_finalize_request().
 */
ngx_int_t ln_fail_db(ln_request_t *lr, ln_db_rc_e rc);
void ln_field_error(ln_request_t *lr, ngx_str_t *name, ln_source_e in,
    const char *code, int64_t min, int64_t max);
/* All collected field errors as one 422. */
ngx_int_t ln_fail_fields(ln_request_t *lr);
/* Set handler of legalnet_problem: answers errors that nginx made. */
char *ln_problem_location(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);

/*
 * ln_message.c: catalogues conf/messages/<locale>.json, flat objects of
 * key to text; `{min}` and `{max}` are places.  Loaded at configuration time;
 * every file must hold the same keys ([emerg] names the missing one).
 */
ngx_int_t ln_message_load(ngx_conf_t *cf, ln_app_t *app);
/* Best locale for Accept-Language (RFC 9110, 12.5.4); zh-CN when in doubt. */
ngx_uint_t ln_message_locale(ln_app_t *app, ngx_http_request_t *r);
ngx_str_t *ln_message_locale_name(ln_app_t *app, ngx_uint_t locale);
/* The text of a key; of the key itself when missing (and an alert). */
ngx_str_t ln_message(ln_app_t *app, ngx_uint_t locale, const char *key);
/* The same, NULL when missing. */
ngx_str_t *ln_message_find(ln_app_t *app, ngx_uint_t locale,
    const ngx_str_t *key);

/*
 * ln_openapi.c: after all features' tables are compiled.  Core's own feature
 * (register it first) has one route, GET /api/v1/openapi.json.
 */
extern const ln_feature_t  ln_core_feature;
ngx_int_t ln_openapi_build(ngx_conf_t *cf, ln_app_t *app);

/*
 * ln_log.c: variables (from preconfiguration, before anything names them);
 * the POST_READ handler and log phase metrics (after the endpoints are there).
 */
ngx_int_t ln_log_variables(ngx_conf_t *cf, ln_app_t *app);
ngx_int_t ln_log_init(ngx_conf_t *cf, ln_app_t *app);
/* `id` is of the request's pool: the variable points at it from then on. */
/* `id` is of the request's pool: the variable points to it from then on. */
void ln_request_id(ngx_http_request_t *r, u_char *id);

/* ln_operations.c: set handlers of legalnet_health, _ready, _metrics. */
char *ln_operations_health(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ln_operations_ready(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
char *ln_operations_metrics(ngx_conf_t *cf, ngx_command_t *cmd, void *conf);
/* Compiles the statement that asks for migrations: before the databases learn
 * how many statements there are.  The second looks once a worker starts. */
ngx_int_t ln_operations_init(ngx_conf_t *cf, ln_app_t *app);
ngx_int_t ln_operations_start(ngx_cycle_t *cycle, ln_app_t *app);
/* NGX_OK once the schema has what every feature needs; else answers 503. */
ngx_int_t ln_operations_migrated(ln_request_t *lr);

/*
 * ln_job.c, ln_change.c, ln_audit.c: the clockwork of a worker.  Started in
 * init_process; runs nothing while ngx_exiting.
 */
ngx_int_t ln_clock_init(ngx_conf_t *cf, ln_app_t *app);
ngx_int_t ln_clock_start(ngx_cycle_t *cycle, ln_app_t *app);
void ln_clock_quit(ln_app_t *app);

/*
 * ln_audit.c and ln_change.c for ln_write.c: arguments of the two INSERTs,
 * bound in the flow's pool.  The row's MAC covers all its other columns.
 */
typedef struct {
    ln_principal_t      *principal;
    ngx_str_t            action;       /* the route's name */
    ngx_str_t            topic;
    ngx_str_t            subject;
    ngx_str_t            detail;       /* JSON, or empty */
    u_char              *request_id;
} ln_act_t;

const ln_sql_t *ln_audit_insert(ln_app_t *app, ngx_pool_t *pool,
    const ln_act_t *act, ln_value_t **args);
const ln_sql_t *ln_change_insert(ln_app_t *app, ngx_pool_t *pool,
    const ln_act_t *act, ln_value_t **args);

/* ln_uuid.c: random bytes, drawn from the kernel in advance. */
void ln_random(void *to, size_t size);

/* ln_json.c: a bounded appender into a chain of the pool's buffers. */
typedef struct {
    ngx_pool_t          *pool;
    ngx_chain_t         *first;
    ngx_chain_t         *last;
    u_char              *pos;
    u_char              *end;
    size_t               length;
    size_t               max;
    ln_request_t        *lr;           /* who opens LN_SEALED; NULL: nobody */
    unsigned             failed:1;     /* out of memory or over max */
} ln_json_t;

void ln_json_init(ln_json_t *json, ngx_pool_t *pool, size_t max);
void ln_json_raw(ln_json_t *json, const void *data, size_t length);
#define ln_json_text(json, literal)                                           \
    ln_json_raw(json, literal, sizeof(literal) - 1)
void ln_json_string(ln_json_t *json, const ngx_str_t *text);   /* quoted */
void ln_json_cstring(ln_json_t *json, const char *text);
void ln_json_integer(ln_json_t *json, int64_t n);
void ln_json_value(ln_json_t *json, const ln_value_t *value);
/* One contiguous string of what was written (copied when in many buffers). */
ngx_int_t ln_json_flat(ln_json_t *json, ngx_str_t *out);

/* ln_render.c: a row as an object, nested by the dots of its columns. */
void ln_render_row(ln_json_t *json, const ln_column_t *columns,
    const ln_value_t *row);

/* ln_respond.c: headers every answer carries, and the body.  ln_header() adds
 * one; name and value stay as long as the request does. */
ngx_table_elt_t *ln_header(ngx_http_request_t *r, const char *name,
    const ngx_str_t *value);
ngx_int_t ln_respond(ln_request_t *lr, ngx_uint_t status, ngx_str_t *type,
    ngx_chain_t *body, size_t length);
/*
 * A request goes on after a task or a call of another server; rc is what its
 * `done` returned.
 */
void ln_resume(ln_request_t *lr, ngx_int_t rc);

/* ln_task.c: the thread pools that features name, at configuration time. */
ngx_int_t ln_task_init(ngx_conf_t *cf, ln_app_t *app);

/* ln_measure.c: what features count, at configuration time. */
ngx_int_t ln_measure_init(ngx_conf_t *cf, ln_app_t *app);

/* ln_sealed.c: ln_unseal() without a request. */
ngx_int_t ln_unseal_in(ln_app_t *app, ngx_pool_t *pool, const char *field,
    const ln_value_t *value, ngx_str_t *text);

/* ln_watch.c: the topics that features watch, at configuration time. */
ngx_int_t ln_watch_init(ngx_conf_t *cf, ln_app_t *app);

/* From a database event: finalizes and runs what that posted. */
void ln_finish(ln_request_t *lr, ngx_int_t rc);


#include "ln_banned.h"


#endif /* _LN_CORE_H_INCLUDED_ */
