/* registry.c — the policies: those compiled in, of which a new one is one line here, and behind
 * them what plug-ins brought. */
#include "models/policies/policy.h"

#include "models/policies/chain.h"
#include "models/policies/leaderless.h"
#include "models/policies/multi_leader.h"
#include "models/policies/single_leader.h"

#include <string.h>

const RepPolicyOps *rep_policies[REP_POLICIES_MAX + 1] = {&rep_single_leader, &rep_multi_leader,
                                                          &rep_leaderless, &rep_chain};

const RepPolicyOps *rep_policy_find(const char *name)
{
    for (const RepPolicyOps *const *policy = rep_policies; *policy; policy++)
        if (strcmp((*policy)->name, name) == 0)
            return *policy;
    return NULL;
}

gboolean rep_policy_add(const RepPolicyOps *policy)
{
    gsize n = 0;
    while (rep_policies[n])
        n++;
    if (n == REP_POLICIES_MAX)
        return FALSE;
    rep_policies[n] = policy;
    return TRUE;
}
