
/*
 * Rows to values.  The result is in memory: fetching reads no socket.  Short
 * texts are fetched with their row, longer ones once more at their length.
 */

#include "ln_db_internal.h"


static ngx_int_t ln_row_reserve(ln_db_t *db, ngx_uint_t n);
static void ln_row_bind(MYSQL_BIND *bind, ln_db_cell_t *cell,
    ln_type_e type);
static ngx_int_t ln_row_texts(ln_db_conn_t *conn);
static ngx_uint_t ln_row_is_long(const ln_db_row_t *row, ngx_uint_t i);
static void ln_row_values(ln_db_conn_t *conn);
static void ln_row_instant(ln_value_t *value, ln_db_cell_t *cell);
static void ln_row_date(ln_value_t *value, ln_db_cell_t *cell);


ngx_int_t
ln_rows_walk(ln_db_conn_t *conn)
{
    int              rc;
    ln_db_t         *db;
    ngx_uint_t       i;
    ln_db_row_t     *row;
    MYSQL_STMT      *stmt;
    const ln_sql_t  *sql;

    db = conn->lane->db;
    sql = conn->sql;
    row = &db->row;
    stmt = conn->prepared->stmt;

    if (sql->columns == NULL) {
        return NGX_OK;
    }

    if (ln_row_reserve(db, sql->ncolumns) != NGX_OK) {
        return NGX_ERROR;
    }

    ngx_memzero(row->binds, sql->ncolumns * sizeof(MYSQL_BIND));

    for (i = 0; i < sql->ncolumns; i++) {
        ln_row_bind(&row->binds[i], &row->cells[i], sql->columns[i].type);
    }

    if (mysql_stmt_bind_result(stmt, row->binds)) {
        return NGX_ERROR;
    }

    for ( ;; ) {
        rc = mysql_stmt_fetch(stmt);

        if (rc == MYSQL_NO_DATA) {
            return NGX_OK;
        }

        if (rc != 0 && rc != MYSQL_DATA_TRUNCATED) {
            return NGX_ERROR;
        }

        if (ln_row_texts(conn) != NGX_OK) {
            return NGX_ERROR;
        }

        ln_row_values(conn);
        ln_batch_row(conn, row->values);
    }
}


static ngx_int_t
ln_row_reserve(ln_db_t *db, ngx_uint_t n)
{
    ln_db_row_t  *row;

    row = &db->row;

    if (n <= row->size) {
        return NGX_OK;
    }

    ngx_free(row->binds);
    ngx_free(row->cells);
    ngx_free(row->values);
    row->size = 0;

    row->binds = ngx_alloc(n * sizeof(MYSQL_BIND), db->log);
    row->cells = ngx_alloc(n * sizeof(ln_db_cell_t), db->log);
    row->values = ngx_alloc(n * sizeof(ln_value_t), db->log);

    if (row->binds == NULL || row->cells == NULL || row->values == NULL) {
        return NGX_ERROR;
    }

    row->size = n;

    return NGX_OK;
}


static void
ln_row_bind(MYSQL_BIND *bind, ln_db_cell_t *cell, ln_type_e type)
{
    bind->length = &cell->length;
    bind->is_null = &cell->null;
    bind->error = &cell->error;

    switch (type) {

    case LN_INTEGER:
    case LN_BOOLEAN:
    case LN_ID:
        bind->buffer_type = MYSQL_TYPE_LONGLONG;
        bind->buffer = &cell->u.integer;
        bind->is_unsigned = (type == LN_ID);
        return;

    case LN_NUMBER:
    case LN_POINT:
        bind->buffer_type = MYSQL_TYPE_DOUBLE;
        bind->buffer = &cell->u.number;
        return;

    case LN_DATE:
        bind->buffer_type = MYSQL_TYPE_DATE;
        bind->buffer = &cell->u.time;
        bind->buffer_length = sizeof(MYSQL_TIME);
        return;

    case LN_INSTANT:
        bind->buffer_type = MYSQL_TYPE_DATETIME;
        bind->buffer = &cell->u.time;
        bind->buffer_length = sizeof(MYSQL_TIME);
        return;

    default:
        bind->buffer_type = MYSQL_TYPE_STRING;
        bind->buffer = cell->text;
        bind->buffer_length = LN_DB_TEXT;
        return;
    }
}


