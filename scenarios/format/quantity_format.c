/*
 * quantity_format.c — writing quantities so that they read back to the same value.
 *
 * A number is given the largest unit in which it is at least 1; digits are exact. Doubles are
 * written in the shortest form that reads back equal, ratios as percentages by moving the point.
 */
#include "scenarios/format/decimal.h"
#include "scenarios/format/quantity.h"

#include <string.h>

typedef struct Scale {
    gint64 from; /* use this unit from here on */
    gint64 unit;
    const char *name;
    gboolean whole; /* only where the value is a multiple of the unit */
} Scale;

/* value / unit with all its decimal places; unit is a power of ten, or value a multiple of it. */
static char *in_unit(guint64 value, guint64 unit)
{
    guint64 whole = value / unit, rest = value % unit;
    GString *text = g_string_new(NULL);
    g_string_append_printf(text, "%" G_GUINT64_FORMAT, whole);
    if (rest) {
        g_string_append_c(text, '.');
        while (rest) {
            unit /= 10;
            g_string_append_c(text, (char)('0' + (int)(rest / unit)));
            rest %= unit;
        }
    }
    return g_string_free(text, FALSE);
}

static char *scaled(gint64 value, const Scale *scales)
{
    guint64 size = value < 0 ? -(guint64)value : (guint64)value;
    const Scale *best = scales;
    for (const Scale *scale = scales; scale->name; scale++)
        if (size >= (guint64)scale->from && (!scale->whole || size % (guint64)scale->unit == 0))
            best = scale;
    g_autofree char *number = in_unit(size, (guint64)best->unit);
    return g_strdup_printf("%s%s%s", value < 0 ? "-" : "", number, best->name);
}

char *scn_format_span(SimSpan span)
{
    static const Scale scales[] = {{0, 1, "ns", FALSE},
                                   {SIM_US, SIM_US, "us", FALSE},
                                   {SIM_MS, SIM_MS, "ms", FALSE},
                                   {SIM_S, SIM_S, "s", FALSE},
                                   {10 * SIM_MIN, SIM_MIN, "min", TRUE},
                                   {10 * SIM_HOUR, SIM_HOUR, "h", TRUE},
                                   {240 * SIM_HOUR, 24 * SIM_HOUR, "d", TRUE},
                                   {0, 0, NULL, FALSE}};
    return span == 0 ? g_strdup("0s") : scaled(span, scales);
}

char *scn_format_count(gint64 count)
{
    static const Scale scales[] = {{0, 1, "", FALSE},
                                   {10000, 1000, "k", TRUE},
                                   {1000000, 1000000, "M", TRUE},
                                   {1000000000, 1000000000, "G", TRUE},
                                   {0, 0, NULL, FALSE}};
    return scaled(count, scales);
}

char *scn_format_size(gint64 bytes)
{
    static const Scale scales[] = {{0, 1, "B", FALSE},
                                   {1000, 1000, "kB", TRUE},
                                   {1024, 1024, "KiB", TRUE},
                                   {1000000, 1000000, "MB", TRUE},
                                   {1 << 20, 1 << 20, "MiB", TRUE},
                                   {1000000000, 1000000000, "GB", TRUE},
                                   {1 << 30, 1 << 30, "GiB", TRUE},
                                   {0, 0, NULL, FALSE}};
    return scaled(bytes, scales);
}

char *scn_format_bandwidth(gint64 bits_per_s)
{
    static const Scale scales[] = {{0, 1, "bit/s", FALSE},
                                   {1000, 1000, "kbit/s", FALSE},
                                   {1000000, 1000000, "Mbit/s", FALSE},
                                   {1000000000, 1000000000, "Gbit/s", FALSE},
                                   {0, 0, NULL, FALSE}};
    return scaled(bits_per_s, scales);
}

char *scn_format_rate(RepRate rate)
{
    static const struct {
        guint64 ns;
        const char *name;
    } units[] = {{SIM_S, "s"},   {SIM_MIN, "min"}, {SIM_HOUR, "h"}, {24 * SIM_HOUR, "d"},
                 {SIM_MS, "ms"}, {SIM_US, "us"},   {1, "ns"}};
    if (rate.per == 0)
        return g_strdup("0/s");
    /* A unit in which the number is whole, or else one in which it has few decimal places. */
    for (guint64 places = 1; places <= 1000000000; places *= 10)
        for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
            unsigned __int128 events = (unsigned __int128)rate.events * units[i].ns;
            if (__builtin_mul_overflow(events, (unsigned __int128)places, &events) ||
                events % rate.per != 0 || events / rate.per > G_MAXINT64)
                continue;
            g_autofree char *number = in_unit((guint64)(events / rate.per), places);
            return g_strdup_printf("%s/%s", number, units[i].name);
        }
    return g_strdup_printf("%" G_GUINT64_FORMAT "/%" G_GUINT64_FORMAT "ns", rate.events, rate.per);
}

/* The fewest digits that read back to `value` (finite, >= 0): digits * 10^exponent. */
static void shortest(double value, char digits[32], int *exponent)
{
    char text[40];
    for (int precision = 0; precision <= 16; precision++) {
        char format[8];
        g_snprintf(format, sizeof format, "%%.%de", precision);
        g_ascii_formatd(text, sizeof text, format, value);
        if (g_ascii_strtod(text, NULL) == value)
            break;
    }
    int n = 0, places = 0;
    char *at = text;
    for (; *at && *at != 'e'; at++)
        if (g_ascii_isdigit(*at))
            digits[n++] = *at;
    places = n - 1;
    digits[n] = '\0';
    *exponent = *at == 'e' ? (int)g_ascii_strtoll(at + 1, NULL, 10) - places : 0;
    while (n > 1 && digits[n - 1] == '0') {
        digits[--n] = '\0';
        (*exponent)++;
    }
}

static char *plain_double(double value, int shift)
{
    char digits[32];
    int exponent;
    shortest(value, digits, &exponent);
    exponent += shift;
    if (strcmp(digits, "0") == 0)
        return g_strdup("0");
    if (exponent > 15 || exponent + (int)strlen(digits) < -6)
        return g_strdup_printf("%se%d", digits, exponent);
    return scn_decimal_text(digits, exponent);
}

char *scn_format_number(double number)
{
    g_autofree char *text = plain_double(number < 0 ? -number : number, 0);
    return g_strdup_printf("%s%s", number < 0 ? "-" : "", text);
}

char *scn_format_ratio(double ratio)
{
    g_autofree char *text = plain_double(ratio, 2);
    return g_strdup_printf("%s%%", text);
}

char *scn_format_factor(double factor)
{
    g_autofree char *text = plain_double(factor, 0);
    return g_strdup_printf("x%s", text);
}
