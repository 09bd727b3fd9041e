/*
 * The fields of an entry of the directory as texts, each in one way to write
 * it: what an import compares a file with, and what a correction by staff
 * remembers of the source (table `correction`).  o and p are the rows.
 *
 * Values of a list stand between 0x1e, the parts of one between 0x1f.
 */

#ifndef LN_TEXT_RECORD_H
#define LN_TEXT_RECORD_H


#define LN_RECORD_DEGREES(column)  "CAST(" column " AS DECIMAL(11,7))"

#define LN_RECORD_ORGANIZATION                                                \
    "o.name AS name,"                                                         \
    " (SELECT GROUP_CONCAT(t.code ORDER BY h.position, t.id SEPARATOR '\x1e')"\
    "    FROM organization_hat h"                                             \
    "    JOIN organization_type t ON t.id = h.type_id"                        \
    "   WHERE h.organization_id = o.id) AS types,"                            \
    " o.uscc AS uscc,"                                                        \
    " (SELECT r.code FROM region r WHERE r.id = o.region_id) AS region,"      \
    " o.address AS address,"                                                  \
    " " LN_RECORD_DEGREES("o.longitude") " AS longitude,"                     \
    " " LN_RECORD_DEGREES("o.latitude") " AS latitude,"                       \
    " o.location_quality AS location_quality,"                                \
    " o.opening_hours AS opening_hours,"                                      \
    " o.phone AS phone,"                                                      \
    " o.phone_private AS phone_private,"                                      \
    " (SELECT GROUP_CONCAT(a.code ORDER BY a.code SEPARATOR '\x1e')"          \
    "    FROM organization_area oa"                                           \
    "    JOIN practice_area a ON a.id = oa.area_id"                           \
    "   WHERE oa.organization_id = o.id) AS areas,"                           \
    " (SELECT GROUP_CONCAT(CONCAT_WS('\x1f', x.name, v.code,"                 \
    "             IFNULL(x.address, ''),"                                     \
    "             IFNULL(" LN_RECORD_DEGREES("x.longitude") ", ''),"          \
    "             IFNULL(" LN_RECORD_DEGREES("x.latitude") ", ''),"           \
    "             IFNULL(x.schedule, ''), IFNULL(x.phone, ''))"               \
    "             ORDER BY x.id SEPARATOR '\x1e')"                            \
    "    FROM outreach_place x"                                               \
    "    JOIN region v ON v.id = x.region_id"                                 \
    "   WHERE x.organization_id = o.id) AS outreach_places,"                  \
    " o.established_on AS established_on,"                                    \
    " o.status AS status,"                                                    \
    " o.last_verified_on AS last_verified_on"

#define LN_RECORD_PRACTITIONER                                                \
    "p.name AS name,"                                                         \
    " p.sex AS sex,"                                                          \
    " (SELECT CONCAT(e.source, ':', e.source_key)"                            \
    "    FROM organization e"                                                 \
    "   WHERE e.id = p.organization_id) AS organization,"                     \
    " (SELECT r.code FROM region r WHERE r.id = p.region_id) AS region,"      \
    " (SELECT GROUP_CONCAT(CONCAT_WS('\x1f', k.code,"                         \
    "             IFNULL(q.licence_number, ''),"                              \
    "             IFNULL(CONCAT(w.source, ':', w.source_key), ''),"           \
    "             q.status, IFNULL(q.valid_from, ''),"                        \
    "             IFNULL(q.valid_to, ''))"                                    \
    "             ORDER BY q.id SEPARATOR '\x1e')"                            \
    "    FROM qualification q"                                                \
    "    JOIN qualification_kind k ON k.id = q.kind_id"                       \
    "    LEFT JOIN organization w ON w.id = q.organization_id"                \
    "   WHERE q.practitioner_id = p.id) AS qualifications,"                   \
    " (SELECT GROUP_CONCAT(a.code ORDER BY pa.position, a.id SEPARATOR '\x1e')"\
    "    FROM practitioner_area pa"                                           \
    "    JOIN practice_area a ON a.id = pa.area_id"                           \
    "   WHERE pa.practitioner_id = p.id) AS areas,"                           \
    " (SELECT GROUP_CONCAT(l.code ORDER BY l.code SEPARATOR '\x1e')"          \
    "    FROM practitioner_language pl"                                       \
    "    JOIN language l ON l.id = pl.language_id"                            \
    "   WHERE pl.practitioner_id = p.id) AS languages,"                       \
    " (SELECT GROUP_CONCAT(v.code ORDER BY v.code SEPARATOR '\x1e')"          \
    "    FROM practitioner_region pr"                                         \
    "    JOIN region v ON v.id = pr.region_id"                                \
    "   WHERE pr.practitioner_id = p.id) AS regions_served,"                  \
    " p.legal_aid AS legal_aid,"                                              \
    " p.practicing_since AS practicing_since,"                                \
    " p.phone AS phone,"                                                      \
    " p.introduction AS introduction,"                                        \
    " p.status AS status,"                                                    \
    " p.last_verified_on AS last_verified_on"


#endif /* LN_TEXT_RECORD_H */
