
/* What is read of a practitioner (ln_practitioner_read.c) and stored. */

#ifndef _LN_PRACTITIONER_H_INCLUDED_
#define _LN_PRACTITIONER_H_INCLUDED_


#include "ln_import.h"


enum {
    FIELD_NAME = 0, FIELD_SEX, FIELD_ORGANIZATION, FIELD_REGION,
    FIELD_QUALIFICATIONS, FIELD_AREAS, FIELD_LANGUAGES, FIELD_REGIONS_SERVED,
    FIELD_LEGAL_AID, FIELD_PRACTICING_SINCE, FIELD_PHONE, FIELD_INTRODUCTION,
    FIELD_STATUS, FIELD_VERIFIED
};


/* A qualification: kind|licence number|organization|status|from|to */

enum {
    PART_KIND = 0, PART_LICENCE, PART_ORGANIZATION, PART_STATUS, PART_FROM,
    PART_TO, PART_COUNT
};


#define LN_PRACTITIONER_COLUMNS  20

extern const ln_import_column_t
    ln_practitioner_columns[LN_PRACTITIONER_COLUMNS];

int ln_practitioner_parse(ln_import_t *im, const ln_row_t *row,
    ln_entry_t *entry);

/* Fills im->organizations with those that the entries name. */
int ln_references_load(ln_import_t *im);

/*
 * Finds the organizations that the entries of the batch name.  Entries whose
 * organization is not there are refused, and one without a region gets its
 * organization's.
 */
int ln_practitioner_resolve(ln_import_t *im);

/* The parts of the first qualification of a canonical list; returns the next
   one, or NULL. */
const char *ln_qualification_parts(const char *list,
    ln_span_t parts[PART_COUNT]);


#endif /* _LN_PRACTITIONER_H_INCLUDED_ */
