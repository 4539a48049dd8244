/* conversation.c — questions, answers and who watches; see conversation.h. */
#include "models/conversation.h"

#include "models/world_state.h"

typedef enum Step { LOOK, ANSWER, WATCH, CHECK } Step;

/* The record of one conversation: RepWorld.talks. */
typedef struct Talk {
    guint64 question; /* number of the operation */
    guint64 key, answer_key;
    RepVersion asked;  /* what the question became */
    RepVersion read;   /* what the reader got */
    RepVersion answer; /* what the answer became */
    guint32 client, reader, observer;
    guint32 references; /* the conversation, and every operation that names it */
    guint8 step;
    guint8 looks; /* in this step */
    guint8 waits; /* delays drawn */
} Talk;

enum {
    STEP_SHIFT = 40,
    ANSWER_NUMBER = 192, /* further reads after a write: fewer than that */
    CHECK_NUMBER,
    LOOK_NUMBER,
    WATCH_NUMBER = LOOK_NUMBER + REP_LOOKS_MAX,
    KEY_DRAWS_MAX = 1000,
    UNIQUE_ANSWER_SHIFT = 62 /* answers have unique keys apart from those of arrivals.c */
};

void rep_conversations_init(RepWorld *world)
{
    sim_pool_init(&world->talks, sizeof(Talk));
}

static Talk *talk_at(const RepWorld *world, guint32 talk)
{
    return sim_pool_at(&world->talks, talk - 1);
}

static void let_go(RepWorld *world, guint32 talk)
{
    if (--talk_at(world, talk)->references == 0)
        sim_pool_give(&world->talks, talk - 1);
}

void rep_conversation_release(RepWorld *world, const RepOperation *operation)
{
    let_go(world, operation->talk);
}

RepDependency rep_conversation_dependency(const RepWorld *world, const RepOperation *operation)
{
    if (!operation->talk || operation->kind != REP_WRITE)
        return (RepDependency){0};
    const Talk *talk = talk_at(world, operation->talk);
    return (RepDependency){.key = talk->key, .version = talk->read};
}

/* ---- the answer's key --------------------------------------------------------------------- */

/* May the answer to a question at `question` be written to `key`? */
static gboolean is_fit(const RepWorld *world, guint64 question, guint64 key)
{
    if (key == question)
        return FALSE;
    gboolean together = world->policy->memory && world->policy->memory(world->setup).keeps_together;
    return !together ||
           rep_log_of_key(key, world->n_logs) == rep_log_of_key(question, world->n_logs);
}

/* A new key; the bits above 2^51 tell those of one question apart. */
static guint64 choose_unique_key(const RepWorld *world, const RepGroup *group, const Talk *talk)
{
    guint64 first = ((guint64)1 << UNIQUE_ANSWER_SHIFT) + ((guint64)(group->id + 1) << STEP_SHIFT) +
                    talk->question;
    for (guint64 i = 0; i < KEY_DRAWS_MAX; i++)
        if (is_fit(world, talk->key, first + (i << 51)))
            return first + (i << 51);
    return first;
}

static guint64 choose_answer_key(const RepWorld *world, const RepGroup *group, const Talk *talk)
{
    const SimKeys *keys = group->setup->keys;
    if (sim_keys_kind(keys) == SIM_KEYS_UNIQUE)
        return choose_unique_key(world, group, talk);
    SimStream stream = sim_stream_numbered(group->conversations, G_MAXUINT64);
    for (guint i = 0; i < KEY_DRAWS_MAX; i++) {
        SimDraw draw = sim_draw(sim_stream_numbered(stream, i), talk->question);
        guint64 key = sim_keys_draw(keys, &draw);
        if (is_fit(world, talk->key, key))
            return key;
    }
    /* Nearly all goes to the one key; or there is no other in its log. */
    guint64 n = sim_keys_count(keys), key = (talk->key + 1) % n;
    while (!is_fit(world, talk->key, key) && key != talk->key)
        key = (key + 1) % n;
    return key != talk->key ? key : (key + 1) % n;
}

/* ---- steps -------------------------------------------------------------------------------- */

static void post(RepWorld *world, guint32 number, Step step, gboolean at_once)
{
    Talk *talk = talk_at(world, number);
    const RepGroup *group = &world->groups[talk->client];
    const SimDist *delay = group->setup->conversation.delay;
    SimSpan wait = 0;
    if (world->phase >= REP_PHASE_DRAIN) {
        let_go(world, number);
        return;
    }
    if (!at_once && delay) {
        SimDraw draw =
            sim_draw(sim_stream_numbered(group->conversations, talk->waits++), talk->question);
        wait = sim_dist_span(delay, &draw, world->kernel.now);
    }
    talk->step = (guint8)step;
    sim_kernel_post(&world->kernel, sim_time_after(world->kernel.now, wait), SIM_RANK_CLIENT,
                    rep_client_entity(world, talk->client), world->talk_handler, number);
}

