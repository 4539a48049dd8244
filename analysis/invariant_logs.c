/* invariant_logs.c — copies of the log, leaders; see invariants_private.h. */
#include "analysis/invariants_private.h"

#define E() "%" G_GUINT64_FORMAT

static AnaReplica *replica(AnaInvariants *self, int node)
{
    return &self->replicas[node];
}

static gboolean can_act(AnaInvariants *self, int node, const char *what)
{
    if (replica(self, node)->state == REP_NODE_UP)
        return TRUE;
    ana_violated(self, ANA_SILENT_WHILE_STOPPED, "%s %s while it is %s", ana_node_name(self, node),
                 what, replica(self, node)->state == REP_NODE_DOWN ? "down" : "paused");
    return FALSE;
}

/* ---- terms -------------------------------------------------------------------------------- */

void ana_logs_init(AnaInvariants *self)
{
    self->reigns = g_array_new(FALSE, TRUE, sizeof(AnaReign));
    self->replicas = g_new0(AnaReplica, self->rules->n_nodes + 1);
    for (gsize i = 0; i < self->rules->n_nodes; i++) {
        self->replicas[i].flushes = g_array_new(FALSE, FALSE, sizeof(AnaFlushed));
        for (int point = 0; point < 3; point++)
            self->replicas[i].reached[point] = g_array_new(FALSE, TRUE, sizeof(guint64));
    }
}

void ana_logs_clear(AnaInvariants *self)
{
    for (guint term = 0; term < self->reigns->len; term++) {
        AnaReign *reign = &g_array_index(self->reigns, AnaReign, term);
        ana_chain_clear(&reign->log);
        if (reign->entries)
            g_array_free(reign->entries, TRUE);
    }
    g_array_free(self->reigns, TRUE);
    for (gsize i = 0; i < self->rules->n_nodes; i++) {
        ana_chain_clear(&self->replicas[i].chain);
        g_array_free(self->replicas[i].flushes, TRUE);
        for (int point = 0; point < 3; point++)
            g_array_free(self->replicas[i].reached[point], TRUE);
    }
    g_free(self->replicas);
}

/* The pointer holds until the next term is asked for. */
AnaReign *ana_reign(AnaInvariants *self, guint32 term)
{
    guint n = self->reigns->len;
    if (term >= n) {
        g_array_set_size(self->reigns, term + 1);
        for (guint i = n; i <= term; i++)
            g_array_index(self->reigns, AnaReign, i).leader = -1;
    }
    return &g_array_index(self->reigns, AnaReign, term);
}

const AnaAppended *ana_logs_entry(AnaInvariants *self, RepVersion entry)
{
    const AnaReign *reign = ana_reign(self, entry.term);
    if (!reign->entries || entry.index < reign->first ||
        entry.index - reign->first >= reign->entries->len)
        return NULL;
    return &g_array_index(reign->entries, AnaAppended, entry.index - reign->first);
}

gboolean ana_logs_is_committed(AnaInvariants *self, RepVersion entry)
{
    for (guint32 term = entry.term; term < self->reigns->len; term++) {
        const AnaReign *reign = &g_array_index(self->reigns, AnaReign, term);
        if (ana_chain_contains(&reign->log, entry, reign->committed))
            return TRUE;
    }
    return FALSE;
}

/* ---- how far a copy has ever been --------------------------------------------------------- */

static void note_reached(AnaReplica *node, AnaPoint point, guint64 upto)
{
    GArray *reached = node->reached[point];
    for (guint i = 0; i < node->chain.n; i++) {
        guint32 term = node->chain.runs[i].term;
        if (term >= reached->len)
            g_array_set_size(reached, term + 1);
        guint64 *last = &g_array_index(reached, guint64, term);
        *last = MAX(*last, MIN(node->chain.runs[i].last, upto));
        if (node->chain.runs[i].last >= upto)
            return;
    }
}

