
/*
 * Values as clerks write them, made into the form that is stored.  Functions
 * that return a message return NULL when all is well.
 */

#ifndef _LN_TOOL_VALUE_H_INCLUDED_
#define _LN_TOOL_VALUE_H_INCLUDED_


#include "ln_tool_memory.h"


/* A piece of somebody else's text. */

typedef struct {
    const char  *data;
    size_t       len;
} ln_span_t;


/* Without the white space around it (full-width spaces too). */
ln_span_t ln_span_trim(ln_span_t span);

/* How many characters. */
size_t ln_span_count(ln_span_t span);

/*
 * Cuts the next part off a list: at `;` for values, at `|` for the parts of
 * one, and at their full-width forms.  Returns 0 when there is none.
 */
int ln_span_next(ln_span_t *rest, char separator, ln_span_t *part);

/*
 * The key of a word in a group of columns.txt ("boolean", "sex" ...), or NULL.
 * Case does not count.
 */
const char *ln_word(const char *group, ln_span_t word);

/* Prints the other words for a key of a group, in brackets. */
void ln_word_list(const char *group, const char *key);

/*
 * YYYY-MM-DD out of 2019-03-01, 2019/3/1, 2019.3.1 or the like; what stands
 * between the numbers does not count.  A year alone is its first day where
 * that is allowed.
 */
const char *ln_value_date(ln_span_t in, int year_alone, char out[11]);

/* A number of degrees, at most `limit` either way, with seven decimals. */
const char *ln_value_degrees(ln_span_t in, double limit, double *out);

/*
 * Opening hours `1-5 09:00-12:00 13:30-17:00; 6 09:00-12:00`, or `24h`, as
 * JSON: [{"days":[1,2],"opens":"09:00","closes":"12:00"}].
 */
const char *ln_value_hours(ln_arena_t *arena, ln_span_t in, char **out);


#endif /* _LN_TOOL_VALUE_H_INCLUDED_ */
