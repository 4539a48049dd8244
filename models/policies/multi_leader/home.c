/* home.c — conflict avoidance: the leader that all writes of a key go to (semantics §5 `home`;
 * DDIA 1st ed. ch. 5 "Conflict avoidance"). */
#include "models/policies/multi_leader.h"

#include <string.h>

/* The region of the longest prefix that fits; -1: none does. */
static int region_of(const RepSetup *setup, const RepMultiLeaderSetup *policy, guint64 key)
{
    char digits[24];
    const char *text = rep_key_text(setup, key, digits);
    gsize longest = 0;
    int region = -1;
    for (gsize i = 0; i < policy->key_homes.n; i++) {
        const RepKeyHome *home = &policy->key_homes.homes[i];
        gsize length = strlen(home->prefix);
        if (length > longest && strncmp(text, home->prefix, length) == 0) {
            longest = length;
            region = home->place.id;
        }
    }
    return region;
}

/* Leaders of the region, or all for -1; the n-th of them goes to *leader. */
static gsize count_leaders(const RepSetup *setup, const RepMultiLeaderSetup *policy, int region,
                           gsize nth, int *leader)
{
    gsize n = 0;
    for (gsize i = 0; i < policy->leaders.n; i++) {
        int node = policy->leaders.ids[i];
        if (region >= 0 && setup->nodes[node].region != region)
            continue;
        if (n++ == nth)
            *leader = node;
    }
    return n;
}

int rep_home_of(const RepSetup *setup, const RepMultiLeaderSetup *policy, guint64 key)
{
    int region = policy->home == REP_HOME_PREFIX ? region_of(setup, policy, key) : -1, leader = -1;
    gsize n = count_leaders(setup, policy, region, 0, &leader);
    count_leaders(setup, policy, region, (gsize)rep_log_of_key(key, n), &leader);
    return leader;
}

char *rep_home_problem(const RepSetup *setup, const RepMultiLeaderSetup *policy)
{
    for (gsize i = 0; i < policy->key_homes.n; i++) {
        RepPlace place = policy->key_homes.homes[i].place;
        int leader;
        if (place.kind == REP_PLACE_NODE)
            return g_strdup_printf("'%s' is a node; keys are at home in regions",
                                   setup->nodes[place.id].name);
        if (place.kind == REP_PLACE_REGION &&
            count_leaders(setup, policy, place.id, 0, &leader) == 0)
            return g_strdup_printf("no leader is in '%s'", setup->regions[place.id]);
    }
    return NULL;
}