static ngx_uint_t
ln_row_is_long(const ln_db_row_t *row, ngx_uint_t i)
{
    return row->binds[i].buffer_type == MYSQL_TYPE_STRING
           && !row->cells[i].null && row->cells[i].length > LN_DB_TEXT;
}


/* Texts that did not fit: all of them behind each other in one buffer. */

static ngx_int_t
ln_row_texts(ln_db_conn_t *conn)
{
    u_char         *p;
    size_t          size;
    ngx_uint_t      i, n;
    ln_db_row_t    *row;
    MYSQL_BIND      bind;
    unsigned long   length;

    n = conn->sql->ncolumns;
    row = &conn->lane->db->row;
    size = 0;

    for (i = 0; i < n; i++) {
        if (ln_row_is_long(row, i)) {
            size += row->cells[i].length;
        }
    }

    if (size > row->capacity) {
        ngx_free(row->text);
        row->capacity = 0;

        row->text = ngx_alloc(2 * size, conn->lane->db->log);
        if (row->text == NULL) {
            return NGX_ERROR;
        }

        row->capacity = 2 * size;
    }

    p = row->text;

    for (i = 0; i < n; i++) {
        if (!ln_row_is_long(row, i)) {
            continue;
        }

        ngx_memzero(&bind, sizeof(MYSQL_BIND));
        bind.buffer_type = MYSQL_TYPE_STRING;
        bind.buffer = p;
        bind.buffer_length = row->cells[i].length;
        bind.length = &length;

        if (mysql_stmt_fetch_column(conn->prepared->stmt, &bind, i, 0)) {
            return NGX_ERROR;
        }

        p += row->cells[i].length;
    }

    return NGX_OK;
}


static void
ln_row_values(ln_db_conn_t *conn)
{
    u_char        *p;
    ngx_uint_t     i;
    ln_value_t    *value;
    ln_db_row_t   *row;
    ln_db_cell_t  *cell;

    row = &conn->lane->db->row;
    p = row->text;

    for (i = 0; i < conn->sql->ncolumns; i++) {
        cell = &row->cells[i];
        value = &row->values[i];

        ngx_memzero(value, sizeof(ln_value_t));
        value->type = conn->sql->columns[i].type;
        value->set = !cell->null;

        if (cell->null) {
            continue;
        }

        switch (row->binds[i].buffer_type) {

        case MYSQL_TYPE_LONGLONG:
            value->integer = cell->u.integer;
            break;

        case MYSQL_TYPE_DOUBLE:
            value->number = cell->u.number;
            break;

        case MYSQL_TYPE_DATE:
            ln_row_date(value, cell);
            break;

        case MYSQL_TYPE_DATETIME:
            ln_row_instant(value, cell);
            break;

        default:
            value->string.len = cell->length;
            value->string.data = cell->text;

            if (ln_row_is_long(row, i)) {
                value->string.data = p;
                p += cell->length;
            }
        }
    }
}


static void
ln_row_date(ln_value_t *value, ln_db_cell_t *cell)
{
    u_char      *last;
    MYSQL_TIME  *t;

    t = &cell->u.time;
    last = ngx_sprintf(cell->text, "%04ud-%02ud-%02ud", t->year, t->month,
                       t->day);

    value->string.data = cell->text;
    value->string.len = last - cell->text;
}


/* ISO 8601 in UTC; a fraction only where there is one. */

static void
ln_row_instant(ln_value_t *value, ln_db_cell_t *cell)
{
    u_char      *last;
    MYSQL_TIME  *t;

    t = &cell->u.time;
    last = ngx_sprintf(cell->text, "%04ud-%02ud-%02udT%02ud:%02ud:%02ud",
                       t->year, t->month, t->day, t->hour, t->minute,
                       t->second);

    if (t->second_part) {
        last = ngx_sprintf(last, ".%06ul", t->second_part);

        while (last[-1] == '0') {
            last--;
        }
    }

    *last++ = 'Z';

    value->string.data = cell->text;
    value->string.len = last - cell->text;
}
