/*
 * test_version_meters.c — stale reads and what sessions miss where there is no one log, against
 * plain definitions that keep everything.
 *
 * Method: a toy of a few replicas does random steps: writes are accepted, acknowledged late or
 * never, replicas join what they hold (siblings, or the largest stamp), die with their disks and
 * return, sessions read and answer what they have read of another key. Every read is judged when it
 * is answered, by sets of serials in plain arrays, against all that ever happened (semantics §9).
 * Operations live a fiftieth of a run, so that the meters forget most of it.
 */
#include "analysis/meters.h"
#include "tests/support/check.h"
#include "tests/support/meter_script.h"

#include <string.h>

enum { SEEDS = 80, STEPS = 4000, LIFE = 200, NODES = 3, KEYS = 2, WRITES = 200 };
enum { OWN, SEEN, NEEDED, MEASURES };

typedef struct Set {
    guint8 has[WRITES + 1];
} Set;

typedef struct Write {
    RepStamp stamp;
    Set context;
    int session, upon_key;
    guint upon; /* serial; 0: none */
    SimTime began, acked;
    gboolean is_open, is_settled, has_ended, is_cut_off;
} Write;

typedef struct Replica {
    gboolean is_down;
    Set shown[KEYS], cover[KEYS];
} Replica;

/* Under way, or answered at `ended`. */
typedef struct Read {
    int session, key, node;
    SimTime began, ended; /* -1: not yet */
    gboolean is_served;
    Set shown, cover;
} Read;

typedef struct Toy {
    guint64 random;
    SimTime now;
    gboolean by_stamp, dies;
    guint sessions, pace;
    guint n[KEYS];
    Write writes[KEYS][WRITES + 1]; /* by serial */
    Replica replicas[NODES];
    GArray *reads; /* Read */
    RepObserver observer;
    guint64 judged, stale, missed, age;
    guint64 due[MEASURES], late[MEASURES];
} Toy;

static guint draw(Toy *toy, guint below)
{
    toy->random = toy->random * G_GUINT64_CONSTANT(6364136223846793005) + 1442695040888963407u;
    return (guint)(toy->random >> 33) % below;
}

static void emit(const Toy *toy, RepObservation seen)
{
    seen.at = toy->now;
    toy->observer.observe(toy->observer.self, &seen);
}

static int compare(RepStamp a, RepStamp b)
{
    return a.time != b.time ? (a.time > b.time) - (a.time < b.time)
                            : (a.origin > b.origin) - (a.origin < b.origin);
}

static SimIntervals intervals(const Set *set)
{
    SimIntervals made = {0};
    for (guint s = 1; s <= WRITES; s++)
        if (set->has[s])
            sim_intervals_add(&made, s, s);
    return made;
}

/* ---- replicas ----------------------------------------------------------------------------- */

static guint newest(const Toy *toy, int key, const Set *shown)
{
    guint best = 0;
    for (guint s = 1; s <= toy->n[key]; s++)
        if (shown->has[s] &&
            (!best || compare(toy->writes[key][s].stamp, toy->writes[key][best].stamp) > 0))
            best = s;
    return best;
}

static void join(const Toy *toy, int key, Replica *into, const Set *shown, const Set *cover)
{
    Set all = {0};
    for (guint s = 1; s <= toy->n[key]; s++) {
        gboolean ours = into->shown[key].has[s], theirs = shown->has[s];
        all.has[s] =
            (ours && theirs) || (ours && !cover->has[s]) || (theirs && !into->cover[key].has[s]);
    }
    for (guint s = 1; s <= toy->n[key]; s++)
        into->cover[key].has[s] |= cover->has[s];
    if (toy->by_stamp) {
        for (guint s = 1; s <= toy->n[key]; s++)
            all.has[s] = into->shown[key].has[s] || shown->has[s];
        guint winner = newest(toy, key, &all);
        all = (Set){0};
        all.has[winner] = winner > 0;
    }
    into->shown[key] = all;
}

static gboolean is_live(const Toy *toy, int key, guint s)
{
    for (int node = 0; node < NODES; node++)
        if (!toy->replicas[node].is_down && toy->replicas[node].cover[key].has[s])
            return TRUE;
    return FALSE;
}

