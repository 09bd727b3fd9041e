
/*
 * When something last changed: what a signed token may not outlive.
 *
 * Features name topics to watch (`account`, `session`).  For every change event
 * of these a slot of the shared zone, hashed by (topic, subject), keeps the
 * latest time, on the database's clock.  A token is good when it was issued
 * after that.  Two subjects that share a slot cost each other one more refresh
 * of a token, nothing else.
 *
 * The time is when this node learned of the change, or LN_WATCH_COMMIT after
 * the event was written, whichever is earlier: the event's own time is before
 * its COMMIT, and who read the old rights in between got a token for them.
 *
 * Subjects are UUIDs.  SQL writes them with or without hyphens and in either
 * case: here they are the same.
 */

#include "ln_zone_internal.h"
#include "ln_core.h"


#define LN_WATCH_COMMIT   30000000   /* us: no transaction lasts longer */
#define LN_WATCH_SUBJECT  64         /* change_event.subject */


static _Atomic int64_t *ln_watch_slot(ln_zone_t *zone, const ngx_str_t *topic,
    const ngx_str_t *subject);
static ngx_uint_t ln_watched(ln_zone_t *zone, const ngx_str_t *topic);
static uint64_t ln_watch_mark(ln_zone_t *zone);
static ngx_uint_t ln_watch_database(ln_app_t *app, ln_db_t *db);


ngx_int_t
ln_watch_init(ngx_conf_t *cf, ln_app_t *app)
{
    ngx_str_t            *topic, name;
    ngx_uint_t            i;
    const char *const    *watch;
    const ln_feature_t  **features;

    features = app->features.elts;

    for (i = 0; i < app->features.nelts; i++) {

        for (watch = features[i]->watches; watch && *watch; watch++) {

            name.data = (u_char *) *watch;
            name.len = ngx_strlen(*watch);

            if (ln_watched(app->zone, &name)) {
                continue;
            }

            if (app->zone->nwatched == LN_WATCH_TOPICS) {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                   "legalnet: feature \"%s\": more than %d "
                                   "topics are watched", features[i]->name,
                                   LN_WATCH_TOPICS);
                return NGX_ERROR;
            }

            topic = &app->zone->watched[app->zone->nwatched++];
            *topic = name;
        }
    }

    return NGX_OK;
}


const ngx_str_t *
ln_watch_topics(ln_zone_t *zone, ngx_uint_t *n)
{
    *n = zone->nwatched;

    return zone->watched;
}


static ngx_uint_t
ln_watched(ln_zone_t *zone, const ngx_str_t *topic)
{
    ngx_uint_t  i;

    for (i = 0; i < zone->nwatched; i++) {

        if (zone->watched[i].len == topic->len
            && ngx_memcmp(zone->watched[i].data, topic->data, topic->len) == 0)
        {
            return 1;
        }
    }

    return 0;
}


static _Atomic int64_t *
ln_watch_slot(ln_zone_t *zone, const ngx_str_t *topic,
    const ngx_str_t *subject)
{
    u_char    text[LN_WATCH_SUBJECT], *p;
    size_t    i;
    uint32_t  hash;

    p = text;

    for (i = 0; i < subject->len && p < text + sizeof(text); i++) {
        if (subject->data[i] != '-') {
            *p++ = ngx_tolower(subject->data[i]);
        }
    }

    hash = ngx_murmur_hash2(topic->data, topic->len) * 31
           + ngx_murmur_hash2(text, p - text);

    return &zone->shared->changed[hash * 0x9e3779b1 >> 16];
}


void
ln_watch_note(ln_zone_t *zone, const ngx_str_t *topic,
    const ngx_str_t *subject, int64_t at)
{
    int64_t           now, known;
    _Atomic int64_t  *slot;

    if (zone->shared == NULL || !ln_watched(zone, topic)) {
        return;
    }

    now = ln_zone_now(zone);
    at = at ? ngx_min(at + LN_WATCH_COMMIT, now) : now;

    slot = ln_watch_slot(zone, topic, subject);
    known = atomic_load_explicit(slot, memory_order_relaxed);

    while (known < at
           && !atomic_compare_exchange_weak_explicit(slot, &known, at,
                                                     memory_order_release,
                                                     memory_order_relaxed))
    { /* void */ }
}


