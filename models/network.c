/* network.c — paths, delays, loss, bandwidth; see network.h. */
#include "models/network.h"

#include "models/fault.h"
#include "models/world_state.h"

#define RETRANSMISSION_MIN (200 * SIM_MS)
#define RETRANSMISSIONS_MAX 15 /* tcp_retries2 of Linux; the connection would be reset */
#define FIRST_SLOTS 64u
#define NS_PER_S 1000000000u

void rep_network_init(RepWorld *world)
{
    RepNetwork *network = &world->network;
    const RepSetup *setup = world->setup;
    network->pipes = g_new0(RepPipe, setup->network.n_links + 1);
    for (gsize i = 0; i < setup->network.n_links; i++)
        network->pipes[i].bits_per_s = setup->network.links[i].bits_per_s;
    network->n_slots = FIRST_SLOTS;
    network->slots = g_new0(RepPathSlot, network->n_slots);
    network->to_node = g_new0(RepPath *, setup->n_regions * setup->n_nodes);
    network->to_client = g_new0(RepPath *, setup->n_regions * setup->n_nodes);
}

void rep_network_clear(RepWorld *world)
{
    RepNetwork *network = &world->network;
    for (gsize i = 0; i < network->n_paths; i++)
        g_free(network->paths[i]);
    g_free(network->paths);
    g_free(network->slots);
    g_free(network->pipes);
    g_free(network->to_node);
    g_free(network->to_client);
}

/* ---- paths -------------------------------------------------------------------------------- */

static guint64 place_number(const RepSetup *setup, RepPlace place)
{
    return place.kind == REP_PLACE_NODE ? (guint64)place.id : setup->n_nodes + (guint64)place.id;
}

static const char *place_name(const RepSetup *setup, RepPlace place)
{
    return place.kind == REP_PLACE_NODE ? setup->nodes[place.id].name : setup->regions[place.id];
}

static gsize slot_of(const RepNetwork *network, guint64 key)
{
    gsize i =
        (gsize)((key * G_GUINT64_CONSTANT(0x9E3779B97F4A7C15)) >> 32) & (network->n_slots - 1);
    while (network->slots[i].path && network->slots[i].key != key)
        i = (i + 1) & (network->n_slots - 1);
    return i;
}

static void grow(RepNetwork *network)
{
    RepPathSlot *old = network->slots;
    gsize n_old = network->n_slots;
    network->n_slots *= 2;
    network->slots = g_new0(RepPathSlot, network->n_slots);
    for (gsize i = 0; i < n_old; i++)
        if (old[i].path)
            network->slots[slot_of(network, old[i].key)] = old[i];
    g_free(old);
}

static RepPath *make_path(RepWorld *world, RepPlace from, RepPlace to)
{
    const RepSetup *setup = world->setup;
    RepPath *path = g_new0(RepPath, 1);
    path->from = from;
    path->to = to;
    path->crosses_regions = rep_setup_region_of(setup, from) != rep_setup_region_of(setup, to);
    path->delay = rep_setup_delay(setup, from, to);
    SIM_CHECK(path->delay, "no link from %s to %s", place_name(setup, from), place_name(setup, to));
    path->is_zero = sim_dist_is_zero(path->delay);
    path->is_steady = sim_dist_is_steady(path->delay);
    const RepLinkSetup *bandwidth = rep_setup_bandwidth_line(setup, from, to);
    path->pipe = bandwidth ? (int)(bandwidth - setup->network.links) : -1;
    const RepLinkSetup *loss = rep_setup_loss_line(setup, from, to);
    path->loss = loss ? loss->loss : 0;
    SimSpan p50 = (SimSpan)sim_dist_quantile(path->delay, 0.5, 0);
    path->retransmission = MAX(RETRANSMISSION_MIN, 2 * p50);
    SimStream pair = sim_stream_named(sim_stream_named(world->root, place_name(setup, from)),
                                      place_name(setup, to));
    path->delays = sim_stream_named(pair, "delay");
    path->losses = sim_stream_named(pair, "loss");
    path->factor = 1;
    path->is_one_stream = setup->network.fifo_scope == REP_FIFO_LINK;
    rep_faults_meet_path(world, path);
    return path;
}

