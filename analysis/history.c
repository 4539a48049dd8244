/*
 * history.c — which entries survive, and who holds them; see history.h.
 *
 * Where leaders change all the time a copy may be thousands of terms behind. Each term knows one
 * further ancestor besides its parent, chosen so that any ancestor is reached in logarithmically
 * many steps (Myers, "An Applicative Random-Access Stack", 1983).
 */
#include "analysis/history.h"

#include "sim/check.h"

typedef struct Term {
    guint32 term, parent; /* the parent holds the entries before `first` */
    guint64 first;        /* its first entry */
    guint32 depth;        /* number of ancestors */
    guint32 jump;         /* one of them; 0: none is known … */
    guint32 jump_depth;
    guint64 least; /* … and what is left of any copy there: the least `first - 1` on the way */
} Term;

struct AnaHistory {
    GArray *terms; /* ascending */
    AnaCopy *copies;
    gboolean *may_be_wiped;
    gsize n_nodes;
    AnaPlace main, latest; /* latest: what the latest leader began with */
    guint64 fork;
    gboolean has_losses;
};

AnaHistory *ana_history_new(const AnaWorld *world)
{
    AnaHistory *history = g_new0(AnaHistory, 1);
    history->terms = g_array_new(FALSE, FALSE, sizeof(Term));
    history->n_nodes = world->n_nodes;
    history->copies = g_new0(AnaCopy, world->n_nodes + 1);
    history->may_be_wiped = g_new0(gboolean, world->n_nodes + 1);
    for (gsize i = 0; i < world->n_nodes; i++) {
        history->may_be_wiped[i] = world->may_be_wiped && world->may_be_wiped[i];
        history->copies[i].is_absent = history->copies[i].is_down = world->joins && world->joins[i];
    }
    return history;
}

void ana_history_free(AnaHistory *history)
{
    if (!history)
        return;
    g_array_free(history->terms, TRUE);
    g_free(history->copies);
    g_free(history->may_be_wiped);
    g_free(history);
}

/* ---- places in the tree of terms ---------------------------------------------------------- */

static Term *find_term(const AnaHistory *history, guint32 term)
{
    Term *terms = (Term *)(gpointer)history->terms->data;
    guint low = 0, high = history->terms->len;
    /* Nearly always it is the last. */
    if (high > 0 && terms[high - 1].term == term)
        return &terms[high - 1];
    while (low < high) {
        guint middle = low + (high - low) / 2;
        if (terms[middle].term < term)
            low = middle + 1;
        else
            high = middle;
    }
    return low < history->terms->len && terms[low].term == term ? &terms[low] : NULL;
}

/* The end of the previous term in the copy that ends at `place`. */
static AnaPlace before_term(const AnaHistory *history, AnaPlace place)
{
    const Term *term = find_term(history, place.term);
    if (!term || term->first <= 1)
        return (AnaPlace){0};
    return (AnaPlace){.index = MIN(place.index, term->first - 1), .term = term->parent};
}

/* The end, in the copy, of the ancestor that its term knows besides the parent. */
static AnaPlace jumped(const Term *term, AnaPlace place)
{
    guint64 index = MIN(place.index, term->least);
    return index ? (AnaPlace){.index = index, .term = term->jump} : (AnaPlace){0};
}

/* The copy that ends at `place`, cut so that it ends at `index` at most. */
static AnaPlace cut_at(const AnaHistory *history, AnaPlace place, guint64 index)
{
    for (;;) {
        const Term *term = find_term(history, place.term);
        if (place.index == 0 || index == 0)
            return (AnaPlace){0};
        if (!term || term->first <= index)
            return (AnaPlace){.index = MIN(place.index, index), .term = place.term};
        place = before_term(history, place);
    }
}

/* One step, or several at once where that does not lead above `depth`. */
static AnaPlace climbed(const AnaHistory *history, const Term *term, AnaPlace place, guint32 depth)
{
    return term->jump && term->jump_depth >= depth ? jumped(term, place)
                                                   : before_term(history, place);
}

/* Up to where two copies agree: in the term that is the nearest ancestor of both. */
static guint64 shared_length(const AnaHistory *history, AnaPlace a, AnaPlace b)
{
    while (a.index && b.index && a.term != b.term) {
        const Term *x = find_term(history, a.term), *y = find_term(history, b.term);
        if (!x || !y) { /* of one nothing is known; the other may go on from it */
            AnaPlace *newer = a.term > b.term ? &a : &b;
            *newer = before_term(history, *newer);
        } else if (x->depth > y->depth) {
            a = climbed(history, x, a, y->depth);
        } else if (x->depth < y->depth) {
            b = climbed(history, y, b, x->depth);
        } else if (x->jump && y->jump && x->jump != y->jump) {
            a = jumped(x, a);
            b = jumped(y, b);
        } else {
            a = before_term(history, a);
            b = before_term(history, b);
        }
    }
    return MIN(a.index, b.index);
}

