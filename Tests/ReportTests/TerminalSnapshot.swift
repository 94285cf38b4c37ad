/// The whole terminal report on `SampleResult`, without colour, 96 columns wide.
enum TerminalSnapshot {
  static let text = """
    rabbitmq 3.10.8 · schedule losing · seed 1 · 3 min 34 s

    Mirrored lost 97 of 2,030 confirmed messages; plain lost none of 1,523; quorum lost none of
    2,011. Duplicates that were not marked as such: mirrored 85. The longest time without a confirm:
    plain 35.8 s, mirrored 5.31 s and quorum 10.6 s. Faults, by time of the run: n1 isolated at
    5.8 s, links healed at 19.8 s, n1 killed at 22.8 s, n1 started at 26.8 s. Each was proved to
    have worked. The control run without faults was valid. Verdict: invalid, because mirrored did
    not keep “every confirmed message is delivered”.

                                       plain         mirrored           quorum
      attempts                         2,040            2,040            2,040
      confirmed                        1,523            2,030            2,011
      delivered                        1,523            1,933            2,011
      lost                                 0               97                0
      recovered                            3                2               21
      vanished                            12                8                8
      refused                            502                0                0
      returned                             0                0                0
      undrained                            0                0                0
      unflagged duplicates                 0               85                0
      redelivered                          0               12               30
      phantoms                             0                0                0
      out of order                         0                0                0
      overlapping holds                    –               61                –
      longest unavailability          35.8 s           5.31 s           10.6 s
      recovery after heal             350 ms          12.0 ms           120 ms
      recovery after restart               –           1.24 s           2.05 s

      at-least-once                     held    violated (97)*            held*
      integrity                         held             held*            held*
      flagged-redelivery                   –    violated (85)             held*
      exclusive-hold           not exercised          unknown    not exercised
      bounded-unavailability    violated (1)             held             held
      eventual-drain                    held             held*            held*

      verdict                       no claim          invalid            valid

      lost: confirmed, yet no consumer ever got it, although the queue was proved empty
      recovered: not confirmed, yet received (allowed)
      vanished: not confirmed and never received (allowed)
      refused: certainly not published: nothing of it was sent
      unflagged duplicates: delivered again without the mark that it is a redelivery
      redelivered: delivered more than once, marked as such (allowed)
      overlapping holds: two consumers held the same message at the same time
      not exercised: this run could not have broken it, so it says nothing
      * required; only these decide the verdict
      no claim: the plan requires nothing of this queue

    Control run without faults: valid
      plain lost 0 of 812, mirrored lost 0 of 809, quorum lost 0 of 811.

    Violated
      mirrored, at-least-once
        97 confirmed messages were never delivered, although the queue was proved empty at the end.
        First: message 3.210 was confirmed by n1 at 16.2 s, while n1 was cut off, and was on no
          replica when the queue was proved empty at 71.0 s
        Reproduce: stoat compare --system rabbitmq --schedule losing --seed 1
      plain, bounded-unavailability (not required)
        1 span in which publishers kept trying and nothing was confirmed was longer than is allowed.
        First: no publish to stoat-plain succeeded from n2 and n3 while n1 was away
        Reproduce: stoat compare --system rabbitmq --schedule losing --seed 1
      mirrored, flagged-redelivery (not required)
        85 messages came again without being marked as redelivered.
        First: message 3.17 came to a consumer on n1 and again, unmarked, to one on n2
        Reproduce: stoat compare --system rabbitmq --schedule losing --seed 1

    Not judged
      plain and quorum: exclusive-hold not exercised, no message was delivered twice
      mirrored: exclusive-hold unknown, the consumers' connections were lost at the same time

    About the run itself
      the recording loop was 180 ms late once (bound 500 ms)

    Files
      runs/2025-01-31-losing-1/report.md      this report with all its evidence
      runs/2025-01-31-losing-1/results.json   the same for programs
      runs/2025-01-31-losing-1/history.stoat  every event of the run

    Verdict: invalid (plain: no claim, mirrored: invalid, quorum: valid)

    """
}
