
#include <stdlib.h>
#include <string.h>

#include <mysql.h>
#include <errmsg.h>
#include <mysqld_error.h>

#include "ln_tool.h"
#include "ln_tool_db.h"
#include "ln_tool_url.h"


#define LN_DB_CONNECT_TIMEOUT  10         /* seconds */
#define LN_DB_TIMEOUT          600        /* of one statement, seconds */
#define LN_DB_MAX_BINDS        (LN_DB_ROWS * LN_DB_COLUMNS)


typedef struct {
    const char  *sql;
    MYSQL_STMT  *stmt;
} ln_db_statement_t;


struct ln_db_s {
    MYSQL              *mysql;
    MYSQL_STMT         *failed;          /* whose error is the last one */
    uint64_t            affected;
    uint64_t            last_id;
    size_t              nstatements;
    ln_db_statement_t   statements[LN_DB_STATEMENTS];

    MYSQL_BIND          in[LN_DB_MAX_BINDS];
    MYSQL_BIND          out[LN_DB_COLUMNS];
    unsigned long       lengths[LN_DB_COLUMNS];
    my_bool             nulls[LN_DB_COLUMNS];
    ln_cell_t           cells[LN_DB_COLUMNS];
    char               *buffer;          /* of one row */
    size_t              buffer_size;
};


static const char *const  ln_db_session[] = {
    "SET SESSION time_zone = '+00:00',"
    " sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO',"
    " innodb_lock_wait_timeout = 10,"
    " group_concat_max_len = 1048576",
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET SESSION autocommit = 0",
    NULL
};


ln_bind_t
ln_bind_bytes(const void *data, size_t len)
{
    ln_bind_t  bind;

    memset(&bind, 0, sizeof(bind));
    bind.text = data;
    bind.len = len;
    bind.is_null = data == NULL;

    return bind;
}


ln_bind_t
ln_bind_text(const char *text)
{
    return ln_bind_bytes(text, text != NULL ? strlen(text) : 0);
}


ln_bind_t
ln_bind_number(uint64_t number)
{
    ln_bind_t  bind;

    memset(&bind, 0, sizeof(bind));
    bind.number = number;

    return bind;
}


uint64_t
ln_cell_number(ln_cell_t cell)
{
    return cell.data != NULL ? strtoull(cell.data, NULL, 10) : 0;
}


