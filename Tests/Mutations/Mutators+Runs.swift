import Checkers
import Environment
import Harness
import Operations

/// What concerns the brokers as a whole and no message.
extension HistoryMutator {
  /// For how long nothing succeeds; a plan that allows more is not put to the test.
  package static let stall = Duration.seconds(60)

  /// Puts a line of a crash into a log.
  static let logCrash = HistoryMutator(
    "log-crash", where: "always: a log that was not read to its end may hold it, too",
    violates: [.cleanLogs]
  ) { facts, draws in
    guard let node = draws.element(of: facts.history.header.nodes) else { return nil }
    let record = LogRecord.matched(LogLine(pattern: "crash", line: "supervisor report: killed"))
    var editor = HistoryEditor(facts)
    let at = editor.insert(
      [.broker(BrokerEvent(kind: .logged, node: node, evidence: .log(record)))],
      at: draws.index(of: facts.done + 1))
    return HistoryChange(editor, .instant(at), "the log of \(node) has a crash")
  }

  /// Lets publishes wait for longer than any plan allows.
  static let stallPublishes = HistoryMutator(
    "stall-publishes",
    where: "the plan allows less than a minute, and a publish that was invoked in the load phase "
      + "waits at that moment, which is in the load phase",
    violates: [.boundedUnavailability]
  ) { facts, draws in
    let candidates = facts.publishes.flatMap { publish -> [Int] in
      let end = min(publish.ended ?? facts.load.upperBound, facts.load.upperBound)
      guard facts.load.contains(publish.invoked), publish.invoked < end,
        end < facts.history.events.count
      else { return [] }
      return Array((publish.invoked + 1)...end)
    }
    guard let place = draws.element(of: candidates) else { return nil }
    var editor = HistoryEditor(facts)
    editor.delay(from: place, by: stall)
    let at = facts.at(place - 1) + HistoryEditor.gap
    return HistoryChange(editor, .instant(at), "nothing succeeded for \(stall.text)")
  }

  /// Says of the last proof of emptiness that there was none.
  static let denyDrain = HistoryMutator(
    "deny-drain", where: "the queue is not proved empty later", violates: [.eventualDrain]
  ) { facts, draws in
    let candidates = facts.proofs.filter { proof in
      !facts.proofs.contains { $0.queue == proof.queue && $0.place > proof.place }
    }
    guard let (place, queue) = draws.element(of: candidates) else { return nil }
    var editor = HistoryEditor(facts)
    let evidence = EmptinessEvidence(
      looks: 0, isOpen: false, isWell: true,
      queues: [QueueCount(seenBy: NodeID(1), ready: 1, unacknowledged: 0)])
    editor.replace(
      place,
      .broker(BrokerEvent(kind: .undrained, queue: queue, evidence: .emptiness(evidence))))
    return HistoryChange(
      editor, .instant(facts.at(place)), "queue \(queue) was not proved empty")
  }
}
