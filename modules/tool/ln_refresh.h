
/*
 * Refreshing what search reads: listings, details, places, tokens and
 * suggestions of organizations and practitioners, from the tables of record.
 */

#ifndef _LN_REFRESH_H_INCLUDED_
#define _LN_REFRESH_H_INCLUDED_


#include "ln_tool_db.h"


typedef enum {
    LN_REFRESH_ORGANIZATIONS = 0,
    LN_REFRESH_PRACTITIONERS
} ln_refresh_e;


typedef struct {
    uint64_t  *list;
    size_t     n;
    size_t     size;
} ln_ids_t;

void ln_ids_add(ln_ids_t *ids, uint64_t id);
void ln_ids_free(ln_ids_t *ids);


/* Once per connection: temporary tables. */
int ln_refresh_prepare(ln_db_t *db);

/* Puts ids, all different, into the temporary table ln_touched. */
int ln_refresh_touch(ln_db_t *db, const uint64_t *ids, size_t n);

/* A few of them, in the open transaction.  Sorts the ids. */
int ln_refresh_now(ln_db_t *db, ln_refresh_e what, ln_ids_t *ids);

/*
 * Any number, in transactions of their own; may be repeated.  Ids whose row is
 * gone lose what stood of them.  Sorts the ids.
 */
int ln_refresh_ids(ln_db_t *db, ln_refresh_e what, ln_ids_t *ids);

/* The ids that a SELECT of one column finds. */
int ln_refresh_found(ln_db_t *db, ln_refresh_e what, const char *sql,
    const ln_bind_t *binds, size_t n);


#endif /* _LN_REFRESH_H_INCLUDED_ */
