/* vary.c — see vary.h. */
#include "cli/vary.h"

#include "cli/terminal.h"
#include "scenarios/format/quantity.h"
#include "sim/detmath.h"

#include <math.h>
#include <string.h>

#define VALUES_MAX 10000u
#define POINTS_MAX 1000000u

/* ---- quantities --------------------------------------------------------------------------- */

/* What a scenario writes with units of its own; NULL: nothing of that. */
static const char *read_known(const char *text, double *number)
{
    g_auto(ScnIssue) issue = {0};
    gint64 whole;
    RepRate rate;
    if (scn_parse_span(text, &whole, &issue)) {
        *number = (double)whole;
        return g_ascii_isdigit(text[strlen(text) - 1]) ? "" : "ns"; /* 0 needs no unit */
    }
    if (scn_parse_rate(text, &rate, &issue)) {
        *number = (double)rate.events * (double)SIM_S / (double)rate.per;
        return "/s";
    }
    if (scn_parse_count(text, &whole, &issue)) {
        *number = (double)whole;
        return "";
    }
    if (scn_parse_size(text, &whole, &issue)) {
        *number = (double)whole;
        return "B";
    }
    return NULL;
}

/* FALSE: it is none. *unit is a copy. */
static gboolean read_quantity(const char *text, double *number, char **unit)
{
    const char *known = read_known(text, number);
    char *end;
    if (known) {
        *unit = g_strdup(known);
        return TRUE;
    }
    *number = g_ascii_strtod(text, &end);
    if (end == text || !isfinite(*number))
        return FALSE;
    *unit = g_strdup(end);
    return TRUE;
}

/* To three digits that count. */
static double rounded(double number)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    return g_ascii_strtod(g_ascii_formatd(text, sizeof text, "%.3g", number), NULL);
}

static char *spelled(double number, const char *unit)
{
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    if (strcmp(unit, "ns") == 0)
        return scn_format_span((SimSpan)floor(number + 0.5));
    if (strcmp(unit, "B") == 0)
        return scn_format_size((gint64)floor(number + 0.5));
    g_ascii_formatd(text, sizeof text, fabs(number) < 1e15 ? "%.12g" : "%.0f", number);
    return g_strconcat(text, unit, NULL);
}

/* A range such as 1..9: what lies between are whole numbers. */
static gboolean is_whole(const CliAxis *axis)
{
    return axis->unit[0] == '\0' && floor(axis->from) == axis->from &&
           floor(axis->to) == axis->to && axis->to - axis->from >= 2;
}

char *cli_vary_text(const CliAxis *axis, double number)
{
    return spelled(is_whole(axis) ? floor(rounded(number) + 0.5) : rounded(number), axis->unit);
}

double *cli_vary_numbers(const CliAxis *axis, char **unit)
{
    g_autofree double *numbers = g_new0(double, axis->values->len + 1);
    g_autofree char *shared = NULL;
    for (guint i = 0; i < axis->values->len; i++) {
        g_autofree char *own = NULL;
        if (!read_quantity(g_ptr_array_index(axis->values, i), &numbers[i], &own))
            return NULL;
        gboolean is_bare_zero = own[0] == '\0' && numbers[i] == 0;
        if (shared && !is_bare_zero && strcmp(own, shared) != 0)
            return NULL;
        if (!shared && (!is_bare_zero || i + 1 == axis->values->len))
            shared = g_steal_pointer(&own);
    }
    *unit = g_steal_pointer(&shared);
    return g_steal_pointer(&numbers);
}

/* ---- ranges ------------------------------------------------------------------------------- */

typedef struct Range {
    double from, to, step;
    char *unit; /* owned */
    guint n;    /* log: how many; 0: by steps */
} Range;

static gboolean report(const char *text, const char *problem)
{
    cli_error("--vary %s: %s", text, problem);
    cli_hint("for example  --vary network.within=1ms,5ms   --vary policy.write_quorum=1..3   "
             "--vary policy.failover.detect='1s..30s log 8'");
    return FALSE;
}

/* Both ends, of one kind. */
static gboolean read_ends(const char *text, const char *from, const char *to, Range *range)
{
    g_autofree char *other = NULL;
    if (!read_quantity(from, &range->from, &range->unit) || !read_quantity(to, &range->to, &other))
        return report(text, "the ends of a range are quantities");
    gboolean is_bare = range->unit[0] == '\0' && range->from == 0;
    if (is_bare) { /* 0..10ms */
        g_free(range->unit);
        range->unit = g_strdup(other);
    }
    if (strcmp(range->unit, other) != 0)
        return report(text, "the ends of a range have one unit");
    return range->from < range->to || report(text, "a range goes from less to more");
}

