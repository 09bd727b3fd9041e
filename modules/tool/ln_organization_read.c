
#include <stdio.h>
#include <string.h>

#include "ln_organization.h"
#include "ln_text_phone.h"
#include "ln_text_uscc.h"


#define LN_MAX_PHONES  4
#define LN_MAX_PLACES  40


enum {
    COLUMN_KEY = 0, COLUMN_NAME, COLUMN_TYPES, COLUMN_USCC, COLUMN_REGION,
    COLUMN_ADDRESS, COLUMN_LONGITUDE, COLUMN_LATITUDE, COLUMN_DATUM,
    COLUMN_QUALITY, COLUMN_HOURS, COLUMN_PHONE, COLUMN_PHONE_PRIVATE,
    COLUMN_AREAS, COLUMN_PLACES, COLUMN_ESTABLISHED, COLUMN_STATUS,
    COLUMN_VERIFIED
};

const ln_import_column_t  ln_organization_columns[LN_ORGANIZATION_COLUMNS] = {
    [COLUMN_KEY] = { "source_key", 1 },
    [COLUMN_NAME] = { "name", 1 },
    [COLUMN_TYPES] = { "types", 1 },
    [COLUMN_USCC] = { "uscc", 0 },
    [COLUMN_REGION] = { "region", 1 },
    [COLUMN_ADDRESS] = { "address", 0 },
    [COLUMN_LONGITUDE] = { "longitude", 0 },
    [COLUMN_LATITUDE] = { "latitude", 0 },
    [COLUMN_DATUM] = { "datum", 0 },
    [COLUMN_QUALITY] = { "location_quality", 0 },
    [COLUMN_HOURS] = { "opening_hours", 0 },
    [COLUMN_PHONE] = { "phone", 0 },
    [COLUMN_PHONE_PRIVATE] = { "phone_private", 0 },
    [COLUMN_AREAS] = { "areas", 0 },
    [COLUMN_PLACES] = { "outreach_places", 0 },
    [COLUMN_ESTABLISHED] = { "established_on", 0 },
    [COLUMN_STATUS] = { "status", 0 },
    [COLUMN_VERIFIED] = { "last_verified_on", 0 }
};

/* A wrong check warns: two real codes fail it, and worse is in registers. */

static int
ln_organization_uscc(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry)
{
    char       *p;
    ln_span_t   code;

    static const char *const  warnings[] = {
        [LN_USCC_LENGTH] = "is no credit code: it has not 18 characters",
        [LN_USCC_CHARACTER] = "is no credit code: it holds a character that"
                              " GB 32100 does not use",
        [LN_USCC_CHECK] = "may be mistyped: its last character does not fit"
                          " (GB 32100)"
    };

    ln_uscc_e  check;

    code = ln_row_column(im, row, COLUMN_USCC);

    if (ln_field_text(im, row, entry, COLUMN_USCC, FIELD_USCC, LN_USCC_LEN)
        != 0)
    {
        return -1;
    }

    if (code.len == 0) {
        return 0;
    }

    for (p = (char *) entry->values[FIELD_USCC]; *p != '\0'; p++) {
        if (*p >= 'a' && *p <= 'z') {
            *p = (char) (*p - 'a' + 'A');
        }
    }

    check = ln_uscc_check(code.data, code.len);

    if (check != LN_USCC_OK) {
        ln_row_complain(im, LN_SEVERITY_WARNING, row, COLUMN_USCC,
                        warnings[check]);
    }

    return 0;
}


static char *
ln_degrees_text(ln_import_t *im, double degrees)
{
    char  text[32];

    (void) snprintf(text, sizeof(text), "%.7f", degrees);

    return ln_arena_copy(&im->arena, text, strlen(text));
}


static int
ln_organization_datum(ln_import_t *im, const ln_row_t *row, ln_datum_e *datum)
{
    ln_span_t    span;
    const char  *key;

    *datum = im->datum;
    span = ln_row_column(im, row, COLUMN_DATUM);

    if (span.len == 0) {
        return 0;
    }

    key = ln_word("datum", span);

    if (key == NULL) {
        ln_row_complain(im, LN_SEVERITY_ERROR, row, COLUMN_DATUM,
                        "is none of wgs-84, gcj-02, bd-09");
        return -1;
    }

    *datum = key[0] == 'w' ? LN_DATUM_WGS84
             : key[0] == 'g' ? LN_DATUM_GCJ02 : LN_DATUM_BD09;

    return 0;
}


