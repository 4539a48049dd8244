/* invariant_chain.c — a log as runs of terms; see invariants_private.h. */
#include "analysis/invariants_private.h"

void ana_chain_clear(AnaChain *chain)
{
    g_clear_pointer(&chain->runs, g_free);
    chain->n = 0;
}

guint64 ana_chain_last(const AnaChain *chain)
{
    return chain->n ? chain->runs[chain->n - 1].last : 0;
}

/* Place of the run that the entry is in. */
static guint run_of(const AnaChain *chain, guint64 index)
{
    guint i = chain->n;
    while (i > 0 && (i == 1 ? 0 : chain->runs[i - 2].last) >= index)
        i--;
    return i - 1;
}

guint32 ana_chain_term_at(const AnaChain *chain, guint64 index)
{
    if (index == 0 || index > ana_chain_last(chain))
        return 0;
    return chain->runs[run_of(chain, index)].term;
}

void ana_chain_cut(AnaChain *chain, guint64 last)
{
    if (last >= ana_chain_last(chain))
        return;
    chain->n = last ? run_of(chain, last) + 1 : 0;
    if (chain->n)
        chain->runs[chain->n - 1].last = last;
}

void ana_chain_extend(AnaChain *chain, guint32 term, guint64 last)
{
    if (last <= ana_chain_last(chain))
        return;
    if (chain->n && chain->runs[chain->n - 1].term == term) {
        chain->runs[chain->n - 1].last = last;
        return;
    }
    chain->runs = g_renew(AnaRun, chain->runs, chain->n + 1);
    chain->runs[chain->n++] = (AnaRun){term, last};
}

guint64 ana_chain_common(const AnaChain *a, const AnaChain *b)
{
    guint64 common = 0;
    for (guint i = 0; i < a->n && i < b->n && a->runs[i].term == b->runs[i].term; i++) {
        common = MIN(a->runs[i].last, b->runs[i].last);
        if (a->runs[i].last != b->runs[i].last)
            break;
    }
    return common;
}

void ana_chain_follow(AnaChain *to, const AnaChain *from, guint64 last)
{
    for (guint i = 0; i < from->n; i++)
        ana_chain_extend(to, from->runs[i].term, MIN(from->runs[i].last, last));
}

gboolean ana_chain_contains(const AnaChain *chain, RepVersion entry, guint64 upto)
{
    return entry.index <= upto && ana_chain_term_at(chain, entry.index) == entry.term;
}

guint64 ana_chain_end_of(const AnaChain *chain, guint32 term, guint64 upto)
{
    guint64 before = 0;
    for (guint i = 0; i < chain->n && before < upto; i++) {
        if (chain->runs[i].term == term)
            return MIN(chain->runs[i].last, upto);
        before = chain->runs[i].last;
    }
    return 0;
}
