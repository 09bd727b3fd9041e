
/*
 * legalnet: what a feature module needs, and all that it may use.
 *
 * A feature is a set of tables.  It fills in ln_param_t (what comes in),
 * ln_column_t (what goes out), ln_stmt_t (constant SQL), ln_step_t (a
 * transaction as a list) and ln_route_t (an endpoint), puts them into one
 * ln_feature_t and calls ln_register() from its preconfiguration handler:
 *
 *     static ngx_int_t
 *     ngx_http_legalnet_notes_register(ngx_conf_t *cf)
 *     {
 *         return ln_register(cf, &notes_feature);
 *     }
 *
 * Core compiles and checks the tables when nginx reads its configuration, so
 * that every mistake shows at `nginx -t`, by feature, route and name.  The
 * tables must be static const: they are read for the life of the process.
 *
 * Nothing here blocks.  Nothing here is freed by the caller.
 */

#ifndef _LN_H_INCLUDED_
#define _LN_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>


/* Raised by every change of a structure or a meaning in this file. */
#define LN_ABI  7


#define LN_MAX_JSON_BODY    (64 * 1024)  /* the longest form, four times over */
#define LN_MAX_PAGE         100          /* keeps storing a result under 1 ms */
#define LN_DEFAULT_PAGE     20
#define LN_MAX_ARITY        8            /* one statement serves every count */
#define LN_MAX_DERIVED      8
#define LN_MAX_STEPS        32


/*
 * Types of parameters and columns.  The wire form is JSON's unless noted;
 * query, path and header parameters are the same text without quotes.
 */

typedef enum {
    LN_STRING = 0,   /* UTF-8; min and max count characters */
    LN_INTEGER,      /* 64-bit signed; min and max are its bounds */
    LN_NUMBER,       /* a double */
    LN_BOOLEAN,      /* true or false; in queries also 1 and 0 */
    LN_ENUM,         /* one of .values */
    LN_ID,           /* BIGINT key, a decimal string on the wire */
    LN_UUID,         /* BINARY(16), 8-4-4-4-12 on the wire */
    LN_DATE,         /* YYYY-MM-DD, a day in Asia/Shanghai */
    LN_INSTANT,      /* DATETIME(6) in UTC, YYYY-MM-DDThh:mm:ss[.ffffff]Z */
    LN_POINT,        /* "longitude,latitude", WGS-84 degrees; binds
                        :name.longitude and :name.latitude */
    LN_CURSOR,       /* where the next page starts, see ln_stmt_t.page */
    LN_ARRAY,        /* body only: objects described by .members */
    LN_DOC,          /* column only: rendered JSON; the column `doc` is
                        spliced into its row, any other is a member */
    LN_SEALED,       /* column only: encrypted, see .seal; a string on the wire,
                        masked */
    LN_BYTES         /* octets; never on the wire: of LN_COMPUTED parameters
                        and of statements that C alone reads */
} ln_type_e;


typedef enum {
    LN_QUERY = 0,
    LN_PATH,
    LN_BODY,         /* a member of the JSON object */
    LN_HEADER,
    LN_VERSION,      /* If-Match, or the member `version`; missing is 428 */
    LN_COMPUTED      /* not from the client: .before and .prepare set it by
                        ln_set() */
} ln_source_e;


typedef struct ln_value_s    ln_value_t;
typedef struct ln_param_s    ln_param_t;
typedef struct ln_column_s   ln_column_t;
typedef struct ln_stmt_s     ln_stmt_t;
typedef struct ln_step_s     ln_step_t;
typedef struct ln_route_s    ln_route_t;
typedef struct ln_job_s      ln_job_t;
typedef struct ln_feature_s  ln_feature_t;
typedef struct ln_request_s  ln_request_t;
typedef struct ln_item_s     ln_item_t;


/* One value on its way in (a parameter) or out (a column of a row). */

