
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/types.h>

#include "ln_cache_store.h"


#define ln_load(p)     atomic_load_explicit(p, memory_order_relaxed)
#define ln_save(p, v)  atomic_store_explicit(p, v, memory_order_relaxed)


#define LN_STORE_PROCESS  0x7fffffffu


static const struct {
    size_t    size;
    unsigned  share;     /* of 8: a page of a list takes 4 to 16 KB */
} ln_store_plan[LN_STORE_CLASSES] = {
    {            1024, 1 },
    {        4 * 1024, 3 },
    {       16 * 1024, 3 },
    { LN_STORE_LARGEST, 1 },
};


bool
ln_store_layout(ln_store_t *store, void *memory, size_t size)
{
    size_t             bucket, part;
    unsigned           i;
    unsigned char     *p;
    ln_store_class_t  *class;

    p = memory;

    for (i = 0; i < LN_STORE_CLASSES; i++) {
        class = &store->classes[i];
        part = size / 8 * ln_store_plan[i].share;

        class->size = ln_store_plan[i].size;
        bucket = sizeof(ln_store_bucket_t) + LN_STORE_WAYS * class->size;
        class->count = part / bucket;

        if (class->count == 0) {
            return false;
        }

        class->buckets = (ln_store_bucket_t *) p;
        p += class->count * sizeof(ln_store_bucket_t);

        class->values = p;
        p += class->count * LN_STORE_WAYS * class->size;
    }

    return true;
}


static ln_store_bucket_t *
ln_store_bucket(const ln_store_class_t *class, const uint64_t *key,
    size_t *index)
{
    /* the high half of the product spreads over any count, without division */
    *index = (size_t) (((unsigned __int128) key[1] * class->count) >> 64);

    return &class->buckets[*index];
}


static unsigned char *
ln_store_value(const ln_store_class_t *class, size_t bucket, unsigned way)
{
    return class->values + (bucket * LN_STORE_WAYS + way) * class->size;
}


static bool
ln_store_locked(uint64_t lock)
{
    return lock & 1;
}


/* Reads a way's description; false when it is another key's or in motion. */

static bool
ln_store_look(ln_store_entry_t *entry, const ln_store_ask_t *ask,
    ln_store_hit_t *hit)
{
    hit->lock = atomic_load_explicit(&entry->lock, memory_order_acquire);

    if (ln_store_locked(hit->lock)) {
        return false;
    }

    hit->key[0] = ln_load(&entry->key[0]);
    hit->key[1] = ln_load(&entry->key[1]);

    if (hit->key[0] != ask->key[0] || hit->key[1] != ask->key[1]) {
        return false;
    }

    hit->entry = entry;
    hit->version = ln_load(&entry->version);
    hit->stored = ln_load(&entry->stored);
    hit->length = ln_load(&entry->length);

    return hit->length != 0;
}


/* Workers read the clock at different moments: a negative age is none. */

uint64_t
ln_store_age(const ln_store_hit_t *hit, uint64_t now)
{
    return now > hit->stored ? now - hit->stored : 0;
}


ln_store_e
ln_store_find(const ln_store_t *store, const ln_store_ask_t *ask,
    ln_store_hit_t *hit)
{
    size_t                   index[LN_STORE_CLASSES];
    unsigned                 i, way;
    ln_store_e               rc;
    ln_store_bucket_t       *buckets[LN_STORE_CLASSES];
    const ln_store_class_t  *class;

    for (i = 0; i < LN_STORE_CLASSES; i++) {
        buckets[i] = ln_store_bucket(&store->classes[i], ask->key, &index[i]);
        __builtin_prefetch(buckets[i]->tags);
    }

    rc = LN_STORE_ABSENT;

    for (i = 0; i < LN_STORE_CLASSES; i++) {
        class = &store->classes[i];

        for (way = 0; way < LN_STORE_WAYS; way++) {

            if (ln_load(&buckets[i]->tags[way]) != ask->key[0]
                || !ln_store_look(&buckets[i]->entries[way], ask, hit)
                || hit->length > class->size)
            {
                continue;
            }

            if (hit->version != ask->version
                || ln_store_age(hit, ask->now) >= ask->max_age)
            {
                rc = LN_STORE_STALE;
                continue;
            }

            hit->value = ln_store_value(class, index[i], way);

            return LN_STORE_HIT;
        }
    }

    return rc;
}