static gboolean read_step(const char *text, const char *step, Range *range)
{
    g_autofree char *unit = NULL;
    if (!read_quantity(step, &range->step, &unit) || strcmp(unit, range->unit) != 0 ||
        range->step <= 0)
        return report(text, "a step is a quantity of the same unit, and more than 0");
    return (range->to - range->from) / range->step < VALUES_MAX ||
           report(text, "10,000 values are the most");
}

static gboolean read_log(const char *text, const char *count, Range *range)
{
    guint64 n;
    if (!g_ascii_string_to_unsigned(count, 10, 2, VALUES_MAX, &n, NULL))
        return report(text, "'log' takes how many values there are, 2 or more");
    if (range->from <= 0)
        return report(text, "even ratios begin above 0");
    range->n = (guint)n;
    return TRUE;
}

/* Reads A..B and what follows; *is_bare: nothing does. */
static gboolean read_range(const char *text, const char *values, Range *range, gboolean *is_bare)
{
    g_autofree char *copy = g_strdup(values);
    char *dots = strstr(copy, "..");
    char *rest = dots + 2 + strcspn(dots + 2, " ");
    *dots = '\0';
    if (*rest)
        *rest++ = '\0';
    rest = g_strstrip(rest);
    *is_bare = *rest == '\0';
    if (!read_ends(text, g_strstrip(copy), dots + 2, range))
        return FALSE;
    if (*is_bare)
        return TRUE;
    if (g_str_has_prefix(rest, "step "))
        return read_step(text, g_strstrip(rest + 5), range);
    if (g_str_has_prefix(rest, "log "))
        return read_log(text, g_strstrip(rest + 4), range);
    return report(text, "a range may be followed by 'step C' or 'log N'");
}

static void add_value(CliAxis *axis, double number, gboolean is_exact)
{
    char *text = is_exact ? spelled(number, axis->unit) : cli_vary_text(axis, number);
    gboolean is_known = axis->values->len > 0 &&
                        strcmp(g_ptr_array_index(axis->values, axis->values->len - 1), text) == 0;
    if (is_known)
        g_free(text);
    else
        g_ptr_array_add(axis->values, text);
}

static void add_range(CliAxis *axis, const Range *range)
{
    double ratio = range->n ? sim_log(range->to / range->from) / (double)(range->n - 1) : 0;
    for (guint i = 0; i < range->n; i++)
        add_value(axis, range->from * sim_exp(ratio * (double)i), i == 0);
    for (guint i = 0; range->n == 0; i++) {
        double value = range->from + range->step * (double)i;
        if (value > range->to + range->step * 1e-9)
            return;
        add_value(axis, value, TRUE);
    }
}

/* ---- one axis ----------------------------------------------------------------------------- */

/* Commas outside brackets and quotes. */
static GPtrArray *split(const char *text)
{
    GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
    int depth = 0;
    char quote = '\0';
    const char *start = text;
    for (const char *at = text;; at++) {
        if (quote)
            quote = *at == quote ? '\0' : quote;
        else if (*at == '"' || *at == '\'')
            quote = *at;
        depth += *at && strchr("([{", *at) ? 1 : *at && strchr(")]}", *at) ? -1 : 0;
        if (*at && (*at != ',' || depth > 0 || quote))
            continue;
        char *part = g_strstrip(g_strndup(start, (gsize)(at - start)));
        g_ptr_array_add(parts, part);
        if (!*at)
            return parts;
        start = at + 1;
    }
}

static gboolean is_range_text(const char *values)
{
    const char *dots = strstr(values, "..");
    return dots && dots > values && !strpbrk(values, "()[]{},\"'") &&
           (g_ascii_isdigit(values[0]) || values[0] == '-' || values[0] == '.');
}

static gboolean fill_range(const char *text, const char *values, gboolean is_find, CliAxis *axis)
{
    Range range = {0};
    gboolean is_bare;
    if (!read_range(text, values, &range, &is_bare)) {
        g_free(range.unit);
        return FALSE;
    }
    axis->unit = range.unit;
    axis->from = range.from;
    axis->to = range.to;
    axis->is_range = is_bare;
    if (is_bare && is_find)
        return TRUE;
    gboolean is_counted = range.unit[0] == '\0' && floor(range.from) == range.from;
    if (is_bare && (!is_counted || range.to - range.from >= VALUES_MAX))
        return report(text, is_counted ? "10,000 values are the most"
                                       : "this range needs a 'step C' or 'log N'");
    if (is_bare)
        range.step = 1;
    add_range(axis, &range);
    return TRUE;
}

static gboolean fill_list(const char *text, const char *values, CliAxis *axis)
{
    g_ptr_array_unref(axis->values);
    axis->values = split(values);
    for (guint i = 0; i < axis->values->len; i++)
        if (*(char *)g_ptr_array_index(axis->values, i) == '\0')
            return report(text, "a value is empty");
    return axis->values->len <= VALUES_MAX || report(text, "10,000 values are the most");
}

