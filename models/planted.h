/*
 * planted.h — known bugs that tests can switch on, so that the checkers are known to bark.
 *
 * A checker that never complains proves nothing. Each bug here is one that real programmers made
 * or easily could have; a test switches one on, runs worlds, and asks whether it is noticed. They
 * exist only in the library `models_planted` (compiled with REP_PLANTED_BUGS), which is linked to
 * tests whose module is named planted*; elsewhere REP_PLANTED() is the constant 0 and the compiler
 * removes the branch. tests/support/planted_scenarios.c has a scenario that reaches each.
 *
 * The variable is plain and shared by all threads of a program: set it while no world runs.
 *
 * bug                    what the code does wrong, and what it resembles
 * ---------------------- -----------------------------------------------------------------------
 * ACK_BEFORE_FLUSH       A leader that finishes a flush answers all that had arrived by
 *                        then, also what waits for the next flush: the position is read
 *                        after the fsync in place of before it. Like etcd 3.5, which
 *                        answered on one node before the log was on disk (#14370).
 * COMMIT_EARLIER_TERM    A raft leader commits entries of earlier terms as soon as a
 *                        majority has them (Raft §5.4.2, figure 8).
 * ACK_COUNTED_TWICE      A follower whose log was cut back and that acknowledges the
 *                        same entries again counts as two: a counter where a set of
 *                        acknowledgers is needed.
 * ACK_BY_POSITION        Acknowledgements are matched by position without asking of
 *                        which term's log: as with file and offset before GTIDs.
 * RESUME_FROM_MEMORY     A follower that reconnects says how far its memory goes, and
 *                        the leader takes that for what its disk has.
 * APPLIED_PAST_CUT       Truncation forgets the entries that are just being applied:
 *                        they become visible though the log no longer has them, or
 *                        hide that their successors were never applied.
 * STALE_SNAPSHOT         A late snapshot is installed over a log that has got further
 *                        (Raft §7: it must be ignored).
 * TAIL_KEPT_WHILE_IDLE   A leader with nothing new to ship does not tell a returning one
 *                        what to cut off: readers see its lost writes until the next
 *                        write. Like a PostgreSQL primary restarted without pg_rewind.
 * VOTE_NOT_DURABLE       A member that restarts has forgotten that it voted in its
 *                        term, and may vote again (Raft §5.2, persistent state).
 * STALE_VOTES_COUNT      A monitor does not clear its ballot between polls: after one
 *                        failover a single voice is a majority. Like GitHub, September
 *                        2012: two elections though a majority was required.
 * PROMOTE_BY_APPLIED     The candidate that has applied most is promoted in place of the
 *                        one that has most on its disk: MySQL failover tools that
 *                        compare executed in place of retrieved positions.
 * LEASE_FROM_ANSWER      A lease counts from the answer to a heartbeat, not from its
 *                        sending: it outlasts what the monitors promised by a trip.
 * RETRY_ANSWERED_EARLY   A repeated write that is found in the log is answered with
 *                        success though the entry has not committed yet.
 * CARRY_OVERWRITES_NEWER What a returning leader hands over is appended over later
 *                        writes to the same keys: binlogs replayed without looking.
 * SHOWS_UNCOMMITTED      A follower takes what it has been sent for committed: as a MongoDB
 *                        secondary read with readConcern local.
 * TOKEN_IGNORED          A replica answers without a look at the place that the session has
 *                        seen: MongoDB before 3.6, where secondaries knew no
 *                        afterClusterTime.
 * HELD_READ_EARLY        A replica answers what it held as soon as it shows anything new,
 *                        in place of what the read waits for.
 * STICKY_WANDERS         A session draws its replica anew for each read: a load balancer
 *                        that has lost its cookie.
 * READ_INDEX_UNCONFIRMED A leader answers with its commit index and asks nobody whether it
 *                        leads still, as etcd and Consul did in 2014 (Jepsen).
 * VOTE_UNDER_LEASE       Members vote though they have just heard from the leader, who
 *                        answers reads under a lease (Raft dissertation §6.4.1).
 * ENTERS_BEHIND          A follower that answers again is back in the in-sync set, without what
 *                        has committed meanwhile: it may be promoted, and all that is lost.
 * REPORT_BEFORE_FLUSH    A follower confirms what it has received as flushed: a disk, or a
 *                        driver, that says so before it is true.
 * PROMOTE_BY_FIRST_LOG   Whoever decides about one partition compares the candidates' copies
 *                        of another: a tool that asks a server for its position, where
 *                        it has one for each of its databases.
 * RELAYED_ACK            An upstream passes on the acknowledgements of those who follow it as
 *                        its own: the leader counts what another node has.
 * TOKENS_MIXED           A session has one token for all partitions: its place in the first is
 *                        taken for its place in whichever the read is of.
 * SIBLING_FORGOTTEN      Where several versions of a key stay, a replica leaves out the oldest: a
 *                        list that is merged from its second element on.
 * TIE_KEEPS_HELD         On equal times a replica keeps what it has, whoever wrote it: two that
 *                        hear of two such writes in different orders never agree. Cassandra
 *                        compares the values, so that it does not matter.
 * CONTEXT_MISSES_SIBLING Who writes after having read several versions names all but the youngest
 * as known: that one comes back beside what was to replace it.
 * TAIL_ACKS_RECEIVED     A tail acknowledges what it has received and does not show yet: a
 *                        read that begins after the answer misses the write.
 * DIRTY_READ_ANSWERED    A node of a chain answers a key of which it has a newer version from
 *                        what it shows, and asks nobody: CRAQ without its version query.
 * UNACKED_FORGOTTEN      When the tail is removed, the new one cuts off what the old one has
 *                        not acknowledged to it, though the head may have been told.
 * LEASE_BY_TWO_CLOCKS    A lease is counted from a time that another clock showed: it is too
 *                        long by as much as the leader's own is behind that.
 * PUSHES_UNASKED         A leader whose followers poll sends them what it has flushed all the same:
 *                        a subscription that was left behind, and replicas that look
 *                        fresher than they will be without it.
 * HINT_DROPPED_SENT      A hint is given up when it is on its way, in place of when its target
 *                        has stored it: what is lost on the way is lost.
 * TWIN_COUNTED           A replica that is asked once more counts twice: answers are counted, and
 *                        not those who gave them.
 * STORED_BEFORE_FLUSH    A replica says that it has stored what it has only received: it does not
 *                        show that yet, and loses it in a crash.
 * ENTROPY_SKIPS_LAST     Anti-entropy never compares with the last node: a loop that ends one too
 *                        early.
 * REPAIR_WRITES_OLDER    Read repair takes the first answer for the newest: replicas that lack the
 *                        newest stay as they are, and a later read finds only them.
 * CAUSES_NOT_AWAITED     Causal delivery looks at one log only: a loop over what an entry rests on
 *                        that ends after its first round.
 *
 * Which invariant (analysis/invariants.h) catches it, and where: among the first random scenarios
 * of the swarm, or in its own scenario (tests/support/planted_scenarios.c), since few random ones
 * come across what it needs. tests/property/test_planted_swarm.c holds this to be so.
 *
 * bug                     caught by              where
 * ----------------------  ---------------------  ------------
 * ACK_BEFORE_FLUSH        positions-in-order     swarm
 * COMMIT_EARLIER_TERM     acknowledged-by-rule   swarm
 * ACK_COUNTED_TWICE       acknowledged-by-rule   its scenario
 * ACK_BY_POSITION         acknowledged-by-rule   its scenario
 * RESUME_FROM_MEMORY      acknowledged-by-rule   its scenario
 * APPLIED_PAST_CUT        positions-in-order     its scenario
 * STALE_SNAPSHOT          positions-in-order     its scenario
 * TAIL_KEPT_WHILE_IDLE    tail-is-cut            swarm
 * VOTE_NOT_DURABLE        majority-decides       its scenario
 * STALE_VOTES_COUNT       majority-decides       swarm
 * PROMOTE_BY_APPLIED      most-caught-up         its scenario
 * LEASE_FROM_ANSWER       lease-holds            swarm
 * RETRY_ANSWERED_EARLY    answered-after-commit  swarm
 * CARRY_OVERWRITES_NEWER  later-write-stands     its scenario
 * SHOWS_UNCOMMITTED       shows-committed        swarm
 * TOKEN_IGNORED           reads-own-writes       swarm
 * HELD_READ_EARLY         reads-own-writes       swarm
 * STICKY_WANDERS          session-stays          swarm
 * READ_INDEX_UNCONFIRMED  reads-newest           its scenario
 * VOTE_UNDER_LEASE        reads-newest           its scenario
 * ENTERS_BEHIND           in-sync-changes        swarm
 * REPORT_BEFORE_FLUSH     reports-are-true       swarm
 * PROMOTE_BY_FIRST_LOG    most-caught-up         its scenario
 * RELAYED_ACK             reports-are-true       its scenario
 * TOKENS_MIXED            reads-own-writes       swarm
 * SIBLING_FORGOTTEN       siblings-stay          swarm
 * TIE_KEEPS_HELD          larger-stamp-stays     swarm
 * CONTEXT_MISSES_SIBLING  follows-shown          swarm
 * TAIL_ACKS_RECEIVED      linearizable           swarm
 * DIRTY_READ_ANSWERED     linearizable           swarm
 * UNACKED_FORGOTTEN       linearizable           its scenario
 * LEASE_BY_TWO_CLOCKS     lease-holds            its scenario
 * PUSHES_UNASKED          entries-are-asked      swarm
 * HINT_DROPPED_SENT       hint-stays             its scenario
 * TWIN_COUNTED            quorums-meet           its scenario
 * STORED_BEFORE_FLUSH     quorums-meet           its scenario
 * ENTROPY_SKIPS_LAST      replicas-equal         its scenario
 * REPAIR_WRITES_OLDER     read-stays-read        its scenario
 * CAUSES_NOT_AWAITED      causes-first           its scenario
 */
