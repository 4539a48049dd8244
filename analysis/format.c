/* format.c — numbers for people; see format.h. */
#include "analysis/format.h"

#include "sim/time.h"

#include <math.h>
#include <string.h>

/* A unit in which a number is shown: value / size, then the name. */
typedef struct Scale {
    double size;
    const char *name;  /* with the space before it */
    const char *ascii; /* where that differs; else NULL */
} Scale;

static const Scale time_scales[] = {{1, " ns", NULL},  {1e3, " µs", " us"},  {1e6, " ms", NULL},
                                    {1e9, " s", NULL}, {60e9, " min", NULL}, {3600e9, " h", NULL}};
/* A scale is used from here on: minutes only beyond ten, hours beyond two. */
static const double time_from[] = {0, 1e3, 1e6, 1e9, 600e9, 7200e9};
static const Scale byte_scales[] = {
    {1, " B", NULL}, {1e3, " kB", NULL}, {1e6, " MB", NULL}, {1e9, " GB", NULL}};
static const double byte_from[] = {0, 1e3, 1e6, 1e9};
static const Scale percent = {0.01, " %", NULL}, points = {0.01, " pp", NULL},
                   plain = {1, "", NULL};

static Scale choose(const Scale *scales, const double *from, gsize n, double magnitude)
{
    gsize i = n - 1;
    while (i > 0 && magnitude < from[i])
        i--;
    return scales[i];
}

static Scale scale_of(AnaUnit unit, double magnitude)
{
    switch (unit) {
    case ANA_UNIT_NS:
        /* 999.6 us is shown as 1 ms: rounding to three digits must not leave the unit. */
        return choose(time_scales, time_from, G_N_ELEMENTS(time_scales), magnitude * 1.0005);
    case ANA_UNIT_BYTES:
        return choose(byte_scales, byte_from, G_N_ELEMENTS(byte_scales), magnitude * 1.0005);
    case ANA_UNIT_RATIO:
        return percent;
    case ANA_UNIT_COUNT:
        break;
    }
    return plain;
}

static const char *name_of(const Scale *scale, gboolean ascii)
{
    return ascii && scale->ascii ? scale->ascii : scale->name;
}

/* ---- digits ------------------------------------------------------------------------------- */

/* The power of ten of the first of `digits` digits, as rounded: 0 for 1 … 9.99, -1 for 0.1 … */
static int power_of(double x, int digits)
{
    char format[8], text[64];
    g_snprintf(format, sizeof format, "%%.%de", digits - 1);
    g_ascii_formatd(text, sizeof text, format, fabs(x));
    return (int)g_ascii_strtoll(strchr(text, 'e') + 1, NULL, 10);
}

/* Decimals that show `digits` digits of x. */
static int decimals_for(double x, int digits)
{
    return MAX(digits - 1 - power_of(x, digits), 0);
}

static void group_thousands(GString *text)
{
    char *point = strchr(text->str, '.');
    gssize end = point ? point - text->str : (gssize)text->len;
    gssize start = *text->str == '-' || *text->str == '+' ? 1 : 0;
    for (gssize at = end - 3; at > start; at -= 3)
        g_string_insert_c(text, at, ',');
}

