
/* The first byte chooses the encoding and where the input is cut in two. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ln_text_csv.h"
#include "ln_text_decode.h"
#include "ln_text_utf8.h"


typedef struct {
    uint64_t  last_line;
    size_t    records;
    size_t    bytes;
} fuzz_seen_t;


static int
fuzz_record(void *data, const ln_csv_record_t *record)
{
    size_t        i;
    fuzz_seen_t  *seen;

    seen = data;

    /* Lines go up, and what the decoder lets through is UTF-8. */
    if (record->line <= seen->last_line && seen->records > 0) {
        abort();
    }

    if (record->error != LN_CSV_OK && record->count != 0) {
        abort();
    }

    seen->last_line = record->line;
    seen->records++;

    for (i = 0; i < record->count; i++) {
        if (ln_utf8_check(record->fields[i].data, record->fields[i].len)
            != record->fields[i].len)
        {
            abort();
        }

        seen->bytes += record->fields[i].len;
    }

    return 0;
}


static fuzz_seen_t
fuzz_read(ln_encoding_e encoding, const char *in, size_t len, size_t cut)
{
    char          *text;
    size_t         n;
    ln_csv_t      *csv;
    fuzz_seen_t    seen;
    ln_decoder_t   decoder;

    memset(&seen, 0, sizeof(seen));
    text = malloc((len + LN_DECODE_CARRY) * LN_DECODE_GROWTH);
    csv = ln_csv_create(fuzz_record, &seen);

    if (text == NULL || csv == NULL || ln_decoder_open(&decoder, encoding) != 0)
    {
        abort();
    }

    n = ln_decoder_feed(&decoder, in, cut, 0, text);

    if (ln_csv_feed(csv, text, n) == LN_CSV_OK) {
        n = ln_decoder_feed(&decoder, in + cut, len - cut, 1, text);

        if (decoder.offset != len) {
            abort();
        }

        if (ln_csv_feed(csv, text, n) == LN_CSV_OK) {
            (void) ln_csv_finish(csv);
        }
    }

    ln_decoder_close(&decoder);
    ln_csv_destroy(csv);
    free(text);

    return seen;
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t         cut;
    fuzz_seen_t    whole, pieces;
    ln_encoding_e  encoding;

    if (size < 1) {
        return 0;
    }

    encoding = data[0] & 1 ? LN_ENCODING_GB18030 : LN_ENCODING_UTF8;
    cut = (data[0] >> 1) % size;
    data++;
    size--;

    if (cut > size) {
        cut = size;
    }

    /* However it is cut, it is the same file. */
    whole = fuzz_read(encoding, (const char *) data, size, size);
    pieces = fuzz_read(encoding, (const char *) data, size, cut);

    if (whole.records != pieces.records || whole.bytes != pieces.bytes
        || whole.last_line != pieces.last_line)
    {
        abort();
    }

    return 0;
}
