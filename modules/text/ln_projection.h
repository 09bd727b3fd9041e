/*
 * The projections that search reads, rebuilt from the tables of record.
 *
 * Constant SQL for MariaDB and MySQL, run by the program `legalnet` on one
 * connection:
 *
 *   1. ln_projection_session once per connection (makes temporary tables);
 *   2. in a transaction: DELETE FROM ln_touched, fill it with the ids of a
 *      batch, run the lists _stage, _pick (or _sweep) and _store of what they
 *      are, with ln_staged_token and ln_staged_suggestion filled in between,
 *      COMMIT.
 *
 * Ids whose row is gone, closed or without a current qualification lose their
 * rows here, so a deletion is refreshed like any other change.  Each temporary
 * table stands once in a statement: MySQL cannot open one twice.
 *
 * Joins say their order and index: rows that the same import has just stored
 * are not in the server's statistics yet, and it would scan.
 */

#ifndef LN_PROJECTION_H
#define LN_PROJECTION_H


#include "ln_text_projection.h"


/*
 * Ids of a batch.  A few at a time keeps transactions short; but in the tables
 * each of their rows stands on another page, so where a good part of a table
 * is made anew it is done in as few passes as can be.
 */
#define LN_PROJECTION_BATCH  2000      /* some 60,000 listing rows, 8 MB */
#define LN_PROJECTION_MANY   100000    /* 500 MB */


#define LN_SQL_STAGE(name, columns)                                           \
    "CREATE TEMPORARY TABLE IF NOT EXISTS " name " ("                         \
    " id BIGINT UNSIGNED NOT NULL, " columns ")"                              \
    " ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin"


/* Removes what stands there: by the ids, or by one pass over the tables. */

#define LN_SQL_PICK(table, key, of)                                           \
    "DELETE l"                                                                \
    "  FROM ln_touched t"                                                     \
    "  STRAIGHT_JOIN " table " l FORCE INDEX (" key ")"                       \
    "    ON l." of "_id = t.id"

#define LN_SQL_PICKED(of)                                                     \
    LN_SQL_PICK(of "_listing", of "_listing_" of, of),                        \
    LN_SQL_PICK(of "_place", of "_place_" of, of),                            \
    LN_SQL_PICK(of "_detail", "PRIMARY", of),                                 \
    LN_SQL_PICK(of "_token", of "_token_" of, of),                            \
    "DELETE l"                                                                \
    "  FROM ln_touched t"                                                     \
    "  STRAIGHT_JOIN suggestion l FORCE INDEX (suggestion_ref)"               \
    "    ON l.kind = '" of "'"                                                \
    "   AND l.ref = CAST(t.id AS CHAR) COLLATE utf8mb4_bin"

#define LN_SQL_SWEEP(table, of)                                               \
    "DELETE l"                                                                \
    "  FROM " table " l"                                                      \
    "  STRAIGHT_JOIN ln_touched t FORCE INDEX (PRIMARY)"                      \
    "    ON t.id = l." of "_id"

#define LN_SQL_SWEPT(of)                                                      \
    LN_SQL_SWEEP(of "_listing", of),                                          \
    LN_SQL_SWEEP(of "_place", of),                                            \
    LN_SQL_SWEEP(of "_detail", of),                                           \
    LN_SQL_SWEEP(of "_token", of),                                            \
    "DELETE l"                                                                \
    "  FROM suggestion l"                                                     \
    "  STRAIGHT_JOIN ln_touched t FORCE INDEX (PRIMARY)"                      \
    "    ON t.id = CAST(IF(l.kind = '" of "', l.ref, '0') AS UNSIGNED)"


/*
 * What the C code staged and, behind that, what the areas are looked for by;
 * news of it for the caches when it is there.
 */

