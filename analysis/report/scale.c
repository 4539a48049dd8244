/* scale.c — see scale.h. */
#include "analysis/report/scale.h"

#include "sim/check.h"
#include "sim/detmath.h"

#include <math.h>
#include <string.h>

#define TICKS_MAX 400

/* ---- places ------------------------------------------------------------------------------- */

/* A monotone function of the value in which the scale is linear. */
static double bend(AnaScaleKind kind, double value)
{
    switch (kind) {
    case ANA_SCALE_LINEAR:
        return value;
    case ANA_SCALE_LOG:
        return sim_log(value);
    case ANA_SCALE_TAIL:
        return -sim_log1p(-value);
    }
    SIM_UNREACHABLE();
}

static double unbend(AnaScaleKind kind, double bent)
{
    switch (kind) {
    case ANA_SCALE_LINEAR:
        return bent;
    case ANA_SCALE_LOG:
        return sim_exp(bent);
    case ANA_SCALE_TAIL:
        return -sim_expm1(-bent);
    }
    SIM_UNREACHABLE();
}

double ana_scale_at(const AnaScale *scale, double value)
{
    if (scale->kind == ANA_SCALE_LOG && !(value > 0))
        return scale->from;
    if (scale->kind == ANA_SCALE_TAIL && value >= 1)
        return scale->to;
    double low = bend(scale->kind, scale->low), high = bend(scale->kind, scale->high);
    if (!(high > low))
        return (scale->from + scale->to) / 2;
    double share = (bend(scale->kind, value) - low) / (high - low);
    return scale->from + share * (scale->to - scale->from);
}

double ana_scale_value(const AnaScale *scale, double at)
{
    double low = bend(scale->kind, scale->low), high = bend(scale->kind, scale->high);
    double share = (at - scale->from) / (scale->to - scale->from);
    return unbend(scale->kind, low + share * (high - low));
}

/* ---- round numbers ------------------------------------------------------------------------ */

/* 10^power, exact to the last bit where it can be. */
static double ten_to(int power)
{
    double value = 1;
    for (int i = 0; i < ABS(power); i++)
        value *= 10;
    return power < 0 ? 1 / value : value;
}

/* The power of ten at or below x > 0. */
static int power_below(double x)
{
    int power = (int)floor(sim_log(x) / sim_log(10));
    while (ten_to(power) > x * (1 + 1e-12))
        power--;
    while (ten_to(power + 1) <= x * (1 + 1e-12))
        power++;
    return power;
}

/* Steps of times beyond what 1, 2, 5 suits, in seconds. */
static const double long_steps[] = {10,   15,   20,   30,    60,    120,   300,   600,    900,
                                    1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800};

/* The least round step of at least `least`. */
static double round_step(double least, AnaTickForm form)
{
    if (form == ANA_TICK_TIME && least > 5e9)
        for (gsize i = 0; i < G_N_ELEMENTS(long_steps); i++)
            if (long_steps[i] * 1e9 >= least)
                return long_steps[i] * 1e9;
    double ten = ten_to(power_below(least));
    static const double factors[] = {1, 2, 5, 10};
    for (gsize i = 0; i < G_N_ELEMENTS(factors); i++)
        if (factors[i] * ten >= least * (1 - 1e-9))
            return factors[i] * ten;
    return 10 * ten;
}

/* ---- labels ------------------------------------------------------------------------------- */

typedef struct Unit {
    double size;
    const char *name;
} Unit;

static const Unit time_units[] = {{1, " ns"},  {1e3, " µs"},   {1e6, " ms"},
                                  {1e9, " s"}, {60e9, " min"}, {3600e9, " h"}};

/* The largest of the first n units that is not above `size`. */
static Unit unit_below(double size, gsize n)
{
    gsize i = n - 1;
    while (i > 0 && time_units[i].size > size * (1 + 1e-9))
        i--;
    return time_units[i];
}

/* As many decimals as the value has, four digits at least. */
static void write_plain(char *out, double value, const char *unit)
{
    char digits[64];
    g_ascii_formatd(digits, sizeof digits, "%.10g", value);
    if (strchr(digits, 'e') || strlen(digits) > 12)
        g_ascii_formatd(digits, sizeof digits, "%.3g", value);
    GString *text = g_string_new(digits);
    char *point = strchr(text->str, '.');
    gssize end = point ? point - text->str : (gssize)text->len;
    for (gssize at = end - 3; at > (*text->str == '-' ? 1 : 0) && !strchr(digits, 'e'); at -= 3)
        g_string_insert_c(text, at, ',');
    g_snprintf(out, ANA_TICK_TEXT, "%s%s", text->str, unit);
    g_string_free(text, TRUE);
}

/* `unit` is that of a linear scale; of others each tick has its own. */
static void write_label(AnaTick *tick, AnaTickForm form, const Unit *unit)
{
    switch (form) {
    case ANA_TICK_COUNT:
        write_plain(tick->label, tick->value, "");
        return;
    case ANA_TICK_SHARE:
    case ANA_TICK_QUANTILE:
        write_plain(tick->label, tick->value * 100, " %");
        return;
    case ANA_TICK_TIME:
        write_plain(tick->label, tick->value / unit->size, tick->value == 0 ? "" : unit->name);
        if (tick->value == 0)
            g_strlcpy(tick->label, "0", ANA_TICK_TEXT);
        return;
    }
    SIM_UNREACHABLE();
}

static void add_tick(GArray *ticks, double value, gboolean is_major)
{
    AnaTick tick = {.value = value, .is_major = is_major};
    g_array_append_val(ticks, tick);
}

