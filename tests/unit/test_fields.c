/*
 * Goal: every kind of row that field.h offers is read, has its default and is recorded, also those
 * that no table uses yet.
 * Method: a table of the test's own, filled from small texts; the struct and the resolved lines
 * are looked at, and the lines are read again.
 */
#include "scenarios/format/path.h"
#include "scenarios/format/reader.h"
#include "tests/support/check.h"

#include <string.h>

typedef enum Failover { NEVER, AUTOMATIC } Failover;
typedef enum Repair { NO_REPAIR, BLOCKING, SHARE } Repair;
typedef enum Sweep { NO_SWEEP, EVERY } Sweep;
typedef enum Guarantee { READ_OWN, MONOTONIC } Guarantee;

typedef struct Sample {
    int failover;
    SimSpan detect, takes;
    SimDist *redirect;
    int repair;
    double repair_share;
    int sweep;
    SimSpan sweep_every;
    guint session;
    int own_by;
    SimSpan own_up_to;
    SimSpan patience;
    RepRate replay;
    SimDist *expiry; /* NULL: never */
    RepPlaceList places;
    SimSpan offset; /* may be negative */
} Sample;

#define AT(member) .offset = G_STRUCT_OFFSET(Sample, member)
#define END                                                                                        \
    {                                                                                              \
        .key = NULL                                                                                \
    }

static const RepField automatic_args[] = {
    {.key = "detect", .type = REP_FIELD_SPAN, AT(detect), .fallback = "5s", .doc = "d"},
    {.key = "takes", .type = REP_FIELD_SPAN, AT(takes), .fallback = "1s", .doc = "d"},
    {.key = "redirect", .type = REP_FIELD_DIST, AT(redirect), .doc = "d"},
    END};
static const RepChoice failovers[] = {{.name = "never", .value = NEVER, .doc = "d"},
                                      {.name = "automatic",
                                       .value = AUTOMATIC,
                                       .args = automatic_args,
                                       .form = REP_FORM_MAPPING,
                                       .implies = "patience=3s",
                                       .doc = "d"},
                                      {.name = NULL}};
static const RepField share_arg[] = {
    {.key = "share", .type = REP_FIELD_RATIO, AT(repair_share), .max = 1, .doc = "d"}, END};
static const RepChoice repairs[] = {
    {.name = "none", .value = NO_REPAIR, .doc = "d"},
    {.name = "blocking", .value = BLOCKING, .doc = "d"},
    {.name = "share", .value = SHARE, .args = share_arg, .form = REP_FORM_VALUE, .doc = "d"},
    {.name = NULL}};
static const RepField every_arg[] = {
    {.key = "period", .type = REP_FIELD_SPAN, AT(sweep_every), .required = TRUE, .doc = "d"}, END};
static const RepChoice sweeps[] = {{.name = "none", .value = NO_SWEEP, .doc = "d"},
                                   {.name = "every", .value = EVERY, .args = every_arg, .doc = "d"},
                                   {.name = NULL}};
static const RepChoice ways[] = {{.name = "leader", .value = 0, .doc = "d"},
                                 {.name = "token", .value = 1, .doc = "d"},
                                 {.name = NULL}};
static const RepField own_args[] = {
    {.key = "by",
     .type = REP_FIELD_CHOICE,
     AT(own_by),
     .fallback = "leader",
     .choices = ways,
     .doc = "d"},
    {.key = "up_to", .type = REP_FIELD_SPAN, AT(own_up_to), .fallback = "1s", .doc = "d"},
    END};
static const RepChoice guarantees[] = {
    {.name = "read-your-writes", .value = READ_OWN, .args = own_args, .doc = "d"},
    {.name = "monotonic-reads", .value = MONOTONIC, .doc = "d"},
    {.name = NULL}};