#define LN_SQL_WORDS(of)                                                      \
    "INSERT IGNORE INTO ln_staged_token (id, token, weight_order, rank_order)"\
    " SELECT s.id, w.token, 3, s.rank_order"                                  \
    "   FROM ln_staged_" of " s"                                              \
    "   STRAIGHT_JOIN ln_staged_key k FORCE INDEX (PRIMARY)"                  \
    "     ON k.id = s.id"                                                     \
    "    AND k.kind_id = 0"                                                   \
    "    AND k.area_id > 0"                                                   \
    "   STRAIGHT_JOIN ln_area_token w FORCE INDEX (PRIMARY)"                  \
    "     ON w.id = k.area_id",                                               \
    "INSERT INTO " of "_token"                                                \
    " (token, weight_order, rank_order, " of "_id)"                           \
    " SELECT token, weight_order, rank_order, id"                             \
    "   FROM ln_staged_token"                                                 \
    "  ORDER BY token, weight_order, rank_order, id",                         \
    "INSERT INTO suggestion (prefix, weight_order, kind, ref, label, detail)" \
    " SELECT prefix, weight_order, '" of "', id, label, detail"               \
    "   FROM ln_staged_suggestion"                                            \
    "  ORDER BY weight_order, prefix, CAST(id AS CHAR)",                      \
    "INSERT INTO change_event (topic, subject, at)"                           \
    " SELECT '" of "', id, UTC_TIMESTAMP(6)"                                  \
    "   FROM ln_touched",                                                     \
    "INSERT INTO change_event (topic, subject, at)"                           \
    " VALUES ('directory', '*', UTC_TIMESTAMP(6))"


static const char *const  ln_projection_session[] = {

    "SET SESSION group_concat_max_len = 1048576",
    "SET SESSION sort_buffer_size = 33554432",

    LN_SQL_STAGE("ln_touched", "PRIMARY KEY (id)"),

    /*
     * The lists inside documents, made once for a batch by GROUP BY.  As
     * subqueries of each row they were at the optimizer's mercy: one plan
     * took minutes for what this does in a second.
     */
    LN_SQL_STAGE("ln_titles",
                 "mask BIGINT UNSIGNED NOT NULL, list TEXT NULL,"
                 " detail MEDIUMTEXT NULL, PRIMARY KEY (id)"),
    LN_SQL_STAGE("ln_areas", "list TEXT NOT NULL, PRIMARY KEY (id)"),
    LN_SQL_STAGE("ln_languages",
                 "mask BIGINT UNSIGNED NOT NULL, list TEXT NOT NULL,"
                 " PRIMARY KEY (id)"),
    LN_SQL_STAGE("ln_places", "list MEDIUMTEXT NOT NULL, PRIMARY KEY (id)"),
    LN_SQL_STAGE("ln_staff", "number INT UNSIGNED NOT NULL, PRIMARY KEY (id)"),

    /* What the listing rows of one thing share ... */
    LN_SQL_STAGE("ln_staged_practitioner",
                 "rank_order INT UNSIGNED NOT NULL,"
                 " kind_mask BIGINT UNSIGNED NOT NULL,"
                 " language_mask BIGINT UNSIGNED NOT NULL,"
                 " sex VARCHAR(6) NULL,"
                 " legal_aid TINYINT UNSIGNED NOT NULL,"
                 " practicing_since DATE NOT NULL,"
                 " longitude DOUBLE NULL, latitude DOUBLE NULL,"
                 " doc TEXT NOT NULL, PRIMARY KEY (id)"),
    LN_SQL_STAGE("ln_staged_organization",
                 "rank_order INT UNSIGNED NOT NULL,"
                 " language_mask BIGINT UNSIGNED NOT NULL,"
                 " longitude DOUBLE NULL, latitude DOUBLE NULL,"
                 " doc TEXT NOT NULL, PRIMARY KEY (id)"),

    /* ... under which kind (or type) and area, and in which regions. */
    LN_SQL_STAGE("ln_staged_key",
                 "kind_id SMALLINT UNSIGNED NOT NULL,"
                 " area_id SMALLINT UNSIGNED NOT NULL,"
                 " PRIMARY KEY (id, kind_id, area_id)"),
    LN_SQL_STAGE("ln_staged_region",
                 "region_id BIGINT UNSIGNED NOT NULL,"
                 " PRIMARY KEY (id, region_id)"),

    /*
     * What the C code makes: staged, because rows that come in the order of
     * ids would each touch another page of the table.
     */
    LN_SQL_STAGE("ln_staged_token",
                 "token VARCHAR(24) NOT NULL,"
                 " weight_order TINYINT UNSIGNED NOT NULL,"
                 " rank_order INT UNSIGNED NOT NULL, PRIMARY KEY (id, token)"),
    LN_SQL_STAGE("ln_staged_suggestion",
                 "seq BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,"
                 " prefix VARCHAR(24) NOT NULL,"
                 " weight_order SMALLINT UNSIGNED NOT NULL,"
                 " label VARCHAR(200) NOT NULL, detail VARCHAR(255) NULL,"
                 " PRIMARY KEY (seq)"),

    /* What an area is looked for by; filled once, by the C code. */
    LN_SQL_STAGE("ln_area_token",
                 "token VARCHAR(24) NOT NULL, PRIMARY KEY (id, token)"),
    "DELETE FROM ln_area_token",

    NULL
};


