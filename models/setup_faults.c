/*
 * setup_faults.c — the verbs of faults (ux.md §6.1, semantics §8): one row each, with the keys that
 * go with it.
 */
#include "models/setup.h"

#define YEAR_NS 31557600e9
#define END                                                                                        \
    {                                                                                              \
        .key = NULL                                                                                \
    }
#define AT(type, member) .offset = G_STRUCT_OFFSET(type, member)

const RepField rep_fault_fields[] = {
    {.key = "name",
     .type = REP_FIELD_READER,
     .doc = "so that checks can say 'during NAME'",
     .example = "leader-crash"},
    {.key = "at",
     .type = REP_FIELD_DIST,
     AT(RepFaultSetup, at),
     .doc = "when it begins; a distribution is drawn once per replication",
     .example = "30s"},
    {.key = "every",
     .type = REP_FIELD_DIST,
     AT(RepFaultSetup, every),
     .doc = "how long after the end of the previous occurrence it begins again, the first time "
            "after the start",
     .example = "exponential(mean=10min)"},
    {.key = "for",
     .type = REP_FIELD_DIST,
     AT(RepFaultSetup, duration),
     .doc = "how long it lasts; without it, to the end",
     .example = "20s"},
    {.key = "chance",
     .type = REP_FIELD_RATIO,
     AT(RepFaultSetup, chance),
     .fallback = "100%",
     .max = 1,
     .doc = "probability that an occurrence takes place",
     .example = "25%"},
    {.key = "each",
     .type = REP_FIELD_PLACES,
     AT(RepFaultSetup, each),
     .doc = "one process of its own for each of these, where the target is 'each'",
     .example = "[n1, n2, n3]"},
    {.key = "crews",
     .type = REP_FIELD_COUNT,
     AT(RepFaultSetup, crews),
     .min = 1,
     .max = 1000000,
     .doc = "how many can be repaired at a time, first failed first; default: all",
     .example = "1"},
    END};

static const RepField death_extras[] = {
    {.key = "wipe",
     .type = REP_FIELD_BOOL,
     AT(RepFaultSetup, wipe),
     .fallback = "false",
     .doc = "the disk is lost too",
     .example = "true"},
    {.key = "refuse",
     .type = REP_FIELD_BOOL,
     AT(RepFaultSetup, refuse),
     .fallback = "false",
     .doc = "requests to the dead node are refused after one round trip, instead of not answered",
     .example = "true"},
    END};

static const RepChoice directions[] = {
    {.name = "both", .value = REP_DIRECTION_BOTH, .doc = "nothing goes in or out"},
    {.name = "in", .value = REP_DIRECTION_IN, .doc = "nothing arrives; what it sends gets out"},
    {.name = "out", .value = REP_DIRECTION_OUT, .doc = "nothing gets out; it still hears others"},
    {.name = NULL}};

static const RepField isolate_extras[] = {{.key = "direction",
                                           .type = REP_FIELD_CHOICE,
                                           AT(RepFaultSetup, direction),
                                           .fallback = "both",
                                           .choices = directions,
                                           .noun = "a direction",
                                           .doc = "which way messages are stopped",
                                           .example = "in"},
                                          END};

static const RepField slow_extras[] = {
    {.key = "latency",
     .type = REP_FIELD_LATENCY_CHANGE,
     AT(RepFaultSetup, latency),
     .min = 0.001,
     .max = 1e6,
     .doc = "the link's delay times this, or a delay instead of it",
     .example = "x5"},
    {.key = "bandwidth",
     .type = REP_FIELD_BANDWIDTH,
     AT(RepFaultSetup, bits_per_s),
     .min = 1,
     .max = 1e15,
     .doc = "the link carries no more than this",
     .example = "1Mbit/s"},
    {.key = "cpu",
     .type = REP_FIELD_FACTOR,
     AT(RepFaultSetup, cpu),
     .min = 0.001,
     .max = 1e6,
     .doc = "the node's cpu times take this many times as long",
     .example = "x4"},
    {.key = "disk",
     .type = REP_FIELD_FACTOR,
     AT(RepFaultSetup, disk),
     .min = 0.001,
     .max = 1e6,
     .doc = "the node's storage times take this many times as long",
     .example = "x10"},
    END};

