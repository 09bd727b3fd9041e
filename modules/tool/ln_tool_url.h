
/* mysql://user:password@host:port/name?socket=PATH&tls_ca=FILE */

#ifndef _LN_TOOL_URL_H_INCLUDED_
#define _LN_TOOL_URL_H_INCLUDED_


#define LN_URL_PART  256


typedef struct {
    char      user[LN_URL_PART];
    char      password[LN_URL_PART];
    char      host[LN_URL_PART];
    char      name[LN_URL_PART];
    char      socket[LN_URL_PART];
    char      tls_ca[LN_URL_PART];
    unsigned  port;
} ln_url_t;


/* NULL, or what is wrong with it. */
const char *ln_url_parse(ln_url_t *url, const char *text);

/* Reads the first line of a file into the password. */
const char *ln_url_read_password(ln_url_t *url, const char *file);


#endif /* _LN_TOOL_URL_H_INCLUDED_ */
