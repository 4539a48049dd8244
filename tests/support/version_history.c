/* version_history.c — see version_history.h. */
#include "tests/support/version_history.h"

#include "sim/random.h"

#define WRITES_MAX 60u /* a bit each */
#define KEY 77u

typedef guint64 Bits; /* the serial s is bit s - 1 */

enum { REPLICAS = 3, MESSAGES = 5, READERS = 2, HOLDERS = REPLICAS + MESSAGES + READERS };

typedef struct ModelWrite {
    RepStamp stamp;
    Bits context;
    gboolean is_replaced, is_overruled;
    gboolean was_live, is_cut_off; /* as the listener was told */
    gboolean has_ended;
    RepWriteFate fate;
} ModelWrite;

typedef struct Holder {
    guint32 set;
    gboolean is_live;
    Bits reached, cover, versions;
} Holder;

typedef struct Run {
    const TestHistory *history;
    RepVersions versions;
    RepIdList priority;
    SimRng rng;
    Holder holders[HOLDERS]; /* replicas, messages, readers */
    ModelWrite writes[WRITES_MAX];
    guint n_writes;
    char *violation;
} Run;

static Bits bit(guint64 serial)
{
    return (Bits)1 << (serial - 1);
}

static guint below(Run *run, guint n)
{
    return (guint)(sim_rng_bits(&run->rng) % n);
}

static void violated(Run *run, const char *what)
{
    if (!run->violation)
        run->violation =
            g_strdup_printf("%s, seed %" G_GUINT64_FORMAT ", write %u: %s",
                            run->history->rule->name, run->history->seed, run->n_writes, what);
}

/* ---- the model ---------------------------------------------------------------------------- */

static gboolean follows(const Run *run, guint later, guint earlier)
{
    return later == earlier || (run->writes[later].context & bit(earlier + 1));
}

static gboolean any_follows(const Run *run, Bits of, guint earlier)
{
    for (guint i = 0; i < run->n_writes; i++)
        if ((of & bit(i + 1)) && follows(run, i, earlier))
            return TRUE;
    return FALSE;
}

/* By time, count, origin, and then the later of one party's. */
static gboolean is_larger(const Run *run, guint a, guint b)
{
    RepStamp x = run->writes[a].stamp, y = run->writes[b].stamp;
    if (x.time != y.time)
        return x.time > y.time;
    if (x.count != y.count)
        return x.count > y.count;
    return x.origin != y.origin ? x.origin > y.origin : a > b;
}

static Bits largest(const Run *run, Bits of)
{
    guint best = WRITES_MAX;
    for (guint i = 0; i < run->n_writes; i++)
        if ((of & bit(i + 1)) && (best == WRITES_MAX || is_larger(run, i, best)))
            best = i;
    return best == WRITES_MAX ? 0 : bit(best + 1);
}

/* Those that no other follows. */
static Bits heads(const Run *run, Bits of)
{
    Bits left = of;
    for (guint i = 0; i < run->n_writes; i++)
        if ((of & bit(i + 1)) && any_follows(run, of & ~bit(i + 1), i))
            left &= ~bit(i + 1);
    return left;
}

static void model_join(const Run *run, Holder *into, const Holder *arriving)
{
    const RepConflictRule *rule = run->history->rule;
    Bits reached = into->reached | arriving->reached;
    into->cover |= arriving->cover;
    into->reached = reached;
    if (!rule->converges)
        into->versions = arriving->versions ? arriving->versions : into->versions;
    else
        into->versions = rule->orders ? largest(run, reached) : heads(run, reached);
}

static void model_drop(Run *run, Bits before, Bits after)
{
    for (guint i = 0; i < run->n_writes; i++)
        if (before & ~after & bit(i + 1)) {
            ModelWrite *write = &run->writes[i];
            if (any_follows(run, after, i))
                write->is_replaced = TRUE;
            else
                write->is_overruled = TRUE;
        }
}

static Bits held(const Run *run, gboolean by_live)
{
    Bits all = 0;
    for (guint i = 0; i < HOLDERS; i++)
        if (run->holders[i].set && (!by_live || run->holders[i].is_live))
            all |= run->holders[i].versions;
    return all;
}

/* ---- what the listener is told ------------------------------------------------------------ */