struct ln_value_s {
    ngx_str_t        string;     /* text, or the 16 bytes of a UUID */
    int64_t          integer;    /* INTEGER, BOOLEAN, ID */
    double           number;     /* NUMBER; a POINT's longitude */
    double           latitude;   /* a POINT's */
    ln_type_e        type;
    unsigned         set:1;      /* given by the client, or not NULL */
};


/*
 * Turns one value into up to `max` derived ones (search tokens of a text),
 * which statements bind as :name.1, :name.2 ...  Returns how many it made, or
 * NGX_ERROR (out of memory).  Pure: memory comes from the pool.
 */
typedef ngx_int_t (*ln_derive_pt)(ngx_pool_t *pool, const ln_value_t *in,
    ln_value_t *out, ngx_uint_t max);


/*
 * A parameter.  Tables end with a row whose name is NULL.
 *
 * .arity   how often it may be repeated (default 1, at most LN_MAX_ARITY);
 *          `IN (:name)` expands to that many places, padded by repetition;
 *          :name.1, :name.2 … bind them singly.
 * .resolve a public single-key SELECT of one column `id`: the client's code
 *          is looked up through the cache, statements bind the id that came
 *          back, and a code that names nothing is 422 `unknown`.
 * .fallback  the value of an absent optional parameter, in wire form.
 * .nullable  of the body: null says something else than leaving the member
 *          out, which is the same for all others.  :name binds NULL both
 *          times; :name.given is 1 for a null or a value, else 0.
 * .seal    "table.column", for personal data: :name binds it encrypted under
 *          that name (a VARBINARY of its bytes and 54 more), :name.index a
 *          blind index of 16 bytes, equal for equal values whatever their
 *          blanks, hyphens and case (of a field that ends with "phone" also
 *          with or without +86).  A value with a `*` is 422 `masked_value`:
 *          what was shown masked never comes back.
 */
struct ln_param_s {
    const char         *name;
    ln_type_e           type;
    ln_source_e         in;
    int64_t             min;
    int64_t             max;
    unsigned            required:1;
    unsigned            nullable:1;
    ngx_uint_t          arity;
    const char *const  *values;      /* LN_ENUM: ends with NULL */
    const char         *fallback;
    const ln_stmt_t    *resolve;
    const char         *seal;
    ln_derive_pt        derive;
    ngx_uint_t          derived;     /* how many, at most LN_MAX_DERIVED */
    const ln_param_t   *members;     /* LN_ARRAY */
    const char         *summary;     /* one line for OpenAPI */
    const char         *example;
};


/*
 * A column of a result, in the order of the SELECT list; the alias in SQL must
 * equal the name (checked when the statement is first prepared).
 *
 * `organization.name` puts the value into a nested object; columns of one
 * object stand together.  In the description of a document (.doc), `areas[]`
 * and `areas[].code` describe arrays.  Columns named `cursor.1`, `cursor.2`
 * are the keyset of a page and are not shown.
 */
typedef enum {
    LN_MASK_ALL = 0,   /* **** */
    LN_MASK_PHONE,     /* 138****8000 */
    LN_MASK_NAME,      /* the first character stays */
    LN_MASK_ID_NUMBER, /* the day of birth is hidden */
    LN_MASK_NONE       /* shown as it is, to whom the route is open */
} ln_mask_e;

struct ln_column_s {
    const char         *name;
    ln_type_e           type;
    const char         *seal;        /* LN_SEALED: as that of the parameter */
    ln_mask_e           mask;        /* LN_SEALED */
    unsigned            nullable:1;
    unsigned            omit_null:1; /* the member is left out when NULL */
    const char *const  *values;      /* LN_ENUM */
    const ln_column_t  *doc;         /* LN_DOC: what the document holds */
    const char         *schema;      /* LN_DOC: its name in OpenAPI */
    const char         *summary;
};


/*
 * Which connections a statement uses.  The default is the right one: reads
 * by one key go to `point`, other SELECTs to `read`, steps to `write`.
 */
