
#include "ln_zone_internal.h"


/*
 * A version is a sum of counters that only grow, so it changes when any of
 * them does and never comes back:
 *
 *     of one subject      (topic, subject) + (topic, every) + epoch
 *     of the whole topic  (topic, "*")     + (topic, every) + epoch
 *
 * A change of one subject bumps its own counter and the topic's "*"; a change
 * of "*" bumps `every`, and with it both kinds.  Two names that share a slot
 * only make each other stale once too often.
 */

typedef enum {
    LN_VERSION_SUBJECT = 0,
    LN_VERSION_TOPIC,
    LN_VERSION_EVERY
} ln_version_e;


static _Atomic uint64_t *
ln_version_slot(ln_zone_t *zone, ln_version_e kind, const ngx_str_t *topic,
    const ngx_str_t *subject)
{
    uint32_t  hash;

    hash = ngx_murmur_hash2(topic->data, topic->len);

    if (kind == LN_VERSION_SUBJECT) {
        hash = hash * 31 + ngx_murmur_hash2(subject->data, subject->len);
    }

    hash = (hash + kind) * 0x9e3779b1;

    return &zone->shared->versions[hash >> 16];
}


static uint64_t
ln_version_load(_Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_acquire);
}


static void
ln_version_add(_Atomic uint64_t *counter)
{
    atomic_fetch_add_explicit(counter, 1, memory_order_release);
}


static ngx_uint_t
ln_version_whole(const ngx_str_t *subject)
{
    return subject == NULL || subject->len == 0
           || (subject->len == 1 && subject->data[0] == '*');
}


uint64_t
ln_version_get(ln_zone_t *zone, ngx_str_t *topic, ngx_str_t *subject)
{
    ln_version_e  kind;

    if (zone->shared == NULL) {
        return 0;
    }

    kind = ln_version_whole(subject) ? LN_VERSION_TOPIC : LN_VERSION_SUBJECT;

    return ln_version_load(ln_version_slot(zone, kind, topic, subject))
           + ln_version_load(ln_version_slot(zone, LN_VERSION_EVERY, topic,
                                             NULL))
           + ln_version_load(&zone->shared->epoch);
}


void
ln_version_bump(ln_zone_t *zone, ngx_str_t *topic, ngx_str_t *subject,
    int64_t at)
{
    static const ngx_str_t  all = ngx_string("*");

    if (zone->shared == NULL) {
        return;
    }

    ln_watch_note(zone, topic, ln_version_whole(subject) ? &all : subject, at);

    if (ln_version_whole(subject)) {
        ln_version_add(ln_version_slot(zone, LN_VERSION_EVERY, topic, NULL));
        return;
    }

    ln_version_add(ln_version_slot(zone, LN_VERSION_SUBJECT, topic, subject));
    ln_version_add(ln_version_slot(zone, LN_VERSION_TOPIC, topic, NULL));
}


void
ln_version_bump_all(ln_zone_t *zone)
{
    if (zone->shared) {
        ln_version_add(&zone->shared->epoch);
    }
}
