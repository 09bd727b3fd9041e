
/*
 * Searches: what those of practitioners and of organizations have in common
 * besides their SQL (directory_search.h).
 */

#include "directory.h"


/* Of rank and of distance alike: a number, then the id. */
const ln_page_t  directory_number_page[] = {
    { LN_INTEGER, "0" },
    { LN_ID, "0" },
    { 0, NULL }
};

const ln_page_t  directory_relevance_page[] = {
    { LN_INTEGER, "0" },
    { LN_INTEGER, "0" },
    { LN_ID, "0" },
    { 0, NULL }
};


const ln_column_t  directory_facet_columns[] = {
    { .name = "code", .type = LN_STRING },
    { .name = "name", .type = LN_STRING },
    { .name = "count", .type = LN_INTEGER,
      .summary = "How many, at most 1,000" },
    { .name = "more", .type = LN_BOOLEAN,
      .summary = "Whether there are more than that" },
    { .name = NULL }
};