static ln_db_t *
ln_db_open(const ln_url_t *url)
{
    my_bool         verify;
    ln_db_t        *db;
    unsigned int    seconds, protocol;
    unsigned long   flags;

    db = calloc(1, sizeof(ln_db_t));
    if (db == NULL) {
        return NULL;
    }

    db->mysql = mysql_init(NULL);
    if (db->mysql == NULL) {
        free(db);
        return NULL;
    }

    flags = 0;
    seconds = LN_DB_CONNECT_TIMEOUT;
    mysql_options(db->mysql, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
    seconds = LN_DB_TIMEOUT;
    mysql_options(db->mysql, MYSQL_OPT_READ_TIMEOUT, &seconds);
    mysql_options(db->mysql, MYSQL_OPT_WRITE_TIMEOUT, &seconds);
    mysql_options(db->mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");

    if (url->port != 0 && url->socket[0] == '\0') {
        /* or the library takes localhost for the socket it was built with */
        protocol = MYSQL_PROTOCOL_TCP;
        mysql_options(db->mysql, MYSQL_OPT_PROTOCOL, &protocol);
    }

    if (url->tls_ca[0] != '\0') {
        verify = 1;
        mysql_options(db->mysql, MYSQL_OPT_SSL_CA, url->tls_ca);
        mysql_options(db->mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
        flags |= CLIENT_SSL;
    }

    if (mysql_real_connect(db->mysql, url->host[0] ? url->host : NULL,
                           url->user[0] ? url->user : NULL,
                           url->password[0] ? url->password : NULL, url->name,
                           url->port, url->socket[0] ? url->socket : NULL,
                           flags)
        == NULL
        || ln_db_run(db, ln_db_session) != 0)
    {
        ln_complain("the database does not answer: %s", ln_db_error(db));
        ln_db_close(db);
        return NULL;
    }

    return db;
}


ln_db_t *
ln_db_connect(const char *url, const char *password_file)
{
    ln_db_t     *db;
    ln_url_t     parts;
    const char  *problem;

    /* A password on a command line is there for every user to see. */
    if (url != NULL) {
        problem = ln_url_parse(&parts, url);

        if (problem == NULL && parts.password[0] != '\0') {
            problem = "a password belongs into --password-file";
        }

    } else {
        url = getenv("LEGALNET_DATABASE");
        problem = url != NULL ? ln_url_parse(&parts, url)
                              : "neither --database nor LEGALNET_DATABASE says"
                                " which one";
    }

    if (password_file == NULL) {
        password_file = getenv("LEGALNET_PASSWORD_FILE");
    }

    if (problem == NULL && password_file != NULL) {
        problem = ln_url_read_password(&parts, password_file);
    }

    if (problem != NULL) {
        ln_complain("cannot tell which database: %s", problem);
        return NULL;
    }

    db = ln_db_open(&parts);
    explicit_bzero(parts.password, sizeof(parts.password));

    return db;
}


void
ln_db_close(ln_db_t *db)
{
    size_t  i;

    if (db == NULL) {
        return;
    }

    for (i = 0; i < db->nstatements; i++) {
        (void) mysql_stmt_close(db->statements[i].stmt);
    }

    mysql_close(db->mysql);
    mysql_library_end();
    free(db->buffer);
    free(db);
}


const char *
ln_db_error(ln_db_t *db)
{
    if (db->failed != NULL) {
        return mysql_stmt_error(db->failed);
    }

    return mysql_error(db->mysql);
}


static unsigned int
ln_db_errno(ln_db_t *db)
{
    if (db->failed != NULL) {
        return mysql_stmt_errno(db->failed);
    }

    return mysql_errno(db->mysql);
}


int
ln_db_is_deadlock(ln_db_t *db)
{
    unsigned int  error;

    error = ln_db_errno(db);

    return error == ER_LOCK_DEADLOCK || error == ER_LOCK_WAIT_TIMEOUT;
}


int
ln_db_is_reference(ln_db_t *db)
{
    return ln_db_errno(db) == ER_ROW_IS_REFERENCED_2;
}


static MYSQL_STMT *
ln_db_prepare(ln_db_t *db, const char *sql)
{
    size_t       i;
    MYSQL_STMT  *stmt;

    for (i = 0; i < db->nstatements; i++) {
        if (db->statements[i].sql == sql) {
            return db->statements[i].stmt;
        }
    }

    db->failed = NULL;

    if (db->nstatements == LN_DB_STATEMENTS) {
        return NULL;
    }

    stmt = mysql_stmt_init(db->mysql);
    if (stmt == NULL) {
        return NULL;
    }

    db->statements[db->nstatements].sql = sql;
    db->statements[db->nstatements].stmt = stmt;
    db->nstatements++;

    if (mysql_stmt_prepare(stmt, sql, strlen(sql)) != 0) {
        db->failed = stmt;
        return NULL;
    }

    return stmt;
}


static MYSQL_STMT *
ln_db_start(ln_db_t *db, const char *sql, const ln_bind_t *binds, size_t n)
{
    size_t       i;
    MYSQL_STMT  *stmt;

    stmt = ln_db_prepare(db, sql);
    if (stmt == NULL) {
        return NULL;
    }

    db->failed = stmt;

    if (n > LN_DB_MAX_BINDS || mysql_stmt_param_count(stmt) != n) {
        ln_complain("a statement has %lu places for %zu values",
                    mysql_stmt_param_count(stmt), n);
        return NULL;
    }

    memset(db->in, 0, n * sizeof(MYSQL_BIND));

    for (i = 0; i < n; i++) {
        if (binds[i].is_null) {
            db->in[i].buffer_type = MYSQL_TYPE_NULL;

        } else if (binds[i].text != NULL) {
            db->in[i].buffer_type = MYSQL_TYPE_STRING;
            db->in[i].buffer = (void *) binds[i].text;
            db->in[i].buffer_length = binds[i].len;

        } else {
            db->in[i].buffer_type = MYSQL_TYPE_LONGLONG;
            db->in[i].buffer = (void *) &binds[i].number;
            db->in[i].is_unsigned = 1;
        }
    }

    if ((n > 0 && mysql_stmt_bind_param(stmt, db->in) != 0)
        || mysql_stmt_execute(stmt) != 0)
    {
        return NULL;
    }

    return stmt;
}


int
ln_db_execute(ln_db_t *db, const char *sql, const ln_bind_t *binds, size_t n)
{
    MYSQL_STMT  *stmt;

    stmt = ln_db_start(db, sql, binds, n);
    if (stmt == NULL) {
        return -1;
    }

    db->affected = mysql_stmt_affected_rows(stmt);
    db->last_id = mysql_stmt_insert_id(stmt);

    return 0;
}


uint64_t
ln_db_affected(ln_db_t *db)
{
    return db->affected;
}


uint64_t
ln_db_last_id(ln_db_t *db)
{
    return db->last_id;
}


/* Points the columns at one buffer, by the longest value of each. */

static int
ln_db_bind_columns(ln_db_t *db, MYSQL_STMT *stmt, unsigned columns)
{
    char         *p;
    size_t        i, size;
    MYSQL_RES    *meta;
    MYSQL_FIELD  *fields;

    meta = mysql_stmt_result_metadata(stmt);
    if (meta == NULL) {
        return -1;
    }

    fields = mysql_fetch_fields(meta);
    size = 0;

    /* Numbers come as text: none is longer than 32 characters. */
    for (i = 0; i < columns; i++) {
        db->lengths[i] = fields[i].max_length + 32;
        size += db->lengths[i] + 1;
    }

    mysql_free_result(meta);

    if (size > db->buffer_size) {
        free(db->buffer);
        db->buffer = malloc(size);
        db->buffer_size = db->buffer != NULL ? size : 0;
    }

    p = db->buffer;
    if (p == NULL) {
        return -1;
    }

    memset(db->out, 0, sizeof(db->out));

    for (i = 0; i < columns; i++) {
        db->out[i].buffer_type = MYSQL_TYPE_STRING;
        db->out[i].buffer = p;
        db->out[i].buffer_length = db->lengths[i];
        db->out[i].length = &db->lengths[i];
        db->out[i].is_null = &db->nulls[i];
        db->cells[i].data = p;
        p += db->lengths[i] + 1;
    }

    return mysql_stmt_bind_result(stmt, db->out) != 0 ? -1 : 0;
}


static int
ln_db_fetch_all(ln_db_t *db, MYSQL_STMT *stmt, unsigned columns,
    ln_row_pt handler, void *data)
{
    int         rc;
    size_t      i;
    ln_cell_t   row[LN_DB_COLUMNS];

    while ((rc = mysql_stmt_fetch(stmt)) == 0) {
        for (i = 0; i < columns; i++) {
            row[i].data = NULL;
            row[i].len = 0;

            if (!db->nulls[i]) {
                row[i].data = db->cells[i].data;
                row[i].len = db->lengths[i];
                ((char *) db->out[i].buffer)[row[i].len] = '\0';
            }
        }

        if (handler(data, row) != 0) {
            return 0;
        }
    }

    return rc == MYSQL_NO_DATA ? 0 : -1;
}


int
ln_db_select(ln_db_t *db, const char *sql, const ln_bind_t *binds, size_t n,
    ln_row_pt handler, void *data)
{
    int          rc;
    my_bool      update;
    unsigned     columns;
    MYSQL_STMT  *stmt;

    stmt = ln_db_start(db, sql, binds, n);
    if (stmt == NULL) {
        return -1;
    }

    columns = mysql_stmt_field_count(stmt);
    update = 1;
    (void) mysql_stmt_attr_set(stmt, STMT_ATTR_UPDATE_MAX_LENGTH, &update);

    rc = -1;

    if (columns > 0 && columns <= LN_DB_COLUMNS
        && mysql_stmt_store_result(stmt) == 0
        && ln_db_bind_columns(db, stmt, columns) == 0)
    {
        rc = ln_db_fetch_all(db, stmt, columns, handler, data);
    }

    (void) mysql_stmt_free_result(stmt);

    return rc;
}


int
ln_db_run(ln_db_t *db, const char *const *statements)
{
    db->failed = NULL;

    for (/* void */; *statements != NULL; statements++) {
        if (mysql_real_query(db->mysql, *statements, strlen(*statements)) != 0)
        {
            return -1;
        }
    }

    return 0;
}


int
ln_db_commit(ln_db_t *db)
{
    db->failed = NULL;

    return mysql_commit(db->mysql) ? -1 : 0;
}


int
ln_db_rollback(ln_db_t *db)
{
    db->failed = NULL;

    return mysql_rollback(db->mysql) ? -1 : 0;
}
