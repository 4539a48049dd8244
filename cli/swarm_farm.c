/*
 * swarm_farm.c — child processes that run scenarios and report through pipes; see swarm.h.
 *
 * Child j of J runs every J-th seed and writes a line for each: its place, digest, events, and what
 * was found. When a child dies, the seed it had not reported is what killed it, and another child
 * goes on behind it.
 */
#include "cli/swarm.h"

#include "cli/terminal.h"
#include "scenarios/format/random_scenario.h"
#include "sim/check.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A scenario takes milliseconds; under sanitizers a few hundred. */
#define SECONDS_MAX 120u

/* ---- in the child ------------------------------------------------------------------------- */

static int report_fd;
static guint report_place;

static void report(const CliSwarmFinding *finding)
{
    g_autofree char *text = finding->text ? g_strescape(finding->text, NULL) : g_strdup("");
    g_autofree char *line = g_strdup_printf(
        "%u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %s %s\n", report_place, finding->digest,
        finding->events, finding->invariant ? finding->invariant : "-", text);
    for (gsize done = 0, length = strlen(line); done < length;) {
        ssize_t written = write(report_fd, line + done, length - done);
        if (written < 0 && errno != EINTR)
            _exit(CLI_ENVIRONMENT); /* nobody listens any more */
        done += written > 0 ? (gsize)written : 0;
    }
}

static void report_broken_check(const char *text)
{
    CliSwarmFinding finding;
    if (!cli_swarm_found_so_far(&finding))
        finding =
            (CliSwarmFinding){.invariant = g_strdup("internal-check"), .text = g_strdup(text)};
    report(&finding);
    cli_swarm_finding_clear(&finding);
    _exit(CLI_INTERNAL);
}

static void work(const char *scenario, guint64 first, guint n, guint jobs)
{
    sim_check_set_handler(report_broken_check);
    for (; report_place < n; report_place += jobs) {
        CliSwarmFinding finding;
        alarm(SECONDS_MAX);
        g_autofree char *drawn = scenario ? NULL : scn_random_scenario(first + report_place);
        cli_swarm_try(scenario ? scenario : drawn, &finding);
        report(&finding);
        cli_swarm_finding_clear(&finding);
    }
    _exit(CLI_OK);
}

/* ---- in the parent ------------------------------------------------------------------------ */

typedef struct Child {
    pid_t pid;
    int fd;     /* -1: it has done all that was its */
    guint next; /* place that it reports next */
    GString *heard;
} Child;

typedef struct Farm {
    const char *scenario; /* NULL: drawn from the seed */
    guint64 first;
    guint n, jobs;
    CliSwarmFinding *findings;
} Farm;

static gboolean begin_child(const Farm *farm, Child *child)
{
    int ends[2];
    fflush(stdout);
    fflush(stderr);
    if (pipe(ends) != 0 || (child->pid = fork()) < 0) {
        cli_error("cannot start a process: %s", g_strerror(errno));
        return FALSE;
    }
    if (child->pid == 0) {
        close(ends[0]);
        report_fd = ends[1];
        report_place = child->next;
        work(farm->scenario, farm->first, farm->n, farm->jobs);
    }
    close(ends[1]);
    child->fd = ends[0];
    return TRUE;
}

static void take_line(const Farm *farm, Child *child, char *line)
{
    g_auto(GStrv) parts = g_strsplit(line, " ", 5);
    if (g_strv_length(parts) != 5 || child->next >= farm->n)
        return;
    CliSwarmFinding *finding = &farm->findings[child->next];
    finding->digest = g_ascii_strtoull(parts[1], NULL, 10);
    finding->events = g_ascii_strtoull(parts[2], NULL, 10);
    if (strcmp(parts[3], "-") != 0) {
        finding->invariant = g_strdup(parts[3]);
        finding->text = g_strcompress(parts[4]);
    }
    child->next += farm->jobs;
}

/* The child has closed its end: it is through, or something killed it. */
static gboolean end_child(const Farm *farm, Child *child)
{
    int status = 0;
    close(child->fd);
    child->fd = -1;
    while (waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
        ;
    if (child->next >= farm->n || (WIFEXITED(status) && WEXITSTATUS(status) == CLI_ENVIRONMENT))
        return TRUE;
    gboolean has_told = WIFEXITED(status) && WEXITSTATUS(status) == CLI_INTERNAL;
    if (!has_told) {
        CliSwarmFinding *finding = &farm->findings[child->next];
        finding->invariant = g_strdup("crash");
        finding->text =
            WIFSIGNALED(status)
                ? g_strdup_printf("the simulator ended by signal %d", WTERMSIG(status))
                : g_strdup_printf("the simulator ended with status %d", WEXITSTATUS(status));
        child->next += farm->jobs;
    }
    g_string_truncate(child->heard, 0);
    return child->next >= farm->n || begin_child(farm, child);
}

static gboolean hear(const Farm *farm, Child *child)
{
    char bytes[4096];
    ssize_t length = read(child->fd, bytes, sizeof bytes);
    if (length < 0 && errno == EINTR)
        return TRUE;
    if (length <= 0)
        return end_child(farm, child);
    g_string_append_len(child->heard, bytes, length);
    char *end;
    while ((end = strchr(child->heard->str, '\n'))) {
        *end = '\0';
        take_line(farm, child, child->heard->str);
        g_string_erase(child->heard, 0, end - child->heard->str + 1);
    }
    return TRUE;
}

static gboolean listen_to_all(const Farm *farm, Child *children)
{
    struct pollfd *ends = g_new0(struct pollfd, farm->jobs);
    gboolean good = TRUE, any = TRUE;
    while (good && any) {
        any = FALSE;
        for (guint i = 0; i < farm->jobs; i++) {
            ends[i] = (struct pollfd){.fd = children[i].fd, .events = POLLIN};
            any |= children[i].fd >= 0;
        }
        if (!any || poll(ends, farm->jobs, -1) < 0)
            continue;
        for (guint i = 0; good && i < farm->jobs; i++)
            if (ends[i].fd >= 0 && ends[i].revents)
                good = hear(farm, &children[i]);
    }
    g_free(ends);
    return good;
}

static gboolean run(const Farm *farm)
{
    Child *children = g_new0(Child, farm->jobs);
    gboolean good = TRUE;
    for (guint i = 0; i < farm->jobs; i++) {
        children[i] = (Child){.fd = -1, .next = i, .heard = g_string_new(NULL)};
        good = good && begin_child(farm, &children[i]);
    }
    good = good && listen_to_all(farm, children);
    for (guint i = 0; i < farm->jobs; i++) {
        if (children[i].fd >= 0)
            close(children[i].fd);
        g_string_free(children[i].heard, TRUE);
    }
    g_free(children);
    return good;
}

gboolean cli_swarm_run(guint64 first, guint n, guint jobs, CliSwarmFinding *findings)
{
    Farm farm = {.first = first, .n = n, .jobs = CLAMP(jobs, 1, MAX(n, 1)), .findings = findings};
    return run(&farm);
}

void cli_swarm_try_apart(const char *scenario, CliSwarmFinding *finding)
{
    *finding = (CliSwarmFinding){0};
    Farm farm = {.scenario = scenario, .n = 1, .jobs = 1, .findings = finding};
    run(&farm);
}