/* Far below what decimals can show, x > 0: 2e-7, or 2·10⁻⁷. */
static void append_power(GString *out, double x, gboolean ascii)
{
    static const char *const raised[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    char text[64];
    g_ascii_formatd(text, sizeof text, "%.0e", x);
    g_autofree char *exponent = g_strdup_printf("%d", -power_of(x, 1));
    if (ascii) {
        g_string_append_printf(out, "%ce-%s", text[0], exponent);
        return;
    }
    if (text[0] != '1')
        g_string_append_printf(out, "%c·", text[0]);
    g_string_append(out, "10⁻");
    for (const char *c = exponent; *c; c++)
        g_string_append(out, raised[*c - '0']);
}

/* x with so many decimals, but never as 0 unless it is; and 0 without decimals. */
static void append_fixed(GString *out, double x, int decimals, gboolean ascii)
{
    char format[16], digits[400];
    if (x != 0 && power_of(x, 1) < -4) {
        if (x < 0)
            g_string_append_c(out, '-');
        append_power(out, fabs(x), ascii);
        return;
    }
    if (x == 0)
        decimals = 0;
    else if (decimals < -power_of(x, 1))
        decimals = -power_of(x, 1);
    g_snprintf(format, sizeof format, "%%.%df", decimals);
    GString *text = g_string_new(g_ascii_formatd(digits, sizeof digits, format, x == 0 ? 0 : x));
    group_thousands(text);
    g_string_append_len(out, text->str, (gssize)text->len);
    g_string_free(text, TRUE);
}

/* Decimals of a number by itself: two digits. A percentage near 100 shows two digits of what is
 * missing, lest it become 100. */
static int own_decimals(double x, gboolean is_percent)
{
    if (x == 0 || x == floor(x))
        return 0;
    return is_percent && x > 50 && x < 100 ? decimals_for(100 - x, 2) : decimals_for(x, 2);
}

/* Decimals that an interval supports: its half-width begins with the last digit shown. Around 0 it
 * is the bound whose first digit is shown; where the interval is wider than the value, its own
 * first two. A percentage near 100 does not become 100. */
static int supported_decimals(double value, double half, gboolean is_percent)
{
    if (value == 0)
        return MIN(decimals_for(2 * half, 1), 6);
    if (half > fabs(value))
        return MIN(decimals_for(half, 2), 6);
    int least = is_percent && value > 50 && value < 100
                    ? MAX(decimals_for(value, 2), decimals_for(100 - value, 1))
                    : own_decimals(value, FALSE);
    int decimals = half > 0 ? MAX(least, decimals_for(half, 1)) : own_decimals(value, is_percent);
    return MIN(decimals, MAX(decimals_for(value, 6), least));
}

/* ---- values ------------------------------------------------------------------------------- */

char *ana_format_value(AnaUnit unit, double value, gboolean ascii)
{
    GString *out = g_string_new(NULL);
    Scale scale = scale_of(unit, fabs(value));
    double shown = value / scale.size;
    append_fixed(out, shown, own_decimals(shown, unit == ANA_UNIT_RATIO), ascii);
    g_string_append(out, name_of(&scale, ascii));
    return g_string_free(out, FALSE);
}

static gboolean is_point(const AnaInterval *interval)
{
    return !(interval->high > interval->low);
}

/* The value in units of `scale`, and its bounds in brackets where they are wanted. */
static char *format_parts(const AnaInterval *interval, const Scale *scale, gboolean with_bounds,
                          gboolean is_signed, gboolean ascii)
{
    GString *out = g_string_new(NULL);
    double value = interval->value / scale->size, low = interval->low / scale->size,
           high = interval->high / scale->size;
    gboolean is_percent = scale->size == percent.size && !is_signed;
    int decimals = is_point(interval) ? own_decimals(value, is_percent)
                                      : supported_decimals(value, (high - low) / 2, is_percent);
    if (is_signed && value > 0)
        g_string_append_c(out, '+');
    append_fixed(out, value, decimals, ascii);
    g_string_append(out, name_of(scale, ascii));
    if (!with_bounds || is_point(interval))
        return g_string_free(out, FALSE);
    g_string_append(out, " [");
    if (is_signed && low > 0)
        g_string_append_c(out, '+');
    append_fixed(out, low, decimals, ascii);
    g_string_append(out, ", ");
    if (is_signed && high > 0)
        g_string_append_c(out, '+');
    append_fixed(out, high, decimals, ascii);
    g_string_append_c(out, ']');
    return g_string_free(out, FALSE);
}

/* The unit of the value; of the bounds, where the interval is wider than the value. */
static double magnitude_of(const AnaInterval *interval)
{
    double bounds = MAX(fabs(interval->low), fabs(interval->high));
    gboolean is_wide = interval->high - interval->low > 2 * fabs(interval->value);
    return is_wide ? bounds : fabs(interval->value);
}

char *ana_format_estimate(AnaUnit unit, const AnaInterval *interval, gboolean ascii)
{
    Scale scale = scale_of(unit, magnitude_of(interval));
    return format_parts(interval, &scale, FALSE, FALSE, ascii);
}

char *ana_format_interval(AnaUnit unit, const AnaInterval *interval, gboolean ascii)
{
    Scale scale = scale_of(unit, magnitude_of(interval));
    return format_parts(interval, &scale, TRUE, FALSE, ascii);
}

char *ana_format_change(AnaUnit unit, const AnaInterval *difference, gboolean ascii)
{
    Scale scale = unit == ANA_UNIT_RATIO ? points : scale_of(unit, magnitude_of(difference));
    return format_parts(difference, &scale, FALSE, TRUE, ascii);
}

char *ana_format_change_interval(AnaUnit unit, const AnaInterval *difference, gboolean ascii)
{
    Scale scale = unit == ANA_UNIT_RATIO ? points : scale_of(unit, magnitude_of(difference));
    return format_parts(difference, &scale, TRUE, TRUE, ascii);
}

char *ana_format_count(guint64 count)
{
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%" G_GUINT64_FORMAT, count);
    group_thousands(text);
    return g_string_free(text, FALSE);
}

char *ana_format_short_count(double count)
{
    static const Scale scales[] = {
        {1, "", NULL}, {1e3, " k", NULL}, {1e6, " M", NULL}, {1e9, " G", NULL}};
    static const double from[] = {0, 1e3, 1e6, 1e9};
    Scale scale = choose(scales, from, G_N_ELEMENTS(scales), count * 1.0005);
    double shown = count / scale.size;
    GString *out = g_string_new(NULL);
    append_fixed(out, shown, shown == floor(shown) ? 0 : decimals_for(shown, 3), TRUE);
    g_string_append(out, scale.name);
    return g_string_free(out, FALSE);
}

char *ana_format_share_up(double share)
{
    double shown = share * 100, step = 1;
    for (int power = power_of(shown, 1); shown > 0 && power < 0; power++)
        step /= 10;
    GString *out = g_string_new(NULL);
    append_fixed(out, ceil(shown / step - 1e-9) * step, 0, TRUE);
    g_string_append(out, percent.name);
    return g_string_free(out, FALSE);
}

/* ---- changes ------------------------------------------------------------------------------ */

AnaChange ana_change_of(const AnaMetric *metric, const AnaEstimate *estimate)
{
    if (!estimate->has_difference || !estimate->difference_has_bounds)
        return ANA_CHANGE_UNKNOWN;
    const AnaInterval *difference = &estimate->difference;
    if (difference->low <= 0 && difference->high >= 0)
        return ANA_CHANGE_SAME;
    if (metric->good == ANA_GOOD_NEITHER)
        return ANA_CHANGE_DIFFERS;
    gboolean is_higher = difference->low > 0;
    return is_higher == (metric->good == ANA_GOOD_HIGH) ? ANA_CHANGE_BETTER : ANA_CHANGE_WORSE;
}

const char *ana_change_word(AnaChange change)
{
    static const char *const words[] = {[ANA_CHANGE_UNKNOWN] = "?",
                                        [ANA_CHANGE_SAME] = "~",
                                        [ANA_CHANGE_BETTER] = "better",
                                        [ANA_CHANGE_WORSE] = "worse",
                                        [ANA_CHANGE_DIFFERS] = "differs"};
    return words[change];
}

double ana_change_largest(const AnaEstimate *estimate)
{
    if (!estimate->has_difference || !estimate->difference_has_bounds)
        return (double)NAN;
    return MAX(fabs(estimate->difference.low), fabs(estimate->difference.high));
}
