
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ln_tool.h"
#include "ln_tool_memory.h"


#define LN_ARENA_BLOCK  (256 * 1024)
#define LN_MAP_LEAST    256


struct ln_arena_block_s {
    ln_arena_block_t  *next;
    size_t             size;
    size_t             used;
    char               data[];
};


void *
ln_memory(void *old, size_t size)
{
    void  *p;

    p = realloc(old, size);

    if (p == NULL) {
        ln_complain("out of memory");
        exit(LN_EXIT_FAILED);
    }

    return p;
}


void *
ln_arena_alloc(ln_arena_t *arena, size_t size)
{
    void              *p;
    size_t             room;
    ln_arena_block_t  *block;

    size = (size + 15) & ~(size_t) 15;
    block = arena->blocks;

    if (block == NULL || block->size - block->used < size) {
        room = size > LN_ARENA_BLOCK ? size : LN_ARENA_BLOCK;
        block = ln_memory(NULL, sizeof(ln_arena_block_t) + room);
        block->size = room;
        block->used = 0;
        block->next = arena->blocks;
        arena->blocks = block;
    }

    p = block->data + block->used;
    block->used += size;

    return p;
}


char *
ln_arena_copy(ln_arena_t *arena, const char *data, size_t len)
{
    char  *p;

    p = ln_arena_alloc(arena, len + 1);

    if (len > 0) {
        memcpy(p, data, len);
    }

    p[len] = '\0';

    return p;
}


char *
ln_arena_format(ln_arena_t *arena, const char *format, ...)
{
    int      n;
    char     text[1024];
    va_list  args;

    va_start(args, format);
    n = vsnprintf(text, sizeof(text), format, args);
    va_end(args);

    if (n < 0) {
        n = 0;
    }

    return ln_arena_copy(arena, text, (size_t) n < sizeof(text)
                                      ? (size_t) n : sizeof(text) - 1);
}


static void
ln_arena_free_blocks(ln_arena_block_t *block)
{
    ln_arena_block_t  *next;

    for (/* void */; block != NULL; block = next) {
        next = block->next;
        free(block);
    }
}


void
ln_arena_reset(ln_arena_t *arena)
{
    if (arena->blocks != NULL) {
        ln_arena_free_blocks(arena->blocks->next);
        arena->blocks->next = NULL;
        arena->blocks->used = 0;
    }
}


void
ln_arena_free(ln_arena_t *arena)
{
    ln_arena_free_blocks(arena->blocks);
    arena->blocks = NULL;
}


void
ln_text_start(ln_text_t *text, ln_arena_t *arena)
{
    text->arena = arena;
    text->len = 0;
    text->size = 64;
    text->data = ln_arena_alloc(arena, text->size);
}


void
ln_text_add(ln_text_t *text, const char *data, size_t len)
{
    char  *bigger;

    if (text->size - text->len <= len) {
        text->size = (text->len + len) * 2 + 1;
        bigger = ln_arena_alloc(text->arena, text->size);
        memcpy(bigger, text->data, text->len);
        text->data = bigger;
    }

    if (len > 0) {
        memcpy(text->data + text->len, data, len);
    }

    text->len += len;
}


char *
ln_text_end(ln_text_t *text)
{
    text->data[text->len] = '\0';

    return text->data;
}


/* FNV-1a */

static uint64_t
ln_map_hash(const char *word, size_t len)
{
    size_t    i;
    uint64_t  hash;

    hash = 14695981039346656037u;

    for (i = 0; i < len; i++) {
        hash = (hash ^ (unsigned char) word[i]) * 1099511628211u;
    }

    return hash;
}


static ln_map_slot_t *
ln_map_slot(const ln_map_t *map, const char *word, size_t len)
{
    size_t          i;
    ln_map_slot_t  *slot;

    for (i = ln_map_hash(word, len); /* void */; i++) {
        slot = &map->slots[i & (map->size - 1)];

        if (slot->word == NULL
            || (slot->len == len && memcmp(slot->word, word, len) == 0))
        {
            return slot;
        }
    }
}


static void
ln_map_grow(ln_map_t *map)
{
    size_t    i;
    ln_map_t  bigger;

    bigger.used = map->used;
    bigger.size = map->size ? map->size * 2 : LN_MAP_LEAST;
    bigger.slots = ln_memory(NULL, bigger.size * sizeof(ln_map_slot_t));
    memset(bigger.slots, 0, bigger.size * sizeof(ln_map_slot_t));

    for (i = 0; i < map->size; i++) {
        if (map->slots[i].word != NULL) {
            *ln_map_slot(&bigger, map->slots[i].word, map->slots[i].len) =
                map->slots[i];
        }
    }

    free(map->slots);
    *map = bigger;
}


const ln_map_slot_t *
ln_map_find(const ln_map_t *map, const char *word, size_t len)
{
    const ln_map_slot_t  *slot;

    if (map->size == 0) {
        return NULL;
    }

    slot = ln_map_slot(map, word, len);

    return slot->word != NULL ? slot : NULL;
}


ln_map_slot_t *
ln_map_add(ln_map_t *map, const char *word, size_t len)
{
    ln_map_slot_t  *slot;

    if (map->used * 4 >= map->size * 3) {
        ln_map_grow(map);
    }

    slot = ln_map_slot(map, word, len);

    if (slot->word == NULL) {
        slot->word = ln_memory(NULL, len + 1);
        memcpy(slot->word, word, len);
        slot->word[len] = '\0';
        slot->len = len;
        map->used++;
    }

    return slot;
}


void
ln_map_free(ln_map_t *map)
{
    size_t  i;

    for (i = 0; i < map->size; i++) {
        free(map->slots[i].word);
    }

    free(map->slots);
    memset(map, 0, sizeof(*map));
}
