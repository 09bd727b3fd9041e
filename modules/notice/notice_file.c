
/*
 * Without a gateway: a file, one message a line, so that whoever tries the
 * system finds his code.  It holds codes and phones in the clear: for a
 * demonstration alone.  Written by a thread, a line at a time.
 */

#include "notice.h"

#include <fcntl.h>
#include <sys/stat.h>


/* What the thread sees. */
typedef struct {
    const char  *path;
    const char  *line;
    size_t       length;
    int          error;
    notice_t    *notice;
} notice_line_t;


static void notice_file_write(void *data);
static ngx_int_t notice_file_written(ln_item_t *item, void *data);


/* As root, for the workers' user: the folder need not be his. */

ngx_int_t
notice_file_init(ngx_cycle_t *cycle, notice_conf_t *conf)
{
    int               fd;
    ngx_core_conf_t  *ccf;

    if (conf->file.len == 0) {
        return NGX_OK;
    }

    ccf = (ngx_core_conf_t *) ngx_get_conf(cycle->conf_ctx, ngx_core_module);

    fd = open((char *) conf->file.data,
              O_WRONLY|O_APPEND|O_CREAT|O_CLOEXEC|O_NOFOLLOW, 0600);

    if (fd == -1
        || (geteuid() == 0 && ccf->user != (ngx_uid_t) NGX_CONF_UNSET_UINT
            && fchown(fd, ccf->user, (gid_t) -1) == -1)
        || fchmod(fd, 0600) == -1)
    {
        ngx_log_error(NGX_LOG_EMERG, cycle->log, ngx_errno,
                      "legalnet: \"legalnet_notice_file\" %V cannot be opened",
                      &conf->file);

        if (fd != -1) {
            (void) close(fd);
        }

        return NGX_ERROR;
    }

    (void) close(fd);

    return NGX_OK;
}


ngx_int_t
notice_file_send(ln_item_t *item, notice_t *notice)
{
    notice_line_t  *line;

    line = ngx_pcalloc(ln_item_pool(item), sizeof(notice_line_t));
    if (line == NULL) {
        return NGX_DECLINED;
    }

    notice->message[notice->length] = '\n';

    line->path = (char *) notice->conf->file.data;
    line->line = notice->message;
    line->length = notice->length + 1;
    line->notice = notice;

    return ln_item_task(item, "legalnet_io", notice_file_write,
                        notice_file_written, line);
}


static void
notice_file_write(void *data)
{
    int             fd;
    ssize_t         n;
    notice_line_t  *line = data;

    fd = open(line->path, O_WRONLY|O_APPEND|O_CREAT|O_CLOEXEC|O_NOFOLLOW,
              0600);

    if (fd == -1) {
        line->error = errno;
        return;
    }

    n = write(fd, line->line, line->length);

    if (n != (ssize_t) line->length) {
        line->error = n == -1 ? errno : ENOSPC;
    }

    if (close(fd) == -1 && line->error == 0) {
        line->error = errno;
    }
}


static ngx_int_t
notice_file_written(ln_item_t *item, void *data)
{
    notice_line_t *line = data;

    static ngx_str_t  name = ngx_string("file");

    if (line->error) {
        ngx_log_error(NGX_LOG_ERR, ngx_cycle->log, line->error,
                      "legalnet: \"legalnet_notice_file\" %s cannot be written",
                      line->path);
        return notice_failed(item, line->notice->row, "file");
    }

    return notice_sent(item, line->notice, &name, NULL);
}