RepPath *rep_network_path(RepWorld *world, RepPlace from, RepPlace to)
{
    RepNetwork *network = &world->network;
    guint64 places = world->setup->n_nodes + world->setup->n_regions;
    guint64 key = place_number(world->setup, from) * places + place_number(world->setup, to);
    gsize slot = slot_of(network, key);
    if (network->slots[slot].path)
        return network->slots[slot].path;
    if (2 * (network->n_paths + 1) > network->n_slots) {
        grow(network);
        slot = slot_of(network, key);
    }
    RepPath *path = make_path(world, from, to);
    network->slots[slot] = (RepPathSlot){.key = key, .path = path};
    if ((network->n_paths & (network->n_paths + 1)) == 0)
        network->paths = g_renew(RepPath *, network->paths, 2 * network->n_paths + 2);
    network->paths[network->n_paths++] = path;
    return path;
}

RepPath *rep_network_find_to_node(RepWorld *world, int region, int node)
{
    return rep_network_path(world, (RepPlace){REP_PLACE_REGION, region},
                            (RepPlace){REP_PLACE_NODE, node});
}

RepPath *rep_network_find_to_client(RepWorld *world, int node, int region)
{
    return rep_network_path(world, (RepPlace){REP_PLACE_NODE, node},
                            (RepPlace){REP_PLACE_REGION, region});
}

/* ---- one message -------------------------------------------------------------------------- */

static SimSpan transmission(gint64 bits_per_s, guint64 bytes)
{
    if (!bits_per_s)
        return 0;
    unsigned __int128 bits = (unsigned __int128)bytes * 8 * NS_PER_S;
    unsigned __int128 span = (bits + (guint64)bits_per_s - 1) / (guint64)bits_per_s;
    return span < (unsigned __int128)SIM_NEVER ? (SimSpan)span : SIM_NEVER;
}

/* The pipe that a path goes through now; NULL: nothing limits it. */
static RepPipe *pipe_of(RepWorld *world, RepPath *path)
{
    if (!path->squeezed_bits_per_s)
        return path->pipe >= 0 ? &world->network.pipes[path->pipe] : NULL;
    path->squeezed.bits_per_s = path->squeezed_bits_per_s;
    return &path->squeezed;
}

/* When the last bit has left: the pipe sends one message after the other. */
static SimTime transmitted_at(RepWorld *world, RepPath *path, guint64 bytes)
{
    SimTime now = world->kernel.now;
    RepPipe *pipe = pipe_of(world, path);
    if (!pipe || !pipe->bits_per_s || !bytes)
        return now;
    SimSpan span = transmission(pipe->bits_per_s, bytes);
    pipe->free_at = sim_time_after(MAX(pipe->free_at, now), span);
    return pipe->free_at;
}

/* Time lost to retransmissions; SIM_NEVER where a free link lost the message. */
static SimSpan loss_delay(RepWorld *world, const RepPath *path, SimStream losses, guint64 cause,
                          gboolean is_ordered)
{
    SimDraw draw = sim_draw(losses, cause);
    SimSpan late = 0, timeout = path->retransmission;
    for (int i = 0; i < RETRANSMISSIONS_MAX; i++) {
        SimTime sent = sim_time_after(world->kernel.now, late);
        double other = rep_faults_loss(world, path, sent);
        double loss = path->loss + other - path->loss * other;
        if (!sim_draw_chance(&draw, loss))
            return late;
        if (!is_ordered)
            return SIM_NEVER;
        late = sim_time_after(late, timeout);
        timeout = sim_time_after(timeout, timeout);
    }
    return late;
}

void rep_path_changed(RepPath *path)
{
    path->is_plain = path->pipe < 0 && path->loss == 0 && path->cuts == 0 && path->factor == 1 &&
                     !path->replaced && !path->squeezed_bits_per_s && !path->is_one_stream;
}

/* As messages of one stream arrive: never before the one before. */
static SimTime in_order(SimTime at, SimTime *previous)
{
    if (previous) {
        at = MAX(at, *previous);
        *previous = at;
    }
    return at;
}

static SimTime delayed(RepWorld *world, const SimDist *law, SimStream delays, guint64 cause,
                       SimTime from, double factor)
{
    SimDraw draw = sim_draw(delays, cause);
    SimSpan delay = sim_dist_span(law, &draw, world->kernel.now);
    return sim_time_after(from, factor == 1 ? delay : sim_span_scaled(delay, factor));
}

