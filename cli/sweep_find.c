/* sweep_find.c — see sweep_find.h. */
#include "cli/sweep_find.h"

#include "analysis/json_keys.h"
#include "cli/outcome.h"
#include "cli/sweep_points.h"
#include "cli/version.h"
#include "sim/detmath.h"

#include <string.h>

enum { FIRST_POINTS = 5, POINTS_MOST = 60 };
#define NARROW 0.04 /* a bracket's width, as a share of its upper end */
#define WIDE 10.0   /* ends further apart than this are divided at even ratios */

typedef struct Tried {
    double number;
    char *text;           /* owned */
    AnaVerdict *verdicts; /* of all checks of all variants; owned */
} Tried;

typedef struct Search {
    CliRunOptions *options;
    const char *file;
    const CliAxis *axis;
    GArray *tried;       /* Tried, by number */
    GPtrArray *checks;   /* their texts; owned */
    GPtrArray *variants; /* per check: of which variant; "" where there is one */
    gboolean interrupted;
} Search;

static Tried *tried_at(const Search *search, guint i)
{
    return &g_array_index(search->tried, Tried, i);
}

static void clear_tried(gpointer data)
{
    Tried *tried = data;
    g_free(tried->text);
    g_free(tried->verdicts);
}

/* ---- points ------------------------------------------------------------------------------- */

static double between(const Search *search, double from, double to, double share)
{
    gboolean is_by_ratio = from > 0 && search->axis->to > WIDE * search->axis->from;
    return is_by_ratio ? from * sim_exp(sim_log(to / from) * share) : from + (to - from) * share;
}

static gboolean is_tried(const Search *search, const char *text)
{
    for (guint i = 0; i < search->tried->len; i++)
        if (strcmp(tried_at(search, i)->text, text) == 0)
            return TRUE;
    return FALSE;
}

/* A further point to try, unless it is there. */
static void wish(const Search *search, GArray *wanted, double number)
{
    Tried tried = {.number = number, .text = cli_vary_text(search->axis, number)};
    gboolean is_known = is_tried(search, tried.text);
    for (guint i = 0; i < wanted->len; i++)
        is_known |= strcmp(g_array_index(wanted, Tried, i).text, tried.text) == 0;
    if (is_known)
        g_free(tried.text);
    else
        g_array_append_val(wanted, tried);
}

static gboolean differ(const Search *search, const Tried *a, const Tried *b)
{
    for (guint c = 0; c < search->checks->len; c++)
        if (a->verdicts[c] != b->verdicts[c])
            return TRUE;
    return FALSE;
}

static void wish_between(const Search *search, GArray *wanted)
{
    for (guint i = 0; i + 1 < search->tried->len; i++) {
        const Tried *a = tried_at(search, i), *b = tried_at(search, i + 1);
        gboolean is_narrow = b->number - a->number <= NARROW * b->number;
        if (!is_narrow && differ(search, a, b) && search->tried->len + wanted->len < POINTS_MOST)
            wish(search, wanted, between(search, a->number, b->number, 0.5));
    }
}

/* ---- trying ------------------------------------------------------------------------------- */

static gint by_number(gconstpointer a, gconstpointer b)
{
    double x = ((const Tried *)a)->number, y = ((const Tried *)b)->number;
    return (x > y) - (x < y);
}

/* Every point has the same variants and checks. */
static void name_checks(Search *search, const CliRuns *runs, guint n_variants)
{
    gboolean is_first = search->checks->len == 0;
    for (guint v = 0; v < n_variants && is_first; v++) {
        const ScnVariant *variant = runs->variants[v].variant;
        for (gsize e = 0; e < variant->n_expectations; e++) {
            g_ptr_array_add(search->checks, g_strdup(variant->expectations[e].text));
            g_ptr_array_add(search->variants, g_strdup(n_variants > 1 ? variant->name : ""));
        }
    }
}

static void read_verdicts(Search *search, const CliRuns *runs, GArray *wanted)
{
    guint n_variants = runs->n_variants / wanted->len;
    name_checks(search, runs, n_variants);
    for (guint p = 0; p < wanted->len; p++) {
        Tried tried = g_array_index(wanted, Tried, p);
        guint check = 0;
        tried.verdicts = g_new0(AnaVerdict, search->checks->len + 1);
        for (guint v = 0; v < n_variants; v++) {
            guint number = p * n_variants + v;
            gsize n = runs->variants[number].variant->n_expectations;
            for (gsize e = 0; e < n && check < search->checks->len; e++)
                tried.verdicts[check++] = ana_result_check(runs->result, number, e)->verdict;
        }
        g_array_append_val(search->tried, tried);
    }
    g_array_sort(search->tried, by_number);
}

