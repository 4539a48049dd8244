/*
 * Goal: one grammar of values, from text or from YAML, and what it makes: distributions, arrivals,
 * laws of keys.
 * Method: expressions are written out again; distributions are asked for their mean and quantiles;
 * the canonical spelling must read back to itself.
 */
#include "scenarios/format/expression.h"
#include "scenarios/format/functions.h"
#include "scenarios/format/reader.h"
#include "tests/support/check.h"

#include <math.h>
#include <string.h>

/* ---- the grammar -------------------------------------------------------------------------- */

static void write_out(const ScnExpr *expr, GString *out)
{
    if (expr->prefix[0])
        g_string_append_printf(out, "%s~", expr->prefix);
    static const char opening[] = {
        [SCN_EXPR_CALL] = '(', [SCN_EXPR_LIST] = '[', [SCN_EXPR_MAP] = '{'};
    static const char closing[] = {
        [SCN_EXPR_CALL] = ')', [SCN_EXPR_LIST] = ']', [SCN_EXPR_MAP] = '}'};
    if (expr->kind == SCN_EXPR_WORDS)
        g_string_append_printf(out, expr->is_quoted ? "'%s'" : "<%s>", expr->text);
    else
        g_string_append_printf(out, "%s%c", expr->text, opening[expr->kind]);
    for (gsize i = 0; i < expr->n; i++) {
        g_string_append(out, i ? " " : "");
        if (expr->arguments[i].key)
            g_string_append_printf(out, "%s%c", expr->arguments[i].key, expr->arguments[i].mark);
        write_out(expr->arguments[i].value, out);
    }
    if (expr->kind != SCN_EXPR_WORDS)
        g_string_append_c(out, closing[expr->kind]);
}

static char *parsed(const char *text)
{
    g_autoptr(ScnArena) arena = scn_arena_new();
    g_auto(ScnIssue) issue = {0};
    ScnNode *node = scn_node_scalar(arena, text, (ScnSpan){0}, "test");
    ScnExpr *expr = scn_expr_parse(node, arena, &issue);
    if (!expr)
        return g_strdup_printf("%s at %u", issue.message, (guint)issue.start);
    GString *out = g_string_new(NULL);
    write_out(expr, out);
    return g_string_free(out, FALSE);
}

static void texts_become_expressions(void)
{
    static const struct {
        const char *text, *expr;
    } rows[] = {{"5ms", "<5ms>"},
                {"  any   follower ", "<any follower>"},
                {"lognormal(p50=40ms, p99=90ms)", "lognormal(p50=<40ms> p99=<90ms>)"},
                {"first(1, [db2, db3])", "first(<1> [<db2> <db3>])"},
                {"mix(95% f(x), 5% 3 ms)", "mix(95%~f(<x>) <5% 3 ms>)"},
                {"steps(0s: 40ms, 1m 30s: g(1))", "steps(0s:<40ms> 1m 30s:g(<1>))"},
                {"10% after [0ms, 5ms]", "10% after~[<0ms> <5ms>]"},
                {"file(\"a, b.csv\", 'x=y')", "file('a, b.csv' 'x=y')"},
                {"home({1: us, 2 3: f(x)})", "home({1:<us> 2 3:f(<x>)})"},
                {"f()", "f()"},
                {"[]", "[]"},
                {"[[a, b], [c]]", "[[<a> <b>] [<c>]]"},
                {"f( a = b )", "f(a=<b>)"},
                {"12:30", "<12:30>"},
                {"a <-> b", "<a <-> b>"},
                {"a\n  (b)", "a '(' follows its name without a space at 4"},
                {"", "a value is missing here at 0"},
                {"f(", "this '(' is never closed at 1"},
                {"f(a", "this '(' is never closed at 1"},
                {"f(a))", "this ')' closes nothing at 4"},
                {"f(a,)", "a value is missing here at 4"},
                {"f(,a)", "a value is missing here at 2"},
                {"f(a) b", "'b' cannot follow a value at 5"},
                {"f(a=)", "a value is missing here at 4"},
                {"[a, b", "this '[' is never closed at 0"},
                {"[a) b]", "expected ',' or ']' at 2"},
                {"(a)", "there is no name in front of this '(' at 0"},
                {"'open", "this quote is never closed at 0"}};
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *expr = parsed(rows[i].text);
        test_row("%s", rows[i].text);
        CHECK_STR(expr, rows[i].expr);
    }
    test_row(NULL);
}

static void nesting_is_limited(void)
{
    GString *text = g_string_new(NULL);
    for (int i = 0; i < 40; i++)
        g_string_append(text, "f(");
    g_autofree char *expr = parsed(text->str);
    CHECK_STR(expr, "this is nested more than 32 levels deep at 65");
    g_string_free(text, TRUE);
}

/* ---- what values make --------------------------------------------------------------------- */

typedef struct Bench {
    ScnArena *arena;
    ScnDiags *diags;
    ScnFiles *files;
    ScnReader reader;
} Bench;