static const RepField sample_fields[] = {
    {.key = "failover",
     .type = REP_FIELD_CHOICE,
     AT(failover),
     .fallback = "never",
     .choices = failovers,
     .doc = "d"},
    {.key = "repair",
     .type = REP_FIELD_CHOICE,
     AT(repair),
     .fallback = "none",
     .choices = repairs,
     .doc = "d"},
    {.key = "sweep",
     .type = REP_FIELD_CHOICE,
     AT(sweep),
     .fallback = "none",
     .choices = sweeps,
     .doc = "d"},
    {.key = "session",
     .type = REP_FIELD_CHOICES,
     AT(session),
     .fallback = "none",
     .choices = guarantees,
     .doc = "d"},
    {.key = "patience",
     .type = REP_FIELD_SPAN_OR_NEVER,
     AT(patience),
     .fallback = "never",
     .doc = "d"},
    {.key = "replay",
     .type = REP_FIELD_RATE,
     AT(replay),
     .fallback = "500/s",
     .alias = "rerun",
     .doc = "d"},
    {.key = "expiry", .type = REP_FIELD_DIST_OR_NEVER, AT(expiry), .fallback = "never", .doc = "d"},
    {.key = "places", .type = REP_FIELD_PLACES, AT(places), .doc = "d"},
    {.key = "offset",
     .type = REP_FIELD_SPAN,
     AT(offset),
     .fallback = "0s",
     .min = -1e18,
     .max = 1e18,
     .doc = "d"},
    END};

/* Fill a sample from YAML; resolved lines as text; the number of mistakes. */
static gsize fill(const char *yaml, Sample *sample, GString *lines)
{
    RepNodeSetup nodes[] = {{.name = "db1"}, {.name = "db2"}};
    char *regions[] = {"us", NULL};
    RepSetup setup = {.nodes = nodes, .n_nodes = 2, .regions = regions, .n_regions = 1};
    ScnFilesOptions options = {0};
    g_autoptr(ScnArena) arena = scn_arena_new();
    g_autoptr(ScnDiags) diags = scn_diags_new();
    g_autoptr(ScnFiles) files = scn_files_new(&options);
    g_autoptr(ScnResolved) resolved = scn_resolved_new();
    ScnReader reader;
    const ScnSource *source = scn_diags_source(diags, "t", yaml, strlen(yaml));
    ScnNode *root = scn_tree_parse(source, arena, diags);
    scn_expand_dotted(root, arena, diags);
    scn_reader_init(&reader, arena, diags, files);
    reader.setup = &setup;
    reader.resolved = resolved;
    ScnFill whole = {.fields = sample_fields, .base = sample, .map = root, .path = ""};
    scn_fill(&reader, &whole);
    scn_reader_clear(&reader);
    scn_resolved_print(resolved, lines);
    return scn_diags_errors(diags);
}

static void without_comments(GString *lines)
{
    g_auto(GStrv) all = g_strsplit(lines->str, "\n", -1);
    g_string_truncate(lines, 0);
    for (char **line = all; *line; line++) {
        char *comment = strstr(*line, "  # ");
        if (comment)
            *comment = '\0';
        g_string_append_printf(lines, "%s\n", g_strchomp(*line));
    }
}

static void each_way_of_writing_a_choice_is_read(void)
{
    Sample sample = {0};
    g_autoptr(GString) lines = g_string_new(NULL);
    gsize errors = fill("failover: {detect: 9s, redirect: 5ms}\nrepair: 10%\nsweep: every 10min\n"
                        "session: [monotonic-reads, \"read-your-writes(token, up_to=2s)\"]\n"
                        "rerun: 7/s\nexpiry: uniform(1s, 2s)\nplaces: [us, db2]\noffset: -3ms\n",
                        &sample, lines);
    CHECK_UINT(errors, 0);
    CHECK_INT(sample.failover, AUTOMATIC);
    CHECK_INT(sample.detect, 9 * SIM_S);
    CHECK_INT(sample.takes, SIM_S);
    CHECK(sample.redirect != NULL);
    CHECK_INT(sample.repair, SHARE);
    CHECK_NEAR(sample.repair_share, 0.1, 0);
    CHECK_INT(sample.sweep, EVERY);
    CHECK_INT(sample.sweep_every, 600 * SIM_S);
    CHECK_UINT(sample.session, (1u << READ_OWN) | (1u << MONOTONIC));
    CHECK_INT(sample.own_by, 1);
    CHECK_INT(sample.own_up_to, 2 * SIM_S);
    CHECK_INT(sample.patience, 3 * SIM_S); /* implied by failover */
    CHECK_UINT(sample.replay.events, 7);
    CHECK(sample.expiry != NULL);
    CHECK_UINT(sample.places.n, 2);
    CHECK_INT(sample.offset, -3 * SIM_MS);
    without_comments(lines);
    CHECK_STR(lines->str, "failover.detect: 9s\nfailover.takes: 1s\nfailover.redirect: 5ms\n"
                          "repair: 10%\nsweep: every(10min)\n"
                          "session: \"[monotonic-reads, read-your-writes(token, 2s)]\"\n"
                          "patience: 3s\nreplay: 7/s\nexpiry: uniform(1s, 2s)\n"
                          "places: [us, db2]\noffset: -3ms\n\n");
    rep_fields_clear(sample_fields, &sample);
}