/* The k-th session that is neither `a` nor `b` (a <= b). */
static guint32 other_session(guint64 k, guint32 a, guint32 b)
{
    k += k >= a;
    return (guint32)(k + (b > a && k >= b));
}

void rep_conversation_begin(RepWorld *world, const RepOperation *write, RepVersion version)
{
    const RepGroup *group = &world->groups[write->client];
    SimDraw draw = sim_draw(group->conversations, write->number);
    if (!sim_draw_chance(&draw, group->setup->conversation.share))
        return;
    guint32 asker = write->session;
    guint32 reader = other_session(sim_draw_below(&draw, group->n_sessions - 1), asker, asker);
    guint32 observer = other_session(sim_draw_below(&draw, group->n_sessions - 2),
                                     MIN(asker, reader), MAX(asker, reader));
    guint32 number = sim_pool_take_raw(&world->talks) + 1;
    *talk_at(world, number) = (Talk){.question = write->number,
                                     .key = write->key,
                                     .asked = version,
                                     .client = write->client,
                                     .reader = reader,
                                     .observer = observer,
                                     .references = 1};
    post(world, number, LOOK, FALSE);
}

static RepOperation operation_of(const RepGroup *group, const Talk *talk, guint32 number)
{
    gboolean by_reader = talk->step == LOOK || talk->step == ANSWER;
    guint32 session = by_reader ? talk->reader : talk->observer;
    guint64 place = talk->step == ANSWER  ? ANSWER_NUMBER
                    : talk->step == CHECK ? CHECK_NUMBER
                    : talk->step == LOOK  ? LOOK_NUMBER + (guint64)talk->looks
                                          : WATCH_NUMBER + (guint64)talk->looks;
    gboolean of_answer = talk->step == ANSWER || talk->step == WATCH;
    return (RepOperation){.number = talk->question + (place << STEP_SHIFT),
                          .key = of_answer ? talk->answer_key : talk->key,
                          .client = talk->client,
                          .session = session,
                          .region = group->sessions[session].region,
                          .kind = talk->step == ANSWER ? REP_WRITE : REP_READ,
                          .is_follow_up = TRUE,
                          .talk = number};
}

void rep_conversation_step_due(void *self, guint64 payload)
{
    RepWorld *world = self;
    guint32 number = (guint32)payload;
    Talk *talk = talk_at(world, number);
    const RepGroup *group = &world->groups[talk->client];
    if (world->phase >= REP_PHASE_DRAIN) {
        let_go(world, number);
        return;
    }
    if (talk->step == ANSWER)
        talk->answer_key = choose_answer_key(world, group, talk);
    RepOperation operation = operation_of(group, talk, number);
    talk->references++;
    rep_operation_begin(world, &operation);
    rep_world_carry_out(world);
}

/* ---- outcomes ----------------------------------------------------------------------------- */

/* It is `write`, or came after it. */
static gboolean shows(RepVersion got, RepVersion write)
{
    return got.index &&
           (got.term > write.term || (got.term == write.term && got.index >= write.index));
}

/* The next step, or another look. */
static void look_ended(RepWorld *world, guint32 number, gboolean has_seen, Step next)
{
    Talk *talk = talk_at(world, number);
    if (has_seen) {
        talk->looks = 0;
        post(world, number, next, TRUE);
    } else if (++talk->looks < REP_LOOKS_MAX) {
        post(world, number, (Step)talk->step, FALSE);
    } else {
        let_go(world, number);
    }
}

void rep_conversation_step_ended(RepWorld *world, const RepOperation *operation, RepOutcome outcome,
                                 RepVersion version)
{
    guint32 number = operation->talk;
    Talk *talk = talk_at(world, number);
    gboolean is_done = outcome == REP_OK;
    switch ((Step)talk->step) {
    case LOOK:
        talk->read = version;
        look_ended(world, number, is_done && shows(version, talk->asked), ANSWER);
        return;
    case ANSWER:
        talk->answer = version;
        if (is_done)
            post(world, number, WATCH, FALSE);
        else
            let_go(world, number);
        return;
    case WATCH:
        look_ended(world, number, is_done && shows(version, talk->answer), CHECK);
        return;
    case CHECK:
        let_go(world, number);
        return;
    }
    SIM_UNREACHABLE();
}
