/* registry.c — the policies compiled in. A new one is one line here. */
#include "models/policies/policy.h"

#include "models/policies/chain.h"
#include "models/policies/leaderless.h"
#include "models/policies/multi_leader.h"
#include "models/policies/single_leader.h"

#include <string.h>

const RepPolicyOps *const rep_policies[] = {&rep_single_leader, &rep_multi_leader, &rep_leaderless,
                                            &rep_chain, NULL};

const RepPolicyOps *rep_policy_find(const char *name)
{
    for (const RepPolicyOps *const *policy = rep_policies; *policy; policy++)
        if (strcmp((*policy)->name, name) == 0)
            return *policy;
    return NULL;
}
