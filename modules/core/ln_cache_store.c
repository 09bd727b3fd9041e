
#include <string.h>

#include "ln_cache_store.h"


#define LN_STORE_LANES  4

/* Odd, so that a multiplication loses nothing (digits of the golden ratio). */
#define LN_STORE_PRIME  0x9e3779b97f4a7c15u

#define LN_STORE_CLOCK  0x7fffffffu

#define ln_load(p)     atomic_load_explicit(p, memory_order_relaxed)
#define ln_save(p, v)  atomic_store_explicit(p, v, memory_order_relaxed)


/*
 * The checksum finds torn values, it does not face an adversary: whoever can
 * write the zone needs no collision.  A lane's step is a bijection of both the
 * lane and the word, so one wrong word is always found; the rotation carries
 * high bits down, so that several wrong words pass once in 2^64.  Four lanes
 * keep the multiplier busy: 2 KB are copied and summed in about 0.1 us, where
 * CRC32 in software or SHA-256 would cost more than the copy itself.
 */
typedef struct {
    uint64_t  lanes[LN_STORE_LANES];
} ln_store_sum_t;


typedef enum {
    LN_WAY_FREE = 0,
    LN_WAY_BUSY,
    LN_WAY_DEAD          /* its writer was killed, or stopped for long */
} ln_way_e;


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

        class->values = (_Atomic uint64_t *) p;
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


static _Atomic uint64_t *
ln_store_value(const ln_store_class_t *class, size_t bucket, unsigned way)
{
    return class->values
           + (bucket * LN_STORE_WAYS + way) * (class->size / sizeof(uint64_t));
}


static inline uint64_t
ln_store_mix(uint64_t sum, uint64_t word)
{
    sum = (sum ^ word) * LN_STORE_PRIME;

    return (sum << 29) | (sum >> 35);
}


static void
ln_store_sum_start(ln_store_sum_t *sum, const uint64_t *key, uint64_t version,
    uint64_t stored, uint64_t length)
{
    sum->lanes[0] = ln_store_mix(LN_STORE_PRIME, key[0]);
    sum->lanes[1] = ln_store_mix(LN_STORE_PRIME, key[1]);
    sum->lanes[2] = ln_store_mix(LN_STORE_PRIME, version);
    sum->lanes[3] = ln_store_mix(ln_store_mix(LN_STORE_PRIME, stored), length);
}


static uint64_t
ln_store_sum_end(const ln_store_sum_t *sum)
{
    uint64_t  all;
    unsigned  i;

    all = 0;

    for (i = 0; i < LN_STORE_LANES; i++) {
        all = ln_store_mix(all, sum->lanes[i]);
    }

    return all ^ (all >> 32);
}


/*
 * One pass copies from shared memory and sums what was copied.  The four lanes
 * are written out: in registers they take a third of the time.
 */

static uint64_t
ln_store_copy_out(ln_store_sum_t *sum, uint64_t *out,
    const _Atomic uint64_t *from, size_t words)
{
    size_t    i;
    uint64_t  a, b, c, d;

    a = sum->lanes[0];
    b = sum->lanes[1];
    c = sum->lanes[2];
    d = sum->lanes[3];

    for (i = 0; i + LN_STORE_LANES <= words; i += LN_STORE_LANES) {
        out[i] = ln_load(&from[i]);
        out[i + 1] = ln_load(&from[i + 1]);
        out[i + 2] = ln_load(&from[i + 2]);
        out[i + 3] = ln_load(&from[i + 3]);

        a = ln_store_mix(a, out[i]);
        b = ln_store_mix(b, out[i + 1]);
        c = ln_store_mix(c, out[i + 2]);
        d = ln_store_mix(d, out[i + 3]);
    }

    sum->lanes[0] = a;
    sum->lanes[1] = b;
    sum->lanes[2] = c;
    sum->lanes[3] = d;

    for ( /* void */ ; i < words; i++) {
        out[i] = ln_load(&from[i]);
        sum->lanes[i % LN_STORE_LANES] =
                        ln_store_mix(sum->lanes[i % LN_STORE_LANES], out[i]);
    }

    return ln_store_sum_end(sum);
}


