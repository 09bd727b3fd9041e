
/*
 * How practitioners are found: conditions that the searches and their counts
 * share.  What is not asked costs nothing: the server plans with the values
 * and drops it.
 */

#ifndef _DIRECTORY_PRACTITIONER_SQL_H_
#define _DIRECTORY_PRACTITIONER_SQL_H_


#include "directory.h"


#define KIND(row)                                                             \
    " AND (:type IS NULL OR " row ".kind_mask & (1 << :type))"

#define TRAITS(row)                                                           \
    " AND (:language IS NULL OR " row ".language_mask & (1 << :language))"    \
    " AND (:sex IS NULL OR " row ".sex = :sex)"                               \
    " AND (:legal_aid IS NULL OR " row ".legal_aid = :legal_aid)"             \
    " AND (:min_years IS NULL"                                                \
         " OR " row ".practicing_since"                                       \
            " <= " DIRECTORY_TODAY " - INTERVAL :min_years YEAR)"

/* Any of several areas: each practitioner once, so no join. */
#define AREAS(row, table)                                                     \
    " AND (:area.1 IS NULL"                                                   \
         " OR " row ".area_id > 0"                                            \
         " OR " DIRECTORY_LOOK_UP(table " a",                                 \
                "a.practitioner_id = " row ".practitioner_id"                 \
                " AND a.area_id IN (:area)") ")"

/* By its whole key, which tokens and places carry. */
#define IN_REGION(row)                                                        \
    " AND (:region IS NULL"                                                   \
         " OR " DIRECTORY_LOOK_UP("practitioner_listing r",                   \
                "r.kind_id = 0"                                               \
                " AND r.area_id = 0"                                          \
                " AND r.region_id = :region"                                  \
                " AND r.rank_order = " row ".rank_order"                      \
                " AND r.practitioner_id = " row ".practitioner_id") ")"

#define HAS_TOKEN(row, token)                                                 \
    " AND (" token " IS NULL"                                                 \
         " OR " DIRECTORY_LOOK_UP("practitioner_token w"                      \
                " FORCE INDEX (practitioner_token_practitioner)",             \
                "w.token = " token                                            \
                " AND w.practitioner_id = " row ".practitioner_id") ")"

#define OTHER_TOKENS(row)                                                     \
    HAS_TOKEN(row, ":q.2")                                                    \
    HAS_TOKEN(row, ":q.3")                                                    \
    HAS_TOKEN(row, ":q.4")                                                    \
    HAS_TOKEN(row, ":q.5")                                                    \
    HAS_TOKEN(row, ":q.6")


/* A row of the listing per practitioner: by kind unless an area is given. */
#define LIST                                                                  \
    " WHERE l.kind_id = IF(:area.1 IS NULL, COALESCE(:type, 0), 0)"           \
      " AND l.area_id = " DIRECTORY_ONE_AREA                                  \
      " AND l.region_id = COALESCE(:region, 0)"                               \
      KIND("l")                                                               \
      TRAITS("l")                                                             \
      AREAS("l", "practitioner_listing")

/* The first token leads, the listing's row has the filters. */
#define TEXT(area)                                                            \
    " FROM practitioner_token t"                                              \
    " STRAIGHT_JOIN practitioner_listing l FORCE INDEX (PRIMARY)"             \
        " ON l.kind_id = 0"                                                   \
       " AND l.area_id = " area                                               \
       " AND l.region_id = COALESCE(:region, 0)"                              \
       " AND l.rank_order = t.rank_order"                                     \
       " AND l.practitioner_id = t.practitioner_id"                           \
    " WHERE t.token = :q.1"                                                   \
      OTHER_TOKENS("t")                                                       \
      TRAITS("l")

/* Whoever stands in the box around the point; the distance is for later. */
#define NEAR(area)                                                            \
    " WHERE l.area_id = " area                                                \
      " AND " DIRECTORY_BOX("l")                                              \
      TRAITS("l")                                                             \
      IN_REGION("l")                                                          \
      OTHER_TOKENS("l")


#endif /* _DIRECTORY_PRACTITIONER_SQL_H_ */
