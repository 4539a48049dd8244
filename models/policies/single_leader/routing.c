/* routing.c — which node an attempt goes to (semantics §4, `reads`). */
#include "models/planted.h"
#include "models/policies/single_leader/state.h"

#include "sim/check.h"

gboolean rep_single_leader_answers(const RepSetup *setup, int node)
{
    const RepSingleLeaderSetup *policy = rep_policy_of(setup);
    gboolean may_lead =
        rep_leader_is_fixed(setup) ? rep_leads_at_first(setup, node) : rep_is_member(setup, node);
    switch ((RepReadRule)policy->reads) {
    case REP_READS_LEADER:
    case REP_READS_LEADER_LEASE:
    case REP_READS_LEADER_INDEX:
        return may_lead;
    case REP_READS_FOLLOWER:
        return node == policy->reads_node || (may_lead && rep_session_uses_tokens(policy));
    case REP_READS_NEAREST_FRESH:
    case REP_READS_NEAREST:
    case REP_READS_ANY:
    case REP_READS_STICKY:
        return rep_is_member(setup, node);
    }
    SIM_UNREACHABLE();
}

/* Between two questions of cut-off clients: short against the cuts that matter, long against the
 * work of asking. */
#define ASK_AGAIN (100 * SIM_MS)

/* After a promotion the clients of a region know the new leader `redirect` later: a span, or their
 * own round trip to it. */
static SimSpan redirect_of(RepView *view, int region, int leader)
{
    const RepFailoverSetup *failover = &rep_policy_in(view)->failover;
    if (failover->redirect_rule == REP_REDIRECT_AFTER)
        return failover->redirect;
    return sim_time_after(rep_view_p50(view, rep_party_of_region(view, region), leader),
                          rep_view_p50(view, leader, rep_party_of_region(view, region)));
}

static const RepReign *newest_reign(const RepSingleLeaderState *state)
{
    return &g_array_index(state->reigns, RepReign, state->reigns->len - 1);
}

int rep_known_leader(const RepSingleLeaderState *state, int region)
{
    if (region < 0 || state->reigns->len == 1)
        return newest_reign(state)->leader;
    return state->known[region];
}

void rep_clients_redirect(RepSingleLeaderState *state, RepView *view, RepEffects *out)
{
    const RepReign *reign = newest_reign(state);
    for (int region = 0; region < (int)rep_view_setup(view)->n_regions; region++)
        if (state->reigns->len == 1)
            state->known[region] = reign->leader; /* configured */
        else
            rep_set_timer(state, rep_party_of_region(view, region), REP_TIMER_REDIRECT,
                          sim_time_after(reign->since, redirect_of(view, region, reign->leader)),
                          out);
}

void rep_redirect_timer(RepSingleLeaderState *state, RepView *view, int region, RepEffects *out)
{
    int party = rep_party_of_region(view, region), leader = newest_reign(state)->leader;
    if (rep_view_reaches(view, party, leader))
        state->known[region] = leader;
    else /* Whoever is cut off goes on with the old one: the other half of split brain. */
        rep_set_timer(state, party, REP_TIMER_REDIRECT,
                      sim_time_after(rep_view_now(view), ASK_AGAIN), out);
}

/* The first of a region's nearest that the session does not avoid, and that is believed to be
 * fresh enough; all avoided: the nearest. Where all have lost their disks, who led last. */
static int route_nearest(const RepSingleLeaderState *state, RepView *view, const RepRoute *route)
{
    const RepSetup *setup = rep_view_setup(view);
    int nearest = -1;
    for (gsize i = 0; i < setup->n_nodes; i++) {
        int node = route->nearest[i];
        if (!state->is_member[node] || state->is_joining[node] ||
            (state->lags && !rep_lags_allow(state, view, route->region, node)))
            continue;
        if (!rep_route_avoids(view, route, node))
            return node;
        if (nearest < 0)
            nearest = node;
    }
    return nearest >= 0 ? nearest : rep_known_leader(state, route->region);
}

/* Number of replicas that may be chosen, and through *chosen the one at `place` among them. */
static guint64 choose(const RepSingleLeaderState *state, RepView *view, const RepRoute *route,
                      gboolean even_avoided, guint64 place, int *chosen)
{
    guint64 n = 0;
    REP_EACH_MEMBER(state, node)
    if (!state->is_joining[node] && (even_avoided || !rep_route_avoids(view, route, node))) {
        if (n == place)
            *chosen = node;
        n++;
    }
    return n;
}

/* One of the replicas that the session does not avoid, each as likely; all avoided: one of all. */
static int route_any(const RepSingleLeaderState *state, RepView *view, const RepRoute *route,
                     guint64 lot)
{
    int chosen = rep_known_leader(state, route->region); /* all have lost their disks */
    gboolean even_avoided = FALSE;
    guint64 n = choose(state, view, route, FALSE, G_MAXUINT64, &chosen);
    if (n == 0) {
        even_avoided = TRUE;
        n = choose(state, view, route, TRUE, G_MAXUINT64, &chosen);
    }
    choose(state, view, route, even_avoided, (guint64)(((unsigned __int128)lot * n) >> 64),
           &chosen);
    return chosen;
}

/* Does the session look for its own write where it surely is? */
static gboolean follows_its_write(const RepSingleLeaderSetup *policy, RepView *view,
                                  const RepRoute *route)
{
    return rep_session_has(policy, REP_SESSION_OWN_LEADER) && route->wrote_at >= 0 &&
           rep_view_now(view) < sim_time_after(route->wrote_at, policy->session_window);
}

/* Does it keep to the replica that it read from last? */
static gboolean keeps_its_replica(const RepSingleLeaderSetup *policy, RepView *view,
                                  const RepRoute *route)
{
    return (policy->reads == REP_READS_STICKY ||
            rep_session_has(policy, REP_SESSION_MONOTONIC_STICKY)) &&
           route->sticky >= 0 && !rep_route_avoids(view, route, route->sticky);
}

static int route_read(const RepSingleLeaderState *state, const RepSingleLeaderSetup *policy,
                      RepView *view, const RepRoute *asked)
{
    gboolean by_session = rep_session_has(policy, REP_SESSION_MONOTONIC_STICKY);
    switch ((RepReadRule)policy->reads) {
    case REP_READS_LEADER:
    case REP_READS_LEADER_LEASE:
    case REP_READS_LEADER_INDEX:
        return rep_known_leader(state, asked->region);
    case REP_READS_FOLLOWER:
        return policy->reads_node;
    case REP_READS_NEAREST:
    case REP_READS_NEAREST_FRESH:
        return keeps_its_replica(policy, view, asked) ? asked->sticky
                                                      : route_nearest(state, view, asked);
    case REP_READS_ANY:
        if (!by_session || REP_PLANTED(STICKY_WANDERS))
            return route_any(state, view, asked, rep_route_lot(view, asked));
        /* fall through */
    case REP_READS_STICKY:
        return keeps_its_replica(policy, view, asked)
                   ? asked->sticky
                   : route_any(state, view, asked, rep_route_session_lot(view, asked));
    }
    SIM_UNREACHABLE();
}

int rep_single_leader_route(const RepSingleLeaderState *state, RepView *view, const RepRoute *asked)
{
    if (asked->kind == REP_WRITE)
        return rep_known_leader(state, asked->region);
    const RepSingleLeaderSetup *policy = rep_policy_in(view);
    if (asked->is_handed_on || follows_its_write(policy, view, asked))
        return rep_known_leader(state, asked->region) | REP_ROUTE_ASIDE;
    return route_read(state, policy, view, asked);
}