gboolean ana_logs_has_reached(const AnaReplica *node, AnaPoint point, RepVersion entry)
{
    const GArray *reached = node->reached[point];
    return entry.term < reached->len && g_array_index(reached, guint64, entry.term) >= entry.index;
}

static void note_flush(AnaInvariants *self, AnaReplica *node)
{
    AnaFlushed flushed = {self->now, node->flushed};
    g_array_append_val(node->flushes, flushed);
    note_reached(node, ANA_POINT_FLUSHED, node->flushed);
}

guint64 ana_logs_flushed_at(const AnaReplica *node, SimTime at)
{
    for (guint i = node->flushes->len; i-- > 0;)
        if (g_array_index(node->flushes, AnaFlushed, i).at <= at)
            return g_array_index(node->flushes, AnaFlushed, i).last;
    return 0;
}

/* ---- entries ------------------------------------------------------------------------------ */

static void append(AnaInvariants *self, int id, RepVersion entry, AnaAppended what)
{
    AnaReplica *node = replica(self, id);
    AnaReign *reign = ana_reign(self, entry.term);
    if (!can_act(self, id, "accepts a write"))
        return;
    if (reign->leader != id || !node->leads) {
        ana_violated(self, ANA_ONE_LEADER_A_TERM, "%s accepts a write in term %u without leading",
                     ana_node_name(self, id), entry.term);
        return;
    }
    if (entry.index != node->received + 1 || entry.index != ana_chain_last(&reign->log) + 1) {
        ana_violated(self, ANA_POSITIONS_IN_ORDER,
                     "%s appends entry " E() " to a log that ends at " E(), ana_node_name(self, id),
                     entry.index, node->received);
        return;
    }
    g_array_append_val(reign->entries, what);
    ana_chain_extend(&reign->log, entry.term, entry.index);
    ana_chain_extend(&node->chain, entry.term, entry.index);
    node->received = entry.index;
    note_reached(node, ANA_POINT_RECEIVED, entry.index);
}

static void appended(AnaInvariants *self, const RepObservation *seen)
{
    AnaAppended what = {seen->appended.key, seen->appended.number, seen->appended.client};
    append(self, seen->appended.node, seen->appended.entry, what);
}

/* A leader takes over an entry of a log that was cut. */
static void carried(AnaInvariants *self, const RepObservation *seen)
{
    const AnaAppended *what = ana_logs_entry(self, seen->carried.from);
    if (!what) {
        ana_violated(self, ANA_LOG_PREFIX,
                     "%s takes over entry " E() " of term %u, which nobody "
                                                "appended",
                     ana_node_name(self, seen->carried.node), seen->carried.from.index,
                     seen->carried.from.term);
        return;
    }
    if (seen->carried.to.index == 0)
        return;
    AnaAppended again = *what;
    append(self, seen->carried.node, seen->carried.to, again);
    ana_clients_carried(self, &again, seen->carried.to);
}

static gboolean follows_on(AnaInvariants *self, const RepEntriesSeen *seen, guint64 before,
                           guint64 limit, const char *what)
{
    if (seen->first == before + 1 && seen->last >= seen->first && seen->last <= limit)
        return TRUE;
    ana_violated(
        self, ANA_POSITIONS_IN_ORDER,
        "%s has %s entries up to " E() " and could go up to " E() "; next are " E() " to " E(),
        ana_node_name(self, seen->node), what, before, limit, seen->first, seen->last);
    return FALSE;
}

/* What the node has agrees with the log of the term up to `last`. */
static gboolean agrees(AnaInvariants *self, const RepEntriesSeen *seen, guint64 last)
{
    const AnaReplica *node = replica(self, seen->node);
    const AnaReign *reign = ana_reign(self, seen->term);
    guint64 common = ana_chain_common(&node->chain, &reign->log);
    if (common >= last)
        return TRUE;
    ana_violated(
        self, ANA_LOG_PREFIX,
        "%s goes on with entry " E() " of term %u's log, but its entry " E() " is of term %u and "
                                                                             "not of term %u",
        ana_node_name(self, seen->node), seen->first, seen->term, common + 1,
        ana_chain_term_at(&node->chain, common + 1), ana_chain_term_at(&reign->log, common + 1));
    return FALSE;
}

