/*
 * rules.c — the conflict rules (semantics §5, §6; DDIA 1st ed. ch. 5 "Converging toward a
 * consistent state", "Detecting Concurrent Writes").
 */
#include "models/conflict/conflict.h"

#include "models/planted.h"

int rep_stamp_compare(RepStamp a, RepStamp b)
{
    if (a.time != b.time)
        return a.time < b.time ? -1 : 1;
    if (a.count != b.count)
        return a.count < b.count ? -1 : 1;
    return a.origin < b.origin ? -1 : a.origin > b.origin;
}

/* By stamp; two writes that one party accepted at one instant are told apart by their order. */
int rep_write_compare(const RepWrite *a, const RepWrite *b)
{
    int order = rep_stamp_compare(a->stamp, b->stamp);
    return order ? order : (a->serial > b->serial) - (a->serial < b->serial);
}

/* Kulkarni et al. 2014, figure 5, for the sending and the local event. */
RepStamp rep_stamp_hybrid(SimTime clock, gint32 origin, const RepStamp *seen)
{
    if (!seen || clock > seen->time)
        return (RepStamp){.time = clock, .origin = origin};
    return (RepStamp){.time = seen->time, .count = seen->count + 1, .origin = origin};
}

/* ---- who stays ---------------------------------------------------------------------------- */

static gboolean larger_stays(const void *setup, const RepWrite *version, const RepWrite *other,
                             gboolean is_arriving)
{
    (void)setup;
    if (REP_PLANTED(TIE_KEEPS_HELD) && version->stamp.time == other->stamp.time)
        return version->serial == other->serial || !is_arriving;
    return rep_write_compare(version, other) >= 0;
}

static gboolean unfollowed_stays(const void *setup, const RepWrite *version, const RepWrite *other,
                                 gboolean is_arriving)
{
    (void)setup;
    (void)is_arriving;
    return version->serial == other->serial || !rep_write_follows(other, version);
}

static gboolean arriving_stays(const void *setup, const RepWrite *version, const RepWrite *other,
                               gboolean is_arriving)
{
    (void)setup;
    return is_arriving || version->serial == other->serial;
}

/* Who is not in the list comes after it. */
static gsize rank_of(const RepIdList *list, int party)
{
    gsize rank = 0;
    while (rank < list->n && list->ids[rank] != party)
        rank++;
    return rank;
}

static int by_priority(const void *setup, const RepWrite *a, const RepWrite *b)
{
    gsize rank_a = rank_of(setup, a->origin), rank_b = rank_of(setup, b->origin);
    if (rank_a != rank_b)
        return rank_a < rank_b ? 1 : -1;
    return rep_write_compare(a, b);
}

const RepChoice rep_merges[] = {
    {.name = "counter", .value = REP_MERGE_COUNTER, .doc = "increments are added up"},
    {.name = "set",
     .value = REP_MERGE_SET,
     .doc = "elements are added and removed one by one; an addition that a removal had not seen "
            "stays"},
    {.name = "sequence", .value = REP_MERGE_SEQUENCE, .doc = "insertions are interleaved"},
    {.name = NULL}};

/* ---- the table ---------------------------------------------------------------------------- */

const RepConflictRule rep_conflict_lww = {.name = "lww",
                                          .summary = "the largest stamp stays",
                                          .orders = TRUE,
                                          .converges = TRUE,
                                          .stays = larger_stays};
const RepConflictRule rep_conflict_hybrid = {
    .name = "hybrid",
    .summary = "the largest stamp stays; a write is stamped past all that it follows",
    .orders = TRUE,
    .is_hybrid = TRUE,
    .converges = TRUE,
    .stays = larger_stays};
const RepConflictRule rep_conflict_siblings = {
    .name = "siblings",
    .summary = "versions stay until a write whose author had seen them",
    .converges = TRUE,
    .by_cover = TRUE,
    .stays = unfollowed_stays};
const RepConflictRule rep_conflict_merge = {
    .name = "merge",
    .summary = "the same, and readers are shown all of them as one value",
    .converges = TRUE,
    .by_cover = TRUE,
    .stays = unfollowed_stays};
const RepConflictRule rep_conflict_priority = {
    .name = "priority",
    .summary = "the same, and readers are shown the one whose origin is first in a list",
    .converges = TRUE,
    .by_cover = TRUE,
    .stays = unfollowed_stays,
    .shows = by_priority};
const RepConflictRule rep_conflict_single = {
    .name = "single",
    .summary = "the larger counter stays; replicas count for themselves",
    .orders = TRUE,
    .counts = TRUE,
    .converges = TRUE,
    .stays = larger_stays};
const RepConflictRule rep_conflict_none = {
    .name = "none", .summary = "what arrives last stays", .stays = arriving_stays};