static Bits bits_of(const SimIntervals *set)
{
    Bits all = 0;
    for (guint i = 0; i < WRITES_MAX; i++)
        all |= sim_intervals_has(set, i + 1) ? bit(i + 1) : 0;
    return all;
}

static void hear_cut_off(void *self, const RepWrite *write, gboolean is_cut_off,
                         const SimIntervals *live)
{
    Run *run = self;
    Bits scope = (bits_of(&write->context) | bit(write->serial)) & ~bits_of(live);
    if (!is_cut_off)
        scope = bits_of(&write->context) | bit(write->serial);
    for (guint i = 0; i < run->n_writes; i++)
        if (scope & bit(i + 1))
            run->writes[i].is_cut_off = is_cut_off;
}

static void hear_ended(void *self, const RepWrite *write, RepWriteFate fate)
{
    Run *run = self;
    ModelWrite *ended = &run->writes[write->serial - 1];
    if (ended->has_ended)
        violated(run, "a write ends twice");
    ended->has_ended = TRUE;
    ended->fate = fate;
}

/* ---- checks ------------------------------------------------------------------------------- */

static Bits versions_of(const Run *run, guint32 set)
{
    Bits all = 0;
    const RepVersionSet *in = rep_set_at(&run->versions, set);
    for (guint32 i = 0; set && i < in->n; i++)
        all |= bit(rep_set_version(&run->versions, in, i)->serial);
    return all;
}

static RepWriteFate fate_of(const Run *run, guint i, Bits left)
{
    const ModelWrite *write = &run->writes[i];
    if (write->is_replaced || any_follows(run, left & ~bit(i + 1), i))
        return REP_FATE_FOLLOWED;
    return write->is_overruled ? REP_FATE_OVERWRITTEN : REP_FATE_LOST;
}

/* Of those that were held before the step. */
static void check_fates(Run *run, Bits before, gboolean by_live)
{
    const RepConflictRule *rule = run->history->rule;
    Bits left = held(run, by_live);
    for (guint i = 0; i < run->n_writes; i++) {
        const ModelWrite *write = &run->writes[i];
        if (write->has_ended == ((left & bit(i + 1)) != 0))
            violated(run, "a write ends while it is held, or does not end");
        if (!(before & ~left & bit(i + 1)))
            continue;
        if (write->fate != fate_of(run, i, left))
            violated(run, "a write ends with another fate than it had");
        if (write->fate == REP_FATE_OVERWRITTEN && !rule->orders && rule->converges)
            violated(run, "a sibling is overwritten");
        if (write->fate == REP_FATE_LOST && !run->history->loses && !by_live)
            violated(run, "a write is lost though nothing is ever lost");
    }
}

/* Where no rule overrules: whatever was live is cut off while nothing live follows it, also after
 * it has ended. */
static void check_cut_off(Run *run)
{
    const RepConflictRule *rule = run->history->rule;
    Bits live = held(run, TRUE);
    for (guint i = 0; i < run->n_writes && rule->converges && !rule->orders; i++) {
        ModelWrite *write = &run->writes[i];
        gboolean is_live = any_follows(run, live, i);
        write->was_live |= is_live;
        if (write->was_live && write->is_cut_off == is_live)
            violated(run, is_live ? "a write that is live is cut off"
                                  : "a write that is not live is not cut off");
    }
    for (guint32 at = rep_versions_oldest(&run->versions, KEY);
         at && rule->converges && !rule->orders; at = rep_versions_next(&run->versions, at)) {
        const RepWrite *left = rep_write_at(&run->versions, at);
        if (left->was_live && left->is_cut_off != run->writes[left->serial - 1].is_cut_off)
            violated(run, "a write does not know whether it is cut off");
    }
}

static void check_holders(Run *run)
{
    for (guint i = 0; i < HOLDERS; i++) {
        const Holder *holder = &run->holders[i];
        if (!holder->set)
            continue;
        if (versions_of(run, holder->set) != holder->versions)
            violated(run, "a set has other versions than the rule leaves");
        if (bits_of(&rep_set_at(&run->versions, holder->set)->cover) != holder->cover)
            violated(run, "a set covers other writes than were joined into it");
    }
}