static void bench_init(Bench *bench)
{
    ScnFilesOptions options = {.folder = REPLSIM_SOURCE_DIR "/tests/errors"};
    bench->arena = scn_arena_new();
    bench->diags = scn_diags_new();
    bench->files = scn_files_new(&options);
    scn_reader_init(&bench->reader, bench->arena, bench->diags, bench->files);
}

static void bench_clear(Bench *bench)
{
    scn_reader_clear(&bench->reader);
    scn_files_free(bench->files);
    scn_diags_free(bench->diags);
    scn_arena_free(bench->arena);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Bench, bench_clear)

/* The YAML value as an expression. */
static ScnExpr *expr_of(Bench *bench, const char *yaml)
{
    const ScnSource *source = scn_diags_source(bench->diags, "test", yaml, strlen(yaml));
    ScnNode *node = scn_tree_parse(source, bench->arena, bench->diags);
    return node ? scn_expr_from_node(node, bench->arena, bench->diags) : NULL;
}

static SimDist *dist_of(Bench *bench, const char *yaml, GString *canonical)
{
    SimDist *dist = NULL;
    ScnExpr *expr = expr_of(bench, yaml);
    g_string_truncate(canonical, 0);
    if (!expr || !scn_read_dist(&bench->reader, expr, &dist, canonical))
        return NULL;
    return dist;
}

static void distributions_have_the_percentiles_that_were_given(void)
{
    static const struct {
        const char *yaml;
        double p, quantile_ns;
        const char *canonical;
    } rows[] = {
        {"5ms", 0.5, 5e6, "5ms"},
        {"constant(5ms)", 0.5, 5e6, "5ms"},
        {"uniform(1ms, 9ms)", 0.5, 5e6, "uniform(1ms, 9ms)"},
        {"exponential(mean=20ms)", 0.5, 20e6 * 0.6931471805599453, "exponential(mean=20ms)"},
        {"lognormal(p50=40ms, p99=90ms)", 0.99, 90e6, "lognormal(p50=40ms, p99=90ms)"},
        {"lognormal(median=40ms, p99=90ms, min=35ms)", 0.5, 40e6,
         "lognormal(p50=40ms, p99=90ms, min=35ms)"},
        {"pareto(min=5ms, alpha=2)", 0.75, 10e6, "pareto(min=5ms, alpha=2)"},
        {"normal(mean=10ms, sd=2ms)", 0.5, 10e6, "normal(mean=10ms, sd=2ms)"},
        {"{lognormal: {median: 2ms, p99: 40ms}}", 0.5, 2e6, "lognormal(p50=2ms, p99=40ms)"},
        {"{uniform: [1ms, 9ms]}", 0.5, 5e6, "uniform(1ms, 9ms)"},
        {"{constant: 3ms}", 0.5, 3e6, "3ms"},
        {"rtt(80ms)", 0.5, 40e6, "rtt(80ms)"},
        {"rtt(uniform(2ms, 4ms))", 0.5, 1.5e6, "rtt(uniform(2ms, 4ms))"},
        {"mix(60% 1ms, 40% 9ms)", 0.5, 1e6, "mix(60% 1ms, 40% 9ms)"},
        {"mix(0.4 1ms, 0.6 uniform(9ms, 9ms))", 0.5, 9e6, "mix(40% 1ms, 60% uniform(9ms, 9ms))"},
        {"'steps(0s: 7ms, 30s: 200ms)'", 0.5, 7e6, "steps(0s: 7ms, 30s: 200ms)"},
        {"{steps: {0s: 7ms, 30s: 200ms}}", 0.5, 7e6, "steps(0s: 7ms, 30s: 200ms)"},
        {"empirical(file=rtt.csv, column=one_way, unit=ms)", 0.5, 1.5e6,
         "empirical(file=rtt.csv, column=one_way, unit=ms)"},
        {"empirical(rtt.csv, one_way, us)", 0.5, 1.5e3,
         "empirical(file=rtt.csv, column=one_way, unit=us)"},
        {"replay(file=rtt.csv, time=t, column=ms)", 0.5, 1e6,
         "replay(file=rtt.csv, time=t, column=ms, time_unit=s)"}};
    g_auto(Bench) bench;
    bench_init(&bench);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) canonical = g_string_new(NULL), again = g_string_new(NULL);
        g_autoptr(SimDist) dist = dist_of(&bench, rows[i].yaml, canonical);
        test_row("%s", rows[i].yaml);
        CHECK(dist != NULL);
        if (!dist)
            continue;
        CHECK_CLOSE(sim_dist_quantile(dist, rows[i].p, 0), rows[i].quantile_ns, 1e-9);
        CHECK_STR(canonical->str, rows[i].canonical);
        g_autofree char *yaml = scn_yaml_value(canonical->str);
        g_autoptr(SimDist) back = dist_of(&bench, yaml, again);
        CHECK(back && sim_dist_kind(back) == sim_dist_kind(dist));
        CHECK_STR(again->str, canonical->str);
    }
    test_row(NULL);
    CHECK_UINT(scn_diags_errors(bench.diags), 0);
}