bool
ln_store_read(const ln_store_hit_t *hit, uint64_t now, void *out)
{
    memcpy(out, hit->value, hit->length);

    atomic_thread_fence(memory_order_acquire);

    if (ln_load(&hit->entry->lock) != hit->lock) {
        return false;
    }

    /* few writes, so that readers share the line */
    if (now >= ln_load(&hit->entry->used) + LN_STORE_TOUCH) {
        ln_save(&hit->entry->used, now);
    }

    return true;
}


static uint64_t
ln_store_held(uint64_t lock, uint64_t process)
{
    return ((lock >> 32) + 1) << 32 | (process & LN_STORE_PROCESS) << 1 | 1;
}


/* Held by somebody who is there, though perhaps stopped. */

static bool
ln_store_busy(uint64_t lock, uint64_t process)
{
    uint64_t  holder;

    if (!ln_store_locked(lock)) {
        return false;
    }

    holder = (lock >> 1) & LN_STORE_PROCESS;

    /* ours: somebody had our number before us, we are not inside */
    return holder != process
           && (kill((pid_t) holder, 0) == 0 || errno != ESRCH);
}


/* The way of this key, a dead one, or the least recently used. */

static ln_store_entry_t *
ln_store_choose(ln_store_bucket_t *bucket, const ln_store_ask_t *ask,
    unsigned *chosen, uint64_t *lock)
{
    unsigned           way;
    uint64_t           seen, used, least;
    ln_store_entry_t  *entry, *victim;

    victim = NULL;
    least = UINT64_MAX;

    for (way = 0; way < LN_STORE_WAYS; way++) {
        entry = &bucket->entries[way];
        seen = ln_load(&entry->lock);

        if (ln_store_busy(seen, ask->process)) {
            continue;
        }

        used = ln_store_locked(seen) ? 0 : ln_load(&entry->used);

        if (!ln_store_locked(seen)
            && ln_load(&entry->key[0]) == ask->key[0]
            && ln_load(&entry->key[1]) == ask->key[1])
        {
            *chosen = way;
            *lock = seen;
            return entry;
        }

        if (victim == NULL || used < least) {
            victim = entry;
            least = used;
            *chosen = way;
            *lock = seen;
        }
    }

    return victim;
}


bool
ln_store_put(const ln_store_t *store, const ln_store_ask_t *ask,
    const void *value, size_t length)
{
    size_t                   index;
    uint64_t                 lock, held;
    unsigned                 way;
    ln_store_entry_t        *entry;
    ln_store_bucket_t       *bucket;
    const ln_store_class_t  *class;

    if (length == 0 || length > LN_STORE_LARGEST) {
        return false;
    }

    for (class = store->classes; length > class->size; class++) { /* void */ }

    bucket = ln_store_bucket(class, ask->key, &index);
    entry = ln_store_choose(bucket, ask, &way, &lock);

    if (entry == NULL) {
        return false;
    }

    held = ln_store_held(lock, ask->process);

    if (!atomic_compare_exchange_strong_explicit(&entry->lock, &lock, held,
                                memory_order_acquire, memory_order_relaxed))
    {
        return false;
    }

    /* readers that see any word below also see the lock taken */
    atomic_thread_fence(memory_order_release);

    ln_save(&bucket->tags[way], ask->key[0]);
    ln_save(&entry->key[0], ask->key[0]);
    ln_save(&entry->key[1], ask->key[1]);
    ln_save(&entry->version, ask->version);
    ln_save(&entry->stored, ask->now);
    ln_save(&entry->length, length);
    ln_save(&entry->used, ask->now);

    memcpy(ln_store_value(class, index, way), value, length);

    atomic_store_explicit(&entry->lock, held & ~(uint64_t) 1,
                          memory_order_release);

    return true;
}