typedef enum {
    LN_LANE_DEFAULT = 0,
    LN_LANE_POINT,
    LN_LANE_READ,
    LN_LANE_WRITE,
    LN_LANE_REPORT,
    LN_LANES
} ln_lane_e;


/*
 * Constant SQL with :names, compiled to `?` once.  A :name is
 *
 *     a parameter of the route            :region, :near.latitude
 *     its n-th derived or repeated value  :q.2, :area.1
 *     whether a .nullable one is there    :due.given
 *     a column of an earlier step         :slot.capacity
 *     a member of the array of .each      :items.quantity
 *     :self           the signed-in account's id
 *     :permission     what the route needs
 *     :new_id         a UUIDv7, the same in the whole request
 *     :request_id     32 hexadecimal characters
 *     :page           the page's size plus one (LIMIT :page)
 *     :cursor.1 …     where the page starts; on the first page .page[i].first,
 *                     unless .choose has a statement without :cursor for it
 *
 * .key names the parameter of a public single-key SELECT: identical questions
 * share one query, and what waits leaves together as IN (…16…), so the text
 * must hold ` = :key` exactly once and the first column must be the key.
 */
typedef struct {
    ln_type_e           type;
    const char         *first;       /* the value before the first row */
} ln_page_t;

struct ln_stmt_s {
    const char         *name;
    const char         *sql;
    const ln_column_t  *columns;     /* NULL: a statement without rows */
    const char         *key;
    const ln_page_t    *page;        /* keyset, ends with .first == NULL */
    ln_lane_e           lane;
};


#include "ln_scope.h"

/* Some grant that holds now allows it, wherever: for what is one's own. */
#define LN_ALLOWED_ANYWHERE                                                   \
    "EXISTS (SELECT 1"                                                        \
           " FROM access_grant sg"                                            \
           " JOIN role_permission sp ON sp.role_id = sg.role_id"              \
           " WHERE sg.account_id = :self"                                     \
             " AND sp.permission = :permission"                               \
             " AND sg.revoked_at IS NULL"                                     \
             " AND sg.valid_from <= UTC_TIMESTAMP(6)"                         \
             " AND (sg.valid_to IS NULL"                                      \
                  " OR sg.valid_to > UTC_TIMESTAMP(6)))"


/*
 * A step of a transaction.  Lists end with a row whose stmt is NULL.  A step
 * that touches no row (or selects none) refuses the request: with the code
 * that the one column `code` of .otherwise names, else with `not_found`.
 * Core replays the whole list after a deadlock, so a check must be pure.
 *
 * .when    as in ln_choice_t: the step is left out unless it holds; of a
 *          SELECT that was left out later steps see a row of NULLs.
 */
typedef ngx_int_t (*ln_check_pt)(ln_request_t *lr, const ln_value_t *row);

struct ln_step_s {
    const ln_stmt_t    *stmt;
    const char         *name;        /* later steps say :name.column */
    const char         *when;
    const char         *each;        /* once per element of this array */
    const ln_stmt_t    *otherwise;
    unsigned            optional:1;  /* touching no row is all right */
    ln_check_pt         check;       /* NGX_OK, or what ln_fail() returned */
};


/*
 * The statement of a GET is the first whose parameters are all given.  "q.2"
 * means at least two derived or repeated values.
 */
typedef struct {
    const char         *when;        /* "q near", "sort=years", "q.2"; NULL:
                                        always, and the end of the list */
    const ln_stmt_t    *stmt;        /* NULL: 422, the first of .when is
                                        `bad_combination` */
} ln_choice_t;


/*
 * A second result in the same answer, as the member .name.  Rows of one name
 * stand together and have the same columns: the first whose .when holds runs.
 */
typedef struct {
    const char         *name;
    const char         *when;        /* as in ln_choice_t */
    const ln_stmt_t    *stmt;
    const char         *summary;
} ln_also_t;


typedef enum {
    LN_KEY_NONE = 0,
    LN_KEY_OPTIONAL,
    LN_KEY_REQUIRED
} ln_key_e;


