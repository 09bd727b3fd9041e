# legalnet: the one door.  `make help` lists what it opens.

SHELL     = /bin/bash
PORT      = 8080
VAR       = var
NGINX_SRC = /usr/share/nginx/src
SANITIZE  =
BUILD     = $(if $(filter 1,$(SANITIZE)),build/asan,build)
DATABASE  =
SIZE      = small
FILE      =
MOUNT     = /legal
DESTDIR   =

export PORT VAR BUILD NGINX_SRC SANITIZE DATABASE SIZE MOUNT DESTDIR

# The tool is plain C: its own files, the text functions that it shares with the
# directory module, and core's pure parts.
TOOL_SRCS   = $(wildcard modules/tool/*.c modules/text/*.c) $(wildcard $(TOOL_CORE))
TOOL_CORE   = modules/core/ln_audit_chain.c modules/core/ln_key.c modules/core/ln_key_ring.c \
	modules/core/ln_cipher.c \
	modules/auth/auth_encode.c modules/auth/auth_code.c modules/auth/auth_password.c
TOOL_OBJS   = $(TOOL_SRCS:modules/%.c=$(BUILD)/obj/%.o)
TOOL_LIBS   = -lmariadb -lcrypto -ljansson -largon2 -lm
TOOL_CFLAGS = -std=gnu11 -O2 -g -D_GNU_SOURCE -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes \
	-Wvla -MMD -MP -Imodules/tool -Imodules/core -Imodules/text -Imodules/auth -Ibuild/gen -I/usr/include/mariadb \
	$(if $(filter 1,$(SANITIZE)),-fsanitize=address$(,)undefined -fno-omit-frame-pointer,\
	-fstack-protector-strong -D_FORTIFY_SOURCE=2)
, := ,

NODE_PATHS = $(CURDIR)/node_modules/.bin:$(CURDIR)/.toolchain/node_modules/.bin
WEB_SRCS   = $(shell find web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' 2>/dev/null)

.PHONY: help run stop build modules tool web node packages install migrate migrate-status \
	backup restore demo test prove bench clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

run: ## install, build and start everything (PORT=8080 VAR=var), then return
	@conf/bin/run.sh

stop: ## end what `make run` started (VAR=var); the data stay
	@conf/bin/stop.sh

build: modules tool web ## build the modules, the program and the web pages (SANITIZE=1 for build/asan)

modules: generated
	@conf/bin/build-modules.sh "$(NGINX_SRC)" $(BUILD)

tool: $(if $(wildcard modules/tool/*.c),$(BUILD)/legalnet)

$(BUILD)/legalnet: $(TOOL_OBJS)
	@$(CC) $(TOOL_CFLAGS) -o $@.new $(TOOL_OBJS) $(TOOL_LIBS) && mv $@.new $@

$(BUILD)/obj/%.o: modules/%.c Makefile | generated
	@mkdir -p $(@D)
	@$(CC) $(TOOL_CFLAGS) -c -o $@ $<

-include $(TOOL_OBJS:.o=.d)

node: node_modules/.legalnet

node_modules/.legalnet: package-lock.json
	@conf/bin/npm-ci.sh

web: $(if $(wildcard web/index.html),build/.web)

build/.web: node_modules/.legalnet $(WEB_SRCS)
	@mkdir -p build
	@PATH=$(NODE_PATHS):$$PATH npm run --silent build -w web >build/web.log 2>&1 || { cat build/web.log >&2; exit 1; }
	@touch $@

packages: ## install the Debian packages that are missing (asks sudo)
	@conf/bin/packages.sh run test

install: build ## lay out modules, header, program, pages for an existing nginx (DESTDIR= MOUNT=/legal)
	@conf/bin/install.sh

migrate: node ## bring the database under VAR to the newest schema
	@conf/bin/migrate.sh up

migrate-status: node ## list applied and waiting migrations
	@conf/bin/migrate.sh status

backup: ## every table into one file while it serves (FILE=var/backup/legalnet-TIME.sql.gz)
	@conf/bin/backup.sh $(if $(FILE),"$(FILE)")

restore: ## FILE= of a backup into an empty database (VAR=)
	@conf/bin/restore.sh $(if $(FILE),"$(FILE)")

demo: ## load demonstration data into the running instance (SIZE=large: 200,000 practitioners)
	@migrations/demo/load.sh "$(VAR)" "$(SIZE)"

test: ## every test; DATABASE=mysql://user:password@host/name uses an existing empty schema
	@tests/run.sh

prove: ## the promises that must always hold, at full size
	@tests/run.sh prove

bench: build ## measure against nginx, Go and Node on this machine
	@tests/bench/run.sh

clean: ## remove what was built; VAR and its data stay
	rm -rf build

include modules/tool/build.mk