static void steps_change_with_time(void)
{
    g_auto(Bench) bench;
    bench_init(&bench);
    g_autoptr(GString) canonical = g_string_new(NULL);
    g_autoptr(SimDist) dist = dist_of(&bench, "'steps(0s: 40ms, 30s: 200ms)'", canonical);
    CHECK_NEAR(sim_dist_mean(dist, 30 * SIM_S - 1), 40e6, 0);
    CHECK_NEAR(sim_dist_mean(dist, 30 * SIM_S), 200e6, 0);
}

static void arrivals_and_keys_are_read(void)
{
    static const struct {
        const char *yaml, *canonical;
        gboolean is_keys;
    } rows[] = {{"2k/s", "poisson(2000/s)", FALSE},
                {"poisson(2k/s)", "poisson(2000/s)", FALSE},
                {"periodic(90/min)", "periodic(90/min)", FALSE},
                {"bursty(2k/s, on=200ms, off=800ms)", "bursty(2000/s, 200ms, 800ms)", FALSE},
                {"closed(sessions=50, think=10ms)", "closed(50, 10ms)", FALSE},
                {"closed(50)", "closed(50, 0s)", FALSE},
                {"{poisson: 5/s}", "poisson(5/s)", FALSE},
                {"zipf(100k, s=0.99)", "zipf(100k, 0.99)", TRUE},
                {"uniform_keys(500)", "uniform_keys(500)", TRUE},
                {"hotset(1M, hot=1%, share=90%)", "hotset(1M, 1%, 90%)", TRUE},
                {"unique", "unique", TRUE},
                {"file(weights.csv, column=weight)", "file(weights.csv, weight)", TRUE}};
    g_auto(Bench) bench;
    bench_init(&bench);
    for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autoptr(GString) canonical = g_string_new(NULL);
        g_autoptr(SimKeys) keys = NULL;
        RepArrivals arrivals = {0};
        ScnExpr *expr = expr_of(&bench, rows[i].yaml);
        test_row("%s", rows[i].yaml);
        if (rows[i].is_keys)
            CHECK(scn_read_keys(&bench.reader, expr, &keys, canonical));
        else
            CHECK(scn_read_arrivals(&bench.reader, expr, &arrivals, canonical));
        CHECK_STR(canonical->str, rows[i].canonical);
        sim_dist_free(arrivals.think);
    }
    test_row(NULL);
}

static void arrivals_carry_exact_rates(void)
{
    g_auto(Bench) bench;
    bench_init(&bench);
    g_autoptr(GString) canonical = g_string_new(NULL);
    RepArrivals arrivals = {0};
    CHECK(scn_read_arrivals(&bench.reader, expr_of(&bench, "bursty(3/s, on=1s, off=2s)"), &arrivals,
                            canonical));
    CHECK_INT(arrivals.open.kind, SIM_ARRIVALS_BURSTY);
    CHECK_UINT(arrivals.open.events, 3);
    CHECK_UINT(arrivals.open.per, SIM_S);
    CHECK_INT(arrivals.open.on, SIM_S);
    CHECK_INT(arrivals.open.off, 2 * SIM_S);
    CHECK(!arrivals.closed);
    CHECK(scn_read_arrivals(&bench.reader, expr_of(&bench, "closed(7, think=3ms)"), &arrivals,
                            canonical));
    CHECK(arrivals.closed);
    CHECK_INT(arrivals.sessions, 7);
    CHECK_NEAR(sim_dist_mean(arrivals.think, 0), 3e6, 0);
    sim_dist_free(arrivals.think);
}

/* The examples in the tables are what `list` prints, so they must be right. */
static void every_example_of_an_argument_is_good(void)
{
    const RepChoice *const tables[] = {scn_distributions, scn_arrivals, scn_key_laws};
    g_auto(Bench) bench;
    bench_init(&bench);
    for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
        for (const RepChoice *choice = tables[i]; choice->name; choice++)
            for (const RepField *arg = choice->args; arg && arg->key; arg++) {
                g_autoptr(GString) canonical = g_string_new(NULL);
                g_autofree char *place = g_malloc0(arg->offset + 64);
                const RepField alone[] = {*arg, {.key = NULL}};
                test_row("%s(%s=%s)", choice->name, arg->key, arg->example);
                CHECK(arg->example && arg->doc && choice->doc);
                CHECK(scn_read_value(&bench.reader, arg, place, expr_of(&bench, arg->example),
                                     canonical));
                rep_fields_clear(alone, place);
            }
    test_row(NULL);
}

static const TestCase cases[] = {
    {"texts_become_expressions", texts_become_expressions},
    {"nesting_is_limited", nesting_is_limited},
    {"distributions_have_the_percentiles_that_were_given",
     distributions_have_the_percentiles_that_were_given},
    {"steps_change_with_time", steps_change_with_time},
    {"arrivals_and_keys_are_read", arrivals_and_keys_are_read},
    {"arrivals_carry_exact_rates", arrivals_carry_exact_rates},
    {"every_example_of_an_argument_is_good", every_example_of_an_argument_is_good},
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("expression", cases, argc, argv);
}