/* Which change of the data makes a cached answer stale. */
typedef struct {
    const char         *topic;
    const char         *subject;     /* a parameter, or NULL: any subject */
    ngx_uint_t          seconds;     /* upper bound; 0: 60 s */
} ln_cache_t;


/*
 * What a write says to the audit trail and to the caches of all nodes.  .detail
 * names parameters, with blanks between, that the audit event tells beside the
 * assurance of who acted: never what is personal.
 */
typedef struct {
    const char         *topic;       /* also the audit's subject type */
    const char         *subject;     /* a parameter or "new_id" */
    const char         *detail;
} ln_subject_t;


#define LN_PUBLIC     "public"       /* anyone, signed in or not */
#define LN_SIGNED_IN  "signed_in"    /* anyone who is signed in */


/*
 * NGX_OK: ln_respond_*() has been called.  NGX_DONE: it will be, from an
 * event.  Anything else: what ln_fail() returned.
 */
typedef ngx_int_t (*ln_handler_pt)(ln_request_t *lr);


/*
 * Before the work of a route: .lookup selects at most one row (on the read
 * lane, outside the transaction), .prepare sees it, or NULL, decides, and sets
 * LN_COMPUTED parameters.  The row is gone when .prepare returns.
 * NGX_OK: go on.  NGX_DONE: ln_task() is under way, whose `done` then says
 * what .prepare would.  Anything else: what ln_fail() returned.
 */
typedef ngx_int_t (*ln_prepare_pt)(ln_request_t *lr, const ln_value_t *row);


/*
 * An endpoint.  Tables end with a row whose path is NULL.  Exactly one of
 * stmt, choose, steps and handler does the work.  A GET with .steps is a
 * reading that the audit trail must tell: it has an .answer and changes
 * nothing, so there is no change event.
 */
struct ln_route_s {
    ngx_uint_t          method;      /* NGX_HTTP_GET, POST, PUT, DELETE */
    const char         *path;        /* "/api/v1/regions/{code}" */
    const char         *needs;       /* a permission, or one of the two above */
    const ln_param_t   *params;

    const ln_stmt_t    *stmt;
    const ln_choice_t  *choose;
    const ln_step_t    *steps;
    ln_handler_pt       handler;

    ln_handler_pt       before;      /* sets what .lookup binds; NGX_OK, or
                                        what ln_fail() returned */
    const ln_stmt_t    *lookup;
    ln_prepare_pt       prepare;
    ln_handler_pt       finish;      /* after COMMIT, answers instead of
                                        .answer; only with LN_KEY_NONE */
    const ln_column_t  *returns;     /* what .handler or .finish sends */

    unsigned            list:1;      /* {"items": […], "next": …} */
    const ln_also_t    *also;        /* ends with .name == NULL */
    ln_cache_t          cache;

    ln_key_e            key;         /* Idempotency-Key */
    ln_subject_t        subject;     /* of the audit event, of the change */
    const ln_stmt_t    *answer;      /* SELECT of the body, after the steps */
    const char         *location;    /* 201 and Location; "{new_id}" */
    const char         *clear;       /* who has this permission sees LN_SEALED
                                        columns unmasked; only with .steps,
                                        whose audit event tells that he did */
    const char         *page;        /* other sites send browsers here: a GET
                                        that answers 303; so does a refusal, to
                                        this page ("/sign-in") with ?error=code.
                                        No HEAD; others' parameters may be */

    const char         *summary;
    const char         *description;
};


/*
 * Background work, run on one worker of one node at a time (by a lease in the
 * table `job`), at least once a period.  The steps form one transaction; a
 * job repeats at once while its first step touches `again` rows or more.  Its
 * steps have no .check, .each and .otherwise; one that touches no row and is
 * not .optional ends the round: there is nothing (more) to do.  In the table
 * `job` and in metrics it is called "feature.name".
 *
 * .peek is a SELECT without :names, of a row or none, asked first: no row,
 * nothing to do, and the lease is not even asked for.  .peeked sees that row;
 * a job of these two alone, without steps, looks at the database each period,
 * on every node: for measures.
 */
