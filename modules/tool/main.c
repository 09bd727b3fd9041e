
/* legalnet COMMAND: takes the command line apart and runs one command. */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ln_tool.h"


#define LN_MAX_OPTIONS  16


volatile sig_atomic_t  ln_interrupted;


static ln_exit_e ln_help_command(const ln_arguments_t *args);


static const ln_option_t  ln_import_options_table[] = {
    { "source", "NAME", "who states these rows; with their source_key it says"
      " which entry is meant" },
    { "encoding", "NAME", "auto (default), utf-8 or gb18030" },
    { "datum", "NAME", "of coordinates without a column for it: wgs-84"
      " (default), gcj-02 or bd-09" },
    { "dry-run", NULL, "show what would change, write nothing" },
    { "show", "N", "differences that a dry run prints (default 50)" },
    { "errors", "FILE", "CSV of what was refused, warned of or may be"
      " duplicate: line, column, reason" },
    { "batch", "N", "rows of a transaction (default 1000, at most 2000)" },
    LN_DATABASE_OPTIONS,
    { NULL, NULL, NULL }
};

static const ln_option_t  ln_database_options_table[] = {
    LN_DATABASE_OPTIONS,
    { NULL, NULL, NULL }
};


static const ln_command_t  ln_commands[] = {
    { "import organizations", "FILE", 1, ln_import_options_table,
      ln_import_organizations_command,
      "bring in organizations from a CSV file" },
    { "import practitioners", "FILE", 1, ln_import_options_table,
      ln_import_practitioners_command,
      "bring in practitioners; their organizations first" },
    { "import list", "", 0, ln_database_options_table, ln_import_list_command,
      "the imports so far, newest first" },
    { "import duplicates", "ID", 1, ln_database_options_table,
      ln_import_duplicates_command,
      "possible duplicates that an import found; nothing is ever merged" },
    { "import undo", "ID", 1, ln_database_options_table,
      ln_import_undo_command,
      "put back what an import changed, remove what it added; rows changed"
      " since are listed and stay" },
    { "reindex", "", 0, ln_database_options_table, ln_reindex_command,
      "rebuild everything that search reads" },
    { "audit verify", "", 0, ln_audit_verify_options, ln_audit_verify_command,
      "check every row and seal of the audit trail; says which is the first"
      " that was changed or taken away, or the head to note down" },
    { "admin create", "NAME", 1, ln_admin_create_options,
      ln_admin_create_command,
      "open an account with a role of administrators; prints its name and a"
      " password that must be changed at the first sign-in" },
    { "keys add", "", 0, ln_keys_add_options, ln_keys_add_command,
      "make a new key; nginx takes it at its next reload, on every node" },
    { "keys rotate", "", 0, ln_keys_options, ln_keys_rotate_command,
      "move every encrypted value to the newest key, while nginx serves; what"
      " was cut off is started again" },
    { "keys check", "", 0, ln_keys_options, ln_keys_check_command,
      "how many values are under which key: files of keys that none is under"
      " may be removed" },
    { "help", "", 0, NULL, ln_help_command, "this text" }
};


void
ln_complain(const char *format, ...)
{
    va_list  args;

    (void) fflush(stdout);
    (void) fputs("legalnet: ", stderr);
    va_start(args, format);
    (void) vfprintf(stderr, format, args);
    va_end(args);
    putc('\n', stderr);
}


static void
ln_help_options(const ln_option_t *options)
{
    char  name[32];

    for (/* void */; options->name != NULL; options++) {
        (void) snprintf(name, sizeof(name), "--%s %s", options->name,
                        options->value ? options->value : "");
        printf("  %-22s %s\n", name, options->summary);
    }
}


static ln_exit_e
ln_help_command(const ln_arguments_t *args)
{
    size_t               i;
    const ln_command_t  *command;

    (void) args;
    puts("legalnet: work on the database of a legal services network\n");

    for (i = 0; i < ln_countof(ln_commands); i++) {
        command = &ln_commands[i];
        printf("legalnet %s%s%s%s\n      %s\n", command->name,
               command->words[0] ? " " : "", command->words,
               command->options ? " [options]" : "", command->summary);
    }

    puts("\nOptions of an import (the last two are those of every command):");
    ln_help_options(ln_import_options_table);
    ln_help_columns();

    puts("\nOptions of audit verify:");
    ln_help_options(ln_audit_verify_options);

    puts("\nOptions of admin create:");
    ln_help_options(ln_admin_create_options);

    puts("\nOptions of keys:");
    ln_help_options(ln_keys_add_options);

    puts("\nExit status: 0 done; 1 done, but rows were refused, or the audit"
         " trail is\nbroken; 2 the command line is wrong; 3 stopped by the"
         " database, a file or a\nsignal.");

    return LN_EXIT_OK;
}