static void tell_cut_off(Toy *toy, int key)
{
    Set living = {0};
    for (guint s = 1; s <= toy->n[key]; s++)
        living.has[s] = is_live(toy, key, s) ? 1 : 0;
    SimIntervals live = intervals(&living);
    for (guint s = 1; s <= toy->n[key]; s++) {
        Write *write = &toy->writes[key][s];
        if (write->is_cut_off == !living.has[s])
            continue;
        write->is_cut_off = !living.has[s];
        SimIntervals context = intervals(&write->context);
        emit(toy, (RepObservation){.kind = REP_OBS_WRITE_CUT_OFF,
                                   .cut_off = {.is_cut_off = (guint32)write->is_cut_off,
                                               .key = (guint64)key,
                                               .serial = s,
                                               .context = &context,
                                               .live = &live}});
        sim_intervals_clear(&context);
    }
    sim_intervals_clear(&live);
}

static void tell_settled(Toy *toy, int key)
{
    for (guint s = 1; s <= toy->n[key]; s++) {
        Write *write = &toy->writes[key][s];
        guint covered = 0, held = 0;
        for (int node = 0; node < NODES; node++) {
            covered += toy->replicas[node].cover[key].has[s];
            held += toy->replicas[node].shown[key].has[s];
        }
        if (covered == NODES && !write->is_settled) {
            SimIntervals context = intervals(&write->context);
            write->is_settled = TRUE;
            emit(toy, (RepObservation){.kind = REP_OBS_SETTLED,
                                       .settled = {.key = (guint64)key,
                                                   .serial = s,
                                                   .stamp = write->stamp,
                                                   .context = &context}});
            sim_intervals_clear(&context);
        }
        if (held == 0 && !write->is_open && !write->has_ended) {
            write->has_ended = TRUE;
            emit(toy, (RepObservation){.kind = REP_OBS_WRITE_ENDED,
                                       .stored = {.node = -1,
                                                  .why = REP_FATE_FOLLOWED,
                                                  .key = (guint64)key,
                                                  .serial = s,
                                                  .by = (guint64)write->is_settled}});
        }
    }
}

/* ---- writes ------------------------------------------------------------------------------- */

static void write_somewhere(Toy *toy, int key)
{
    int node = (int)draw(toy, NODES), session = (int)draw(toy, toy->sessions);
    Replica *replica = &toy->replicas[node];
    if (replica->is_down || toy->n[key] == WRITES)
        return;
    guint serial = ++toy->n[key];
    Write *write = &toy->writes[key][serial];
    *write = (Write){.stamp = {.time = toy->now + draw(toy, 300), .origin = node},
                     .context = replica->cover[key],
                     .session = session,
                     .began = toy->now,
                     .acked = -1,
                     .is_open = TRUE};
    for (guint i = toy->reads->len; i-- > 0 && draw(toy, 2);) {
        const Read *read = &g_array_index(toy->reads, Read, i);
        write->upon_key = read->key;
        write->upon = read->session == session && read->ended >= 0 && read->key != key
                          ? newest(toy, read->key, &read->shown)
                          : 0;
    }
    Set own = {0}, cover = write->context;
    own.has[serial] = cover.has[serial] = 1;
    SimIntervals context = intervals(&write->context);
    emit(toy, (RepObservation){.kind = REP_OBS_WRITTEN,
                               .written = {.party = node,
                                           .client = WEB,
                                           .key = (guint64)key,
                                           .serial = serial,
                                           .stamp = write->stamp,
                                           .context = &context,
                                           .depends_on = {(guint64)write->upon_key,
                                                          {write->upon, write->upon ? 1 : 0}}}});
    sim_intervals_clear(&context);
    join(toy, key, replica, &own, &cover);
}

static RepOperationSeen operation(RepOperationKind kind, int session, int key, SimTime began)
{
    return (RepOperationSeen){.client = WEB,
                              .session = (guint32)session,
                              .region = US,
                              .kind = (guint8)kind,
                              .outcome = REP_OK,
                              .attempts = 1,
                              .key = (guint64)key,
                              .began = began,
                              .visible_after = -1};
}

static void end_write(Toy *toy, int key)
{
    guint serial = 1 + draw(toy, MAX(toy->n[key], 1));
    Write *write = &toy->writes[key][serial];
    if (!write->is_open)
        return;
    SimIntervals cover = {0};
    sim_intervals_add(&cover, serial, serial);
    guint64 serials[] = {serial};
    RepVersionsSeen own = {1, serials, &cover, write->stamp, write->is_cut_off};
    RepOperationSeen ended = operation(REP_WRITE, write->session, key, write->began);
    ended.versions = &own;
    write->is_open = FALSE;
    if (toy->now - write->began > LIFE || draw(toy, 8) == 0)
        ended.outcome = REP_UNKNOWN;
    else
        write->acked = toy->now;
    ended.began = MAX(write->began, toy->now - LIFE);
    emit(toy, (RepObservation){.kind = REP_OBS_OPERATION_ENDED, .operation = ended});
}

