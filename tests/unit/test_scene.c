/*
 * test_scene.c — goal: a space-time diagram tells the truth: lanes in their order, time to scale,
 * folds only where they may be, arrows from where they were sent to where they arrived, and no
 * label over another. Method: a made-up story of three nodes and two sessions, and its picture
 * looked at.
 */
#include "analysis/report/labels.h"
#include "analysis/trace/scene_canvas.h"
#include "analysis/trace/scene_text.h"
#include "tests/support/check.h"
#include "tests/support/svg_look.h"

#include <math.h>
#include <string.h>

static const char *const nodes[] = {"db1", "db2", "db3"};
static const char *const regions[] = {"eu", "us"};
static const char *const clients[] = {"web"};
static const char *const faults[] = {"outage"};
static const int node_regions[] = {1, 1, 0};
static const char *const messages[] = {"entries", "ack", "heartbeat", NULL};

static AnaWorld world = {.nodes = nodes,
                         .n_nodes = 3,
                         .regions = regions,
                         .n_regions = 2,
                         .clients = clients,
                         .n_clients = 1,
                         .faults = faults,
                         .n_faults = 1,
                         .node_regions = node_regions,
                         .n_logs = 1};

typedef struct Story {
    AnaTrace *trace;
    RepObserver observer;
    AnaTraceAbout about;
    guint64 messages;
} Story;

static void begin(Story *story)
{
    AnaTraceWants wants = {.to = SIM_NEVER, .records_max = 10000, .has_focus = TRUE, .focus = 7};
    *story = (Story){.trace = ana_trace_new(&world, &wants)};
    story->observer = ana_trace_observer(story->trace);
    story->about = (AnaTraceAbout){.trace = story->trace,
                                   .messages = messages,
                                   .routine = 1u << 2,
                                   .scenario = "story",
                                   .variant = "base"};
}

static void end(Story *story)
{
    ana_trace_free(story->trace);
}

static void tell(Story *story, RepObservation seen)
{
    if (story->observer.mask & REP_OBS_BIT(seen.kind))
        story->observer.observe(story->observer.self, &seen);
}

/* Kind: of RepMessageKind, or REP_MESSAGE_POLICY + the number of a name above. */
static RepObservation message_of(Story *story, gint32 from, gint32 to, guint8 kind, SimTime sent)
{
    return (RepObservation){.at = sent,
                            .message = {.from = from,
                                        .to = to,
                                        .kind = kind,
                                        .id = ++story->messages,
                                        .sent = sent,
                                        .first = 1,
                                        .last = 1,
                                        .term = 1}};
}

static void tell_both(Story *story, RepObservation seen, SimTime arrives,
                      RepObservationKind end_kind)
{
    seen.kind = REP_OBS_MESSAGE_SENT;
    tell(story, seen);
    seen.kind = end_kind;
    seen.at = arrives;
    tell(story, seen);
}

static void leads(Story *story)
{
    tell(story, (RepObservation){.kind = REP_OBS_LEADERSHIP, .leadership = {0, 0, 1, 1}});
}

static void entries(Story *story, RepObservationKind kind, SimTime at, int node)
{
    tell(story, (RepObservation){.kind = kind,
                                 .at = at,
                                 .entries = {.node = node, .term = 1, .first = 1, .last = 1}});
}

static RepObservation operation(RepObservationKind kind, SimTime at, RepOperationKind what,
                                guint64 number, guint32 session)
{
    return (RepObservation){.kind = kind,
                            .at = at,
                            .operation = {.kind = (guint8)what,
                                          .number = number,
                                          .session = session,
                                          .region = 0,
                                          .key = 7,
                                          .node = 0}};
}

static RepObservation of_client(RepObservation seen, guint64 number, guint32 session)
{
    seen.message.client = 1;
    seen.message.number = number;
    seen.message.session = session;
    return seen;
}

