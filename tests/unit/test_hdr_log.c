/*
 * test_hdr_log.c — goal: a reader of HdrHistogram logs finds every observation where a recorder
 * with 3 digits would have put it. Method: a decoder written from the format's description (V2
 * encoding, and the index of a value as HdrHistogram computes it) reads back what was written.
 */
#include "analysis/hdr_log.h"
#include "tests/support/check.h"
#include "tests/support/result_world.h"

#include <gio/gio.h>
#include <string.h>

/* ---- a decoder ---------------------------------------------------------------------------- */

typedef struct Decoded {
    gint32 digits, offset;
    gint64 least, highest;
    double ratio;
    GArray *counts; /* of gint64 */
} Decoded;

static guint64 take(const guint8 **at, guint bytes)
{
    guint64 value = 0;
    for (guint i = 0; i < bytes; i++)
        value = value << 8 | *(*at)++;
    return value;
}

static GByteArray *inflate(const guint8 *bytes, gsize length)
{
    g_autoptr(GConverter) zlib =
        G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
    GByteArray *out = g_byte_array_new();
    GConverterResult result = G_CONVERTER_CONVERTED;
    gsize done = 0;
    while (result == G_CONVERTER_CONVERTED) {
        guint8 piece[1000];
        gsize read = 0, written = 0;
        result = g_converter_convert(zlib, bytes + done, length - done, piece, sizeof piece,
                                     G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
        done += read;
        g_byte_array_append(out, piece, (guint)written);
    }
    CHECK(result == G_CONVERTER_FINISHED);
    CHECK_UINT(done, length);
    return out;
}

static gint64 take_count(const guint8 **at)
{
    guint64 value = 0;
    for (guint i = 0; i < 9; i++) {
        guint64 byte = *(*at)++;
        value |= (i == 8 ? byte : byte & 0x7f) << (7 * i);
        if (i < 8 && !(byte & 0x80))
            break;
    }
    return (gint64)(value >> 1) ^ -(gint64)(value & 1);
}

static Decoded decode(const char *text)
{
    gsize length;
    g_autofree guint8 *all = g_base64_decode(text, &length);
    const guint8 *at = all;
    CHECK_UINT(take(&at, 4), 0x1c849314);
    CHECK_UINT(take(&at, 4), length - 8);
    g_autoptr(GByteArray) plain = inflate(at, length - 8);
    at = plain->data;
    CHECK_UINT(take(&at, 4), 0x1c849313);
    const guint8 *end = plain->data + plain->len;
    CHECK_UINT(take(&at, 4), plain->len - 40);
    Decoded decoded = {.counts = g_array_new(FALSE, TRUE, sizeof(gint64))};
    decoded.offset = (gint32)take(&at, 4);
    decoded.digits = (gint32)take(&at, 4);
    decoded.least = (gint64)take(&at, 8);
    decoded.highest = (gint64)take(&at, 8);
    guint64 ratio = take(&at, 8);
    memcpy(&decoded.ratio, &ratio, sizeof ratio);
    while (at < end) {
        gint64 count = take_count(&at);
        if (count < 0)
            g_array_set_size(decoded.counts, decoded.counts->len + (guint)-count);
        else
            g_array_append_val(decoded.counts, count);
    }
    CHECK(at == end);
    return decoded;
}

/* HdrHistogram's countsArrayIndex() with 3 digits and a least value of 1: 2048 sub-buckets. */
static guint index_of(gint64 value)
{
    int bucket = 63 - __builtin_clzll((guint64)value | 2047) - 10;
    gint64 sub = value >> bucket;
    return (guint)(((gint64)(bucket + 1) << 10) + (sub - 1024));
}

static gint64 count_at(const Decoded *decoded, gint64 value)
{
    guint index = index_of(value);
    return index < decoded->counts->len ? g_array_index(decoded->counts, gint64, index) : 0;
}

/* ---- tests -------------------------------------------------------------------------------- */

static void every_observation_stands_where_a_recorder_puts_it(void)
{
    static const gint64 values[] = {0,       1,          2,         1023,           1024,
                                    1025,    2047,       2048,      2049,           4095,
                                    4096,    1600412,    1600900,   5000000,        123456789,
                                    1 << 30, 6300000000, 1LL << 40, (1LL << 61) - 1};
    g_autoptr(AnaHist) hist = ana_hist_new();
    gint64 total = 0, sum = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
        ana_hist_add_weighted(hist, values[i], 3 * i + 1);
    g_autofree char *text = ana_hdr_encode(hist);
    Decoded decoded = decode(text);
    CHECK_INT(decoded.digits, 3);
    CHECK_INT(decoded.offset, 0);
    CHECK_INT(decoded.least, 1);
    CHECK(decoded.highest >= (1LL << 61) - 1);
    CHECK_NEAR(decoded.ratio, 1, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
        gint64 expected = 0;
        for (gsize k = 0; k < G_N_ELEMENTS(values); k++)
            expected += index_of(values[k]) == index_of(values[i]) ? (gint64)(3 * k + 1) : 0;
        test_row("%" G_GINT64_FORMAT, values[i]);
        CHECK_INT(count_at(&decoded, values[i]), expected);
        sum += (gint64)(3 * i + 1);
    }
    test_row(NULL);
    for (guint i = 0; i < decoded.counts->len; i++)
        total += g_array_index(decoded.counts, gint64, i);
    CHECK_INT(total, sum);
    g_array_unref(decoded.counts);
}

static void large_counts_and_one_value_survive(void)
{
    static const guint64 counts[] = {1, 63, 64, 8191, 8192, 1ULL << 35, 1ULL << 61};
    for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
        g_autoptr(AnaHist) hist = ana_hist_new();
        ana_hist_add_weighted(hist, 1600412, counts[i]);
        g_autofree char *text = ana_hdr_encode(hist);
        Decoded decoded = decode(text);
        test_row("%" G_GUINT64_FORMAT, counts[i]);
        CHECK_INT(count_at(&decoded, 1600412), (gint64)counts[i]);
        CHECK_UINT(decoded.counts->len, index_of(1600412) + 1);
        g_array_unref(decoded.counts);
    }
    test_row(NULL);
}

