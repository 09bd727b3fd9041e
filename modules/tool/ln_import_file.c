
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/evp.h>

#include "ln_import_file.h"


#define LN_FILE_PIECE  (64 * 1024)


/* Reads all of it: the digest, and whether it could be UTF-8. */

static int
ln_import_file_scan(ln_import_file_t *file, EVP_MD_CTX *digest)
{
    size_t        n;
    ln_decoder_t  decoder;

    static char   piece[LN_FILE_PIECE];
    static char   text[(LN_FILE_PIECE + LN_DECODE_CARRY) * LN_DECODE_GROWTH];

    if (ln_decoder_open(&decoder, LN_ENCODING_UTF8) != 0
        || EVP_DigestInit_ex(digest, EVP_sha256(), NULL) != 1)
    {
        return -1;
    }

    do {
        n = fread(piece, 1, sizeof(piece), file->in);
        file->size += n;
        (void) ln_decoder_feed(&decoder, piece, n, n < sizeof(piece), text);

        if (EVP_DigestUpdate(digest, piece, n) != 1) {
            return -1;
        }
    } while (n == sizeof(piece));

    file->is_utf8 = decoder.bad == 0;
    ln_decoder_close(&decoder);

    return ferror(file->in)
           || EVP_DigestFinal_ex(digest, file->sha256, NULL) != 1 ? -1 : 0;
}


int
ln_import_file_open(ln_import_file_t *file, const char *path)
{
    int          rc;
    struct stat  st;
    EVP_MD_CTX  *digest;

    memset(file, 0, sizeof(*file));
    file->in = fopen(path, "re");

    if (file->in == NULL) {
        ln_complain("cannot read %s: %s", path, strerror(errno));
        return -1;
    }

    if (fstat(fileno(file->in), &st) != 0 || !S_ISREG(st.st_mode)) {
        ln_complain("%s is no plain file; it is read twice", path);
        ln_import_file_close(file);
        return -1;
    }

    digest = EVP_MD_CTX_new();
    rc = digest != NULL ? ln_import_file_scan(file, digest) : -1;
    EVP_MD_CTX_free(digest);

    if (rc != 0) {
        ln_complain("cannot read %s: %s", path, strerror(errno));
        ln_import_file_close(file);
        return -1;
    }

    rewind(file->in);

    return 0;
}


void
ln_import_file_close(ln_import_file_t *file)
{
    if (file->in != NULL) {
        (void) fclose(file->in);
        file->in = NULL;
    }
}


static int
ln_import_file_feed(ln_import_file_t *file, ln_import_t *im,
    ln_decoder_t *decoder, ln_csv_t *csv)
{
    size_t    n, len;
    ln_csv_e  rc;

    static char  piece[LN_FILE_PIECE];
    static char  text[(LN_FILE_PIECE + LN_DECODE_CARRY) * LN_DECODE_GROWTH];

    do {
        n = fread(piece, 1, sizeof(piece), file->in);
        im->progress.done += n;
        len = ln_decoder_feed(decoder, piece, n, n < sizeof(piece), text);
        rc = ln_csv_feed(csv, text, len);
    } while (n == sizeof(piece) && rc == LN_CSV_OK && !ln_interrupted);

    if (ferror(file->in)) {
        ln_complain("cannot read %s: %s", im->file, strerror(errno));
        return -1;
    }

    if (ln_interrupted) {
        ln_complain("interrupted");
        return -1;
    }

    if (rc == LN_CSV_OK) {
        rc = ln_csv_finish(csv);
    }

    return rc == LN_CSV_OK ? 0 : -1;
}


int
ln_import_file_read(ln_import_file_t *file, ln_import_t *im,
    ln_encoding_e encoding, ln_csv_record_pt handler)
{
    int           rc;
    ln_csv_t     *csv;
    ln_decoder_t  decoder;

    if (ln_decoder_open(&decoder, encoding) != 0) {
        ln_complain("this system cannot convert GB18030: %s", strerror(errno));
        return -1;
    }

    csv = ln_csv_create(handler, im);

    if (csv == NULL) {
        ln_complain("out of memory");
        ln_decoder_close(&decoder);
        return -1;
    }

    rc = ln_import_file_feed(file, im, &decoder, csv);

    ln_csv_destroy(csv);
    ln_decoder_close(&decoder);

    return rc;
}