/* A write at the leader, which db3 gets late, and a read at db3 in between. Times in ms. */
static void tell_story(Story *story)
{
    leads(story);
    tell(story, operation(REP_OBS_OPERATION_BEGAN, 10 * SIM_MS, REP_WRITE, 1, 0));
    tell_both(story, of_client(message_of(story, -1, 0, REP_MESSAGE_REQUEST, 10 * SIM_MS), 1, 0),
              50 * SIM_MS, REP_OBS_MESSAGE_ARRIVED);
    tell(story, (RepObservation){.kind = REP_OBS_APPENDED,
                                 .at = 50 * SIM_MS,
                                 .appended = {.number = 1, .key = 7, .entry = {1, 1}}});
    entries(story, REP_OBS_DURABLE, 50 * SIM_MS, 0);
    RepObservation late = message_of(story, 0, 2, REP_MESSAGE_POLICY, 50 * SIM_MS);
    late.kind = REP_OBS_MESSAGE_SENT;
    late.message.due = 150 * SIM_MS;
    tell(story, late);
    RepObservation quick = message_of(story, 0, 1, REP_MESSAGE_POLICY, 50 * SIM_MS);
    tell_both(story, quick, 51 * SIM_MS, REP_OBS_MESSAGE_ARRIVED);
    entries(story, REP_OBS_RECEIVED, 51 * SIM_MS, 1);
    entries(story, REP_OBS_APPLIED, 51 * SIM_MS, 1);
    tell_both(story, of_client(message_of(story, 0, -1, REP_MESSAGE_REPLY, 50 * SIM_MS), 1, 0),
              90 * SIM_MS, REP_OBS_MESSAGE_ARRIVED);
    RepObservation written = operation(REP_OBS_OPERATION_ENDED, 90 * SIM_MS, REP_WRITE, 1, 0);
    written.operation.version = (RepVersion){1, 1};
    tell(story, written);
    tell(story, operation(REP_OBS_OPERATION_BEGAN, 100 * SIM_MS, REP_READ, 2, 1));
    tell_both(story, of_client(message_of(story, -1, 2, REP_MESSAGE_REQUEST, 100 * SIM_MS), 2, 1),
              101 * SIM_MS, REP_OBS_MESSAGE_ARRIVED);
    tell_both(story, of_client(message_of(story, 2, -1, REP_MESSAGE_REPLY, 101 * SIM_MS), 2, 1),
              102 * SIM_MS, REP_OBS_MESSAGE_ARRIVED);
    RepObservation read = operation(REP_OBS_OPERATION_ENDED, 102 * SIM_MS, REP_READ, 2, 1);
    read.operation.began = 100 * SIM_MS;
    tell(story, read);
    late.kind = REP_OBS_MESSAGE_ARRIVED;
    late.at = 150 * SIM_MS;
    tell(story, late);
    entries(story, REP_OBS_RECEIVED, 150 * SIM_MS, 2);
    entries(story, REP_OBS_APPLIED, 150 * SIM_MS, 2);
}

static AnaScene *scene_of(Story *story)
{
    return ana_scene_new(&(AnaSceneAsk){.about = &story->about});
}

/* ---- who, and what ------------------------------------------------------------------------ */

static void lanes_stand_by_region_with_clients_before_their_node(void)
{
    static const char *const names[] = {"web/0", "web/1", "db3", "db1", "db2"};
    Story story;
    begin(&story);
    tell_story(&story);
    g_autoptr(AnaScene) scene = scene_of(&story);
    CHECK_UINT(scene->lanes->len, G_N_ELEMENTS(names));
    for (guint i = 0; i < scene->lanes->len; i++)
        CHECK_STR(g_array_index(scene->lanes, AnaLane, i).name, names[i]);
    end(&story);
}

static void many_sessions_become_one_lane(void)
{
    Story story;
    begin(&story);
    for (guint32 i = 0; i < 20; i++)
        tell_both(&story,
                  of_client(message_of(&story, -1, 0, REP_MESSAGE_REQUEST, i * SIM_MS), i, i),
                  (i + 1) * SIM_MS, REP_OBS_MESSAGE_ARRIVED);
    g_autoptr(AnaScene) scene = scene_of(&story);
    CHECK(scene->are_sessions_merged);
    CHECK_UINT(scene->lanes->len, 2);
    CHECK_STR(g_array_index(scene->lanes, AnaLane, 0).name, "clients-eu");
    CHECK_UINT(scene->arrows->len, 20);
    end(&story);
}

