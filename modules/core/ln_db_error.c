
/*
 * What MySQL's error numbers mean for us, and what of them may be logged:
 * messages quote data ("Duplicate entry '138…' for key"), so the log gets the
 * number, the SQLSTATE and the statement's name.  Only errors of the schema
 * or of our SQL, which hold no data, come with their text.
 */

#include "ln_db_internal.h"


typedef struct {
    unsigned int  error;
    ln_db_rc_e    rc;
    ln_db_rc_e    at_commit;
    unsigned      lost:1;      /* the connection is of no use any more */
    unsigned      silent:1;    /* an everyday answer, not worth a line */
} ln_error_t;


static const ln_error_t *ln_error_find(unsigned int error);


static const ln_error_t  ln_errors[] = {

    /* deadlock, lock wait: the whole transaction once more */
    { 1213, LN_DB_REPLAY,    LN_DB_REPLAY,  0, 1 },
    { 1205, LN_DB_REPLAY,    LN_DB_REPLAY,  0, 1 },

    /* the node or the connection is gone: the next host; but a COMMIT whose
     * answer is lost may have landed */
    { 1047, LN_DB_REPLAY,    LN_DB_UNKNOWN, 1, 0 },
    { 1053, LN_DB_REPLAY,    LN_DB_UNKNOWN, 1, 0 },
    { 1927, LN_DB_REPLAY,    LN_DB_UNKNOWN, 1, 0 },
    { 2002, LN_DB_REPLAY,    LN_DB_UNKNOWN, 1, 0 },
    { 2003, LN_DB_REPLAY,    LN_DB_UNKNOWN, 1, 0 },
    { 2006, LN_DB_REPLAY,    LN_DB_UNKNOWN, 1, 0 },
    { 2013, LN_DB_REPLAY,    LN_DB_UNKNOWN, 1, 0 },
    { 2055, LN_DB_REPLAY,    LN_DB_UNKNOWN, 1, 0 },
    { 4031, LN_DB_REPLAY,    LN_DB_UNKNOWN, 1, 0 },
    { 1180, LN_DB_FAILED,    LN_DB_UNKNOWN, 1, 0 },

    /* the result's shape changed under a prepared statement and its rows may
     * still be on their way: a fresh connection prepares it anew */
    { 2057, LN_DB_REPLAY,    LN_DB_UNKNOWN, 1, 0 },

    { 1062, LN_DB_DUPLICATE, LN_DB_FAILED,  0, 1 },
    { 1586, LN_DB_DUPLICATE, LN_DB_FAILED,  0, 1 },

    /* CHECK on MariaDB and on MySQL, foreign keys */
    { 4025, LN_DB_REFUSED,   LN_DB_FAILED,  0, 1 },
    { 3819, LN_DB_REFUSED,   LN_DB_FAILED,  0, 1 },
    { 1451, LN_DB_REFUSED,   LN_DB_FAILED,  0, 1 },
    { 1452, LN_DB_REFUSED,   LN_DB_FAILED,  0, 1 },

    /* the server's own statement timeout, MariaDB and MySQL */
    { 1969, LN_DB_TIMEOUT,   LN_DB_UNKNOWN, 0, 0 },
    { 3024, LN_DB_TIMEOUT,   LN_DB_UNKNOWN, 0, 0 },

    { 0,    LN_DB_FAILED,    LN_DB_FAILED,  0, 0 }
};


/* Unknown column, syntax, no such table, wrong argument count: no data. */
static const unsigned int  ln_error_texts[] = { 1054, 1064, 1146, 1210, 0 };


static const ln_error_t *
ln_error_find(unsigned int error)
{
    const ln_error_t  *e;

    for (e = ln_errors; e->error; e++) {
        if (e->error == error) {
            break;
        }
    }

    return e;
}


ln_db_rc_e
ln_error_class(unsigned int error, ngx_uint_t commit)
{
    const ln_error_t  *e;

    e = ln_error_find(error);

    if (commit) {
        return ln_error_lost(error) ? LN_DB_UNKNOWN : e->at_commit;
    }

    if (e->error == 0 && ln_error_lost(error)) {
        return LN_DB_REPLAY;
    }

    return e->rc;
}


ngx_uint_t
ln_error_lost(unsigned int error)
{
    const ln_error_t  *e;

    e = ln_error_find(error);

    if (e->error) {
        return e->lost;
    }

    /* the client library's own: packets out of order, malformed, TLS … */
    return error >= 2000 && error < 3000;
}


/* The server still takes connections but is no use: another host, please. */

ngx_uint_t
ln_error_host(unsigned int error)
{
    return error == 1047 || error == 1053;
}


void
ln_error_log(ln_db_conn_t *conn, unsigned int error, const char *sqlstate,
    const char *message)
{
    ngx_str_t            name;
    ngx_uint_t           level;
    const ln_error_t    *e;
    const unsigned int  *p;

    e = ln_error_find(error);

    if (e->silent) {
        ngx_log_debug2(NGX_LOG_DEBUG_EVENT, conn->lane->db->log, 0,
                       "legalnet db: error %ui (%s)", (ngx_uint_t) error,
                       sqlstate);
        return;
    }

    ngx_str_set(&name, "COMMIT or ROLLBACK");

    if (conn->sql) {
        name = conn->sql->name;
    }

    level = ln_error_lost(error) ? NGX_LOG_WARN : NGX_LOG_ERR;

    for (p = ln_error_texts; *p; p++) {
        if (*p == error) {
            ngx_log_error(level, conn->lane->db->log, 0,
                          "database \"%V\": error %ui (%s) in \"%V\": %s",
                          &conn->lane->db->name, (ngx_uint_t) error, sqlstate,
                          &name, message);
            return;
        }
    }

    ngx_log_error(level, conn->lane->db->log, 0,
                  "database \"%V\": error %ui (%s) in \"%V\"",
                  &conn->lane->db->name, (ngx_uint_t) error, sqlstate, &name);
}


const char *
ln_rc_name(ln_db_rc_e rc)
{
    static const char *const  names[] = {
        "ok", "failed", "unavailable", "timeout", "replay", "duplicate",
        "refused", "unknown"
    };

    _Static_assert(sizeof(names) / sizeof(names[0]) == LN_DB_UNKNOWN + 1,
                   "a name for every result");

    return names[rc];
}
