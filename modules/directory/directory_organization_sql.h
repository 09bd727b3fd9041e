
/*
 * How organizations are found: conditions that the searches and their counts
 * share.  A row of the listing is clustered by type or by area, so both
 * together need a look-up.
 */

#ifndef _DIRECTORY_ORGANIZATION_SQL_H_
#define _DIRECTORY_ORGANIZATION_SQL_H_


#define THING    "organization"
#define ID       "organization_id"
#define KIND_ID  "type_id"

#include "directory_search.h"


/* The type leads the key unless one area does. */
#define LEADING_KEY(row)                                                      \
    row ".type_id = IF(GREATEST(:area) = LEAST(:area), 0, COALESCE(:type, 0))"\
    " AND " row ".area_id = " DIRECTORY_ONE_AREA

#define TRAITS(row)                                                           \
    " AND (:language IS NULL OR " row ".language_mask & (1 << :language))"

#define TYPE(row)                                                             \
    " AND (:type IS NULL"                                                     \
         " OR " row ".type_id > 0"                                            \
         " OR " DIRECTORY_LOOK_UP("organization_listing y",                   \
                "y.type_id = :type"                                           \
                " AND y.area_id = 0"                                          \
                " AND y.region_id = 0"                                        \
                " AND y.rank_order = " row ".rank_order"                      \
                " AND y.organization_id = " row ".organization_id") ")"

/* Any of several areas: each organization once, so no join. */
#define AREAS(row)                                                            \
    " AND (:area.1 IS NULL"                                                   \
         " OR " row ".area_id > 0"                                            \
         " OR " DIRECTORY_LOOK_UP("organization_listing a",                   \
                "a.organization_id = " row ".organization_id"                 \
                " AND a.area_id IN (:area)") ")"

#define IN_REGION(row)                                                        \
    " AND (:region IS NULL"                                                   \
         " OR " DIRECTORY_LOOK_UP("organization_listing r",                   \
                "r.type_id = 0"                                               \
                " AND r.area_id = 0"                                          \
                " AND r.region_id = :region"                                  \
                " AND r.rank_order = " row ".rank_order"                      \
                " AND r.organization_id = " row ".organization_id") ")"


#define TEXT(key, items)                                                      \
    BY_TEXT(key)                                                              \
    items                                                                     \
    WITH_TOKENS                                                               \
    TRAITS("l")

#define PLACES(key)                                                           \
    NEAR(key)                                                                 \
    TRAITS("l")                                                               \
    IN_REGION("l")                                                            \
    OTHER_TOKENS("l")


#endif /* _DIRECTORY_ORGANIZATION_SQL_H_ */