/* How many words of argv the command's name takes; 0 if it is another. */

static int
ln_command_matches(const ln_command_t *command, char **argv)
{
    int          n;
    size_t       len;
    const char  *name;

    name = command->name;

    for (n = 0; *name != '\0'; n++) {
        len = strcspn(name, " ");

        if (argv[n] == NULL || strlen(argv[n]) != len
            || strncmp(argv[n], name, len) != 0)
        {
            return 0;
        }

        name += len;
        name += *name == ' ';
    }

    return n;
}


const char *
ln_option(const ln_arguments_t *args, const char *name)
{
    size_t  i;

    for (i = 0; args->command->options[i].name != NULL; i++) {
        if (strcmp(args->command->options[i].name, name) == 0) {
            return args->options[i];
        }
    }

    return NULL;
}


/* Reads --name value or --name=value; returns how many words, or -1. */

static int
ln_read_option(ln_arguments_t *args, char **argv)
{
    size_t              i, len;
    const char         *value, *word;
    const ln_option_t  *option;

    word = argv[0] + 2;
    len = strcspn(word, "=");

    for (i = 0; args->command->options != NULL
                && args->command->options[i].name != NULL; i++)
    {
        option = &args->command->options[i];

        if (strlen(option->name) != len || strncmp(option->name, word, len))
        {
            continue;
        }

        value = word[len] == '=' ? word + len + 1 : NULL;

        if (option->value == NULL) {
            args->options[i] = "";
            return value == NULL ? 1 : -1;
        }

        args->options[i] = value != NULL ? value : argv[1];

        return args->options[i] == NULL ? -1 : value != NULL ? 1 : 2;
    }

    return -1;
}


static ln_exit_e
ln_run_command(const ln_command_t *command, char **argv)
{
    int              n;
    const char      *options[LN_MAX_OPTIONS];
    ln_arguments_t   args;

    memset(options, 0, sizeof(options));
    args.command = command;
    args.options = options;
    args.words = argv;
    args.nwords = 0;

    while (*argv != NULL) {
        if (strncmp(*argv, "--", 2) != 0) {
            args.words[args.nwords++] = *argv++;
            continue;
        }

        n = ln_read_option(&args, argv);

        if (n < 0) {
            ln_complain("%s takes no %s, or not like this; see `legalnet help`",
                        command->name, *argv);
            return LN_EXIT_USAGE;
        }

        argv += n;
    }

    if (args.nwords != command->nwords) {
        ln_complain("usage: legalnet %s %s [options]; see `legalnet help`",
                    command->name, command->words);
        return LN_EXIT_USAGE;
    }

    return command->run(&args);
}


static void
ln_on_signal(int number)
{
    (void) number;
    ln_interrupted = 1;
}


int
main(int argc, char **argv)
{
    int               n;
    size_t            i;
    struct sigaction  action;

    memset(&action, 0, sizeof(action));
    action.sa_handler = ln_on_signal;
    action.sa_flags = SA_RESTART;
    (void) sigaction(SIGINT, &action, NULL);
    (void) sigaction(SIGTERM, &action, NULL);
    (void) signal(SIGPIPE, SIG_IGN);

    if (argc < 2) {
        (void) ln_help_command(NULL);
        return LN_EXIT_USAGE;
    }

    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        return (int) ln_help_command(NULL);
    }

    for (i = 0; i < ln_countof(ln_commands); i++) {
        n = ln_command_matches(&ln_commands[i], argv + 1);

        if (n > 0) {
            return (int) ln_run_command(&ln_commands[i], argv + 1 + n);
        }
    }

    ln_complain("there is no command \"%s%s%s\"; see `legalnet help`", argv[1],
                argc > 2 ? " " : "", argc > 2 ? argv[2] : "");

    return LN_EXIT_USAGE;
}