/* A line of the log by the beginning of its tag, split at commas; NULL: none. */
static char **line_of(const char *log, const char *tag)
{
    g_autofree char *start = g_strconcat("\nTag=", tag, ",", NULL);
    const char *at = strstr(log, start);
    if (!at)
        return NULL;
    g_autofree char *line = g_strndup(at + 1, strcspn(at + 1, "\n"));
    return g_strsplit(line, ",", -1);
}

static void the_log_has_a_line_for_each_distribution_of_times(void)
{
    g_autoptr(AnaPlan) plan = result_plan(NULL, 0);
    AnaVariant given = {.name = "semi sync, 1", .plan = plan, .n_replications = 2};
    g_autoptr(AnaResult) result = ana_result_new(&given, 1, -1, result_fold);
    for (guint r = 0; r < 2; r++)
        result_add(result, 0, r,
                   &(ResultRow){.reads = 100, .latency = 1600412, .writes = 70, .acknowledged = 9});
    ana_result_finish(result);
    g_autoptr(GString) log = g_string_new(NULL);
    ana_hdr_log_write(result, "0.1.0", log);
    CHECK(g_str_has_prefix(log->str, "#[Logged with replsim 0.1.0: simulated time, values in ns]\n"
                                     "#[Histogram log format version 1.3]\n#[StartTime: 0.000 "));
    CHECK(strstr(log->str, "\n\"StartTimestamp\",\"Interval_Length\",") != NULL);
    g_auto(GStrv) fields = line_of(log->str, "semi_sync;_1:write.latency");
    CHECK(fields && g_strv_length(fields) == 5);
    if (fields) {
        Decoded decoded = decode(fields[4]);
        gint64 total = 0;
        for (guint i = 0; i < decoded.counts->len; i++)
            total += g_array_index(decoded.counts, gint64, i);
        CHECK_INT(total, 2 * 70);
        CHECK_STR(fields[3], "1.669"); /* ms: 1600412 ns + 69 × 1000 */
        g_array_unref(decoded.counts);
    }
    g_auto(GStrv) empty = line_of(log->str, "semi_sync;_1:read.latency");
    CHECK(empty == NULL);
}

static const TestCase cases[] = {TEST(every_observation_stands_where_a_recorder_puts_it),
                                 TEST(large_counts_and_one_value_survive),
                                 TEST(the_log_has_a_line_for_each_distribution_of_times),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("hdr_log", cases, argc, argv);
}
