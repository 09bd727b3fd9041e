
/*
 * The memory of the cache: pure C, no nginx, so that it is tested by several
 * processes that are killed in the middle (tests/unit/test_cache_store.py).
 *
 * Four classes of slots hold values up to 1, 4, 16 and 64 KB.  A class is an
 * array of buckets; a bucket has 8 ways, and a way owns its memory, so there
 * is nothing to allocate, to free or to leak, and no pointer to follow.
 *
 * A key may live in one bucket of each class.  A way is guarded by its lock
 * word, a sequence lock that also says who holds it:
 *
 *     counter:32  process:31  locked:1
 *
 * - Readers never write but for `used`.  They copy, then look whether the
 *   word still stands: if it does, nobody wrote meanwhile.
 * - A writer takes the word with one compare-and-swap or goes away; nobody
 *   waits.
 * - Who dies in between leaves the word locked, so what he left is not served.
 *   A writer that finds the word held asks the kernel whether its holder still
 *   lives, and takes over from the dead alone: a way never has two writers.
 *   (Should the dead one's number belong to another process by then, the way
 *   stays out of use as long as that one lives: one of eight.)
 *
 * The words of an entry are relaxed atomics, ordered by the lock word and two
 * fences.  The value is copied by memcpy(): a sixth of the time that the same
 * words took as atomics with a checksum over them.  C11 has no name for such a
 * copy (C++ discusses an atomic_memcpy); what it may have torn is thrown away
 * unread, as sequence locks everywhere do.
 *
 * A zeroed memory is an empty store.
 */

#ifndef _LN_CACHE_STORE_H_INCLUDED_
#define _LN_CACHE_STORE_H_INCLUDED_


#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>


#define LN_STORE_WAYS     8
#define LN_STORE_CLASSES  4
#define LN_STORE_LARGEST  (64 * 1024)
#define LN_STORE_TOUCH    100    /* ms between two notes of one entry's use */
#define LN_STORE_LINE     64     /* bytes that processors exchange at once */


/* One line of memory each. */
typedef struct {
    _Alignas(LN_STORE_LINE)
    _Atomic uint64_t    lock;
    _Atomic uint64_t    key[2];
    _Atomic uint64_t    version;
    _Atomic uint64_t    stored;      /* ms */
    _Atomic uint64_t    length;
    _Atomic uint64_t    used;        /* ms, for eviction only */
} ln_store_entry_t;

/* One line of tags first: a look into a bucket is one line of memory. */
typedef struct {
    _Atomic uint64_t    tags[LN_STORE_WAYS];
    ln_store_entry_t    entries[LN_STORE_WAYS];
} ln_store_bucket_t;

typedef struct {
    ln_store_bucket_t  *buckets;
    unsigned char      *values;
    size_t              count;       /* of buckets */
    size_t              size;        /* of a value, in bytes */
} ln_store_class_t;

typedef struct {
    ln_store_class_t    classes[LN_STORE_CLASSES];
} ln_store_t;


/* `now` is a clock of the machine that only goes forward, in ms. */
typedef struct {
    uint64_t            key[2];      /* a digest: spread evenly */
    uint64_t            version;
    uint64_t            now;
    uint64_t            max_age;     /* ms */
    uint64_t            process;     /* who asks; no other thread of it does */
} ln_store_ask_t;

typedef struct {
    ln_store_entry_t   *entry;
    const void         *value;
    uint64_t            lock;        /* as it stood when found */
    uint64_t            key[2];
    uint64_t            version;
    uint64_t            stored;
    uint64_t            length;
} ln_store_hit_t;

typedef enum {
    LN_STORE_HIT = 0,
    LN_STORE_ABSENT,
    LN_STORE_STALE       /* there, but of another version or too old */
} ln_store_e;


/* Lays the store over memory aligned to LN_STORE_LINE; false when it is too
 * small. */
bool ln_store_layout(ln_store_t *store, void *memory, size_t size);

ln_store_e ln_store_find(const ln_store_t *store, const ln_store_ask_t *ask,
    ln_store_hit_t *hit);

uint64_t ln_store_age(const ln_store_hit_t *hit, uint64_t now);

/* Copies what was found, hit->length bytes; false when it changed meanwhile. */
bool ln_store_read(const ln_store_hit_t *hit, uint64_t now, void *out);

/* False when it was not kept: too large, or its place is being written. */
bool ln_store_put(const ln_store_t *store, const ln_store_ask_t *ask,
    const void *value, size_t length);


#endif /* _LN_CACHE_STORE_H_INCLUDED_ */