static void arrows_go_from_their_sending_to_their_arrival(void)
{
    Story story;
    begin(&story);
    tell_story(&story);
    g_autoptr(AnaScene) scene = scene_of(&story);
    const AnaArrow *request = &g_array_index(scene->arrows, AnaArrow, 0);
    CHECK_UINT(scene->arrows->len, 6);
    CHECK_INT(request->sent, 10 * SIM_MS);
    CHECK_INT(request->ends, 50 * SIM_MS);
    CHECK_UINT(request->from, 0);
    CHECK_UINT(request->to, 3);
    CHECK_INT(request->kind, ANA_ARROW_REQUEST);
    CHECK_STR(request->label, "write 7");
    CHECK_STR(request->title, "write 7, web/0 → db1: 40 ms");
    const AnaArrow *late = NULL;
    for (guint i = 0; i < scene->arrows->len; i++)
        if (g_array_index(scene->arrows, AnaArrow, i).ends == 150 * SIM_MS)
            late = &g_array_index(scene->arrows, AnaArrow, i);
    CHECK(late && late->kind == ANA_ARROW_DATA);
    CHECK_STR(late ? late->label : "", "v1");
    end(&story);
}

static void lost_and_unfinished_messages_are_told_apart(void)
{
    Story story;
    begin(&story);
    tell_both(&story, message_of(&story, 0, 1, REP_MESSAGE_POLICY, 10), 30,
              REP_OBS_MESSAGE_DROPPED);
    RepObservation under_way = message_of(&story, 0, 1, REP_MESSAGE_POLICY + 1, 20);
    under_way.kind = REP_OBS_MESSAGE_SENT;
    under_way.message.due = 500;
    tell(&story, under_way);
    tell(&story, (RepObservation){.kind = REP_OBS_PHASE, .at = 60});
    g_autoptr(AnaScene) scene = scene_of(&story);
    CHECK_UINT(scene->arrows->len, 2);
    CHECK_INT(g_array_index(scene->arrows, AnaArrow, 0).end, ANA_ARROW_IS_LOST);
    CHECK_INT(g_array_index(scene->arrows, AnaArrow, 1).end, ANA_ARROW_GOES_ON);
    CHECK_INT(g_array_index(scene->arrows, AnaArrow, 1).ends, 500);
    CHECK(scene->to < 100);
    end(&story);
}

/* What is stale is said by the meters; the promise is where the writer was told. */
static void only_a_read_that_is_said_to_be_stale_is(void)
{
    Story story;
    begin(&story);
    tell_story(&story);
    for (guint64 number = 1; number <= 3; number++) {
        g_autoptr(GArray) reads = g_array_new(FALSE, FALSE, sizeof(AnaStaleRead));
        AnaStaleRead read = {.number = number};
        g_array_append_val(reads, read);
        g_autoptr(AnaScene) scene =
            ana_scene_new(&(AnaSceneAsk){.about = &story.about, .stale_reads = reads});
        CHECK_UINT(scene->promises->len, 1);
        CHECK_INT(g_array_index(scene->promises, AnaPromise, 0).at, 90 * SIM_MS);
        for (guint i = 0; i < scene->marks->len; i++) {
            const AnaMark *mark = &g_array_index(scene->marks, AnaMark, i);
            gboolean is_read = mark->at == 102 * SIM_MS;
            CHECK_INT(mark->kind == ANA_MARK_STALE, is_read && number == 2);
            if (is_read)
                CHECK_STR(mark->label, number == 2 ? "nothing, STALE" : "nothing");
        }
    }
    end(&story);
}

static void stays_follow_crashes_leadership_and_versions(void)
{
    Story story;
    begin(&story);
    tell_story(&story);
    tell(&story, (RepObservation){.kind = REP_OBS_NODE_CHANGED,
                                  .at = 160 * SIM_MS,
                                  .node = {2, REP_NODE_DOWN, 0}});
    tell(&story, (RepObservation){.kind = REP_OBS_NODE_CHANGED,
                                  .at = 170 * SIM_MS,
                                  .node = {2, REP_NODE_UP, 0}});
    g_autoptr(AnaScene) scene = scene_of(&story);
    static const struct {
        SimTime from;
        RepNodeState state;
        guint64 version;
    } rows[] = {{0, REP_NODE_UP, 0},
                {150 * SIM_MS, REP_NODE_UP, 1},
                {160 * SIM_MS, REP_NODE_DOWN, 1},
                {170 * SIM_MS, REP_NODE_UP, 1}};
    guint n = 0;
    for (guint i = 0; i < scene->stays->len; i++) {
        const AnaStay *stay = &g_array_index(scene->stays, AnaStay, i);
        CHECK_INT(stay->leads, stay->lane == 3); /* db1 */
        if (stay->lane != 2 || n >= G_N_ELEMENTS(rows))
            continue;
        if (n > 0)
            CHECK_INT(stay->from, rows[n].from);
        CHECK_INT(stay->state, rows[n].state);
        CHECK_UINT(stay->version, rows[n].version);
        n++;
    }
    CHECK_UINT(n, G_N_ELEMENTS(rows));
    end(&story);
}

