
#include <string.h>

#include "ln_import.h"


typedef struct {
    const char  *sql;            /* id, code, and another word for it */
    size_t       map;            /* where in ln_import_t */
} ln_vocabulary_t;


static const ln_vocabulary_t  ln_vocabularies[] = {
    { "SELECT id, code, code FROM region", offsetof(ln_import_t, regions) },
    { "SELECT r.id, r.code, h.code"
      "  FROM region_code_history h"
      "  JOIN region r ON r.id = h.region_id"
      " ORDER BY h.valid_to DESC",
      offsetof(ln_import_t, regions) },
    { "SELECT id, code, name FROM organization_type",
      offsetof(ln_import_t, types) },
    { "SELECT id, code, name FROM practice_area",
      offsetof(ln_import_t, areas) },
    { "SELECT id, code, name FROM qualification_kind",
      offsetof(ln_import_t, kinds) },
    { "SELECT id, code, name FROM language",
      offsetof(ln_import_t, languages) }
};


/* The first meaning of a word stays: current codes go before old ones. */

static int
ln_vocabulary_row(void *data, const ln_cell_t *row)
{
    ln_map_t       *map;
    ln_map_slot_t  *slot;
    const char     *code;

    map = data;

    slot = ln_map_add(map, row[1].data, row[1].len);
    slot->number = ln_cell_number(row[0]);
    slot->text = slot->word;
    code = slot->word;

    slot = ln_map_add(map, row[2].data, row[2].len);

    if (slot->text == NULL) {
        slot->number = ln_cell_number(row[0]);
        slot->text = code;
    }

    return 0;
}


int
ln_vocabulary_load(ln_import_t *im)
{
    size_t  i;
    void   *map;

    for (i = 0; i < ln_countof(ln_vocabularies); i++) {
        map = (char *) im + ln_vocabularies[i].map;

        if (ln_db_select(im->db, ln_vocabularies[i].sql, NULL, 0,
                         ln_vocabulary_row, map)
            != 0)
        {
            return -1;
        }
    }

    if (im->regions.used == 0) {
        ln_complain("the database holds no regions: load them first");
        return -1;
    }

    return 0;
}


void
ln_vocabulary_free(ln_import_t *im)
{
    ln_map_free(&im->regions);
    ln_map_free(&im->types);
    ln_map_free(&im->areas);
    ln_map_free(&im->kinds);
    ln_map_free(&im->languages);
}