static CliStatus run_wanted(Search *search, GArray *wanted, const GPtrArray *inputs)
{
    CliRunsRequest request = cli_points_request(search->options, inputs);
    CliRuns runs;
    CliStatus status = cli_runs_prepare(&request, &runs);
    if (status == CLI_OK)
        status = cli_check_budget(&runs, search->options->budget);
    if (status == CLI_OK) {
        cli_runs_execute(&request, &runs);
        cli_report_overflow(&runs);
        search->interrupted = runs.interrupted;
        if (!runs.interrupted)
            read_verdicts(search, &runs, wanted);
    }
    cli_runs_clear(&runs);
    return status == CLI_OK && search->interrupted ? CLI_INTERRUPTED : status;
}

static CliStatus try_all(Search *search, GArray *wanted)
{
    g_autoptr(GPtrArray) inputs = NULL;
    g_autoptr(GArray) axes = g_array_new(FALSE, TRUE, sizeof(CliAxis));
    CliAxis axis = *search->axis;
    axis.values = g_ptr_array_new();
    for (guint i = 0; i < wanted->len; i++)
        g_ptr_array_add(axis.values, g_array_index(wanted, Tried, i).text);
    g_array_append_val(axes, axis);
    g_autoptr(GArray) points = cli_points_new(axes, FALSE);
    CliStatus status = cli_points_read(search->options, search->file, axes, points,
                                       search->tried->len == 0, &inputs);
    if (status == CLI_OK)
        status = run_wanted(search, wanted, inputs);
    g_ptr_array_unref(axis.values);
    return status;
}

/* From end to end, then where verdicts differ, until nothing is left to be narrowed. */
static CliStatus look(Search *search)
{
    CliStatus status = CLI_OK;
    for (guint round = 0; status == CLI_OK; round++) {
        g_autoptr(GArray) wanted = g_array_new(FALSE, TRUE, sizeof(Tried));
        for (guint i = 0; round == 0 && i < FIRST_POINTS; i++)
            wish(search, wanted,
                 between(search, search->axis->from, search->axis->to,
                         (double)i / (FIRST_POINTS - 1)));
        wish_between(search, wanted);
        if (wanted->len == 0)
            break;
        status = try_all(search, wanted);
    }
    return status;
}

/* ---- answers ------------------------------------------------------------------------------ */

static const char *verb_of(AnaVerdict verdict)
{
    return verdict == ANA_PASS ? "passes" : verdict == ANA_FAIL ? "fails" : "is inconclusive";
}

/* The last point of the stretch of one verdict that begins at `from`. */
static guint stretch_end(const Search *search, guint check, guint from)
{
    guint end = from;
    while (end + 1 < search->tried->len &&
           tried_at(search, end + 1)->verdicts[check] == tried_at(search, from)->verdicts[check])
        end++;
    return end;
}

/* "passes up to detect = 8.5s and fails from 8.8s" */
static char *stretches(const Search *search, guint check)
{
    GString *text = g_string_new(NULL);
    const char *label = search->axis->label;
    guint last = search->tried->len - 1;
    for (guint from = 0, end; from <= last; from = end + 1) {
        end = stretch_end(search, check, from);
        const char *verb = verb_of(tried_at(search, from)->verdicts[check]);
        const char *first = tried_at(search, from)->text, *final = tried_at(search, end)->text;
        g_string_append(text, from == 0 ? "" : end == last ? " and " : ", ");
        if (from == 0 && end == last)
            g_string_append_printf(text, "%s everywhere", verb);
        else if (from == 0)
            g_string_append_printf(text, "%s up to %s = %s", verb, label, final);
        else if (end == last)
            g_string_append_printf(text, "%s from %s", verb, first);
        else
            g_string_append_printf(text, "%s from %s to %s", verb, first, final);
    }
    return g_string_free(text, FALSE);
}

static gboolean passes_all(const Search *search, guint point)
{
    for (guint c = 0; c < search->checks->len; c++)
        if (tried_at(search, point)->verdicts[c] != ANA_PASS)
            return FALSE;
    return TRUE;
}

/* The longest stretch in which every check passes; FALSE: there is none. */
static gboolean passing_range(const Search *search, guint *first, guint *last)
{
    guint best = 0;
    for (guint from = 0; from < search->tried->len; from++) {
        guint n = 0;
        while (from + n < search->tried->len && passes_all(search, from + n))
            n++;
        if (n > best) {
            best = n;
            *first = from;
            *last = from + n - 1;
        }
    }
    return best > 0;
}