static gboolean read_axis(const char *text, gboolean is_find, CliAxis *axis)
{
    const char *sign = strchr(text, '=');
    *axis = (CliAxis){.values = g_ptr_array_new_with_free_func(g_free)};
    if (!sign || sign == text || !sign[1])
        return report(text, "expected KEY=VALUES");
    axis->key = g_strndup(text, (gsize)(sign - text));
    return is_range_text(sign + 1) ? fill_range(text, sign + 1, is_find, axis)
                                   : fill_list(text, sign + 1, axis);
}

/* The last part of the path, unless another axis has the same. */
static void label_axes(GArray *axes)
{
    for (guint i = 0; i < axes->len; i++) {
        CliAxis *axis = &g_array_index(axes, CliAxis, i);
        const char *last = strrchr(axis->key, '.');
        gboolean is_taken = FALSE;
        for (guint k = 0; k < axes->len && last; k++)
            is_taken |= k != i && g_str_has_suffix(g_array_index(axes, CliAxis, k).key, last);
        axis->label = g_strdup(last && !is_taken ? last + 1 : axis->key);
    }
}

static void clear_axis(gpointer data)
{
    CliAxis *axis = data;
    g_free(axis->key);
    g_free(axis->label);
    g_free(axis->unit);
    if (axis->values)
        g_ptr_array_unref(axis->values);
}

GArray *cli_vary_read(char **texts, gboolean is_find)
{
    GArray *axes = g_array_new(FALSE, TRUE, sizeof(CliAxis));
    g_array_set_clear_func(axes, clear_axis);
    for (char **text = texts; text && *text; text++) {
        CliAxis axis;
        gboolean is_good = read_axis(*text, is_find, &axis);
        for (guint i = 0; is_good && i < axes->len; i++)
            if (strcmp(g_array_index(axes, CliAxis, i).key, axis.key) == 0)
                is_good = report(*text, "this key is varied already");
        g_array_append_val(axes, axis);
        if (!is_good) {
            cli_vary_free(axes);
            return NULL;
        }
    }
    label_axes(axes);
    return axes;
}

void cli_vary_free(GArray *axes)
{
    if (axes)
        g_array_unref(axes);
}

/* ---- points ------------------------------------------------------------------------------- */

static void clear_point(gpointer data)
{
    CliPoint *point = data;
    g_free(point->at);
    g_free(point->name);
}

static char *name_of(const GArray *axes, const guint *at)
{
    GString *name = g_string_new(NULL);
    for (guint a = 0; a < axes->len; a++) {
        const CliAxis *axis = &g_array_index(axes, CliAxis, a);
        g_string_append_printf(name, "%s%s=%s", a ? ", " : "", axis->label,
                               (const char *)g_ptr_array_index(axis->values, at[a]));
    }
    return g_string_free(name, FALSE);
}

/* How many there are; 0 after an error. */
static guint64 count_points(const GArray *axes, gboolean is_zipped)
{
    guint64 n = axes->len ? g_array_index(axes, CliAxis, 0).values->len : 0;
    for (guint a = 1; a < axes->len; a++) {
        const CliAxis *axis = &g_array_index(axes, CliAxis, a);
        if (is_zipped && axis->values->len != n) {
            cli_error("--zip pairs values, and '%s' has %u, but '%s' has %" G_GUINT64_FORMAT,
                      axis->key, axis->values->len, g_array_index(axes, CliAxis, 0).key, n);
            return 0;
        }
        n = is_zipped ? n : n * axis->values->len;
        if (n > POINTS_MAX)
            break;
    }
    if (n <= POINTS_MAX)
        return n;
    cli_error("a million points are the most");
    return 0;
}

GArray *cli_points_new(const GArray *axes, gboolean is_zipped)
{
    guint64 n = count_points(axes, is_zipped);
    if (n == 0)
        return NULL;
    GArray *points = g_array_new(FALSE, TRUE, sizeof(CliPoint));
    g_array_set_clear_func(points, clear_point);
    for (guint64 i = 0; i < n; i++) {
        CliPoint point = {.at = g_new0(guint, axes->len)};
        guint64 rest = i;
        for (guint a = axes->len; a-- > 0;) {
            guint size = g_array_index(axes, CliAxis, a).values->len;
            point.at[a] = (guint)(is_zipped ? i : rest % size);
            rest /= size;
        }
        point.name = name_of(axes, point.at);
        g_array_append_val(points, point);
    }
    return points;
}

void cli_points_free(GArray *points)
{
    if (points)
        g_array_unref(points);
}
