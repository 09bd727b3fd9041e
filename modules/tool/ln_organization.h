
/* What is read of an organization (ln_organization_read.c) and stored. */

#ifndef _LN_ORGANIZATION_H_INCLUDED_
#define _LN_ORGANIZATION_H_INCLUDED_


#include "ln_import.h"


enum {
    FIELD_NAME = 0, FIELD_TYPES, FIELD_USCC, FIELD_REGION, FIELD_ADDRESS,
    FIELD_LONGITUDE, FIELD_LATITUDE, FIELD_QUALITY, FIELD_HOURS, FIELD_PHONE,
    FIELD_PHONE_PRIVATE, FIELD_AREAS, FIELD_PLACES, FIELD_ESTABLISHED,
    FIELD_STATUS, FIELD_VERIFIED
};


/* An outreach place: name|region|address|longitude|latitude|schedule|phone */

enum {
    PLACE_NAME = 0, PLACE_REGION, PLACE_ADDRESS, PLACE_LONGITUDE,
    PLACE_LATITUDE, PLACE_SCHEDULE, PLACE_PHONE, PLACE_PARTS
};


#define LN_ORGANIZATION_COLUMNS  18

extern const ln_import_column_t
    ln_organization_columns[LN_ORGANIZATION_COLUMNS];

int ln_organization_parse(ln_import_t *im, const ln_row_t *row,
    ln_entry_t *entry);


#endif /* _LN_ORGANIZATION_H_INCLUDED_ */
