
#include "ln_zone_internal.h"


/*
 * A gauge goes down again, unless its worker was killed: what that one had
 * counted would stand for ever, an open circuit among it.  So every worker
 * counts in a shard that bears its process id, and shards of processes that
 * are gone are neither read nor kept.
 */

#define LN_GAUGE_NONE  LN_GAUGE_SHARDS


static ngx_uint_t    ln_gauge_shard = LN_GAUGE_NONE;
static ngx_pid_t     ln_gauge_pid;        /* who took it: not after a fork */
static ln_shared_t  *ln_gauge_zone;       /* where: not after a new zone */


static ngx_uint_t
ln_gauge_alive(int64_t pid)
{
    /* EPERM: a process of somebody else got the number */
    return pid != 0 && kill((pid_t) pid, 0) == 0;
}


static ngx_uint_t
ln_gauge_claim(ln_shared_t *shared)
{
    int64_t     owner;
    ngx_uint_t  i, slot;

    for (i = 0; i < LN_GAUGE_SHARDS; i++) {
        owner = atomic_load_explicit(&shared->gauge_owners[i],
                                     memory_order_relaxed);

        if (ln_gauge_alive(owner)
            || !atomic_compare_exchange_strong(&shared->gauge_owners[i],
                                               &owner, (int64_t) ngx_pid))
        {
            continue;
        }

        for (slot = 0; slot < LN_GAUGE_SLOTS; slot++) {
            atomic_store_explicit(&shared->gauges[i][slot], 0,
                                  memory_order_relaxed);
        }

        return i;
    }

    return LN_GAUGE_NONE;
}


void
ln_gauge_add(ln_shared_t *shared, ngx_uint_t slot, int64_t n)
{
    if (ln_gauge_pid != ngx_pid || ln_gauge_zone != shared) {
        ln_gauge_pid = ngx_pid;
        ln_gauge_zone = shared;
        ln_gauge_shard = ln_gauge_claim(shared);
    }

    if (ln_gauge_shard != LN_GAUGE_NONE) {
        atomic_fetch_add_explicit(&shared->gauges[ln_gauge_shard][slot], n,
                                  memory_order_relaxed);
    }
}


uint64_t
ln_gauge_owners(ln_shared_t *shared)
{
    uint64_t    alive;
    ngx_uint_t  i;

    alive = 0;

    for (i = 0; i < LN_GAUGE_SHARDS; i++) {
        if (ln_gauge_alive(atomic_load_explicit(&shared->gauge_owners[i],
                                                memory_order_relaxed)))
        {
            alive |= (uint64_t) 1 << i;
        }
    }

    return alive;
}


int64_t
ln_gauge_value(ln_shared_t *shared, ngx_uint_t slot, uint64_t alive)
{
    int64_t     sum;
    ngx_uint_t  i;

    sum = 0;

    for (i = 0; i < LN_GAUGE_SHARDS; i++) {
        if (alive & ((uint64_t) 1 << i)) {
            sum += atomic_load_explicit(&shared->gauges[i][slot],
                                        memory_order_relaxed);
        }
    }

    return sum;
}
