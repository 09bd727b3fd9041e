
/*
 * GET: the cache, or the statement whose parameters are given, rendered row
 * by row into the answer.
 *
 *     start -> resolve codes (each through the cache) -> rows -> also -> send
 *
 * The state lives in the request's pool.  A client that goes away detaches
 * the operation: nobody waits for it, its rows are dropped.
 */

#include "ln_crypto.h"
#include "ln_question.h"


#define LN_READ_ETAG     18     /* "0123456789abcdef" with its quotes */
#define LN_READ_SECONDS  60


typedef struct {
    ln_request_t       *lr;
    const ln_chosen_t  *chosen;
    const ln_chosen_t  *running;       /* chosen, then one of .also */
    ln_op_t            *op;
    ln_json_t           json;
    ln_cache_key_t      cache;
    ngx_str_t           subject;
    u_char              uuid[36];
    u_char              tag[LN_READ_ETAG + NGX_INT64_LEN];
    ngx_uint_t          rows;
    ngx_uint_t          param;         /* resolving: this one … */
    ngx_uint_t          place;         /* … and its n-th value */
    ngx_uint_t          also;          /* the next of .also */
    ln_cache_key_t      code;          /* resolving: its own cache key … */
    ngx_str_t           feature;       /* … and topic */
    int64_t             id;
    int64_t             version;       /* of a row that has one, or -1 */
    ngx_str_t           next;
    unsigned            cached:1;
    unsigned            resolved:1;
} ln_read_t;


static ngx_int_t ln_read_prepare(ln_read_t *read);
static ngx_int_t ln_read_page(ln_request_t *lr);
static ngx_int_t ln_read_cache(ln_read_t *read);
static ngx_int_t ln_read_next(ln_read_t *read);
static ngx_int_t ln_read_resolve(ln_read_t *read);
static void ln_read_resolve_key(ln_read_t *read, const ln_call_t *call,
    const ln_value_t *value);
static ngx_int_t ln_read_code_row(void *data, const ln_value_t *row);
static void ln_read_code_done(void *data, const ln_db_result_t *result);
static ngx_int_t ln_read_run(ln_read_t *read, const ln_chosen_t *chosen);
static ngx_int_t ln_read_row(void *data, const ln_value_t *row);
static ngx_int_t ln_read_cursor(ln_read_t *read, const ln_value_t *row);
static void ln_read_done(void *data, const ln_db_result_t *result);
static ngx_int_t ln_read_after(ln_read_t *read);
static ngx_int_t ln_read_send(ln_read_t *read);
static ngx_int_t ln_read_etag(ln_request_t *lr, ngx_str_t *etag);
static void ln_read_continue(ln_read_t *read, ngx_int_t rc);
static void ln_read_cleanup(void *data);