typedef ngx_int_t (*ln_item_pt)(ln_item_t *item, const ln_value_t *row);
typedef void (*ln_peeked_pt)(const ln_value_t *row);

struct ln_job_s {
    const char         *name;
    ngx_msec_t          period;      /* ms */
    const ln_step_t    *steps;
    ngx_uint_t          again;

    const ln_stmt_t    *peek;
    ln_peeked_pt        peeked;

    const ln_stmt_t    *claimed;     /* with .handler, see below */
    ln_item_pt          handler;
    const ln_param_t   *results;     /* LN_COMPUTED */
    const ln_step_t    *settle;
    ngx_uint_t          at_once;     /* rows under way; 0: one */
};


/*
 * A job that does something outside the database for each of its rows: sends a
 * message, calls a hook.  Its .steps claim rows, for so long as one of them
 * may take and a good deal more:
 *
 *     UPDATE outbox
 *     SET claim = :new_id,
 *         claimed_until = UTC_TIMESTAMP(6) + INTERVAL 60 SECOND
 *     WHERE state = 'waiting'
 *     AND (claimed_until IS NULL OR claimed_until < UTC_TIMESTAMP(6))
 *     ORDER BY due_at
 *     LIMIT 20
 *
 * .claimed, in the same transaction, selects them (WHERE claim = :new_id).
 * After its COMMIT, .handler gets each row, .at_once of them at a time, and
 * returns
 *
 *     NGX_OK         settle it now with what ln_item_set() gave
 *     NGX_DONE       ln_item_http() or ln_item_task() is under way, whose
 *                    `done` returns likewise
 *     NGX_DECLINED   leave it: it is taken again when its claim has run out
 *
 * .settle is a transaction of steps (no .check, .each, .otherwise) that bind
 * the row's columns as :row.id, the .results by their names (also in .when)
 * and :new_id, the claim.  It should hold `AND claim = :new_id`: a step that
 * touches no row and is not .optional undoes it, because somebody else has
 * the row by then.
 *
 * A row is handled at least once: who dies after the call and before its
 * settling leaves it to the next.  Give the other side the row's id as its key
 * against doubles.  A worker that must quit ends the rows that are under way.
 *
 * The row and what ln_item_pool() gives live until the round ends.
 */
ngx_pool_t *ln_item_pool(ln_item_t *item);
ngx_int_t ln_item_set(ln_item_t *item, const char *name,
    const ln_value_t *value);
ngx_int_t ln_item_set_string(ln_item_t *item, const char *name,
    const void *data, size_t len);
ngx_int_t ln_item_set_integer(ln_item_t *item, const char *name, int64_t n);
/* As ln_unseal(). */
ngx_int_t ln_item_unseal(ln_item_t *item, const char *field,
    const ln_value_t *value, ngx_str_t *text);


/*
 * What a feature counts, beside what core does for it: names and labels as
 * Prometheus has them ("legalnet_notices_total", `outcome="sent"`).  Tables
 * end with a row whose .name is NULL; ln_measure_*() name a row by its place
 * in .measures of the feature.
 *
 * A gauge is the last value that this worker set; what several set is added.
 */
typedef enum {
    LN_COUNTER = 0,
    LN_GAUGE,
    LN_HISTOGRAM     /* of microseconds: 1 ms … 10 s, sum and count */
} ln_metric_e;

typedef struct {
    ln_metric_e         kind;
    const char         *name;
    const char         *labels;
    const char         *help;
} ln_measure_t;

void ln_measure_count(const ln_feature_t *feature, ngx_uint_t place,
    int64_t n);
void ln_measure_set(const ln_feature_t *feature, ngx_uint_t place, int64_t n);
void ln_measure_observe(const ln_feature_t *feature, ngx_uint_t place,
    int64_t usec);