static void received(AnaInvariants *self, const RepEntriesSeen *seen)
{
    AnaReplica *node = replica(self, seen->node);
    const AnaReign *reign = ana_reign(self, seen->term);
    if (!can_act(self, seen->node, "receives entries") ||
        !follows_on(self, seen, node->received, ana_chain_last(&reign->log), "received") ||
        !agrees(self, seen, node->received))
        return;
    ana_chain_follow(&node->chain, &reign->log, seen->last);
    node->received = seen->last;
    node->term = MAX(node->term, seen->term);
    note_reached(node, ANA_POINT_RECEIVED, seen->last);
}

static void flushed(AnaInvariants *self, const RepEntriesSeen *seen)
{
    AnaReplica *node = replica(self, seen->node);
    if (!can_act(self, seen->node, "flushes entries") ||
        !follows_on(self, seen, node->flushed, node->received, "flushed") ||
        !agrees(self, seen, seen->last))
        return;
    node->flushed = seen->last;
    note_flush(self, node);
}

static void durable(AnaInvariants *self, const RepObservation *seen)
{
    AnaReplica *node = replica(self, seen->entries.node);
    const AnaReign *reign = ana_reign(self, seen->entries.term);
    if (reign->leader != seen->entries.node || !node->leads)
        ana_violated(self, ANA_ONE_LEADER_A_TERM,
                     "entries of term %u are made durable by %s, which does not lead in it",
                     seen->entries.term, ana_node_name(self, seen->entries.node));
    flushed(self, &seen->entries);
    if (seen->at >= self->rules->warmup && seen->at < self->rules->duration)
        self->totals.durable += seen->entries.last - seen->entries.first + 1;
}

/* How far the node may show entries, and commit them where it leads. */
static guint64 answerable(const AnaInvariants *self, const AnaReplica *node)
{
    return node->leads && self->rules->acks_unflushed ? node->received : node->flushed;
}

static void applied(AnaInvariants *self, const RepEntriesSeen *seen)
{
    AnaReplica *node = replica(self, seen->node);
    if (!can_act(self, seen->node, "applies entries") ||
        !follows_on(self, seen, node->applied, answerable(self, node), "applied") ||
        !agrees(self, seen, seen->last))
        return;
    node->applied = seen->last;
    note_reached(node, ANA_POINT_APPLIED, seen->last);
    if (self->rules->shows_committed && !node->leads)
        ana_commits_check_shown(self, seen->node, seen->last);
}

static void truncated(AnaInvariants *self, const RepEntriesSeen *seen)
{
    AnaReplica *node = replica(self, seen->node);
    guint64 last = seen->first - 1;
    if (self->rules->keeps_shown && node->applied > last)
        ana_violated(self, ANA_SHOWN_STAYS,
                     "%s cuts its log off at " E() " and has shown it up to " E(),
                     ana_node_name(self, seen->node), last, node->applied);
    ana_chain_cut(&node->chain, last);
    node->received = MIN(node->received, last);
    node->applied = MIN(node->applied, last);
    if (node->flushed > last) {
        node->flushed = last;
        note_flush(self, node);
    }
}