#ifndef REP_PLANTED_H
#define REP_PLANTED_H

/* clang-format off: one a line */
#define REP_PLANTED_EACH(bug)                                                                      \
    bug(ACK_BEFORE_FLUSH) bug(COMMIT_EARLIER_TERM) bug(ACK_COUNTED_TWICE) bug(ACK_BY_POSITION)     \
        bug(RESUME_FROM_MEMORY) bug(APPLIED_PAST_CUT) bug(STALE_SNAPSHOT)                          \
            bug(TAIL_KEPT_WHILE_IDLE) bug(VOTE_NOT_DURABLE) bug(STALE_VOTES_COUNT)                 \
                bug(PROMOTE_BY_APPLIED) bug(LEASE_FROM_ANSWER) bug(RETRY_ANSWERED_EARLY)           \
                    bug(CARRY_OVERWRITES_NEWER) bug(SHOWS_UNCOMMITTED) bug(TOKEN_IGNORED)          \
                        bug(HELD_READ_EARLY) bug(STICKY_WANDERS) bug(READ_INDEX_UNCONFIRMED)       \
                            bug(VOTE_UNDER_LEASE) bug(ENTERS_BEHIND) bug(REPORT_BEFORE_FLUSH)      \
                                bug(PROMOTE_BY_FIRST_LOG) bug(RELAYED_ACK) bug(TOKENS_MIXED)       \
                                    bug(SIBLING_FORGOTTEN) bug(TIE_KEEPS_HELD)                     \
                                        bug(CONTEXT_MISSES_SIBLING) bug(TAIL_ACKS_RECEIVED)        \
                                            bug(DIRTY_READ_ANSWERED) bug(UNACKED_FORGOTTEN)        \
                                                bug(LEASE_BY_TWO_CLOCKS) bug(PUSHES_UNASKED)       \
                                                    bug(HINT_DROPPED_SENT) bug(TWIN_COUNTED)       \
                                                        bug(STORED_BEFORE_FLUSH)                   \
                                                            bug(ENTROPY_SKIPS_LAST)                \
                                                                bug(REPAIR_WRITES_OLDER)           \
                                                                    bug(CAUSES_NOT_AWAITED)
/* clang-format on */

#define REP_PLANTED_CONSTANT_(name) REP_BUG_##name,
typedef enum RepPlantedBug {
    REP_BUG_NONE,
    REP_PLANTED_EACH(REP_PLANTED_CONSTANT_) /* */
    REP_BUG_COUNT
} RepPlantedBug;
#undef REP_PLANTED_CONSTANT_

#ifdef REP_PLANTED_BUGS
extern RepPlantedBug rep_planted_bug;
extern const char *const rep_planted_names[]; /* by bug */
#define REP_PLANTED(name) (rep_planted_bug == REP_BUG_##name)
#else
#define REP_PLANTED(name) 0
#endif

#endif
