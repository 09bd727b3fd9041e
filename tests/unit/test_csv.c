
/* UTF-8, the decoder and the CSV reader; every text also cut at each byte. */

#include "unit.h"

#include "ln_text_csv.h"
#include "ln_text_decode.h"
#include "ln_text_utf8.h"


#define SEEN_SIZE  4096


typedef struct {
    char      text[SEEN_SIZE];   /* "line:field|field;" or "line!error@l.c;" */
    size_t    len;
    unsigned  stop;              /* after so many records; 0: never */
} seen_t;


static int
see(void *data, const ln_csv_record_t *record)
{
    size_t   i;
    seen_t  *seen;

    seen = data;

#define put(...) \
    seen->len += (size_t) snprintf(seen->text + seen->len, \
                                   SEEN_SIZE - seen->len, __VA_ARGS__)

    put("%u", (unsigned) record->line);

    if (record->error != LN_CSV_OK) {
        put("!%d@%u.%u;", (int) record->error, (unsigned) record->error_line,
            (unsigned) record->error_column);
        return 0;
    }

    for (i = 0; i < record->count; i++) {
        put("%c%.*s", i ? '|' : ':', (int) record->fields[i].len,
            record->fields[i].data);
    }

    put(";");

    return seen->stop != 0 && --seen->stop == 0;
}


static ln_csv_e
read_cut(seen_t *seen, const char *text, size_t len, size_t cut)
{
    ln_csv_e   rc;
    ln_csv_t  *csv;

    seen->len = 0;
    seen->text[0] = '\0';

    csv = ln_csv_create(see, seen);
    assert_non_null(csv);

    rc = ln_csv_feed(csv, text, cut);

    if (rc == LN_CSV_OK) {
        rc = ln_csv_feed(csv, text + cut, len - cut);
    }

    if (rc == LN_CSV_OK) {
        rc = ln_csv_finish(csv);
    }

    ln_csv_destroy(csv);

    return rc;
}


static void
reads(const char *text, ln_csv_e rc, const char *expected)
{
    size_t  cut, len;
    seen_t  seen;

    seen.stop = 0;
    len = strlen(text);

    for (cut = 0; cut <= len; cut++) {
        assert_int_equal(read_cut(&seen, text, len, cut), rc);
        assert_string_equal(seen.text, expected);
    }
}


static void
test_csv_good(void **state)
{
    (void) state;

    reads("", LN_CSV_OK, "");
    reads("a,b\n1,2\n", LN_CSV_OK, "1:a|b;2:1|2;");
    reads("a,b\r\n1,2", LN_CSV_OK, "1:a|b;2:1|2;");
    reads("a,b\r1,2\r", LN_CSV_OK, "1:a|b;2:1|2;");
    reads("\n\na\n\n", LN_CSV_OK, "3:a;");
    reads(",\n,,\n", LN_CSV_OK, "1:|;2:||;");
    reads("\"\"\n", LN_CSV_OK, "1:;");
    reads("\"a,b\",\"say \"\"no\"\"\"\n", LN_CSV_OK, "1:a,b|say \"no\";");
    reads("\"a\nb\r\nc\",d\ne\n", LN_CSV_OK, "1:a\nb\r\nc|d;4:e;");
    reads("\"a\"", LN_CSV_OK, "1:a;");
    reads("a\tb\n", LN_CSV_OK, "1:a\tb;");
}


static void
test_csv_bad(void **state)
{
    (void) state;

    reads("a\"b,c\nd\n", LN_CSV_OK, "1!1@1.2;2:d;");
    reads("\"a\"b,c\nd\n", LN_CSV_OK, "1!2@1.4;2:d;");
    reads("a,b\001\nd\n", LN_CSV_OK, "1!3@1.4;2:d;");
    reads("\001\n\nd\n", LN_CSV_OK, "1!3@1.1;3:d;");
    reads("ok\na,\"b\nc\nd", LN_CSV_UNCLOSED, "1:ok;2!5@2.3;");

    /* Columns count characters, not bytes. */
    reads("\xe5\xbc\xa0,\xe4\xbc\x9f\"\nd", LN_CSV_OK, "1!1@1.4;2:d;");
}


static void
test_csv_limits(void **state)
{
    char    *text;
    size_t   i, len;
    seen_t   seen;

    (void) state;

    /* One field more than there may be. */
    text = malloc(LN_CSV_MAX_RECORD + 64);
    memset(text, ',', LN_CSV_MAX_FIELDS);
    strcpy(text + LN_CSV_MAX_FIELDS, "\nd\n");
    reads(text, LN_CSV_OK, "1!4@1.65;2:d;");

    text[LN_CSV_MAX_FIELDS - 1] = '\n';
    strcpy(text + LN_CSV_MAX_FIELDS, "d\n");
    seen.stop = 0;
    assert_int_equal(read_cut(&seen, text, strlen(text), 0), LN_CSV_OK);
    assert_string_equal(strchr(seen.text, ';'), ";2:d;");

    /* A quote that is not closed for longer than a record may be. */
    len = LN_CSV_MAX_RECORD + 32;
    memset(text, 'x', len);
    memcpy(text, "a\n b,\"", 6);

    for (i = 100; i < len; i += 100) {
        text[i] = '\n';
    }

    assert_int_equal(read_cut(&seen, text, len, 1), LN_CSV_TOO_LONG);
    assert_string_equal(seen.text, "1:a;2!6@2.4;");

    free(text);
}


