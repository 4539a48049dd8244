/*
 * Goal: messages that are doubled, held back or spoilt by faults do what network.h says, on links
 * where messages overtake and on ordered ones; nothing is counted twice or lost from the books.
 * Method: whole worlds, small enough that every message can be looked at; fixed seeds.
 */
#include "models/message.h"
#include "tests/support/check.h"
#include "tests/support/load.h"
#include "tests/support/watch.h"

#include <math.h>

#define SENT REP_OBS_BIT(REP_OBS_MESSAGE_SENT)
#define ARRIVED REP_OBS_BIT(REP_OBS_MESSAGE_ARRIVED)
#define ENDED REP_OBS_BIT(REP_OBS_OPERATION_ENDED)

/* Clients, leader and follower are 20 ms apart, or between 10 and 40. */
#define WORLD(order, delay, faults)                                                                \
    "replsim: 1\nseed: 51\nduration: 20s\nregions: [a, b, c]\n"                                    \
    "nodes: {db1: a, db2: b}\n"                                                                    \
    "network:\n  order: " order "\n"                                                               \
    "  between: {a <-> b: " delay ", a <-> c: " delay ", b <-> c: " delay "}\n"                    \
    "clients:\n"                                                                                   \
    "  web: {rate: poisson(100/s), reads: 50%, keys: unique, from: {c: 100%}, timeout: 1s,\n"      \
    "        retry: {times: 1, after: 10ms}}\n"                                                    \
    "policy: {leader: db1, ack: semi-sync(1), reads: leader}\n"                                    \
    "faults:\n  - {name: early, at: 1s, pause: db2, for: 1ms}\n" faults

#define ALL(verb, rate)                                                                            \
    "  - {name: x, at: 0s, " verb ": a <-> b, rate: " rate "}\n"                                   \
    "  - {name: y, at: 0s, " verb ": a <-> c, rate: " rate "}\n"

#define APART "\"uniform(10ms, 40ms)\""

static GArray *watch(const char *yaml, guint32 mask, RepRunResult *result)
{
    g_autoptr(ScnScenario) scenario = test_load_good(yaml, NULL);
    return test_watch(scenario->variants[0].setup, 0, mask, result);
}

static int compare_ids(gconstpointer a, gconstpointer b)
{
    const RepObservation *x = a, *y = b;
    if (x->message.id != y->message.id)
        return x->message.id < y->message.id ? -1 : 1;
    return (int)x->kind - (int)y->kind;
}

static gboolean is_same_message(const RepObservation *a, const RepObservation *b)
{
    const RepMessageSeen *x = &a->message, *y = &b->message;
    return x->from == y->from && x->to == y->to && x->kind == y->kind && x->first == y->first &&
           x->last == y->last && x->sent == y->sent;
}

static void check_accounts(const char *yaml)
{
    RepRunResult result;
    g_autoptr(GArray) seen = watch(yaml, REP_OBS_MESSAGES, &result);
    CHECK_INT(result.end, REP_RUN_DRAINED);
    CHECK(seen->len > 1000);
    CHECK_INT(seen->len % 2, 0);
    g_array_sort(seen, compare_ids);
    guint bad = 0;
    for (guint i = 0; i + 1 < seen->len; i += 2) {
        const RepObservation *sent = TEST_SEEN(seen, i), *end = TEST_SEEN(seen, i + 1);
        bad += sent->kind != REP_OBS_MESSAGE_SENT || end->kind == REP_OBS_MESSAGE_SENT ||
               sent->message.id != i / 2 || end->message.id != i / 2 ||
               !is_same_message(sent, end) ||
               (end->kind == REP_OBS_MESSAGE_ARRIVED && end->at != sent->message.due);
    }
    CHECK_INT(bad, 0);
}