static gboolean is_same(const Run *run, guint32 a, guint32 b)
{
    return versions_of(run, a) == versions_of(run, b) &&
           bits_of(&rep_set_at(&run->versions, a)->cover) ==
               bits_of(&rep_set_at(&run->versions, b)->cover);
}

static void check_laws(Run *run)
{
    guint32 a = run->holders[below(run, HOLDERS)].set, b = run->holders[below(run, HOLDERS)].set,
            c = run->holders[below(run, HOLDERS)].set;
    RepVersions *versions = &run->versions;
    guint32 a_b = rep_versions_join(versions, a, b), b_a = rep_versions_join(versions, b, a);
    if (rep_versions_join(versions, a, a) != a)
        violated(run, "a join with itself is another set");
    if (rep_versions_join(versions, a_b, b) != a_b)
        violated(run, "a join that brings nothing new is another set");
    if (!run->history->rule->converges)
        return;
    if (!is_same(run, a_b, b_a))
        violated(run, "joins are not commutative");
    guint32 b_c = rep_versions_join(versions, b, c);
    if (!is_same(run, rep_versions_join(versions, a_b, c), rep_versions_join(versions, a, b_c)))
        violated(run, "joins are not associative");
}

/* ---- steps -------------------------------------------------------------------------------- */

/* The holder comes to hold `set`, which is what `as` says, in place of what it did. */
static void put(Run *run, Holder *holder, guint32 set, const Holder *as)
{
    guint32 before = holder->set;
    if (set)
        rep_set_hold(&run->versions, set, holder->is_live);
    holder->set = set;
    holder->reached = as->reached;
    holder->cover = as->cover;
    holder->versions = as->versions;
    if (before)
        rep_set_release(&run->versions, before, holder->is_live);
}

/* As a replica does it: what it drops, or what loses at once, is noted. */
static void join_into(Run *run, Holder *holder, const Holder *arriving, gboolean is_noted)
{
    Holder after = *holder;
    if (!arriving->set)
        return;
    model_join(run, &after, arriving);
    guint32 set = rep_versions_join(&run->versions, holder->set, arriving->set);
    if (is_noted) {
        model_drop(run, holder->versions | arriving->versions, after.versions);
        rep_versions_note_dropped(&run->versions, arriving->set, set, NULL, NULL);
        if (holder->set)
            rep_versions_note_dropped(&run->versions, holder->set, set, NULL, NULL);
    }
    put(run, holder, set, &after);
}

static RepStamp stamp(Run *run, const Holder *author, gint32 origin)
{
    const RepWrite *newest = rep_set_newest(&run->versions, author->set);
    SimTime clock = 10 + below(run, 1 + run->n_writes / 8); /* equal ones are common */
    if (run->history->rule->counts)
        return (RepStamp){.time = newest ? newest->stamp.time + 1 : 1, .origin = origin};
    if (run->history->rule->is_hybrid)
        return rep_stamp_hybrid(clock, origin, newest ? &newest->stamp : NULL);
    return (RepStamp){.time = clock, .origin = origin};
}

/* A replica accepts a write on top of what it has, or of what a reader saw. */
static void write(Run *run, guint replica)
{
    Holder *at = &run->holders[replica];
    const Holder *reader = &run->holders[REPLICAS + MESSAGES + below(run, READERS)];
    const Holder *author = below(run, 2) ? reader : at;
    RepNewWrite new = {.key = KEY,
                       .stamp = stamp(run, author, (gint32)replica),
                       .origin = (gint32)replica,
                       .context = author->set};
    guint64 n_conflicts = 0;
    guint serial = ++run->n_writes;
    run->writes[serial - 1] = (ModelWrite){.stamp = new.stamp, .context = author->cover};
    Holder own = {.set = rep_versions_write(&run->versions, &new, &n_conflicts),
                  .reached = bit(serial),
                  .cover = author->cover | bit(serial),
                  .versions = bit(serial)};
    Bits missed = (bit(serial) - 1) & ~author->cover;
    if (n_conflicts != (guint64)__builtin_popcountll(missed))
        violated(run, "conflicts are miscounted");
    for (guint i = 0; run->history->rule->is_hybrid && i + 1 < serial; i++)
        if (follows(run, serial - 1, i) && !is_larger(run, serial - 1, i))
            violated(run, "a hybrid stamp is not larger than one that it follows");
    Holder *message = &run->holders[REPLICAS + below(run, MESSAGES)];
    if (!message->set)
        put(run, message, own.set, &own);
    join_into(run, at, &own, TRUE);
}

