/* swarm.c — one scenario of the swarm; see swarm.h. */
#include "cli/swarm.h"

#include "cli/world_rules.h"
#include "cli/world_view.h"
#include "models/world.h"
#include "scenarios/format/scenario.h"
#include "scenarios/format/shrink.h"

#include <string.h>

/* A scenario of the swarm needs some ten thousand. */
#define EVENTS_MAX 20000000u

void cli_swarm_finding_clear(CliSwarmFinding *finding)
{
    g_clear_pointer(&finding->invariant, g_free);
    g_clear_pointer(&finding->text, g_free);
}

static void found(CliSwarmFinding *finding, const char *invariant, char *text)
{
    if (finding->invariant) {
        g_free(text);
        return;
    }
    finding->invariant = g_strdup(invariant);
    finding->text = text;
}

/* What a violation is in words, with its time. */
static char *told(const AnaViolation *violation)
{
    return g_strdup_printf("at %" G_GINT64_FORMAT ".%09" G_GINT64_FORMAT " s: %s (%s)",
                           violation->at / SIM_S, violation->at % SIM_S, violation->text,
                           ana_invariant_claim(violation->invariant));
}

/* Of the run under way; a process has one at a time. */
static const AnaInvariants *watching;

gboolean cli_swarm_found_so_far(CliSwarmFinding *finding)
{
    const AnaViolation *violation = watching ? ana_invariants_violation(watching) : NULL;
    *finding = (CliSwarmFinding){0};
    if (violation)
        found(finding, ana_invariant_name(violation->invariant), told(violation));
    return violation != NULL;
}

static RepRunResult run_watched(const RepSetup *setup, CliSwarmFinding *finding)
{
    g_autoptr(CliWorldRules) rules = cli_world_rules_new(setup);
    g_autoptr(CliWorldView) view = cli_world_view_new(setup);
    g_autoptr(AnaPlan) plan = ana_plan_new(&view->world, NULL, 0);
    g_autoptr(AnaMeters) meters = ana_meters_new(plan);
    g_autoptr(AnaInvariants) invariants = ana_invariants_new(&rules->rules);
    g_autoptr(RepWorld) world = rep_world_new(setup, 0, "swarm", NULL);
    rep_world_observe(world, ana_invariants_observer(invariants));
    rep_world_observe(world, ana_meters_observer(meters));
    watching = invariants;
    RepRunResult result = rep_world_run(world, EVENTS_MAX, NULL);
    watching = NULL;
    if (result.end == REP_RUN_FULL)
        g_free(g_steal_pointer(&result.overflow)); /* overloaded beyond sense: no law is broken */
    else if (result.overflow)
        found(finding, "event-budget",
              g_strdup_printf("more than %u events: %s", EVENTS_MAX, result.overflow));
    else
        ana_invariants_compare(invariants, plan, ana_meters_cells(meters));
    const AnaViolation *violation = ana_invariants_violation(invariants);
    if (violation)
        found(finding, ana_invariant_name(violation->invariant), told(violation));
    g_free(result.overflow);
    return result;
}

/* Without a shortcut and without an observer: more events, but the same things happen. */
static void run_plainly(const RepSetup *setup, const RepRunResult *watched,
                        CliSwarmFinding *finding)
{
    g_autoptr(RepWorld) world = rep_world_new(setup, 0, "swarm", NULL);
    rep_world_use_reference(world);
    RepRunResult result = rep_world_run(world, EVENTS_MAX, NULL);
    if (result.event_digest != watched->event_digest || result.ended_at != watched->ended_at ||
        result.end != watched->end || result.world_digest != watched->world_digest)
        found(finding, "reference-agrees",
              g_strdup_printf("without shortcuts the run ends at %" G_GINT64_FORMAT
                              " ns with digest %016" G_GINT64_MODIFIER "x, with them at "
                              "%" G_GINT64_FORMAT " ns with %016" G_GINT64_MODIFIER "x",
                              result.ended_at, result.event_digest, watched->ended_at,
                              watched->event_digest));
    g_free(result.overflow);
}

void cli_swarm_try(const char *text, CliSwarmFinding *finding)
{
    *finding = (CliSwarmFinding){0};
    g_autoptr(ScnDiags) diags = scn_diags_new();
    ScnInput input = {.bytes = text, .length = strlen(text), .display = "swarm"};
    g_autoptr(ScnScenario) scenario = scn_load_bytes(&input, NULL, diags);
    if (!scenario) {
        found(finding, "valid-scenario", g_strdup(scn_diags_get(diags, 0)->message));
        return;
    }
    const RepSetup *setup = scenario->variants[0].setup;
    RepRunResult result = run_watched(setup, finding);
    finding->digest = result.event_digest;
    finding->events = result.events;
    run_plainly(setup, &result, finding);
}

/* ---- making it smaller -------------------------------------------------------------------- */

static gboolean still_fails(const char *scenario, void *invariant)
{
    CliSwarmFinding finding;
    cli_swarm_try_apart(scenario, &finding);
    gboolean is_same = g_strcmp0(finding.invariant, invariant) == 0;
    cli_swarm_finding_clear(&finding);
    return is_same;
}

char *cli_swarm_shrink(const char *scenario, const char *invariant)
{
    return scn_shrink(scenario, still_fails, (void *)(gsize)invariant);
}
