
/*
 * The memory of the cache: pure C, no nginx, so that it is tested by several
 * processes that are killed in the middle (tests/unit/test_cache_store.py).
 *
 * Four classes of slots hold values up to 1, 4, 16 and 64 KB.  A class is an
 * array of buckets; a bucket has 8 ways, and a way owns its memory, so there
 * is nothing to allocate, to free or to leak, and no pointer to follow.
 *
 * A key may live in one bucket of each class.  A way is guarded by its lock
 * word, a sequence lock that also says since when it is held:
 *
 *     counter:32  milliseconds:31  locked:1
 *
 * - Readers never write but for `used`.  They copy, then look whether the
 *   word still stands.
 * - A writer takes the word with one compare-and-swap or goes away; nobody
 *   waits.
 * - Who dies in between leaves the word locked.  After LN_STORE_STALL another
 *   writer takes it over.  If the first one was only stopped and goes on, both
 *   write; then what is there does not match its checksum and is not served.
 *
 * Shared words are relaxed atomics, ordered by the lock word and two fences.
 * So no access is a data race in C11's sense; on x86-64 and arm64 they are
 * plain moves.
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
#define LN_STORE_STALL    1000   /* ms: no living writer needs 1 ms */
#define LN_STORE_TOUCH    100    /* ms between two notes of one entry's use */


typedef struct {
    _Atomic uint64_t    lock;
    _Atomic uint64_t    key[2];
    _Atomic uint64_t    version;
    _Atomic uint64_t    stored;      /* ms */
    _Atomic uint64_t    length;
    _Atomic uint64_t    checksum;    /* of the five above and the value */
    _Atomic uint64_t    used;        /* ms, for eviction only */
} ln_store_entry_t;

/* One line of tags first: a look into a bucket is one line of memory. */
typedef struct {
    _Atomic uint64_t    tags[LN_STORE_WAYS];
    ln_store_entry_t    entries[LN_STORE_WAYS];
} ln_store_bucket_t;

typedef struct {
    ln_store_bucket_t  *buckets;
    _Atomic uint64_t   *values;
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
} ln_store_ask_t;

typedef struct {
    ln_store_entry_t   *entry;
    _Atomic uint64_t   *value;
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


/* What ln_store_read() writes, in bytes: whole words, aligned. */
#define ln_store_room(length)  (((length) + 7) & ~(size_t) 7)


/* Lays the store over memory aligned to 64; false when it is too small. */
bool ln_store_layout(ln_store_t *store, void *memory, size_t size);

ln_store_e ln_store_find(const ln_store_t *store, const ln_store_ask_t *ask,
    ln_store_hit_t *hit);

uint64_t ln_store_age(const ln_store_hit_t *hit, uint64_t now);

/* Copies what was found; false when it changed meanwhile or is torn. */
bool ln_store_read(const ln_store_hit_t *hit, uint64_t now, uint64_t *out);

/* False when it was not kept: too large, or its place is being written. */
bool ln_store_put(const ln_store_t *store, const ln_store_ask_t *ask,
    const void *value, size_t length);


#endif /* _LN_CACHE_STORE_H_INCLUDED_ */
