
#include <stdlib.h>
#include <string.h>

#include "ln_practitioner.h"
#include "ln_text_licence.h"
#include "ln_text_utf8.h"


#define LN_MAX_QUALIFICATIONS  16
#define LN_MAX_LICENCE         32


enum {
    COLUMN_KEY = 0, COLUMN_NAME, COLUMN_SEX, COLUMN_ORGANIZATION,
    COLUMN_REGION, COLUMN_KIND, COLUMN_LICENCE, COLUMN_KIND_STATUS,
    COLUMN_FROM, COLUMN_TO, COLUMN_QUALIFICATIONS, COLUMN_AREAS,
    COLUMN_LANGUAGES, COLUMN_REGIONS_SERVED, COLUMN_LEGAL_AID,
    COLUMN_PRACTICING_SINCE, COLUMN_PHONE, COLUMN_INTRODUCTION, COLUMN_STATUS,
    COLUMN_VERIFIED, COLUMN_LAST
};

const ln_import_column_t  ln_practitioner_columns[LN_PRACTITIONER_COLUMNS] = {
    [COLUMN_KEY] = { "source_key", 1 },
    [COLUMN_NAME] = { "name", 1 },
    [COLUMN_SEX] = { "sex", 0 },
    [COLUMN_ORGANIZATION] = { "organization", 0 },
    [COLUMN_REGION] = { "region", 0 },
    [COLUMN_KIND] = { "qualification_kind", 0 },
    [COLUMN_LICENCE] = { "licence_number", 0 },
    [COLUMN_KIND_STATUS] = { "qualification_status", 0 },
    [COLUMN_FROM] = { "valid_from", 0 },
    [COLUMN_TO] = { "valid_to", 0 },
    [COLUMN_QUALIFICATIONS] = { "qualifications", 0 },
    [COLUMN_AREAS] = { "areas", 0 },
    [COLUMN_LANGUAGES] = { "languages", 0 },
    [COLUMN_REGIONS_SERVED] = { "regions_served", 0 },
    [COLUMN_LEGAL_AID] = { "legal_aid", 0 },
    [COLUMN_PRACTICING_SINCE] = { "practicing_since", 0 },
    [COLUMN_PHONE] = { "phone", 0 },
    [COLUMN_INTRODUCTION] = { "introduction", 0 },
    [COLUMN_STATUS] = { "status", 0 },
    [COLUMN_VERIFIED] = { "last_verified_on", 0 }
};

_Static_assert(COLUMN_LAST == LN_PRACTITIONER_COLUMNS, "one row a column");


/* `key` of the same source, or `source:key`, as source:key. */

static const char *
ln_reference(ln_import_t *im, ln_span_t key)
{
    const char  *colon;

    colon = memchr(key.data, ':', key.len);

    if (colon != NULL) {
        return ln_arena_copy(&im->arena, key.data, key.len);
    }

    return ln_arena_format(&im->arena, "%s:%.*s", im->source, (int) key.len,
                           key.data);
}


static void
ln_part_set(ln_span_t *part, const char *text)
{
    part->data = text;
    part->len = strlen(text);
}


static const char *
ln_part_date(ln_import_t *im, ln_span_t *part)
{
    char         date[11];
    const char  *problem;

    if (part->len == 0) {
        return NULL;
    }

    problem = ln_value_date(*part, 0, date);

    if (problem == NULL) {
        ln_part_set(part, ln_arena_copy(&im->arena, date, 10));
    }

    return problem;
}


/* Warns of what a lawyer's number says otherwise than its row. */