/* A snapshot takes the place of whatever the node had. */
static void installed(AnaInvariants *self, const RepEntriesSeen *seen)
{
    AnaReplica *node = replica(self, seen->node);
    const AnaReign *reign = ana_reign(self, seen->term);
    if (!can_act(self, seen->node, "installs a snapshot"))
        return;
    if (seen->last > ana_chain_last(&reign->log) || node->leads) {
        ana_violated(self, ANA_LOG_PREFIX,
                     "%s installs a snapshot up to entry " E() " of term %u, which ends at " E(),
                     ana_node_name(self, seen->node), seen->last, seen->term,
                     ana_chain_last(&reign->log));
        return;
    }
    if (node->flushed > seen->last && ana_chain_common(&node->chain, &reign->log) > seen->last)
        ana_violated(
            self, ANA_POSITIONS_IN_ORDER,
            "%s installs a snapshot up to entry " E() " of term %u over a copy of the same "
                                                      "log that goes up to " E(),
            ana_node_name(self, seen->node), seen->last, seen->term, node->flushed);
    ana_chain_clear(&node->chain);
    ana_chain_follow(&node->chain, &reign->log, seen->last);
    node->received = node->flushed = node->applied = seen->last;
    node->term = MAX(node->term, seen->term);
    node->has_installed = TRUE;
    note_reached(node, ANA_POINT_RECEIVED, seen->last);
    note_reached(node, ANA_POINT_APPLIED, seen->last);
    note_flush(self, node);
}

/* ---- commits ------------------------------------------------------------------------------ */

static void committed(AnaInvariants *self, const RepEntriesSeen *seen)
{
    AnaReplica *node = replica(self, seen->node);
    AnaReign *reign = ana_reign(self, seen->term);
    if (!can_act(self, seen->node, "commits entries"))
        return;
    if (!node->leads || reign->leader != seen->node) {
        ana_violated(self, ANA_ONE_LEADER_A_TERM, "%s commits in term %u without leading",
                     ana_node_name(self, seen->node), seen->term);
        return;
    }
    if (seen->last <= reign->committed || seen->first > seen->last)
        ana_violated(self, ANA_POSITIONS_IN_ORDER, "%s commits up to " E() " after " E(),
                     ana_node_name(self, seen->node), seen->last, reign->committed);
    if (seen->last > answerable(self, node))
        ana_violated(self, ANA_ACKNOWLEDGED_BY_RULE,
                     "%s commits entry " E() " but has flushed up to " E() " only",
                     ana_node_name(self, seen->node), seen->last, node->flushed);
    if (self->rules->commits_own_term && ana_chain_term_at(&reign->log, seen->last) != seen->term)
        ana_violated(self, ANA_ACKNOWLEDGED_BY_RULE,
                     "%s commits entry " E() " of an earlier term by itself in term %u",
                     ana_node_name(self, seen->node), seen->last, seen->term);
    ana_commits_check(self, seen, reign);
    reign->committed = seen->last;
}

/* ---- leaders ------------------------------------------------------------------------------ */

/* Length of what the chain shares with what was committed in the log of a term. */
static guint64 missing_from(const AnaChain *chain, const AnaReign *reign)
{
    guint64 common = ana_chain_common(chain, &reign->log);
    return common < reign->committed ? common + 1 : 0;
}

static void check_complete(AnaInvariants *self, int leader, guint32 term)
{
    for (guint32 before = 1; before < term; before++) {
        const AnaReign *reign = &g_array_index(self->reigns, AnaReign, before);
        guint64 missing = missing_from(&replica(self, leader)->chain, reign);
        if (missing) {
            ana_violated(self, ANA_NEW_LEADER_HAS_ALL,
                         "%s leads in term %u without entry " E() " of term %u, committed by %s",
                         ana_node_name(self, leader), term, missing,
                         ana_chain_term_at(&reign->log, missing),
                         ana_node_name(self, reign->leader));
            return;
        }
    }
}

