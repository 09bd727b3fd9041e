
/*
 * What waits leaves together.  A public single-key SELECT has a second form,
 * IN (?×16): whatever has queued up while the connection was busy goes out in
 * one round trip, padded by repetition, and rows come back to whoever asked
 * for their first column.
 *
 * Only questions not yet sent are shared.  One that joined a query on its way
 * could be given rows older than the version counter it has read, and would
 * cache them.
 */

#include "ln_db_internal.h"


typedef enum {
    LN_BATCH_NEVER = 0,
    LN_BATCH_NUMBER,
    LN_BATCH_BYTES
} ln_batch_kind_e;


static ln_batch_kind_e ln_batch_kind(ln_type_e type);
static ngx_uint_t ln_batch_same(const ln_value_t *a, const ln_value_t *b);
static ngx_uint_t ln_batch_joins(ln_db_conn_t *conn, ln_op_t *op);


/* The head of the queue and all that fits to it; the rest keeps its place. */

void
ln_batch_take(ln_lane_t *lane, ln_db_conn_t *conn)
{
    ln_op_t      *op;
    ngx_queue_t  *q, *next;

    for (q = ngx_queue_head(&lane->waiting);
         q != ngx_queue_sentinel(&lane->waiting);
         q = next)
    {
        next = ngx_queue_next(q);
        op = ngx_queue_data(q, ln_op_t, queue);

        if (op->folds && op->sql->id == conn->sql->id
            && ln_batch_joins(conn, op))
        {
            ln_op_start(op, conn);
        }
    }

    conn->args = conn->keys;
}


static ngx_uint_t
ln_batch_joins(ln_db_conn_t *conn, ln_op_t *op)
{
    ngx_uint_t  i;

    for (i = 0; i < conn->nkeys; i++) {
        if (conn->hashes[i] == op->hash
            && ln_batch_same(&conn->keys[i], op->args))
        {
            return 1;
        }
    }

    if (conn->nkeys == LN_DB_FOLD) {
        return 0;
    }

    conn->hashes[conn->nkeys] = op->hash;
    conn->keys[conn->nkeys++] = *op->args;

    return 1;
}


void
ln_batch_row(ln_db_conn_t *conn, const ln_value_t *row)
{
    ln_op_t      *op;
    ngx_queue_t  *q;

    for (q = ngx_queue_head(&conn->ops);
         q != ngx_queue_sentinel(&conn->ops);
         q = ngx_queue_next(q))
    {
        op = ngx_queue_data(q, ln_op_t, queue);

        if (conn->nkeys && !ln_batch_same(op->args, row)) {
            continue;
        }

        op->result.rows++;

        if (op->row && op->result.rc == LN_DB_OK
            && op->row(op->data, row) != NGX_OK)
        {
            op->result.rc = LN_DB_FAILED;
        }
    }
}


/* Keys are compared with first columns, so both must be of one kind. */

void
ln_batch_prepare(ln_op_t *op)
{
    ln_value_t       *key;
    const ln_sql_t   *sql;
    ln_batch_kind_e   kind;

    sql = op->sql;
    key = op->args;

    if (sql->folded.len == 0 || sql->nargs != 1 || !key->set) {
        return;
    }

    kind = ln_batch_kind(key->type);

    if (kind == LN_BATCH_NEVER
        || kind != ln_batch_kind(sql->columns[0].type))
    {
        return;
    }

    op->folds = 1;
    op->hash = (kind == LN_BATCH_NUMBER)
               ? (uint32_t) (key->integer ^ (key->integer >> 32))
               : ngx_crc32_short(key->string.data, key->string.len);
}


static ln_batch_kind_e
ln_batch_kind(ln_type_e type)
{
    switch (type) {

    case LN_INTEGER:
    case LN_ID:
        return LN_BATCH_NUMBER;

    case LN_STRING:
    case LN_ENUM:
    case LN_UUID:
        return LN_BATCH_BYTES;

    default:
        return LN_BATCH_NEVER;
    }
}


/* Both of one kind, see ln_batch_prepare(); a NULL is nobody's key. */

static ngx_uint_t
ln_batch_same(const ln_value_t *a, const ln_value_t *b)
{
    if (!b->set) {
        return 0;
    }

    if (ln_batch_kind(a->type) == LN_BATCH_NUMBER) {
        return a->integer == b->integer;
    }

    return a->string.len == b->string.len
           && ngx_memcmp(a->string.data, b->string.data, a->string.len) == 0;
}
