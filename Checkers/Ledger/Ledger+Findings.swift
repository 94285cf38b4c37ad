import Environment
package import Harness
import Operations

extension Ledger {
  /// One finding a guarantee for a queue whose totals are complete.
  func findings(of queue: QueueLedger) -> [Finding] {
    [
      finding(
        .atLeastOnce, of: queue, sum(queue.lost, queue.dropped), doubt: undrainedDoubt(of: queue)),
      finding(.integrity, of: queue, queue.integrity),
      finding(.flaggedRedelivery, of: queue, queue.unflagged),
      finding(
        .noResurrection, of: queue, resurrections(of: queue), doubt: unsettledDoubt(of: queue)),
      finding(.exclusiveHold, of: queue, queue.overlaps),
      finding(.channelOrder, of: queue, queue.outOfOrder),
      finding(.eventualDrain, of: queue, drains(of: queue), doubt: drainDoubt(of: queue)),
    ]
  }

  private func finding(
    _ guarantee: Guarantee, of queue: QueueLedger, _ log: ViolationLog, doubt: String? = nil
  ) -> Finding {
    Finding(
      guarantee: guarantee, queue: queue.description.id,
      judgement: vacuity.judge(
        violations: log.count, confirmed: queue.totals.confirmed, doubt: doubt),
      violations: log.count, witnesses: log.witnesses)
  }

  private func sum(_ first: ViolationLog, _ second: ViolationLog) -> ViolationLog {
    var log = first
    log.add(second)
    return log
  }

  private func undrainedDoubt(of queue: QueueLedger) -> String? {
    let excused = queue.totals.excused
    let unproved = queue.totals.undrainedConfirmed - excused
    var doubts: [String] = []
    if unproved > 0 {
      doubts.append(
        "\(unproved) confirmed messages were not delivered and the queue was not proved empty "
          + "after them")
    }
    if excused > 0 {
      doubts.append(
        "\(excused) confirmed messages were not delivered and may have been taken by operations "
          + "that ended in doubt")
    }
    return doubts.isEmpty ? nil : doubts.joined(separator: "; ")
  }

  /// An ack without an answer may be lost with its session, so that a delivery after it is a
  /// violation only where nothing can have been lost.
  private func resurrections(of queue: QueueLedger) -> ViolationLog {
    let isDisturbed = vacuity.hasFaults || wasConsumerLost
    return isDisturbed ? queue.resurrected : sum(queue.resurrected, queue.deliveredAfterAck)
  }

  private func unsettledDoubt(of queue: QueueLedger) -> String? {
    queue.proofs.isEmpty ? "no ack was ever settled: the queue was not proved empty" : nil
  }

  private func drains(of queue: QueueLedger) -> ViolationLog {
    var log = ViolationLog(limit: criteria.witnessLimit)
    if case .failed(let at, let detail) = queue.drain {
      log.add(
        Witness(
          from: at, to: at,
          text: "\(queue.description.name) could not be proved empty by \(at.text)"
            + (detail.isEmpty ? "" : ": \(detail)")))
    }
    return log
  }

  private func drainDoubt(of queue: QueueLedger) -> String? {
    if case .never = queue.drain { return "nobody tried to prove the queue empty" }
    return nil
  }
}

extension LedgerTotals {
  /// The totals as named measures, in the order in which they are shown.
  package var measures: [Measure] {
    var measures = [
      count("attempts", attempts), count("confirmed", confirmed), count("doubtful", doubtful),
    ]
    measures += Fate.allCases.map { count($0.name, self[$0]) }
    measures += [
      count("deliveries", deliveries), count("first-deliveries", firstDeliveries),
      count("duplicated", duplicated), count("phantom", phantoms),
    ]
    measures += Anomaly.allCases.map { count($0.name, self[$0].messages) }
    measures += [
      count("ambiguous-repeats", ambiguousRepeats), count("possible-overlaps", possibleOverlaps),
      count("taken-in-doubt", takenInDoubt),
    ]
    return measures
  }

  private func count(_ name: String, _ value: Int) -> Measure {
    Measure(name, queue: queue, .count(value))
  }
}