#define EVERYTHING                                                                                 \
    ALL("duplicate", "40%")                                                                        \
    "  - {name: r, at: 2s, reorder: a <-> b, rate: 50%, for: 10s}\n"                               \
    "  - {name: c, at: 5s, corrupt: a <-> b, rate: 20%, for: 10s}\n"                               \
    "  - {name: d, at: 12s, crash: db2, for: 1s}\n"                                                \
    "  - {name: e, at: 15s, kill: db1, for: 200ms}\n"                                              \
    "  - {name: f, at: 17s, cut: a <-> c, for: 100ms}\n"

static void every_message_sent_is_delivered_or_dropped_once(void)
{
    check_accounts(WORLD("free", APART, EVERYTHING));
    check_accounts(WORLD("fifo", APART, EVERYTHING));
}

/* ---- duplicate ---------------------------------------------------------------------------- */

static void on_free_links_both_copies_arrive_each_after_its_own_delay(void)
{
    g_autoptr(GArray) seen = watch(WORLD("free", APART, ALL("duplicate", "100%")), SENT, NULL);
    guint alone = 0, together = 0;
    CHECK(seen->len > 1000);
    for (guint i = 0; i + 1 < seen->len; i += 2) {
        const RepObservation *first = TEST_SEEN(seen, i), *copy = TEST_SEEN(seen, i + 1);
        alone += !is_same_message(first, copy);
        together += first->message.due == copy->message.due;
    }
    CHECK_INT(alone, 0);
    CHECK_INT(together, 0);
}

/* Answers to both copies of a request are messages of their own: none shares its delay. */
static void answers_to_copies_have_delays_of_their_own(void)
{
    g_autoptr(GArray) seen = watch(WORLD("free", APART, ALL("duplicate", "100%")), SENT, NULL);
    guint replies = 0, same = 0;
    SimSpan last = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepMessageSeen *message = &TEST_SEEN(seen, i)->message;
        if (message->kind != REP_MESSAGE_REPLY || message->first != 7)
            continue;
        same += message->due - message->sent == last;
        last = message->due - message->sent;
        replies++;
    }
    CHECK_INT(replies, 4);
    CHECK_INT(same, 0);
}

static void the_share_of_doubled_messages_is_the_rate(void)
{
    g_autoptr(GArray) seen = watch(WORLD("free", APART, ALL("duplicate", "25%")), SENT, NULL);
    double n = 0, doubled = 0;
    for (guint i = 0; i + 1 < seen->len; i++) {
        if (TEST_SEEN(seen, i)->message.kind != REP_MESSAGE_REQUEST)
            continue;
        if (is_same_message(TEST_SEEN(seen, i), TEST_SEEN(seen, i + 1)))
            doubled++;
        else
            n++;
    }
    CHECK_NEAR((doubled - 0.25 * n) / sqrt(n * 0.25 * 0.75), 0, 4);
}

/* Dues of the first sendings of requests, by operation. */
static GArray *request_dues(const char *yaml)
{
    g_autoptr(GArray) seen = watch(yaml, SENT, NULL);
    GArray *dues = g_array_new(FALSE, TRUE, sizeof(SimTime));
    for (guint i = 0; i < seen->len; i++) {
        const RepMessageSeen *message = &TEST_SEEN(seen, i)->message;
        if (message->kind != REP_MESSAGE_REQUEST || message->last > 0)
            continue;
        if (message->first >= dues->len)
            g_array_set_size(dues, (guint)message->first + 1);
        SimTime *due = &g_array_index(dues, SimTime, message->first);
        if (*due == 0)
            *due = message->due;
    }
    return dues;
}

static void doubling_does_not_change_the_luck_of_the_first(void)
{
    g_autoptr(GArray) plain = request_dues(WORLD("free", APART, ""));
    g_autoptr(GArray) doubled = request_dues(WORLD("free", APART, ALL("duplicate", "50%")));
    guint differing = 0;
    CHECK_INT(plain->len, doubled->len);
    for (guint i = 0; i < MIN(plain->len, doubled->len); i++)
        differing += g_array_index(plain, SimTime, i) != g_array_index(doubled, SimTime, i);
    CHECK_INT(differing, 0);
}

