/* scene_lanes.c — who takes part, and in which order; see scene.h. */
#include "analysis/trace/scene_private.h"

typedef struct Talker {
    AnaTraceParty party;
    guint *messages; /* by node: exchanged with it */
    guint all;
} Talker;

static void clear_talker(gpointer data)
{
    g_free(((Talker *)data)->messages);
}

static int region_of(const AnaTrace *trace, gint32 place)
{
    gint32 n_nodes = (gint32)trace->world->n_nodes;
    return place < 0          ? -1 - place
           : place >= n_nodes ? place - n_nodes
                              : trace->world->node_regions[place];
}

static Talker *talker_of(GArray *talkers, const AnaTrace *trace, AnaTraceParty party)
{
    for (guint i = 0; i < talkers->len; i++) {
        Talker *talker = &g_array_index(talkers, Talker, i);
        if (ana_trace_same_party(talker->party, party))
            return talker;
    }
    Talker talker = {.party = party, .messages = g_new0(guint, trace->world->n_nodes + 1)};
    g_array_append_val(talkers, talker);
    return &g_array_index(talkers, Talker, talkers->len - 1);
}

static void count(GArray *talkers, const AnaTrace *trace, AnaTraceParty party, gint32 other)
{
    Talker *talker = talker_of(talkers, trace, party);
    talker->all++;
    if (other >= 0 && other < (gint32)trace->world->n_nodes)
        talker->messages[other]++;
}

/* Everybody with a message or a change of state, with whom they talk. */
static GArray *find_talkers(const AnaSceneAsk *ask, gboolean merges)
{
    const AnaTrace *trace = ask->about->trace;
    GArray *talkers = g_array_new(FALSE, FALSE, sizeof(Talker));
    g_array_set_clear_func(talkers, clear_talker);
    for (guint i = 1; i <= ana_trace_n(trace); i++) {
        const AnaTraceRecord *record = ana_trace_at(trace, i);
        if (!ana_scene_shows(ask, i))
            continue;
        if (ana_scene_is_message(&record->seen)) {
            AnaTraceParty from = ana_trace_sender(trace, &record->seen.message);
            AnaTraceParty to = ana_trace_receiver(trace, &record->seen.message);
            if (merges) {
                from = (AnaTraceParty){.place = from.place};
                to = (AnaTraceParty){.place = to.place};
            }
            count(talkers, trace, from, to.place);
            count(talkers, trace, to, from.place);
        } else if (record->seen.kind == REP_OBS_NODE_CHANGED) {
            count(talkers, trace, (AnaTraceParty){.place = record->place}, -1);
        }
    }
    return talkers;
}

/* The node that clients are placed beside; n_nodes: none of their region. */
static guint nearest_node(const AnaTrace *trace, const Talker *talker)
{
    guint best = (guint)trace->world->n_nodes, most = 0;
    for (guint i = 0; i < trace->world->n_nodes; i++)
        if (trace->world->node_regions[i] == region_of(trace, talker->party.place) &&
            talker->messages[i] > most) {
            most = talker->messages[i];
            best = i;
        }
    return best;
}

/* Region; then clients of other regions' nodes, nodes with their clients before them, agents. */
typedef struct Rank {
    int region;
    guint beside, kind;
    AnaTraceParty party;
} Rank;

static gint by_rank(gconstpointer a, gconstpointer b)
{
    const Rank *one = a, *other = b;
    gint64 keys[][2] = {{one->region, other->region},
                        {one->beside, other->beside},
                        {one->kind, other->kind},
                        {one->party.client, other->party.client},
                        {one->party.session, other->party.session}};
    for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
        if (keys[i][0] != keys[i][1])
            return keys[i][0] < keys[i][1] ? -1 : 1;
    return 0;
}

static Rank rank_of(const AnaTrace *trace, const Talker *talker)
{
    gint32 place = talker->party.place, n_nodes = (gint32)trace->world->n_nodes;
    Rank rank = {.region = region_of(trace, place), .party = talker->party};
    if (place >= n_nodes) {
        rank.beside = (guint)n_nodes + 1;
    } else if (place >= 0) {
        rank.beside = (guint)place + 1;
        rank.kind = 1;
    } else {
        guint node = nearest_node(trace, talker);
        rank.beside = node < (guint)n_nodes ? node + 1 : 0;
    }
    return rank;
}

void ana_scene_make_lanes(AnaScene *scene, const AnaSceneAsk *ask)
{
    const AnaTrace *trace = ask->about->trace;
    GArray *talkers = find_talkers(ask, FALSE);
    if (talkers->len > ANA_SCENE_LANES_MAX) {
        g_array_unref(talkers);
        talkers = find_talkers(ask, TRUE);
        scene->are_sessions_merged = TRUE;
    }
    g_autoptr(GArray) ranks = g_array_new(FALSE, FALSE, sizeof(Rank));
    for (guint i = 0; i < talkers->len; i++) {
        Rank rank = rank_of(trace, &g_array_index(talkers, Talker, i));
        g_array_append_val(ranks, rank);
    }
    g_array_sort(ranks, by_rank);
    for (guint i = 0; i < ranks->len; i++) {
        const Rank *rank = &g_array_index(ranks, Rank, i);
        gint32 place = rank->party.place;
        AnaLane lane = {.party = rank->party,
                        .region = rank->region,
                        .kind = place < 0                                ? ANA_LANE_CLIENTS
                                : place >= (gint32)trace->world->n_nodes ? ANA_LANE_AGENT
                                                                         : ANA_LANE_NODE,
                        .name = ana_trace_party_name(trace, rank->party)};
        g_array_append_val(scene->lanes, lane);
    }
    g_array_unref(talkers);
}

guint ana_scene_lane(const AnaScene *scene, AnaTraceParty party)
{
    if (scene->are_sessions_merged)
        party = (AnaTraceParty){.place = party.place};
    for (guint i = 0; i < scene->lanes->len; i++)
        if (ana_trace_same_party(g_array_index(scene->lanes, AnaLane, i).party, party))
            return i;
    return G_MAXUINT;
}
