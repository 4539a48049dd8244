/*
 * test_traces.c — goal: traces of any world are sound: recording changes nothing, causes come
 * before their effects and at the same place (but for messages), every form can be written, a
 * diagram has no text over another, and stale reads find their writes. Method: random scenarios,
 * all of whose first variant's first replication is traced, with its first key in focus.
 */
#include "analysis/trace/forms.h"
#include "analysis/trace/scene_svg.h"
#include "analysis/trace/scene_text.h"
#include "analysis/trace/why_stale.h"
#include "cli/world_view.h"
#include "models/policies/policy.h"
#include "models/world.h"
#include "scenarios/format/random_scenario.h"
#include "tests/support/check.h"
#include "tests/support/load.h"
#include "tests/support/svg_look.h"

#include <string.h>

enum { SCENARIOS = 60, EVENTS_MAX = 400000, RECORDS_MAX = 60000 };

typedef struct Traced {
    const RepSetup *setup;
    CliWorldView *view;
    AnaTrace *trace;
    GArray *stale;
    AnaTraceAbout about;
    guint64 digest;
    gboolean is_whole; /* neither over the budget nor stopped */
} Traced;

static RepRunResult run(const RepSetup *setup, const RepObserver *observers, guint n)
{
    g_autoptr(RepWorld) world = rep_world_new(setup, 0, "random", "first");
    for (guint i = 0; i < n; i++)
        rep_world_observe(world, observers[i]);
    RepRunResult result = rep_world_run(world, EVENTS_MAX, NULL);
    g_free(result.overflow);
    return result;
}

static void begin(Traced *traced, const RepSetup *setup, guint64 focus)
{
    *traced = (Traced){.setup = setup, .view = cli_world_view_new(setup)};
    AnaTraceWants wants = {.to = SIM_NEVER,
                           .records_max = RECORDS_MAX,
                           .has_focus = TRUE,
                           .focus = focus,
                           .keeps_writers = TRUE};
    g_autoptr(AnaPlan) plan = ana_plan_new(&traced->view->world, NULL, 0);
    ana_plan_keep_stale_reads(plan);
    g_autoptr(AnaMeters) meters = ana_meters_new(plan);
    traced->trace = ana_trace_new(&traced->view->world, &wants);
    RepObserver both[] = {ana_trace_observer(traced->trace), ana_meters_observer(meters)};
    RepRunResult result = run(setup, both, G_N_ELEMENTS(both));
    traced->digest = result.event_digest;
    traced->is_whole = result.end == REP_RUN_DRAINED || result.end == REP_RUN_NOT_DRAINED;
    traced->stale = ana_meters_take_stale_reads(meters);
    traced->about = (AnaTraceAbout){.trace = traced->trace,
                                    .messages = setup->policy->message_names,
                                    .routine = setup->policy->routine,
                                    .version = "0",
                                    .scenario = "random",
                                    .variant = "first"};
}

static void end(Traced *traced)
{
    ana_trace_free(traced->trace);
    g_array_unref(traced->stale);
    cli_world_view_free(traced->view);
}

static void check_causes(const AnaTrace *trace)
{
    unsigned wrong = 0;
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const AnaTraceRecord *record = ana_trace_at(trace, i);
        const AnaTraceRecord *cause = ana_trace_at(trace, record->cause);
        if (!cause)
            continue;
        gboolean is_delivery = record->seen.kind == REP_OBS_MESSAGE_ARRIVED ||
                               record->seen.kind == REP_OBS_MESSAGE_DROPPED;
        gboolean is_at_place =
            cause->place == record->place || record->seen.kind == REP_OBS_NODE_CHANGED;
        wrong += record->cause >= i || cause->seen.at > record->seen.at;
        wrong += is_delivery ? cause->seen.message.id != record->seen.message.id : !is_at_place;
    }
    CHECK_UINT(wrong, 0);
}

static gboolean count(void *data, const char *text, gsize length)
{
    *(guint64 *)data += length;
    return TRUE;
}

static void check_forms(const AnaTraceAbout *about)
{
    gboolean (*const forms[])(const AnaTraceAbout *, const guint8 *, AnaSink,
                              void *) = {ana_trace_ndjson, ana_trace_perfetto, ana_trace_history,
                                         ana_trace_shiviz, ana_trace_mermaid};
    for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
        guint64 bytes = 0;
        CHECK(forms[i](about, NULL, count, &bytes));
        CHECK(bytes > 0);
    }
}

/* Of the windows that are suggested. */
static void check_scenes(const Traced *traced)
{
    AnaSceneAsk ask = {.about = &traced->about, .stale_reads = traced->stale};
    AnaSceneWindow windows[3];
    guint n = ana_scene_windows(&ask, 150, windows);
    for (guint i = 0; i < n; i++) {
        g_autofree guint8 *shown = g_new0(guint8, ana_trace_n(traced->trace) + 1);
        for (guint k = 0; k < ana_trace_n(traced->trace); k++) {
            SimTime at = ana_trace_at(traced->trace, k + 1)->seen.at;
            shown[k] = at >= windows[i].from && at <= windows[i].to;
        }
        AnaSceneAsk part = ask;
        part.shown = shown;
        part.from = windows[i].from;
        part.to = windows[i].to;
        g_autoptr(AnaScene) scene = ana_scene_new(&part);
        g_autoptr(AnaPicture) picture = ana_scene_picture(scene, ANA_TIME_BY_SIZE);
        g_autoptr(GString) svg = g_string_new(NULL);
        ana_picture_svg(picture, "t", TRUE, svg);
        g_autoptr(SvgLook) look = svg_look_new(svg->str);
        g_autofree char *collision = svg_look_collision(look);
        g_autofree char *text = ana_scene_text(scene, 100);
        CHECK_STR(look->error, NULL);
        CHECK_STR(collision, NULL);
        CHECK(g_utf8_validate(text, -1, NULL));
        g_free(windows[i].why);
    }
}

/* How many of the stale reads in the trace find what they missed there. */
static void check_stale(const Traced *traced, unsigned *found)
{
    for (guint i = 0; i < MIN(traced->stale->len, 20); i++) {
        const AnaStaleRead *read = &g_array_index(traced->stale, AnaStaleRead, i);
        AnaWhyStale why = ana_why_stale(traced->trace, read);
        if (why.read && traced->trace->n_dropped == 0) {
            CHECK(why.write > 0 && why.write < why.read);
            (*found)++;
        }
        ana_why_stale_clear(&why);
    }
}

static void traces_of_random_worlds_are_sound(void)
{
    unsigned found = 0, whole = 0;
    for (guint64 seed = 1; seed <= SCENARIOS; seed++) {
        g_autofree char *text = scn_random_scenario(seed);
        g_autoptr(ScnScenario) scenario = test_load_good(text, NULL);
        const RepSetup *setup = scenario->variants[0].setup;
        const RepScriptSetup *script = &setup->clients[0].script;
        Traced traced;
        test_row("seed %" G_GUINT64_FORMAT, seed);
        RepRunResult alone = run(setup, NULL, 0);
        begin(&traced, setup, script->n ? script->steps[0].key : 0);
        CHECK_UINT(traced.digest, alone.event_digest);
        check_causes(traced.trace);
        if (traced.is_whole) {
            whole++;
            check_forms(&traced.about);
            check_scenes(&traced);
            check_stale(&traced, &found);
        }
        end(&traced);
    }
    test_row(NULL);
    CHECK(whole > SCENARIOS / 2);
    CHECK(found > 20);
}

static const TestCase cases[] = {TEST(traces_of_random_worlds_are_sound), {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("traces", cases, argc, argv);
}