/* ---- time --------------------------------------------------------------------------------- */

static void idle_time_is_folded_and_the_rest_is_to_scale(void)
{
    Story story;
    begin(&story);
    tell_both(&story, message_of(&story, 0, 1, REP_MESSAGE_POLICY, 0), 2 * SIM_MS,
              REP_OBS_MESSAGE_ARRIVED);
    tell_both(&story, message_of(&story, 0, 1, REP_MESSAGE_POLICY, SIM_S), SIM_S + 2 * SIM_MS,
              REP_OBS_MESSAGE_ARRIVED);
    g_autoptr(AnaScene) scene = scene_of(&story);
    CHECK_UINT(scene->folds->len, 1);
    const AnaFold *fold = &g_array_index(scene->folds, AnaFold, 0);
    CHECK(fold->from > 2 * SIM_MS && fold->to < SIM_S);
    CHECK(ana_scene_unfolded(scene) < 6 * SIM_MS);
    /* Both messages are as long in the picture as they took, and the fold as it should be. */
    const double per_ns = 1e-4, px = 30;
    double first = ana_scene_at(scene, 2 * SIM_MS, per_ns, px) - ana_scene_at(scene, 0, per_ns, px);
    double second = ana_scene_at(scene, SIM_S + 2 * SIM_MS, per_ns, px) -
                    ana_scene_at(scene, SIM_S, per_ns, px);
    CHECK_NEAR(first, 200, 1e-6);
    CHECK_NEAR(second, 200, 1e-6);
    CHECK_NEAR(ana_scene_at(scene, fold->to, per_ns, px) -
                   ana_scene_at(scene, fold->from, per_ns, px),
               px, 1e-6);
    end(&story);
}

/* Half of the time one message is under way and nothing else happens: that is not idle. */
static void time_with_messages_under_way_is_not_folded_easily(void)
{
    Story story;
    begin(&story);
    tell_both(&story, message_of(&story, 0, 1, REP_MESSAGE_POLICY, 0), 10 * SIM_MS,
              REP_OBS_MESSAGE_ARRIVED);
    tell_both(&story, message_of(&story, 1, 0, REP_MESSAGE_POLICY, 10 * SIM_MS), 20 * SIM_MS,
              REP_OBS_MESSAGE_ARRIVED);
    tell_both(&story, message_of(&story, 0, 1, REP_MESSAGE_POLICY, 20 * SIM_MS), 30 * SIM_MS,
              REP_OBS_MESSAGE_ARRIVED);
    g_autoptr(AnaScene) scene = scene_of(&story);
    CHECK_UINT(scene->folds->len, 0);
    end(&story);
}

/* ---- windows ------------------------------------------------------------------------------ */

static void windows_are_about_what_happened_and_small_enough(void)
{
    Story story;
    begin(&story);
    for (guint i = 0; i < 3000; i++) {
        SimTime at = i * SIM_MS;
        tell_both(&story, message_of(&story, 0, 1, REP_MESSAGE_POLICY, at), at + SIM_MS / 2,
                  REP_OBS_MESSAGE_ARRIVED);
        if (i == 1000)
            tell(&story, (RepObservation){.kind = REP_OBS_FAULT_BEGAN, .at = at + SIM_MS});
        if (i == 2000)
            tell(&story, (RepObservation){.kind = REP_OBS_FAULT_ENDED, .at = at + SIM_MS});
    }
    AnaSceneAsk ask = {.about = &story.about};
    AnaSceneWindow windows[3];
    CHECK_UINT(ana_scene_messages(&ask), 3000);
    guint n = ana_scene_windows(&ask, 300, windows);
    CHECK_UINT(n, 2);
    for (guint i = 0; i < n; i++) {
        SimTime at = (i + 1) * SIM_S;
        CHECK(windows[i].from < at && windows[i].to > at);
        CHECK(windows[i].messages <= 300 && windows[i].messages > 100);
        CHECK_STR(windows[i].why, i ? "outage ends" : "outage begins");
        g_free(windows[i].why);
    }
    end(&story);
}

