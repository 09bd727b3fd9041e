
/*
 * Texts.  A catalogue is a flat JSON object of key to text; its locale is the
 * last part of the file's name: zh-CN.json and notes.zh-CN.json are both
 * Chinese, so a feature brings its texts as files of its own, in the same
 * folder or in another that a second `legalnet_messages` names.
 *
 *     problem.CODE          what happened, one line
 *     problem.CODE.detail   what one can do now (optional)
 *     field.CODE            what is wrong with a field; {min} and {max}
 *
 * All locales hold the same keys, sorted: a key is found by bisection and
 * counts for every locale.
 */

#include "ln_core.h"
#include <jansson.h>


#define LN_MAX_MESSAGE  1024   /* a text longer than this is a page */
#define LN_MAX_QUALITY  1000   /* q=1 */


typedef struct {
    ngx_str_t      key;
    ngx_str_t      text;
} ln_message_t;

typedef struct {
    ngx_str_t      name;       /* "zh-CN" */
    ngx_array_t    texts;      /* ln_message_t, sorted by key */
} ln_locale_t;

typedef struct {
    ngx_array_t    locales;    /* ln_locale_t */
    ngx_uint_t     fallback;
} ln_messages_t;


static ngx_int_t ln_message_folder(ngx_conf_t *cf, ln_messages_t *messages,
    ngx_str_t *folder);
static ngx_int_t ln_message_file(ngx_conf_t *cf, ln_messages_t *messages,
    ngx_str_t *path);
static ln_locale_t *ln_message_locale_add(ngx_conf_t *cf,
    ln_messages_t *messages, ngx_str_t *path);
static ngx_int_t ln_message_add(ngx_conf_t *cf, ln_locale_t *locale,
    const char *key, json_t *value);
static ngx_int_t ln_message_check(ngx_conf_t *cf, ln_messages_t *messages);
static ngx_int_t ln_message_missing(ngx_conf_t *cf, ln_locale_t *locale,
    const ngx_str_t *key);
static ln_message_t *ln_message_bisect(ln_locale_t *locale,
    const ngx_str_t *key);
static int ngx_libc_cdecl ln_message_order(const void *one, const void *two);
static ngx_int_t ln_message_compare(const ngx_str_t *one,
    const ngx_str_t *two);
static ngx_uint_t ln_message_quality(u_char **p, u_char *end,
    ngx_str_t *range);
static ngx_int_t ln_message_lookup(ln_messages_t *messages,
    ngx_str_t *range);


/* What core itself says; a catalogue without one of these is refused. */

static const ngx_str_t  ln_message_core[] = {
    ngx_string("problem.bad_gateway"),
    ngx_string("problem.bad_request"),
    ngx_string("problem.body_too_large"),
    ngx_string("problem.conflict"),
    ngx_string("problem.database_busy"),
    ngx_string("problem.database_timeout"),
    ngx_string("problem.database_unavailable"),
    ngx_string("problem.forbidden"),
    ngx_string("problem.gateway_timeout"),
    ngx_string("problem.header_too_large"),
    ngx_string("problem.idempotency_key_required"),
    ngx_string("problem.idempotency_key_reused"),
    ngx_string("problem.internal"),
    ngx_string("problem.malformed_body"),
    ngx_string("problem.method_not_allowed"),
    ngx_string("problem.migrations_missing"),
    ngx_string("problem.not_found"),
    ngx_string("problem.outcome_unknown"),
    ngx_string("problem.read_only"),
    ngx_string("problem.request_timeout"),
    ngx_string("problem.sign_in_required"),
    ngx_string("problem.stale"),
    ngx_string("problem.too_many_requests"),
    ngx_string("problem.unavailable"),
    ngx_string("problem.unsupported_media_type"),
    ngx_string("problem.uri_too_long"),
    ngx_string("problem.validation_failed"),
    ngx_string("problem.version_required"),
    ngx_null_string
};


