
#include <stdio.h>

#include "ln_import.h"


static void
ln_help_kind(const ln_kind_t *kind)
{
    size_t  i;

    printf("\nColumns of %s (* must be there):\n ", kind->plural);

    for (i = 0; i < kind->ncolumns; i++) {
        printf(" %s%s", kind->columns[i].name,
               kind->columns[i].required ? "*" : "");
        ln_word_list(kind->name, kind->columns[i].name);
    }

    putchar('\n');
}


void
ln_help_columns(void)
{
    ln_help_kind(&ln_organizations);
    ln_help_kind(&ln_practitioners);
    puts("\nThe first row of a file names its columns. An absent column leaves"
         " what is stored;\nan empty cell clears it. Values of a list are"
         " parted by `;`, the parts of one value\nby `|`.");
}
