
/*
 * Opening hours as staff write them, `1-5 09:00-12:00 13:30-17:00; 6
 * 09:00-12:00` (1 is Monday) or `24h`, to the JSON that is stored: in the form
 * that the program `legalnet` gives them at imports, so that both compare.
 */

#include "directory_edit.h"


#define DAY_TEXT   (sizeof("{\"days\":[1,2,3,4,5,6,7],\"opens\":\"00:00\","   \
                           "\"closes\":\"00:00\"},") - 1)
#define WEEK       0xfe       /* bits 1 to 7 */
#define SHORTEST   3          /* characters that give an entry: 24h */


typedef struct {
    const u_char  *p;
    const u_char  *end;
    u_char        *text;
    u_char        *last;
} hours_t;


static ngx_int_t hours_part(hours_t *hours, const u_char *end);
static ngx_int_t hours_days(const u_char *p, const u_char *end,
    ngx_uint_t *days);
static ngx_int_t hours_times(hours_t *hours, const u_char *p,
    const u_char *end, ngx_uint_t days);
static ngx_int_t hours_time(const u_char *p);
static void hours_add(hours_t *hours, ngx_uint_t days, ngx_int_t opens,
    ngx_int_t closes);


ngx_int_t
directory_hours(const ngx_str_t *text, ngx_pool_t *pool, ngx_str_t *json)
{
    hours_t        hours;
    const u_char  *end;

    hours.p = text->data;
    hours.end = text->data + text->len;
    hours.text = ngx_pnalloc(pool, (text->len / SHORTEST + 1) * DAY_TEXT + 2);

    if (hours.text == NULL) {
        return NGX_ERROR;
    }

    hours.last = hours.text;
    *hours.last++ = '[';

    while (hours.p < hours.end) {

        end = ngx_strlchr((u_char *) hours.p, (u_char *) hours.end, ';');
        end = end ? end : hours.end;

        if (hours_part(&hours, end) != NGX_OK) {
            return NGX_DECLINED;
        }

        hours.p = end + 1;
    }

    *hours.last++ = ']';
    json->data = hours.text;
    json->len = hours.last - hours.text;

    return NGX_OK;
}


/* Days, then times; without days it is the whole week. */

static ngx_int_t
hours_part(hours_t *hours, const u_char *end)
{
    ngx_uint_t     days, times, more;
    const u_char  *p, *word;

    days = 0;
    times = 0;

    for (p = hours->p; p < end; p++) {

        if (*p == ' ' || *p == ',') {
            continue;
        }

        for (word = p; p < end && *p != ' ' && *p != ','; p++) { /* void */ }

        if (times == 0 && hours_days(word, p, &more) == NGX_OK) {
            days |= more;
            continue;
        }

        if (hours_times(hours, word, p, days ? days : WEEK) != NGX_OK) {
            return NGX_DECLINED;
        }

        times++;
    }

    return times ? NGX_OK : NGX_DECLINED;
}


/* `5` or `1-5`. */

static ngx_int_t
hours_days(const u_char *p, const u_char *end, ngx_uint_t *days)
{
    u_char  first, last;

    if (end - p != 1 && (end - p != 3 || p[1] != '-')) {
        return NGX_DECLINED;
    }

    first = p[0];
    last = end[-1];

    if (first < '1' || last > '7' || last < first) {
        return NGX_DECLINED;
    }

    for (*days = 0; first <= last; first++) {
        *days |= 1 << (first - '0');
    }

    return NGX_OK;
}


static ngx_int_t
hours_times(hours_t *hours, const u_char *p, const u_char *end,
    ngx_uint_t days)
{
    ngx_int_t  opens, closes;

    if (end - p == 3 && ngx_strncmp(p, "24h", 3) == 0) {
        hours_add(hours, days, 0, 24 * 60);
        return NGX_OK;
    }

    if (end - p != 11 || p[5] != '-') {
        return NGX_DECLINED;
    }

    opens = hours_time(p);
    closes = hours_time(p + 6);

    if (opens < 0 || closes <= opens) {
        return NGX_DECLINED;
    }

    hours_add(hours, days, opens, closes);

    return NGX_OK;
}


/* HH:MM as minutes, or -1. */

static ngx_int_t
hours_time(const u_char *p)
{
    ngx_int_t  hour, minute;

    hour = ngx_atoi((u_char *) p, 2);
    minute = ngx_atoi((u_char *) p + 3, 2);

    if (p[2] != ':' || hour < 0 || minute < 0 || hour > 24 || minute > 59
        || (hour == 24 && minute))
    {
        return -1;
    }

    return hour * 60 + minute;
}


static void
hours_add(hours_t *hours, ngx_uint_t days, ngx_int_t opens, ngx_int_t closes)
{
    u_char      *p;
    ngx_uint_t   day, n;

    p = hours->last;

    if (p[-1] != '[') {
        *p++ = ',';
    }

    p = ngx_cpymem(p, "{\"days\":[", sizeof("{\"days\":[") - 1);

    for (n = 0, day = 1; day <= 7; day++) {
        if (days >> day & 1) {
            p = ngx_sprintf(p, n++ ? ",%ui" : "%ui", day);
        }
    }

    hours->last = ngx_sprintf(p, "],\"opens\":\"%02i:%02i\",\"closes\":\""
                                 "%02i:%02i\"}",
                              opens / 60, opens % 60, closes / 60,
                              closes % 60);
}