ngx_int_t
ln_message_load(ngx_conf_t *cf, ln_app_t *app)
{
    ngx_str_t      *folder;
    ngx_uint_t      i;
    ln_messages_t  *messages;

    if (app->messages_paths == NGX_CONF_UNSET_PTR) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: \"legalnet_messages\" does not say "
                           "where the message catalogues are");
        return NGX_ERROR;
    }

    messages = ngx_pcalloc(cf->pool, sizeof(ln_messages_t));

    if (messages == NULL
        || ngx_array_init(&messages->locales, cf->pool, 2,
                          sizeof(ln_locale_t)) != NGX_OK)
    {
        return NGX_ERROR;
    }

    folder = app->messages_paths->elts;

    for (i = 0; i < app->messages_paths->nelts; i++) {
        if (ln_message_folder(cf, messages, &folder[i]) != NGX_OK) {
            return NGX_ERROR;
        }
    }

    app->messages = messages;

    return ln_message_check(cf, messages);
}


static ngx_int_t
ln_message_folder(ngx_conf_t *cf, ln_messages_t *messages, ngx_str_t *folder)
{
    ngx_int_t   rc;
    ngx_str_t   path;
    ngx_glob_t  glob;

    if (ngx_conf_full_name(cf->cycle, folder, 1) != NGX_OK) {
        return NGX_ERROR;
    }

    path.data = ngx_pnalloc(cf->pool, folder->len + sizeof("/*.json"));
    if (path.data == NULL) {
        return NGX_ERROR;
    }

    ngx_sprintf(path.data, "%V/*.json%Z", folder);

    ngx_memzero(&glob, sizeof(ngx_glob_t));
    glob.pattern = path.data;
    glob.log = cf->log;

    if (ngx_open_glob(&glob) != NGX_OK) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno,
                           "legalnet: folder \"%V\" cannot be read", folder);
        return NGX_ERROR;
    }

    rc = NGX_OK;

    while (rc == NGX_OK && ngx_read_glob(&glob, &path) == NGX_OK) {
        rc = ln_message_file(cf, messages, &path);
    }

    ngx_close_glob(&glob);

    return rc;
}


static ngx_int_t
ln_message_file(ngx_conf_t *cf, ln_messages_t *messages, ngx_str_t *path)
{
    json_t        *root, *value;
    ngx_int_t      rc;
    const char    *key;
    ln_locale_t   *locale;
    json_error_t   error;

    root = json_load_file((char *) path->data, JSON_REJECT_DUPLICATES, &error);

    if (!json_is_object(root)) {
        json_decref(root);
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: \"%V\" line %d: %s", path, error.line,
                           root ? "not an object" : error.text);
        return NGX_ERROR;
    }

    locale = ln_message_locale_add(cf, messages, path);
    rc = locale ? NGX_OK : NGX_ERROR;

    json_object_foreach(root, key, value) {
        if (rc == NGX_OK) {
            rc = ln_message_add(cf, locale, key, value);
        }
    }

    json_decref(root);

    return rc;
}


/* /conf/messages/notes.zh-CN.json belongs to the locale zh-CN. */

static ln_locale_t *
ln_message_locale_add(ngx_conf_t *cf, ln_messages_t *messages,
    ngx_str_t *path)
{
    u_char       *p;
    ngx_str_t     name;
    ngx_uint_t    i;
    ln_locale_t  *locale;

    name.len = 0;
    p = path->data + path->len - (sizeof(".json") - 1);

    while (p > path->data && p[-1] != '/' && p[-1] != '.') {
        p--;
        name.len++;
    }

    locale = messages->locales.elts;

    for (i = 0; i < messages->locales.nelts; i++) {
        if (locale[i].name.len == name.len
            && ngx_strncmp(locale[i].name.data, p, name.len) == 0)
        {
            return &locale[i];
        }
    }

    name.data = p;
    locale = ngx_array_push(&messages->locales);

    if (locale == NULL
        || ngx_array_init(&locale->texts, cf->pool, 128,
                          sizeof(ln_message_t)) != NGX_OK)
    {
        return NULL;
    }

    locale->name.len = name.len;
    locale->name.data = ngx_pstrdup(cf->pool, &name);

    return locale->name.data ? locale : NULL;
}


