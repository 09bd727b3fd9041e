/*
 * Expressions of the documents and lists that search reads, said once: the
 * program `legalnet` makes the projections of many from them (ln_projection.h),
 * the directory those of the one entry that somebody has just edited.
 *
 * Rows go by the same letters everywhere: p practitioner, o organization, r its
 * or his region, h the region of his organization, q qualification, k its kind,
 * a area, l language, y type, v another region, x outreach place; ti, ar, la,
 * pl and st are the lists of one thing (titles or types, areas, languages,
 * places, staff), each with the column `list`.
 *
 * Documents are made by CONCAT and JSON_QUOTE and not by JSON_OBJECT, which
 * orders and spaces members differently on the two servers; GROUP_CONCAT has
 * the ORDER BY that JSON_ARRAYAGG lacks.
 */

#ifndef LN_TEXT_PROJECTION_H
#define LN_TEXT_PROJECTION_H


/* Days are days in Asia/Shanghai; the session's time zone is UTC. */
#define LN_SQL_TODAY  "DATE(UTC_TIMESTAMP() + INTERVAL 8 HOUR)"

/*
 * A neutral order: nobody can buy or keep a place.  Everybody's place changes
 * every seven days, on a day of the week that the id decides, so that a night
 * moves a seventh of the rows.
 */
#define LN_SQL_RANKED_ON(id)                                                  \
    LN_SQL_TODAY " - INTERVAL MOD(DATEDIFF(" LN_SQL_TODAY ", '1970-01-01')"   \
    " + " id ", 7) DAY"

#define LN_SQL_RANK(id)                                                       \
    "CONV(LEFT(SHA2(CONCAT(" LN_SQL_RANKED_ON(id) ", ':', " id "), 256), 6),"  \
    " 16, 10)"

#define LN_SQL_CURRENT(q)                                                     \
    q ".status = 'active'"                                                    \
    " AND (" q ".valid_from IS NULL OR " q ".valid_from <= " LN_SQL_TODAY ")" \
    " AND (" q ".valid_to IS NULL OR " q ".valid_to >= " LN_SQL_TODAY ")"

#define LN_SQL_TEXT(column)  "IFNULL(JSON_QUOTE(" column "), 'null')"

#define LN_SQL_DATE(column)                                                   \
    "IFNULL(CONCAT('\"', " column ", '\"'), 'null')"

#define LN_SQL_NUMBER(column)  "IFNULL(" column ", 'null')"

#define LN_SQL_MASKED(phone)                                                  \
    "CASE WHEN CHAR_LENGTH(" phone ") = 11"                                   \
    " THEN CONCAT(LEFT(" phone ", 3), '****', RIGHT(" phone ", 4))"           \
    " ELSE CONCAT(LEFT(" phone ", 3), '****') END"

#define LN_SQL_PUBLIC_PHONE(o)                                                \
    "IFNULL(JSON_QUOTE(IF(" o ".phone_private,"                               \
    " " LN_SQL_MASKED(o ".phone") ", " o ".phone)), 'null')"

#define LN_SQL_CODE_NAME(row)                                                 \
    "CONCAT('{\"code\":', JSON_QUOTE(" row ".code),"                          \
    " ',\"name\":', JSON_QUOTE(" row ".name), '}')"

#define LN_SQL_REGION(row)                                                    \
    "'{\"code\":\"', " row ".code, '\",\"full_name\":',"                      \
    " JSON_QUOTE(" row ".full_name), '}'"

#define LN_SQL_LIST(part)  "'[', IFNULL(" part ".list, ''), ']'"


#define LN_SQL_TITLE_MASK                                                     \
    "BIT_OR(IF(" LN_SQL_CURRENT("q") ", 1 << q.kind_id, 0))"

#define LN_SQL_TITLES                                                         \
    "GROUP_CONCAT(IF(" LN_SQL_CURRENT("q") ","                                \
    "    CONCAT('{\"kind\":\"', k.code,"                                      \
    "        '\",\"kind_name\":', JSON_QUOTE(k.name),"                        \
    "        ',\"status\":\"', q.status, '\"}'), NULL)"                       \
    "    ORDER BY k.position, q.id SEPARATOR ',')"