ngx_int_t
ln_read_start(ln_request_t *lr)
{
    ngx_int_t            rc;
    ln_read_t           *read;
    ngx_http_cleanup_t  *cln;

    read = ngx_pcalloc(lr->r->pool, sizeof(ln_read_t));
    if (read == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    read->lr = lr;
    read->version = -1;

    /* first of all: what is there has passed the rest when it was asked */
    if (lr->endpoint->topic.len) {
        rc = ln_read_cache(read);
        if (rc != NGX_DECLINED) {
            return rc;
        }
    }

    rc = ln_read_prepare(read);
    if (rc != NGX_OK) {
        return rc;
    }

    cln = ngx_http_cleanup_add(lr->r, 0);
    if (cln == NULL) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    cln->handler = ln_read_cleanup;
    cln->data = read;

    ln_json_init(&read->json, lr->r->pool, LN_MAX_ROWS_BYTES);
    read->json.lr = lr;

    rc = ln_read_next(read);
    if (rc != NGX_DONE) {
        return rc;
    }

    lr->r->main->count++;
    lr->r->read_event_handler = ngx_http_test_reading;
    lr->r->write_event_handler = ngx_http_request_empty_handler;

    return NGX_DONE;
}


/* Which statement, which page, from where. */

static ngx_int_t
ln_read_prepare(ln_read_t *read)
{
    ngx_int_t          rc;
    ngx_str_t          name;
    ngx_uint_t         i;
    ln_request_t      *lr;
    const ln_value_t  *cursor;
    const ln_param_t  *params;

    static const ln_value_t  none;

    lr = read->lr;

    rc = ln_params_derive(lr);
    if (rc != NGX_OK) {
        return rc;
    }

    read->chosen = ln_question_choose(lr);
    params = lr->endpoint->route->params;

    if (read->chosen->call.stmt == NULL) {
        i = read->chosen->when[0].param;
        name.data = (u_char *) params[i].name;
        name.len = ngx_strlen(params[i].name);
        ln_field_error(lr, &name, LN_QUERY, "bad_combination", 0, 0);
        return ln_fail_fields(lr);
    }

    rc = ln_read_page(lr);
    if (rc != NGX_OK) {
        return rc;
    }

    cursor = &none;

    for (i = 0; i < lr->endpoint->nparams; i++) {
        if (params[i].type == LN_CURSOR) {
            cursor = ln_values(lr, i);
            break;
        }
    }

    rc = ln_cursor_decode(lr, read->chosen, cursor);

    if (rc == NGX_DECLINED) {
        name.data = (u_char *) params[i].name;
        name.len = ngx_strlen(params[i].name);
        ln_field_error(lr, &name, LN_QUERY, "bad_cursor", 0, 0);
        return ln_fail_fields(lr);
    }

    return rc == NGX_OK ? NGX_OK
           : ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
}


/* Asking for too many is not an error: the answer says what it gave. */

static ngx_int_t
ln_read_page(ln_request_t *lr)
{
    const ln_value_t  *limit;

    lr->page = LN_DEFAULT_PAGE;
    limit = ln_param(lr, "limit");

    if (limit->set) {
        lr->page = ngx_min(limit->integer, LN_MAX_PAGE);
    }

    return NGX_OK;
}


/* NGX_DECLINED: not cached, ask the database. */

static ngx_int_t
ln_read_cache(ln_read_t *read)
{
    time_t         age;
    ngx_int_t      rc;
    ngx_str_t      value, etag;
    ln_request_t  *lr;
    ln_value_t    *subject;

    lr = read->lr;

    ln_question_digest(lr, LN_QUESTION_WHOLE, read->cache.key);

    if (lr->endpoint->subject >= 0) {
        subject = ln_values(lr, lr->endpoint->subject);
        read->subject = subject->string;

        /* as a change names it: text */
        if (subject->type == LN_UUID) {
            read->subject.data = read->uuid;
            read->subject.len = ln_uuid_print(read->uuid, subject->string.data)
                                - read->uuid;
        }

        read->cache.subject = &read->subject;
    }

    read->cache.topic = &lr->endpoint->topic;
    read->cache.seconds = lr->endpoint->route->cache.seconds
                          ? lr->endpoint->route->cache.seconds
                          : LN_READ_SECONDS;
    read->cached = 1;

    rc = ln_cache_get(lr->app->zone, &read->cache, lr->r->pool, &value, &age);

    if (rc != NGX_OK || value.len < LN_READ_ETAG) {
        return NGX_DECLINED;
    }

    etag.data = value.data;
    etag.len = LN_READ_ETAG;

    if (ln_read_etag(lr, &etag) != NGX_OK) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    value.data += LN_READ_ETAG;
    value.len -= LN_READ_ETAG;

    return ln_respond_json(lr, NGX_HTTP_OK, &value);
}


/* NGX_DONE while the database is asked, else the request's result. */

static ngx_int_t
ln_read_next(ln_read_t *read)
{
    ngx_int_t  rc;

    if (!read->resolved) {
        rc = ln_read_resolve(read);
        if (rc != NGX_OK) {
            return rc;
        }

        read->resolved = 1;

        if (read->lr->endpoint->route->list) {
            ln_json_text(&read->json, "{\"items\":[");
        }
    }

    return ln_read_run(read, read->chosen);
}


/* Codes of the client become ids; what names nothing is the client's error. */

static ngx_int_t
ln_read_resolve(ln_read_t *read)
{
    time_t              age;
    ngx_str_t           stored;
    ln_value_t         *value;
    ln_request_t       *lr;
    const ln_call_t    *call;

    lr = read->lr;

    for ( /* void */ ; read->param < lr->endpoint->nparams; read->param++) {

        call = &lr->endpoint->resolve[read->param];

        for ( /* void */ ;
             call->stmt && read->place < lr->given[read->param];
             read->place++)
        {
            value = &ln_values(lr, read->param)[read->place];

            ln_read_resolve_key(read, call, value);

            if (ln_cache_get(lr->app->zone, &read->code, lr->r->pool, &stored,
                             &age)
                == NGX_OK
                && stored.len == sizeof(int64_t))
            {
                ngx_memcpy(&value->integer, stored.data, sizeof(int64_t));
                value->type = LN_ID;
                continue;
            }

            read->rows = 0;
            read->op = ln_db_query(lr->conf->db, call->sql, value,
                                   ln_read_code_row, ln_read_code_done, read);

            return read->op ? NGX_DONE : ln_fail_db(lr, LN_DB_UNAVAILABLE);
        }

        read->place = 0;
    }

    return lr->errors.nelts ? ln_fail_fields(lr) : NGX_OK;
}


static void
ln_read_resolve_key(ln_read_t *read, const ln_call_t *call,
    const ln_value_t *value)
{
    ln_hash_t   hash;
    ngx_str_t  *database;

    database = &read->lr->conf->database;

    /* a vocabulary belongs to its feature: any change of it is one topic */
    read->feature.data = (u_char *) read->lr->endpoint->feature->name;
    read->feature.len = ngx_strlen(read->feature.data);

    ln_hash_start(&hash, read->lr->app->key_question);
    ln_hash_text(&hash, database->data, database->len);
    ln_hash_text(&hash, call->sql->text.data, call->sql->text.len);
    ln_hash_text(&hash, value->string.data, value->string.len);
    ln_hash_end(&hash, read->code.key);

    read->code.topic = &read->feature;
    read->code.subject = NULL;
    read->code.seconds = LN_READ_SECONDS;
}


static ngx_int_t
ln_read_code_row(void *data, const ln_value_t *row)
{
    ln_read_t  *read = data;

    read->id = row[1].integer;
    read->rows++;

    return NGX_OK;
}


static void
ln_read_code_done(void *data, const ln_db_result_t *result)
{
    ln_read_t *read = data;

    ngx_str_t          name, stored;
    ln_value_t        *value;
    ln_request_t      *lr;
    const ln_param_t  *param;

    lr = read->lr;
    read->op = NULL;

    if (result->rc != LN_DB_OK) {
        ln_finish(lr, ln_fail_db(lr, result->rc));
        return;
    }

    param = &lr->endpoint->route->params[read->param];

    if (read->rows == 0) {
        name.data = (u_char *) param->name;
        name.len = ngx_strlen(param->name);
        ln_field_error(lr, &name, param->in, "unknown_value", 0, 0);

    } else {
        stored.data = (u_char *) &read->id;
        stored.len = sizeof(int64_t);
        ln_cache_put(lr->app->zone, &read->code, &stored);

        value = &ln_values(lr, read->param)[read->place];
        value->integer = read->id;
        value->type = LN_ID;
    }

    read->place++;
    ln_read_continue(read, ln_read_next(read));
}


static ngx_int_t
ln_read_run(ln_read_t *read, const ln_chosen_t *chosen)
{
    ln_value_t     args[LN_MAX_BINDS];
    ln_scope_t     scope;
    ln_request_t  *lr;

    lr = read->lr;

    ngx_memzero(&scope, sizeof(ln_scope_t));
    scope.lr = lr;
    scope.new_id = lr->new_id;

    ln_bind(&scope, &chosen->call, args);

    read->running = chosen;
    read->rows = 0;
    read->op = ln_db_query(lr->conf->db, chosen->call.sql, args, ln_read_row,
                           ln_read_done, read);

    return read->op ? NGX_DONE : ln_fail_db(lr, LN_DB_UNAVAILABLE);
}


static ngx_int_t
ln_read_row(void *data, const ln_value_t *row)
{
    ln_read_t *read = data;

    ngx_uint_t          i;
    const ln_column_t  *columns;

    columns = read->running->call.stmt->columns;

    if (read->running == read->chosen) {

        if (!read->lr->endpoint->route->list) {

            if (read->rows++) {
                return NGX_OK;
            }

            for (i = 0; columns[i].name; i++) {
                if (ngx_strcmp(columns[i].name, "version") == 0) {
                    read->version = row[i].integer;
                }
            }

            ln_render_row(&read->json, columns, row);
            return read->json.failed ? NGX_ERROR : NGX_OK;
        }

        if (read->chosen->call.ncursor) {

            if (read->rows == read->lr->page) {
                /* one row more than a page: there is a next page */
                read->rows++;
                return NGX_OK;
            }

            if (read->rows + 1 == read->lr->page
                && ln_read_cursor(read, row) != NGX_OK)
            {
                return NGX_ERROR;
            }
        }
    }

    if (read->rows++) {
        ln_json_text(&read->json, ",");
    }

    ln_render_row(&read->json, columns, row);

    return read->json.failed ? NGX_ERROR : NGX_OK;
}


/* Kept in case that another row follows. */

static ngx_int_t
ln_read_cursor(ln_read_t *read, const ln_value_t *row)
{
    ln_value_t          values[LN_MAX_ARITY];
    ngx_uint_t          i, n;
    const ln_column_t  *columns;

    columns = read->chosen->call.stmt->columns;

    ngx_memzero(values, sizeof(values));

    for (i = 0; columns[i].name; i++) {

        if (ngx_strncmp(columns[i].name, "cursor.", 7) == 0) {
            n = columns[i].name[7] - '0';

            if (n >= 1 && n <= LN_MAX_ARITY) {
                values[n - 1] = row[i];
            }
        }
    }

    return ln_cursor_encode(read->lr, read->chosen, values, &read->next);
}


static void
ln_read_done(void *data, const ln_db_result_t *result)
{
    ln_read_t *read = data;

    read->op = NULL;

    if (result->rc != LN_DB_OK) {
        ln_read_continue(read, ln_fail_db(read->lr, result->rc));
        return;
    }

    ln_read_continue(read, ln_read_after(read));
}


/* The chosen statement or one of .also is through. */

static ngx_int_t
ln_read_after(ln_read_t *read)
{
    ln_request_t       *lr;
    const ln_chosen_t  *also;

    lr = read->lr;

    if (!lr->endpoint->route->list) {
        return read->rows ? ln_read_send(read)
                          : ln_fail(lr, NGX_HTTP_NOT_FOUND, "not_found");
    }

    ln_json_text(&read->json, "]");

    if (read->running == read->chosen) {

        ln_json_text(&read->json, ",\"next\":");

        if (read->chosen->call.ncursor && read->rows > lr->page) {
            ln_json_string(&read->json, &read->next);

        } else {
            ln_json_text(&read->json, "null");
        }

        if (read->chosen->call.ncursor) {
            ln_json_text(&read->json, ",\"limit\":");
            ln_json_integer(&read->json, lr->page);
        }
    }

    while (read->also < lr->endpoint->nalso) {

        also = &lr->endpoint->also[read->also++];

        if (ln_question_holds(lr, also)) {

            /* of several with one name, the first that holds */
            while (read->also < lr->endpoint->nalso
                   && ngx_strcmp(lr->endpoint->also[read->also].also->name,
                                 also->also->name)
                      == 0)
            {
                read->also++;
            }

            ln_json_text(&read->json, ",");
            ln_json_cstring(&read->json, also->also->name);
            ln_json_text(&read->json, ":[");
            return ln_read_run(read, also);
        }
    }

    ln_json_text(&read->json, "}");

    return ln_read_send(read);
}


static ngx_int_t
ln_read_send(ln_read_t *read)
{
    u_char         digest[LN_SHA256], *tag;
    ngx_str_t      body, etag, stored;
    ln_request_t  *lr;

    lr = read->lr;

    if (ln_json_flat(&read->json, &body) != NGX_OK) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    tag = read->tag;
    etag.data = tag;

    if (read->cached) {

        if (ln_sha256(&body, 1, digest) != NGX_OK) {
            return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
        }

        tag[0] = '"';
        ngx_hex_dump(tag + 1, digest, 8);
        tag[LN_READ_ETAG - 1] = '"';
        etag.len = LN_READ_ETAG;

        stored.len = LN_READ_ETAG + body.len;
        stored.data = ngx_pnalloc(lr->r->pool, stored.len);

        if (stored.data) {
            ngx_memcpy(stored.data, tag, LN_READ_ETAG);
            ngx_memcpy(stored.data + LN_READ_ETAG, body.data, body.len);
            ln_cache_put(lr->app->zone, &read->cache, &stored);
        }

    } else if (read->version >= 0) {
        etag.len = ngx_sprintf(tag, "\"%L\"", read->version) - tag;

    } else {
        return ln_respond_json(lr, NGX_HTTP_OK, &body);
    }

    if (ln_read_etag(lr, &etag) != NGX_OK) {
        return ln_fail(lr, NGX_HTTP_INTERNAL_SERVER_ERROR, "internal");
    }

    return ln_respond_json(lr, NGX_HTTP_OK, &body);
}


/* The tag's text must live as long as the request. */

static ngx_int_t
ln_read_etag(ln_request_t *lr, ngx_str_t *etag)
{
    lr->r->headers_out.etag = ln_header(lr->r, "ETag", etag);

    return lr->r->headers_out.etag ? NGX_OK : NGX_ERROR;
}


/* From a database event: wait on, or end the request. */

static void
ln_read_continue(ln_read_t *read, ngx_int_t rc)
{
    if (rc != NGX_DONE) {
        ln_finish(read->lr, rc);
    }
}


static void
ln_read_cleanup(void *data)
{
    ln_read_t *read = data;

    if (read->op) {
        ln_op_detach(read->op);
        read->op = NULL;
    }
}