/*
 * Who is asking?  A feature (auth) fills the slot; without one, everybody is
 * anonymous and whatever needs more answers 401.  Synchronous: it reads the
 * request and shared memory, never a database.
 */
typedef struct {
    u_char              account[16];
    u_char              session[16];
    unsigned            signed_in:1;
    unsigned            assured:1;   /* assurance is known */
    unsigned            assurance:3; /* how sure it is who this is: 0 not at
                                        all, 1 phone, 2 self-declared, 3
                                        identity provider, 4 counter */
    void               *claims;      /* the registrant's own */
    const char         *refusal;     /* the code of a 401, see below */
} ln_principal_t;

/*
 * NGX_OK (not signed in, but with a refusal: the code of the 401 of what is not
 * public); NGX_DECLINED: bad credentials, 401 with the code principal->refusal
 * (NULL: sign_in_required); NGX_HTTP_FORBIDDEN: 403 with that code (NULL:
 * forbidden); NGX_AGAIN: this node cannot tell yet, 503 `starting` with
 * Retry-After.
 */
typedef ngx_int_t (*ln_authenticate_pt)(ngx_http_request_t *r,
    ln_principal_t *principal);
typedef ngx_int_t (*ln_permitted_pt)(const ln_principal_t *principal,
    ngx_str_t *permission);          /* NGX_OK or NGX_DECLINED */


#define LN_LAYOUT                                                             \
    (sizeof(ln_param_t) * 31 + sizeof(ln_column_t) * 37                       \
     + sizeof(ln_stmt_t) * 41 + sizeof(ln_step_t) * 43                        \
     + sizeof(ln_route_t) * 47 + sizeof(ln_job_t) * 53                        \
     + sizeof(ln_value_t) * 59 + sizeof(ln_measure_t) * 61                    \
     + sizeof(ln_http_answer_t) * 67 + sizeof(ln_feature_t) * 71)

struct ln_feature_s {
    ngx_uint_t          abi;         /* LN_ABI */
    size_t              layout;      /* LN_LAYOUT */
    const char         *name;        /* "directory" */
    const char         *migration;   /* the highest it needs, "0042" */
    const ln_route_t   *routes;
    const ln_job_t     *jobs;        /* ends with .name == NULL; or NULL */
    ln_authenticate_pt  authenticate;
    ln_permitted_pt     permitted;
    const char *const  *pools;       /* thread pools of its tasks, ends with
                                        NULL; `thread_pool` defines them */
    const char *const  *targets;     /* other servers it calls ("sms"), by any
                                        name, ends with NULL */
    const char *const  *watches;     /* topics of ln_changed_since(), ends
                                        with NULL */
    const ln_measure_t *measures;    /* ends with .name == NULL; or NULL */
};


/*
 * Makes a feature known; call it from preconfiguration.  NGX_ERROR after an
 * [emerg] that names the feature: another ABI, a second of the same name.
 */
ngx_int_t ln_register(ngx_conf_t *cf, const ln_feature_t *feature);


/*
 * For checks and handlers.
 *
 * ln_param() returns the value of a parameter of the route (of a repeated
 * one the first), never NULL: look at ->set.  ln_given() tells whether it is
 * there at all, which a null of a .nullable one is too.
 * ln_fail() refuses with a problem+json of that status and code (the text is
 * in the message catalogue) and returns what the caller must return; a
 * Retry-After that is already among the headers stays.
 * ln_fail_field() says 422 with one field named.
 * ln_respond_json() answers with rendered JSON of the request's pool.
 */
ngx_http_request_t *ln_http_request(ln_request_t *lr);
const ln_principal_t *ln_principal(ln_request_t *lr);
ngx_pool_t *ln_pool(ln_request_t *lr);
const ln_value_t *ln_param(ln_request_t *lr, const char *name);
ngx_uint_t ln_given(ln_request_t *lr, const char *name);
ngx_int_t ln_fail(ln_request_t *lr, ngx_uint_t status, const char *code);
ngx_int_t ln_fail_field(ln_request_t *lr, const char *field,
    const char *code);