#define LN_SQL_TITLES_WHOLE                                                   \
    "GROUP_CONCAT('{\"kind\":\"', k.code,"                                    \
    "    '\",\"kind_name\":', JSON_QUOTE(k.name),"                            \
    "    ',\"licence_number\":', " LN_SQL_TEXT("q.licence_number") ","        \
    "    ',\"status\":\"', q.status,"                                         \
    "    '\",\"organization\":', IF(o.id IS NULL, 'null',"                    \
    "        CONCAT('{\"id\":\"', o.id, '\",\"name\":',"                      \
    "               JSON_QUOTE(o.name), '}')),"                               \
    "    ',\"valid_from\":', " LN_SQL_DATE("q.valid_from") ","                \
    "    ',\"valid_to\":', " LN_SQL_DATE("q.valid_to") ","                    \
    "    ',\"current\":', IF(" LN_SQL_CURRENT("q") ", 'true', 'false'),"      \
    "    ',\"source\":', JSON_QUOTE(q.source),"                               \
    "    ',\"last_verified_on\":',"                                           \
    "    " LN_SQL_DATE("q.last_verified_on") ","                              \
    "    '}'"                                                                 \
    "    ORDER BY IF(" LN_SQL_CURRENT("q") ", 0, 1), k.position, q.id"        \
    "    SEPARATOR ',')"

#define LN_SQL_PRACTITIONER_AREAS                                             \
    "GROUP_CONCAT(" LN_SQL_CODE_NAME("a")                                     \
    "    ORDER BY pa.position, a.id SEPARATOR ',')"

#define LN_SQL_PRACTITIONER_LANGUAGES                                         \
    "GROUP_CONCAT(" LN_SQL_CODE_NAME("l")                                     \
    "    ORDER BY l.position SEPARATOR ',')"

#define LN_SQL_REGIONS_SERVED                                                 \
    "GROUP_CONCAT(" LN_SQL_REGION("v")                                        \
    "    ORDER BY v.code SEPARATOR ',')"

#define LN_SQL_PRACTITIONER_ITEM                                              \
    "CONCAT('{\"id\":\"', p.id,"                                              \
    "    '\",\"name\":', JSON_QUOTE(p.name),"                                 \
    "    ',\"sex\":', " LN_SQL_TEXT("p.sex") ","                              \
    "    ',\"organization\":', IF(o.id IS NULL, 'null',"                      \
    "        CONCAT('{\"id\":\"', o.id, '\",\"name\":',"                      \
    "               JSON_QUOTE(o.name), '}')),"                               \
    "    ',\"region\":', " LN_SQL_REGION("r") ","                             \
    "    ',\"qualifications\":', " LN_SQL_LIST("ti") ","                      \
    "    ',\"areas\":', " LN_SQL_LIST("ar") ","                               \
    "    ',\"languages\":', " LN_SQL_LIST("la") ","                           \
    "    ',\"legal_aid\":', IF(p.legal_aid, 'true', 'false'), '}')"

#define LN_SQL_PRACTITIONER_RECORD                                            \
    "CONCAT('{\"id\":\"', p.id,"                                              \
    "    '\",\"name\":', JSON_QUOTE(p.name),"                                 \
    "    ',\"sex\":', " LN_SQL_TEXT("p.sex") ","                              \
    "    ',\"organization\":', IF(o.id IS NULL, 'null',"                      \
    "        CONCAT('{\"id\":\"', o.id,"                                      \
    "            '\",\"name\":', JSON_QUOTE(o.name),"                         \
    "            ',\"address\":', " LN_SQL_TEXT("o.address") ","              \
    "            ',\"phone\":', " LN_SQL_PUBLIC_PHONE("o") ","                \
    "            ',\"opening_hours\":', IFNULL(o.opening_hours, '[]'),"       \
    "            ',\"region\":', " LN_SQL_REGION("h") ","                     \
    "            ',\"longitude\":', " LN_SQL_NUMBER("o.longitude") ","        \
    "            ',\"latitude\":', " LN_SQL_NUMBER("o.latitude") ","          \
    "            ',\"location_quality\":\"', o.location_quality,"             \
    "            '\"}')),"                                                    \
    "    ',\"region\":', " LN_SQL_REGION("r") ","                             \
    "    ',\"qualifications\":[', IFNULL(ti.detail, ''), ']',"                \
    "    ',\"areas\":', " LN_SQL_LIST("ar") ","                               \
    "    ',\"languages\":', " LN_SQL_LIST("la") ","                           \
    "    ',\"regions_served\":', " LN_SQL_LIST("pl") ","                      \
    "    ',\"legal_aid\":', IF(p.legal_aid, 'true', 'false'),"                \
    "    ',\"phone\":',"                                                      \
    "        IFNULL(JSON_QUOTE(" LN_SQL_MASKED("p.phone") "), 'null'),"       \
    "    ',\"introduction\":', " LN_SQL_TEXT("p.introduction") ","            \
    "    ',\"practicing_since\":',"                                           \
    "    " LN_SQL_DATE("p.practicing_since") ","                              \
    "    ',\"source\":', JSON_QUOTE(p.source),"                               \
    "    ',\"last_verified_on\":',"                                           \
    "    " LN_SQL_DATE("p.last_verified_on") ","                              \
    "    '}')"