static void
ln_licence_warn(ln_import_t *im, const ln_row_t *row, const ln_entry_t *entry,
    const ln_span_t *parts)
{
    int           kind, given;
    ln_licence_t  licence;
    ln_licence_e  rc;

    static const char *const  warnings[] = {
        [LN_LICENCE_LENGTH] = "has neither 17 nor 12 digits",
        [LN_LICENCE_DIGIT] = "holds something that is no digit",
        [LN_LICENCE_PREFIX] = "does not begin with 1",
        [LN_LICENCE_PROVINCE] = "names no province (digits 2 and 3)",
        [LN_LICENCE_YEAR] = "names no possible year (digits 6 to 9)",
        [LN_LICENCE_KIND] = "names no kind of lawyer (digit 10)",
        [LN_LICENCE_SEX] = "names no sex (digit 11)"
    };

    kind = strcmp(parts[PART_KIND].data, "public_lawyer") == 0 ? 1
           : strcmp(parts[PART_KIND].data, "corporate_lawyer") == 0 ? 2
           : strcmp(parts[PART_KIND].data, "lawyer") == 0 ? 0 : -1;

    if (kind < 0 || parts[PART_LICENCE].len == 0) {
        return;
    }

    rc = ln_licence_check(parts[PART_LICENCE].data, parts[PART_LICENCE].len,
                          im->year, &licence);

    if (rc > LN_LICENCE_OLD) {
        ln_report(im, LN_SEVERITY_WARNING, row->line, 0, "licence_number",
                  parts[PART_LICENCE], warnings[rc]);
    }

    if (rc != LN_LICENCE_OK) {
        return;
    }

    given = licence.kind == LN_LAWYER_PUBLIC ? 1
            : licence.kind == LN_LAWYER_COMPANY ? 2 : 0;

    if (given != kind) {
        ln_report(im, LN_SEVERITY_WARNING, row->line, 0, "licence_number",
                  parts[PART_LICENCE],
                  "is of another kind of lawyer (digit 10)");
    }

    if (entry->values[FIELD_SEX] != NULL
        && (entry->values[FIELD_SEX][0] == 'f') != licence.female)
    {
        ln_report(im, LN_SEVERITY_WARNING, row->line, 0, "licence_number",
                  parts[PART_LICENCE], "says the other sex (digit 11)");
    }
}


/* Makes the parts of one qualification canonical; adds it to the list. */

static const char *
ln_qualification_add(ln_import_t *im, const ln_row_t *row,
    const ln_entry_t *entry, ln_span_t *parts, ln_text_t *text)
{
    char                  sign;
    size_t                n;
    const char           *key, *problem;
    const ln_map_slot_t  *slot;

    slot = ln_map_find(&im->kinds, parts[PART_KIND].data, parts[PART_KIND].len);

    if (slot == NULL) {
        return "is no kind of qualification";
    }

    ln_part_set(&parts[PART_KIND], slot->text);

    if (parts[PART_LICENCE].len > LN_MAX_LICENCE) {
        return "has a licence number of more than 32 characters";
    }

    key = parts[PART_STATUS].len == 0 ? "active"
          : ln_word("qualification_status", parts[PART_STATUS]);

    if (key == NULL) {
        return "has none of the statuses active, suspended, cancelled, revoked";
    }

    ln_part_set(&parts[PART_STATUS], key);

    if (parts[PART_ORGANIZATION].len > 0) {
        ln_part_set(&parts[PART_ORGANIZATION],
                    ln_reference(im, parts[PART_ORGANIZATION]));
    }

    problem = ln_part_date(im, &parts[PART_FROM]);

    if (problem == NULL) {
        problem = ln_part_date(im, &parts[PART_TO]);
    }

    if (problem != NULL) {
        return problem;
    }

    ln_licence_warn(im, row, entry, parts);

    for (n = 0; n < PART_COUNT; n++) {
        sign = n > 0 ? LN_PART : LN_ITEM;

        if (n > 0 || text->len > 0) {
            ln_text_add(text, &sign, 1);
        }

        ln_text_add(text, parts[n].data, parts[n].len);
    }

    return NULL;
}


/* The first one stands in columns of its own. */

static int
ln_qualification_first(ln_import_t *im, const ln_row_t *row,
    const ln_entry_t *entry, ln_text_t *text)
{
    size_t       i;
    ln_span_t    parts[PART_COUNT];
    const char  *problem;

    static const size_t  columns[PART_COUNT] = {
        COLUMN_KIND, COLUMN_LICENCE, COLUMN_ORGANIZATION, COLUMN_KIND_STATUS,
        COLUMN_FROM, COLUMN_TO
    };

    for (i = 0; i < PART_COUNT; i++) {
        parts[i] = ln_row_column(im, row, columns[i]);

        if (parts[i].data == NULL) {
            parts[i].data = "";
        }
    }

    if (parts[PART_KIND].len == 0) {
        return 0;
    }

    problem = ln_qualification_add(im, row, entry, parts, text);

    if (problem != NULL) {
        ln_row_complain(im, LN_SEVERITY_ERROR, row, COLUMN_KIND, problem);
        return -1;
    }

    return 0;
}