static const char *const  ln_projection_practitioners_stage[] = {

    "DELETE FROM ln_titles",
    "DELETE FROM ln_areas",
    "DELETE FROM ln_languages",
    "DELETE FROM ln_places",
    "DELETE FROM ln_staged_practitioner",
    "DELETE FROM ln_staged_key",
    "DELETE FROM ln_staged_region",
    "DELETE FROM ln_staged_token",
    "DELETE FROM ln_staged_suggestion",

    /* Who is new would stand first until midnight without a rank. */
    "UPDATE ln_touched t"
    "  STRAIGHT_JOIN practitioner p FORCE INDEX (PRIMARY) ON p.id = t.id"
    "   SET p.rank_order = " LN_SQL_RANK("p.id") ","
    "       p.ranked_on = " LN_SQL_RANKED_ON("p.id")
    " WHERE p.ranked_on IS NULL",

    "INSERT INTO ln_titles (id, mask, list, detail)"
    " SELECT t.id,"
    LN_SQL_TITLE_MASK ","
    LN_SQL_TITLES ","
    LN_SQL_TITLES_WHOLE
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN qualification q FORCE INDEX (qualification_practitioner)"
    "     ON q.practitioner_id = t.id"
    "   STRAIGHT_JOIN qualification_kind k ON k.id = q.kind_id"
    "   LEFT JOIN organization o FORCE INDEX (PRIMARY)"
    "     ON o.id = q.organization_id"
    "  GROUP BY t.id",

    "INSERT INTO ln_areas (id, list)"
    " SELECT t.id,"
    LN_SQL_PRACTITIONER_AREAS
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN practitioner_area pa FORCE INDEX (PRIMARY)"
    "     ON pa.practitioner_id = t.id"
    "   STRAIGHT_JOIN practice_area a ON a.id = pa.area_id"
    "  GROUP BY t.id",

    "INSERT INTO ln_languages (id, mask, list)"
    " SELECT t.id,"
    "        BIT_OR(1 << l.id),"
    LN_SQL_PRACTITIONER_LANGUAGES
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN practitioner_language pl FORCE INDEX (PRIMARY)"
    "     ON pl.practitioner_id = t.id"
    "   STRAIGHT_JOIN language l ON l.id = pl.language_id"
    "  GROUP BY t.id",

    "INSERT INTO ln_places (id, list)"
    " SELECT t.id,"
    LN_SQL_REGIONS_SERVED
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN practitioner_region pr FORCE INDEX (PRIMARY)"
    "     ON pr.practitioner_id = t.id"
    "   STRAIGHT_JOIN region v FORCE INDEX (PRIMARY) ON v.id = pr.region_id"
    "  GROUP BY t.id",

    "INSERT INTO ln_staged_practitioner"
    " SELECT p.id,"
    "        p.rank_order,"
    "        ti.mask,"
    "        IFNULL(la.mask, 0),"
    "        p.sex,"
    "        p.legal_aid,"
    "        IFNULL(p.practicing_since, '9999-12-31'),"
    "        o.longitude,"
    "        o.latitude,"
    LN_SQL_PRACTITIONER_ITEM
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN practitioner p FORCE INDEX (PRIMARY) ON p.id = t.id"
    "   STRAIGHT_JOIN region r FORCE INDEX (PRIMARY) ON r.id = p.region_id"
    "   STRAIGHT_JOIN ln_titles ti FORCE INDEX (PRIMARY) ON ti.id = t.id"
    "   LEFT JOIN ln_areas ar FORCE INDEX (PRIMARY) ON ar.id = t.id"
    "   LEFT JOIN ln_languages la FORCE INDEX (PRIMARY) ON la.id = t.id"
    "   LEFT JOIN organization o FORCE INDEX (PRIMARY)"
    "     ON o.id = p.organization_id"
    "  WHERE p.status = 'active'"
    "    AND ti.mask <> 0",

    "INSERT INTO ln_staged_key (id, kind_id, area_id)"
    " SELECT s.id, 0, 0"
    "   FROM ln_staged_practitioner s",

    "INSERT INTO ln_staged_key (id, kind_id, area_id)"
    " SELECT DISTINCT s.id, 0, u.id"
    "   FROM ln_staged_practitioner s"
    "   STRAIGHT_JOIN practitioner_area pa FORCE INDEX (PRIMARY)"
    "     ON pa.practitioner_id = s.id"
    "   STRAIGHT_JOIN practice_area a ON a.id = pa.area_id"
    "   STRAIGHT_JOIN practice_area u ON u.id IN (a.id, a.parent_id)",

    "INSERT INTO ln_staged_key (id, kind_id, area_id)"
    " SELECT DISTINCT s.id, q.kind_id, 0"
    "   FROM ln_staged_practitioner s"
    "   STRAIGHT_JOIN qualification q FORCE INDEX (qualification_practitioner)"
    "     ON q.practitioner_id = s.id"
    "  WHERE " LN_SQL_CURRENT("q"),

    "INSERT INTO ln_staged_region (id, region_id)"
    " SELECT s.id, 0"
    "   FROM ln_staged_practitioner s",

    "INSERT INTO ln_staged_region (id, region_id)"
    " SELECT s.id, c.ancestor_id"
    "   FROM ln_staged_practitioner s"
    "   STRAIGHT_JOIN practitioner p FORCE INDEX (PRIMARY) ON p.id = s.id"
    "   STRAIGHT_JOIN region_closure c FORCE INDEX (region_closure_up)"
    "     ON c.descendant_id = p.region_id",

    /* Regions served overlap with his own and with each other. */
    "INSERT IGNORE INTO ln_staged_region (id, region_id)"
    " SELECT s.id, c.ancestor_id"
    "   FROM ln_staged_practitioner s"
    "   STRAIGHT_JOIN practitioner_region pr FORCE INDEX (PRIMARY)"
    "     ON pr.practitioner_id = s.id"
    "   STRAIGHT_JOIN region_closure c FORCE INDEX (region_closure_up)"
    "     ON c.descendant_id = pr.region_id",

    NULL
};


