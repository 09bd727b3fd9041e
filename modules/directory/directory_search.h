
/*
 * What the searches of practitioners and of organizations share.  Whoever
 * includes this has said of what: THING begins the names of the tables, ID is
 * their column, KIND_ID leads the keys of listings; a file of searches says
 * also what it has SELECTED, which rows are STANDING somewhere, and which of
 * their columns are PLACE_KEYS.
 *
 * A row of a projection holds keys and filters; the items of a page are
 * fetched last, by id, so that nothing but a page's own is ever read of them.
 */

#ifndef _DIRECTORY_SEARCH_H_
#define _DIRECTORY_SEARCH_H_


#include "directory.h"


/* The orders, each total, and where a page begins in them. */

#define BY_RANK  "l.rank_order, l." ID

#define AFTER_RANK                                                            \
    " AND l.rank_order >= :cursor.1"                                          \
    " AND (l.rank_order > :cursor.1 OR l." ID " > :cursor.2)"

#define RANK_CURSOR                                                           \
    " l.rank_order AS `cursor.1`,"                                            \
    " l." ID " AS `cursor.2`"

#define BY_RELEVANCE  "t.weight_order, t.rank_order, t." ID

#define AFTER_RELEVANCE                                                       \
    " AND t.weight_order >= :cursor.1"                                        \
    " AND (t.weight_order > :cursor.1"                                        \
         " OR t.rank_order > :cursor.2"                                       \
         " OR (t.rank_order = :cursor.2 AND t." ID " > :cursor.3))"

#define RELEVANCE_CURSOR(row)                                                 \
    " " row ".weight_order AS `cursor.1`,"                                    \
    " " row ".rank_order AS `cursor.2`,"                                      \
    " " row "." ID " AS `cursor.3`"

#define DISTANCE_CURSOR                                                       \
    " l.distance,"                                                            \
    " l.distance AS `cursor.1`,"                                              \
    " l." ID " AS `cursor.2`"


/* The items of the rows `l`. */
#define ITEMS                                                                 \
    " STRAIGHT_JOIN " THING "_detail d ON d." ID " = l." ID

/* As that, of rows that have to be sorted first: their keys alone are. */
#define PAGE_OF(columns, keys, from, order)                                   \
    "SELECT " columns                                                         \
    " FROM (SELECT l." ID ","                                                 \
                 " l.rank_order,"                                             \
                 " " keys                                                     \
             from                                                             \
           " ORDER BY " order                                                 \
           " LIMIT :page) l"                                                  \
      ITEMS                                                                   \
    " ORDER BY " order


/* Words. */

#define HAS_TOKEN(row, token)                                                 \
    " AND (" token " IS NULL"                                                 \
         " OR " DIRECTORY_LOOK_UP(THING "_token w"                            \
                " FORCE INDEX (" THING "_token_" THING ")",                   \
                "w.token = " token                                            \
                " AND w." ID " = " row "." ID) ")"

#define OTHER_TOKENS(row)                                                     \
    HAS_TOKEN(row, ":q.2")                                                    \
    HAS_TOKEN(row, ":q.3")                                                    \
    HAS_TOKEN(row, ":q.4")                                                    \
    HAS_TOKEN(row, ":q.5")                                                    \
    HAS_TOKEN(row, ":q.6")

/* The first token leads, the listing's row has the filters. */
#define BY_TEXT(key)                                                          \
    " FROM " THING "_token t"                                                 \
    " STRAIGHT_JOIN " THING "_listing l FORCE INDEX (PRIMARY)"                \
        " ON " key                                                            \
       " AND l.region_id = COALESCE(:region, 0)"                              \
       " AND l.rank_order = t.rank_order"                                     \
       " AND l." ID " = t." ID

#define WITH_TOKENS                                                           \
    " WHERE t.token = :q.1"                                                   \
      OTHER_TOKENS("t")

/* Whoever stands in the box around the point; the distance is for later. */
#define NEAR(key)                                                             \
    " FROM " THING "_place l"                                                 \
    " WHERE " key                                                             \
      " AND " DIRECTORY_BOX("l")

/* How well it is found, of a row that has the first token. */
#define WEIGHT                                                                \
    "(SELECT w.weight_order"                                                  \
     " FROM " THING "_token w FORCE INDEX (" THING "_token_" THING ")"        \
     " WHERE w.token = :q.1"                                                  \
       " AND w." ID " = l." ID                                                \
     " LIMIT 1) AS weight_order"

#define AFTER_WEIGHT                                                          \
    " AND weight_order >= :cursor.1"                                          \
    " AND (weight_order > :cursor.1"                                          \
         " OR l.rank_order > :cursor.2"                                       \
         " OR (l.rank_order = :cursor.2 AND l." ID " > :cursor.3))"

#define WITHIN  " AND " DIRECTORY_DISTANCE("l") " <= :radius * 1000"

/* A distance costs more than all else: the first page computes it less. */
#define NEAREST(after)                                                        \
    PAGE_OF(SELECTED DISTANCE_CURSOR,                                         \
            PLACE_KEYS,                                                       \
            STANDING                                                          \
            " HAVING distance <= :radius * 1000"                              \
            after,                                                            \
            "distance, l." ID)

#define FARTHER                                                               \
    " AND distance >= :cursor.1"                                              \
    " AND (distance > :cursor.1 OR l." ID " > :cursor.2)"


/* How many of each area there are: the listing knows, with the wider ones. */
#define AREAS_OF(select)                                                      \
    DIRECTORY_FACET                                                           \
        "SELECT" DIRECTORY_TERM("a", "u")                                     \
              " c.n"                                                          \
        " FROM (SELECT x.area_id,"                                            \
                     " COUNT(*) AS n"                                         \
              " FROM (SELECT l." ID select ") m"                              \
              " JOIN " THING "_listing x"                                     \
                  " ON x." ID " = m." ID                                      \
                 " AND x." KIND_ID " = 0"                                     \
                 " AND x.area_id > 0"                                         \
                 " AND x.region_id = 0"                                       \
              " GROUP BY x.area_id) c"                                        \
        " JOIN practice_area a ON a.id = c.area_id"                           \
        " LEFT JOIN practice_area u ON u.id = a.parent_id"                    \
    DIRECTORY_FACET_ORDER


#endif /* _DIRECTORY_SEARCH_H_ */