/* ---- pictures ----------------------------------------------------------------------------- */

static void check_picture(const AnaScene *scene, AnaTimeRuns runs)
{
    g_autoptr(AnaPicture) picture = ana_scene_picture(scene, runs);
    g_autoptr(GString) svg = g_string_new(NULL);
    ana_picture_svg(picture, "t", TRUE, svg);
    g_autoptr(SvgLook) look = svg_look_new(svg->str);
    CHECK_STR(look->error, NULL);
    g_autofree char *collision = svg_look_collision(look);
    CHECK_STR(collision, NULL);
    CHECK_UINT(look->outside->len, 0);
    CHECK(look->least_size >= 12);
    CHECK(strlen(look->description) > 100);
    for (guint i = 0; i < scene->lanes->len; i++)
        CHECK(svg_look_has_text(look, g_array_index(scene->lanes, AnaLane, i).name));
    g_autoptr(GArray) boxes = ana_scene_label_boxes(scene, runs);
    for (guint i = 0; i < boxes->len; i++)
        for (guint k = 0; k < i; k++)
            CHECK(!ana_boxes_meet(&g_array_index(boxes, AnaBox, i),
                                  &g_array_index(boxes, AnaBox, k)));
}

static void pictures_are_well_formed_and_no_text_covers_another(void)
{
    Story story;
    begin(&story);
    tell_story(&story);
    g_autoptr(AnaScene) scene = scene_of(&story);
    test_row("down");
    check_picture(scene, ANA_TIME_DOWN);
    test_row("right");
    check_picture(scene, ANA_TIME_RIGHT);
    test_row(NULL);
    end(&story);
}

/* Four hundred messages at random instants. */
static void a_full_picture_has_no_text_over_another_either(void)
{
    Story story;
    begin(&story);
    leads(&story);
    guint64 lot = 1;
    for (guint i = 0; i < ANA_SCENE_MESSAGES_MAX; i++) {
        lot = lot * G_GUINT64_CONSTANT(6364136223846793005) + 1442695040888963407u;
        SimTime at = i * SIM_MS;
        gint32 from = (gint32)(lot >> 40) % 3, to = (from + 1 + (gint32)(lot >> 50) % 2) % 3;
        tell_both(&story,
                  message_of(&story, from, to, (guint8)(REP_MESSAGE_POLICY + (lot >> 60) % 2), at),
                  at + SIM_MS * (SimSpan)(lot >> 33 & 7), REP_OBS_MESSAGE_ARRIVED);
    }
    g_autoptr(AnaScene) scene = scene_of(&story);
    test_row("down");
    check_picture(scene, ANA_TIME_DOWN);
    test_row("right");
    check_picture(scene, ANA_TIME_RIGHT);
    test_row(NULL);
    end(&story);
}

/* Every arrow ends on the lane of its receiver, as far along as its arrival. */
static void arrows_are_slanted_to_scale(void)
{
    Story story;
    begin(&story);
    tell_both(&story, message_of(&story, 0, 1, REP_MESSAGE_POLICY, 10 * SIM_MS), 20 * SIM_MS,
              REP_OBS_MESSAGE_ARRIVED);
    tell_both(&story, message_of(&story, 0, 1, REP_MESSAGE_POLICY, 10 * SIM_MS), 40 * SIM_MS,
              REP_OBS_MESSAGE_ARRIVED);
    g_autoptr(AnaScene) scene = scene_of(&story);
    AnaCanvas canvas = {
        .scene = scene, .is_down = TRUE, .per_ns = 1e-5, .left = 50, .top = 70, .lane = 100};
    AnaPlace begin_at = ana_canvas_at(&canvas, 0, 10 * SIM_MS);
    AnaPlace first = ana_canvas_at(&canvas, 1, 20 * SIM_MS);
    AnaPlace second = ana_canvas_at(&canvas, 1, 40 * SIM_MS);
    CHECK_NEAR(first.x - begin_at.x, 100, 1e-9);
    CHECK_NEAR((second.y - begin_at.y) / (first.y - begin_at.y), 3, 1e-9);
    canvas.is_down = FALSE;
    CHECK_NEAR(ana_canvas_at(&canvas, 1, 20 * SIM_MS).y - ana_canvas_at(&canvas, 0, 0).y, 100,
               1e-9);
    end(&story);
}

