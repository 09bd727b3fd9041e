
/* Numbers of papers, of any bytes: the first one says which kind. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ln_text_identity.h"


#define TODAY  20261122


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ln_paper_t       paper, again;
    const char      *text;
    ln_paper_kind_e  kind;

    if (size == 0) {
        return 0;
    }

    kind = data[0] % LN_PAPER_KINDS;
    text = (const char *) data + 1;
    size--;

    (void) ln_paper_kind(text, size);
    (void) ln_paper_seek(kind, text, size, TODAY, &paper);

    if (ln_paper_read(kind, text, size, TODAY, &paper) != LN_PAPER_OK) {
        return 0;
    }

    /* the canonical form reads as itself, and says no day to come */

    if (ln_paper_read(kind, paper.number, strlen(paper.number), TODAY, &again)
        != LN_PAPER_OK
        || strcmp(again.number, paper.number) != 0
        || paper.birth > TODAY
        || (kind == LN_PAPER_IDENTITY_CARD
            && (strlen(paper.region) != LN_PAPER_REGION || !paper.sexed
                || ln_identity_check(paper.number) != paper.number[17])))
    {
        abort();
    }

    return 0;
}