static void check_furthest(AnaInvariants *self, int leader, guint32 term)
{
    if (!self->latest ||
        (self->rules->acks_unflushed && ana_elections_are_granted(self, leader, term)))
        return;
    const AnaReign *reign = &g_array_index(self->reigns, AnaReign, self->latest);
    guint64 missing = missing_from(&replica(self, leader)->chain, reign);
    if (!missing)
        return;
    SimTime before = self->now - self->rules->promotion_max - 1;
    RepVersion entry = {missing, ana_chain_term_at(&reign->log, missing)};
    for (int id = 0; id < (int)self->rules->n_nodes; id++) {
        const AnaReplica *other = replica(self, id);
        if (id == leader || id == reign->leader || !self->rules->members[id] ||
            other->has_installed || self->rules->joins[id] || other->state != REP_NODE_UP ||
            other->running_since > before)
            continue;
        if (ana_chain_contains(&other->chain, entry,
                               MIN(other->flushed, ana_logs_flushed_at(other, before))))
            ana_violated(
                self, ANA_FURTHEST_PROMOTED,
                "%s is promoted for term %u without entry " E() " of term %u, committed by %s, "
                                                                "which %s has had on its disk",
                ana_node_name(self, leader), term, missing, entry.term,
                ana_node_name(self, reign->leader), ana_node_name(self, id));
    }
}

static void check_may_lead(AnaInvariants *self, int leader, guint32 term)
{
    const AnaReign *reign = ana_reign(self, term);
    if (reign->leader >= 0)
        ana_violated(self, ANA_ONE_LEADER_A_TERM, "%s begins to lead in term %u, in which %s led",
                     ana_node_name(self, leader), term, ana_node_name(self, reign->leader));
    if (term <= replica(self, leader)->term)
        ana_violated(self, ANA_ONE_LEADER_A_TERM,
                     "%s begins to lead in term %u after taking part in term %u",
                     ana_node_name(self, leader), term, replica(self, leader)->term);
    for (int id = 0; self->rules->fences && id < (int)self->rules->n_nodes; id++)
        if (id != leader && replica(self, id)->leads)
            ana_violated(self, ANA_ONE_LEADER_AT_A_TIME, "%s begins to lead while %s leads",
                         ana_node_name(self, leader), ana_node_name(self, id));
}

static void begin_leading(AnaInvariants *self, int leader, guint32 term)
{
    AnaReplica *node = replica(self, leader);
    if (!can_act(self, leader, "begins to lead"))
        return;
    check_may_lead(self, leader, term);
    ana_chain_cut(&node->chain, node->flushed);
    node->received = node->flushed;
    if (self->rules->elects_complete)
        check_complete(self, leader, term);
    if (self->rules->promotes_furthest)
        check_furthest(self, leader, term);
    AnaReign *reign = ana_reign(self, term);
    if (self->violation.text)
        return;
    reign->leader = leader;
    reign->first = node->flushed + 1;
    reign->entries = g_array_new(FALSE, FALSE, sizeof(AnaAppended));
    ana_chain_follow(&reign->log, &node->chain, node->flushed);
    node->term = term;
    node->leads = TRUE;
    node->has_fallen_back = FALSE;
    self->latest = term;
    self->n_leaderships++;
    ana_acks_begin(self, leader);
}

static void node_changed(AnaInvariants *self, const RepObservation *seen)
{
    AnaReplica *node = replica(self, seen->node.node);
    node->state = (RepNodeState)seen->node.state;
    if (node->state == REP_NODE_UP)
        node->running_since = seen->at;
    if (node->state != REP_NODE_DOWN) {
        if (self->rules->joins[seen->node.node] && !node->has_run)
            node->durable_before = self->totals.durable;
        node->has_run = TRUE;
        return;
    }
    node->was_wiped |= seen->node.wiped != 0;
    ana_chain_cut(&node->chain, node->flushed);
    node->received = node->flushed;
    if (node->leads)
        ana_violated(self, ANA_SILENT_WHILE_STOPPED, "%s is down and leads on",
                     ana_node_name(self, seen->node.node));
    if (seen->node.wiped && node->flushed > 0)
        ana_violated(self, ANA_POSITIONS_IN_ORDER, "%s was wiped and keeps " E() " entries",
                     ana_node_name(self, seen->node.node), node->flushed);
}