static const char *
ln_qualification_cut(ln_span_t one, ln_span_t parts[PART_COUNT])
{
    size_t  n;

    for (n = 0; n < PART_COUNT; n++) {
        ln_part_set(&parts[n], "");
    }

    for (n = 0; n < PART_COUNT && ln_span_next(&one, '|', &parts[n]); n++) {
        /* void */
    }

    return one.data != NULL ? "has more than six parts" : NULL;
}


static int
ln_practitioner_qualifications(ln_import_t *im, const ln_row_t *row,
    ln_entry_t *entry)
{
    size_t       n;
    ln_span_t    span, one, parts[PART_COUNT];
    ln_text_t    text;
    const char  *problem;

    ln_text_start(&text, &im->arena);

    if (ln_qualification_first(im, row, entry, &text) != 0) {
        return -1;
    }

    n = text.len > 0;
    span = ln_row_column(im, row, COLUMN_QUALIFICATIONS);

    while (ln_span_next(&span, ';', &one)) {
        if (one.len == 0) {
            continue;
        }

        problem = n++ < LN_MAX_QUALIFICATIONS
                  ? ln_qualification_cut(one, parts) : "names too many";

        if (problem == NULL) {
            problem = ln_qualification_add(im, row, entry, parts, &text);
        }

        if (problem != NULL) {
            ln_row_complain(im, LN_SEVERITY_ERROR, row, COLUMN_QUALIFICATIONS,
                            problem);
            return -1;
        }
    }

    if (n == 0) {
        ln_row_complain(im, LN_SEVERITY_ERROR, row,
                        ln_row_has(im, COLUMN_KIND) ? COLUMN_KIND
                                                    : COLUMN_QUALIFICATIONS,
                        "is missing: everybody has at least one qualification");
        return -1;
    }

    ln_field_put(entry, FIELD_QUALIFICATIONS, ln_text_end(&text));

    return 0;
}


static int
ln_practitioner_place(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry)
{
    ln_span_t  key;

    key = ln_row_column(im, row, COLUMN_ORGANIZATION);

    if (key.data != NULL) {
        ln_field_put(entry, FIELD_ORGANIZATION,
                     key.len ? ln_reference(im, key) : NULL);
    }

    if (ln_field_region(im, row, entry, COLUMN_REGION, FIELD_REGION) != 0) {
        return -1;
    }

    if (entry->values[FIELD_REGION] == NULL && key.len == 0) {
        ln_row_complain(im, LN_SEVERITY_ERROR, row, COLUMN_REGION,
                        "is missing, and there is no organization to take it"
                        " from");
        return -1;
    }

    return 0;
}


int
ln_practitioner_parse(ln_import_t *im, const ln_row_t *row, ln_entry_t *entry)
{
    int  rc;

    entry->values[FIELD_LEGAL_AID] = "0";
    entry->values[FIELD_STATUS] = "active";

    rc = ln_field_text(im, row, entry, COLUMN_NAME, FIELD_NAME, 64);
    rc |= ln_field_word(im, row, entry, COLUMN_SEX, FIELD_SEX, "sex", NULL);
    rc |= ln_practitioner_place(im, row, entry);
    rc |= ln_practitioner_qualifications(im, row, entry);
    rc |= ln_field_codes(im, row, entry, COLUMN_AREAS, FIELD_AREAS, &im->areas,
                         0);
    rc |= ln_field_codes(im, row, entry, COLUMN_LANGUAGES, FIELD_LANGUAGES,
                         &im->languages, 1);
    rc |= ln_field_codes(im, row, entry, COLUMN_REGIONS_SERVED,
                         FIELD_REGIONS_SERVED, &im->regions, 1);
    rc |= ln_field_word(im, row, entry, COLUMN_LEGAL_AID, FIELD_LEGAL_AID,
                        "boolean", "0");
    rc |= ln_field_date(im, row, entry, COLUMN_PRACTICING_SINCE,
                        FIELD_PRACTICING_SINCE, 1);
    rc |= ln_field_phones(im, row, entry, COLUMN_PHONE, FIELD_PHONE, 1);
    rc |= ln_field_text(im, row, entry, COLUMN_INTRODUCTION,
                        FIELD_INTRODUCTION, 2000);
    rc |= ln_field_word(im, row, entry, COLUMN_STATUS, FIELD_STATUS,
                        "practitioner_status", "active");
    rc |= ln_field_date(im, row, entry, COLUMN_VERIFIED, FIELD_VERIFIED, 0);

    return rc;
}
