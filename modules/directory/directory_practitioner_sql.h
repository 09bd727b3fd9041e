
/*
 * How practitioners are found: conditions that the searches and their counts
 * share.  What is not asked costs nothing: the server plans with the values
 * and drops it.
 */

#ifndef _DIRECTORY_PRACTITIONER_SQL_H_
#define _DIRECTORY_PRACTITIONER_SQL_H_


#define THING    "practitioner"
#define ID       "practitioner_id"
#define KIND_ID  "kind_id"

#include "directory_search.h"



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


/* A row of the listing per practitioner: by kind unless an area is given. */
#define LIST                                                                  \
    " WHERE l.kind_id = IF(:area.1 IS NULL, COALESCE(:type, 0), 0)"           \
      " AND l.area_id = " DIRECTORY_ONE_AREA                                  \
      " AND l.region_id = COALESCE(:region, 0)"                               \
      KIND("l")                                                               \
      TRAITS("l")                                                             \
      AREAS("l", "practitioner_listing")

#define TEXT(area, items)                                                     \
    BY_TEXT("l.kind_id = 0 AND l.area_id = " area)                            \
    items                                                                     \
    WITH_TOKENS                                                               \
    TRAITS("l")

#define PLACES(area)                                                          \
    NEAR("l.area_id = " area)                                                 \
    TRAITS("l")                                                               \
    IN_REGION("l")                                                            \
    OTHER_TOKENS("l")


#endif /* _DIRECTORY_PRACTITIONER_SQL_H_ */