/* Ready for these very topics: a reload may bring others. */

static uint64_t
ln_watch_mark(ln_zone_t *zone)
{
    uint32_t    mark;
    ngx_uint_t  i;

    mark = 1;

    for (i = 0; i < zone->nwatched; i++) {
        mark = mark * 31 + ngx_crc32_short(zone->watched[i].data,
                                           zone->watched[i].len);
    }

    return (uint64_t) 1 << 32 | mark;
}


void
ln_watch_ready_set(ln_zone_t *zone, ngx_uint_t database, ngx_uint_t ready)
{
    if (zone->shared && database < LN_ZONE_DATABASES) {
        atomic_store_explicit(&zone->shared->looked[database],
                              ready ? ln_watch_mark(zone) : 0,
                              memory_order_release);
    }
}


ngx_uint_t
ln_watch_ready(ln_zone_t *zone, ngx_uint_t database)
{
    return zone->shared && database < LN_ZONE_DATABASES
           && atomic_load_explicit(&zone->shared->looked[database],
                                   memory_order_acquire)
              == ln_watch_mark(zone);
}


static ngx_uint_t
ln_watch_database(ln_app_t *app, ln_db_t *db)
{
    ln_db_t     **databases;
    ngx_uint_t    i;

    databases = app->databases.elts;

    for (i = 0; i < app->databases.nelts; i++) {
        if (databases[i] == db) {
            break;
        }
    }

    return i;
}


ngx_int_t
ln_changed_since(ngx_http_request_t *r, const char *topic,
    const u_char id[16], int64_t issued)
{
    u_char             text[36];
    ngx_str_t          name, subject;
    ngx_uint_t         i;
    ln_zone_t         *zone;
    ln_loc_conf_t     *conf;
    _Atomic int64_t   *slot;

    static const ngx_str_t  all = ngx_string("*");

    conf = ngx_http_get_module_loc_conf(r, ngx_http_legalnet_module);
    zone = conf->app->zone;

    name.data = (u_char *) topic;
    name.len = ngx_strlen(topic);
    subject.data = text;
    subject.len = ln_uuid_print(text, id) - text;

    if (!ln_watched(zone, &name)) {
        ngx_log_error(NGX_LOG_ALERT, r->connection->log, 0,
                      "legalnet: no feature watches the topic \"%V\"", &name);
        return NGX_DECLINED;
    }

    if (!ln_watch_ready(zone, ln_watch_database(conf->app, conf->db))) {
        return NGX_AGAIN;
    }

    for (i = 0; i < 2; i++) {
        slot = ln_watch_slot(zone, &name, i ? &all : &subject);

        if (issued <= atomic_load_explicit(slot, memory_order_acquire)) {
            return NGX_DECLINED;
        }
    }

    return NGX_OK;
}


void
ln_changed(ngx_http_request_t *r, const char *topic, const u_char id[16])
{
    u_char          text[36];
    ngx_str_t       name, subject;
    ln_loc_conf_t  *conf;

    conf = ngx_http_get_module_loc_conf(r, ngx_http_legalnet_module);

    name.data = (u_char *) topic;
    name.len = ngx_strlen(topic);
    subject.data = text;
    subject.len = ln_uuid_print(text, id) - text;

    ln_version_bump(conf->app->zone, &name, &subject, 0);
}


int64_t
ln_now(ngx_http_request_t *r)
{
    ln_loc_conf_t  *conf;

    conf = ngx_http_get_module_loc_conf(r, ngx_http_legalnet_module);

    return ln_zone_now(conf->app->zone);
}
