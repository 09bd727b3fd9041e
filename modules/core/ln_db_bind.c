
/*
 * Values to binds.  The values live in the operation; the binds are copied by
 * the library and the packet is built before the first byte leaves, so one
 * array of them serves a whole worker.
 */

#include "ln_db_internal.h"


static ngx_uint_t ln_arg_has_text(const ln_value_t *value);
static void ln_arg_instant(ln_value_t *value);
static void ln_arg_bind(MYSQL_BIND *bind, const ln_value_t *value);
static ngx_uint_t ln_arg_utf8(const ngx_str_t *text);


size_t
ln_args_size(const ln_sql_t *sql, const ln_value_t *args)
{
    size_t      size;
    ngx_uint_t  i;

    size = sql->nargs * sizeof(ln_value_t);

    for (i = 0; i < sql->nargs; i++) {
        if (ln_arg_has_text(&args[i])) {
            size += args[i].string.len;
        }
    }

    return size;
}


/* `to` has ln_args_size() bytes. */

void
ln_args_copy(ln_value_t *to, const ln_sql_t *sql, const ln_value_t *args)
{
    u_char      *p;
    ngx_uint_t   i;

    p = (u_char *) (to + sql->nargs);

    for (i = 0; i < sql->nargs; i++) {
        to[i] = args[i];

        if (ln_arg_has_text(&args[i])) {
            to[i].string.data = p;
            p = ngx_cpymem(p, args[i].string.data, args[i].string.len);
        }

        if (to[i].type == LN_INSTANT && to[i].set) {
            ln_arg_instant(&to[i]);
        }
    }
}


static ngx_uint_t
ln_arg_has_text(const ln_value_t *value)
{
    if (!value->set) {
        return 0;
    }

    switch (value->type) {

    case LN_INTEGER:
    case LN_NUMBER:
    case LN_BOOLEAN:
    case LN_ID:
    case LN_POINT:
        return 0;

    default:
        return 1;
    }
}


/* 2026-11-22T01:02:03Z on the wire, 2026-11-22 01:02:03 in SQL. */

static void
ln_arg_instant(ln_value_t *value)
{
    ngx_str_t  *text;

    text = &value->string;

    if (text->len > 10 && text->data[10] == 'T') {
        text->data[10] = ' ';
    }

    if (text->len && text->data[text->len - 1] == 'Z') {
        text->len--;
    }
}


/* conn->args to conn->prepared; a folded form is padded by repetition. */

ngx_int_t
ln_args_bind(ln_db_conn_t *conn)
{
    ln_db_t     *db;
    ngx_uint_t   i, n, nargs;

    db = conn->lane->db;
    n = conn->nkeys ? conn->nkeys : conn->sql->nargs;
    nargs = conn->nkeys > 1 ? LN_DB_FOLD : n;

    if (nargs == 0) {
        return NGX_OK;
    }

    if (nargs > db->nbinds) {
        ngx_free(db->binds);
        db->nbinds = 0;

        db->binds = ngx_alloc(nargs * sizeof(MYSQL_BIND), db->log);
        if (db->binds == NULL) {
            return NGX_ERROR;
        }

        db->nbinds = nargs;
    }

    ngx_memzero(db->binds, nargs * sizeof(MYSQL_BIND));

    for (i = 0; i < nargs; i++) {
        ln_arg_bind(&db->binds[i], &conn->args[ngx_min(i, n - 1)]);
    }

    return mysql_stmt_bind_param(conn->prepared->stmt, db->binds)
           ? NGX_ERROR : NGX_OK;
}


static void
ln_arg_bind(MYSQL_BIND *bind, const ln_value_t *value)
{
    if (!value->set) {
        bind->buffer_type = MYSQL_TYPE_NULL;
        return;
    }

    switch (value->type) {

    case LN_INTEGER:
    case LN_BOOLEAN:
    case LN_ID:
        bind->buffer_type = MYSQL_TYPE_LONGLONG;
        bind->buffer = (void *) &value->integer;
        bind->is_unsigned = (value->type == LN_ID);
        return;

    case LN_NUMBER:
    case LN_POINT:
        bind->buffer_type = MYSQL_TYPE_DOUBLE;
        bind->buffer = (void *) &value->number;
        return;

    case LN_UUID:
        bind->buffer_type = MYSQL_TYPE_BLOB;
        break;

    default:
        /* bytes that are no text (digests, ciphertext) must not be taken for
         * text by the server */
        bind->buffer_type = ln_arg_utf8(&value->string) ? MYSQL_TYPE_STRING
                                                        : MYSQL_TYPE_BLOB;
        break;
    }

    bind->buffer = value->string.data;
    bind->buffer_length = value->string.len;
}


static ngx_uint_t
ln_arg_utf8(const ngx_str_t *text)
{
    u_char  *p, *last;

    p = text->data;
    last = p + text->len;

    while (p < last) {
        if (*p < 0x80) {
            p++;
            continue;
        }

        if (ngx_utf8_decode(&p, last - p) > 0x10ffff) {
            return 0;
        }
    }

    return 1;
}
