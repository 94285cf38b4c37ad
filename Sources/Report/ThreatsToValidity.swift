import Environment
import Harness
import Judging
import Operations

/// What keeps a run's result from holding elsewhere, as Markdown sentences.
struct ThreatsToValidity {
  private let run: RunResult
  private let hasControl: Bool

  init(_ result: CompareResult) {
    run = result.run
    hasControl = result.control != nil
  }

  /// One sentence or two a threat.
  var items: [String] {
    [netTick, relays] + kills + [singleMachine, sample] + (hasControl ? [] : [noControl])
      + [untried]
  }

  private var netTick: String {
    let used = Readable.setting(run.cluster.netTick)
    let text = "**Net tick.** Nodes here give up an unreachable peer after \(used)"
    if run.cluster.netTick == .seconds(60) { return text + ", RabbitMQ's default." }
    return text + "; RabbitMQ's default is 60 s. Partitions of the same length have other effects "
      + "there: shorter ones may pass unnoticed."
  }

  private var relays: String {
    "**Relays, not a network.** Links between nodes are byte streams through a process that stops "
      + "passing bytes on. Losing, doubling, reordering or damaging single packets cannot be shown "
      + "this way, and every message takes one more hop."
  }

  private var kills: [String] {
    guard run.schedule.steps.contains(where: { $0.name == "kill" }) else { return [] }
    return [
      "**Kills are not power cuts.** `kill -9` ends a process, but the kernel keeps what the "
        + "process had written; data that was never synced to disk survives here and would not "
        + "survive a power cut."
    ]
  }

  private var singleMachine: String {
    "**One machine.** All nodes and all clients share its processors, disk and clock: times are "
      + "not those of a cluster of machines, and clocks cannot disagree."
  }

  private var sample: String {
    "**One run.** What was not lost in one run may be lost in the next: timing differs although "
      + "the plan is the same. “Held” means that this run did not break it."
  }

  private var noControl: String {
    "**No control run.** Nothing shows that the same workload is free of violations without faults."
  }

  /// What the run has no word on.
  var untried: String {
    let made = run.faultCourses.filter(\.isProved).map(\.step.name)
    let wasPartitioned = run.timeline.brokerEvents.contains { $0.event.kind == .partitioned }
    let tried = Set(made.compactMap { FaultKind(rawValue: $0) }.flatMap(\.form.tries))
    let missing = Trouble.allCases.filter {
      !tried.contains($0) && !(wasPartitioned && $0 == .partitions)
    }.map(\.rawValue)
    let never = ["clock changes", "full or failing disks", "power cuts", "changes of membership"]
    let spans = run.faultSpans.filter(\.isProved)
    let isOverlapping = spans.indices.contains { place in
      spans[..<place].contains { $0.overlaps(spans[place].from, spans[place].from) }
    }
    let together = isOverlapping ? [] : ["several faults at once"]
    return "**Not tried in this run:** "
      + "\((missing + never + together).joined(separator: ", "))."
  }
}