static uint64_t
ln_store_copy_in(ln_store_sum_t *sum, _Atomic uint64_t *to,
    const unsigned char *value, size_t length)
{
    size_t    i, words, rest;
    uint64_t  word;

    words = (length + 7) / sizeof(uint64_t);

    for (i = 0; i < words; i++) {
        rest = length - i * sizeof(uint64_t);
        word = 0;
        memcpy(&word, value + i * sizeof(uint64_t),
               rest < sizeof(uint64_t) ? rest : sizeof(uint64_t));

        ln_save(&to[i], word);
        sum->lanes[i % LN_STORE_LANES] =
                          ln_store_mix(sum->lanes[i % LN_STORE_LANES], word);
    }

    return ln_store_sum_end(sum);
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
ln_store_read(const ln_store_hit_t *hit, uint64_t now, uint64_t *out)
{
    uint64_t        sum, expected;
    ln_store_sum_t  lanes;

    ln_store_sum_start(&lanes, hit->key, hit->version, hit->stored,
                       hit->length);
    sum = ln_store_copy_out(&lanes, out, hit->value,
                            (hit->length + 7) / sizeof(uint64_t));
    expected = ln_load(&hit->entry->checksum);

    atomic_thread_fence(memory_order_acquire);

    if (ln_load(&hit->entry->lock) != hit->lock || sum != expected) {
        return false;
    }

    /* few writes, so that readers share the line */
    if (now >= ln_load(&hit->entry->used) + LN_STORE_TOUCH) {
        ln_save(&hit->entry->used, now);
    }

    return true;
}


static ln_way_e
ln_store_state(uint64_t lock, uint64_t now)
{
    uint64_t  since;

    if (!ln_store_locked(lock)) {
        return LN_WAY_FREE;
    }

    since = (now - (lock >> 1)) & LN_STORE_CLOCK;

    /* a clock a moment behind the writer's is not a stall of 24 days */
    if (since >= LN_STORE_STALL && since < LN_STORE_CLOCK / 2) {
        return LN_WAY_DEAD;
    }

    return LN_WAY_BUSY;
}


/* The way of this key, a dead one, or the least recently used. */

static ln_store_entry_t *
ln_store_choose(ln_store_bucket_t *bucket, const ln_store_ask_t *ask,
    unsigned *chosen, uint64_t *lock)
{
    unsigned           way;
    uint64_t           seen, used, least;
    ln_way_e           state;
    ln_store_entry_t  *entry, *victim;

    victim = NULL;
    least = UINT64_MAX;

    for (way = 0; way < LN_STORE_WAYS; way++) {
        entry = &bucket->entries[way];
        seen = ln_load(&entry->lock);
        state = ln_store_state(seen, ask->now);

        if (state == LN_WAY_BUSY) {
            continue;
        }

        used = (state == LN_WAY_DEAD) ? 0 : ln_load(&entry->used);

        if (state == LN_WAY_FREE && ln_load(&entry->key[0]) == ask->key[0]
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
    uint64_t                 lock, held, sum;
    unsigned                 way;
    ln_store_sum_t           lanes;
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

    held = (((lock >> 32) + 1) << 32)
           | (ask->now & LN_STORE_CLOCK) << 1 | 1;

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

    ln_store_sum_start(&lanes, ask->key, ask->version, ask->now, length);
    sum = ln_store_copy_in(&lanes, ln_store_value(class, index, way), value,
                           length);
    ln_save(&entry->checksum, sum);

    /* fails when the lock was taken over: then the checksum judges */
    return atomic_compare_exchange_strong_explicit(&entry->lock, &held,
                         held & ~(uint64_t) 1, memory_order_release,
                         memory_order_relaxed);
}