static void an_ordered_stream_hides_copies(void)
{
    g_autoptr(GArray) plain = watch(WORLD("fifo", APART, ""), SENT | ARRIVED, NULL);
    g_autoptr(GArray) doubled =
        watch(WORLD("fifo", APART, ALL("duplicate", "100%")), SENT | ARRIVED, NULL);
    guint differing = 0;
    CHECK_INT(plain->len, doubled->len);
    for (guint i = 0; i < MIN(plain->len, doubled->len); i++) {
        const RepObservation *a = TEST_SEEN(plain, i), *b = TEST_SEEN(doubled, i);
        differing += !is_same_message(a, b) || a->at != b->at || a->kind != b->kind;
    }
    CHECK_INT(differing, 0);
}

static void a_doubled_write_is_appended_once_and_ends_once(void)
{
    g_autoptr(GArray) seen = watch(WORLD("free", APART, ALL("duplicate", "100%")),
                                   ENDED | REP_OBS_BIT(REP_OBS_DURABLE), NULL);
    guint64 entries = 0, writes = 0, operations = 0, sum = 0, bad = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        if (now->kind == REP_OBS_DURABLE)
            entries += now->entries.last + 1 - now->entries.first;
        else {
            operations++;
            writes += now->operation.kind == REP_WRITE;
            sum += now->operation.number;
            bad += now->operation.outcome != REP_OK;
        }
    }
    CHECK_UINT(entries, writes);
    CHECK_UINT(sum, operations * (operations - 1) / 2); /* each number once */
    CHECK_UINT(bad, 0);
}

static guint count_outcomes(const char *yaml, RepOutcome outcome)
{
    g_autoptr(GArray) seen = watch(yaml, ENDED, NULL);
    guint n = 0;
    for (guint i = 0; i < seen->len; i++)
        n += TEST_SEEN(seen, i)->operation.outcome == outcome;
    return n;
}

/* Of two copies one may be refused and the other done, so the client cannot be sure. */
static void a_refusal_is_no_proof_where_requests_are_doubled(void)
{
#define REFUSING "  - {name: d, at: 5s, kill: db1, refuse: true, for: 5s}\n"
    CHECK(count_outcomes(WORLD("free", APART, REFUSING), REP_FAILED) > 200);
    CHECK_INT(count_outcomes(WORLD("free", APART, REFUSING ALL("duplicate", "100%")), REP_FAILED),
              0);
    CHECK(count_outcomes(WORLD("fifo", APART, REFUSING ALL("duplicate", "100%")), REP_FAILED) >
          200);
}

/* ---- reorder ------------------------------------------------------------------------------ */

static void held_back_messages_take_a_second_delay_and_are_overtaken(void)
{
    g_autoptr(GArray) seen = watch(WORLD("free", "20ms", ALL("reorder", "30%")), SENT, NULL);
    double n = 0, late = 0;
    guint other = 0, overtaken = 0;
    SimTime latest = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepMessageSeen *message = &TEST_SEEN(seen, i)->message;
        SimSpan delay = message->due - message->sent;
        n++;
        late += delay == 40 * SIM_MS;
        other += delay != 20 * SIM_MS && delay != 40 * SIM_MS;
        if (message->kind == REP_MESSAGE_POLICY && message->from == 0) {
            overtaken += message->due < latest;
            latest = MAX(latest, message->due);
        }
    }
    CHECK_INT(other, 0);
    CHECK_NEAR((late - 0.3 * n) / sqrt(n * 0.3 * 0.7), 0, 4);
    CHECK(overtaken > 50);
}