/* ---- reads -------------------------------------------------------------------------------- */

static gboolean misses(const Toy *toy, const Read *read, int key, guint serial)
{
    const Write *write = &toy->writes[key][serial];
    guint got = newest(toy, key, &read->shown);
    if (write->is_cut_off || (got && read->cover.has[serial]))
        return FALSE;
    return !(toy->by_stamp && got && compare(toy->writes[key][got].stamp, write->stamp) >= 0);
}

static void judge_sessions(Toy *toy, const Read *read)
{
    gboolean due[MEASURES] = {FALSE}, late[MEASURES] = {FALSE};
    for (guint s = 1; s <= toy->n[read->key]; s++) {
        const Write *write = &toy->writes[read->key][s];
        if (write->session != read->session || write->acked < 0 || write->acked > read->began)
            continue;
        due[OWN] = TRUE;
        late[OWN] |= misses(toy, read, read->key, s);
    }
    for (guint i = 0; i < toy->reads->len; i++) {
        const Read *other = &g_array_index(toy->reads, Read, i);
        if (other->session != read->session || other->ended < 0 || other->ended > read->began ||
            other == read)
            continue;
        due[SEEN] |= other->key == read->key;
        for (guint s = 1; s <= toy->n[other->key]; s++) {
            const Write *write = &toy->writes[other->key][s];
            if (!other->shown.has[s])
                continue;
            late[SEEN] |= other->key == read->key && misses(toy, read, read->key, s);
            if (!write->upon || write->upon_key != read->key)
                continue;
            due[NEEDED] = TRUE;
            late[NEEDED] |= misses(toy, read, read->key, write->upon);
        }
    }
    for (int m = 0; m < MEASURES; m++) {
        toy->due[m] += due[m] ? 1 : 0;
        toy->late[m] += late[m] ? 1 : 0;
    }
}

static void judge(Toy *toy, const Read *read)
{
    guint64 missed = 0;
    SimSpan age = 0;
    for (guint s = 1; s <= toy->n[read->key]; s++) {
        const Write *write = &toy->writes[read->key][s];
        if (write->acked < 0 || write->acked > read->began || !misses(toy, read, read->key, s))
            continue;
        missed++;
        age = MAX(age, read->began - write->acked);
    }
    toy->judged++;
    toy->stale += missed > 0;
    toy->missed += missed;
    toy->age += (guint64)age;
    judge_sessions(toy, read);
}

static void answer(Toy *toy, Read *read)
{
    guint64 serials[WRITES];
    SimIntervals cover = intervals(&read->cover);
    RepVersionsSeen got = {.serials = serials, .cover = &cover};
    for (guint s = 1; s <= toy->n[read->key]; s++)
        if (read->shown.has[s])
            serials[got.n++] = s;
    if (got.n)
        got.newest = toy->writes[read->key][newest(toy, read->key, &read->shown)].stamp;
    judge(toy, read);
    RepOperationSeen ended = operation(REP_READ, read->session, read->key, read->began);
    ended.node = read->node;
    ended.versions = &got;
    read->ended = toy->now;
    emit(toy, (RepObservation){.kind = REP_OBS_OPERATION_ENDED, .operation = ended});
    sim_intervals_clear(&cover);
}

static void go_on_reading(Toy *toy)
{
    Read new = {.session = (int)draw(toy, toy->sessions),
                .key = (int)draw(toy, KEYS),
                .node = (int)draw(toy, NODES),
                .began = toy->now,
                .ended = -1};
    if (draw(toy, 3) == 0)
        g_array_append_val(toy->reads, new);
    for (guint i = toy->reads->len > 12 ? toy->reads->len - 12 : 0; i < toy->reads->len; i++) {
        Read *read = &g_array_index(toy->reads, Read, i);
        const Replica *replica = &toy->replicas[read->node];
        if (read->ended >= 0 || toy->now - read->began > LIFE || draw(toy, toy->pace))
            continue;
        if (read->is_served) {
            answer(toy, read);
        } else if (!replica->is_down) {
            read->is_served = TRUE;
            read->shown = replica->shown[read->key];
            read->cover = replica->cover[read->key];
        }
    }
}

/* ---- runs --------------------------------------------------------------------------------- */