static void what_was_recorded_reads_back(void)
{
    static const char *const texts[] = {
        "{failover: {redirect: 5ms}, repair: 10%, session: [monotonic-reads, read-your-writes]}\n",
        "failover: never\nrepair: blocking\nsession: monotonic-reads\nexpiry: never\n",
        "failover: {}\nsession: []\npatience: 5s\n", "sweep: {every: 1s}\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        Sample sample = {0}, again = {0};
        g_autoptr(GString) first = g_string_new(NULL), second = g_string_new(NULL);
        test_row("%s", texts[i]);
        CHECK_UINT(fill(texts[i], &sample, first), 0);
        CHECK_UINT(fill(first->str, &again, second), 0);
        without_comments(first);
        without_comments(second);
        CHECK_STR(second->str, first->str);
        CHECK_INT(again.failover, sample.failover);
        CHECK_UINT(again.session, sample.session);
        CHECK_INT(again.patience, sample.patience);
        rep_fields_clear(sample_fields, &sample);
        rep_fields_clear(sample_fields, &again);
    }
    test_row(NULL);
}

static void defaults_are_those_of_the_table(void)
{
    Sample sample = {.patience = 77};
    g_autoptr(GString) lines = g_string_new(NULL);
    CHECK_UINT(fill("{}\n", &sample, lines), 0);
    CHECK_INT(sample.failover, NEVER);
    CHECK_INT(sample.detect, 0); /* belongs to an alternative that was not chosen */
    CHECK(sample.patience == SIM_NEVER);
    CHECK(sample.expiry == NULL);
    CHECK_UINT(sample.places.n, 0);
    CHECK(!strstr(lines->str, "places"));
    CHECK(strstr(lines->str, "patience: never"));
    rep_fields_clear(sample_fields, &sample);
}

static void what_is_cleared_is_empty_and_can_be_cleared_again(void)
{
    Sample sample = {0};
    g_autoptr(GString) lines = g_string_new(NULL);
    CHECK_UINT(fill("expiry: 5ms\nplaces: [us]\nfailover: {redirect: 1ms}\n", &sample, lines), 0);
    rep_fields_clear(sample_fields, &sample);
    CHECK(!sample.expiry && !sample.places.places && !sample.redirect && sample.places.n == 0);
    rep_fields_clear(sample_fields, &sample);
}

static void mistakes_in_each_form_are_found(void)
{
    static const char *const texts[] = {"failover: {detcet: 9s}\n",
                                        "failover: {detect: 9}\n",
                                        "failover: automatic\n",
                                        "repair: 110%\n",
                                        "repair: often\n",
                                        "sweep: every\n",
                                        "sweep: every year\n",
                                        "session: [none]\n",
                                        "session: [read-your-writes(by=magic)]\n",
                                        "replay: 5\n",
                                        "expiry: maybe\n",
                                        "places: [mars]\n",
                                        "offset: -60000000min\n"};
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        Sample sample = {0};
        g_autoptr(GString) lines = g_string_new(NULL);
        test_row("%s", texts[i]);
        CHECK_UINT(fill(texts[i], &sample, lines), 1);
        rep_fields_clear(sample_fields, &sample);
    }
    test_row(NULL);
}

static const TestCase cases[] = {
    {"each_way_of_writing_a_choice_is_read", each_way_of_writing_a_choice_is_read},
    {"what_was_recorded_reads_back", what_was_recorded_reads_back},
    {"defaults_are_those_of_the_table", defaults_are_those_of_the_table},
    {"what_is_cleared_is_empty_and_can_be_cleared_again",
     what_is_cleared_is_empty_and_can_be_cleared_again},
    {"mistakes_in_each_form_are_found", mistakes_in_each_form_are_found},
    {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("fields", cases, argc, argv);
}