static ngx_int_t
ln_message_add(ngx_conf_t *cf, ln_locale_t *locale, const char *key,
    json_t *value)
{
    ngx_str_t      text;
    ln_message_t  *message;

    text.data = (u_char *) json_string_value(value);
    text.len = json_string_length(value);

    if (text.len == 0 || text.len > LN_MAX_MESSAGE) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: the text \"%s\" of locale \"%V\" is not "
                           "a string of 1 to %d bytes",
                           key, &locale->name, LN_MAX_MESSAGE);
        return NGX_ERROR;
    }

    message = ngx_array_push(&locale->texts);
    if (message == NULL) {
        return NGX_ERROR;
    }

    message->text.len = text.len;
    message->text.data = ngx_pstrdup(cf->pool, &text);

    text.data = (u_char *) key;
    text.len = ngx_strlen(key);

    message->key.len = text.len;
    message->key.data = ngx_pstrdup(cf->pool, &text);

    return message->key.data && message->text.data ? NGX_OK : NGX_ERROR;
}


/* Every locale has core's keys, and the keys that any other locale has. */

static ngx_int_t
ln_message_check(ngx_conf_t *cf, ln_messages_t *messages)
{
    ngx_uint_t        i, j, k;
    ln_locale_t      *locale;
    ln_message_t     *message;
    const ngx_str_t  *key;

    locale = messages->locales.elts;

    if (messages->locales.nelts == 0) {
        ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                           "legalnet: \"legalnet_messages\" names a folder "
                           "without a catalogue");
        return NGX_ERROR;
    }

    for (i = 0; i < messages->locales.nelts; i++) {
        message = locale[i].texts.elts;
        qsort(message, locale[i].texts.nelts, sizeof(ln_message_t),
              ln_message_order);

        if (locale[i].name.len == 5
            && ngx_strncmp(locale[i].name.data, "zh-CN", 5) == 0)
        {
            messages->fallback = i;
        }

        for (j = 1; j < locale[i].texts.nelts; j++) {
            if (ln_message_order(&message[j - 1], &message[j]) == 0) {
                ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                                   "legalnet: the text \"%V\" stands twice in "
                                   "locale \"%V\"",
                                   &message[j].key, &locale[i].name);
                return NGX_ERROR;
            }
        }
    }

    for (i = 0; i < messages->locales.nelts; i++) {

        for (key = ln_message_core; key->len; key++) {
            if (ln_message_missing(cf, &locale[i], key) != NGX_OK) {
                return NGX_ERROR;
            }
        }

        for (j = 0; j < messages->locales.nelts; j++) {
            message = locale[j].texts.elts;

            for (k = 0; k < locale[j].texts.nelts; k++) {
                if (ln_message_missing(cf, &locale[i], &message[k].key)
                    != NGX_OK)
                {
                    return NGX_ERROR;
                }
            }
        }
    }

    return NGX_OK;
}


static ngx_int_t
ln_message_missing(ngx_conf_t *cf, ln_locale_t *locale, const ngx_str_t *key)
{
    if (ln_message_bisect(locale, key)) {
        return NGX_OK;
    }

    ngx_conf_log_error(NGX_LOG_EMERG, cf, 0,
                       "legalnet: locale \"%V\" lacks the text \"%V\"",
                       &locale->name, key);
    return NGX_ERROR;
}


static ln_message_t *
ln_message_bisect(ln_locale_t *locale, const ngx_str_t *key)
{
    ngx_int_t      rc;
    ngx_uint_t     low, high, middle;
    ln_message_t  *message;

    message = locale->texts.elts;
    low = 0;
    high = locale->texts.nelts;

    while (low < high) {
        middle = (low + high) / 2;
        rc = ln_message_compare(key, &message[middle].key);

        if (rc == 0) {
            return &message[middle];
        }

        if (rc < 0) {
            high = middle;

        } else {
            low = middle + 1;
        }
    }

    return NULL;
}


static int ngx_libc_cdecl
ln_message_order(const void *one, const void *two)
{
    const ln_message_t  *first = one;
    const ln_message_t  *second = two;

    return (int) ln_message_compare(&first->key, &second->key);
}


static ngx_int_t
ln_message_compare(const ngx_str_t *one, const ngx_str_t *two)
{
    return ngx_memn2cmp(one->data, two->data, one->len, two->len);
}


ngx_str_t *
ln_message_find(ln_app_t *app, ngx_uint_t locale, const ngx_str_t *key)
{
    ln_locale_t    *locales;
    ln_message_t   *message;
    ln_messages_t  *messages;

    messages = app->messages;
    locales = messages->locales.elts;
    message = ln_message_bisect(&locales[locale], key);

    return message ? &message->text : NULL;
}