static int
ln_organization_location(ln_import_t *im, const ln_row_t *row,
    ln_entry_t *entry)
{
    ln_span_t    longitude, latitude;
    ln_point_t   point;
    ln_datum_e   datum;
    const char  *problem;

    longitude = ln_row_column(im, row, COLUMN_LONGITUDE);
    latitude = ln_row_column(im, row, COLUMN_LATITUDE);

    if (longitude.data == NULL && latitude.data == NULL) {
        return 0;
    }

    if (longitude.len == 0 && latitude.len == 0) {
        ln_field_put(entry, FIELD_LONGITUDE, NULL);
        ln_field_put(entry, FIELD_LATITUDE, NULL);
        return 0;
    }

    problem = ln_value_degrees(longitude, 180, &point.longitude);

    if (problem != NULL) {
        ln_row_complain(im, LN_SEVERITY_ERROR, row, COLUMN_LONGITUDE, problem);
        return -1;
    }

    problem = ln_value_degrees(latitude, 90, &point.latitude);

    if (problem != NULL) {
        ln_row_complain(im, LN_SEVERITY_ERROR, row, COLUMN_LATITUDE, problem);
        return -1;
    }

    if (ln_organization_datum(im, row, &datum) != 0) {
        return -1;
    }

    point = ln_datum_to_wgs84(datum, point);
    ln_field_put(entry, FIELD_LONGITUDE, ln_degrees_text(im, point.longitude));
    ln_field_put(entry, FIELD_LATITUDE, ln_degrees_text(im, point.latitude));

    return 0;
}


static int
ln_organization_hours(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry)
{
    char        *json;
    ln_span_t    span;
    const char  *problem;

    span = ln_row_column(im, row, COLUMN_HOURS);

    if (span.data == NULL) {
        return 0;
    }

    json = NULL;
    problem = span.len ? ln_value_hours(&im->arena, span, &json) : NULL;

    if (problem != NULL) {
        ln_row_complain(im, LN_SEVERITY_ERROR, row, COLUMN_HOURS, problem);
        return -1;
    }

    ln_field_put(entry, FIELD_HOURS, json);

    return 0;
}


static const char *
ln_place_location(ln_import_t *im, const ln_row_t *row, ln_span_t *parts)
{
    ln_point_t  point;
    ln_datum_e  datum;

    if (parts[PLACE_LONGITUDE].len == 0 && parts[PLACE_LATITUDE].len == 0) {
        return NULL;
    }

    if (ln_value_degrees(parts[PLACE_LONGITUDE], 180, &point.longitude) != NULL
        || ln_value_degrees(parts[PLACE_LATITUDE], 90, &point.latitude) != NULL
        || ln_organization_datum(im, row, &datum) != 0)
    {
        return "has a place with bad coordinates";
    }

    point = ln_datum_to_wgs84(datum, point);
    parts[PLACE_LONGITUDE].data = ln_degrees_text(im, point.longitude);
    parts[PLACE_LONGITUDE].len = strlen(parts[PLACE_LONGITUDE].data);
    parts[PLACE_LATITUDE].data = ln_degrees_text(im, point.latitude);
    parts[PLACE_LATITUDE].len = strlen(parts[PLACE_LATITUDE].data);

    return NULL;
}


static const char *
ln_place_check(ln_import_t *im, const ln_row_t *row, ln_span_t *parts)
{
    char                  number[LN_PHONE_MAX];
    const ln_map_slot_t  *slot;

    if (parts[PLACE_NAME].len == 0) {
        return "has a place without a name";
    }

    slot = ln_map_find(&im->regions, parts[PLACE_REGION].data,
                       parts[PLACE_REGION].len);

    if (slot == NULL) {
        return "has a place whose region is no code of a region";
    }

    parts[PLACE_REGION].data = slot->text;
    parts[PLACE_REGION].len = strlen(slot->text);

    if (parts[PLACE_PHONE].len > 0) {
        if (ln_phone_parse(parts[PLACE_PHONE].data, parts[PLACE_PHONE].len,
                           number)
            == LN_PHONE_BAD)
        {
            return "has a place with a bad telephone number";
        }

        parts[PLACE_PHONE].len = strlen(number);
        parts[PLACE_PHONE].data = ln_arena_copy(&im->arena, number,
                                                strlen(number));
    }

    if (ln_span_count(parts[PLACE_NAME]) > 128
        || ln_span_count(parts[PLACE_ADDRESS]) > 255
        || ln_span_count(parts[PLACE_SCHEDULE]) > 255)
    {
        return "has a place with a part that is too long";
    }

    return ln_place_location(im, row, parts);
}


