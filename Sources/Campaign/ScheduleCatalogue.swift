import Environment
package import Harness
import Operations

/// The named fault schedules; times are drawn from the seed within narrow ranges.
package struct NamedSchedule: Sendable {
  /// The name on the command line.
  package let name: String
  /// One sentence for help.
  package let summary: String
  private let steps: @Sendable (inout SeededGenerator, ClusterPlan) -> [FaultStep]
  /// How long clients go on after the last step has begun.
  private let tail: Duration

  /// All schedules, in the order in which help lists them.
  package static let all: [NamedSchedule] = [none, losing]

  /// The schedule with this name.
  package static func named(_ name: String) -> NamedSchedule? {
    all.first { $0.name == name }
  }

  /// The schedule and the length of the load phase for `seed`.
  package func resolve(seed: UInt64, cluster: ClusterPlan) -> (FaultSchedule, load: Duration) {
    var draws = SeededGenerator(seed: seed, stream: 0x7363_6865)
    let steps = steps(&draws, cluster)
    return (
      FaultSchedule(name: name, steps: steps), load: (steps.last?.trigger.latest ?? .zero) + tail
    )
  }

  /// No fault at all: the control.
  package static let none = NamedSchedule(
    name: "none", summary: "no fault at all", steps: { _, _ in [] }, tail: .seconds(10))

  /// Isolate the leader's node until its master confirms alone, heal, kill it, start it again: what
  /// the isolated master confirmed is thrown away when the node comes back.
  package static let losing = NamedSchedule(
    name: "losing",
    summary: "isolate the leader's node, heal, kill it, restart it: mirrored queues lose",
    steps: { draws, cluster in
      let cut = max(.seconds(14), cluster.netTick * 2 + .seconds(4))
      let times = [
        .seconds(8) + draw(&draws, below: .seconds(2)),
        cut + draw(&draws, below: .seconds(1)),
        .seconds(3),
        .seconds(4),
      ]
      let faults: [Fault] = [
        .partition(.isolate(.leader(.mirrored))), .heal(nil), .kill(.sameAs(FaultID(0))),
        .start(.sameAs(FaultID(0))),
      ]
      return sequence(faults, after: times)
    },
    tail: .seconds(12))

  private static func draw(_ draws: inout SeededGenerator, below limit: Duration) -> Duration {
    .milliseconds(draws.draw(in: 0...(limit.nanoseconds / 1_000_000 - 1)))
  }

  private static func sequence(_ faults: [Fault], after delays: [Duration]) -> [FaultStep] {
    var at = Duration.zero
    var steps: [FaultStep] = []
    for (fault, delay) in zip(faults, delays) {
      at += delay
      steps.append(FaultStep(id: FaultID(UInt32(steps.count)), at: at, fault: fault))
    }
    return steps
  }
}
