
/*
 * The program `legalnet`: a table of commands, and what they share.
 */

#ifndef _LN_TOOL_H_INCLUDED_
#define _LN_TOOL_H_INCLUDED_


#include <signal.h>
#include <stddef.h>
#include <stdint.h>


#define ln_countof(array)  (sizeof(array) / sizeof((array)[0]))


/* Exit statuses, as `legalnet help` tells them. */

typedef enum {
    LN_EXIT_OK = 0,
    LN_EXIT_REFUSED,         /* done, but some rows were refused */
    LN_EXIT_USAGE,           /* the command line is wrong; nothing was done */
    LN_EXIT_FAILED           /* stopped by the database, a file or a signal */
} ln_exit_e;


typedef struct {
    const char  *name;       /* without the dashes */
    const char  *value;      /* what stands for the value in the help; NULL:
                                a switch */
    const char  *summary;
} ln_option_t;


typedef struct ln_command_s  ln_command_t;


/* A command line taken apart: words, and options by their index. */

typedef struct {
    const ln_command_t  *command;
    char               **words;
    size_t               nwords;
    const char         **options;    /* NULL: not given; "" for a switch */
} ln_arguments_t;


struct ln_command_s {
    const char         *name;        /* "import organizations" */
    const char         *words;       /* "FILE" */
    size_t              nwords;
    const ln_option_t  *options;     /* ends with a NULL name; may be NULL */
    ln_exit_e         (*run)(const ln_arguments_t *args);
    const char         *summary;
};


/* The value of an option, or NULL; the name must be the command's. */
const char *ln_option(const ln_arguments_t *args, const char *name);

/* Options that every command with a database has. */
#define LN_DATABASE_OPTIONS                                                   \
    { "database", "URL", "mysql://user@host:port/name?socket=PATH&tls_ca=FILE"\
      " (else LEGALNET_DATABASE)" },                                          \
    { "password-file", "FILE", "the first line is the password"               \
      " (else LEGALNET_PASSWORD_FILE)" }


/* Says "legalnet: ..." on stderr. */
void ln_complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* The columns that import files may have (ln_import_help.c). */
void ln_help_columns(void);

/* Set by SIGINT and SIGTERM: finish what is begun, begin nothing. */
extern volatile sig_atomic_t  ln_interrupted;


ln_exit_e ln_import_organizations_command(const ln_arguments_t *args);
ln_exit_e ln_import_practitioners_command(const ln_arguments_t *args);
ln_exit_e ln_import_list_command(const ln_arguments_t *args);
ln_exit_e ln_import_duplicates_command(const ln_arguments_t *args);
ln_exit_e ln_import_undo_command(const ln_arguments_t *args);
ln_exit_e ln_reindex_command(const ln_arguments_t *args);

extern const ln_option_t  ln_admin_create_options[];
ln_exit_e ln_admin_create_command(const ln_arguments_t *args);

extern const ln_option_t  ln_audit_verify_options[];
ln_exit_e ln_audit_verify_command(const ln_arguments_t *args);
/* The key of the audit trail, from the file or LEGALNET_KEY_FILE; -1: said. */
int ln_audit_key(const char *file, unsigned char key[32]);

extern const ln_option_t  ln_keys_options[];
extern const ln_option_t  ln_keys_add_options[];
ln_exit_e ln_keys_add_command(const ln_arguments_t *args);
ln_exit_e ln_keys_rotate_command(const ln_arguments_t *args);
ln_exit_e ln_keys_check_command(const ln_arguments_t *args);


#endif /* _LN_TOOL_H_INCLUDED_ */
