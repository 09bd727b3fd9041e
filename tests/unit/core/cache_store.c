
/* The cache's memory: what it keeps, what it refuses, and dead writers. */

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../unit.h"

#include "ln_cache_store.h"


#define SIZE  (8 * 1024 * 1024)


static ln_store_t      store;
static unsigned char  *memory;


static int
setup(void **state)
{
    (void) state;

    memory = aligned_alloc(64, SIZE);
    assert_non_null(memory);
    memset(memory, 0, SIZE);
    assert_true(ln_store_layout(&store, memory, SIZE));

    return 0;
}


static int
teardown(void **state)
{
    (void) state;

    free(memory);

    return 0;
}


static uint64_t
spread(uint64_t n)
{
    n = (n ^ (n >> 31)) * 0x7fb5d329728ea185u;
    n = (n ^ (n >> 27)) * 0x81dadef4bc2dd44du;

    return n ^ (n >> 33);
}


static ln_store_ask_t
ask(uint64_t key, uint64_t version, uint64_t now)
{
    ln_store_ask_t  a;

    a.key[0] = spread(key);
    a.key[1] = spread(key + 1000000007);
    a.version = version;
    a.now = now;
    a.max_age = 60000;
    a.process = (uint64_t) getpid();

    return a;
}


static void
fill(unsigned char *p, size_t length, uint64_t seed)
{
    size_t  i;

    for (i = 0; i < length; i++) {
        p[i] = (unsigned char) (spread(seed + i) >> 13);
    }
}


/* The value, or NULL; static room. */

static unsigned char *
get(const ln_store_ask_t *a, size_t *length)
{
    ln_store_hit_t  hit;

    static unsigned char  out[LN_STORE_LARGEST];

    if (ln_store_find(&store, a, &hit) != LN_STORE_HIT
        || !ln_store_read(&hit, a->now, out))
    {
        return NULL;
    }

    *length = hit.length;

    return out;
}


static void
test_every_length(void **state)
{
    size_t          i, length;
    unsigned char  *value, *out;
    ln_store_ask_t  a;

    static const size_t  lengths[] = {
        1, 7, 8, 9, 31, 32, 33, 1023, 1024, 1025, 4096, 4097, 16383, 16384,
        16385, 65535, 65536
    };

    (void) state;

    value = malloc(LN_STORE_LARGEST + 1);

    for (i = 0; i < ln_count(lengths); i++) {
        fill(value, lengths[i], i);
        a = ask(i, 7, 1000);

        assert_true(ln_store_put(&store, &a, value, lengths[i]));
        out = get(&a, &length);
        assert_non_null(out);
        assert_int_equal(length, lengths[i]);
        assert_memory_equal(out, value, length);
    }

    a = ask(99, 7, 1000);
    assert_false(ln_store_put(&store, &a, value, 0));
    assert_false(ln_store_put(&store, &a, value, LN_STORE_LARGEST + 1));

    free(value);
}


static void
test_version_and_age(void **state)
{
    size_t          length;
    ln_store_hit_t  hit;
    ln_store_ask_t  a;

    (void) state;

    a = ask(1, 5, 100000);
    assert_int_equal(ln_store_find(&store, &a, &hit), LN_STORE_ABSENT);
    assert_true(ln_store_put(&store, &a, "five", 4));

    a.version = 6;
    assert_int_equal(ln_store_find(&store, &a, &hit), LN_STORE_STALE);

    a.version = 5;
    a.now = 159999;
    assert_non_null(get(&a, &length));

    a.now = 160000;
    assert_int_equal(ln_store_find(&store, &a, &hit), LN_STORE_STALE);

    /* a reader whose clock is a little behind the writer's */
    a.now = 99990;
    assert_non_null(get(&a, &length));
    assert_int_equal(ln_store_age(&hit, 0), 0);
}


/* An answer that grew lives in another class; the old one is not served. */

static void
test_value_that_changes_class(void **state)
{
    size_t          length;
    ln_store_ask_t  a;
    unsigned char   large[5000];

    (void) state;

    fill(large, sizeof(large), 3);

    a = ask(1, 1, 1000);
    assert_true(ln_store_put(&store, &a, "small", 5));

    a.version = 2;
    assert_true(ln_store_put(&store, &a, large, sizeof(large)));
    assert_memory_equal(get(&a, &length), large, sizeof(large));
    assert_int_equal(length, sizeof(large));
}


/* What is asked for stays, what is not goes. */

static void
test_eviction(void **state)
{
    size_t          length;
    uint64_t        i, kept;
    ln_store_ask_t  a;

    (void) state;

    a = ask(0, 1, 1000);
    assert_true(ln_store_put(&store, &a, "wanted", 6));

    kept = 0;

    for (i = 1; i < 20000; i++) {
        a = ask(i, 1, 1000 + i * 2);
        assert_true(ln_store_put(&store, &a, &i, sizeof(i)));

        if (i % 100 == 0) {
            a = ask(0, 1, 1000 + i * 2);
            kept += (get(&a, &length) != NULL);
        }
    }

    assert_true(kept > 190);

    a = ask(19999, 1, 41000);
    assert_non_null(get(&a, &length));
    a = ask(1, 1, 41000);
    assert_null(get(&a, &length));
}


/* The only entry there is. */