static void
test_csv_stops(void **state)
{
    seen_t  seen;

    (void) state;

    seen.stop = 2;
    assert_int_equal(read_cut(&seen, "a\nb\nc\n", 6, 1), LN_CSV_STOPPED);
    assert_string_equal(seen.text, "1:a;2:b;");
}


static void
decodes(ln_encoding_e encoding, const char *in, size_t len,
    const char *expected, uint64_t bad, uint64_t first_bad)
{
    char          out[1024];
    size_t        cut, second, n;
    ln_decoder_t  d;

    for (cut = 0; cut <= len; cut++) {
        second = cut + (len - cut) / 2;

        assert_int_equal(ln_decoder_open(&d, encoding), 0);
        n = ln_decoder_feed(&d, in, cut, 0, out);
        n += ln_decoder_feed(&d, in + cut, second - cut, 0, out + n);
        n += ln_decoder_feed(&d, in + second, len - second, 1, out + n);
        ln_decoder_close(&d);

        out[n] = '\0';
        assert_string_equal(out, expected);
        assert_int_equal(d.bad, bad);
        assert_int_equal(d.first_bad, first_bad);
        assert_int_equal(d.offset, len);
    }
}


#define utf8(in, ...)  decodes(LN_ENCODING_UTF8, in, sizeof(in) - 1, \
                               __VA_ARGS__)
#define gb(in, ...)    decodes(LN_ENCODING_GB18030, in, sizeof(in) - 1, \
                               __VA_ARGS__)


static void
test_decode_utf8(void **state)
{
    (void) state;

    utf8("", "", 0, 0);
    utf8("abc", "abc", 0, 0);
    utf8("\xef\xbb\xbf" "abc", "abc", 0, 0);
    utf8("a\xef\xbb\xbf" "b", "a\xef\xbb\xbf" "b", 0, 0);
    utf8("\xe5\xbc\xa0\xf0\xa0\xae\xb7", "\xe5\xbc\xa0\xf0\xa0\xae\xb7", 0, 0);

    /* Cut off, too long, a surrogate, beyond the last one, a stray byte. */
    utf8("ab\xe5\xbc", "ab\xef\xbf\xbd\xef\xbf\xbd", 2, 2);
    utf8("\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd", 2, 0);
    utf8("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3, 0);
    utf8("\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
         4, 0);
    utf8("abc\xff" "d", "abc\xef\xbf\xbd" "d", 1, 3);
}


static void
test_decode_gb18030(void **state)
{
    (void) state;

    /* zhang wei; a character of four bytes; the byte order mark */
    gb("\xd5\xc5\xce\xb0,x", "\xe5\xbc\xa0\xe4\xbc\x9f,x", 0, 0);
    gb("\x95\x32\x82\x36", "\xf0\xa0\x80\x80", 0, 0);
    gb("\x84\x31\x95\x33" "a", "a", 0, 0);
    gb("\x81\x30\x81\x30", "\xc2\x80", 0, 0);

    /* A lead byte before a line end eats no line end. */
    gb("ab\xd5\nc", "ab\xef\xbf\xbd\nc", 1, 2);
    gb("ab\xff" "c", "ab\xef\xbf\xbd" "c", 1, 2);
    gb("a\xd5", "a\xef\xbf\xbd", 1, 1);

    /* Four bytes that are none, of which the last begins a good one. */
    gb("\xd5\x32\xff\xef\xbb", "\xef\xbf\xbd\x32\xef\xbf\xbd\xe9\x94\x98",
       2, 0);
}


static void
test_utf8(void **state)
{
    char         out[LN_UTF8_MAX];
    size_t       i;
    const char  *p;

    static const struct {
        uint32_t     code;
        const char  *bytes;
    } good[] = {
        { 0x24, "\x24" }, { 0x7f, "\x7f" }, { 0x80, "\xc2\x80" },
        { 0x7ff, "\xdf\xbf" }, { 0x800, "\xe0\xa0\x80" },
        { 0xffff, "\xef\xbf\xbf" }, { 0x10000, "\xf0\x90\x80\x80" },
        { 0x10ffff, "\xf4\x8f\xbf\xbf" }
    };

    (void) state;

    for (i = 0; i < ln_count(good); i++) {
        p = good[i].bytes;
        assert_int_equal(ln_utf8_next(&p, p + strlen(p)), good[i].code);
        assert_int_equal(*p, '\0');
        assert_int_equal(ln_utf8_put(out, good[i].code),
                         strlen(good[i].bytes));
        assert_memory_equal(out, good[i].bytes, strlen(good[i].bytes));
    }

    assert_int_equal(ln_utf8_check("a\xe5\xbc\xa0" "b", 5), 5);
    assert_int_equal(ln_utf8_check("a\xe5\xbc", 3), 1);
    assert_int_equal(ln_utf8_count("a\xe5\xbc\xa0" "b", 5), 3);
    assert_int_equal(ln_utf8_head("a\xe5\xbc\xa0" "b", 5, 2), 4);
    assert_int_equal(ln_utf8_head("ab", 2, 9), 2);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_decode_utf8),
        cmocka_unit_test(test_decode_gb18030),
        cmocka_unit_test(test_csv_good),
        cmocka_unit_test(test_csv_bad),
        cmocka_unit_test(test_csv_limits),
        cmocka_unit_test(test_csv_stops)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
