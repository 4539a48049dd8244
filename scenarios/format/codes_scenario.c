/* codes_scenario.c — keys and choices, names and references: E02 and E03. */
#include "scenarios/format/codes.h"
#include "scenarios/format/codes_example.h"

const ScnCode scn_codes_scenario[] = {
    {.id = SCN_UNKNOWN_KEY,
     .title = "there is no such key",
     .explanation = "A key that nobody reads would change nothing, and you would believe that it "
                    "did. Keys that begin with 'x-' are ignored and may be used for notes.",
     .example = COMPLETE "durration: 60s\n"},
    {.id = SCN_MISSING_KEY,
     .title = "a key is missing",
     .explanation =
         "Most keys have defaults; these have none, because a wrong guess would simulate "
         "something else than you meant.",
     .example = "replsim: 1\n" NODES NETWORK,
     .whole = TRUE},
    {.id = SCN_UNKNOWN_CHOICE,
     .title = "the value is none of those that the key takes",
     .explanation = "The message lists them; 'replsim list KEY NAME' explains each.",
     .example = COMPLETE "policy:\n  ack: semisync\n"},
    {.id = SCN_UNKNOWN_MODEL,
     .title = "there is no such replication policy",
     .explanation = "'replsim list policies' shows all of them.",
     .example = COMPLETE "policy: {model: single-leeder}\n"},
    {.id = SCN_UNKNOWN_VERB,
     .title = "there is no such fault",
     .explanation =
         "A fault is an entry with one verb, such as 'crash: db1'. 'replsim list faults' "
         "shows all verbs.",
     .example = COMPLETE "faults:\n  - at: 10s\n    carsh: db1\n"},
    {.id = SCN_TWO_VERBS,
     .title = "a fault does one thing",
     .explanation = "Two things that go wrong are two entries; they may have the same time.",
     .example = COMPLETE "faults:\n  - at: 10s\n    crash: db1\n    pause: db2\n"},
    {.id = SCN_FORMAT_VERSION,
     .title = "the version of the scenario format is not known",
     .explanation = "'replsim: 1' is the only version so far. A newer program may have written "
                    "this file.",
     .example = "replsim: 2\n" NODES NETWORK CLIENTS},
    {.id = SCN_NOT_A_BOOLEAN,
     .title = "the value must be true or false",
     .explanation = "YAML readers disagree about yes, no, on and off; scenarios know 'true' and "
                    "'false' only.",
     .example = COMPLETE "faults:\n  - {at: 10s, crash: db1, wipe: yes}\n"},
    {.id = SCN_NO_VERB,
     .title = "the fault does nothing",
     .explanation = "A fault needs a verb that says what goes wrong, such as 'crash: db1'.",
     .example = COMPLETE "faults:\n  - {at: 10s, for: 5s}\n"},
    {.id = SCN_CHOICE_TWICE,
     .title = "one thing is in the list twice",
     .explanation = "What is given once holds; given again with other arguments it would be "
                    "unclear which of them count.",
     .example = COMPLETE "policy: {session: [causal, causal]}\n"},
    {.id = SCN_UNKNOWN_PRESET,
     .title = "there is no such preset",
     .explanation = "A preset is a real database, such as 'postgresql'; 'replsim list presets' "
                    "shows all of them and what they stand for.",
     .example = COMPLETE "policy: {preset: postgres9}\n"},
    {.id = SCN_STEP_VERB,
     .title = "a step is one operation",
     .explanation = "A step of a script has one of 'write', 'read' and 'delete', with the key.",
     .example = SCRIPT("{at: 0ms, name: a}")},

    {.id = SCN_BAD_NAME,
     .title = "this cannot be a name",
     .explanation = "Names have letters, digits and _, and inside also . and -. Some words (all, "
                    "none, never) have a meaning of their own.",
     .example = "replsim: 1\nnodes: {db 1: us}\n" CLIENTS},
    {.id = SCN_NAME_TAKEN,
     .title = "the name is taken",
     .explanation =
         "Nodes, regions, client groups and faults each need a name of their own; and no "
         "node may be called like a region, because links and faults take either.",
     .example = "replsim: 1\nnodes: {us: us}\n" CLIENTS},
    {.id = SCN_BAD_RANGE,
     .title = "this is not a range of nodes",
     .explanation = "n1..n5 stands for n1, n2, n3, n4 and n5: one name with two numbers.",
     .example = "replsim: 1\nnodes: {db1: us, n1..m5: us}\n" CLIENTS},
    {.id = SCN_UNKNOWN_REGION,
     .title = "there is no region of that name",
     .explanation = "Where 'regions' is given it lists all of them; otherwise they are the regions "
                    "of the nodes.",
     .example = "replsim: 1\nregions: [us, eu]\nnodes: {db1: us, db2: ue}\n" NETWORK CLIENTS},
    {.id = SCN_UNKNOWN_PLACE,
     .title = "there is no node or region of that name",
     .explanation =
         "A target that matches nothing would make the fault, link or policy do nothing.",
     .example = COMPLETE "faults:\n  - {at: 10s, crash: db5}\n"},
    {.id = SCN_UNKNOWN_CLIENT,
     .title = "there is no client group of that name",
     .explanation = "Client groups are the keys under 'clients'.",
     .example = COMPLETE "faults:\n  - {at: 10s, load: wep, rate: x2}\n"},
    {.id = SCN_BAD_LINK,
     .title = "this is not a link",
     .explanation = "'a <-> b' is both directions between two nodes or regions, 'a -> b' is one.",
     .example = COMPLETE "faults:\n  - {at: 10s, cut: us eu}\n"},
    {.id = SCN_NODE_NEEDED,
     .title = "a region stands where a node is needed",
     .explanation = "To crash a whole region, crash each of its nodes; to cut it off, isolate it.",
     .example = COMPLETE "faults:\n  - {at: 10s, crash: eu}\n"},
    {.id = SCN_UNKNOWN_VARIANT,
     .title = "there is no variant of that name",
     .explanation = "Variants are the keys under 'variants'; a file without them has one, 'base'.",
     .example = COMPLETE "variants: {fast: {policy.reads: nearest}}\nbaseline: fats\n"},
    {.id = SCN_UNKNOWN_FAULT,
     .title = "there is no fault of that name",
     .explanation = "Only faults with a 'name' can be referred to.",
     .example = EXPECT("availability > 99% during crash")},
    {.id = SCN_BAD_PATH,
     .title = "the path leads nowhere",
     .explanation = "A dotted path names keys from the top: policy.ack, clients.web.rate, "
                    "faults.NAME.at, network.between.us <-> eu. A part with a dot in it is quoted.",
     .example = COMPLETE,
     .set = "clients.wep.rate=200/s"},
    {.id = SCN_LINK_TO_ITSELF,
     .title = "a link leads to where it begins",
     .explanation = "Delays between places of one region are 'network.within'.",
     .example =
         "replsim: 1\n" NODES "network: {between: {us <-> us: 1ms, us <-> eu: 40ms}}\n" CLIENTS},
    {.id = SCN_PLACE_TWICE,
     .title = "a place is named twice",
     .explanation = "In a list of followers or in the groups of a partition each place has one "
                    "role.",
     .example = COMPLETE "faults:\n  - {at: 10s, partition: [[us, db2], [eu]]}\n"},
    {.id = SCN_BAD_TARGET,
     .title = "this does not say whom the fault hits",
     .explanation =
         "A target is a node, a list of nodes, 'the leader', 'any follower', 'a "
         "minority', '2 of [a, b, c]', '2 of replicas(KEY)', or 'each' with a list under 'each'.",
     .example = COMPLETE "faults:\n  - {at: 10s, crash: \"some of [db1, db2]\", for: 1s}\n"},
    {.id = SCN_UNKNOWN_STEP,
     .title = "there is no step of that name",
     .explanation = "Steps of scripts have names where they say so: name: s1. All scripts of a "
                    "scenario share them.",
     .example = SCRIPT("{at: 0ms, write: x, name: s1}, {after: s2, read: x}")},
    {.title = NULL}};
