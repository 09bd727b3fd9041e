
/*
 * Functions that overflow, keep hidden state, or block: using one is a compile
 * error.  Included last by ln_core.h and ln_db_internal.h, so that the headers
 * of others are not touched.
 */

#ifndef _LN_BANNED_H_INCLUDED_
#define _LN_BANNED_H_INCLUDED_


#include <time.h>

#define LN_BANNED(name)  ln_banned_##name##_see_ln_banned_h

/* the length of the place is not asked for */
#undef strcpy
#define strcpy(to, from)           LN_BANNED(strcpy)
#undef strcat
#define strcat(to, from)           LN_BANNED(strcat)
#undef strncpy
#define strncpy(to, from, n)       LN_BANNED(strncpy)
#undef strncat
#define strncat(to, from, n)       LN_BANNED(strncat)
#undef sprintf
#define sprintf(...)               LN_BANNED(sprintf)
#undef vsprintf
#define vsprintf(to, format, args) LN_BANNED(vsprintf)
#undef gets
#define gets(to)                   LN_BANNED(gets)

/* no sign of an error, no sign of an overflow */
#undef atoi
#define atoi(text)                 LN_BANNED(atoi)
#undef atol
#define atol(text)                 LN_BANNED(atol)
#undef atof
#define atof(text)                 LN_BANNED(atof)
#undef sscanf
#define sscanf(...)                LN_BANNED(sscanf)

/* hidden state */
#undef strtok
#define strtok(text, stops)        LN_BANNED(strtok)
#undef localtime
#define localtime(t)               LN_BANNED(localtime)
#undef gmtime
#define gmtime(t)                  LN_BANNED(gmtime)
#undef asctime
#define asctime(t)                 LN_BANNED(asctime)
#undef ctime
#define ctime(t)                   LN_BANNED(ctime)
#undef setlocale
#define setlocale(kind, name)      LN_BANNED(setlocale)

/* wait on the event loop */
#undef sleep
#define sleep(n)                   LN_BANNED(sleep)
#undef usleep
#define usleep(n)                  LN_BANNED(usleep)
#undef system
#define system(command)            LN_BANNED(system)
#undef popen
#define popen(command, mode)       LN_BANNED(popen)
#undef getaddrinfo
#define getaddrinfo(n, s, h, r)    LN_BANNED(getaddrinfo)
#undef gethostbyname
#define gethostbyname(name)        LN_BANNED(gethostbyname)

/* Connector/C's calls that wait: a file that defines this runs in a thread. */
#ifndef LN_MAY_WAIT_FOR_DATABASE
#define mysql_real_connect(...)    LN_BANNED(mysql_real_connect)
#define mysql_query(...)           LN_BANNED(mysql_query)
#define mysql_real_query(...)      LN_BANNED(mysql_real_query)
#define mysql_store_result(...)    LN_BANNED(mysql_store_result)
#define mysql_ping(...)            LN_BANNED(mysql_ping)
#define mysql_stmt_prepare(...)    LN_BANNED(mysql_stmt_prepare)
#define mysql_stmt_execute(...)    LN_BANNED(mysql_stmt_execute)
#endif


#endif /* _LN_BANNED_H_INCLUDED_ */
