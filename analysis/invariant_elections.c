/*
 * invariant_elections.c — who voted for whom, by messages that arrived; see invariants.h.
 *
 * A monitor that coordinates counts its own voice without a message. It is taken to be there if the
 * monitor voted for nobody else in the term and, since it heard of the leadership to be replaced,
 * there was a moment by which it had heard nothing for `detect`.
 */
#include "analysis/invariants_private.h"

/* For whom a party is in a term. */
typedef struct Vote {
    guint32 term;
    int voter, candidate; /* parties; of a monitor's vote the candidate is the coordinator */
    SimTime arrived;      /* first; SIM_NEVER: has not */
} Vote;

/* What a monitor has heard of who leads. */
typedef struct News {
    SimTime at;
    guint32 term;
    gboolean is_heartbeat;
} News;

struct AnaElections {
    GArray *votes; /* Vote, in the order of sending */
    GArray **news; /* News, by region */
};

void ana_elections_init(AnaInvariants *self)
{
    AnaElections *elections = self->elections = g_new0(AnaElections, 1);
    elections->votes = g_array_new(FALSE, FALSE, sizeof(Vote));
    elections->news = g_new0(GArray *, self->rules->n_regions + 1);
    for (gsize i = 0; i < self->rules->n_regions; i++)
        elections->news[i] = g_array_new(FALSE, FALSE, sizeof(News));
}

void ana_elections_clear(AnaInvariants *self)
{
    for (gsize i = 0; i < self->rules->n_regions; i++)
        g_array_free(self->elections->news[i], TRUE);
    g_free(self->elections->news);
    g_array_free(self->elections->votes, TRUE);
    g_free(self->elections);
}

static int party_of(const AnaInvariants *self, gsize region)
{
    return (int)(self->rules->n_nodes + region);
}

/* The monitor's region; -1: the party is none. */
static int monitor_of(const AnaInvariants *self, int party)
{
    int region = party - (int)self->rules->n_nodes;
    return region >= 0 && region < (int)self->rules->n_regions && self->rules->monitors[region]
               ? region
               : -1;
}

/* ---- what monitors hear ------------------------------------------------------------------- */

static void hear(AnaInvariants *self, int party, guint32 term, gboolean is_heartbeat)
{
    int region = monitor_of(self, party);
    if (region < 0)
        return;
    News news = {self->now, term, is_heartbeat};
    g_array_append_val(self->elections->news[region], news);
}

typedef struct Hearing {
    guint32 term;        /* newest leadership heard of */
    SimTime heard;       /* its last heartbeat */
    gboolean is_against; /* it may have been silent for long enough, since it was heard of … */
    SimTime against;     /* … and when that was so last; -1: never */
} Hearing;

static void pass_time(const AnaInvariants *self, Hearing *hearing, SimTime at)
{
    hearing->is_against |= at - hearing->heard >= self->rules->detect;
    if (hearing->is_against)
        hearing->against = at;
}

/* As it stands at the monitor at `at`. */
static Hearing hearing_at(const AnaInvariants *self, int region, SimTime at)
{
    const GArray *all = self->elections->news[region];
    Hearing hearing = {.term = 1, .against = -1};
    for (guint i = 0; i < all->len; i++) {
        const News *news = &g_array_index(all, News, i);
        if (news->at > at)
            break;
        pass_time(self, &hearing, news->at);
        if (news->term > hearing.term) {
            hearing.term = news->term;
            hearing.is_against = FALSE;
        }
        if (news->is_heartbeat && news->term == hearing.term)
            hearing.heard = news->at;
    }
    pass_time(self, &hearing, at);
    return hearing;
}

/* ---- votes -------------------------------------------------------------------------------- */

static Vote *find_vote(const AnaInvariants *self, guint32 term, int voter)
{
    const GArray *votes = self->elections->votes;
    for (guint i = votes->len; i-- > 0;) {
        Vote *vote = &g_array_index(votes, Vote, i);
        if (vote->term == term && vote->voter == voter)
            return vote;
    }
    return NULL;
}

static const char *name_of(const AnaInvariants *self, int party)
{
    return party < (int)self->rules->n_nodes ? ana_node_name(self, party) : "a monitor";
}

static Vote *votes_for(AnaInvariants *self, guint32 term, int voter, int candidate)
{
    Vote *vote = find_vote(self, term, voter);
    if (!vote) {
        Vote first = {term, voter, candidate, SIM_NEVER};
        g_array_append_val(self->elections->votes, first);
        return find_vote(self, term, voter);
    }
    if (vote->candidate != candidate)
        ana_violated(self, ANA_MAJORITY_DECIDES, "%s votes twice in term %u", name_of(self, voter),
                     term);
    return vote;
}