ngx_str_t
ln_message(ln_app_t *app, ngx_uint_t locale, const char *key)
{
    ngx_str_t  name, *text;

    name.data = (u_char *) key;
    name.len = ngx_strlen(key);
    text = ln_message_find(app, locale, &name);

    if (text) {
        return *text;
    }

    ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                  "legalnet: no catalogue holds the text \"%s\"", key);

    return name;
}


ngx_str_t *
ln_message_locale_name(ln_app_t *app, ngx_uint_t locale)
{
    ln_locale_t    *locales;
    ln_messages_t  *messages;

    messages = app->messages;
    locales = messages->locales.elts;

    return &locales[locale].name;
}


/*
 * The header list is walked here: nginx keeps a pointer to Accept-Language
 * only in some builds, and a request that failed early has an empty list.
 */

ngx_uint_t
ln_message_locale(ln_app_t *app, ngx_http_request_t *r)
{
    u_char           *p, *end;
    ngx_int_t         locale;
    ngx_str_t         range;
    ngx_uint_t        i, quality, best, chosen;
    ln_messages_t    *messages;
    ngx_list_part_t  *part;
    ngx_table_elt_t  *header;

    messages = app->messages;
    chosen = messages->fallback;
    best = 0;

    for (part = &r->headers_in.headers.part; part; part = part->next) {
        header = part->elts;

        for (i = 0; i < part->nelts; i++) {

            if (header[i].key.len != sizeof("Accept-Language") - 1
                || ngx_strncasecmp(header[i].key.data,
                                   (u_char *) "Accept-Language",
                                   header[i].key.len) != 0)
            {
                continue;
            }

            p = header[i].value.data;
            end = p + header[i].value.len;

            while (p < end) {
                quality = ln_message_quality(&p, end, &range);
                locale = ln_message_lookup(messages, &range);

                if (quality > best && locale >= 0) {
                    best = quality;
                    chosen = locale;
                }
            }
        }
    }

    return chosen;
}


/* Reads "en-GB;q=0.8," at *p; the quality in thousandths, malformed is 0. */

static ngx_uint_t
ln_message_quality(u_char **p, u_char *end, ngx_str_t *range)
{
    u_char      *stop, *q;
    ngx_int_t    number;

    while (*p < end && (**p == ' ' || **p == '\t')) {
        (*p)++;
    }

    stop = ngx_strlchr(*p, end, ',');
    stop = stop ? stop : end;

    range->data = *p;
    q = ngx_strlchr(*p, stop, ';');
    range->len = (q ? q : stop) - range->data;

    while (range->len && range->data[range->len - 1] == ' ') {
        range->len--;
    }

    *p = ngx_min(stop + 1, end);

    if (q == NULL) {
        return LN_MAX_QUALITY;
    }

    do {
        q++;
    } while (q < stop && *q == ' ');

    if (stop - q < 3 || (*q | 0x20) != 'q' || q[1] != '=') {
        return 0;
    }

    q += 2;

    while (stop > q && stop[-1] == ' ') {
        stop--;
    }

    number = ngx_atofp(q, stop - q, 3);

    return (number < 0 || number > LN_MAX_QUALITY) ? 0 : (ngx_uint_t) number;
}


/*
 * RFC 4647, 3.4: the range, then the range without its last subtag, and so
 * on.  "zh-Hant-TW" and "zh" both find zh-CN: there is no other Chinese.
 */

static ngx_int_t
ln_message_lookup(ln_messages_t *messages, ngx_str_t *range)
{
    size_t        len;
    ngx_uint_t    i;
    ln_locale_t  *locale;

    locale = messages->locales.elts;

    if (range->len == 1 && range->data[0] == '*') {
        return messages->fallback;
    }

    for (len = range->len; len > 0; len--) {

        if (len != range->len && range->data[len] != '-') {
            continue;
        }

        for (i = 0; i < messages->locales.nelts; i++) {
            if (locale[i].name.len >= len
                && (locale[i].name.len == len
                    || locale[i].name.data[len] == '-')
                && ngx_strncasecmp(locale[i].name.data, range->data, len) == 0)
            {
                return i;
            }
        }
    }

    return -1;
}