guint64 ana_history_shared(const AnaHistory *history, AnaPlace place)
{
    if (G_LIKELY(place.term == history->main.term))
        return MIN(place.index, history->main.index);
    return shared_length(history, place, history->main);
}

guint64 ana_history_end_of_term(const AnaHistory *history, AnaPlace place, guint32 term)
{
    while (place.index && place.term > term) {
        const Term *own = find_term(history, place.term);
        place = own && own->jump >= MAX(term, 1) ? jumped(own, place) : before_term(history, place);
    }
    return place.term == term ? place.index : 0;
}

guint64 ana_history_live_end(const AnaHistory *history, guint32 term)
{
    guint64 end = 0;
    for (gsize i = 0; i < history->n_nodes; i++) {
        const AnaCopy *copy = &history->copies[i];
        if (!copy->is_down)
            end = MAX(end, ana_history_end_of_term(history, copy->memory, term));
    }
    return end;
}

static gboolean holds(const AnaHistory *history, AnaPlace place, guint32 term, guint64 index)
{
    return ana_history_end_of_term(history, place, term) >= index;
}

gboolean ana_history_is_cut_off(const AnaHistory *history, guint32 term, guint64 index)
{
    if (!history->has_losses)
        return FALSE;
    gboolean on_dead_disk = FALSE;
    for (gsize i = 0; i < history->n_nodes; i++) {
        const AnaCopy *copy = &history->copies[i];
        gboolean has = holds(history, copy->memory, term, index);
        if (has && !copy->is_down)
            return FALSE;
        on_dead_disk |= has;
    }
    AnaPlace present = history->latest.term > history->main.term ? history->latest : history->main;
    gboolean is_superseded = present.term > term && !holds(history, present, term, index);
    return is_superseded || !on_dead_disk;
}

/* ---- observations ------------------------------------------------------------------------- */

static void reach(AnaPlace *place, guint32 term, guint64 last)
{
    if (place->index && term < place->term)
        return;
    place->term = term;
    place->index = MAX(place->index, last);
}

/* Two ancestors that lie equally far apart are passed at once, else only the parent. */
static void find_jump(const AnaHistory *history, Term *term)
{
    const Term *parent = find_term(history, term->parent);
    const Term *near = parent && parent->jump ? find_term(history, parent->jump) : NULL;
    const Term *far = near && near->jump ? find_term(history, near->jump) : NULL;
    if (!parent)
        return;
    term->depth = parent->depth + 1;
    term->jump = parent->term;
    term->jump_depth = parent->depth;
    term->least = term->first - 1;
    if (far && parent->depth - near->depth == near->depth - far->depth) {
        term->jump = far->term;
        term->jump_depth = far->depth;
        term->least = MIN(term->least, MIN(parent->least, near->least));
    }
}

static void learn_term(AnaHistory *history, Term learnt)
{
    guint at = history->terms->len;
    if (G_LIKELY(find_term(history, learnt.term)))
        return;
    find_jump(history, &learnt);
    while (at > 0 && g_array_index(history->terms, Term, at - 1).term > learnt.term)
        at--;
    g_array_insert_val(history->terms, at, learnt);
}

/* A leader goes on where its disk ends; what it held beyond is no part of the new term. */
static void leadership(AnaHistory *history, const RepObservation *seen)
{
    guint32 term = seen->leadership.term;
    const AnaCopy *copy = &history->copies[seen->leadership.node];
    if (!seen->leadership.leads)
        return;
    learn_term(history,
               (Term){.term = term, .parent = copy->disk.term, .first = copy->disk.index + 1});
    if (term <= history->latest.term)
        return;
    history->latest = (AnaPlace){.index = copy->disk.index, .term = term};
    if (shared_length(history, history->main, history->latest) < history->main.index)
        history->has_losses = TRUE;
}

/* TRUE where the end of the old main history is not part of the new one. */
static gboolean extend_main(AnaHistory *history, const AnaCopy *leader, guint32 term, guint64 last)
{
    AnaPlace old = history->main;
    if (old.index == 0 || term <= old.term) {
        reach(&history->main, term, last);
        return FALSE;
    }
    /* What the new leader holds of the old history is as durable as it was. */
    guint64 kept = shared_length(history, old, leader->memory);
    history->main = (AnaPlace){.index = MAX(last, kept), .term = term};
    history->fork = shared_length(history, old, history->main);
    if (history->fork == old.index)
        return FALSE;
    history->has_losses = TRUE;
    return TRUE;
}