static const char picture[] =
    "story · base · replication 0\n"
    "\n"
    "                  eu                                        us\n"
    "                 web/0         web/1          db3           db1           db2\n"
    "  0.0100 s         ●━━━━━━━━━━━━━━ write 7 ━━━━━━━━━━━━━━━╮  ┃             ┊\n"
    "                   ┊             ┊             ┊          │  ┃             ┊\n"
    "                   ┊             ┊             ┊          │  ┃             ┊\n"
    "                   ┊             ┊             ┊          │  ┃             ┊\n"
    "                   ┊             ┊             ┊          │  ┃             ┊\n"
    "  0.0500 s         ┊             ┊             ┊          ╰━▶●             ┊\n"
    "                   ┊             ┊             ┊             ● has v1      ┊\n"
    "                   ┊             ┊             ┊             ●─── v1 ───╮  ┊\n"
    "                   ┊  ╭╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍●          │  ┊\n"
    "                   ┊  │          ┊             ┊  ╭─── v1 ───●          │  ┊\n"
    "  0.0510 s         ┊  │          ┊             ┊  │          ┃          ╰─▶●\n"
    "                   ┊  │          ┊             ┊  │          ┃             ● has v1\n"
    "                   ┊  │          ┊             ┊  │          ┃             ┊\n"
    "                   ┊  │          ┊             ┊  │          ┃             ┊\n"
    "                   ┊  │          ┊             ┊  │          ┃             ┊\n"
    "                   ┊  │          ┊             ┊  │          ┃             ┊\n"
    "  0.0900 s         ●◀╍╯          ┊             ┊  │          ┃             ┊\n"
    "                   ● ok, v1      ┊             ┊  │          ┃             ┊\n"
    "                   ┊             ┊             ┊  │          ┃             ┊\n"
    "  0.1000 s         ┊             ●━ read 7 ━╮  ┊  │          ┃             ┊\n"
    "  0.1010 s         ┊             ┊          ╰━▶●  │          ┃             ┊\n"
    "                   ┊             ┊  ╭╍╍╍╍╍╍╍╍╍╍●  │          ┃             ┊\n"
    "  0.1020 s         ┊             ●◀╍╯          ┊  │          ┃             ┊\n"
    "                   ┊             ● nothing     ┊  │          ┃             ┊\n"
    "                   ┊             ┊             ┊  │          ┃             ┊\n"
    "                   ┊             ┊             ┊  │          ┃             ┊\n"
    "                   ┊             ┊             ┊  │          ┃             ┊\n"
    "                   ┊             ┊             ┊  │          ┃             ┊\n"
    "                   ┊             ┊             ┊  │          ┃             ┊\n"
    "  0.1500 s         ┊             ┊             ●◀─╯          ┃             ┊\n"
    "                   ┊             ┊             ● has v1      ┃             ┊\n";

static void characters_tell_the_same_story(void)
{
    Story story;
    begin(&story);
    tell_story(&story);
    g_autoptr(AnaScene) scene = scene_of(&story);
    g_autofree char *text = ana_scene_text(scene, 80);
    CHECK_STR(text, picture);
    end(&story);
}

static const TestCase cases[] = {TEST(lanes_stand_by_region_with_clients_before_their_node),
                                 TEST(many_sessions_become_one_lane),
                                 TEST(arrows_go_from_their_sending_to_their_arrival),
                                 TEST(lost_and_unfinished_messages_are_told_apart),
                                 TEST(only_a_read_that_is_said_to_be_stale_is),
                                 TEST(stays_follow_crashes_leadership_and_versions),
                                 TEST(idle_time_is_folded_and_the_rest_is_to_scale),
                                 TEST(time_with_messages_under_way_is_not_folded_easily),
                                 TEST(windows_are_about_what_happened_and_small_enough),
                                 TEST(pictures_are_well_formed_and_no_text_covers_another),
                                 TEST(a_full_picture_has_no_text_over_another_either),
                                 TEST(arrows_are_slanted_to_scale),
                                 TEST(characters_tell_the_same_story),
                                 {NULL, NULL}};

int main(int argc, char **argv)
{
    return test_main("scene", cases, argc, argv);
}