static void rule_changed(AnaInvariants *self, const RepObservation *seen)
{
    AnaReplica *node = replica(self, seen->rule.node);
    if (!seen->rule.waiting && !self->rules->may_fall_back)
        ana_violated(self, ANA_ACKNOWLEDGED_BY_RULE, "%s falls back, which nothing allows",
                     ana_node_name(self, seen->rule.node));
    node->has_fallen_back = !seen->rule.waiting;
}

void ana_logs_observe(AnaInvariants *self, const RepObservation *seen)
{
    if (seen->kind == REP_OBS_APPENDED)
        appended(self, seen);
    else if (seen->kind == REP_OBS_CARRIED)
        carried(self, seen);
    else if (seen->kind == REP_OBS_DURABLE)
        durable(self, seen);
    else if (seen->kind == REP_OBS_RECEIVED)
        received(self, &seen->entries);
    else if (seen->kind == REP_OBS_FLUSHED)
        flushed(self, &seen->entries);
    else if (seen->kind == REP_OBS_APPLIED)
        applied(self, &seen->entries);
    else if (seen->kind == REP_OBS_INSTALLED)
        installed(self, &seen->entries);
    else if (seen->kind == REP_OBS_TRUNCATED)
        truncated(self, &seen->entries);
    else if (seen->kind == REP_OBS_COMMITTED)
        committed(self, &seen->entries);
    else if (seen->kind == REP_OBS_NODE_CHANGED)
        node_changed(self, seen);
    else if (seen->kind == REP_OBS_RULE_CHANGED)
        rule_changed(self, seen);
    else if (seen->kind == REP_OBS_LEADERSHIP && seen->leadership.leads)
        begin_leading(self, seen->leadership.node, seen->leadership.term);
    else if (seen->kind == REP_OBS_LEADERSHIP)
        replica(self, seen->leadership.node)->leads = FALSE;
}

/* ---- the end ------------------------------------------------------------------------------ */

static void check_equal(AnaInvariants *self, int a, int b)
{
    const AnaReplica *x = replica(self, a), *y = replica(self, b);
    if (x->applied != x->received && !self->rules->delayed[a])
        ana_violated(self, ANA_REPLICAS_EQUAL, "%s holds entries up to " E() " and shows " E(),
                     ana_node_name(self, a), x->received, x->applied);
    if (x->received == y->received && ana_chain_common(&x->chain, &y->chain) == x->received)
        return;
    ana_violated(self, ANA_REPLICAS_EQUAL,
                 "%s ends at entry " E() " and %s at " E() "; they agree up to " E(),
                 ana_node_name(self, a), x->received, ana_node_name(self, b), y->received,
                 ana_chain_common(&x->chain, &y->chain));
}

static void check_kept(AnaInvariants *self, int node)
{
    for (guint32 term = 1; term < self->reigns->len; term++) {
        const AnaReign *reign = &g_array_index(self->reigns, AnaReign, term);
        guint64 missing = missing_from(&replica(self, node)->chain, reign);
        if (missing)
            ana_violated(self, ANA_NOTHING_LOST,
                         "entry " E() " of term %u, committed by %s, is not in what survives",
                         missing, ana_chain_term_at(&reign->log, missing),
                         ana_node_name(self, reign->leader));
    }
}

void ana_logs_finish(AnaInvariants *self)
{
    int live = -1;
    for (int id = 0; self->is_drained && id < (int)self->rules->n_nodes; id++) {
        if (!self->rules->members[id] || replica(self, id)->state == REP_NODE_DOWN)
            continue;
        check_equal(self, id, live < 0 ? id : live);
        live = id;
    }
    if (live >= 0 && self->rules->elects_complete && !self->rules->dead_may_keep)
        check_kept(self, live);
}
