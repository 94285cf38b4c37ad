import Checkers
import Environment
import Harness
import Operations
import Testing

@testable import Report

@Suite struct ExplanationTextTests {
  @Test func aWholeExplanation() throws {
    let minimal = try #require(WitnessHistory.disordered.minimal(.linearizableFIFO))
    let style = TerminalStyle(colour: false, width: 72)
    #expect(
      ExplanationText(minimal, style: style).lines.joined(separator: "\n") == """
        linearizable-fifo violated by orders (quorum)
        Promised: the queue behaves like a single one, first in, first out.
        Found: ORDER: message 0.0 was confirmed at 0.006000 s before message 0.1
        began to be published, which was dequeued by 0.011000 s, before anything
        that dequeued message 0.0 was invoked.

        step                             1    2    3    4    5    6    7    8
        publisher, client 0 on n1
          publish 0.0 (op 0) → confirmed ┣━━━━┫
          publish 0.1 (op 1) → confirmed           ┣━━━━┫
        consumer, client 1 on n2
        ▶ take (op 2) → 0.1                                  ┣━━━━┫
        consumer, client 2 on n3
          take (op 3) → 0.0                                            ┣━━━━┫
        ▶ what cannot be   ━ what it contradicts
        ├─┤ operation, invoked to returned

        Not to scale: equal steps in the order of time; what shares a step
        shares the instant.
        Left: 15 events and 2 messages, of 15 events and 2 messages.
        Verified: judged on its own, what is left violates linearizable-fifo.
        Without any one more of these messages it would not.

        Step by step:
             0.000000 s  the load phase began
          1  0.004000 s  0.0: client 0 decided to publish it to queue orders
          2  0.006000 s  0.0: confirmed
          3  0.007000 s  0.1: client 0 decided to publish it to queue orders
          4  0.009000 s  0.1: confirmed
          5  0.010000 s  client 1 asked to take a message (operation 2, queue
                         orders)
          6  0.011000 s  0.1: delivered to client 1 on n2, tag 1, not marked as
                         redelivered
          7  0.012000 s  client 2 asked to take a message (operation 3, queue
                         orders)
          8  0.013000 s  0.0: delivered to client 2 on n3, tag 1, not marked as
                         redelivered
             0.014000 s  the done phase began
        """)
  }

  /// Whatever is explained: every line keeps the width, and says nothing to the terminal.
  @Test(arguments: [40, 41, 57, 80, 100]) func linesKeepTheWidth(width: Int) throws {
    var hostile = WitnessHistory.lost
    hostile.name = String(repeating: "q\u{1B}[31m\u{202E}", count: 60)
    let all = [
      try #require(hostile.minimal(.atLeastOnce)),
      try #require(WitnessHistory.unflagged.minimal(.flaggedRedelivery)),
      try #require(WitnessHistory.crowded(50, limit: 48).minimal(.prefetch)),
    ]
    for minimal in all {
      let lines = ExplanationText(minimal, style: TerminalStyle(colour: false, width: width)).lines
      for line in lines {
        #expect(line.count <= width, "\(line)")
        #expect(
          !line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x202E }, "\(line)")
      }
      // The bars are there even where the names take all the room.
      #expect(lines.contains { $0.contains("━") })
    }
  }

  @Test func colourChangesNothingElse() throws {
    let minimal = try #require(WitnessHistory.lost.minimal(.atLeastOnce))
    let plain = ExplanationText(minimal, style: TerminalStyle(colour: false)).lines
    let coloured = ExplanationText(minimal, style: TerminalStyle(colour: true)).lines
    let stripped = coloured.map { line in
      line.replacing(#/\u{1B}\[[0-9;]*m/#, with: "")
    }
    #expect(stripped == plain && coloured != plain)
  }

  @Test func whatATakeBroughtIsNotLostWithItsSession() throws {
    var history = WitnessHistory()
    let message = history.publish()
    history.take(message, by: 1)
    history.add(.sessionLost(SessionID(1), reason: "reset"))
    history.take(message, by: 2)
    let minimal = try #require(history.minimal(.linearizableBag))
    let texts = ExplanationSteps(minimal).steps.map(\.text)
    #expect(!texts.contains { $0.contains("lost its session") })
    #expect(texts.contains { $0.hasPrefix("0.0: delivered again to client 2 on n3") })
  }
}
