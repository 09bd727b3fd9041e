
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


static ngx_uint_t ln_batch_text(ln_type_e type);
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

        if (op->kind == LN_OP_QUERY && op->sql->id == conn->sql->id
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


uint32_t
ln_batch_hash(const ln_value_t *key)
{
    if (ln_batch_text(key->type)) {
        return ngx_crc32_short(key->string.data, key->string.len);
    }

    return (uint32_t) (key->integer ^ (key->integer >> 32));
}


static ngx_uint_t
ln_batch_text(ln_type_e type)
{
    return type != LN_INTEGER && type != LN_BOOLEAN && type != LN_ID;
}


/* A key and a column may differ in type, `code` and LN_ENUM for instance. */

static ngx_uint_t
ln_batch_same(const ln_value_t *a, const ln_value_t *b)
{
    if (ln_batch_text(a->type) != ln_batch_text(b->type)) {
        return 0;
    }

    if (!ln_batch_text(a->type)) {
        return a->integer == b->integer;
    }

    return a->string.len == b->string.len
           && ngx_memcmp(a->string.data, b->string.data, a->string.len) == 0;
}
