
/*
 * Which migrations a database has, between ln_schema.c and ln_operations.c.
 */

#ifndef _LN_SCHEMA_H_INCLUDED_
#define _LN_SCHEMA_H_INCLUDED_


#include "ln_core.h"


#define LN_MAX_VERSION    128          /* dbmate's column */


/* A look at one database's schema_migrations. */

typedef struct {
    ln_app_t      *app;
    uint64_t       seen;               /* by feature: its migration is there */
    size_t         length;
    u_char         highest[LN_MAX_VERSION];
} ln_look_t;


/* Begins a look, which is the first member of what `data` points at. */
ln_op_t *ln_schema_look(ln_app_t *app, ln_db_t *db, ln_op_done_pt done,
    void *data);

/* NGX_DECLINED when a feature lacks its migration; json lists those. */
ngx_int_t ln_schema_complete(const ln_look_t *look, ln_json_t *json);


#endif /* _LN_SCHEMA_H_INCLUDED_ */
