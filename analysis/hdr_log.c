/* hdr_log.c — see hdr_log.h. */
#include "analysis/hdr_log.h"

#include "analysis/hist_layout.h"
#include "analysis/plan.h"
#include "sim/check.h"

#include <gio/gio.h>
#include <string.h>

enum {
    COOKIE = 0x1c849303 | 0x10, /* V2, with words of 8 bytes */
    COOKIE_COMPRESSED = 0x1c849304 | 0x10,
    DIGITS = 3, /* 2^ANA_SUB_BITS buckets an octave */
    LEAST = 1   /* ns */
};

/* ---- the encoding ------------------------------------------------------------------------- */

static void put_32(GByteArray *out, guint32 value)
{
    guint32 big = GUINT32_TO_BE(value);
    g_byte_array_append(out, (const guint8 *)&big, sizeof big);
}

static void put_64(GByteArray *out, guint64 value)
{
    guint64 big = GUINT64_TO_BE(value);
    g_byte_array_append(out, (const guint8 *)&big, sizeof big);
}

/* ZigZag LEB128 of at most 9 bytes, of which the last has 8 bits. */
static void put_count(GByteArray *out, gint64 value)
{
    guint64 rest = ((guint64)value << 1) ^ (value < 0 ? G_MAXUINT64 : 0);
    for (int i = 0; i < 8; i++) {
        guint8 byte = (guint8)(rest & 0x7f);
        rest >>= 7;
        if (rest)
            byte |= 0x80;
        g_byte_array_append(out, &byte, 1);
        if (!rest)
            return;
    }
    guint8 last = (guint8)rest;
    g_byte_array_append(out, &last, 1);
}

typedef struct Counts {
    GByteArray *bytes;
    guint64 next; /* number of the bucket after the last one put */
    gint64 high;  /* of the largest bucket */
} Counts;

/* A run of empty buckets is a negative count. */
static void put_bucket(void *data, gint64 low, gint64 high, guint64 count, double sum)
{
    Counts *counts = data;
    AnaBucketAt at = ana_bucket_at(low);
    guint64 number = (guint64)at.octave * ANA_SUBS + at.sub;
    if (number > counts->next)
        put_count(counts->bytes, -(gint64)(number - counts->next));
    put_count(counts->bytes, (gint64)count);
    counts->next = number + 1;
    counts->high = high;
}

static GByteArray *encode(const AnaHist *hist)
{
    GByteArray *out = g_byte_array_new();
    Counts counts = {.bytes = g_byte_array_new(), .high = 2 * LEAST};
    const double ratio = 1;
    guint64 ratio_bits;
    memcpy(&ratio_bits, &ratio, sizeof ratio_bits);
    ana_hist_visit(hist, put_bucket, &counts);
    put_32(out, COOKIE);
    put_32(out, counts.bytes->len);
    put_32(out, 0); /* normalizing offset */
    put_32(out, DIGITS);
    put_64(out, LEAST);
    put_64(out, (guint64)MAX(counts.high, 2 * LEAST));
    put_64(out, ratio_bits);
    g_byte_array_append(out, counts.bytes->data, counts.bytes->len);
    g_byte_array_unref(counts.bytes);
    return out;
}

static GByteArray *compress(const GByteArray *bytes)
{
    g_autoptr(GConverter) zlib =
        G_CONVERTER(g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9));
    GByteArray *out = g_byte_array_new();
    gsize done = 0;
    for (GConverterResult result = G_CONVERTER_CONVERTED; result != G_CONVERTER_FINISHED;) {
        guint8 piece[4096];
        gsize read, written;
        result = g_converter_convert(zlib, bytes->data + done, bytes->len - done, piece,
                                     sizeof piece, G_CONVERTER_INPUT_AT_END, &read, &written, NULL);
        SIM_CHECK(result != G_CONVERTER_ERROR, "zlib failed after %zu bytes", done);
        done += read;
        g_byte_array_append(out, piece, (guint)written);
    }
    return out;
}

char *ana_hdr_encode(const AnaHist *hist)
{
    g_autoptr(GByteArray) plain = encode(hist), packed = compress(plain);
    g_autoptr(GByteArray) all = g_byte_array_new();
    put_32(all, COOKIE_COMPRESSED);
    put_32(all, packed->len);
    g_byte_array_append(all, packed->data, packed->len);
    return g_base64_encode(all->data, all->len);
}

/* ---- the log ------------------------------------------------------------------------------ */

/* 1.234 of 1234: thousandths. */
static void append_thousandths(GString *out, gint64 value)
{
    g_string_append_printf(out, "%" G_GINT64_FORMAT ".%03" G_GINT64_FORMAT, value / 1000,
                           value % 1000);
}

/* A tag ends at a comma, and some readers end it at a space. */
static void append_tag(GString *out, const char *variant, const char *name)
{
    g_autofree char *tag = g_strconcat(variant, ":", name, NULL);
    g_strdelimit(tag, ",", ';');
    g_strdelimit(tag, " \t\r\n\"", '_');
    g_string_append_printf(out, "Tag=%s", tag);
}

static void append_variant(GString *out, const AnaResult *result, gsize v)
{
    const AnaVariant *variant = ana_result_variant(result, v);
    const AnaPlan *plan = variant->plan;
    g_autofree gboolean *is_written = g_new0(gboolean, plan->n_cells + 1);
    for (gsize q = 0; q < plan->n_queries; q++) {
        gsize cell = plan->cell_of[q];
        const AnaHist *hist = ana_result_cell(result, v, q)->hist;
        const AnaMetric *metric = plan->cells[cell].metric;
        if (is_written[cell] || metric->shape != ANA_SHAPE_DISTRIBUTION ||
            metric->unit != ANA_UNIT_NS || !hist || ana_hist_count(hist) == 0)
            continue;
        is_written[cell] = TRUE;
        g_autofree char *name = ana_plan_query_name(plan, &plan->cells[cell]);
        g_autofree char *code = ana_hdr_encode(hist);
        SimTime start = plan->world.warmup, end = plan->world.duration;
        append_tag(out, variant->name, name);
        g_string_append_c(out, ',');
        append_thousandths(out, start / SIM_MS);
        g_string_append_c(out, ',');
        append_thousandths(out, (end - start) / SIM_MS);
        g_string_append_c(out, ',');
        append_thousandths(out, ana_hist_max(hist) / SIM_US);
        g_string_append_printf(out, ",%s\n", code);
    }
}

void ana_hdr_log_write(const AnaResult *result, const char *version, GString *out)
{
    g_string_append_printf(out,
                           "#[Logged with replsim %s: simulated time, values in ns]\n"
                           "#[Histogram log format version 1.3]\n"
                           "#[StartTime: 0.000 (seconds since epoch), simulated]\n"
                           "\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\","
                           "\"Interval_Compressed_Histogram\"\n",
                           version);
    for (gsize v = 0; v < ana_result_n_variants(result); v++)
        append_variant(out, result, v);
}