static const RepField lose_extras[] = {
    {.key = "rate",
     .type = REP_FIELD_RATIO,
     AT(RepFaultSetup, loss),
     .required = TRUE,
     .max = 1,
     .doc = "share of the messages that is lost",
     .example = "2%"},
    {.key = "burst",
     .type = REP_FIELD_SPAN,
     AT(RepFaultSetup, burst),
     .fallback = "0s",
     .max = YEAR_NS,
     .doc = "length of a lossy spell; 0s: each message by itself",
     .example = "50ms"},
    END};

static const RepField share_extras[] = {{.key = "rate",
                                         .type = REP_FIELD_RATIO,
                                         AT(RepFaultSetup, loss),
                                         .required = TRUE,
                                         .max = 1,
                                         .doc = "share of the messages it happens to",
                                         .example = "2%"},
                                        END};

static const RepField load_extras[] = {{.key = "rate",
                                        .type = REP_FIELD_FACTOR,
                                        AT(RepFaultSetup, load),
                                        .required = TRUE,
                                        .max = 1e6,
                                        .doc = "the client group's rate times this",
                                        .example = "x3"},
                                       END};

static const RepField step_extras[] = {{.key = "by",
                                        .type = REP_FIELD_SPAN,
                                        AT(RepFaultSetup, step),
                                        .required = TRUE,
                                        .min = -YEAR_NS,
                                        .max = YEAR_NS,
                                        .doc = "how far it jumps ahead; negative: back",
                                        .example = "2s"},
                                       END};

static const RepField drift_extras[] = {{.key = "rate",
                                         .type = REP_FIELD_RATIO,
                                         AT(RepFaultSetup, drift),
                                         .required = TRUE,
                                         .min = -0.5,
                                         .max = 0.5,
                                         .doc = "by how much it runs fast; negative: slow",
                                         .example = "200ppm"},
                                        END};

static const RepField message_of[] = {{.key = "of",
                                       .type = REP_FIELD_NAME,
                                       .offset = G_STRUCT_OFFSET(RepMessageAim, of),
                                       .required = TRUE,
                                       .doc = "the step of a script whose message it is",
                                       .example = "s1"},
                                      {.key = "to",
                                       .type = REP_FIELD_NODE,
                                       .offset = G_STRUCT_OFFSET(RepMessageAim, to),
                                       .required = TRUE,
                                       .doc = "the node that it goes to",
                                       .example = "db2"},
                                      END};

static const RepField message_extras[] = {{.key = "lose",
                                           .type = REP_FIELD_BOOL,
                                           AT(RepFaultSetup, drop),
                                           .fallback = "false",
                                           .doc = "it never arrives; what belongs to an ordered "
                                                  "log is sent again, as over TCP",
                                           .example = "true"},
                                          {.key = "delay",
                                           .type = REP_FIELD_SPAN,
                                           AT(RepFaultSetup, delay),
                                           .fallback = "0ms",
                                           .max = YEAR_NS,
                                           .doc = "it arrives so much later",
                                           .example = "40ms"},
                                          END};

#define VERB(word, form, member, text, sample)                                                     \
    {                                                                                              \
        .key = word, .type = form, AT(RepFaultSetup, member), .doc = text, .example = sample       \
    }