#define LN_SQL_TYPES                                                          \
    "GROUP_CONCAT(" LN_SQL_CODE_NAME("y")                                     \
    "    ORDER BY oh.position, y.id SEPARATOR ',')"

#define LN_SQL_ORGANIZATION_AREAS                                             \
    "GROUP_CONCAT(" LN_SQL_CODE_NAME("a")                                     \
    "    ORDER BY a.id SEPARATOR ',')"

#define LN_SQL_ORGANIZATION_LANGUAGES                                         \
    "GROUP_CONCAT(DISTINCT " LN_SQL_CODE_NAME("l")                            \
    "    ORDER BY l.position SEPARATOR ',')"

#define LN_SQL_OUTREACH_PLACES                                                \
    "GROUP_CONCAT('{\"name\":', JSON_QUOTE(x.name),"                          \
    "    ',\"region\":', " LN_SQL_REGION("v") ","                             \
    "    ',\"address\":', " LN_SQL_TEXT("x.address") ","                      \
    "    ',\"longitude\":', " LN_SQL_NUMBER("x.longitude") ","                \
    "    ',\"latitude\":', " LN_SQL_NUMBER("x.latitude") ","                  \
    "    ',\"schedule\":', " LN_SQL_TEXT("x.schedule") ","                    \
    "    ',\"phone\":', " LN_SQL_TEXT("x.phone") ", '}'"                      \
    "    ORDER BY x.id SEPARATOR ',')"

#define LN_SQL_ORGANIZATION_ITEM                                              \
    "CONCAT('{\"id\":\"', o.id,"                                              \
    "    '\",\"name\":', JSON_QUOTE(o.name),"                                 \
    "    ',\"types\":', " LN_SQL_LIST("ti") ","                               \
    "    ',\"region\":', " LN_SQL_REGION("r") ","                             \
    "    ',\"address\":', " LN_SQL_TEXT("o.address") ","                      \
    "    ',\"phone\":', " LN_SQL_PUBLIC_PHONE("o") ","                        \
    "    ',\"longitude\":', " LN_SQL_NUMBER("o.longitude") ","                \
    "    ',\"latitude\":', " LN_SQL_NUMBER("o.latitude") ","                  \
    "    ',\"location_quality\":\"', o.location_quality,"                     \
    "    '\",\"opening_hours\":', IFNULL(o.opening_hours, '[]'), '}')"

#define LN_SQL_ORGANIZATION_RECORD                                            \
    "CONCAT('{\"id\":\"', o.id,"                                              \
    "    '\",\"name\":', JSON_QUOTE(o.name),"                                 \
    "    ',\"types\":', " LN_SQL_LIST("ti") ","                               \
    "    ',\"uscc\":', " LN_SQL_TEXT("o.uscc") ","                            \
    "    ',\"region\":', " LN_SQL_REGION("r") ","                             \
    "    ',\"address\":', " LN_SQL_TEXT("o.address") ","                      \
    "    ',\"phone\":', " LN_SQL_PUBLIC_PHONE("o") ","                        \
    "    ',\"longitude\":', " LN_SQL_NUMBER("o.longitude") ","                \
    "    ',\"latitude\":', " LN_SQL_NUMBER("o.latitude") ","                  \
    "    ',\"location_quality\":\"', o.location_quality,"                     \
    "    '\",\"opening_hours\":', IFNULL(o.opening_hours, '[]'),"             \
    "    ',\"areas\":', " LN_SQL_LIST("ar") ","                               \
    "    ',\"languages\":', " LN_SQL_LIST("la") ","                           \
    "    ',\"outreach_places\":', " LN_SQL_LIST("pl") ","                     \
    "    ',\"established_on\":', " LN_SQL_DATE("o.established_on") ","        \
    "    ',\"status\":\"', o.status,"                                         \
    "    '\",\"source\":', JSON_QUOTE(o.source),"                             \
    "    ',\"last_verified_on\":',"                                           \
    "    " LN_SQL_DATE("o.last_verified_on") ","                              \
    "    ',\"practitioner_count\":', IFNULL(st.number, 0), '}')"


#endif /* LN_TEXT_PROJECTION_H */
