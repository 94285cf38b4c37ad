import Environment
import Harness
import Operations

extension Ledger {
  /// One finding a guarantee for a queue whose totals are complete.
  func findings(of queue: QueueLedger) -> [Finding] {
    // A queue of dead letters need not have publishers of its own.
    let received = queue.totals.confirmed + queue.totals.lettersIn
    return [
      finding(
        .atLeastOnce, of: queue, sum(queue.lost, queue.dropped), doubt: undrainedDoubt(of: queue)),
      deadLetters(of: queue),
      finding(.integrity, of: queue, queue.integrity, confirmed: received),
      finding(
        .flaggedRedelivery, of: queue, undisturbed(queue.unflagged, queue.repeatedLetters),
        confirmed: received),
      finding(
        .noResurrection, of: queue, undisturbed(queue.resurrected, queue.deliveredAfterAck),
        confirmed: received, doubt: unsettledDoubt(of: queue)),
      finding(
        .exclusiveHold, of: queue, undisturbed(queue.overlaps, queue.letterOverlaps),
        confirmed: received),
      finding(.channelOrder, of: queue, queue.outOfOrder),
      finding(
        .eventualDrain, of: queue, drains(of: queue), confirmed: received,
        doubt: drainDoubt(of: queue)),
    ].compactMap { $0 }
  }

  private func finding(
    _ guarantee: Guarantee, of queue: QueueLedger, _ log: ViolationLog, confirmed: Int? = nil,
    untested: String? = nil, doubt: String? = nil
  ) -> Finding {
    Finding(
      guarantee: guarantee, queue: queue.description.id,
      judgement: vacuity.judge(
        violations: log.count, confirmed: confirmed ?? queue.totals.confirmed, untested: untested,
        doubt: doubt),
      violations: log.count, witnesses: log.witnesses)
  }

  private func sum(_ first: ViolationLog, _ second: ViolationLog) -> ViolationLog {
    var log = first
    log.add(second)
    return log
  }

  /// What is surely wrong, and what is wrong where nothing was disturbed: an ack without an answer
  /// may be lost with its session, and a message that is to be moved may be moved twice. Where the
  /// history ends before the run was done, a loss may not be in it.
  private func undisturbed(_ sure: ViolationLog, _ other: ViolationLog) -> ViolationLog {
    vacuity.hasFaults || wasConsumerLost || !isOver ? sure : sum(sure, other)
  }

  private func deadLetters(of queue: QueueLedger) -> Finding? {
    guard Guarantee.deadLetters.applies(to: queue.description) else { return nil }
    let totals = queue.totals
    let wereAny = totals.lettersOut + totals.undrainedLetters + totals.undrainedConfirmed > 0
    var doubt = undrainedDoubt(of: queue)
    if doubt == nil, queue.totals.undrainedLetters > 0 {
      doubt =
        "\(queue.totals.undrainedLetters) messages were discarded and not delivered as dead "
        + "letters, and nothing proves that they are lost"
    }
    return finding(
      .deadLetters, of: queue, sum(queue.lost, queue.lostLetters),
      confirmed: queue.totals.confirmed + queue.totals.lettersIn,
      untested: wereAny ? nil : "no message of the queue expired or was discarded", doubt: doubt)
  }

  private func undrainedDoubt(of queue: QueueLedger) -> String? {
    let excused = queue.totals.excused
    let unproved = queue.totals.undrainedConfirmed - excused
    var doubts: [String] = []
    if unproved > 0 {
      let also = queue.description.deadLetters == nil ? "" : ", or that of its dead letters,"
      doubts.append(
        "\(unproved) confirmed messages were not delivered and the queue\(also) was not proved "
          + "empty after them")
    }
    if excused > 0 {
      doubts.append(
        "\(excused) confirmed messages were not delivered and may have been taken by operations "
          + "that ended in doubt")
    }
    if queue.totals.untraced > 0 {
      doubts.append(
        "\(queue.totals.untraced) confirmed messages were given back, never delivered again, and "
          + "may have been taken by operations that ended in doubt")
    }
    return doubts.isEmpty ? nil : doubts.joined(separator: "; ")
  }

  private func unsettledDoubt(of queue: QueueLedger) -> String? {
    queue.proofs.isEmpty ? "no ack was ever settled: the queue was not proved empty" : nil
  }

  private func drains(of queue: QueueLedger) -> ViolationLog {
    var log = ViolationLog(limit: criteria.witnessLimit)
    if case .failed(let at, isOpen: false, let detail) = queue.drain {
      log.add(
        Witness(
          from: at, to: at,
          text: "\(queue.description.name) could not be proved empty by \(at.text)"
            + "\(detail.isEmpty ? "" : ": \(detail)")"))
    }
    return log
  }

  private func drainDoubt(of queue: QueueLedger) -> String? {
    switch queue.drain {
    case .never: return "nobody tried to prove the queue empty"
    case .failed(_, isOpen: true, let detail): return detail
    case .failed(_, isOpen: nil, _):
      return "the queue could not be proved empty, and who was asked was not recorded"
    case .proved, .failed: return nil
    }
  }
}