static gboolean entries_at(AnaHistory *history, RepObservationKind kind, const RepEntriesSeen *seen)
{
    AnaCopy *copy = &history->copies[seen->node];
    gboolean is_durable = kind == REP_OBS_DURABLE, is_applied = kind == REP_OBS_APPLIED;
    /* Of a term whose leadership was not seen, the first report is the beginning. */
    learn_term(history,
               (Term){.term = seen->term, .parent = copy->memory.term, .first = seen->first});
    reach(&copy->memory, seen->term, seen->last);
    if (is_durable || kind == REP_OBS_FLUSHED)
        reach(&copy->disk, seen->term, seen->last);
    if (is_durable || kind == REP_OBS_RECEIVED)
        reach(&copy->stages[ANA_RECEIVED], seen->term, seen->last);
    if (is_durable || kind == REP_OBS_FLUSHED)
        reach(&copy->stages[ANA_FLUSHED], seen->term, seen->last);
    if (is_durable || is_applied)
        reach(&copy->stages[ANA_APPLIED], seen->term, seen->last);
    if (is_applied || kind == REP_OBS_COMMITTED)
        reach(&copy->shown, seen->term, seen->last);
    return is_durable && extend_main(history, copy, seen->term, seen->last);
}

static void cut_copy(const AnaHistory *history, AnaCopy *copy, guint64 index)
{
    AnaPlace *places[] = {&copy->memory,
                          &copy->disk,
                          &copy->shown,
                          &copy->stages[ANA_RECEIVED],
                          &copy->stages[ANA_FLUSHED],
                          &copy->stages[ANA_APPLIED]};
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
        if (places[i]->index > index)
            *places[i] = cut_at(history, *places[i], index);
}

static void truncated(AnaHistory *history, const RepEntriesSeen *seen)
{
    history->has_losses = TRUE;
    cut_copy(history, &history->copies[seen->node], seen->first - 1);
}

static void installed(AnaHistory *history, const RepEntriesSeen *seen)
{
    AnaCopy *copy = &history->copies[seen->node];
    AnaPlace place = {.index = seen->last, .term = seen->last ? seen->term : 0};
    SIM_CHECK(!place.index || find_term(history, place.term), "a snapshot of an unknown term %u",
              place.term);
    if (shared_length(history, copy->memory, place) < copy->memory.index)
        history->has_losses = TRUE;
    copy->memory = copy->disk = copy->shown = place;
    for (int stage = 0; stage < ANA_STAGES; stage++)
        copy->stages[stage] = place;
}

/* The leader has it in memory at once; its disk follows. */
static void carried(AnaHistory *history, const RepObservation *seen)
{
    if (seen->carried.to.index)
        reach(&history->copies[seen->carried.node].memory, seen->carried.to.term,
              seen->carried.to.index);
}

static void node_changed(AnaHistory *history, const RepObservation *seen)
{
    int node = seen->node.node;
    AnaCopy *copy = &history->copies[node];
    copy->is_down = seen->node.state == REP_NODE_DOWN;
    copy->is_absent &= copy->is_down;
    if (seen->node.wiped) {
        SIM_CHECK(history->may_be_wiped[node], "node %d was wiped, against AnaWorld.may_be_wiped",
                  node);
        history->has_losses = TRUE;
        cut_copy(history, copy, 0);
    } else if (copy->is_down) {
        history->has_losses |= copy->memory.index > copy->disk.index;
        copy->memory = copy->disk;
        if (copy->stages[ANA_RECEIVED].index > copy->disk.index)
            copy->stages[ANA_RECEIVED] = copy->disk;
    }
}

gboolean ana_history_observe(AnaHistory *history, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_NODE_CHANGED) {
        node_changed(history, seen);
        return FALSE;
    }
    if (seen->kind == REP_OBS_LEADERSHIP) {
        leadership(history, seen);
        return FALSE;
    }
    if (seen->kind == REP_OBS_CARRIED) {
        carried(history, seen);
        return FALSE;
    }
    const RepEntriesSeen *entries = &seen->entries;
    SIM_CHECK(entries->node >= 0 && (gsize)entries->node < history->n_nodes, "node %d",
              entries->node);
    if (seen->kind == REP_OBS_INSTALLED) {
        installed(history, entries);
        return FALSE;
    }
    if (entries->first > entries->last)
        return FALSE;
    SIM_CHECK(entries->first >= 1, "entries count from 1");
    if (seen->kind != REP_OBS_TRUNCATED)
        return entries_at(history, seen->kind, entries);
    truncated(history, entries);
    return FALSE;
}

guint64 ana_history_fork(const AnaHistory *history)
{
    return history->fork;
}

/* ---- queries ------------------------------------------------------------------------------ */

gsize ana_history_n_nodes(const AnaHistory *history)
{
    return history->n_nodes;
}

const AnaCopy *ana_history_copy(const AnaHistory *history, int node)
{
    return &history->copies[node];
}

AnaPlace ana_history_main(const AnaHistory *history)
{
    return history->main;
}

gboolean ana_history_has_losses(const AnaHistory *history)
{
    return history->has_losses;
}
