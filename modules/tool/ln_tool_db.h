
/*
 * The database, blocking, for a program that does one thing at a time.  All
 * SQL is constant text; data go in as bound values and come out as text.
 * Statements stay prepared for the life of the connection, found again by the
 * address of their text.
 */

#ifndef _LN_TOOL_DB_H_INCLUDED_
#define _LN_TOOL_DB_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


#define LN_DB_STATEMENTS  128    /* that one command may use */
#define LN_DB_COLUMNS     32     /* of a result or an inserted row */
#define LN_DB_ROWS        64     /* of one INSERT or IN list */


typedef struct ln_db_s  ln_db_t;


/* A value to bind: text, a number, or NULL. */

typedef struct {
    const char  *text;           /* NULL: the number, or NULL by is_null */
    size_t       len;
    uint64_t     number;
    char         is_null;
} ln_bind_t;


/* A value of a row; data is NULL for NULL, and is terminated otherwise. */

typedef struct {
    const char  *data;
    size_t       len;
} ln_cell_t;


/* Gets each row of a result; anything but 0 stops. */
typedef int (*ln_row_pt)(void *data, const ln_cell_t *row);


ln_bind_t ln_bind_text(const char *text);           /* NULL is NULL */
ln_bind_t ln_bind_bytes(const void *data, size_t len);
ln_bind_t ln_bind_number(uint64_t number);

uint64_t ln_cell_number(ln_cell_t cell);            /* 0 for NULL */


/*
 * Connects by a URL (see LN_DATABASE_OPTIONS), complains and returns NULL when
 * it cannot.  Transactions are begun by the first statement.
 */
ln_db_t *ln_db_connect(const char *url, const char *password_file);
void ln_db_close(ln_db_t *db);

/*
 * All return 0, or -1 after a failure that ln_db_error tells of.  A failed
 * statement leaves its transaction open: the caller rolls back.
 */
int ln_db_execute(ln_db_t *db, const char *sql, const ln_bind_t *binds,
    size_t n);
int ln_db_select(ln_db_t *db, const char *sql, const ln_bind_t *binds,
    size_t n, ln_row_pt handler, void *data);
int ln_db_commit(ln_db_t *db);
int ln_db_rollback(ln_db_t *db);

/* Runs a list of statements without parameters that ends with NULL. */
int ln_db_run(ln_db_t *db, const char *const *statements);

uint64_t ln_db_affected(ln_db_t *db);
uint64_t ln_db_last_id(ln_db_t *db);

const char *ln_db_error(ln_db_t *db);
int ln_db_is_deadlock(ln_db_t *db);      /* roll back and do it again */
int ln_db_is_reference(ln_db_t *db);     /* another row needs this one */


/*
 * Inserts in bulk: rows are gathered and leave LN_DB_ROWS at a time, the rest
 * in eights and singly, so that three prepared statements serve every count.
 * Values are copied.
 */

typedef struct {
    const char  *sql[3];         /* of 64 rows, 8 rows, 1 row */
    size_t       columns;
    size_t       rows;
    size_t       used;           /* of the copied text */
    size_t       size;
    char        *text;
    size_t      *offsets;        /* of binds that are text */
    ln_bind_t   *binds;
} ln_bulk_t;


#define LN_X2(row)   row "," row
#define LN_X4(row)   LN_X2(row) "," LN_X2(row)
#define LN_X8(row)   LN_X4(row) "," LN_X4(row)
#define LN_X64(row)  LN_X8(row) "," LN_X8(row) "," LN_X8(row) ","             \
                     LN_X8(row) "," LN_X8(row) "," LN_X8(row) ","             \
                     LN_X8(row) "," LN_X8(row)

#define LN_BULK(head, row, n)                                                 \
    { { head LN_X64(row), head LN_X8(row), head row }, n, 0, 0, 0, NULL,      \
      NULL, NULL }

int ln_bulk_add(ln_db_t *db, ln_bulk_t *bulk, const ln_bind_t *row);
int ln_bulk_flush(ln_db_t *db, ln_bulk_t *bulk);
void ln_bulk_drop(ln_bulk_t *bulk);      /* forgets what is gathered */
void ln_bulk_free(ln_bulk_t *bulk);


#endif /* _LN_TOOL_DB_H_INCLUDED_ */