static ln_store_entry_t *
find_entry(void)
{
    size_t             i, bucket;
    unsigned           way;
    ln_store_class_t  *class;
    ln_store_entry_t  *entry;

    for (i = 0; i < LN_STORE_CLASSES; i++) {
        class = &store.classes[i];

        for (bucket = 0; bucket < class->count; bucket++) {
            for (way = 0; way < LN_STORE_WAYS; way++) {
                entry = &class->buckets[bucket].entries[way];

                if (entry->length) {
                    return entry;
                }
            }
        }
    }

    return NULL;
}


/* A process that stands still until it is killed. */

static pid_t
start(void)
{
    pid_t  pid;

    pid = fork();

    if (pid == 0) {
        for ( ;; ) {
            pause();
        }
    }

    assert_true(pid > 0);

    return pid;
}


static void
finish(pid_t pid)
{
    assert_int_equal(kill(pid, SIGKILL), 0);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}


/* Eight other keys of the same bucket: every way takes one, if it can. */

static unsigned
put_eight(ln_store_ask_t a)
{
    size_t    length;
    unsigned  i, kept;

    for (i = 0; i < LN_STORE_WAYS; i++) {
        a.key[0]++;
        a.now += 1000;
        assert_true(ln_store_put(&store, &a, "another", 7));
    }

    kept = 0;

    for (i = 0; i < LN_STORE_WAYS; i++) {
        kept += (get(&a, &length) != NULL);
        a.key[0]--;
    }

    return kept;
}


/* Between lock and unlock: not served, and nobody else's while he lives. */

static void
test_stopped_writer(void **state)
{
    pid_t              pid;
    size_t             length;
    ln_store_ask_t     a;
    ln_store_entry_t  *entry;

    (void) state;

    pid = start();

    a = ask(1, 1, 5000);
    assert_true(ln_store_put(&store, &a, "before he stopped", 17));
    entry = find_entry();
    assert_non_null(entry);

    entry->lock = 3ull << 32 | (uint64_t) pid << 1 | 1;

    assert_null(get(&a, &length));
    assert_int_equal(put_eight(a), LN_STORE_WAYS - 1);
    assert_true(entry->lock == (3ull << 32 | (uint64_t) pid << 1 | 1));

    /* the same key finds another place */
    assert_true(ln_store_put(&store, &a, "meanwhile", 9));
    assert_memory_equal(get(&a, &length), "meanwhile", 9);

    finish(pid);
}


static void
test_dead_writer(void **state)
{
    pid_t              pid;
    size_t             length;
    ln_store_ask_t     a;
    ln_store_entry_t  *entry;

    (void) state;

    pid = start();
    finish(pid);

    a = ask(1, 1, 5000);
    assert_true(ln_store_put(&store, &a, "before the crash", 16));
    entry = find_entry();
    assert_non_null(entry);

    entry->lock = 3ull << 32 | (uint64_t) pid << 1 | 1;

    assert_null(get(&a, &length));
    assert_int_equal(put_eight(a), LN_STORE_WAYS);
    assert_false(entry->lock & 1);
    assert_int_equal(entry->lock >> 32, 4);
}


/* He died with the number that is ours now. */

static void
test_dead_writer_of_our_number(void **state)
{
    ln_store_ask_t     a;
    ln_store_entry_t  *entry;

    (void) state;

    a = ask(1, 1, 5000);
    assert_true(ln_store_put(&store, &a, "before the crash", 16));
    entry = find_entry();
    assert_non_null(entry);

    entry->lock = 3ull << 32 | a.process << 1 | 1;

    assert_int_equal(put_eight(a), LN_STORE_WAYS);
    assert_false(entry->lock & 1);
}


/* Written anew, or being written, between the look and the copy. */

static void
test_value_that_changes_while_read(void **state)
{
    uint64_t           lock;
    ln_store_ask_t     a;
    ln_store_hit_t     hit;
    unsigned char      data[4096], out[4096];
    ln_store_entry_t  *entry;

    (void) state;

    fill(data, sizeof(data), 11);
    a = ask(1, 1, 5000);
    assert_true(ln_store_put(&store, &a, data, sizeof(data)));
    entry = find_entry();
    assert_non_null(entry);

    assert_int_equal(ln_store_find(&store, &a, &hit), LN_STORE_HIT);
    assert_true(ln_store_read(&hit, a.now, out));
    assert_memory_equal(out, data, sizeof(data));

    lock = entry->lock;
    entry->lock = lock | 1;
    assert_false(ln_store_read(&hit, a.now, out));
    entry->lock = lock;
    assert_true(ln_store_read(&hit, a.now, out));

    /* the very same bytes, yet not the ones that were found */
    assert_true(ln_store_put(&store, &a, data, sizeof(data)));
    assert_false(ln_store_read(&hit, a.now, out));
}


static void
test_too_small(void **state)
{
    ln_store_t  small;

    (void) state;

    assert_false(ln_store_layout(&small, memory, 1024 * 1024));
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test_setup_teardown(test_every_length, setup, teardown),
        cmocka_unit_test_setup_teardown(test_version_and_age, setup, teardown),
        cmocka_unit_test_setup_teardown(test_value_that_changes_class, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_eviction, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stopped_writer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dead_writer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_dead_writer_of_our_number, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_value_that_changes_while_read,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_too_small, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