static const char *const  ln_projection_practitioners_pick[] = {
    LN_SQL_PICKED("practitioner"),
    NULL
};

static const char *const  ln_projection_practitioners_sweep[] = {
    LN_SQL_SWEPT("practitioner"),
    NULL
};


/* In the order of the keys: pages are written once, and full. */

static const char *const  ln_projection_practitioners_store[] = {

    "INSERT INTO practitioner_listing"
    " (kind_id, area_id, region_id, rank_order, practitioner_id, kind_mask,"
    "  language_mask, sex, legal_aid, practicing_since)"
    " SELECT k.kind_id, k.area_id, r.region_id, s.rank_order, s.id,"
    "        s.kind_mask, s.language_mask, s.sex, s.legal_aid,"
    "        s.practicing_since"
    "   FROM ln_staged_practitioner s"
    "   STRAIGHT_JOIN ln_staged_key k FORCE INDEX (PRIMARY) ON k.id = s.id"
    "   STRAIGHT_JOIN ln_staged_region r FORCE INDEX (PRIMARY) ON r.id = s.id"
    "  ORDER BY k.kind_id, k.area_id, r.region_id, s.rank_order, s.id",

    "INSERT INTO practitioner_place"
    " (area_id, latitude_band, longitude, practitioner_id, latitude,"
    "  rank_order, kind_mask, language_mask, sex, legal_aid, practicing_since)"
    " SELECT k.area_id, FLOOR(s.latitude * 20), s.longitude, s.id, s.latitude,"
    "        s.rank_order, s.kind_mask, s.language_mask, s.sex, s.legal_aid,"
    "        s.practicing_since"
    "   FROM ln_staged_practitioner s"
    "   STRAIGHT_JOIN ln_staged_key k FORCE INDEX (PRIMARY) ON k.id = s.id"
    "  WHERE k.kind_id = 0"
    "    AND s.latitude IS NOT NULL"
    "  ORDER BY k.area_id, FLOOR(s.latitude * 20), s.longitude, s.id",

    /* The record stays readable when nothing in it is current any more. */
    "INSERT INTO practitioner_detail (practitioner_id, item, doc)"
    " SELECT p.id,"
    "        s.doc,"
    LN_SQL_PRACTITIONER_RECORD
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN practitioner p FORCE INDEX (PRIMARY) ON p.id = t.id"
    "   STRAIGHT_JOIN region r FORCE INDEX (PRIMARY) ON r.id = p.region_id"
    "   LEFT JOIN organization o FORCE INDEX (PRIMARY)"
    "     ON o.id = p.organization_id"
    "   LEFT JOIN region h FORCE INDEX (PRIMARY) ON h.id = o.region_id"
    "   LEFT JOIN ln_titles ti FORCE INDEX (PRIMARY) ON ti.id = t.id"
    "   LEFT JOIN ln_areas ar FORCE INDEX (PRIMARY) ON ar.id = t.id"
    "   LEFT JOIN ln_languages la FORCE INDEX (PRIMARY) ON la.id = t.id"
    "   LEFT JOIN ln_places pl FORCE INDEX (PRIMARY) ON pl.id = t.id"
    "   LEFT JOIN ln_staged_practitioner s FORCE INDEX (PRIMARY)"
    "     ON s.id = t.id"
    "  WHERE p.status = 'active'",

    LN_SQL_WORDS("practitioner"),
    NULL
};


