
#include "ln_zone_internal.h"


_Static_assert(LN_CACHE_MAX == LN_STORE_LARGEST, "what the cache promises");


static void ln_cache_ask(ln_store_ask_t *ask, const ln_cache_key_t *key);


ngx_int_t
ln_cache_get(ln_zone_t *zone, ln_cache_key_t *key, ngx_pool_t *pool,
    ngx_str_t *value, time_t *age)
{
    ln_store_e       rc;
    ln_store_ask_t   ask;
    ln_store_hit_t   hit;

    key->version = ln_version_get(zone, key->topic, key->subject);

    if (zone->shared == NULL) {
        return NGX_DECLINED;
    }

    ln_cache_ask(&ask, key);

    rc = ln_store_find(&zone->store, &ask, &hit);

    if (rc != LN_STORE_HIT) {
        ln_zone_count(zone, rc == LN_STORE_STALE ? zone->stale : zone->misses,
                      1);
        return NGX_DECLINED;
    }

    value->len = hit.length;
    value->data = ngx_pnalloc(pool, value->len);

    if (value->data == NULL) {
        return NGX_DECLINED;
    }

    if (!ln_store_read(&hit, ask.now, value->data)) {
        ln_zone_count(zone, zone->torn, 1);
        return NGX_DECLINED;
    }

    *age = (time_t) (ln_store_age(&hit, ask.now) / 1000);

    ln_zone_count(zone, zone->hits, 1);

    return NGX_OK;
}


void
ln_cache_put(ln_zone_t *zone, const ln_cache_key_t *key,
    const ngx_str_t *value)
{
    ln_store_ask_t  ask;

    /* what changed while it was read would never be served */
    if (zone->shared == NULL
        || ln_version_get(zone, key->topic, key->subject) != key->version)
    {
        return;
    }

    ln_cache_ask(&ask, key);

    ln_zone_count(zone,
                  ln_store_put(&zone->store, &ask, value->data, value->len)
                  ? zone->puts : zone->refused, 1);
}


static void
ln_cache_ask(ln_store_ask_t *ask, const ln_cache_key_t *key)
{
    ask->key[0] = key->key[0];
    ask->key[1] = key->key[1];
    ask->version = key->version;
    ask->now = ngx_current_msec;
    ask->max_age = (uint64_t) key->seconds * 1000;
    ask->process = ngx_pid;
}
