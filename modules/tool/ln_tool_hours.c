
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ln_tool.h"
#include "ln_tool_value.h"


#define LN_HOURS_PROBLEM  "are no opening hours like 1-5 09:00-12:00"
#define LN_WEEK           0xfe                /* bits 1 to 7 */


/* Cuts the next word off at white space or a comma. */

static int
ln_hours_word(ln_span_t *rest, ln_span_t *word)
{
    size_t  n;

    *rest = ln_span_trim(*rest);
    n = 0;

    while (n < rest->len && rest->data[n] != ' ' && rest->data[n] != ',') {
        n++;
    }

    word->data = rest->data;
    word->len = n;
    n += n < rest->len;
    rest->data += n;
    rest->len -= n;

    return word->len > 0;
}


/*
 * The day a text begins with (longest word first), cut off it; 0 if none.
 * A day may be a digit, mon, or a word of columns.txt.
 */

static int
ln_hours_day(ln_span_t *text)
{
    size_t       n;
    ln_span_t    word;
    const char  *key;

    for (n = text->len; n > 0; n--) {
        word.data = text->data;
        word.len = n;
        key = ln_word("day", word);

        if (key != NULL) {
            text->data += n;
            text->len -= n;
            return key[0] - '0';
        }
    }

    return 0;
}


/* `-` or a word for it, cut off; 0 if there is none. */

static int
ln_hours_to(ln_span_t *text)
{
    size_t     n;
    ln_span_t  word;

    for (n = 1; n <= 3 && n <= text->len; n++) {
        word.data = text->data;
        word.len = n;

        if (ln_word("to", word) != NULL) {
            text->data += n;
            text->len -= n;
            return 1;
        }
    }

    return 0;
}


/* Bits of the days that `1-5`, `mon` or the like names; 0: it names none. */

static unsigned
ln_hours_days(ln_span_t word)
{
    int       first, last, day;
    unsigned  days;

    first = ln_hours_day(&word);

    if (first == 0) {
        return 0;
    }

    last = first;

    if (word.len > 0) {
        last = ln_hours_to(&word) ? ln_hours_day(&word) : 0;
    }

    if (last < first || word.len > 0) {
        return 0;
    }

    days = 0;

    for (day = first; day <= last; day++) {
        days |= 1u << day;
    }

    return days;
}


/* H:MM or HH:MM at the front, cut off, as minutes; -1 if it is none. */

static int
ln_hours_time(ln_span_t *text)
{
    int     hour, minute;
    size_t  n;

    n = text->len > 2 && text->data[1] == ':' ? 1 : 2;

    if (text->len < n + 3 || text->data[n] != ':'
        || strspn(text->data, "0123456789") < n
        || strspn(text->data + n + 1, "0123456789") < 2)
    {
        return -1;
    }

    hour = (int) strtol(text->data, NULL, 10);
    minute = (text->data[n + 1] - '0') * 10 + text->data[n + 2] - '0';
    text->data += n + 3;
    text->len -= n + 3;

    return hour > 24 || minute > 59 || (hour == 24 && minute > 0)
           ? -1 : hour * 60 + minute;
}


static int
ln_hours_add(ln_text_t *json, unsigned days, int opens, int closes)
{
    int   day, n;
    char  text[96];

    if (opens < 0 || closes <= opens) {
        return -1;
    }

    ln_text_add(json, json->len > 1 ? ",{\"days\":[" : "{\"days\":[",
                json->len > 1 ? 10 : 9);

    for (day = 1; day <= 7; day++) {
        if (days >> day & 1) {
            n = snprintf(text, sizeof(text), "%s%d",
                         json->data[json->len - 1] == '[' ? "" : ",", day);
            ln_text_add(json, text, (size_t) n);
        }
    }

    n = snprintf(text, sizeof(text),
                 "],\"opens\":\"%02d:%02d\",\"closes\":\"%02d:%02d\"}",
                 opens / 60, opens % 60, closes / 60, closes % 60);
    ln_text_add(json, text, (size_t) n);

    return 0;
}


/* Days, then times; days may be left out for the whole week. */

static int
ln_hours_part(ln_text_t *json, ln_span_t part)
{
    int        opens, times;
    unsigned   days, more;
    ln_span_t  word;

    days = 0;
    times = 0;

    while (ln_hours_word(&part, &word)) {
        if (ln_word("hours", word) != NULL) {
            if (ln_hours_add(json, days ? days : LN_WEEK, 0, 24 * 60) != 0) {
                return -1;
            }

            times++;
            continue;
        }

        more = times == 0 ? ln_hours_days(word) : 0;

        if (more != 0) {
            days |= more;
            continue;
        }

        opens = ln_hours_time(&word);

        if (!ln_hours_to(&word)
            || ln_hours_add(json, days ? days : LN_WEEK, opens,
                            ln_hours_time(&word)) != 0
            || word.len > 0)
        {
            return -1;
        }

        times++;
    }

    return times > 0 ? 0 : -1;
}


const char *
ln_value_hours(ln_arena_t *arena, ln_span_t in, char **out)
{
    ln_span_t  part;
    ln_text_t  json;

    /* A terminated copy, so that no number runs past its end. */
    in.data = ln_arena_copy(arena, in.data, in.len);

    ln_text_start(&json, arena);
    ln_text_add(&json, "[", 1);

    while (ln_span_next(&in, ';', &part)) {
        if (part.len > 0 && ln_hours_part(&json, part) != 0) {
            return LN_HOURS_PROBLEM;
        }
    }

    ln_text_add(&json, "]", 1);
    *out = ln_text_end(&json);

    return NULL;
}