static void change_life(Run *run, Holder *replica)
{
    static const Holder nothing = {0};
    if (replica->is_live && run->history->is_calm)
        return;
    if (!replica->is_live && run->history->loses && below(run, 3) == 0)
        put(run, replica, 0, &nothing);
    replica->is_live = !replica->is_live;
    if (replica->set)
        rep_set_move(&run->versions, replica->set, replica->is_live);
}

static void step(Run *run)
{
    static const Holder nothing = {0};
    Holder *replica = &run->holders[below(run, REPLICAS)];
    Holder *message = &run->holders[REPLICAS + below(run, MESSAGES)];
    Holder *reader = &run->holders[REPLICAS + MESSAGES + below(run, READERS)];
    guint what = below(run, 100);
    if (what < 4)
        change_life(run, replica);
    else if (!replica->is_live)
        return;
    else if (what < 18 && run->n_writes < WRITES_MAX)
        write(run, (guint)(replica - run->holders));
    else if (what < 40 && !message->set && replica->set)
        put(run, message, replica->set, replica);
    else if (what < 75) {
        join_into(run, replica, message, TRUE);
        if (message->set && below(run, 4))
            put(run, message, 0, &nothing); /* sometimes it comes twice */
    } else if (what < 80 && run->history->loses && message->set)
        put(run, message, 0, &nothing);
    else if (what < 92 && replica->set)
        join_into(run, reader, replica, FALSE);
    else if (what < 94 && reader->set)
        put(run, reader, 0, &nothing);
}

static void step_and_check(Run *run)
{
    Bits before = held(run, FALSE);
    guint n_before = run->n_writes;
    step(run);
    if (run->n_writes > n_before)
        before |= bit(run->n_writes);
    rep_versions_sweep(&run->versions);
    check_holders(run);
    check_fates(run, before, FALSE);
    check_cut_off(run);
    check_laws(run);
    rep_versions_sweep(&run->versions);
}

/* ---- the end ------------------------------------------------------------------------------ */

/* Each replica hears of what each other has: those that converge are equal then. */
static void exchange_all(Run *run)
{
    for (guint i = 0; i < REPLICAS; i++)
        if (!run->holders[i].is_live)
            change_life(run, &run->holders[i]);
    for (guint round = 0; round < 2; round++)
        for (guint i = 0; i < REPLICAS; i++)
            for (guint j = 0; j < REPLICAS; j++)
                join_into(run, &run->holders[i], &run->holders[j], TRUE);
    rep_versions_sweep(&run->versions);
    for (guint i = 1; run->history->rule->converges && i < REPLICAS; i++)
        if (!rep_sets_agree(&run->versions, run->holders[0].set, run->holders[i].set))
            violated(run, "replicas that have heard everything do not agree");
}

static void release_all(Run *run)
{
    static const Holder nothing = {0};
    for (guint i = 0; i < HOLDERS; i++)
        put(run, &run->holders[i], 0, &nothing);
    rep_versions_sweep(&run->versions);
    if (run->versions.writes.live != 1 || run->versions.sets.live != 1)
        violated(run, "something is kept that nobody holds");
}

char *test_history_run(const TestHistory *history, guint *n_writes)
{
    int first[] = {1, 0};
    Run run = {.history = history, .priority = {.ids = first, .n = 2}};
    sim_rng_seed(&run.rng, history->seed);
    rep_versions_init(
        &run.versions, history->rule, &run.priority,
        (RepVersionsListener){.cut_off = hear_cut_off, .ended = hear_ended, .self = &run});
    for (guint i = 0; i < REPLICAS + MESSAGES; i++)
        run.holders[i].is_live = TRUE;
    for (guint i = 0; i < history->steps && !run.violation; i++)
        step_and_check(&run);
    if (history->seed % 2) {
        Bits before = held(&run, FALSE);
        rep_versions_finish(&run.versions);
        check_fates(&run, before, TRUE);
    } else
        exchange_all(&run);
    release_all(&run);
    rep_versions_clear(&run.versions);
    *n_writes = run.n_writes;
    return run.violation;
}
