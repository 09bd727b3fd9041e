
/*
 * Memory of a program that ends when there is none: an arena that is emptied
 * after every batch, and a table of words.  Neither ever gives NULL.
 */

#ifndef _LN_TOOL_MEMORY_H_INCLUDED_
#define _LN_TOOL_MEMORY_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


typedef struct ln_arena_block_s  ln_arena_block_t;

typedef struct {
    ln_arena_block_t  *blocks;       /* the first one is being filled */
} ln_arena_t;


void *ln_arena_alloc(ln_arena_t *arena, size_t size);
char *ln_arena_copy(ln_arena_t *arena, const char *data, size_t len);
char *ln_arena_format(ln_arena_t *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Keeps one block for the next batch. */
void ln_arena_reset(ln_arena_t *arena);
void ln_arena_free(ln_arena_t *arena);


/* Text that grows at its end inside an arena. */

typedef struct {
    ln_arena_t  *arena;
    char        *data;
    size_t       len;
    size_t       size;
} ln_text_t;

void ln_text_start(ln_text_t *text, ln_arena_t *arena);
void ln_text_add(ln_text_t *text, const char *data, size_t len);
char *ln_text_end(ln_text_t *text);


/* From words to a number and a text; words are copied, texts are not. */

typedef struct {
    char        *word;
    size_t       len;
    uint64_t     number;
    const char  *text;
} ln_map_slot_t;

typedef struct {
    ln_map_slot_t  *slots;
    size_t          used;
    size_t          size;            /* a power of two, or 0 */
} ln_map_t;

const ln_map_slot_t *ln_map_find(const ln_map_t *map, const char *word,
    size_t len);

/* The slot of a word; a new one is zeroed but for its word. */
ln_map_slot_t *ln_map_add(ln_map_t *map, const char *word, size_t len);
void ln_map_free(ln_map_t *map);


/* malloc and realloc that end the program. */
void *ln_memory(void *old, size_t size);


#endif /* _LN_TOOL_MEMORY_H_INCLUDED_ */
