
/*
 * Several processes read and write one store; some are killed, some are
 * stopped for a while, perhaps amid a value, and then go on.  Whatever is
 * served must be what somebody wrote for that key and version, and at the end
 * no way of the store may be lost.
 *
 *     cache_stress SECONDS       exit status 0, and what happened on stdout
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "ln_cache_store.h"


#define SIZE     (9 * 1024 * 1024)
#define KEYS     64
#define WORKERS  4
#define KILLS    20          /* at the least, */
#define STOPS    10
#define PATIENCE 40          /* s: however busy the machine is */
#define STOPPED  12000       /* us: others write some hundred values */


typedef struct {
    _Atomic uint64_t  puts;
    _Atomic uint64_t  hits;
    _Atomic uint64_t  refused;
    _Atomic uint64_t  torn;
    _Atomic uint64_t  wrong;
} counts_t;


static pid_t        self;
static ln_store_t   store;
static counts_t    *counts;


static uint64_t
now_ms(void)
{
    struct timespec  ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);

    return (uint64_t) ts.tv_sec * 1000 + (uint64_t) ts.tv_nsec / 1000000;
}


static uint64_t
next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;

    return *seed;
}


static uint64_t
spread(uint64_t n)
{
    n = (n ^ (n >> 31)) * 0x7fb5d329728ea185u;
    n = (n ^ (n >> 27)) * 0x81dadef4bc2dd44du;

    return n ^ (n >> 33);
}


static void
make_ask(ln_store_ask_t *ask, uint64_t key, uint64_t version)
{
    ask->key[0] = spread(key + 1);
    ask->key[1] = spread(key + 7777);
    ask->version = version;
    ask->now = now_ms();
    ask->max_age = UINT64_MAX;
    ask->process = (uint64_t) self;
}


/* A value says whose it is in every word. */

static size_t
make_value(uint64_t *value, uint64_t key, uint64_t version, uint64_t nonce)
{
    size_t  i, words;

    words = 3 + spread(key * 31 + version + nonce) % (LN_STORE_LARGEST / 8 - 3);

    if (key % 2) {
        words = 3 + words % 500;
    }

    value[0] = key;
    value[1] = version;
    value[2] = nonce;

    for (i = 3; i < words; i++) {
        value[i] = spread(key ^ (version << 20) ^ (nonce << 40) ^ i);
    }

    return words * 8;
}


static void
work(uint64_t seed)
{
    size_t          length;
    uint64_t        key, version;
    ln_store_ask_t  ask;
    ln_store_hit_t  hit;

    static uint64_t  value[LN_STORE_LARGEST / 8], out[LN_STORE_LARGEST / 8];

    for ( ;; ) {
        key = next(&seed) % KEYS;
        version = next(&seed) % 2;
        make_ask(&ask, key, version);

        if (next(&seed) % 2) {
            length = make_value(value, key, version, next(&seed) % 1000);

            if (ln_store_put(&store, &ask, value, length)) {
                counts->puts++;
            } else {
                counts->refused++;
            }

            continue;
        }

        if (ln_store_find(&store, &ask, &hit) != LN_STORE_HIT) {
            continue;
        }

        if (!ln_store_read(&hit, ask.now, out)) {
            counts->torn++;
            continue;
        }

        length = make_value(value, key, version, out[2]);

        if (length != hit.length || memcmp(value, out, length) != 0) {
            counts->wrong++;
        } else {
            counts->hits++;
        }
    }
}


static pid_t
start(uint64_t seed)
{
    pid_t  pid;

    pid = fork();

    if (pid == 0) {
        self = getpid();
        work(seed);
        _exit(0);
    }

    return pid;
}


/* Each way of each bucket must take a value again. */

static unsigned
locked_ways(void)
{
    size_t    bucket;
    unsigned  i, way, locked;

    locked = 0;

    for (i = 0; i < LN_STORE_CLASSES; i++) {
        for (bucket = 0; bucket < store.classes[i].count; bucket++) {
            for (way = 0; way < LN_STORE_WAYS; way++) {
                locked += store.classes[i].buckets[bucket].entries[way].lock
                          & 1;
            }
        }
    }

    return locked;
}


static unsigned
heal(void)
{
    uint64_t        key;
    ln_store_ask_t  ask;

    static uint64_t  value[LN_STORE_LARGEST / 8];

    for (key = 0; key < 200000 && locked_ways(); key++) {
        make_ask(&ask, 1000 + key, 9);
        (void) ln_store_put(&store, &ask, value,
                            store.classes[key % LN_STORE_CLASSES].size);
    }

    return locked_ways();
}


int
main(int argc, char **argv)
{
    void      *memory;
    pid_t      workers[WORKERS];
    time_t     end;
    uint64_t   seed;
    unsigned   i, killed, stopped, left, dead;

    self = getpid();
    seed = 88172645463325252u;
    end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 3);

    memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    counts = mmap(NULL, sizeof(counts_t), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED || counts == MAP_FAILED
        || !ln_store_layout(&store, memory, SIZE))
    {
        return 2;
    }

    for (i = 0; i < WORKERS; i++) {
        workers[i] = start(next(&seed));
    }

    killed = 0;
    stopped = 0;

    while (time(NULL) < end
           || ((killed <= KILLS || stopped <= STOPS)
               && time(NULL) < end + PATIENCE))
    {
        usleep(next(&seed) % 3000);
        i = next(&seed) % WORKERS;

        if (next(&seed) % 4 == 0) {
            kill(workers[i], SIGSTOP);
            usleep(STOPPED);
            kill(workers[i], SIGCONT);
            stopped++;
            continue;
        }

        kill(workers[i], SIGKILL);
        waitpid(workers[i], NULL, 0);
        workers[i] = start(next(&seed));
        killed++;
    }

    for (i = 0; i < WORKERS; i++) {
        kill(workers[i], SIGKILL);
        waitpid(workers[i], NULL, 0);
    }

    dead = locked_ways();
    left = heal();

    printf("killed=%u stopped=%u puts=%llu refused=%llu hits=%llu torn=%llu "
           "wrong=%llu dead=%u left=%u\n", killed, stopped,
           (unsigned long long) counts->puts,
           (unsigned long long) counts->refused,
           (unsigned long long) counts->hits,
           (unsigned long long) counts->torn,
           (unsigned long long) counts->wrong, dead, left);

    return counts->wrong || left || !counts->hits ? 1 : 0;
}
