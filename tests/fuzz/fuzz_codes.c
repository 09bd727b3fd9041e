
/* Credit codes, licence numbers and telephone numbers of any bytes. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ln_text_licence.h"
#include "ln_text_phone.h"
#include "ln_text_uscc.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char          phone[LN_PHONE_MAX], again[LN_PHONE_MAX];
    char          masked[LN_PHONE_MAX];
    const char   *text;
    ln_phone_e    kind;
    ln_licence_t  licence;

    text = (const char *) data;
    (void) ln_uscc_check(text, size);

    if (ln_licence_check(text, size, 2026, &licence) == LN_LICENCE_OK
        && (licence.year > 2026 || licence.female > 1 || licence.kind == 0))
    {
        abort();
    }

    kind = ln_phone_parse(text, size, phone);

    if (kind == LN_PHONE_BAD) {
        return 0;
    }

    /* The canonical form reads as itself. */
    if (ln_phone_parse(phone, strlen(phone), again) != kind
        || strcmp(phone, again) != 0)
    {
        abort();
    }

    ln_phone_mask(phone, masked);

    if (strlen(masked) != strlen(phone)
        || (kind != LN_PHONE_SERVICE && strcmp(masked, phone) == 0))
    {
        abort();
    }

    return 0;
}