static const char *const  ln_projection_organizations_stage[] = {

    "DELETE FROM ln_titles",
    "DELETE FROM ln_areas",
    "DELETE FROM ln_languages",
    "DELETE FROM ln_places",
    "DELETE FROM ln_staff",
    "DELETE FROM ln_staged_organization",
    "DELETE FROM ln_staged_key",
    "DELETE FROM ln_staged_region",
    "DELETE FROM ln_staged_token",
    "DELETE FROM ln_staged_suggestion",

    "UPDATE ln_touched t"
    "  STRAIGHT_JOIN organization o FORCE INDEX (PRIMARY) ON o.id = t.id"
    "   SET o.rank_order = " LN_SQL_RANK("o.id") ","
    "       o.ranked_on = " LN_SQL_RANKED_ON("o.id")
    " WHERE o.ranked_on IS NULL",

    "INSERT INTO ln_titles (id, mask, list)"
    " SELECT t.id,"
    "        0,"
    LN_SQL_TYPES
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN organization_hat oh FORCE INDEX (PRIMARY)"
    "     ON oh.organization_id = t.id"
    "   STRAIGHT_JOIN organization_type y ON y.id = oh.type_id"
    "  GROUP BY t.id",

    "INSERT INTO ln_areas (id, list)"
    " SELECT t.id,"
    LN_SQL_ORGANIZATION_AREAS
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN organization_area oa FORCE INDEX (PRIMARY)"
    "     ON oa.organization_id = t.id"
    "   STRAIGHT_JOIN practice_area a ON a.id = oa.area_id"
    "  GROUP BY t.id",

    "INSERT INTO ln_languages (id, mask, list)"
    " SELECT t.id,"
    "        BIT_OR(1 << l.id),"
    LN_SQL_ORGANIZATION_LANGUAGES
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN practitioner p FORCE INDEX (practitioner_organization)"
    "     ON p.organization_id = t.id"
    "   STRAIGHT_JOIN practitioner_language pl FORCE INDEX (PRIMARY)"
    "     ON pl.practitioner_id = p.id"
    "   STRAIGHT_JOIN language l ON l.id = pl.language_id"
    "  WHERE p.status = 'active'"
    "  GROUP BY t.id",

    "INSERT INTO ln_places (id, list)"
    " SELECT t.id,"
    LN_SQL_OUTREACH_PLACES
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN outreach_place x"
    "     FORCE INDEX (outreach_place_organization)"
    "     ON x.organization_id = t.id"
    "   STRAIGHT_JOIN region v FORCE INDEX (PRIMARY) ON v.id = x.region_id"
    "  GROUP BY t.id",

    "INSERT INTO ln_staff (id, number)"
    " SELECT t.id, COUNT(*)"
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN practitioner p FORCE INDEX (practitioner_organization)"
    "     ON p.organization_id = t.id"
    "  WHERE p.status = 'active'"
    "  GROUP BY t.id",

    "INSERT INTO ln_staged_organization"
    " SELECT o.id,"
    "        o.rank_order,"
    "        IFNULL(la.mask, 0),"
    "        o.longitude,"
    "        o.latitude,"
    LN_SQL_ORGANIZATION_ITEM
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN organization o FORCE INDEX (PRIMARY) ON o.id = t.id"
    "   STRAIGHT_JOIN region r FORCE INDEX (PRIMARY) ON r.id = o.region_id"
    "   LEFT JOIN ln_titles ti FORCE INDEX (PRIMARY) ON ti.id = t.id"
    "   LEFT JOIN ln_languages la FORCE INDEX (PRIMARY) ON la.id = t.id"
    "  WHERE o.status = 'active'",

    "INSERT INTO ln_staged_key (id, kind_id, area_id)"
    " SELECT s.id, 0, 0"
    "   FROM ln_staged_organization s",

    "INSERT INTO ln_staged_key (id, kind_id, area_id)"
    " SELECT DISTINCT s.id, u.id, 0"
    "   FROM ln_staged_organization s"
    "   STRAIGHT_JOIN organization_hat oh FORCE INDEX (PRIMARY)"
    "     ON oh.organization_id = s.id"
    "   STRAIGHT_JOIN organization_type y ON y.id = oh.type_id"
    "   STRAIGHT_JOIN organization_type u ON u.id IN (y.id, y.parent_id)",

    "INSERT INTO ln_staged_key (id, kind_id, area_id)"
    " SELECT DISTINCT s.id, 0, u.id"
    "   FROM ln_staged_organization s"
    "   STRAIGHT_JOIN organization_area oa FORCE INDEX (PRIMARY)"
    "     ON oa.organization_id = s.id"
    "   STRAIGHT_JOIN practice_area a ON a.id = oa.area_id"
    "   STRAIGHT_JOIN practice_area u ON u.id IN (a.id, a.parent_id)",

    "INSERT INTO ln_staged_region (id, region_id)"
    " SELECT s.id, 0"
    "   FROM ln_staged_organization s",

    "INSERT INTO ln_staged_region (id, region_id)"
    " SELECT s.id, c.ancestor_id"
    "   FROM ln_staged_organization s"
    "   STRAIGHT_JOIN organization o FORCE INDEX (PRIMARY) ON o.id = s.id"
    "   STRAIGHT_JOIN region_closure c FORCE INDEX (region_closure_up)"
    "     ON c.descendant_id = o.region_id",

    NULL
};


