
/* The file of an import: read once for its digest, then for its rows. */

#ifndef _LN_IMPORT_FILE_H_INCLUDED_
#define _LN_IMPORT_FILE_H_INCLUDED_


#include "ln_import.h"
#include "ln_text_decode.h"


typedef struct {
    FILE           *in;
    uint64_t        size;            /* bytes */
    unsigned char   sha256[32];
    int             is_utf8;         /* all of it */
} ln_import_file_t;


/* Both complain and return -1 when the file cannot be read. */
int ln_import_file_open(ln_import_file_t *file, const char *path);
int ln_import_file_read(ln_import_file_t *file, ln_import_t *im,
    ln_encoding_e encoding, ln_csv_record_pt handler);

void ln_import_file_close(ln_import_file_t *file);


#endif /* _LN_IMPORT_FILE_H_INCLUDED_ */