const RepFaultVerb rep_fault_verbs[] = {
    {.target = VERB("crash", REP_FIELD_TARGET_NODES, aim.target,
                    "the site is gone, with what it had on the wire; the disk is kept", "db1"),
     .kind = REP_FAULT_CRASH,
     .extras = death_extras},
    {.target = VERB("kill", REP_FIELD_TARGET_NODES, aim.target,
                    "the process is gone; what it had on the wire still arrives", "db1"),
     .kind = REP_FAULT_KILL,
     .extras = death_extras},
    {.target = VERB("pause", REP_FIELD_TARGET_NODES, aim.target,
                    "alive but frozen; its clock and the network go on, nothing is lost", "db1"),
     .kind = REP_FAULT_PAUSE},
    {.target = VERB("isolate", REP_FIELD_TARGET, aim.target,
                    "a node or region is cut off from everything else", "eu"),
     .kind = REP_FAULT_ISOLATE,
     .extras = isolate_extras},
    {.target =
         VERB("partition", REP_FIELD_GROUPS, groups,
              "groups cannot talk across; nodes in no group form one more", "[[us, eu], [ap]]"),
     .kind = REP_FAULT_PARTITION},
    {.target = VERB("cut", REP_FIELD_LINK, aim.link, "one link carries nothing", "eu <-> ap"),
     .kind = REP_FAULT_CUT},
    {.target =
         VERB("slow", REP_FIELD_LINK_OR_TARGET, aim, "a link or a node is slower", "us -> ap"),
     .kind = REP_FAULT_SLOW,
     .extras = slow_extras,
     .needs_extra = TRUE},
    {.target = VERB("lose", REP_FIELD_LINK, aim.link, "a link loses messages", "eu <-> ap"),
     .kind = REP_FAULT_LOSE,
     .extras = lose_extras},
    {.target =
         VERB("duplicate", REP_FIELD_LINK, aim.link,
              "messages arrive twice, each with a delay of its own; an ordered stream hides that",
              "eu <-> ap"),
     .kind = REP_FAULT_DUPLICATE,
     .extras = share_extras},
    {.target =
         VERB("reorder", REP_FIELD_LINK, aim.link,
              "messages take a second delay on top and may be overtaken; on an ordered stream "
              "those behind wait",
              "eu <-> ap"),
     .kind = REP_FAULT_REORDER,
     .extras = share_extras},
    {.target = VERB("corrupt", REP_FIELD_LINK, aim.link,
                    "messages fail their checksum: sent again on an ordered stream, else lost",
                    "eu <-> ap"),
     .kind = REP_FAULT_CORRUPT,
     .extras = share_extras},
    {.target = VERB("load", REP_FIELD_CLIENT, client, "a client group sends more or less", "web"),
     .kind = REP_FAULT_LOAD,
     .extras = load_extras},
    {.target = VERB("promote", REP_FIELD_TARGET_NODES, aim.target,
                    "an operator makes a node the leader by hand", "db2"),
     .kind = REP_FAULT_PROMOTE,
     .is_instant = TRUE},
    {.target =
         VERB("join", REP_FIELD_TARGET_NODES, aim.target,
              "a node that was not there sets up as a follower: snapshot, then the log", "db5"),
     .kind = REP_FAULT_JOIN,
     .is_instant = TRUE},
    {.target =
         VERB("upgrade", REP_FIELD_TARGET_NODES, aim.target,
              "a node runs another version; under a physical log it cannot apply meanwhile", "db2"),
     .kind = REP_FAULT_UPGRADE},
    {.target = VERB("clock_step", REP_FIELD_TARGET_NODES, aim.target,
                    "a node's clock jumps; back again when the fault ends", "ap1"),
     .kind = REP_FAULT_CLOCK_STEP,
     .extras = step_extras},
    {.target = VERB("clock_drift", REP_FIELD_TARGET_NODES, aim.target,
                    "a node's clock runs fast or slow; what it gained stays", "ap1"),
     .kind = REP_FAULT_CLOCK_DRIFT,
     .extras = drift_extras},
    {.target = VERB("clock_freeze", REP_FIELD_TARGET_NODES, aim.target,
                    "a node's clock stands still; it is right again when the fault ends", "ap1"),
     .kind = REP_FAULT_CLOCK_FREEZE},
    {.target = {.key = "message",
                .type = REP_FIELD_MAPPING,
                AT(RepFaultSetup, message),
                .fields = message_of,
                .doc = "the first message of a script's step to a node: its request, or what "
                       "carries its write there",
                .example = "{of: s1, to: db2}"},
     .kind = REP_FAULT_MESSAGE,
     .extras = message_extras,
     .needs_extra = TRUE,
     .has_no_time = TRUE},
    {.target = END}};