static const char *const  ln_projection_organizations_pick[] = {
    LN_SQL_PICKED("organization"),
    NULL
};

static const char *const  ln_projection_organizations_sweep[] = {
    LN_SQL_SWEPT("organization"),
    NULL
};


/* In the order of the keys: pages are written once, and full. */

static const char *const  ln_projection_organizations_store[] = {

    "INSERT INTO organization_listing"
    " (type_id, area_id, region_id, rank_order, organization_id, language_mask)"
    " SELECT k.kind_id, k.area_id, r.region_id, s.rank_order, s.id,"
    "        s.language_mask"
    "   FROM ln_staged_organization s"
    "   STRAIGHT_JOIN ln_staged_key k FORCE INDEX (PRIMARY) ON k.id = s.id"
    "   STRAIGHT_JOIN ln_staged_region r FORCE INDEX (PRIMARY) ON r.id = s.id"
    "  ORDER BY k.kind_id, k.area_id, r.region_id, s.rank_order, s.id",

    "INSERT INTO organization_place"
    " (type_id, area_id, latitude_band, longitude, organization_id, latitude,"
    "  rank_order, language_mask)"
    " SELECT k.kind_id, k.area_id, FLOOR(s.latitude * 20), s.longitude, s.id,"
    "        s.latitude, s.rank_order, s.language_mask"
    "   FROM ln_staged_organization s"
    "   STRAIGHT_JOIN ln_staged_key k FORCE INDEX (PRIMARY) ON k.id = s.id"
    "  WHERE s.latitude IS NOT NULL"
    "  ORDER BY k.kind_id, k.area_id, FLOOR(s.latitude * 20), s.longitude,"
    "           s.id",

    "INSERT INTO organization_detail (organization_id, item, doc)"
    " SELECT o.id,"
    "        s.doc,"
    LN_SQL_ORGANIZATION_RECORD
    "   FROM ln_touched t"
    "   STRAIGHT_JOIN organization o FORCE INDEX (PRIMARY) ON o.id = t.id"
    "   STRAIGHT_JOIN region r FORCE INDEX (PRIMARY) ON r.id = o.region_id"
    "   LEFT JOIN ln_titles ti FORCE INDEX (PRIMARY) ON ti.id = t.id"
    "   LEFT JOIN ln_areas ar FORCE INDEX (PRIMARY) ON ar.id = t.id"
    "   LEFT JOIN ln_languages la FORCE INDEX (PRIMARY) ON la.id = t.id"
    "   LEFT JOIN ln_places pl FORCE INDEX (PRIMARY) ON pl.id = t.id"
    "   LEFT JOIN ln_staff st FORCE INDEX (PRIMARY) ON st.id = t.id"
    "   LEFT JOIN ln_staged_organization s FORCE INDEX (PRIMARY)"
    "     ON s.id = t.id",

    LN_SQL_WORDS("organization"),
    NULL
};


#endif /* LN_PROJECTION_H */