static void sent(AnaInvariants *self, const RepMessageSeen *message)
{
    const AnaKinds *kinds = &self->rules->kinds;
    int region = monitor_of(self, message->from);
    if (self->rules->decides == ANA_DECIDED_BY_MEMBERS) {
        if (message->kind == kinds->voted)
            votes_for(self, message->term, message->from, message->to);
        else if (message->kind == kinds->request_vote)
            votes_for(self, message->term, message->from, message->from);
        return;
    }
    if (region < 0 || (message->kind != kinds->vote && message->kind != kinds->grant))
        return;
    votes_for(self, message->term, message->from, message->to);
    SimTime heard = hearing_at(self, region, self->now).heard;
    if (message->kind == kinds->vote && self->now - heard < self->rules->detect)
        ana_violated(self, ANA_MAJORITY_DECIDES,
                     "a monitor votes in term %u, %" G_GINT64_FORMAT
                     " ns after it has heard the leader",
                     message->term, self->now - heard);
}

static void arrived(AnaInvariants *self, const RepMessageSeen *message)
{
    const AnaKinds *kinds = &self->rules->kinds;
    gboolean by_members = self->rules->decides == ANA_DECIDED_BY_MEMBERS;
    if (!by_members && message->kind == kinds->heartbeat)
        hear(self, message->to, message->term, TRUE);
    if (!by_members && message->kind == kinds->vote)
        hear(self, message->to, (guint32)message->last, FALSE);
    gboolean is_vote = by_members ? message->kind == kinds->voted
                                  : message->kind == kinds->vote || message->kind == kinds->grant;
    Vote *vote = is_vote ? find_vote(self, message->term, message->from) : NULL;
    if (vote && vote->candidate == message->to)
        vote->arrived = MIN(vote->arrived, self->now);
}

/* ---- decisions ---------------------------------------------------------------------------- */

/* Others whose votes for the candidate were there at the time. */
static guint votes_at(const AnaInvariants *self, guint32 term, int candidate, SimTime at)
{
    guint n = 0;
    for (guint i = 0; i < self->elections->votes->len; i++) {
        const Vote *vote = &g_array_index(self->elections->votes, Vote, i);
        if (vote->term == term && vote->candidate == candidate && vote->voter != candidate &&
            vote->arrived <= at)
            n++;
    }
    return n;
}

static gboolean members_agree(const AnaInvariants *self, int leader, guint32 term)
{
    guint n = 0;
    for (gsize i = 0; i < self->rules->n_nodes; i++)
        n += self->rules->members[i] ? 1 : 0;
    const Vote *own = find_vote(self, term, leader);
    guint voices = votes_at(self, term, leader, self->now);
    return 2 * (voices + (!own || own->candidate == leader ? 1 : 0)) > n;
}

static guint monitors(const AnaInvariants *self)
{
    guint n = 0;
    for (gsize i = 0; i < self->rules->n_regions; i++)
        n += self->rules->monitors[i] ? 1 : 0;
    return n;
}

gboolean ana_elections_are_granted(const AnaInvariants *self, int leader, guint32 term)
{
    return 2 * votes_at(self, term, leader, self->now) > monitors(self);
}

static gboolean monitors_agree(const AnaInvariants *self, int leader, guint32 term)
{
    const AnaRules *rules = self->rules;
    SimTime decided = self->now - rules->promotion_min;
    guint n = monitors(self);
    if (ana_elections_are_granted(self, leader, term))
        return TRUE;
    for (int region = 0; region < (int)rules->n_regions; region++) {
        int party = party_of(self, (gsize)region);
        guint voices = votes_at(self, term, party, decided);
        /* Its own, if it could have been there at some possible instant of the decision. */
        voices += !find_vote(self, term, party) &&
                  hearing_at(self, region, decided).against >= self->now - rules->promotion_max;
        if (rules->monitors[region] && 2 * voices > n)
            return TRUE;
    }
    return FALSE;
}

static void begins(AnaInvariants *self, int leader, guint32 term)
{
    if (self->n_leaderships == 0)
        return; /* the configuration says who leads first */
    gboolean is_agreed = self->rules->decides == ANA_DECIDED_BY_MEMBERS
                             ? members_agree(self, leader, term)
                             : monitors_agree(self, leader, term);
    if (!is_agreed)
        ana_violated(self, ANA_MAJORITY_DECIDES,
                     "%s begins to lead in term %u without the votes of a majority",
                     ana_node_name(self, leader), term);
}

void ana_elections_observe(AnaInvariants *self, const RepObservation *seen)
{
    if (self->rules->decides == ANA_DECIDED_ANYHOW)
        return;
    if (seen->kind == REP_OBS_MESSAGE_SENT)
        sent(self, &seen->message);
    else if (seen->kind == REP_OBS_MESSAGE_ARRIVED)
        arrived(self, &seen->message);
    else if (seen->kind == REP_OBS_LEADERSHIP && seen->leadership.leads)
        begins(self, seen->leadership.node, seen->leadership.term);
}