static void on_an_ordered_stream_those_behind_wait(void)
{
    g_autoptr(GArray) seen = watch(WORLD("fifo", "20ms", ALL("reorder", "30%")), SENT, NULL);
    guint out_of_order = 0, waiting = 0, slower = 0;
    SimTime latest = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepMessageSeen *message = &TEST_SEEN(seen, i)->message;
        if (message->kind != REP_MESSAGE_POLICY || message->from != 0)
            continue;
        SimSpan delay = message->due - message->sent;
        out_of_order += message->due < latest;
        waiting += message->due == latest;
        slower += delay < 20 * SIM_MS || delay > 40 * SIM_MS;
        latest = message->due;
    }
    CHECK_INT(out_of_order, 0);
    CHECK_INT(slower, 0);
    CHECK(waiting > 50);
}

/* ---- corrupt ------------------------------------------------------------------------------ */

static void check_same_run(const char *order, const char *lose, const char *corrupt)
{
    RepRunResult lost, spoilt;
    g_array_unref(watch(lose, 0, &lost));
    g_array_unref(watch(corrupt, 0, &spoilt));
    test_row("%s", order);
    CHECK_UINT(lost.event_digest, spoilt.event_digest);
    CHECK_INT(spoilt.end, REP_RUN_DRAINED);
    test_row(NULL);
}

static void corrupt_is_loss(void)
{
    check_same_run("free", WORLD("free", APART, ALL("lose", "20%")),
                   WORLD("free", APART, ALL("corrupt", "20%")));
    check_same_run("fifo", WORLD("fifo", APART, ALL("lose", "20%")),
                   WORLD("fifo", APART, ALL("corrupt", "20%")));
}

static void on_an_ordered_stream_a_spoilt_message_is_sent_again(void)
{
    g_autoptr(GArray) seen = watch(WORLD("fifo", "20ms", ALL("corrupt", "10%")),
                                   REP_OBS_BIT(REP_OBS_MESSAGE_DROPPED) | SENT, NULL);
    guint dropped = 0, again = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        dropped += now->kind == REP_OBS_MESSAGE_DROPPED;
        again += now->message.due - now->message.sent >= 220 * SIM_MS;
    }
    CHECK_INT(dropped, 0);
    CHECK(again > 100);
}

/* What is lost is said again, and not with the luck that lost it: a follower gets on. */
static void on_free_links_a_follower_gets_on_though_much_is_lost(void)
{
    RepRunResult result;
    g_autoptr(GArray) seen =
        watch(WORLD("free", APART, ALL("corrupt", "50%") "  - {at: 5s, kill: db2, for: 1s}\n"),
              REP_OBS_BIT(REP_OBS_APPLIED) | REP_OBS_BIT(REP_OBS_DURABLE), &result);
    guint64 applied = 0, durable = 0;
    for (guint i = 0; i < seen->len; i++) {
        const RepObservation *now = TEST_SEEN(seen, i);
        if (now->kind == REP_OBS_DURABLE)
            durable = now->entries.last;
        else if (now->entries.node == 1)
            applied = now->entries.last;
    }
    CHECK(durable > 500);
    CHECK_UINT(applied, durable);
    CHECK_INT(result.end, REP_RUN_DRAINED);
}

static const TestCase cases[] = {
    TEST(every_message_sent_is_delivered_or_dropped_once),
    TEST(on_free_links_both_copies_arrive_each_after_its_own_delay),
    TEST(answers_to_copies_have_delays_of_their_own),
    TEST(the_share_of_doubled_messages_is_the_rate),
    TEST(doubling_does_not_change_the_luck_of_the_first),
    TEST(an_ordered_stream_hides_copies),
    TEST(a_doubled_write_is_appended_once_and_ends_once),
    TEST(a_refusal_is_no_proof_where_requests_are_doubled),
    TEST(held_back_messages_take_a_second_delay_and_are_overtaken),
    TEST(on_an_ordered_stream_those_behind_wait),
    TEST(corrupt_is_loss),
    TEST(on_an_ordered_stream_a_spoilt_message_is_sent_again),
    TEST(on_free_links_a_follower_gets_on_though_much_is_lost),
    {NULL, NULL},
};

int main(int argc, char **argv)
{
    return test_main("disturbances", cases, argc, argv);
}