/* Where a message that left at `from` arrives, if nothing else happens to it. */
static SimTime travelled(RepWorld *world, const RepPath *path, SimStream delays, guint64 cause,
                         SimTime from)
{
    if (!path->replaced && path->is_zero)
        return from;
    return delayed(world, path->replaced ? path->replaced : path->delay, delays, cause, from,
                   path->factor);
}

static gboolean happens(RepWorld *world, const RepPath *path, RepFaultKind kind, SimStream lots,
                        guint64 cause)
{
    double share = rep_faults_share(world, path, kind);
    SimDraw lot = sim_draw(lots, cause);
    return share > 0 && sim_draw_chance(&lot, share);
}

/* What a `reorder` fault makes of an arrival. */
static SimTime held_back(RepWorld *world, const RepPath *path, SimStream delays, guint64 cause,
                         SimTime at)
{
    if (!happens(world, path, REP_FAULT_REORDER, sim_stream_named(delays, "reorder"), cause))
        return at;
    return travelled(world, path, sim_stream_named(delays, "held back"), cause, at);
}

gboolean rep_network_doubles(RepWorld *world, const RepPath *path, SimStream delays, guint64 cause)
{
    return happens(world, path, REP_FAULT_DUPLICATE, sim_stream_named(delays, "duplicate"), cause);
}

SimStream rep_network_copies(SimStream stream)
{
    return sim_stream_named(stream, "copy");
}

gboolean rep_network_is_plain(const RepWorld *world, const RepPath *path)
{
    return path->is_plain && !world->faults.on_messages && !world->is_reference;
}

SimSpan rep_network_delay_ahead(const RepWorld *world, const RepPath *path, SimStream delays,
                                guint64 cause)
{
    if (!path->is_steady || !rep_network_is_plain(world, path))
        return -1;
    SimDraw draw = sim_draw(delays, cause);
    return path->is_zero ? 0 : sim_dist_span(path->delay, &draw, world->kernel.now);
}

SimTime rep_network_after(const RepWorld *world, SimSpan delay, SimTime *previous)
{
    return in_order(sim_time_after(world->kernel.now, delay), previous);
}

SimTime rep_network_arrival(RepWorld *world, RepPath *path, SimStream delays, SimStream losses,
                            guint64 cause, guint64 bytes, SimTime *previous)
{
    if (rep_network_is_plain(world, path)) {
        SimTime now = world->kernel.now;
        return in_order(path->is_zero ? now : delayed(world, path->delay, delays, cause, now, 1),
                        previous);
    }
    if (path->cuts)
        return SIM_NEVER;
    SimTime at = transmitted_at(world, path, bytes);
    if (path->loss > 0 || world->faults.losing) {
        SimSpan late = loss_delay(world, path, losses, cause, previous != NULL);
        if (late == SIM_NEVER)
            return SIM_NEVER;
        at = sim_time_after(at, late);
    }
    at = travelled(world, path, delays, cause, at);
    if (world->faults.disturbing)
        at = held_back(world, path, delays, cause, at);
    return in_order(at, previous && path->is_one_stream ? &path->last : previous);
}

SimTime rep_network_later(RepPath *path, SimTime at, SimSpan by, SimTime *previous)
{
    return in_order(sim_time_after(at, by),
                    previous && path->is_one_stream ? &path->last : previous);
}

SimTime rep_network_bare_arrival(RepWorld *world, RepPath *path, SimStream delays, SimStream losses,
                                 guint64 cause, guint64 bytes, SimTime *previous)
{
    SimTime at = rep_network_arrival(world, path, delays, losses, cause, bytes, NULL);
    return at == SIM_NEVER ? at : in_order(at, path->is_one_stream ? &path->last : previous);
}

SimTime rep_network_bulk_arrival(RepWorld *world, RepPath *path, SimStream delays, guint64 cause,
                                 guint64 bytes)
{
    if (path->cuts)
        return SIM_NEVER;
    const RepPipe *pipe = pipe_of(world, path);
    return travelled(
        world, path, delays, cause,
        sim_time_after(world->kernel.now, pipe ? transmission(pipe->bits_per_s, bytes) : 0));
}