ngx_int_t ln_respond_json(ln_request_t *lr, ngx_uint_t status,
    ngx_str_t *json);


/*
 * For .prepare and .finish.
 *
 * ln_set() gives an LN_COMPUTED parameter its value (the memory is
 * ln_pool(lr)'s); the other two are its short forms.  An unknown name is an
 * alert and NGX_ERROR.
 * ln_act_as() says on whose behalf a request acts that came without a sign-in
 * (because it is one): :self and the audit trail name that account.
 * ln_step_row() is the first row of the SELECT step of that name, or NULL.
 */
ngx_int_t ln_set(ln_request_t *lr, const char *name, const ln_value_t *value);
ngx_int_t ln_set_string(ln_request_t *lr, const char *name, const void *data,
    size_t len);
ngx_int_t ln_set_integer(ln_request_t *lr, const char *name, int64_t n);
void ln_act_as(ln_request_t *lr, const u_char account[16]);
const ln_value_t *ln_step_row(ln_request_t *lr, const char *step);


/*
 * UUIDs: RFC 9562 version 7, monotonic within a worker; print writes 36
 * characters and returns the end.
 */
void ln_uuid7(u_char id[16]);
u_char *ln_uuid_print(u_char *p, const u_char id[16]);
ngx_int_t ln_uuid_parse(const ngx_str_t *text, u_char id[16]);


/*
 * Has the subject of a watched topic changed since a token was issued?  Reads
 * shared memory only.  `issued` is in microseconds since 1970 on the clock of
 * ln_now(); whole seconds count as their beginning.
 *
 * NGX_OK: it has not.  NGX_DECLINED: it has, or was at that very moment, or
 * another subject of the same hash has: a new token tells.  NGX_AGAIN: this
 * node has not yet read the changes of the last 16 minutes, so what it does
 * not know may be revoked; no token lives longer than that.
 *
 * A change becomes known by a row of change_event (topic, subject: the UUID as
 * text), inserted by a step of the transaction that makes it: within 2 s on
 * every node.  ln_changed(), called after COMMIT, makes it known on this node
 * at once.  Routes that issue tokens must not write such a row for the very
 * account or session: the token would be stale when it arrives.
 */
ngx_int_t ln_changed_since(ngx_http_request_t *r, const char *topic,
    const u_char id[16], int64_t issued);
void ln_changed(ngx_http_request_t *r, const char *topic,
    const u_char id[16]);

/* principal->refusal when it has: the client asks for a new token. */
#define LN_TOKEN_STALE  "token_stale"

/* The database's clock as far as this node knows it: microseconds. */
int64_t ln_now(ngx_http_request_t *r);


/*
 * Personal data in C.  ln_unseal() opens the value of an LN_SEALED column in a
 * row that a check, .prepare or .finish got: NGX_OK, NGX_DECLINED when it is
 * NULL, NGX_ERROR (logged) when it does not open; `text` is of ln_pool(lr).
 * ln_blind() is what :name.index binds.  ln_mask() shows no more than may be
 * shown; `masked` has a place for text->len + 4 bytes.
 */
ngx_int_t ln_unseal(ln_request_t *lr, const char *field,
    const ln_value_t *value, ngx_str_t *text);
ngx_int_t ln_blind(ln_request_t *lr, const char *field, const ngx_str_t *text,
    u_char index[16]);
void ln_mask(ln_mask_e mask, const ngx_str_t *text, ngx_str_t *masked);


/*
 * Keys of access tokens, from `legalnet_keys`: the one of that number, or for
 * 0 the newest, which signs.  NULL: there is none, so the token is not good.
 */
typedef struct {
    uint32_t            id;          /* the `kid` */
    u_char              key[32];
} ln_token_key_t;

const ln_token_key_t *ln_token_key(ngx_http_request_t *r, ngx_uint_t id);


#include "ln_outside.h"


#endif /* _LN_H_INCLUDED_ */