static void print_answers(CliPage *page, const Search *search)
{
    guint first, last;
    for (guint c = 0; c < search->checks->len; c++) {
        const char *variant = g_ptr_array_index(search->variants, c);
        g_autofree char *answer = stretches(search, c);
        g_autofree char *line =
            g_strdup_printf("%s%s'%s' %s", variant, *variant ? ": " : "",
                            (const char *)g_ptr_array_index(search->checks, c), answer);
        cli_page_wrap(page, 2, line);
    }
    if (passing_range(search, &first, &last))
        cli_page_printf(page, "passing range: %s … %s", tried_at(search, first)->text,
                        tried_at(search, last)->text);
    else
        cli_page_add(page, "no point passes every check");
    cli_page_printf(page, "   (%u points tried)\n", search->tried->len);
}

static void write_stretches(AnaJson *json, const Search *search, guint check)
{
    ana_put_list(json, ANA_JSON_SEARCHED_STRETCHES, ANA_JSON_INLINE);
    for (guint from = 0, end; from < search->tried->len; from = end + 1) {
        end = stretch_end(search, check, from);
        ana_json_object(json, ANA_JSON_INLINE);
        ana_put_text(json, ANA_JSON_STRETCH_VERDICT,
                     ana_verdict_name(tried_at(search, from)->verdicts[check]));
        ana_put_text(json, ANA_JSON_STRETCH_FROM, tried_at(search, from)->text);
        ana_put_text(json, ANA_JSON_STRETCH_TO, tried_at(search, end)->text);
        ana_json_end(json);
    }
    ana_json_end(json);
}

static GString *document(const Search *search)
{
    GString *out = g_string_new(NULL);
    AnaJson *json = ana_json_new(out);
    guint first, last;
    ana_json_object(json, ANA_JSON_LINES);
    ana_put_format(json, ANA_JSON_BRACKETS_FORMAT);
    ana_put_text(json, ANA_JSON_BRACKETS_REPLSIM, REPLSIM_VERSION);
    ana_put_text(json, ANA_JSON_BRACKETS_KEY, search->axis->key);
    ana_put_uint(json, ANA_JSON_BRACKETS_POINTS, search->tried->len);
    ana_put_list(json, ANA_JSON_BRACKETS_CHECKS, ANA_JSON_LINES);
    for (guint c = 0; c < search->checks->len; c++) {
        ana_json_object(json, ANA_JSON_INLINE);
        if (*(char *)g_ptr_array_index(search->variants, c))
            ana_put_text(json, ANA_JSON_SEARCHED_VARIANT, g_ptr_array_index(search->variants, c));
        ana_put_text(json, ANA_JSON_SEARCHED_CHECK, g_ptr_array_index(search->checks, c));
        write_stretches(json, search, c);
        ana_json_end(json);
    }
    ana_json_end(json);
    if (passing_range(search, &first, &last)) {
        ana_put_object(json, ANA_JSON_BRACKETS_PASSING, ANA_JSON_INLINE);
        ana_put_text(json, ANA_JSON_RANGE_FROM, tried_at(search, first)->text);
        ana_put_text(json, ANA_JSON_RANGE_TO, tried_at(search, last)->text);
        ana_json_end(json);
    }
    ana_json_end(json);
    ana_json_free(json);
    g_string_append_c(out, '\n');
    return out;
}

static CliStatus answer(const Search *search)
{
    guint first, last;
    CliStatus written = CLI_OK, verdict = CLI_FAILED;
    if (search->checks->len == 0) {
        cli_error("--find looks for where checks pass, and '%s' has none", search->file);
        cli_hint("add 'expect:' to the scenario");
        return CLI_USAGE;
    }
    if (search->options->common.json) {
        g_autoptr(GString) text = document(search);
        written = cli_write(text->str, text->len);
    } else {
        CliPage page = cli_page_new(cli_terminal());
        print_answers(&page, search);
        written = search->options->common.quiet ? CLI_OK : cli_write_page(&page);
        cli_page_clear(&page);
    }
    if (passing_range(search, &first, &last))
        verdict = CLI_OK;
    return written == CLI_OK ? verdict : written;
}

CliStatus cli_sweep_find(CliRunOptions *options, const char *file, const GArray *axes)
{
    const CliAxis *axis = &g_array_index(axes, CliAxis, 0);
    if (axes->len != 1 || !axis->is_range) {
        cli_error("--find searches one range: --vary KEY=A..B");
        return CLI_USAGE;
    }
    Search search = {.options = options,
                     .file = file,
                     .axis = axis,
                     .tried = g_array_new(FALSE, TRUE, sizeof(Tried)),
                     .checks = g_ptr_array_new_with_free_func(g_free),
                     .variants = g_ptr_array_new_with_free_func(g_free)};
    g_array_set_clear_func(search.tried, clear_tried);
    CliStatus status = look(&search);
    if (status == CLI_OK)
        status = answer(&search);
    g_array_unref(search.tried);
    g_ptr_array_unref(search.checks);
    g_ptr_array_unref(search.variants);
    return status;
}