/* ---- linear ------------------------------------------------------------------------------- */

static double linear_step(const AnaScale *scale, AnaTickForm form, guint most)
{
    return round_step((scale->high - scale->low) / MAX(most, 1), form);
}

/* One unit for all: the largest that is not beyond the scale and in which a step needs one decimal
 * at most; minutes and hours only for whole ones. */
static Unit unit_of_steps(double step, double largest)
{
    gsize i = G_N_ELEMENTS(time_units) - 1;
    while (i > 0) {
        double steps = step / time_units[i].size, tenth = steps * 10;
        gboolean is_short = i >= 4 ? steps >= 1 && steps == floor(steps)
                                   : tenth >= 1 - 1e-9 && fabs(tenth - floor(tenth + 0.5)) < 1e-6;
        if (is_short && time_units[i].size <= largest)
            break;
        i--;
    }
    return time_units[i];
}

static void linear_ticks(const AnaScale *scale, AnaTickForm form, guint most, GArray *ticks)
{
    double step = linear_step(scale, form, most);
    double first = ceil(scale->low / step - 1e-9) + 0.0, last = floor(scale->high / step + 1e-9);
    Unit unit = unit_of_steps(step, MAX(fabs(scale->high), fabs(scale->low)));
    for (double i = first; i <= last && ticks->len < TICKS_MAX; i++) {
        add_tick(ticks, i * step, TRUE);
        write_label(&g_array_index(ticks, AnaTick, ticks->len - 1), form, &unit);
    }
}

/* ---- logarithmic -------------------------------------------------------------------------- */

static gboolean is_within(const AnaScale *scale, double value)
{
    return value >= scale->low * (1 - 1e-9) && value <= scale->high * (1 + 1e-9);
}

/* The factors of a decade that have a label, by how much room there is. */
static gboolean log_major(int factor, int power, double decades, guint most)
{
    if (decades * 3 <= most)
        return factor == 1 || factor == 2 || factor == 5;
    int every = (int)ceil(decades / MAX(most, 1));
    return factor == 1 && power % MAX(every, 1) == 0;
}

static void log_ticks(const AnaScale *scale, AnaTickForm form, guint most, GArray *ticks)
{
    int first = power_below(scale->low), last = power_below(scale->high);
    double decades = sim_log(scale->high / scale->low) / sim_log(10);
    for (int power = first; power <= last; power++)
        for (int factor = 1; factor <= 9 && ticks->len < TICKS_MAX; factor++) {
            double value = power < 0 ? factor / ten_to(-power) : factor * ten_to(power);
            if (!is_within(scale, value))
                continue;
            Unit unit = unit_below(value, 4);
            add_tick(ticks, value, log_major(factor, power, decades, most));
            AnaTick *tick = &g_array_index(ticks, AnaTick, ticks->len - 1);
            if (tick->is_major)
                write_label(tick, form, &unit);
        }
}

/* ---- quantiles ---------------------------------------------------------------------------- */

static void tail_ticks(const AnaScale *scale, GArray *ticks)
{
    static const double early[] = {0, 0.25, 0.5, 0.75};
    for (gsize i = 0; i < G_N_ELEMENTS(early); i++)
        if (early[i] >= scale->low && early[i] <= scale->high)
            add_tick(ticks, early[i], early[i] == 0 || early[i] == 0.5);
    for (int power = 1; power <= 12; power++) {
        double value = 1 - 1 / ten_to(power);
        if (value >= scale->low && value <= scale->high * (1 + 1e-15))
            add_tick(ticks, value, TRUE);
    }
    for (guint i = 0; i < ticks->len; i++) {
        AnaTick *tick = &g_array_index(ticks, AnaTick, i);
        if (tick->is_major)
            write_label(tick, ANA_TICK_QUANTILE, NULL);
    }
}

/* ---- the whole ---------------------------------------------------------------------------- */

GArray *ana_ticks(const AnaScale *scale, AnaTickForm form, guint most)
{
    GArray *ticks = g_array_new(FALSE, TRUE, sizeof(AnaTick));
    if (!(scale->high > scale->low))
        return ticks;
    switch (scale->kind) {
    case ANA_SCALE_LINEAR:
        linear_ticks(scale, form, most, ticks);
        break;
    case ANA_SCALE_LOG:
        log_ticks(scale, form, most, ticks);
        break;
    case ANA_SCALE_TAIL:
        tail_ticks(scale, ticks);
        break;
    }
    return ticks;
}

static double round_below(double x)
{
    double ten = ten_to(power_below(x));
    return (x >= 5 * ten ? 5 : x >= 2 * ten ? 2 : 1) * ten;
}

static double round_above(double x)
{
    double below = round_below(x);
    if (below >= x * (1 - 1e-12))
        return below;
    double ten = ten_to(power_below(x));
    return (x < 2 * ten ? 2 : x < 5 * ten ? 5 : 10) * ten;
}

void ana_scale_widen(AnaScale *scale, AnaTickForm form, guint most)
{
    if (scale->kind == ANA_SCALE_LOG) {
        scale->low = round_below(scale->low);
        scale->high = round_above(scale->high);
        if (!(scale->high > scale->low))
            scale->high = round_above(scale->low * 1.5);
    } else if (scale->kind == ANA_SCALE_LINEAR) {
        if (!(scale->high > scale->low))
            scale->high = scale->low + (scale->low > 0 ? scale->low : 1);
        double step = linear_step(scale, form, most);
        scale->low = floor(scale->low / step + 1e-9) * step;
        scale->high = ceil(scale->high / step - 1e-9) * step;
    }
}