static const char *
ln_place_add(ln_import_t *im, const ln_row_t *row, ln_span_t place,
    ln_text_t *text)
{
    char         sign;
    size_t       n;
    ln_span_t    parts[PLACE_PARTS];
    const char  *problem;

    for (n = 0; n < PLACE_PARTS; n++) {
        parts[n].data = "";
        parts[n].len = 0;
    }

    for (n = 0; n < PLACE_PARTS && ln_span_next(&place, '|', &parts[n]); n++) {
        /* void */
    }

    if (place.data != NULL) {
        return "has a place with more than seven parts";
    }

    problem = ln_place_check(im, row, parts);

    if (problem != NULL) {
        return problem;
    }

    for (n = 0; n < PLACE_PARTS; n++) {
        sign = n > 0 ? LN_PART : LN_ITEM;

        if (n > 0 || text->len > 0) {
            ln_text_add(text, &sign, 1);
        }

        ln_text_add(text, parts[n].data, parts[n].len);
    }

    return NULL;
}


static int
ln_organization_places_read(ln_import_t *im, const ln_row_t *row,
    ln_entry_t *entry)
{
    size_t       n;
    ln_span_t    span, place;
    ln_text_t    text;
    const char  *problem;

    span = ln_row_column(im, row, COLUMN_PLACES);

    if (span.data == NULL) {
        return 0;
    }

    n = 0;
    ln_text_start(&text, &im->arena);

    while (ln_span_next(&span, ';', &place)) {
        if (place.len == 0) {
            continue;
        }

        problem = n++ < LN_MAX_PLACES ? ln_place_add(im, row, place, &text)
                                      : "names too many places";

        if (problem != NULL) {
            ln_row_complain(im, LN_SEVERITY_ERROR, row, COLUMN_PLACES, problem);
            return -1;
        }
    }

    ln_field_put(entry, FIELD_PLACES, n > 0 ? ln_text_end(&text) : NULL);

    return 0;
}


int
ln_organization_parse(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry)
{
    int  rc;

    entry->values[FIELD_QUALITY] = "unknown";
    entry->values[FIELD_PHONE_PRIVATE] = "0";
    entry->values[FIELD_STATUS] = "active";

    rc = ln_field_text(im, row, entry, COLUMN_NAME, FIELD_NAME, 200);
    rc |= ln_field_codes(im, row, entry, COLUMN_TYPES, FIELD_TYPES, &im->types,
                         0);
    rc |= ln_organization_uscc(im, row, entry);
    rc |= ln_field_region(im, row, entry, COLUMN_REGION, FIELD_REGION);
    rc |= ln_field_text(im, row, entry, COLUMN_ADDRESS, FIELD_ADDRESS, 255);
    rc |= ln_organization_location(im, row, entry);
    rc |= ln_field_word(im, row, entry, COLUMN_QUALITY, FIELD_QUALITY,
                        "quality", "unknown");
    rc |= ln_organization_hours(im, row, entry);
    rc |= ln_field_phones(im, row, entry, COLUMN_PHONE, FIELD_PHONE,
                          LN_MAX_PHONES);
    rc |= ln_field_word(im, row, entry, COLUMN_PHONE_PRIVATE,
                        FIELD_PHONE_PRIVATE, "boolean", "0");
    rc |= ln_field_codes(im, row, entry, COLUMN_AREAS, FIELD_AREAS, &im->areas,
                         1);
    rc |= ln_organization_places_read(im, row, entry);
    rc |= ln_field_date(im, row, entry, COLUMN_ESTABLISHED, FIELD_ESTABLISHED,
                        0);
    rc |= ln_field_word(im, row, entry, COLUMN_STATUS, FIELD_STATUS,
                        "organization_status", "active");
    rc |= ln_field_date(im, row, entry, COLUMN_VERIFIED, FIELD_VERIFIED, 0);

    return rc;
}
