/* random_weights.c — see random_weights.h. */
#include "scenarios/format/random_weights.h"

#include <string.h>

typedef struct Weight {
    const char *name;
    guint n;
} Weight;

/* What is at stake when things go wrong. Other followers than all seldom show anything. */
static const Weight keys[] = {
    {"ack", 85},     {"ack_point", 60},     {"leader_ack", 30}, {"failover", 85},
    {"fence", 75},   {"followers", 10},     {"partitions", 65}, {"reads", 65},
    {"session", 60}, {"retain", 50},        {"retry", 60},      {"returning_leader", 70},
    {"share", 100},  {"snapshot_size", 60}, {"upstream", 25},
};

/* Nodes that die and links that break. */
static const Weight verbs[] = {{"crash", 4}, {"cut", 3},   {"isolate", 3},
                               {"kill", 6},  {"pause", 2}, {"partition", 4}};

/* One death after the other, while what the last one left is being put right. */
static const Weight repeats[] = {{"cut", 25}, {"kill", 35}};

static guint find(const Weight *weights, gsize n, const char *name, guint otherwise)
{
    for (gsize i = 0; i < n; i++)
        if (strcmp(weights[i].name, name) == 0)
            return weights[i].n;
    return otherwise;
}

guint scn_chance_of_key(const char *key, guint otherwise)
{
    return find(keys, G_N_ELEMENTS(keys), key, otherwise);
}

guint scn_weight_of_verb(const char *verb)
{
    return find(verbs, G_N_ELEMENTS(verbs), verb, 1);
}

guint scn_chance_of_repeats(const char *verb)
{
    return find(repeats, G_N_ELEMENTS(repeats), verb, 12);
}
