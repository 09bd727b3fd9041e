# What is generated for modules/text and modules/tool, their unit tests (cmocka)
# and fuzz targets (libFuzzer).  Included by the Makefile.

GEN        = build/gen
TEXT_GEN   = $(GEN)/ln_text_pinyin_table.h $(GEN)/ln_text_words.h
TOOL_GEN   = $(GEN)/ln_tool_words.h $(GEN)/ln_tool_sealed.h
NODE       = $(firstword $(wildcard node_modules/.bin/node) node)
TEXT_SRCS  = $(wildcard modules/text/*.c)

UNIT_TESTS = $(patsubst tests/unit/%.c,build/unit/%,$(wildcard tests/unit/test_*.c))
FUZZERS    = $(patsubst tests/fuzz/%.c,build/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

TEXT_CFLAGS = -std=gnu11 -g -D_GNU_SOURCE -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
	-Wvla -Imodules/text -Imodules/tool -I$(GEN)
SANITIZERS  = -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

.PHONY: generated unit fuzz

generated: $(TEXT_GEN) $(TOOL_GEN) # the tables made from words and readings

$(GEN)/ln_text_pinyin_table.h: modules/text/pinyin/generate.mjs modules/text/pinyin/places.txt \
		package-lock.json | node
	@mkdir -p $(@D)
	@$(NODE) $< $@.$$$$ && mv $@.$$$$ $@

$(GEN)/ln_text_words.h: modules/text/endings.txt modules/text/words.mjs | node
	@mkdir -p $(@D)
	@$(NODE) modules/text/words.mjs endings $< $@.$$$$ && mv $@.$$$$ $@

$(GEN)/ln_tool_words.h: modules/tool/columns.txt modules/text/words.mjs | node
	@mkdir -p $(@D)
	@$(NODE) modules/text/words.mjs columns $< $@.$$$$ && mv $@.$$$$ $@

$(GEN)/ln_tool_sealed.h: modules/tool/sealed.mjs $(wildcard migrations/[0-9]*.sql) | node
	@mkdir -p $(@D)
	@$(NODE) $< migrations $@.$$$$ && mv $@.$$$$ $@

unit: $(UNIT_TESTS) # the cmocka programs that tests/unit/test_unit.py runs

build/unit/%: tests/unit/%.c $(TEXT_SRCS) $(TEXT_GEN) $(wildcard modules/text/*.h)
	@mkdir -p $(@D)
	@$(CC) $(TEXT_CFLAGS) -O1 $(SANITIZERS) -o $@ $< $(TEXT_SRCS) -lcmocka -lm

fuzz: $(FUZZERS) # the libFuzzer programs that tests/fuzz/test_fuzz_text.py runs

build/fuzz/%: tests/fuzz/%.c $(TEXT_SRCS) $(TEXT_GEN) $(wildcard modules/text/*.h)
	@mkdir -p $(@D)
	@clang $(TEXT_CFLAGS) -O1 $(SANITIZERS) -fsanitize=fuzzer -o $@ $< $(TEXT_SRCS) -lm