static void step(Toy *toy)
{
    int key = (int)draw(toy, KEYS);
    Replica *one = &toy->replicas[draw(toy, NODES)];
    const Replica *other = &toy->replicas[draw(toy, NODES)];
    toy->now += draw(toy, 5);
    switch (draw(toy, 8)) {
    case 0:
        if (draw(toy, 2))
            write_somewhere(toy, key);
        break;
    case 1:
    case 2:
        if (one != other && !one->is_down && !other->is_down)
            join(toy, key, one, &other->shown[key], &other->cover[key]);
        break;
    case 3:
        if (toy->dies && draw(toy, 20) == 0)
            one->is_down = !one->is_down;
        break;
    case 4:
        end_write(toy, key);
        break;
    default:
        go_on_reading(toy);
    }
    for (key = 0; key < KEYS; key++) {
        tell_cut_off(toy, key);
        tell_settled(toy, key);
    }
}

static gsize cell_of(const AnaPlan *plan, const char *name)
{
    for (gsize i = 0; i < ana_plan_n_queries(plan); i++) {
        g_autofree char *own = ana_plan_query_name(plan, ana_plan_query(plan, i));
        if (strcmp(own, name) == 0)
            return ana_plan_cell_of(plan, i);
    }
    test_str_eq("no such query", name, "query", __FILE__, __LINE__);
    return 0;
}

static void compare_cells(const Toy *toy, const AnaPlan *plan, const AnaCell *cells)
{
    static const char *const names[MEASURES] = {"ryw_violations", "monotonic_violations",
                                                "prefix_violations"};
    const AnaCell *stale = &cells[cell_of(plan, "stale_rate")];
    CHECK_UINT(stale->of, toy->judged);
    CHECK_UINT(stale->hits, toy->stale);
    const AnaHist *age = cells[cell_of(plan, "stale_age.mean")].hist;
    CHECK_NEAR(ana_hist_sum(age), (double)toy->age, 1e-3);
    const AnaHist *missed = cells[cell_of(plan, "stale_versions.mean")].hist;
    CHECK_NEAR(ana_hist_sum(missed), (double)toy->missed, 1e-3);
    for (int m = 0; m < MEASURES; m++) {
        CHECK_UINT(cells[cell_of(plan, names[m])].of, toy->due[m]);
        CHECK_UINT(cells[cell_of(plan, names[m])].hits, toy->late[m]);
    }
}

static void run(guint64 seed, guint64 totals[2 + 2 * MEASURES])
{
    static const SimSpan lives[] = {LIFE, LIFE};
    static const gboolean wiped[] = {FALSE, FALSE, FALSE};
    AnaWorld world = meter_script_world();
    world.events |= ANA_HAS_VERSIONS;
    world.client_lives = lives;
    world.may_be_wiped = wiped;
    world.warmup = 0;
    Toy *toy = g_new0(Toy, 1);
    toy->random = seed;
    toy->reads = g_array_new(FALSE, FALSE, sizeof(Read));
    world.stamps_order = toy->by_stamp = (seed & 1) != 0;
    toy->dies = (seed & 2) != 0;
    toy->sessions = seed & 4 ? 1 : 3;
    toy->pace = seed & 8 ? 12 : 2;
    g_autoptr(AnaPlan) plan = ana_plan_new(&world, NULL, 0);
    g_autoptr(AnaMeters) meters = ana_meters_new(plan);
    toy->observer = ana_meters_observer(meters);
    emit(toy, (RepObservation){.kind = REP_OBS_PHASE, .phase = {.phase = REP_PHASE_MEASURED}});
    for (int i = 0; i < STEPS; i++)
        step(toy);
    emit(toy, (RepObservation){.kind = REP_OBS_PHASE, .phase = {.phase = REP_PHASE_END}});
    test_row("seed %" G_GUINT64_FORMAT, seed);
    compare_cells(toy, plan, ana_meters_cells(meters));
    test_row(NULL);
    totals[0] += toy->judged;
    totals[1] += toy->stale;
    for (int m = 0; m < MEASURES; m++) {
        totals[2 + m] += toy->due[m];
        totals[2 + MEASURES + m] += toy->late[m];
    }
    g_array_free(toy->reads, TRUE);
    g_free(toy);
}

static void reads_are_judged_as_by_all_that_ever_happened(void)
{
    guint64 totals[2 + 2 * MEASURES] = {0};
    for (guint64 seed = 1; seed <= SEEDS; seed++)
        run(seed, totals);
    for (guint i = 0; i < G_N_ELEMENTS(totals); i++) {
        test_row("total %u", i);
        CHECK(totals[i] > 100); /* everything happens, and often */
    }
    test_row(NULL);
}

static const TestCase cases[] = {TEST(reads_are_judged_as_by_all_that_ever_happened), {0}};

int main(int argc, char **argv)
{
    return test_main("version_meters", cases, argc, argv);
}
